"""What a cell holds: rows of one code point per cell, clusters by code point.

A row is two strings, so that printing, erasing and scrolling are a few copies in C instead of loops:

- `text` has one code point per cell. `TAIL` stands for the second half of a wide glyph. A glyph of several code points
  is kept in `Clusters` and stands in the row as one code point of the last private plane.
- `styles` has one code point per cell, whose number is the style's in `styles.Styles`.

Both may be shorter than the screen is wide: what is missing is blank, or in the default style.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

TAIL: Final = "\0"
"""Second half of a wide glyph. It follows its first half always, and has the same style."""

PLAIN: Final = "\0"
"""The default style, as a member of `Row.styles`."""

CLUSTER_BASE: Final = 0x100000
CLUSTER_CODES: Final = re.compile("[\U00100000-\U0010ffff]")
"""Code points of rows that stand for clusters. The child's own use of that plane is kept as a cluster too."""

_CLUSTERS_MAX: Final = 0x4000


class Row:
    """One line of cells; see the module's text."""

    __slots__ = ("styles", "text", "wrapped")

    def __init__(self, text: str = "", styles: str = "", wrapped: bool = False) -> None:
        self.text = text
        self.styles = styles
        self.wrapped = wrapped
        """The line goes on in the next row because it was too long, not because of a newline."""

    def clear(self, fill: str = PLAIN, width: int = 0) -> None:
        """Make it blank; `fill` is the style of the blanks (only its background shows)."""
        self.text = ""
        self.styles = fill * width if fill != PLAIN else ""
        self.wrapped = False

    def write(self, start: int, cells: str, style: str) -> None:
        """Put cells at `start`, in one style. A wide glyph that is cut in half becomes a blank."""
        text = self.text
        length = len(text)
        end = start + len(cells)
        if not text.isascii():
            self.part(start)
            self.part(end)
            text = self.text
        if start == length:
            self.text = text + cells
        elif end >= length:
            self.text = text[:start].ljust(start) + cells
        else:
            self.text = text[:start] + cells + text[end:]
        styles = self.styles
        length = len(styles)
        if length > start or style != PLAIN:
            self.styles = styles[:start].ljust(start, PLAIN) + style * len(cells) + styles[end:]

    def part(self, x: int) -> None:
        """Make a boundary at column `x`: a wide glyph across it becomes two blanks."""
        text = self.text
        if 0 < x < len(text) and text[x] == TAIL:
            self.text = f"{text[: x - 1]}  {text[x + 1 :]}"

    def erase(self, start: int, end: int, fill: str, width: int) -> None:
        """Blank the columns from `start` up to `end` (not included) of a screen `width` columns wide."""
        self.part(start)
        self.part(end)
        text = self.text
        if end >= len(text):
            self.text = text[:start]
        elif start < end:
            self.text = text[:start] + " " * (end - start) + text[end:]
        styles = self.styles
        if fill != PLAIN:
            self.styles = styles[:start].ljust(start, PLAIN) + fill * (end - start) + styles[end:]
        elif end >= len(styles):
            self.styles = styles[:start]
        else:
            self.styles = styles[:start] + PLAIN * (end - start) + styles[end:]

    def insert(self, x: int, count: int, fill: str, width: int) -> None:
        """Push the cells from column `x` to the right by `count`; what passes `width` is lost."""
        self.part(x)
        self.part(width - count)
        if x < len(self.text):
            self.text = (self.text[:x] + " " * count + self.text[x:])[:width]
        if x < len(self.styles) or fill != PLAIN:
            self.styles = (self.styles[:x].ljust(x, PLAIN) + fill * count + self.styles[x:])[:width]

    def delete(self, x: int, count: int, fill: str, width: int) -> None:
        """Pull the cells right of column `x + count` to `x`; blanks come in at the right."""
        self.part(x)
        self.part(x + count)
        self.text = self.text[:x] + self.text[x + count :]
        styles = self.styles[:x] + self.styles[x + count :]
        if fill != PLAIN:
            styles = styles.ljust(width - count, PLAIN) + fill * count
        self.styles = styles

    def truncate(self, width: int) -> None:
        """Cut to `width` columns."""
        if len(self.text) > width:
            self.part(width)
            self.text = self.text[:width]
        if len(self.styles) > width:
            self.styles = self.styles[:width]


class Clusters:
    """Glyphs of several code points, each as one code point of the last private plane."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._free: list[int] = []
        self._sweep_at = _CLUSTERS_MAX // 2
        self.generation = 0
        """Grows when a code may have got another meaning."""

    @property
    def wants_sweep(self) -> bool:
        """Whether the owner should `sweep`."""
        return len(self._codes) >= self._sweep_at

    def code(self, cluster: str) -> str:
        """The code point that stands for a cluster; its first character when the table is full."""
        code = self._codes.get(cluster)
        if code is None:
            if len(self._codes) >= _CLUSTERS_MAX:
                return cluster[0] if cluster[0] < "\U00100000" else "\ufffd"
            code = chr(self._free.pop() if self._free else CLUSTER_BASE + len(self._codes))
            self._codes[cluster] = code
            self._texts[code] = cluster
        return code

    def text(self, code: str) -> str:
        """What a row's code point stands for: itself, if it is no cluster."""
        return self._texts.get(code, code)

    def expand(self, cells: str) -> str:
        """The text of some cells: clusters written out, second halves left out.

        A joiner that joined nothing is left out too, for who measures the text would join the next glyph.
        """
        if cells.isascii():
            return cells.replace(TAIL, "")
        return CLUSTER_CODES.sub(self._written, cells.replace(TAIL, ""))

    def _written(self, match: re.Match[str]) -> str:
        return self._texts.get(match[0], "\ufffd").rstrip("\u200d")

    def sweep(self, texts: Iterable[str]) -> None:
        """Free the codes that no row of `texts` holds."""
        live: set[str] = set()
        for text in texts:
            if not text.isascii():
                live.update(CLUSTER_CODES.findall(text))
        for code in self._texts.keys() - live:
            del self._codes[self._texts.pop(code)]
            self._free.append(ord(code))
        self._sweep_at = min(_CLUSTERS_MAX, len(live) + _CLUSTERS_MAX // 2)
        self.generation += 1
