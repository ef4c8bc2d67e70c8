"""What keys do to agents: commands, confirmations, prompts, answers. A part of the main screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tui.core.activity import NEEDS_YOU
from tui.core.commands import (
    Answer,
    CancelStep,
)
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.spec import Mode
from tui.core.text import one_line
from tui.ui import notes
from tui.ui.agents import is_alive
from tui.ui.answers import REPLIES, OpenStrip, ends_agent, in_words
from tui.ui.demo import look_around
from tui.ui.keymap import key_in_words
from tui.ui.look import LOST, View
from tui.ui.screens.many import Many

LATER_S: Final = 300.0
"""How much longer an announced step waits for one `+`."""


class Acts(Many):
    """Actions on the selected agent."""

    stopped: Sequence[View] = ()
    """The agents that were stopped as the dashboard was left."""

    # -- commands ------------------------------------------------------------------------------------------------------

    def action_cancel_step(self) -> None:
        """Cancel the announced step."""
        if view := self._selected():
            if view.status.ladder is None and view.status.lifecycle is not Lifecycle.BACKOFF:
                self.app.say(f"Nothing is announced for {view.status.name}.")
            else:
                self.command(view.status.id, CancelStep())

    def postpone(self) -> bool:
        """Give the announced step more time; False if none is announced."""
        view = self.agents.view
        if view is None or view.status.ladder is None or not view.status.ladder.announced:
            return False
        self.command(view.status.id, CancelStep(later_s=LATER_S))
        return True

    # -- what ends or replaces -----------------------------------------------------------------------------------------

    def action_forget(self) -> None:
        """Remove a finished agent with its files; ask first."""
        from tui.ui.screens.confirm import ConfirmScreen
        from tui.ui.screens.questions import Question, forget_question

        view = self._selected()
        if view is None:
            return
        if view.status.lifecycle not in OVER and view.contact != LOST:
            self.app.say(f"{view.status.name} runs: {key_in_words('agent.kill')} kills it first.")
            return
        agent_id = view.status.id

        def describe() -> Question | None:
            now = self.app.fleet.agents.get(agent_id)
            if now is None or is_alive(now):
                return None
            return forget_question(now)

        screen = ConfirmScreen(describe, confirm="delete", verb="forget", leave="keep it")
        self.app.push_screen(
            screen, lambda yes: self.app.run_task(self.app.fleet.forget(agent_id)) if yes else None
        )

    def action_stop_all(self) -> None:
        """Ask for the number, then end every agent and leave."""
        from tui.ui.screens.confirm import CountScreen
        from tui.ui.screens.questions import stop_question
        from tui.ui.stopping import stop_all

        alive = [
            v for v in self.app.fleet.agents.values() if v.status.lifecycle not in OVER and v.contact != LOST
        ]
        if not alive:
            self.app.exit(0)
            return
        ids = [view.status.id for view in alive]
        screen = CountScreen(stop_question(alive), len(alive))
        self.app.push_screen(screen, lambda yes: self.app.run_task(stop_all(self.app, ids)) if yes else None)

    # -- prompts and answers -------------------------------------------------------------------------------------------

    def action_prompt(self) -> None:
        """Write a prompt for the selected agent, for those that are marked, or for those that the filter shows."""
        from tui.ui.composing import choices, deliver
        from tui.ui.prompts_sent import sent_before
        from tui.ui.screens.composer import ComposerScreen, Order

        marked = self.agents.targets if self.agents.marked else []
        shown = [self.agents.views[each] for each in self.agents.shown] if self.agents.filter else []
        view = self.agents.view
        if not (found := choices(view, marked, shown)):
            self.app.say("No agent is selected.")
            return
        # What was begun for several is kept under no agent's name.
        drafts, whose = self.app.drafts, view.status.id if view is not None and not marked else ""
        screen = ComposerScreen(
            found,
            draft=drafts.pop(whose, ""),
            earlier=sent_before(self.app.paths.state),
            templates=self.app.settings.templates,
        )

        def done(order: Order | None) -> None:
            if order is not None:
                self.app.run_task(deliver(self.app, order))
            elif screen.is_attached and screen.words.strip():
                drafts[whose] = screen.words  # what was begun is there the next time

        self.app.push_screen(screen, done)

    def action_answer(self) -> None:
        """Open the answers of the selected agent."""
        view = self._selected()
        if view is not None and view.status.request is None:
            self.app.say(f"{view.status.name} asks nothing.")
        elif view is not None:
            self._open_by("a")

    def _open_by(self, key: str) -> None:
        self.open_strip()
        if self.strip is not None:
            self.strip.opened_by = key

    def open_strip(self) -> None:
        """Open the answer strip of the selected agent, if it asks something."""
        view = self.agents.view
        self.strip_awaited = None
        if view is None or view.status.request is None:
            # A title or state file tells that it waits a moment before its screen tells what for.
            self.strip_awaited = view.status.id if view is not None else None
            return
        same = self.strip is not None and self.strip.agent_id == view.status.id and self.strip.gone_at is None
        if not same:
            self.strip = OpenStrip(view.status.id, view.status.request, view.status.cwd)
            self.sync()
            self.call_after_refresh(self._strip_painted, self.strip)

    def _strip_painted(self, strip: OpenStrip) -> None:
        # The strip is drawn by the sync that was asked for; keys count from the paint after it.
        self.call_after_refresh(self._strip_readable, strip)

    def _strip_readable(self, strip: OpenStrip) -> None:
        strip.shown_at = self.app.event_clock()

    def follow_strip(self) -> None:
        """Look whether the request of the open strip is still open."""
        strip = self.strip
        if strip is None:
            awaited = self.agents.views.get(self.strip_awaited or "")
            if awaited is not None and awaited.status.activity not in NEEDS_YOU:
                self.strip_awaited = None
            elif awaited is not None and awaited.status.request is not None:
                self.open_strip()
            return
        view = self.app.fleet.agents.get(strip.agent_id)
        request = view.status.request if view is not None else None
        if strip.follow(request, self.app.event_clock()):
            self.strip = None
        elif strip.gone_at is not None:
            self.app.call_later_s(0.5, self._close_gone, strip)

    def _close_gone(self, strip: OpenStrip) -> None:
        if self.strip is strip:
            self.strip = None
            self.sync()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answers are keys only while their strip is open, the demo only before there is an agent."""
        if action == "demo":
            return not self.app.fleet.agents
        if action == "reply" and self._opens(str(parameters[0])):
            return True
        if action == "reply":
            return self.strip is not None and self.strip.choice(REPLIES[str(parameters[0])]) is not None
        return True

    def _opens(self, how: str) -> bool:
        """True if a key for an answer opens the answers first: `y` is pressed by whoever reads `permission` on a row."""
        view = self.agents.view
        asks = view is not None and view.status.request is not None and view.status.request.permission
        return how == "allow" and self.strip is None and asks

    def action_reply(self, how: str) -> None:
        """Answer the request of the open strip; open it where it is not."""
        if self._opens(how):
            self._open_by("y")
        else:
            self.choose(REPLIES[how])

    def choose(self, key: str) -> None:
        """Answer by a key of the strip."""
        from tui.ui.screens.prompt import PromptScreen

        strip = self.strip
        choice = strip.choice(key) if strip is not None else None
        if strip is None or choice is None or strip.is_double(key, self.app.event_clock()):
            return
        if not strip.request.answerable:
            self.app.say(f"It has to be answered on its own screen: {key_in_words('go.type')}.")
        elif choice.answer is not None and ends_agent(strip.request, choice.answer):
            self.confirm_end(strip, choice.answer, key, self.answer)
        elif choice.answer is not None:
            if key == "a" and strip.alike is not None:
                self.standing.give(strip.agent_id, strip.alike, strip.request.request_id)
            self.answer(strip, choice.answer)
        else:
            title = "deny, because" if strip.request.permission else "answer"
            name = self.app.fleet.agents[strip.agent_id].status.name
            request = strip.request
            self.app.push_screen(
                PromptScreen(title, name, hint=one_line(notes.request_words(request), limit=40)),
                lambda words: self.answer(strip, in_words(request, words)) if words else None,
            )

    def confirm_end(
        self, strip: OpenStrip, answer: Answer, key: str, send: Callable[[OpenStrip, Answer], None]
    ) -> None:
        """Ask before an answer that ends its agent is sent; the same key again says so."""
        from tui.ui.screens.confirm import ConfirmScreen
        from tui.ui.screens.questions import Question, kill_question

        def describe() -> Question | None:
            now = self.app.fleet.agents.get(strip.agent_id)
            open_still = now is not None and now.status.request == strip.request
            return kill_question(now) if now is not None and open_still else None

        screen = ConfirmScreen(describe, confirm=key, verb="kill", leave="leave it paused")
        self.app.push_screen(screen, lambda yes: send(strip, answer) if yes else None)

    def answer(self, strip: OpenStrip, answer: Answer) -> None:
        """Send an answer; the strip says so until the agent goes on."""
        strip.sent = True
        self.command(strip.agent_id, answer)
        self.sync()

    # -- screens -------------------------------------------------------------------------------------------------------

    def action_new(self) -> None:
        """Describe a new agent."""
        from tui.ui.screens.new_agent import NewAgentScreen

        self.app.push_screen(NewAgentScreen())

    def action_demo(self, tour: bool = False) -> None:
        """Look around with simulated agents, by oneself or guided."""
        look_around(self.app, tour=tour)

    def action_tour(self) -> None:
        """Be shown around, step by step, over the agents that are there."""
        self.tour.begin()

    def action_new_like(self) -> None:
        """Describe a new agent, filled in after the selected one."""
        if view := self._selected():
            from tui.ui.screens.new_agent import NewAgentScreen

            self.app.push_screen(NewAgentScreen(like=self.app.fleet.spec_of(view.status.id)))

    def action_rename(self) -> None:
        """Ask for another name of the selected agent."""
        from tui.ui.screens.rename import RenameScreen

        if view := self._selected():
            self.app.push_screen(RenameScreen(view.status.id, view.status.name))

    def action_fork(self) -> None:
        """Begin a new agent with a copy of the selected one's session."""
        view = self._selected()
        if view is None:
            return
        status = view.status
        if status.mode is Mode.INTERACTIVE:
            self.app.run_task(self._fork(status.id, ""))
            return
        from tui.ui.screens.prompt import PromptScreen

        screen = PromptScreen(
            "fork", status.name, hint="a copy of its session goes on with this", verb="fork"
        )
        self.app.push_screen(
            screen, lambda words: self.app.run_task(self._fork(status.id, words)) if words else None
        )

    async def _fork(self, agent_id: str, prompt: str) -> None:
        made = await self.app.fleet.fork(agent_id, prompt=prompt)
        self.app.main.created(made)

    def action_view(self, name: str) -> None:
        """Open a view of the selected agent."""
        if view := self._selected():
            from tui.ui.screens.view import ViewScreen

            self.app.push_screen(ViewScreen(view.status.id, name))

    def action_fleet(self) -> None:
        """Open what all agents spent, with what happened while nobody looked."""
        from tui.ui.screens.fleet import FleetScreen

        self.app.push_screen(FleetScreen())

    def action_export_usage(self) -> None:
        """Save what all agents spent as a file."""
        from tui.ui.exporting import export_usage

        self.app.run_task(export_usage(self.app))

    def action_away(self) -> None:
        """Open what happened while nobody looked."""
        if self.away.digest is None:
            self.app.say("Nothing happened while you were away.")
        else:
            self.action_fleet()

    def action_inbox(self) -> None:
        """Open all that wait."""
        from tui.ui.screens.inbox import InboxScreen

        self.app.push_screen(InboxScreen())

    def action_help(self) -> None:
        """Show all keys; of copy mode while somebody reads."""
        from tui.ui.screens.help import HelpScreen
        from tui.ui.screens.page_help import PageHelp

        reader = self.reader
        self.app.push_screen(HelpScreen() if reader is None else PageHelp("in copy mode", self.bound(reader)))

    def action_save_moment(self) -> None:
        """Save what is known now, for a look at why the state is wrong."""
        if view := self._selected():
            self.app.run_task(self.app.save_moment(view))

    def action_mouse(self) -> None:
        """Leave the mouse to the terminal, for its own selection, or take it back."""
        self.app.turn_mouse()
        self.sync()

    def action_redraw(self) -> None:
        """Draw everything anew."""
        self.app.redraw()
