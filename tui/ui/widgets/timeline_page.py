"""The page on which a timeline stands: how high each item is, and what is drawn where.

Items are measured only near what is seen, and their strips kept in a bounded cache. Further away a height is an estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual.strip import Strip

from tui.ui.widgets.heights import Heights
from tui.ui.widgets.strip_cache import StripCache
from tui.ui.widgets.timeline_frame import Frame
from tui.ui.widgets.timeline_item import Item
from tui.ui.widgets.timeline_render import estimate, needs_gap

CACHED: Final = 6_000
"""Lines of items kept as strips."""

_BLANK: Final = Strip([], 0)


class Page:
    """Lines of items, one below the other.

    Args:
        frame: Tells where items are drawn now.
        draw: Draws an item with so many blank lines above it.
    """

    def __init__(
        self, frame: Callable[[], Frame], draw: Callable[[Item, Frame, int], list[Strip]], most: int = CACHED
    ) -> None:
        self.heights = Heights()
        self.cache = StripCache(most)
        self._frame = frame
        self._draw = draw
        self._items: Sequence[Item] = ()

    def __len__(self) -> int:
        return len(self.heights)

    @property
    def total(self) -> int:
        """Lines of all items."""
        return self.heights.total

    def begin(self, items: Sequence[Item]) -> None:
        """Hold these items, which may grow in number and each by itself."""
        self._items = items
        self.cache.clear()
        self.heights = Heights()
        self.grow()

    def grow(self) -> None:
        """Take items that were added."""
        if len(self.heights) == len(self._items):
            return
        frame = self._frame()
        for index in range(len(self.heights), len(self._items)):
            self.heights.append(self._estimate(index, frame))

    def estimate(self, index: int) -> None:
        """Give an item about the height it will have."""
        self.heights.set(index, self._estimate(index, self._frame()))

    def measure(self, index: int) -> int:
        """Give an item its true height; returns by how much it grew."""
        return self._measure(index, self._frame())

    def measure_end(self, room: int) -> None:
        """Measure the last so many lines."""
        frame = self._frame()
        for index in range(len(self.heights) - 1, -1, -1):
            self._measure(index, frame)
            room -= self.heights[index]
            if room <= 0:
                break

    def measure_around(self, y: int, height: int) -> int:
        """Measure a screen above and below a line; returns by how much the page grew above it."""
        frame = self._frame()
        first, _ = self.heights.find(max(0, y - height))
        top, _ = self.heights.find(y)
        grown = sum(self._measure(index, frame) for index in range(first, min(top, len(self.heights))))
        index, room = top, 2 * height
        while index < len(self.heights) and room > 0:
            self._measure(index, frame)
            room -= self.heights[index]
            index += 1
        return grown

    def between(self, y: int, height: int) -> tuple[int, int]:
        """Return which items are seen in so many lines from y on: the first, and the one behind the last."""
        first, _ = self.heights.find(y)
        last, _ = self.heights.find(y + height - 1)
        return min(first, len(self.heights)), min(last + 1, len(self.heights))

    def lines(self, y: int, count: int) -> list[Strip]:
        """Draw so many lines from y on; fewer where the page ends before."""
        frame = self._frame()
        found: list[Strip] = []
        index, line = self.heights.find(y)
        while len(found) < count and index < len(self.heights):
            # An item may have become lower since it was measured.
            strips = self._strips(index, frame)[line : self.heights[index]]
            missing = self.heights[index] - line - len(strips)
            found += [*strips, *[_BLANK] * missing]
            index, line = index + 1, 0
        return found[:count]

    def _estimate(self, index: int, frame: Frame) -> int:
        return estimate(self._items[index], frame) + self._gap(index, frame)

    def _measure(self, index: int, frame: Frame) -> int:
        return self.heights.set(index, len(self._strips(index, frame)))

    def _gap(self, index: int, frame: Frame) -> int:
        before = self._items[index - 1] if index else None
        return 1 if needs_gap(before, self._items[index], frame) else 0

    def _strips(self, index: int, frame: Frame) -> list[Strip]:
        item = self._items[index]
        gap = self._gap(index, frame)
        key = (item.version, frame.width, gap, int(item.unfolded), int(frame.diffs))
        return self.cache.get(index, key, lambda: self._draw(item, frame, gap))
