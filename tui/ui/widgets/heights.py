"""Heights of many items, summed in blocks: where a line falls and where an item begins, without adding up all of them."""

from __future__ import annotations

from typing import Final

_BLOCK: Final = 256


class Heights:
    """Lines of each item, by index. All operations cost about the square root of the number of items."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._blocks: list[int] = []
        self.total = 0
        """Lines of all items."""

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    def append(self, height: int) -> None:
        """Add an item at the end."""
        if len(self._heights) % _BLOCK == 0:
            self._blocks.append(0)
        self._heights.append(height)
        self._blocks[-1] += height
        self.total += height

    def set(self, index: int, height: int) -> int:
        """Change an item's height; returns by how much it grew."""
        grown = height - self._heights[index]
        if grown:
            self._heights[index] = height
            self._blocks[index // _BLOCK] += grown
            self.total += grown
        return grown

    def top(self, index: int) -> int:
        """Return the line at which an item begins."""
        block = index // _BLOCK
        return sum(self._blocks[:block]) + sum(self._heights[block * _BLOCK : index])

    def find(self, y: int) -> tuple[int, int]:
        """Return the item of a line and the line's number in it; past the end (number of items, 0)."""
        if y < 0 or y >= self.total:
            return len(self._heights), 0
        block = 0
        while y >= self._blocks[block]:
            y -= self._blocks[block]
            block += 1
        index = block * _BLOCK
        while y >= self._heights[index]:
            y -= self._heights[index]
            index += 1
        return index, y
