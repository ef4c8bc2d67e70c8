"""Lines of content as widgets: a strip as high as what it says, and a page that scrolls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.paint import Painter

Writer = Callable[[int], Sequence[Content]]
"""Writes the lines for a width in cells."""

_CACHED: Final = 512


class LineStrip(Widget):
    """A few lines on a ground of their own; not there while it has nothing to say."""

    ALLOW_SELECT = False

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._lines: list[Content] = []
        self._painter = Painter(self)
        self.display = False

    def show(self, lines: Sequence[Content]) -> None:
        """Say these lines."""
        changed = len(lines) != len(self._lines)
        same = not changed and all(old.is_same(new) for old, new in zip(self._lines, lines, strict=True))
        if same:
            return
        self._lines = list(lines)
        if changed:
            self.display = bool(lines)
            self.styles.height = len(lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        if y >= len(self._lines):
            return self._painter.blank(self.size.width)
        return self._painter.strip(self._lines[y], self.size.width)


class LinePage(ScrollView, can_focus=True):
    """A page of lines, written anew for each width."""

    ALLOW_SELECT = False

    class Pressed(Message):
        """A line was clicked."""

        def __init__(self, line: int) -> None:
            super().__init__()
            self.line = line

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._writer: Writer = lambda width: []
        self._lines: list[Content] = []
        self._painter = Painter(self)
        self._strips: dict[int, Strip] = {}

    @property
    def lines(self) -> list[Content]:
        """What is written now."""
        return self._lines

    def write(self, writer: Writer) -> None:
        """Show what this writer writes."""
        self._writer = writer
        self.rewrite()

    def rewrite(self) -> None:
        """Write again: time passed, or the width changed."""
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        self._lines = list(self._writer(width))
        self._strips.clear()
        size = Size(width, len(self._lines))
        if size != self.virtual_size:
            self.virtual_size = size
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew."""
        self.rewrite()

    def on_click(self, event: events.Click) -> None:
        """Tell which line was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and (line := offset.y + int(self.scroll_offset.y)) < len(self._lines):
            self.post_message(self.Pressed(line))

    def notify_style_update(self) -> None:
        """Another theme."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        width = self.size.width
        index = y + int(self.scroll_offset.y)
        if index >= len(self._lines):
            return self._painter.blank(width)
        strip = self._strips.get(index)
        if strip is None or strip.cell_length != width:
            if len(self._strips) > _CACHED:
                self._strips.clear()
            strip = self._strips[index] = self._painter.strip(self._lines[index], width)
        return strip
