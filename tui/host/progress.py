"""Tells real news on a screen from spinners, clocks and counters, which redraw for ever without getting anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_NOISE: Final = re.compile(
    # Whole words with a digit in them (12s, 1.2k, 3f9a), and everything that is no letter: spinner glyphs, braille,
    # bars, punctuation, blanks.
    r"\w*\d\w*|[\W_]+"
)
LETTERS_MIN: Final = 2
KEPT_LINES: Final = 4096
_LINE_MAX: Final = 400


class ProgressWatch:
    """Remembers lines that were shown and says whether there is one that was not."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}

    def advanced(self, lines: Iterable[str]) -> bool:
        """Return whether a line says something that no recent line said; remember them all."""
        seen = self._seen
        news = False
        for line in lines:
            words = essence(line)
            if len(words) < LETTERS_MIN:
                continue
            if words in seen:
                del seen[words]  # put in again below: what is still shown is not forgotten
            else:
                news = True
            seen[words] = None
        while len(seen) > KEPT_LINES:
            del seen[next(iter(seen))]
        return news


def essence(line: str) -> str:
    """Return the letters of a line, words with digits left out."""
    return _NOISE.sub("", line[:_LINE_MAX])
