"""The mouse in an agent's terminal: the child's if it asked for it, else ours to scroll and to mark what is copied.

Alt or ctrl keeps the mouse from a child that has it, and marks a block where we have it anyway. Shift is not ours to
use: terminals keep it for their own selection.
"""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message
from textual.timer import Timer

from tui.protocol.messages import Mouse
from tui.ui.marking import Kind, Marked, Spot
from tui.ui.reading import Cut
from tui.ui.widgets.terminal_view import TerminalView

WHEEL_LINES: Final = 3
AGAIN_S: Final = 0.4
"""A second press on the same cell within this time marks words, a third lines."""
_SCROLL_S: Final = 0.05
_SCROLL_MOST: Final = 10
_KINDS: Final = (Kind.CHARACTERS, Kind.WORDS, Kind.LINES)
_SCROLL: Final = {
    events.MouseScrollUp: "wheel_up",
    events.MouseScrollDown: "wheel_down",
    events.MouseScrollLeft: "wheel_left",
    events.MouseScrollRight: "wheel_right",
}


class MouseTerminal(TerminalView, inherit_bindings=False):
    """A terminal view with a mouse."""

    class Copied(Message):
        """Text was marked, to be copied."""

        def __init__(self, cut: Cut) -> None:
            super().__init__()
            self.cut = cut

    def __init__(self) -> None:
        super().__init__()
        self._dragging = False
        self._anchor_mark = Marked(Spot(0, 0), Spot(0, 0))
        """Where and how the drag began."""
        self._outside = 0
        """Rows that the pointer is above (below zero) or below the view while dragging."""
        self._scroller: Timer | None = None
        self._pressed: tuple[float, Spot | None, int] = (0.0, None, 0)
        """When and where the last press was, and the how manieth in a row."""

    @property
    def child_has_mouse(self) -> bool:
        """Mouse events go to the child."""
        return self.typing and bool(self.modes.mouse) and not self.back and self._held is None

    @property
    def wants_motion(self) -> bool:
        """The child is to get every move of the pointer, not drags alone (mode 1003)."""
        return self.child_has_mouse and self.modes.mouse >= 1003

    def _is_for_child(self, event: events.MouseEvent) -> bool:
        return self.child_has_mouse and not self._dragging and not (event.meta or event.ctrl)

    def _send_mouse(self, event: events.MouseEvent, kind: str) -> None:
        if self.link is not None:
            x, y = int(event.x), int(event.y) + self._top()
            if 0 <= x < self.screen_size.cols and 0 <= y < self.screen_size.rows:
                self.link.send(Mouse(kind, event.button, x, y, event.shift, event.meta, event.ctrl))

    # -- marking -------------------------------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A press goes to the child, or begins to mark."""
        if self._is_for_child(event):
            self._send_mouse(event, "press")
        elif event.button == 1 and self.has_frame:
            self._begin(event)

    def _begin(self, event: events.MouseDown) -> None:
        spot = self._spot(event)
        at, where, count = self._pressed
        again = where == spot and event.time - at <= AGAIN_S
        count = (count + 1) % len(_KINDS) if again else 0
        self._pressed = (event.time, spot, count)
        kind = Kind.BLOCK if event.meta or event.ctrl else _KINDS[count]
        self._dragging, self._outside = True, 0
        self.hold()
        self.mark(Marked(spot, spot, kind) if kind in (Kind.WORDS, Kind.LINES) else None)
        self._anchor_mark = Marked(spot, spot, kind)
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """A drag goes on."""
        if self._dragging:
            self._drag(event)
        elif self._is_for_child(event) and (
            self.modes.mouse >= 1003 or (self.modes.mouse == 1002 and event.button)
        ):
            self._send_mouse(event, "move")

    def _drag(self, event: events.MouseMove) -> None:
        height = self.size.height
        self._outside = min(0, event.y) if event.y < 0 else max(0, event.y - height + 1)
        if self._outside and self._scroller is None:
            self._scroller = self.set_interval(_SCROLL_S, self._scroll_on)
        elif not self._outside:
            self._stop_scrolling()
        self._mark_to(self._spot(event))

    def _mark_to(self, spot: Spot) -> None:
        anchor = self._anchor_mark
        if spot != anchor.anchor or self.marked is not None:
            self.mark(Marked(anchor.anchor, spot, anchor.kind))

    def _scroll_on(self) -> None:
        """The pointer is held outside: go on, the faster the farther it is."""
        if not self._dragging or not self._outside:
            self._stop_scrolling()
            return
        self.scroll_back(-max(-_SCROLL_MOST, min(_SCROLL_MOST, self._outside)))
        column = self._anchor_mark.head.column if self.marked is None else self.marked.head.column
        edge = 0 if self._outside < 0 else self.size.height - 1
        self._mark_to(Spot(self.first_line() + edge, column))

    def _stop_scrolling(self) -> None:
        if self._scroller is not None:
            self._scroller.stop()
            self._scroller = None

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A drag ends: what is marked is copied."""
        if not self._dragging:
            if self._is_for_child(event):
                self._send_mouse(event, "release")
            return
        self._dragging = False
        self._stop_scrolling()
        self.release_mouse()
        if self.marked is not None:
            self.post_message(self.Copied(self.cut(self.marked)))
        self.drag_over()

    def drag_over(self) -> None:
        """The mouse marked something, or nothing: let the screen go on."""
        self.let_go()

    def _spot(self, event: events.MouseEvent) -> Spot:
        y = min(max(0, int(event.y)), self.size.height - 1)
        return Spot(self.first_line() + y, min(max(0, int(event.x)), self.size.width - 1))

    # -- the wheel -----------------------------------------------------------------------------------------------------

    def _on_wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        kept = event.meta or event.ctrl
        pager = self.typing and self.modes.alternate and not self.back and self._held is None
        if (self.child_has_mouse or pager) and not kept:
            # On the alternate screen the host makes arrow keys of it for a child that knows no mouse (mode 1007).
            self._send_mouse(event, _SCROLL[type(event)])
        elif lines:
            self.wheel(lines)

    def wheel(self, lines: int) -> None:
        """Scroll back (above zero) or on."""
        self.scroll_back(lines)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Older lines."""
        self._on_wheel(event, WHEEL_LINES)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Newer lines."""
        self._on_wheel(event, -WHEEL_LINES)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Only children care."""
        self._on_wheel(event, 0)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Only children care."""
        self._on_wheel(event, 0)
