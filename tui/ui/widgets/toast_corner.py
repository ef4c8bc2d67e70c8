"""The corner where sentences are said in passing: bottom right, above the footer, at most two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.fit import EMPTY
from tui.ui.paint import Painter
from tui.ui.toasts import AT_ONCE, Severity, Shown

CELLS_MAX: Final = 64


class ToastCorner(Vertical):
    """Holds as many lines as may be told at once; lies over a screen and takes no room in it.

    Every screen also holds Textual's own `ToastRack`, and a query by type goes by the bare name of the class: ours must have
    a name of its own.
    """

    def __init__(self) -> None:
        super().__init__(classes="toasts")
        self._lines = [ToastLine() for _ in range(AT_ONCE)]
        self.display = False
        self._most = AT_ONCE

    def compose(self) -> ComposeResult:
        """The lines; those without words are not there."""
        yield from self._lines

    def end_at(self, row: int | None, most: int = AT_ONCE) -> None:
        """Stand above another row than the footer, and say no more than so many.

        Args:
            row: The screen's row below the lowest sentence; None: the footer.
            most: Sentences at once.
        """
        bottom = 1 if row is None else max(1, self.screen.size.height - row)
        if self.styles.margin.bottom != bottom:
            self.styles.margin = (0, 0, bottom, 0)
        self._most = most

    def show(self, shown: Sequence[Shown]) -> None:
        """Say these."""
        shown = shown[: self._most]
        self.display = bool(shown)
        for line, one in zip(self._lines, [*shown, *[None] * AT_ONCE], strict=False):
            line.say(one, min(CELLS_MAX, max(10, self.screen.size.width - 4)))


class ToastLine(Widget):
    """One sentence, cut to one line, and below it perhaps how many are left out."""

    ALLOW_SELECT = False

    class Pressed(Message):
        """It was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._painter = Painter(self)
        self._said: tuple[Shown, int] | None = None
        self._lines: list[Content] = []
        self.display = False

    def say(self, shown: Shown | None, width: int) -> None:
        """Say it in at most `width` columns, edge and all."""
        self.display = shown is not None
        said = (shown, width) if shown is not None else None
        if said == self._said or shown is None:
            self._said = said
            return
        self._said = said
        around = self.gutter.width
        self._lines = [
            line.truncate(width - around, ellipsis=True) for line in (shown.line, shown.more) if line
        ]
        for severity in Severity:
            self.set_class(severity is shown.severity, f"-{severity.value}")
        self.styles.width = max(line.cell_length for line in self._lines) + around
        self.styles.height = len(self._lines) + self.gutter.height
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        return self._painter.strip(self._lines[y] if y < len(self._lines) else EMPTY, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """It was read."""
        event.stop()
        self.post_message(self.Pressed())
