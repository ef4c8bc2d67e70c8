"""Scrolling, searching and copying in an agent's terminal by keys: a mode of the terminal view, over when it is left."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from tui.core.errors import AgentTuiError
from tui.ui.cellstyle import line_text
from tui.ui.marking import Marked, Spot
from tui.ui.widgets.mouse_terminal import MouseTerminal


class CopyTerminal(MouseTerminal, inherit_bindings=False):
    """A terminal view that can be read with the keyboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "line(-1)", "up", id="copy.up"),
        Binding("down,j", "line(1)", "down", id="copy.down"),
        Binding("pageup,ctrl+u,b", "page(-1)", "page up", id="copy.page-up"),
        Binding("pagedown,ctrl+d,space", "page(1)", "page down", id="copy.page-down"),
        Binding("home,g", "to_end('oldest')", "oldest", id="copy.oldest"),
        Binding("end,G", "to_end('newest')", "newest", id="copy.newest"),
        Binding("v,V", "mark", "mark", id="copy.mark"),
        Binding("y,enter", "copy", "copy", id="copy.copy"),
        Binding("slash", "search", "search", id="copy.search"),
        Binding("n", "again(-1)", "older match", id="copy.again"),
        Binding("N", "again(1)", "newer match", id="copy.back"),
        Binding("escape,q,c", "done", "done", id="copy.done"),
    ]

    class SearchAsked(Message):
        """Words to search for are wanted."""

        def __init__(self, view: CopyTerminal) -> None:
            super().__init__()
            self.view = view

    def __init__(self) -> None:
        super().__init__()
        self.line = 0
        """Absolute number of the line that the reader is on."""
        self._anchor: int | None = None
        self._words = ""
        self._search: asyncio.Task[None] | None = None

    @property
    def copying(self) -> bool:
        """The mode is on."""
        return self.can_focus

    def begin_copy(self) -> None:
        """Begin at the cursor's line."""
        if not self.has_frame:
            return
        self.can_focus = True
        self._anchor = None
        self.line = self.scrollback.pushed + self._cursor.y
        self.focus(scroll_visible=False)
        self._show_line()

    def _last(self) -> int:
        return self.scrollback.pushed + max(0, self.screen_size.rows - 1)

    def _show_line(self) -> None:
        self.line = min(max(self.scrollback.first, self.line), self._last())
        first, height = self.first_line(), max(1, self.size.height)
        if self.line < first:
            self.scroll_back(first - self.line)
        elif self.line >= first + height:
            self.scroll_back(first + height - 1 - self.line)
        anchor = self.line if self._anchor is None else self._anchor
        self.mark(Marked(Spot(anchor, 0), Spot(self.line, 0), whole_lines=True))

    def action_line(self, by: int) -> None:
        """Go up or down a line."""
        self.line += by
        self._show_line()

    def action_page(self, by: int) -> None:
        """Go up or down a page."""
        self.line += by * max(1, self.size.height - 1)
        self._show_line()

    def action_to_end(self, end: str) -> None:
        """Go to the oldest or newest line."""
        self.line = self.scrollback.first if end == "oldest" else self._last()
        self._show_line()

    def action_mark(self) -> None:
        """Begin to mark lines here, or stop marking."""
        self._anchor = self.line if self._anchor is None else None
        self._show_line()

    def action_copy(self) -> None:
        """Copy the marked lines, or the one the reader is on, and leave."""
        text = self.marked_text()
        self.action_done()
        self.post_message(self.Copied(text))

    def action_done(self) -> None:
        """Leave the mode; the newest lines are shown again."""
        if self._search is not None:
            self._search.cancel()
        self.mark(None)
        self.screen.set_focus(None)
        self.can_focus = False
        self.scroll_back(-self.back)
        self.post_message(self.Scrolled())

    def on_blur(self) -> None:
        """Another window has the focus: the mode stays; another widget: it is over."""
        if self.app.app_focus and self.copying and not self.has_focus and self.screen.is_current:
            self.mark(None)
            self.can_focus = False

    # -- searching -----------------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Ask for words."""
        self.post_message(self.SearchAsked(self))

    def action_again(self, by: int) -> None:
        """Go to the next match."""
        if self._words:
            self.find(self._words, by)

    def find(self, words: str, by: int = -1) -> None:
        """Go to the next line that holds the words, upwards with -1."""
        self._words = words
        if self._search is not None:
            self._search.cancel()
        self._search = asyncio.create_task(self._find(words.casefold(), by), name="search")

    async def _find(self, words: str, by: int) -> None:
        number = self.line + by
        while self.scrollback.first <= number <= self._last():
            if self.line_at(number) is None and not await self._fetch(number):
                break
            styled = self.line_at(number)
            if styled is not None and words in line_text(styled[0]).casefold():
                self.line = number
                self._show_line()
                return
            number += by
        self.app.notify(f"No line {'above' if by < 0 else 'below'} holds “{words}”.", markup=False)

    async def _fetch(self, number: int) -> bool:
        chunk = self.scrollback.missing(number, number + 1)
        if chunk is None or self.link is None:
            await asyncio.sleep(0.01)  # it was asked for already
            return self.scrollback.first <= number
        try:
            return await self.scrollback.pull(chunk, self.link.history)
        except AgentTuiError:
            return False
