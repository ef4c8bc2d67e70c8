"""The cursor: moves, margins, tab stops, saved positions."""

from __future__ import annotations

import msgspec

from tui.terminal.state import DECOM, IRM, Saved, ScreenState


class Motion(ScreenState):
    """Move the cursor. It is inside the screen after every function."""

    def clamp(self) -> None:
        """Give up a pending wrap: the cursor is on the last column."""
        if self.cursor.x >= self.columns:
            self.cursor.x = self.columns - 1

    def cursor_up(self, count: int | None = None) -> None:
        """CUU: stops at the top margin if it starts at or below it, else at the first row."""
        self.clamp()
        y = self.cursor.y
        self.cursor.y = max(y - (count or 1), self.top if y >= self.top else 0)

    def cursor_down(self, count: int | None = None) -> None:
        """CUD: stops at the bottom margin if it starts at or above it, else at the last row."""
        self.clamp()
        y = self.cursor.y
        self.cursor.y = min(y + (count or 1), self.bottom if y <= self.bottom else self.lines - 1)

    def line_forward(self, count: int | None = None) -> None:
        """VPR: not held by the bottom margin, unless in origin mode."""
        self.clamp()
        last = self.bottom if DECOM in self.mode else self.lines - 1
        self.cursor.y = max(self.cursor.y, min(self.cursor.y + (count or 1), last))

    def backspace(self) -> None:
        """BS."""
        self.clamp()
        if self.cursor.x:
            self.cursor.x -= 1

    def cursor_position(self, line: int | None = None, column: int | None = None) -> None:
        """CUP, HVP: to a line and a column, 1-based, within the margins in origin mode."""
        self.cursor.x = min(max(1, column or 1), self.columns) - 1
        self._to_line(line or 1)

    def cursor_to_line(self, line: int | None = None) -> None:
        """VPA."""
        self.clamp()
        self._to_line(line or 1)

    def _to_line(self, line: int) -> None:
        """Go to a 1-based line, within the margins in origin mode."""
        if DECOM in self.mode:
            self.cursor.y = min(self.top + max(1, line) - 1, self.bottom)
        else:
            self.cursor.y = min(max(1, line), self.lines) - 1

    def set_margins(self, top: int | None = None, bottom: int | None = None) -> None:
        """DECSTBM, 1-based; homes the cursor. Ignored when the region would be shorter than two lines."""
        first = max(1, top or 1) - 1
        last = min(bottom or self.lines, self.lines) - 1
        if first < last:
            self.set_region(first, last)
            self.cursor_position()

    def set_region(self, top: int, bottom: int) -> None:
        """Set the scrolling region, 0-based and valid."""
        self.top, self.bottom = top, bottom

    def tab(self) -> None:
        """HT: to the next stop or the last column. A cursor that waits to wrap stays."""
        cursor = self.cursor
        if cursor.x < self.columns:
            last = self.columns - 1
            stops = self.tabstops
            cursor.x = next((x for x in range(cursor.x + 1, last) if x in stops), last)

    def tab_forward(self, count: int | None = None) -> None:
        """CHT."""
        for _ in range(min(count or 1, self.columns)):
            if self.cursor.x >= self.columns - 1:
                break
            self.tab()

    def tab_back(self, count: int | None = None) -> None:
        """CBT. A cursor that waits to wrap stays, as with HT."""
        if self.cursor.x >= self.columns:
            return
        for _ in range(min(count or 1, self.columns)):
            if self.cursor.x == 0:
                break
            self.cursor.x = next((x for x in range(self.cursor.x - 1, 0, -1) if x in self.tabstops), 0)

    def reset_tab_stops(self, how: int = 0) -> None:
        """DECST8C, `CSI ? 5 W`: a stop every eight columns."""
        if how == 5:
            self.tabstops = set(range(8, self.columns, 8))

    def save_cursor(self, margins: int | None = None) -> None:
        """DECSC, `CSI s`: one slot per screen. With a parameter it is DECSLRM, which is not there."""
        if margins is None:
            self.saved[self.is_alternate] = Saved(
                self.cursor.x,
                self.cursor.y,
                self.style,
                (self.graphics[0], self.graphics[1]),
                self.charset,
                DECOM in self.mode,
            )

    def restore_cursor(self) -> None:
        """DECRC, `CSI u`: back to what was saved last, any number of times; home if nothing was.

        A wrap that was pending is not restored, as in xterm; leaving the alternate screen does restore it.
        """
        self.restore_saved()
        self.clamp()

    def restore_saved(self) -> None:
        """Back to what was saved, a pending wrap included."""
        saved = self.saved[self.is_alternate]
        self.cursor.x = min(saved.x, self.columns)
        self.cursor.y = min(saved.y, self.lines - 1)
        style = msgspec.structs.replace(saved.style, link=self.style.link)
        self.pen = chr(self.styles.number(style))
        self.graphics[:] = saved.graphics
        self.charset = saved.charset
        if saved.is_origin:
            self.mode.add(DECOM)
            self.cursor.y = min(max(self.cursor.y, self.top), self.bottom)
        else:
            self.mode.discard(DECOM)
        self.choose_path()

    def choose_path(self) -> None:
        """Tell the loop whether text may go to the cells as it is."""
        self.is_direct = IRM not in self.mode and not self.graphics[self.charset]
