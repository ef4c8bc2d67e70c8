"""The part of the dialog for a new agent that makes it a race: two runtimes or more are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.widget import Widget
from textual.widgets import Input, Static

from tui.client import racing
from tui.client.catalog import RuntimeInfo
from tui.core.errors import AgentTuiError
from tui.core.spec import Mode
from tui.ui import race_draft
from tui.ui.drafting import dollars, seconds
from tui.ui.fit import text
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.prompt import PromptArea
from tui.ui.widgets.fields import Chips, Option

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

MODES: Final = {
    Mode.INTERACTIVE: Option(Mode.INTERACTIVE.value, "terminal", "its own screen"),
    Mode.STREAM: Option(Mode.STREAM.value, "headless", "a timeline"),
}


class RaceFields(Dialog[str]):
    """What a race needs of the dialog."""

    app: DashboardApp

    def __init__(self) -> None:
        super().__init__()
        self.runtimes: list[RuntimeInfo] = []
        self.starting = False
        self.mode_before = ""
        """The mode that was chosen for one agent, while a race is described."""

    if TYPE_CHECKING:

        def say(self, sentence: str, style: str = "$error") -> None:
            """Say what is wrong, or what happens."""

        def value_of(self, name: str) -> str:
            """Return what stands in a field."""

        def folder(self) -> str:
            """Return the folder, absolute."""

    @property
    def racers(self) -> list[RuntimeInfo]:
        """The marked runtimes, where that makes a race."""
        marked = self.query_one("#runtime", Chips).marked
        found = [info for info in self.runtimes if info.name in marked]
        return found if len(found) > 1 else []

    def ask_for_command(self, on: bool) -> None:
        """Ask for a command or for a prompt."""
        for name, shown in (("#command", on), ("#prompt", not on)):
            row = self.query_one(name).parent
            if isinstance(row, Widget):
                row.display = shown

    def describe_race(self, racers: list[RuntimeInfo]) -> None:
        """Offer what all racers have, and say what a race does."""
        self.ask_for_command(False)
        chips = self.query_one("#mode", Chips)
        modes = [MODES[mode] for mode in race_draft.common_modes(racers)]
        chosen = chips.value if self.mode_before else ""
        self.mode_before = self.mode_before or chips.value
        chips.offer(modes, chosen or (modes[0].value if modes else ""))
        fine = all(info.installed for info in racers)
        about = text(race_draft.about(racers), "$foreground-muted" if fine else "$warning")
        self.query_one("#about", Static).update(about)
        self.say("")

    def wanted_race(self) -> racing.Wanted:
        """Return the race that is described.

        Raises:
            SpecError: It cannot be one.
        """
        return race_draft.wanted(
            [info.name for info in self.racers],
            prompt=self.query_one(PromptArea).text.strip(),
            cwd=self.folder(),
            name=self.query_one("#name", Input).value.strip(),
            mode=self.query_one("#mode", Chips).value,
            quiet=seconds(self.value_of("quiet")),
            budget=dollars(self.value_of("budget")),
        )

    async def start_race(self, wanted: racing.Wanted) -> None:
        """Start it; what goes wrong is said in the dialog."""
        app = self.app
        try:
            race = await racing.begin(app.paths, app.settings, wanted, app.fleet.create)
        except AgentTuiError as error:
            self.starting = False
            if self.is_attached:
                self.say(str(error))
            return
        app.main.show_race(race)
        app.say(f"{race.name}: {len(race.racers)} racers. {app.main.key('look.race')} shows who leads.")
        self.dismiss("")
