"""An agent's terminal, drawn from frames: the screen, its cursor, the lines above it, and what is marked for copying.

Strips are made once per changed row. The scrollback is an offset of our own, with lines pulled as they are looked at.
The widget sends nothing but mouse events for a child that asked for them; keys come from the app.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.protocol.screen import Cursor, Frame, Modes, WinSize
from tui.ui.cellstyle import StyleTable, glyph_at, line_text
from tui.ui.marking import Marked
from tui.ui.scrollback import Scrollback, Styled
from tui.ui.theme import terminal_palette

if TYPE_CHECKING:
    from tui.ui.ports import Link


class TerminalView(Widget, inherit_bindings=False):
    """Draws one agent's terminal.

    Args:
        follow_text: A preview: when it is lower than the screen, show the last rows that have text, not the first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"terminal--cursor"}
    ALLOW_SELECT = False
    can_focus = False

    class Scrolled(Message):
        """The view was scrolled back, or returned to the newest lines."""

    def __init__(self, *, follow_text: bool = False, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.follow_text = follow_text
        self.typing = False
        """The keyboard goes to this agent: its cursor is drawn full, its mouse events are sent."""
        self.link: Link | None = None
        self.screen_size = WinSize(0, 0)
        self.modes = Modes()
        self.back = 0
        """Lines scrolled back from the newest; 0: live."""
        self.marked: Marked | None = None
        self.scrollback = Scrollback()
        self._rows: list[Styled] = []
        self._cursor = Cursor(visible=False)
        self._strips: dict[int, Strip] = {}
        self._table: tuple[str, StyleTable] | None = None
        self._pulls: set[asyncio.Task[None]] = set()

    # -- what is shown -------------------------------------------------------------------------------------------------

    def attach(self, link: Link | None) -> None:
        """Look at another agent: everything known of the one before is forgotten."""
        self.link = link
        self._rows = []
        self._cursor = Cursor(visible=False)
        self.scrollback = Scrollback()
        self.back = 0
        self.marked = None
        self.screen_size = WinSize(0, 0)
        self.modes = Modes()
        self.redraw()

    @property
    def has_frame(self) -> bool:
        """A frame was drawn since `attach`."""
        return bool(self._rows)

    def show(self, frame: Frame) -> None:
        """Take the rows that changed and draw what of them is visible."""
        resized = frame.size != self.screen_size
        modes_turned = frame.modes.reverse_screen != self.modes.reverse_screen
        if resized:
            self.scrollback.clear()
            blank: Styled = ([], [])
            self._rows = [*self._rows[: frame.size.rows], *[blank] * (frame.size.rows - len(self._rows))]
        self.screen_size, self.modes = frame.size, frame.modes
        pushed = self.scrollback.moved(frame.history, frame.history_pushed)
        before, self._cursor = self._cursor, frame.cursor
        top = self._top()
        for row, line in frame.lines.items():
            if 0 <= row < len(self._rows):
                self._rows[row] = (line, frame.styles)
        if self.back:
            self.back = min(self.back + pushed, self.scrollback.count)
            if self.back >= self.size.height and pushed and not resized:
                return  # the same lines stay in view
        if resized or modes_turned or frame.complete or self.back or self._top() != top:
            self.redraw()
            return
        dirty = {row - top for row in (*frame.lines, before.y, frame.cursor.y)}
        self._redraw_rows(sorted(y for y in dirty if 0 <= y < self.size.height))

    def redraw(self) -> None:
        """Draw everything anew: another theme, another offset."""
        self._strips.clear()
        self.refresh()

    def _redraw_rows(self, rows: list[int]) -> None:
        for y in rows:
            self._strips.pop(y, None)
        width = self.size.width
        self.refresh(*[Region(0, y, width, 1) for y in rows])

    def _top(self) -> int:
        """Row of the screen that is drawn first while nothing is scrolled back."""
        height = self.size.height
        spare = len(self._rows) - height
        if spare <= 0 or height <= 0:
            return 0
        last = self._cursor.y
        if self.follow_text:
            text_rows = (y for y in range(len(self._rows) - 1, -1, -1) if line_text(self._rows[y][0]).strip())
            last = max(next(text_rows, 0), last if self._cursor.visible else 0)
        return min(spare, max(0, last - height + 1))

    def first_line(self) -> int:
        """Return the absolute number of the line in the view's first row."""
        return self.scrollback.pushed + self._top() - self.back

    def line_at(self, number: int) -> Styled | None:
        """Return a line of scrollback or screen by its absolute number; None while it is not here."""
        row = number - self.scrollback.pushed
        if row >= 0:
            return self._rows[row] if row < len(self._rows) else None
        return self.scrollback.get(number)

    # -- drawing -------------------------------------------------------------------------------------------------------

    @property
    def _styles(self) -> StyleTable:
        theme = self.app.theme
        if self._table is None or self._table[0] != theme:
            palette = terminal_palette(theme)
            self._table = (theme, StyleTable(palette.foreground, palette.background, palette.colours))
            self._strips.clear()
        return self._table[1]

    def render_line(self, y: int) -> Strip:
        """Draw one row, exactly as wide as the widget."""
        table = self._styles
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._draw(y, table)
        return strip

    def _draw(self, y: int, table: StyleTable) -> Strip:
        width = self.size.width
        number = self.first_line() + y
        styled = self.line_at(number)
        if styled is None:
            return Strip([Segment(" " * width, table.blank)], width)
        strip = table.strip(*styled, width, reverse_screen=self.modes.reverse_screen)
        if self.marked is not None and (span := self.marked.columns(number, width)) is not None:
            strip = _overlay(strip, *span, Style(reverse=True))
        if not self.back and self._cursor.visible and number - self.scrollback.pushed == self._cursor.y:
            strip = self._with_cursor(strip, table)
        return strip

    def _with_cursor(self, strip: Strip, table: StyleTable) -> Strip:
        if self._cursor.x >= strip.cell_length:
            return strip
        start, cells, glyph = glyph_at(strip, self._cursor.x)
        if not self.typing:
            style = Style(bgcolor=self.get_component_rich_style("terminal--cursor").bgcolor)
            return _overlay(strip, start, start + cells, style)
        underline = self._cursor.shape in (3, 4)
        style = table.blank + Style(underline=True, bold=True) if underline else table.cursor
        return Strip.join(
            [strip.crop(0, start), Strip([Segment(glyph, style)], cells), strip.crop(start + cells)]
        )

    def on_resize(self) -> None:
        """Rows are as wide as the widget."""
        self._strips.clear()

    # -- scrolling -----------------------------------------------------------------------------------------------------

    def scroll_back(self, lines: int) -> None:
        """Scroll towards older lines, or with a negative number towards newer ones."""
        back = min(max(0, self.back + lines), self.scrollback.count)
        if back != self.back:
            self.back = back
            self.redraw()
            self.post_message(self.Scrolled())
        self._pull(self.first_line(), self.first_line() + self.size.height)

    def _pull(self, start: int, stop: int) -> None:
        link = self.link
        if link is None:
            return
        chunk = self.scrollback.missing(start, stop)
        if chunk is None:
            return

        async def pull() -> None:
            if await self.scrollback.pull(chunk, link.history):
                self.redraw()
                self._pull(start, stop)

        task = asyncio.create_task(pull(), name="history")
        self._pulls.add(task)
        task.add_done_callback(self._pulled)

    def _pulled(self, task: asyncio.Task[None]) -> None:
        self._pulls.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.log.warning(f"scrollback: {error}")

    def on_unmount(self) -> None:
        """Stop asking for lines."""
        for task in self._pulls:
            task.cancel()

    # -- marking -------------------------------------------------------------------------------------------------------

    def mark(self, marked: Marked | None) -> None:
        """Show another marking."""
        self.marked = marked
        self.redraw()

    def marked_text(self) -> str:
        """Return what is marked, lines without the blanks at their ends."""
        if self.marked is None:
            return ""
        lines = []
        for number in self.marked.lines:
            styled = self.line_at(number)
            span = self.marked.columns(number, self.size.width)
            if styled is None or span is None:
                continue
            whole = self.marked.whole_lines
            strip = self._styles.strip(*styled, max(self.size.width, self.screen_size.cols))
            lines.append((strip.text if whole else strip.crop(*span).text).rstrip())
        return "\n".join(lines)


def _overlay(strip: Strip, start: int, stop: int, style: Style) -> Strip:
    """Lay a style over some cells."""
    if stop <= start:
        return strip
    before, middle, after = strip.crop(0, start), strip.crop(start, stop), strip.crop(stop)
    laid = Strip([Segment(s.text, (s.style or Style()) + style) for s in middle], middle.cell_length)
    return Strip.join([before, laid, after])
