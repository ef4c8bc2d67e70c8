"""A new size: soft-wrapped lines of the main screen flow into the new width, rows move to and from the scrollback.

The alternate screen is cut or extended at its right and bottom; what runs there draws itself again.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from tui.terminal.cells import PLAIN, TAIL, Row
from tui.terminal.state import SYNCHRONIZED, private
from tui.terminal.strings import Strings

_PULLED_MAX: Final = 400
"""Lines taken back from the scrollback because they go on in the first row of the screen."""
_PAIR: Final = re.compile(f"[^{TAIL}]{TAIL}")


class Place(msgspec.Struct):
    """A position that has to find its cell again."""

    x: int
    y: int


class Resizing(Strings):
    """Change the size."""

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Take a new size, each at least 1. A cursor in the main screen stays on its character."""
        lines, columns = max(1, lines or self.lines), max(1, columns or self.columns)
        if (lines, columns) == (self.lines, self.columns):
            return
        slot = self.saved[0]
        shown = not self.is_alternate
        cursor = Place(self.cursor.x, self.cursor.y) if shown else Place(slot.x, slot.y)
        if columns != self.columns:
            self._reflow(columns, cursor)
        self._set_height(lines, cursor)
        for row in self.alternate_rows:
            row.truncate(columns)
        del self.alternate_rows[lines:]
        self.alternate_rows.extend(Row() for _ in range(lines - len(self.alternate_rows)))
        if columns < 2:
            for row in (*self.main_rows, *self.alternate_rows):
                row.text = _PAIR.sub(" ", row.text)
        self._set_size(lines, columns)
        if shown:
            self.cursor.x, self.cursor.y = cursor.x, cursor.y
            saved = [slot, self.saved[1]]
        else:
            saved = [msgspec.structs.replace(slot, x=cursor.x, y=cursor.y), self.saved[1]]
        self.cursor.x = min(self.cursor.x, columns)
        self.cursor.y = min(self.cursor.y, lines - 1)
        self.saved = [
            msgspec.structs.replace(old, x=min(old.x, columns), y=min(old.y, lines - 1)) for old in saved
        ]
        if private(2048) in self.mode:
            self.report_size()

    def _set_size(self, lines: int, columns: int) -> None:
        self.tabstops = {x for x in self.tabstops if x < self.columns}
        self.tabstops.update(x for x in range(8, columns, 8) if x >= self.columns)
        self.lines, self.columns = lines, columns
        self.set_region(0, lines - 1)
        self.mode.discard(SYNCHRONIZED)
        self.was_text = False

    def _set_height(self, lines: int, cursor: Place) -> None:
        """Fewer rows: blank ones below the cursor go first, then the top ones, to the scrollback. More: they come back."""
        rows = self.main_rows
        while len(rows) > lines and len(rows) - 1 > cursor.y and not (rows[-1].text or rows[-1].styles):
            rows.pop()
        while len(rows) > lines:
            row = rows.pop(0)
            self.scrollback.push(row.text, row.styles, row.wrapped)
            cursor.y = max(0, cursor.y - 1)
        while len(rows) < lines and (back := self.scrollback.pop()) is not None:
            if len(back.text) > self.columns:
                back.truncate(self.columns)
            rows.insert(0, back)
            cursor.y += 1
        rows.extend(Row() for _ in range(lines - len(rows)))

    def _reflow(self, columns: int, cursor: Place) -> None:
        """Cut the main screen's lines anew; the place of the cursor goes along."""
        rows = self.main_rows
        while self.scrollback.ends_wrapped and len(rows) < self.lines + _PULLED_MAX:
            back = self.scrollback.pop()
            if back is None:
                break
            rows.insert(0, back)
            cursor.y += 1
        self.scrollback.end_line()
        used = max(cursor.y, max((y for y, row in enumerate(rows) if row.text or row.styles), default=0))
        old_columns, self.columns = self.columns, columns
        out: list[Row] = []
        target = Place(0, 0)
        y = 0
        while y <= used:
            last = y
            while last < used and rows[last].wrapped:
                last += 1
            offset = -1
            if y <= cursor.y <= last:
                before = sum(_length(rows[at], old_columns) for at in range(y, cursor.y))
                offset = before + cursor.x
            pieces = _split(_joined(rows[y : last + 1], old_columns), columns)
            if offset >= 0:
                _find(pieces, offset, columns, target)
                target.y += len(out)
                while target.y >= len(out) + len(pieces):
                    pieces.append(Row())
            out.extend(pieces)
            y = last + 1
        cursor.x, cursor.y = target.x, target.y
        self.columns = old_columns
        self.main_rows[:] = out
        self._fit(cursor)

    def _fit(self, cursor: Place) -> None:
        """Bring the main screen back to its height after a reflow."""
        rows = self.main_rows
        while len(rows) > self.lines and len(rows) - 1 > cursor.y and not (rows[-1].text or rows[-1].styles):
            rows.pop()
        while len(rows) > self.lines:
            row = rows.pop(0)
            self.scrollback.push(row.text, row.styles, row.wrapped)
            cursor.y = max(0, cursor.y - 1)
        rows.extend(Row() for _ in range(self.lines - len(rows)))


def _length(row: Row, columns: int) -> int:
    """Cells of a wrapped row that belong to its line: without the blank that a wide glyph left at the margin."""
    width = min(max(len(row.text), 0), columns)
    return width if width else columns


def _joined(rows: list[Row], columns: int) -> Row:
    """Rows of one line as a single long row."""
    text = ""
    styles = ""
    for row in rows[:-1]:
        width = _length(row, columns)
        text += row.text.ljust(width)[:width]
        styles = styles.ljust(len(text) - width, PLAIN) + row.styles[:width]
    styles = styles.ljust(len(text), PLAIN) + rows[-1].styles if rows[-1].styles else styles
    return Row(text + rows[-1].text, styles)


def _split(line: Row, columns: int) -> list[Row]:
    """Cut a line into rows, no wide glyph in two."""
    width = max(len(line.text.rstrip(" ")), len(line.styles.rstrip(PLAIN)) if line.styles else 0)
    text = line.text.ljust(width)
    if len(text) <= columns:
        return [Row(line.text, line.styles[:columns])]
    pieces = []
    at = 0
    while at < width:
        end = at + columns
        if end < len(text) and text[end] == TAIL and columns > 1:
            end -= 1
        pieces.append(Row(text[at:end], line.styles[at:end], wrapped=end < width))
        at = end
    return pieces


def _find(pieces: list[Row], offset: int, columns: int, place: Place) -> None:
    """Set the place to where a line's cell `offset` is now, counted from the line's first row."""
    for y, piece in enumerate(pieces):
        width = len(piece.text) if piece.wrapped else columns
        if offset < width or (y == len(pieces) - 1 and offset == columns):
            place.x, place.y = offset, y
            return
        if y == len(pieces) - 1:
            break
        offset -= width
    place.x, place.y = offset % columns, len(pieces) - 1 + offset // columns
