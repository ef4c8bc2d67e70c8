"""The lines that left the screen at its top: bounded, packed, and readable in any part.

A line is its text (as `cells.Row` keeps it, without blanks at the end) and its styles as bytes: for each run its length
and its style. Styles are written out rather than numbered, so that a line needs no table that would grow with the
agent's life. 10,000 lines of 120 coloured columns take about 5 MiB.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from tui.protocol.screen import CellStyle
from tui.terminal.cells import PLAIN, Row
from tui.terminal.styles import Styles

_RUNS: Final = re.compile(r"([\s\S])\1*")
_CACHE_MAX: Final = 256
_LINK_SWEEP_LINES: Final = 1000


Join = Callable[[list[Row]], Row]
"""Rows of one soft-wrapped line as one long row."""
Split = Callable[[Row, int], list[Row]]
"""A long row as rows of a width."""


class PackedLine(NamedTuple):
    """One line: text as in `cells.Row`, packed styles, and whether it goes on in the next line."""

    text: str
    styles: bytes
    wrapped: bool


class Scrollback:
    """The last lines that left the screen, oldest first."""

    def __init__(self, limit: int, styles: Styles) -> None:
        self._styles = styles
        self._texts: deque[str] = deque(maxlen=limit)
        self._packed: deque[bytes] = deque(maxlen=limit)
        self._wrapped: deque[bool] = deque(maxlen=limit)
        self._recent: dict[str, bytes] = {}
        self._generation = 0
        self._links_swept = 0
        self.limit = limit
        self.pushed = 0
        """Lines ever pushed, less those taken back or given up by a reflow: a line keeps `pushed - position`."""

    def __len__(self) -> int:
        return len(self._texts)

    def push(self, text: str, styles: str, wrapped: bool = False) -> None:
        """Add a line at the end; the oldest goes when the limit is reached."""
        self.pushed += 1
        if styles:
            if self._generation != self._styles.generation or len(self._recent) > _CACHE_MAX:
                self._recent.clear()
                self._generation = self._styles.generation
            packed = self._recent.get(styles)
            if packed is None:
                runs = _RUNS.finditer(styles.rstrip(PLAIN))
                packed = self._recent[styles] = self._styles.pack(runs, styles)
        else:
            packed = b""
        self._texts.append(text if wrapped else text.rstrip(" "))
        self._packed.append(packed)
        self._wrapped.append(wrapped)

    def pop(self) -> Row | None:
        """Take the newest line back, as a row."""
        if not self._texts:
            return None
        self.pushed -= 1
        text, packed, wrapped = self._texts.pop(), self._packed.pop(), self._wrapped.pop()
        return self._row(text, packed, wrapped)

    def _row(self, text: str, packed: bytes, wrapped: bool) -> Row:
        number = self._styles.number
        styles = "".join(chr(number(style)) * length for length, style in self.runs(packed))
        return Row(text, styles, wrapped)

    def reflow(self, columns: int, join: Join, split: Split) -> None:
        """Cut the lines anew for another width. Lines that are neither wrapped nor too long stay as they are."""
        old = list(self._lines(0))
        before = len(old)
        pushed = self.pushed
        self._texts.clear()
        self._packed.clear()
        self._wrapped.clear()
        parts: list[Row] = []
        for text, packed, wrapped in old:
            if not parts and not wrapped and len(text) <= columns:
                self._texts.append(text)
                self._packed.append(packed)
                self._wrapped.append(False)
                continue
            parts.append(self._row(text, packed, wrapped))
            if not wrapped:
                for row in split(join(parts), columns):
                    self.push(row.text, row.styles, row.wrapped)
                parts = []
        for row in parts:
            self.push(row.text, row.styles, row.wrapped)
        self.pushed = pushed + len(self) - before

    @property
    def ends_wrapped(self) -> bool:
        """Whether the newest line goes on in the first row of the screen."""
        return bool(self._wrapped) and self._wrapped[-1]

    def end_line(self) -> None:
        """The newest line does not go on any more."""
        if self._wrapped:
            self._wrapped[-1] = False

    def slice(self, first: int, count: int) -> list[PackedLine]:
        """At most `count` lines from index `first`, 0 being the oldest kept."""
        first = max(0, first)
        stop = min(len(self), first + max(0, count))
        return [PackedLine(*line) for line in islice(self._lines(first), max(0, stop - first))]

    def _lines(self, first: int) -> Iterator[tuple[str, bytes, bool]]:
        return zip(
            islice(self._texts, first, None),
            islice(self._packed, first, None),
            islice(self._wrapped, first, None),
            strict=True,
        )

    def runs(self, packed: bytes) -> list[tuple[int, CellStyle]]:
        """Packed styles as (length in cells, style)."""
        return self._styles.unpack(packed)

    @property
    def wraps(self) -> Iterable[bool]:
        """For each line whether it goes on in the next one."""
        return self._wrapped

    def texts(self) -> Iterable[str]:
        """The texts as kept, clusters as code points."""
        return self._texts

    def sweep_links(self) -> None:
        """Give up links of lines that are gone, once enough are gone to make it worth the look at every line."""
        links = self._styles.links
        if links.was_full and self.pushed >= self._links_swept + _LINK_SWEEP_LINES:
            self._links_swept = self.pushed
            self._recent.clear()  # packed runs whose links could be given up
            links.sweep({number for packed in self._packed for number in self._styles.packed_links(packed)})

    def clear(self) -> None:
        """Forget every line."""
        self._texts.clear()
        self._packed.clear()
        self._wrapped.clear()
        self._recent.clear()
        self._styles.links.sweep(set())
