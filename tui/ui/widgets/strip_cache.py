"""Drawn lines of many items, the least recently used forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from textual.strip import Strip

Key = tuple[int, ...]
"""What a drawing depends on: version, width, fold."""


class StripCache:
    """Strips by item, bounded by lines.

    Args:
        most: Lines kept, but always at least one item.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.lines = 0
        """Lines kept now."""
        self._items: OrderedDict[int, tuple[Key, list[Strip]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items)

    def get(self, index: int, key: Key, draw: Callable[[], list[Strip]]) -> list[Strip]:
        """Return an item's strips, drawn anew if what they depend on has changed."""
        found = self._items.get(index)
        if found is not None and found[0] == key:
            self._items.move_to_end(index)
            return found[1]
        strips = draw()
        if found is not None:
            self.lines -= len(found[1])
        self._items[index] = (key, strips)
        self._items.move_to_end(index)
        self.lines += len(strips)
        while self.lines > self.most and len(self._items) > 1:
            self.lines -= len(self._items.popitem(last=False)[1][1])
        return strips

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()
        self.lines = 0
