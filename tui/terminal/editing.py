"""Erasing, inserting, deleting and scrolling. Blanks take the pen's background and nothing else of it (BCE)."""

from __future__ import annotations

from collections.abc import Callable

from tui.protocol.screen import CellStyle
from tui.terminal.cells import PLAIN, Row
from tui.terminal.motion import Motion
from tui.terminal.state import LNM

RowChange = Callable[[int, int, int], None]
"""Row, column, count."""


class Editing(Motion):
    """Change cells other than by printing."""

    def fill(self) -> str:
        """The style of blanks made now."""
        if self.pen == PLAIN:
            return PLAIN
        fill = self.fills.get(self.pen)
        if fill is None:
            fill = chr(self.styles.number(CellStyle(bg=self.style.bg)))
            self.fills[self.pen] = fill
        return fill

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        """EL: 0 from the cursor, 1 up to and with the cursor, 2 all.

        After a full row nothing is left to erase from the cursor on, and the wrap stays pending: `grep --color` and
        compilers send one with each change of colour (tmux, VTE, Alacritty, xterm.js; xterm erases the last character).
        """
        x, y = self.cursor.x, self.cursor.y
        if how == 0:
            self._erase(y, x, self.columns)
        elif how == 1:
            self._erase(y, 0, min(x + 1, self.columns))
        elif how == 2:
            self._erase(y, 0, self.columns)

    def erase_in_display(self, how: int = 0, *args: int, **kwargs: bool) -> None:
        """ED: 0 from the cursor, 1 up to and with the cursor, 2 all, 3 the scrollback."""
        if how == 3:
            self.scrollback.clear()
            return
        if how > 2:
            return
        y = self.cursor.y
        if how < 2:
            self.erase_in_line(how)
        first, stop = (y + 1, self.lines) if how == 0 else (0, y) if how == 1 else (0, self.lines)
        fill = self.fill()
        for row in self.rows[first:stop]:
            row.clear(fill, self.columns)
        if how == 1 and y:
            self.rows[y - 1].wrapped = False

    def erase_characters(self, count: int | None = None) -> None:
        """ECH."""
        self.clamp()
        x = self.cursor.x
        self._erase(self.cursor.y, x, min(self.columns, x + (count or 1)))

    def insert_characters(self, count: int | None = None) -> None:
        """ICH."""
        self.clamp()
        self._insert(self.cursor.y, self.cursor.x, count or 1)

    def delete_characters(self, count: int | None = None) -> None:
        """DCH."""
        self.clamp()
        self._delete(self.cursor.y, self.cursor.x, count or 1)

    def insert_lines(self, count: int | None = None) -> None:
        """IL: within the margins only; the cursor goes to the first column."""
        y = self.cursor.y
        if self.top <= y <= self.bottom:
            self._roll(y, self.bottom, -(count or 1))
            self.cursor.x = 0

    def delete_lines(self, count: int | None = None) -> None:
        """DL: within the margins only; the cursor goes to the first column."""
        y = self.cursor.y
        if self.top <= y <= self.bottom:
            self._roll(y, self.bottom, count or 1)
            self.cursor.x = 0

    def scroll_up(self, count: int | None = None) -> None:
        """SU: the region up. Like a line feed it feeds the scrollback, as xterm does not but most others do."""
        self._scroll_up(min(count or 1, self.lines))

    def scroll_down(self, count: int | None = None, *mouse: int) -> None:
        """SD: the region down. With more parameters it is xterm's highlight tracking, and ignored."""
        if not mouse:
            self._roll(self.top, self.bottom, -(count or 1))

    def shift_left(self, count: int | None = None) -> None:
        """SL: the region's columns to the left."""
        self._each_in_region(self._delete, 0, count or 1)

    def shift_right(self, count: int | None = None) -> None:
        """SR: the region's columns to the right."""
        self._each_in_region(self._insert, 0, count or 1)

    def insert_columns(self, count: int | None = None) -> None:
        """DECIC, at the cursor's column."""
        self.clamp()
        self._each_in_region(self._insert, self.cursor.x, count or 1)

    def delete_columns(self, count: int | None = None) -> None:
        """DECDC, at the cursor's column."""
        self.clamp()
        self._each_in_region(self._delete, self.cursor.x, count or 1)

    def index(self) -> None:
        """IND, and the move of LF: down one line; at the bottom margin the region scrolls."""
        self.clamp()
        y = self.cursor.y
        if y == self.bottom:
            self._scroll_up(1)
        elif y < self.lines - 1:
            self.cursor.y = y + 1

    def linefeed(self) -> None:
        """LF, VT, FF: down one line, and to its start in newline mode."""
        self.index()
        if LNM in self.mode:
            self.cursor.x = 0

    def next_line(self) -> None:
        """NEL."""
        self.index()
        self.cursor.x = 0

    def reverse_index(self) -> None:
        """RI: up one line; at the top margin the region scrolls down."""
        self.clamp()
        y = self.cursor.y
        if y == self.top:
            self._roll(self.top, self.bottom, -1)
        elif y > 0:
            self.cursor.y = y - 1

    def alignment_display(self) -> None:
        """DECALN: fill with `E` in the default style, margins to the full screen, cursor home."""
        self.set_region(0, self.lines - 1)
        self.cursor.x = self.cursor.y = 0
        for row in self.rows:
            row.clear()
            row.text = "E" * self.columns

    def _erase(self, y: int, start: int, end: int) -> None:
        row = self.rows[y]
        row.erase(start, end, self.fill(), self.columns)
        if end >= self.columns:
            row.wrapped = False
        if start == 0 and y:
            self.rows[y - 1].wrapped = False

    def _insert(self, y: int, x: int, count: int) -> None:
        self.rows[y].insert(x, min(count, self.columns - x), self.fill(), self.columns)

    def _delete(self, y: int, x: int, count: int) -> None:
        row = self.rows[y]
        row.delete(x, min(count, self.columns - x), self.fill(), self.columns)
        row.wrapped = False

    def _each_in_region(self, change: RowChange, x: int, count: int) -> None:
        if self.top <= self.cursor.y <= self.bottom:
            for y in range(self.top, self.bottom + 1):
                change(y, x, count)

    def _scroll_up(self, count: int) -> None:
        """Scroll the region up; what leaves row 0 of the main screen goes to the scrollback."""
        rows, top, bottom = self.rows, self.top, self.bottom
        if top or rows is self.alternate_rows:
            self._roll(top, bottom, count)
            return
        push = self.scrollback.push
        fill = PLAIN if self.pen == PLAIN else self.fill()
        for _ in range(min(count, bottom + 1)):
            row = rows.pop(0)
            push(row.text, row.styles, row.wrapped)
            row.text = row.styles = ""
            row.wrapped = False
            if fill != PLAIN:
                row.styles = fill * self.columns
            rows.insert(bottom, row)

    def _roll(self, top: int, bottom: int, count: int) -> None:
        """Move rows `top` to `bottom` up by `count` (down, if negative); what leaves is lost."""
        rows = self.rows
        height = bottom - top + 1
        if top:
            rows[top - 1].wrapped = False
        fill = self.fill()
        count = max(-height, min(count, height))
        for _ in range(abs(count)):
            row: Row = rows.pop(top if count > 0 else bottom)
            row.clear(fill, self.columns)
            rows.insert(bottom if count > 0 else top, row)
        rows[bottom].wrapped = False
