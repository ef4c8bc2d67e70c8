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
        self._set_height(lines, columns, cursor)
        for row in self.alternate_rows:
            row.truncate(columns)
        del self.alternate_rows[lines:]
        self.alternate_rows.extend(Row() for _ in range(lines - len(self.alternate_rows)))
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

    def _set_height(self, lines: int, columns: int, cursor: Place) -> None:
        """Fewer rows: blank ones below the cursor go first, then the top ones, to the scrollback. More: they come back."""
        rows = self.main_rows
        while len(rows) > lines and len(rows) - 1 > cursor.y and not (rows[-1].text or rows[-1].styles):
            rows.pop()
        while len(rows) > lines:
            row = rows.pop(0)
            self.scrollback.push(row.text, row.styles, row.wrapped)
            cursor.y = max(0, cursor.y - 1)
        while len(rows) < lines and (back := self.scrollback.pop()) is not None:
            back.truncate(columns)
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
        self.scrollback.reflow(columns, joined, split)
        used = max(cursor.y, max((y for y, row in enumerate(rows) if row.text or row.styles), default=0))
        out: list[Row] = []
        target = Place(0, 0)
        y = 0
        while y <= used:
            last = y
            while last < used and rows[last].wrapped:
                last += 1
            offset = -1
            if y <= cursor.y <= last:
                offset = sum(len(row.text) for row in rows[y : cursor.y]) + cursor.x
            pieces = split(joined(rows[y : last + 1]), columns)
            if offset >= 0:
                _find(pieces, offset, columns, target)
                target.y += len(out)
            out.extend(pieces)
            y = last + 1
        cursor.x, cursor.y = target.x, target.y
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


def joined(rows: list[Row]) -> Row:
    """Rows of one line as a single long row. All but the last are full, but for a column that a wide glyph left."""
    text = "".join(row.text for row in rows)
    styles = "".join(row.styles[: len(row.text)].ljust(len(row.text), PLAIN) for row in rows[:-1])
    return Row(text, styles + rows[-1].styles)


def split(line: Row, columns: int) -> list[Row]:
    """Cut a line into rows, no wide glyph in two. Blanks behind its text are cut off, coloured ones too."""
    text = line.text.rstrip(" ")
    width = len(text)
    if columns < 2:
        text = _PAIR.sub("  ", text)
    if width <= columns:
        return [Row(text, line.styles[:columns])]
    pieces = []
    at = 0
    while at < width:
        end = at + columns
        if end < width and text[end] == TAIL:
            end -= 1
        pieces.append(Row(text[at:end], line.styles[at : at + columns if end >= width else end], end < width))
        at = end
    return pieces


def _find(pieces: list[Row], offset: int, columns: int, place: Place) -> None:
    """Set the place to where a line's cell `offset` is now, counted from the line's first row.

    Behind the text the cursor stays on the last row; right behind a full row it waits to wrap.
    """
    place.y = 0
    for piece in pieces[:-1]:
        if offset < len(piece.text):
            break
        offset -= len(piece.text)
        place.y += 1
    place.x = offset if offset < columns or offset == len(pieces[place.y].text) else columns - 1
