"""What all dialogs share: keys typed before they could be read do not count, `esc` leaves."""

from __future__ import annotations

import math
import time
from typing import ClassVar, Generic, TypeVar

from textual import widgets
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.ui.screens.leaving import LeftOnce
from tui.ui.sizes import HEIGHT_CLASSES

T = TypeVar("T")


class Dialog(LeftOnce[T], ModalScreen[T], Generic[T]):
    """A dialog over the dashboard."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", tooltip="close without doing anything", id="dialog.leave"),
        Binding("tab", "app.focus_next", "next field", id="dialog.next"),
        Binding("shift+tab", "app.focus_previous", "field before", id="dialog.previous"),
        Binding(
            "ctrl+c,super+c",
            "screen.copy_text",
            "copy",
            tooltip="copy what the mouse marked",
            id="dialog.copy",
        ),
        Binding("f1", "page_help", "help", tooltip="these keys", id="dialog.help"),
    ]

    VERTICAL_BREAKPOINTS = HEIGHT_CLASSES

    shown_at: float = math.inf
    """Monotonic; when it was first painted. The app drops keys from before."""

    def on_mount(self) -> None:
        """Wait for the first paint; nothing blinks where nothing is to move."""
        if self.app.animation_level == "none":
            for field in self.query(widgets.Input):
                field.cursor_blink = False
            for area in self.query(widgets.TextArea):
                area.cursor_blink = False
        self.ask_anew()

    def ask_anew(self) -> None:
        """What it says has changed: keys count from the next paint on."""
        self.shown_at = math.inf
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        self.shown_at = time.monotonic()

    def action_page_help(self) -> None:
        """Show the keys of this dialog."""
        from tui.ui.screens.page_help import PageHelp

        self.app.push_screen(PageHelp("in this dialog", self.bound()))

    def action_leave(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)
