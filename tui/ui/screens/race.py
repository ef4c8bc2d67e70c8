"""The page of a race: its racers beside each other in figures; keep one, end the rest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.client import race_over, racing
from tui.core.racing import Race, Standing, Work, standings
from tui.ui.pages.race import HEAD, RacePage, race_lines
from tui.ui.screens.page import Page
from tui.ui.widgets.lines import LinePage

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp
    from tui.ui.screens.questions import Question

LOOK_S: Final = 3.0
"""How often git is asked while the page is open."""


class RaceScreen(Page):
    """How a race stands.

    Args:
        races: All races, the newest first.
        name: The one to show first.
    """

    where = "on a race's page"
    moves = frozenset(("move(1)", "move(-1)"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "next racer", id="race.down"),
        Binding("up,k", "move(-1)", "racer before", id="race.up"),
        Binding("enter,d", "diff", "its changes", tooltip="what it changed", id="race.diff"),
        Binding("g", "beside", "side by side", tooltip="all of them side by side", id="race.beside"),
        Binding(
            "A",
            "keep",
            "keep this one",
            tooltip="keep this one: its changes go into the folder; asks",
            id="race.keep",
        ),
        Binding(
            "E",
            "clear",
            "end and tidy up",
            tooltip="end the racers, remove their worktrees; asks",
            id="race.clear",
        ),
        Binding("n", "new", "new race", tooltip="a new race", id="race.new"),
        Binding("tab,right", "turn(1)", "older race", tooltip="an older race", id="race.older"),
        Binding("shift+tab,left", "turn(-1)", "newer race", tooltip="a newer race", id="race.newer"),
    ]

    def __init__(self, races: list[Race], name: str) -> None:
        super().__init__()
        self.page = LinePage(classes="page")
        self._races = races
        self._at = next((at for at, race in enumerate(races) if race.name == name), 0)
        self._work: dict[str, Work] = {}
        self._selected = ""
        self._busy = False

    @property
    def scroller(self) -> LinePage:
        """The page."""
        return self.page

    @property
    def race(self) -> Race:
        """The one that is shown."""
        return self._races[self._at]

    def compose(self) -> ComposeResult:
        """Header, page, footer."""
        yield self.header
        yield self.page
        yield self.footer
        yield self.corner

    def on_mount(self) -> None:
        """Ask git what each changed, and again from time to time."""
        self.page.can_focus = False
        self.page.write(self._write)
        self._look()
        self.set_interval(1.0, self.tick)
        self.set_interval(LOOK_S, self._look)
        self.call_after_refresh(self.tick)

    def on_resize(self) -> None:
        """Lines are laid out for the width."""
        self.call_after_refresh(self.tick)

    def _look(self) -> None:
        race = self.race

        async def look() -> None:
            try:
                statuses = {agent_id: view.status for agent_id, view in self.app.fleet.agents.items()}
                self._take(await racing.note_finishes(self.app.paths, race, statuses))
                found = await racing.work_of(race)
            finally:
                self._busy = False
            if self.is_mounted and race.name == self.race.name:
                self._work = found
                self.tick()

        if not self._busy:
            self._busy = True
            self.app.run_task(look())

    # -- what it shows -------------------------------------------------------------------------------------------------

    def standing(self) -> list[Standing]:
        """Return how the race stands now."""
        statuses = {agent_id: view.status for agent_id, view in self.app.fleet.agents.items()}
        return standings(self.race, statuses, self._work, self.app.clock.now())

    def _index(self, standing: list[Standing]) -> int:
        return next((at for at, each in enumerate(standing) if each.racer.agent_id == self._selected), 0)

    def tick(self) -> None:
        """Draw everything as it is now."""
        if not self.is_mounted:
            return
        self.show_header()
        self.page.rewrite()
        self.show_keys(self.items("leave", "diff", "beside", "keep", "clear", "new", "turn(1)"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There may be no other race to turn to."""
        return action != "turn" or len(self._races) > 1

    def _write(self, width: int) -> list[Content]:
        standing = self.standing()
        place, of = self._at + 1, len(self._races)
        page = RacePage(self.race, standing, self.app.fleet.agents, self._index(standing), place, of)
        return race_lines(page, width)

    # -- keys ----------------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Select another racer."""
        standing = self.standing()
        if standing:
            at = min(max(0, self._index(standing) + by), len(standing) - 1)
            self._selected = standing[at].racer.agent_id
            self.page.rewrite()

    def on_line_page_pressed(self, message: LinePage.Pressed) -> None:
        """A line was clicked."""
        standing = self.standing()
        if HEAD <= message.line < HEAD + len(standing):
            self._selected = standing[message.line - HEAD].racer.agent_id
            self.page.rewrite()

    def action_turn(self, by: int) -> None:
        """Show another race."""
        self._at = (self._at + by) % len(self._races)
        self._work, self._selected = {}, ""
        self._look()
        self.tick()

    def _chosen(self) -> Standing | None:
        standing = self.standing()
        return standing[self._index(standing)] if standing else None

    def action_diff(self) -> None:
        """Show what the selected racer changed."""
        from tui.ui.screens.view import ViewScreen

        chosen = self._chosen()
        if chosen is None or chosen.status is None:
            self.app.say("It was forgotten.")
        else:
            self.app.push_screen(ViewScreen(chosen.status.id, "files"))

    def action_beside(self) -> None:
        """Show all racers side by side."""
        race = self.race
        self.dismiss()
        self.app.main.show_race(race)

    def action_new(self) -> None:
        """Describe a new race."""
        self.dismiss()
        self.app.main.action_new_race()

    def action_keep(self) -> None:
        """Ask, then put the selected racer's changes into the folder."""
        from tui.ui.screens.confirm import ConfirmScreen
        from tui.ui.screens.race_questions import keep_question

        chosen = self._chosen()
        if chosen is None or (chosen.work is not None and not chosen.work.files):
            self.app.say("It changed nothing: there is nothing to keep.")
            return
        agent_id = chosen.racer.agent_id

        def describe() -> Question | None:
            found = next((each for each in self.standing() if each.racer.agent_id == agent_id), None)
            return keep_question(self.race, found) if found is not None else None

        screen = ConfirmScreen(describe, confirm="A", verb="keep this one", leave="change nothing")
        self.app.push_screen(screen, lambda yes: self.app.run_task(self._keep(agent_id)) if yes else None)

    async def _keep(self, agent_id: str) -> None:
        race = self.race
        racer = race.racer(agent_id)
        if racer is not None:
            kept, patch = await race_over.keep(self.app.paths, race, racer)
            self._changed(kept)
            self.app.say(f"The folder has them now. To undo: git apply -R {patch}")

    def action_clear(self) -> None:
        """Ask, then end the racers and remove their working trees."""
        from tui.ui.screens.confirm import ConfirmScreen
        from tui.ui.screens.race_questions import clear_question

        if all(racer.removed for racer in self.race.racers):
            self.app.say("Its worktrees are gone already.")
            return

        def describe() -> Question | None:
            return clear_question(self.race, self.standing())

        screen = ConfirmScreen(describe, confirm="E", verb="end and remove", leave="leave them")
        self.app.push_screen(screen, lambda yes: self.app.run_task(self._clear()) if yes else None)

    async def _clear(self) -> None:
        race = self.race
        await race_over.end(self.app.fleet, [racer.agent_id for racer in race.racers])
        cleared = await race_over.clear(self.app.paths, race, race.racers)
        self._changed(cleared)
        patches = racing.patch_of(self.app.paths, cleared, cleared.racers[0]).parent
        self.app.say(f"Removed. The changes of each are patches in {patches}")

    def _take(self, race: Race) -> None:
        self._races = [race if each.name == race.name else each for each in self._races]

    def _changed(self, race: Race) -> None:
        self._take(race)
        if self.is_mounted:
            self._look()
            self.tick()


async def all_races(app: DashboardApp) -> list[Race]:
    """Return all races, the newest first."""
    return await asyncio.to_thread(racing.races, app.paths)
