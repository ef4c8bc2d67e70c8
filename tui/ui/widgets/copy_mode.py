"""Scrolling, searching and copying in an agent's terminal by keys: a mode of the terminal view, over when it is left.

The screen stands still meanwhile, so that what is read and marked stays where it is.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from tui.protocol.screen import Line
from tui.ui import moving
from tui.ui.cellstyle import StyleTable, line_text
from tui.ui.celltext import Span
from tui.ui.marking import Kind, Marked, Spot, whole_lines
from tui.ui.widgets.mouse_terminal import MouseTerminal
from tui.ui.widgets.search import Search


class CopyTerminal(MouseTerminal, inherit_bindings=False):
    """A terminal view that can be read with the keyboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k,ctrl+p", "line(-1)", "up", id="copy.up"),
        Binding("down,j,ctrl+n", "line(1)", "down", id="copy.down"),
        Binding("left,h", "side(-1)", "left", id="copy.left"),
        Binding("right,l", "side(1)", "right", id="copy.right"),
        Binding("w,ctrl+right", "word('next')", "next word", id="copy.word"),
        Binding("e", "word('end')", "end of word", id="copy.word-end"),
        Binding("b,ctrl+left", "word('back')", "word before", id="copy.word-back"),
        Binding("0,home", "column('start')", "start of line", id="copy.line-start"),
        Binding("circumflex_accent", "column('first')", "first word", id="copy.line-first"),
        Binding("dollar_sign,end", "column('end')", "end of line", id="copy.line-end"),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="copy.page-up"),
        Binding("pagedown,ctrl+f,space", "page(1)", "page down", id="copy.page-down"),
        Binding("ctrl+u", "page(-0.5)", "half a page up", id="copy.half-up"),
        Binding("ctrl+d", "page(0.5)", "half a page down", id="copy.half-down"),
        Binding("g,ctrl+home", "to_end('oldest')", "oldest", id="copy.oldest"),
        Binding("G,ctrl+end", "to_end('newest')", "newest", id="copy.newest"),
        Binding("left_square_bracket", "prompt(-1)", "prompt above", id="copy.prompt-above"),
        Binding("right_square_bracket", "prompt(1)", "prompt below", id="copy.prompt-below"),
        Binding("v", "mark('characters')", "mark", id="copy.mark"),
        Binding("V", "mark('lines')", "mark lines", id="copy.mark-lines"),
        Binding("ctrl+v", "mark('block')", "mark a block", id="copy.mark-block"),
        Binding("o", "other_end", "other end", id="copy.other-end"),
        Binding("y", "copy", "copy", id="copy.copy"),
        Binding("enter", "enter", "copy, or done", id="copy.enter"),
        Binding("slash", "search(-1)", "search", id="copy.search"),
        Binding("question_mark", "search(1)", "search below", id="copy.search-below"),
        Binding("n", "again(False)", "next match", id="copy.again"),
        Binding("N", "again(True)", "match before", id="copy.back"),
        Binding("E", "open('editor')", "editor", id="copy.editor"),
        Binding("P", "open('pager')", "pager", id="copy.pager"),
        Binding("escape", "back", "back", id="copy.escape"),
        Binding("q,c", "done", "done", id="copy.done"),
    ]

    class ModeChanged(Message):
        """Something else is to be said about what the reader does."""

        def __init__(self, view: CopyTerminal) -> None:
            super().__init__()
            self.view = view

    class OpenAsked(Message):
        """All lines are wanted in another program: `editor` or `pager`."""

        def __init__(self, view: CopyTerminal, program: str) -> None:
            super().__init__()
            self.view = view
            self.program = program

    def __init__(self) -> None:
        super().__init__()
        self.at = Spot(0, 0)
        """Where the reader is."""
        self.search: Search = Search(self, self._say, self.go)
        self._leaves_at_end = False
        """It was begun by scrolling back, so scrolling on to the newest line ends it."""
        self._jump: asyncio.Task[None] | None = None

    @property
    def copying(self) -> bool:
        """The mode is on."""
        return self.can_focus

    @property
    def line(self) -> int:
        """Absolute number of the line that the reader is on."""
        return self.at.line

    @property
    def reading(self) -> str:
        """Where the reader is, in words; empty while the view is live."""
        below = f"{self.back:,} line{'s' if self.back != 1 else ''} below"
        if self.copying:
            first = self.scrollback.first
            where = f"line {self.at.line - first + 1:,} of {self.last_line - first + 1:,}"
            return f"{where}  {below}" if self.back else f"{where}  held still"
        return f"scrolled back, {below}  wheel or pgdn" if self.back else ""

    # -- beginning and end ---------------------------------------------------------------------------------------------

    def begin_copy(self, *, leaves_at_end: bool = False) -> None:
        """Begin at the cursor's place; what is shown stands still from now on."""
        if not self.has_frame or self.copying:
            return
        self.can_focus = True
        self._leaves_at_end = leaves_at_end
        self.search = Search(self, self._say, self.go)
        self.hold()
        self._start_at_cursor()
        # Not `self.focus`, which comes a turn of the loop later: the next key of a burst is already ours.
        self.screen.set_focus(self, scroll_visible=False)
        self._show()

    def _start_at_cursor(self) -> None:
        picture = self.picture
        self.at = Spot(picture.base + picture.cursor.y, picture.cursor.x)
        if self.back:
            self.at = Spot(self.first_line() + max(0, self.size.height - 1), 0)

    def action_done(self) -> None:
        """Leave the mode; the newest lines are shown again."""
        if not self.copying:
            return
        self._over()
        self.let_go()
        self.scroll_back(-self.back)
        self._say()

    def _over(self) -> None:
        self.search.close()
        if self._jump is not None:
            self._jump.cancel()
        self.mark(None)
        if self.screen.focused is self:  # `has_focus` comes a message later
            self.screen.set_focus(None)
        self.can_focus = False

    def on_blur(self) -> None:
        """Another window has the focus: the mode stays; another widget: it is over."""
        if self.app.app_focus and self.copying and not self.has_focus and self.screen.is_current:
            self._over()
            self.let_go()
            self._say()

    def renumbered(self) -> None:
        """Another width, or another run: the same lines have other numbers. Read on from the newest."""
        self.let_go()
        if self.copying:
            self.hold()
            self.back = 0
            self.marked = None
            self.search.close()
            self.search = Search(self, self._say, self.go)
            self._start_at_cursor()
            self._show()

    def drag_over(self) -> None:
        """The mouse marked something: in this mode the screen still stands."""
        if self.copying:
            self._say()
        else:
            super().drag_over()

    def wheel(self, lines: int) -> None:
        """Scroll; in this mode the reader goes along."""
        if not self.copying:
            super().wheel(lines)
            return
        self.scroll_back(lines)
        if self._leaves_at_end and lines < 0 and not self.back and self.marked is None:
            self.action_done()
            return
        first, height = self.first_line(), max(1, self.size.height)
        self._put(Spot(min(max(first, self.at.line), first + height - 1), self.at.column))

    # -- where the reader is -------------------------------------------------------------------------------------------

    def go(self, spot: Spot) -> None:
        """Go to a place; one that is out of sight comes to the middle."""
        first, height = self.first_line(), max(1, self.size.height)
        if not first <= spot.line < first + height:
            self.scroll_back(first - spot.line + height // 2)
        self._put(spot)

    def _put(self, spot: Spot) -> None:
        line = min(max(self.scrollback.first, spot.line), self.last_line)
        width = max(1, min(self.size.width, self.screen_size.cols))
        self.at = Spot(line, min(max(0, spot.column), width - 1))
        self._show()

    def _show(self) -> None:
        first, height = self.first_line(), max(1, self.size.height)
        if self.at.line < first:
            self.scroll_back(first - self.at.line)
        elif self.at.line >= first + height:
            self.scroll_back(first + height - 1 - self.at.line)
        if self.marked is not None and not self._dragging:
            self.marked = Marked(self.marked.anchor, self.at, self.marked.kind)
        self.redraw()
        self._say()

    def _say(self) -> None:
        self.redraw()
        self.post_message(self.ModeChanged(self))

    def action_line(self, by: int) -> None:
        """Go up or down a line."""
        self._put(Spot(self.at.line + by, self.at.column))

    def action_side(self, by: int) -> None:
        """Go a glyph to the left or right."""
        self._put(moving.sideways(self.at, by, self.text_at, max(1, self.screen_size.cols)))

    def action_word(self, where: str) -> None:
        """Go by words, over the ends of lines."""
        if where == "back":
            self._put(moving.word_before(self.at, self.text_at))
        else:
            self._put(moving.next_word(self.at, self.text_at, end=where == "end"))

    def action_column(self, where: str) -> None:
        """Go to an end of the line."""
        here = self.text_at(self.at.line)
        line = here.text if here is not None else ""
        column = {"start": 0, "first": moving.first_glyph(line), "end": moving.line_end(line)}[where]
        self._put(Spot(self.at.line, column))

    def action_page(self, by: float) -> None:
        """Go up or down by pages."""
        height = max(1, self.size.height)
        lines = round(by * (height - 1)) or (1 if by > 0 else -1)
        if self._leaves_at_end and lines > 0 and not self.back and self.marked is None:
            self.action_done()
            return
        self.scroll_back(-lines)
        self._put(Spot(self.at.line + lines, self.at.column))

    def action_to_end(self, end: str) -> None:
        """Go to the oldest or newest line."""
        self._put(Spot(self.scrollback.first, 0) if end == "oldest" else Spot(self.last_line, 0))

    def action_prompt(self, by: int) -> None:
        """Go to the next prompt above (-1) or below (1)."""

        async def jump() -> None:
            prompts = [n for n in await self.search.prompts() if n <= self.last_line]
            line = moving.prompt_beside(self.at.line, by, prompts)
            if line is not None:
                self.go(Spot(line, 0))
            elif not prompts:
                self.app.notify("No prompt is known in these lines.")
            else:
                self.app.notify(f"No prompt {'above' if by < 0 else 'below'}.")

        self._jump = asyncio.create_task(jump(), name="prompt")

    # -- marking -------------------------------------------------------------------------------------------------------

    def action_mark(self, kind: str) -> None:
        """Begin to mark here, or mark otherwise, or stop marking."""
        wanted = Kind(kind)
        if self.marked is None:
            self.marked = Marked(self.at, self.at, wanted)
        elif self.marked.kind is wanted:
            self.marked = None
        else:
            self.marked = self.marked._replace(kind=wanted)
        self._show()

    def action_other_end(self) -> None:
        """Go to the other end of what is marked."""
        if self.marked is not None:
            anchor = self.marked.anchor
            self.marked = self.marked._replace(anchor=self.at, head=anchor)
            self._put(anchor)

    def action_copy(self) -> None:
        """Copy what is marked, or the whole line that the reader is on."""
        if self.marked is None:
            first, last = whole_lines(self.at.line, self.text_at)
            self.marked = Marked(Spot(first, 0), Spot(last, 0), Kind.LINES)
        cut = self.cut(self.marked)
        self.action_done()
        self.post_message(self.Copied(cut))

    def action_enter(self) -> None:
        """Copy what is marked; with nothing marked, leave."""
        if self.marked is not None:
            self.action_copy()
        else:
            self.action_done()

    def action_open(self, program: str) -> None:
        """Open all lines in another program."""
        self.post_message(self.OpenAsked(self, program))

    def action_back(self) -> None:
        """Close what is open: the search, the marking, the mode."""
        if self.marked is not None:
            self.mark(None)
            self._say()
        elif self.search.is_shown:
            self.search.close()
            self._say()
        else:
            self.action_done()

    # -- searching -----------------------------------------------------------------------------------------------------

    def action_search(self, way: int) -> None:
        """Type an expression: older lines first with -1, newer first with 1."""
        self.search.open(self.at, way)

    def action_again(self, turned: bool) -> None:
        """Go to the next match, or to the one before."""
        self.search.again(turned, self.at)

    def found_on(self, number: int, line: Line) -> list[tuple[Span, bool]]:
        """Return what the search found on a line."""
        found = self.search.found
        return found.on(number, line_text(line)) if found is not None and self.copying else []

    # -- drawing -------------------------------------------------------------------------------------------------------

    def _draw(self, number: int, width: int, table: StyleTable) -> Strip:
        strip = super()._draw(number, width, table)
        if self.copying and number == self.at.line:
            strip = self.with_reader(strip, self.at.column)
        return strip

    def search_line(self, width: int) -> Content | None:
        """Return the search as one line, or None while there is none."""
        return self.search.line(width) if self.copying and self.search.is_shown else None
