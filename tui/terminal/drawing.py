"""Printing: characters to cells, glyphs of several code points, wrapping at the right margin."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar, Final

from tui.terminal.cells import TAIL
from tui.terminal.editing import Editing
from tui.terminal.state import DECAWM, IRM
from tui.terminal.width import (
    ZWJ,
    char_width,
    cluster_width,
    is_cluster,
    is_mark,
    is_special,
    may_join,
    segments,
)

_TWO_JOINERS: Final = ZWJ * 2
_JOINERS: Final = re.compile(f"{ZWJ}{ZWJ}+")
_width: Final = lru_cache(maxsize=2048)(cluster_width)


class Drawing(Editing):
    """Put text at the cursor."""

    line_drawing: ClassVar[dict[int, str]]
    """The line drawing set, for `str.translate`."""

    def draw(self, data: str) -> None:
        """Print text without control characters."""
        if self.graphics[self.charset]:
            data = data.translate(self.line_drawing)
        self._put(self._cells(data) if is_special(data) else data)

    def define_charset(self, code: str, mode: str) -> None:
        """SCS: `ESC ( code`, `ESC ) code`. All sets but line drawing print as they are."""
        self.graphics[mode == ")"] = code == "0"
        self.choose_path()

    def shift_in(self) -> None:
        """SI: G0."""
        self.charset = 0
        self.choose_path()

    def shift_out(self) -> None:
        """SO: G1."""
        self.charset = 1
        self.choose_path()

    def repeat(self, count: int | None = None) -> None:
        """REP: print the last glyph again, at most a screenful."""
        if not self.last:
            return
        glyph = "".join(segments(self.last)[-1]) if is_special(self.last) else self.last
        if not is_cluster(glyph):
            glyph = glyph[-1]
        self.draw(glyph * min(count or 1, self.columns * self.lines))

    def _cells(self, text: str) -> str:
        """Text as one code point per cell. Marks at its start go to the glyph before."""
        if self.columns < 2:
            return self._single_cells(text)
        if is_mark(text[0]):
            text = self._attach(text)
        if _TWO_JOINERS in text:
            text = _JOINERS.sub(ZWJ, text)
        parts = []
        for narrow, wide, cluster in segments(text):
            if narrow:
                parts.append(narrow)
            elif wide:
                parts.append(TAIL.join(wide) + TAIL)
            else:
                parts.append(self._cluster(cluster, _width(cluster)))
        return "".join(parts)

    def _single_cells(self, text: str) -> str:
        """Text for a screen of one column: no glyph of several code points, a blank for a wide one."""
        widths = ((char, char_width(char)) for char in text)
        return "".join(" " if width == 2 else self._cluster(char, width) for char, width in widths)

    def _cluster(self, cluster: str, width: int) -> str:
        """One glyph as cells; none for marks that found no glyph to sit on."""
        if width == 0:
            return ""
        if len(cluster) > 1 or cluster >= "\U00100000":
            cluster = self.clusters.code(cluster)
        return cluster + TAIL if width == 2 else cluster

    def _attach(self, text: str) -> str:
        """Take marks and joiners off the start of a text and give them to the glyph before the cursor.

        Emoji and flags join only what was printed just before; marks may follow a move of the cursor.
        """
        joins = self.was_text
        for at, char in enumerate(text):
            mark = is_mark(char)
            if not mark and not (joins and may_join(char) and self._join(char)):
                return text[at:]
            if mark:
                self._join(char)
            joins = self.columns > 1
        return ""

    def _join(self, char: str) -> bool:
        """Make a character part of the glyph before the cursor; False if it does not belong to it."""
        cursor, row = self.cursor, self.rows[self.cursor.y]
        start = cursor.x - 1
        if start < 0 or self.columns < 2:
            return False
        if row.text[start : start + 1] == TAIL:
            start -= 1
        if start >= len(row.text):  # nothing was printed there; a printed space does carry marks
            return False
        joined = self.clusters.text(row.text[start]) + char
        if joined.endswith(_TWO_JOINERS):
            return True
        if not is_cluster(joined):
            return False
        self.last = joined
        width = _width(joined)
        if width == cursor.x - start:
            row.write(start, self._cluster(joined, width), row.styles[start : start + 1] or "\0")
            return True
        if IRM in self.mode:
            row.delete(start, 1, self.fill(), self.columns)
        cursor.x = start
        self._put(self._cluster(joined, width))
        return True

    def _put(self, cells: str) -> None:
        """Print cells at the cursor, wrapping (or, without DECAWM, staying) at the right margin."""
        columns, cursor = self.columns, self.cursor
        while (room := columns - cursor.x) < len(cells):
            if DECAWM not in self.mode:
                self._pile_up(cells, max(1, room))
                return
            row = self.rows[cursor.y]
            take = room - 1 if room and cells[room] == TAIL else room
            if take:
                self._place(cursor.x, cells[:take], self.pen)
            if take < room:
                row.write(columns - 1, " ", self.pen)
                row.text = row.text[
                    : columns - 1
                ]  # no part of the line: gone when it flows into another width
            row.wrapped = True
            cells = cells[take:]
            cursor.x = columns
            self.index()
            cursor.x = 0
        if cells:
            self._place(cursor.x, cells, self.pen)
            cursor.x += len(cells)

    def _place(self, x: int, cells: str, style: str) -> None:
        row = self.rows[self.cursor.y]
        if IRM in self.mode:
            row.insert(x, min(len(cells), self.columns - x), self.fill(), self.columns)
        row.write(x, cells, style)

    def _pile_up(self, cells: str, room: int) -> None:
        """Print what does not fit without wrapping: the first cells, and in the last column the last glyph.

        A wide glyph has no place there and leaves it blank.
        """
        start = self.columns - room
        first = cells[: room - 1]
        if first and cells[room - 1] == TAIL:
            first = first[:-1] + " "
        last = "" if cells[-1] == TAIL else cells[-1]
        self._place(start, first + last, self.pen)
        if not last:
            self.rows[self.cursor.y].erase(self.columns - 1, self.columns, self.fill(), self.columns)
        self.cursor.x = self.columns
