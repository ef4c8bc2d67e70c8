"""Who gets a key or a paste on the main screen: the dashboard's bindings, or the agent that is typed to.

All of it runs in the app's own task, one event after the other: no key can overtake the one before it, and the key right
after the leader is already the dashboard's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual import events

from tui.core.settings import ShiftEnter
from tui.protocol.messages import Key, Paste
from tui.ui.fields import is_field
from tui.ui.hurry import draw_all_now
from tui.ui.keyboard import is_ignorable
from tui.ui.keymap import key_label

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

PASTE_ASK: Final = 100_000
"""A longer paste is asked about first."""
_WHILE_READING: Final = frozenset(
    (
        "app.palette",
        "app.help",
        "app.mouse",
        "app.redraw",
        "app.suspend",
        "app.quit-anywhere",
        "app.hint-quit",
    )
)
"""What keys of the dashboard still do in copy mode."""
_SHIFT_ENTER: Final = {
    ShiftEnter.ALT_ENTER: "alt+enter",
    ShiftEnter.NEWLINE: "ctrl+j",
    ShiftEnter.ENTER: "enter",
}


class Dispatch:
    """Decides for one app.

    Args:
        app: The dashboard.
    """

    def __init__(self, app: DashboardApp) -> None:
        self._app = app

    async def take(self, event: events.Key | events.Paste) -> bool:
        """Handle a key or paste on the main screen; False leaves it to Textual."""
        self._app.main.away.notice(event)
        owner = self._app.keyboard.owner
        if owner is not None:
            self._type(owner, event)
            return True
        if self._app.main.reading_soon or self._app.keyboard.was_meant_for_the_lost(event.time):
            return True
        reader = self._app.main.reader
        if reader is not None and reader.search.entry is not None:
            if isinstance(event, events.Paste):
                reader.search.paste(event.text)
            elif not is_ignorable(event.key):
                reader.search.key(event.key, event.character)
            return True
        if isinstance(event, events.Paste) or is_field(self._app.main.focused):
            return False
        if is_ignorable(event.key) or self._app.main.key_is_blind(event):
            return True
        if self._app.keyboard.is_leader(event.key):
            if reader is not None:
                reader.action_done()
            self._leader_again()
            return True
        self._app.keyboard.last = None
        if self._app.keyboard.lent_by is not None and reader is None:
            await self._run_once(event.key)
            return True
        return await self._run_binding(event.key)

    async def _run_once(self, key: str) -> None:
        """Run one key of the dashboard, then type into the agent again."""
        known = await self._run_binding(key)
        self._app.main.return_keyboard()
        if not known:
            self._app.keyboard.hint = f"{key_label(key)} does nothing here"
        self._app.main.show_footer()

    async def _run_binding(self, key: str) -> bool:
        reader = self._app.main.reader
        self._app.main.agents.hold(self._app.clock.now().mono)
        for node, bindings in self._app.main._modal_binding_chain:
            for binding in bindings.key_to_bindings.get(key, ()):
                if reader is not None and node is not reader and binding.id not in _WHILE_READING:
                    continue  # a slip of a reader must not reach an agent
                if await self._app.run_action(binding.action, node):
                    draw_all_now(self._app.main)
                    return True
        return reader is not None

    def _type(self, owner: str, event: events.Key | events.Paste) -> None:
        if isinstance(event, events.Paste):
            self._paste(owner, event.text)
        elif self._app.keyboard.is_leader(event.key):
            self._app.release_keyboard(by_leader=True)
        elif not is_ignorable(event.key):
            if self._app.keyboard.hint:
                self._app.keyboard.hint = ""
                self._app.main.show_footer()
            pane = self._app.main.board.pane_of(owner)
            if pane is not None:
                pane.terminal.scroll_back(-pane.terminal.back)
                pane.expect_echo()
            self._app.fleet.link(owner).send(self._key(event))

    def _key(self, event: events.Key) -> Key:
        if event.key == "shift+enter":  # it has no code of its own in most terminals' older half
            return Key("shift+enter", legacy=_SHIFT_ENTER[self._app.settings.dashboard.shift_enter])
        return Key(event.key, event.character)

    def _leader_again(self) -> None:
        """The leader right after it gave the keyboard back: it was meant for the agent."""
        last = self._app.keyboard.last
        if last is not None and last == self._app.main.agents.selected:
            self._app.main.take_keyboard(last)
            self._app.fleet.link(last).send(Key(self._app.keyboard.key))

    def tell_focus(self, focused: bool) -> None:
        """The terminal's window got or lost the focus."""
        owner = self._app.keyboard.owner
        pane = self._app.main.board.pane_of(owner) if owner is not None else None
        if pane is not None:
            pane.tell_focus(focused)
        self._app.notifier.follow()
        self._app.main.sync()

    def _paste(self, owner: str, text: str) -> None:
        pane = self._app.main.board.pane_of(owner)
        bracketed = pane is not None and pane.terminal.modes.bracketed_paste
        lines = text.count("\n") + text.count("\r") - text.count("\r\n")
        if len(text) <= PASTE_ASK and (bracketed or lines == 0):
            self._send_paste(owner, text)
            return
        view = self._app.fleet.agents.get(owner)
        name = view.status.name if view is not None else owner
        said = f"{len(text):,} characters in {lines + 1:,} lines."
        if not bracketed:
            said += " The agent did not ask for pastes as such: each line end counts as enter."
        from tui.ui.screens.confirm import ConfirmScreen
        from tui.ui.screens.questions import Question

        screen = ConfirmScreen(
            lambda: Question(f"Paste into {name}?", [said]), confirm="p", verb="paste", leave="drop it"
        )
        self._app.push_screen(screen, lambda yes: self._send_paste(owner, text) if yes else None)

    def _send_paste(self, owner: str, text: str) -> None:
        self._app.fleet.link(owner).send(Paste(text))  # the link cuts long ones into pieces
