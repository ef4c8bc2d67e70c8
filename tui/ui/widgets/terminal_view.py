"""An agent's terminal, drawn from frames: the screen, its cursor, the lines above it, and what is marked for copying.

Strips are made once per changed row; changes are taken as they come and drawn when it is time (`tui.ui.beat`). The scrollback
is an offset of our own, with lines pulled as they are looked at. The widget sends nothing but mouse events for a child that
asked for them; keys come from the app.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.protocol.screen import Cursor, Frame, Line, Modes, WinSize
from tui.ui.cellstyle import StyleTable, glyph_at, line_text
from tui.ui.celltext import Span
from tui.ui.marking import Marked, Text
from tui.ui.overlay import overlaid, with_cursor
from tui.ui.picture import Picture
from tui.ui.pulling import Puller
from tui.ui.reading import Cut, Texts, read
from tui.ui.scrollback import Scrollback, Styled
from tui.ui.theme import terminal_palette
from tui.ui.widgets.direct import Direct

if TYPE_CHECKING:
    from tui.ui.ports import Link


class TerminalView(Direct, inherit_bindings=False):
    """Draws one agent's terminal.

    Args:
        follow_text: A preview: when it is lower than the screen, show the last rows that have text, not the first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "terminal--cursor",
        "terminal--found",
        "terminal--found-here",
        "terminal--reader",
    }
    ALLOW_SELECT = False
    can_focus = False

    class Scrolled(Message):
        """The view was scrolled back, or returned to the newest lines; or the mouse has another owner."""

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
        self._live = Picture()
        self._held: Picture | None = None
        """What is shown instead of the live screen while somebody marks or reads."""
        self._strips: dict[int, Strip] = {}
        self._undrawn: set[int] = set()
        """Rows of the view that changed since they were drawn."""
        self._shown: tuple[int, Cursor] = (0, Cursor(visible=False))
        """First row of the screen that is in view, and the cursor, as they were drawn or are about to be."""
        self._colours: dict[int, int] = {}
        """Colours that the child changed."""
        self._table: tuple[object, StyleTable] | None = None
        self._puller = Puller(self.redraw)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def attach(self, link: Link | None) -> None:
        """Look at another agent: everything known of the one before is forgotten."""
        self.link = link
        self._live = Picture()
        self._held = None
        self.scrollback = Scrollback()
        self.back = 0
        self.marked = None
        self.screen_size = WinSize(0, 0)
        self.modes = Modes()
        self._colours = {}
        self.redraw()

    @property
    def has_frame(self) -> bool:
        """A frame was drawn since `attach`."""
        return bool(self._live.rows)

    def show(self, frame: Frame) -> None:
        """Take the rows that changed and draw what of them is visible."""
        self.take(frame)
        self.draw()

    def take(self, frame: Frame) -> None:
        """Take the rows that changed; what of them is visible is drawn by `draw`, or by whatever else is drawn before."""
        resized = frame.size != self.screen_size
        modes_turned = frame.modes.reverse_screen != self.modes.reverse_screen
        if frame.colours != self._colours:
            self._colours = frame.colours
            self.redraw()
        live = self._live
        if resized:
            self.scrollback.clear()
            blank: Styled = ([], [])
            live.rows = [*live.rows[: frame.size.rows], *[blank] * (frame.size.rows - len(live.rows))]
        mouse_turned = _who_has_the_mouse(frame.modes) != _who_has_the_mouse(self.modes)
        self.screen_size, self.modes = frame.size, frame.modes
        if mouse_turned and self.typing:
            self.post_message(self.Scrolled())
        begins_anew = frame.history_pushed < live.base
        pushed = self.scrollback.moved(frame.history, frame.history_pushed)
        live.cursor, live.base, live.wrapped = frame.cursor, frame.history_pushed, frozenset(frame.wrapped)
        for row, line in frame.lines.items():
            if 0 <= row < len(live.rows):
                live.rows[row] = (line, frame.styles)
        if self._held is not None:
            if resized or begins_anew:
                self.renumbered()
            return
        if self.marked is not None and (resized or self._touches(frame)):
            self.marked = None  # what was marked with the mouse stands there no more
            self.redraw()
        if self.back:
            self.back = min(self.back + pushed, self.scrollback.count)
            if self.back >= self.size.height and pushed and not resized:
                return  # the same lines stay in view
        (top, cursor), self._shown = self._shown, (self._top(), live.cursor)
        if resized or modes_turned or frame.complete or self.back or self._shown[0] != top:
            self._forget(range(self.size.height))
        else:
            moved = () if live.cursor == cursor else (cursor.y, live.cursor.y)
            self._forget(y - top for y in (*frame.lines, *moved))

    def _forget(self, rows: Iterable[int]) -> None:
        """Have rows of the view made anew when they are drawn."""
        height = self.size.height
        for y in rows:
            if 0 <= y < height:
                self._strips.pop(y, None)
                self._undrawn.add(y)

    def draw(self) -> None:
        """Draw what changed since the last time."""
        rows, self._undrawn = self._undrawn, set()
        if rows:
            width = self.size.width
            self.refresh(*[Region(0, y, width, 1) for y in sorted(rows)])

    def _touches(self, frame: Frame) -> bool:
        marked = self.marked
        return marked is not None and any(self._live.base + row in marked.lines for row in frame.lines)

    # -- holding still -------------------------------------------------------------------------------------------------

    @property
    def picture(self) -> Picture:
        """The screen that is shown: as it is, or as it was when it was held."""
        return self._held or self._live

    def hold(self) -> None:
        """Let the screen stand still as it is now, whatever the agent prints."""
        if self._held is None:
            self._held = self._live.copy()

    def let_go(self) -> None:
        """Show what the agent prints again; a view that is scrolled back stays on its lines."""
        held, self._held = self._held, None
        if held is not None:
            if self.back:
                self.back = min(self.back + max(0, self._live.base - held.base), self.scrollback.count)
            self.redraw()

    def renumbered(self) -> None:
        """The lines that were held have other numbers now: another width, or another run."""
        self.let_go()

    def redraw(self) -> None:
        """Draw everything anew: another theme, another offset."""
        self._strips.clear()
        self._undrawn.clear()
        self._shown = (self._top(), self._live.cursor)
        self.refresh()

    def _top(self) -> int:
        """Row of the screen that is drawn first while nothing is scrolled back."""
        height = self.size.height
        rows, cursor = self.picture.rows, self.picture.cursor
        spare = len(rows) - height
        if spare <= 0 or height <= 0:
            return 0
        last = cursor.y
        if self.follow_text:
            text_rows = (y for y in range(len(rows) - 1, -1, -1) if line_text(rows[y][0]).strip())
            last = max(next(text_rows, 0), last if cursor.visible else 0)
        return min(spare, max(0, last - height + 1))

    def first_line(self) -> int:
        """Return the absolute number of the line in the view's first row."""
        return self.picture.base + self._top() - self.back

    def line_at(self, number: int) -> Styled | None:
        """Return a line of scrollback or screen by its absolute number; None while it is not here."""
        picture = self.picture
        row = number - picture.base
        if row >= 0:
            return picture.rows[row] if row < len(picture.rows) else None
        return self.scrollback.get(number)

    def text_at(self, number: int) -> Text | None:
        """Return a line as text; None while it is not here."""
        styled = self.line_at(number)
        if styled is None:
            return None
        row = number - self.picture.base
        goes_on = row in self.picture.wrapped if row >= 0 else self.scrollback.goes_on(number)
        return Text(line_text(styled[0]), goes_on)

    @property
    def last_line(self) -> int:
        """Number of the screen's last row."""
        return self.picture.base + max(0, len(self.picture.rows) - 1)

    def _screen_texts(self) -> list[Text]:
        base = self.picture.base
        return [self.text_at(base + row) or Text("") for row in range(len(self.picture.rows))]

    async def read(self, first: int) -> Texts:
        """Return all lines from a number on as text."""
        return await read(self.link, first, self.picture.base, self._screen_texts())

    # -- drawing -------------------------------------------------------------------------------------------------------

    @property
    def _styles(self) -> StyleTable:
        wanted = (self.app.theme, self._colours)
        if self._table is None or self._table[0] != wanted:
            palette = terminal_palette(self.app.theme)
            table = StyleTable(palette.foreground, palette.background, palette.colours, self._colours)
            self._table = (wanted, table)
            self._strips.clear()
        return self._table[1]

    def render_line(self, y: int) -> Strip:
        """Draw one row, exactly as wide as the widget."""
        return self.lines(range(y, y + 1))[0]

    def lines(self, ys: range) -> list[Strip]:
        """Draw rows that changed; those that did not are kept."""
        table, strips = self._styles, self._strips
        missing = [y for y in ys if y not in strips]
        if missing:
            first, width = self.first_line(), self.size.width
            strips.update((y, self._draw(first + y, width, table)) for y in missing)
        return [strips[y] for y in ys]

    def _draw(self, number: int, width: int, table: StyleTable) -> Strip:
        """Draw a line by its absolute number."""
        styled = self.line_at(number)
        if styled is None:
            return Strip([Segment(" " * width, table.blank)], width)
        strip = table.strip(*styled, width, reverse_screen=self.modes.reverse_screen)
        for (start, stop), is_current in self.found_on(number, styled[0]):
            style = self.get_component_rich_style("terminal--found-here" if is_current else "terminal--found")
            strip = overlaid(strip, start, min(stop, width), style)
        if self.marked is not None:
            span = self.marked.columns(number, width, line_text(styled[0]))
            if span is not None:
                strip = overlaid(strip, *span, Style(reverse=True))
        cursor = self.picture.cursor
        if self._held is None and not self.back and cursor.visible and number - self.picture.base == cursor.y:
            faint = self.get_component_rich_style("terminal--cursor").bgcolor
            strip = with_cursor(strip, cursor, table, None if self.typing else faint)
        return strip

    def found_on(self, number: int, line: Line) -> list[tuple[Span, bool]]:
        """Return what a search found on a line; here nothing."""
        return []

    def with_reader(self, strip: Strip, column: int) -> Strip:
        """Draw where a reader is."""
        if column >= strip.cell_length:
            return strip
        start, cells, _ = glyph_at(strip, column)
        return overlaid(strip, start, start + cells, self.get_component_rich_style("terminal--reader"))

    def on_resize(self) -> None:
        """Rows are as wide as the widget."""
        self._strips.clear()

    # -- scrolling -----------------------------------------------------------------------------------------------------

    def scroll_back(self, lines: int) -> None:
        """Scroll towards older lines, or with a negative number towards newer ones."""
        back = min(max(0, self.back + lines), max(0, self.picture.base - self.scrollback.first))
        if back != self.back:
            self.back = back
            self.redraw()
            self.post_message(self.Scrolled())
        self._pull(self.first_line(), self.first_line() + self.size.height)

    def _pull(self, start: int, stop: int) -> None:
        if self.link is not None:
            self._puller.pull(self.scrollback, self.link.history, start, stop)

    def on_unmount(self) -> None:
        """Stop asking for lines."""
        self._puller.close()

    # -- marking -------------------------------------------------------------------------------------------------------

    def mark(self, marked: Marked | None) -> None:
        """Show another marking."""
        self.marked = marked
        self.redraw()

    def cut(self, marked: Marked) -> Cut:
        """Return what is marked, to be read later."""
        width = max(self.size.width, self.screen_size.cols)
        return Cut(self.link, marked, self.picture.base, self._screen_texts(), width)


def _who_has_the_mouse(modes: Modes) -> tuple[int, bool]:
    """What of the modes decides where the wheel and the pointer go."""
    return modes.mouse, modes.alternate
