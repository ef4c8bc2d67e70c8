"""The mouse in an agent's terminal: the child's if it asked for it, else ours to scroll and to mark what is copied."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message

from tui.protocol.messages import Mouse
from tui.ui.marking import Marked, Spot
from tui.ui.widgets.terminal_view import TerminalView

WHEEL_LINES: Final = 3
_SCROLL: Final = {
    events.MouseScrollUp: "wheel_up",
    events.MouseScrollDown: "wheel_down",
    events.MouseScrollLeft: "wheel_left",
    events.MouseScrollRight: "wheel_right",
}


class MouseTerminal(TerminalView, inherit_bindings=False):
    """A terminal view with a mouse."""

    class Copied(Message):
        """Text was marked."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__()
        self._dragging = False

    @property
    def _child_has_mouse(self) -> bool:
        return self.typing and bool(self.modes.mouse) and not self.back

    def _send_mouse(self, event: events.MouseEvent, kind: str) -> None:
        if self.link is not None:
            x, y = int(event.x), int(event.y) + self._top()
            self.link.send(Mouse(kind, event.button, x, y, event.shift, event.meta, event.ctrl))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A press goes to the child, or begins to mark."""
        if self._child_has_mouse:
            self._send_mouse(event, "press")
        elif event.button == 1:
            spot = self._spot(event)
            self.mark(None)
            self._dragging = True
            self.marked = Marked(spot, spot)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """A drag goes on."""
        if self._child_has_mouse:
            if self.modes.mouse >= 1003 or (self.modes.mouse == 1002 and event.button):
                self._send_mouse(event, "move")
        elif self._dragging and self.marked is not None:
            if event.y < 0:
                self.scroll_back(1)
            elif event.y >= self.size.height:
                self.scroll_back(-1)
            self.mark(Marked(self.marked.anchor, self._spot(event)))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A drag ends: what is marked is copied."""
        if self._child_has_mouse:
            self._send_mouse(event, "release")
        if not self._dragging:
            return
        self._dragging = False
        self.release_mouse()
        if self.marked is not None and self.marked.anchor != self.marked.head:
            self.post_message(self.Copied(self.marked_text()))
        else:
            self.mark(None)

    def _spot(self, event: events.MouseEvent) -> Spot:
        y = min(max(0, int(event.y)), self.size.height - 1)
        return Spot(self.first_line() + y, min(max(0, int(event.x)), self.size.width - 1))

    def _on_wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        if self._child_has_mouse:
            self._send_mouse(event, _SCROLL[type(event)])
        elif lines:
            self.scroll_back(lines)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Older lines."""
        self._on_wheel(event, WHEEL_LINES)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Newer lines."""
        self._on_wheel(event, -WHEEL_LINES)
