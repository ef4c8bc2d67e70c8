"""Giving the keyboard to an agent and taking it back. A part of the main screen."""

from __future__ import annotations

from textual import events

from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.ui import keymap
from tui.ui.agents import is_alive
from tui.ui.layout import PaneKind
from tui.ui.screens.reading import Reading


class Typing(Reading):
    """Who has the keyboard, over what is read."""

    def action_enter(self) -> None:
        """Give the keyboard to the selected agent, or open the prompt where it takes no keys."""
        view = self.agents.view
        if view is None:
            if not self.app.fleet.agents:
                self.action_new()
            return
        if not is_alive(view) and view.status.lifecycle not in (Lifecycle.QUEUED, Lifecycle.BACKOFF):
            key = keymap.key_in_words
            ways = f"{key('agent.restart')} restarts it"
            if view.status.session_id:
                ways = f"{key('agent.resume')} resumes it, {key('agent.prompt')} resumes it with a prompt"
            self.app.say(f"{view.status.name} does not run: {ways}.")
        elif view.status.mode is Mode.STREAM:
            self.action_prompt()
        elif is_alive(view):
            self.take_keyboard(view.status.id)

    def take_keyboard(self, agent_id: str) -> None:
        """Type into an agent; where its pane only looks, it is zoomed for the while."""
        self.strip = self.strip_awaited = None
        if self.reader is not None:
            self.reader.action_done()
        self._timeline[agent_id] = False
        self.app.keyboard.take(agent_id)
        self._make_room_to_type()
        self.app.show_toasts()
        pane = self.board.pane_of(agent_id)
        if pane is not None:
            pane.set_typing(True)
        self.sync()
        self.show_footer()

    def _make_room_to_type(self) -> None:
        """Zoom for the while where the agent's pane only looks, or became so when the terminal shrank."""
        if self.board.kind is not PaneKind.LIVE or not self.board.plan().panes:
            self._zoomed_for_typing = True
            self.board.zoom(True)

    def keyboard_released(self) -> None:
        """Keys are ours again: say so at once."""
        if self._zoomed_for_typing:
            self._zoomed_for_typing = False
            self.board.zoom(False)
        for pane in self.board.panes:
            pane.set_typing(False)
        self.app.show_toasts()
        self.show_all()
        self.sync()

    def return_keyboard(self) -> None:
        """After its one key the dashboard gives the keyboard back, unless that key opened something."""
        lent_by = self.app.keyboard.lent_by
        if lent_by is None or self.app.screen is not self.app.main:
            return
        if (
            self.reader is not None
            or self.strip is not None
            or self.filter_field.display
            or self.reading_soon
        ):
            return
        for agent_id in (self.agents.selected, lent_by):
            view = self.agents.views.get(agent_id or "")
            if view is not None and view.status.mode is Mode.INTERACTIVE and is_alive(view):
                self.take_keyboard(view.status.id)
                return
        self.app.keyboard.lent_by = None

    def check_typing(self) -> None:
        """Take the keyboard back from an agent that runs no more."""
        owner = self.app.keyboard.owner
        if owner is not None:
            view = self.agents.views.get(owner)
            if view is None or not is_alive(view):
                self.app.keyboard.lose(self.app.event_clock())
                self.keyboard_released()
                name = view.status.name if view is not None else owner
                self.app.say(f"{name} runs no more: keys are yours again.", severity="warning")

    def key_is_blind(self, event: events.Key) -> bool:
        """True for a key that was meant for an answer strip before it could be read, or after it was gone."""
        strip = self.strip
        return strip is not None and strip.is_deaf(event.time) and self.is_answer_key(event.key)
