"""A timeline that is read in: words are found in it, blocks of it are marked to be copied."""

from __future__ import annotations

import re
from typing import Final

from textual.content import Content

from tui.ui.fit import pad_right
from tui.ui.widgets.timeline import TimelineView
from tui.ui.widgets.timeline_blocks import Block, Place, blocks_of, has_words, places
from tui.ui.widgets.timeline_frame import Frame
from tui.ui.widgets.timeline_item import Item, Kind
from tui.ui.widgets.timeline_render import is_foldable

_HIT: Final = "bold on $select"
_HERE: Final = "bold $on-needs on $needs-fill"
_MARKED: Final = "on $select"


class ReadingTimeline(TimelineView):
    """The events of one agent, for a reader."""

    def __init__(self, *, glyphs: str = "unicode") -> None:
        super().__init__(rail=True, glyphs=glyphs)
        self.words = ""
        self.hits: list[int] = []
        """Entries that hold the words."""
        self.here = -1
        self.marked: Place | None = None

    # -- words ---------------------------------------------------------------------------------------------------------

    def look_for(self, words: str) -> None:
        """Find words anywhere in the entries, folded or not, and stand at the newest one at or above what is seen."""
        self.words = words
        items = self.timeline.items
        self.hits = [index for index, item in enumerate(items) if words and has_words(item, words)]
        _, last = self._in_view()
        above = [number for number, index in enumerate(self.hits) if index < max(1, last)]
        self.here = above[-1] if above else 0 if self.hits else -1
        self._redraw()
        if self.hits:
            self.bring(self.hits[self.here])

    def again(self, by: int) -> None:
        """Stand at the next or previous entry with the words."""
        if self.hits:
            self.here = (self.here + by) % len(self.hits)
            self._redraw()
            self.bring(self.hits[self.here])

    # -- blocks --------------------------------------------------------------------------------------------------------

    @property
    def block(self) -> Block | None:
        """The block that is marked."""
        if self.marked is None:
            return None
        found = blocks_of(self.timeline.items[self.marked.item])
        return found[self.marked.number] if self.marked.number < len(found) else None

    def mark(self, by: int = 0) -> bool:
        """Mark the newest code that is seen, or the next or previous block; False where there is none."""
        found = places(self.timeline.items)
        if not found:
            return False
        if self.marked in found and self.marked is not None:
            index = min(max(0, found.index(self.marked) + by), len(found) - 1)
        else:
            _, last = self._in_view()
            seen = [number for number, place in enumerate(found) if place.item < max(1, last)] or [0]
            code = [number for number in seen if self._block(found[number]).is_code]
            index = (code or seen)[-1]
        self.marked = found[index]
        self._redraw()
        self.bring(self.marked.item)
        return True

    def unmark(self) -> None:
        """Mark nothing."""
        self.marked = None
        self._redraw()

    def _block(self, place: Place) -> Block:
        return blocks_of(self.timeline.items[place.item])[place.number]

    # -- drawing -------------------------------------------------------------------------------------------------------

    def bring(self, index: int) -> None:
        """Bring an entry into view; it is unfolded where what was looked for is hidden in it."""
        item = self.timeline.items[index]
        if self.words and index in self.hits and is_foldable(item) and not item.unfolded:
            shown = "\n".join(line.plain for line in self._lines(item, self._frame(), 0))
            if self.words.casefold() not in shown.casefold():
                self._set_fold(index, unfolded=True)
        self._following = False
        self._lay_out()
        top, height = self._page.heights.top(index), self._page.heights[index]
        y, room = self.scroll_offset.y, self.size.height
        if not (y <= top and top + height <= y + room):
            self.scroll_to(y=max(0, top + self._offset(item) - room // 3), animate=False, force=True)
        self.refresh()

    def _offset(self, item: Item) -> int:
        """Return how far down in an entry its first line with the words stands."""
        if not self.words:
            return 0
        wanted = self.words.casefold()
        lines = self._lines(item, self._frame(), 0)
        return next((n for n, line in enumerate(lines) if wanted in line.plain.casefold()), 0)

    def _redraw(self) -> None:
        self._page.cache.clear()
        self.refresh()

    def _lines(self, item: Item, frame: Frame, gap: int) -> list[Content]:
        lines = super()._lines(item, frame, gap)
        items = self.timeline.items
        if self.marked is not None and self.marked.item < len(items) and items[self.marked.item] is item:
            lines = self._with_mark(item, lines, gap)
        if not self.words:
            return lines
        here = 0 <= self.here < len(self.hits) and items[self.hits[self.here]] is item
        wanted = re.compile(re.escape(self.words), re.IGNORECASE)
        return [_highlighted(line, wanted, _HERE if here else _HIT) for line in lines]

    def _with_mark(self, item: Item, lines: list[Content], gap: int) -> list[Content]:
        """Give the block that is marked its ground; in prose the lines of its code alone."""
        assert self.marked is not None
        rows = set(range(gap, len(lines)))
        if item.kind is Kind.TOOL and not item.diff:
            first = gap + bool(item.lead)
            rows = {first} if not self.marked.number else set(range(first + 1, len(lines)))
        if item.kind is Kind.TEXT and len(found := _code_rows(lines)) > self.marked.number:
            rows = found[self.marked.number]
        width = self._frame().width
        return [
            pad_right(line, width).stylize(_MARKED) if n in rows else line for n, line in enumerate(lines)
        ]


def _highlighted(line: Content, wanted: re.Pattern[str], style: str) -> Content:
    for match in wanted.finditer(line.plain):
        line = line.stylize(style, *match.span())
    return line


def _code_rows(lines: list[Content]) -> list[set[int]]:
    """Return the lines of each piece of code in drawn prose: they have a ground of their own."""
    found: list[set[int]] = []
    before = False
    for number, line in enumerate(lines):
        is_code = any(str(span.style) == "on $panel" for span in line.spans)
        if is_code and not before:
            found.append(set())
        if is_code:
            found[-1].add(number)
        before = is_code
    return found
