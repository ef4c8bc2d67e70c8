"""Commands for the selected agent, or for all that are marked. A part of the main screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tui.core.attention import RowState
from tui.core.commands import Answer, AnyCommand, Continue, Interrupt, Kill, Pause, Restart, Resume
from tui.core.lifecycle import OVER
from tui.ui.agents import is_alive, state_of
from tui.ui.look import LOST, View
from tui.ui.screens.parts import Part

if TYPE_CHECKING:
    from tui.ui.screens.questions import Question

FEW: Final = 3
"""So many are confirmed by the same key again; for more their number is typed."""


class Many(Part):
    """Commands that one agent takes or many do."""

    def command(self, agent_id: str, command: AnyCommand, *, word: str = "") -> None:
        """Ask for a command; what goes wrong becomes a toast. An answer may be remembered under a word of its own."""
        view = self.app.fleet.agents.get(agent_id)
        if isinstance(command, Answer) and view is not None:
            self.decisions.note(view, command, self.app.clock.now().wall, word)
        self.app.run_task(self.app.fleet.command(agent_id, command))

    def _selected(self) -> View | None:
        view = self.agents.view
        if view is None:
            self.app.say("No agent is selected.")
        return view

    def _fitting(self, fits: Callable[[View], bool], why_not: str) -> list[View]:
        """Return whom a command is for; says why where it is for nobody.

        Args:
            fits: Tells who can take it.
            why_not: Follows the name of one that cannot: `does not run: there is nothing to kill`.
        """
        targets = self.agents.targets
        found = [view for view in targets if fits(view)]
        if not targets:
            self.app.say("No agent is selected.")
        elif not found and len(targets) == 1:
            self.app.say(f"{targets[0].status.name} {why_not}.")
        elif not found:
            self.app.say(f"Of the {len(targets)} marked agents each {why_not}.")
        return found

    # -- at once -------------------------------------------------------------------------------------------------------

    def action_interrupt(self) -> None:
        """Stop the turn."""
        for view in self._fitting(is_alive, "does not run: there is nothing to interrupt"):
            self.command(view.status.id, Interrupt())

    def action_pause(self) -> None:
        """Stop the processes where they are; if all of them stand, let them go on."""
        views = self._fitting(is_alive, "does not run: there is nothing to pause")
        paused = all(state_of(view) is RowState.PAUSED for view in views)
        for view in views:
            self.command(view.status.id, Continue() if paused else Pause())

    def action_resume(self) -> None:
        """Run the session again; one that has stalled is ended for that, so it is asked first."""
        from tui.ui.screens.questions import resume_question

        fitting = self._fitting(
            lambda view: not is_alive(view) or _is_stuck(view), "runs: there is nothing to resume"
        )
        stuck = [view for view in fitting if is_alive(view)]
        self._ask(stuck, Resume(), resume_question, _is_stuck, "r", "resume", "leave it")
        for view in fitting:
            if view in stuck:
                continue
            # What waits for a slot does not wait any longer.
            now = view.status.queue_place > 0 and view.contact != LOST
            self.command(view.status.id, Resume(now=now))

    # -- what ends or replaces, asked first ----------------------------------------------------------------------------

    def action_kill(self) -> None:
        """Ask, then end the processes."""
        from tui.ui.screens.questions import kill_question

        views = self._fitting(_can_be_killed, "does not run: there is nothing to kill")
        self._ask(views, Kill(), kill_question, _can_be_killed, "K", "kill", "leave it running")

    def action_restart(self) -> None:
        """Run with a fresh session; ask first."""
        from tui.ui.screens.questions import restart_question

        views = self._fitting(lambda view: True, "")
        self._ask(views, Restart(), restart_question, lambda view: True, "R", "restart", "leave it")

    def _ask(
        self,
        views: list[View],
        command: AnyCommand,
        question: Callable[[View], Question],
        fits: Callable[[View], bool],
        key: str,
        verb: str,
        leave: str,
    ) -> None:
        from tui.ui.screens.confirm import ConfirmScreen, CountScreen
        from tui.ui.screens.questions import many_question

        ids = [view.status.id for view in views]  # whom it is about stays, whatever is selected meanwhile

        def left() -> list[View]:
            known = self.app.fleet.agents
            return [known[agent_id] for agent_id in ids if agent_id in known and fits(known[agent_id])]

        def describe() -> Question | None:
            now = left()
            if not now:
                return None
            return question(now[0]) if len(ids) == 1 else many_question(verb, now)

        def act(yes: bool | None) -> None:
            for view in left() if yes else ():
                self.command(view.status.id, command)

        if not ids:
            return
        leave = leave if len(ids) == 1 else "leave them"
        if len(ids) <= FEW:
            self.app.push_screen(ConfirmScreen(describe, confirm=key, verb=verb, leave=leave), act)
        else:
            self.app.push_screen(CountScreen(many_question(verb, views), len(ids), verb=verb), act)


def _is_stuck(view: View) -> bool:
    stuck = state_of(view) in (RowState.STALLED, RowState.LOOPING)
    return stuck and is_alive(view) and bool(view.status.session_id)


def _can_be_killed(view: View) -> bool:
    return view.status.lifecycle not in OVER and view.contact != LOST
