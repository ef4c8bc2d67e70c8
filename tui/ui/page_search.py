"""Searching a page of lines for words: what is typed, which lines have them, where one stands. Plain text, no expression."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from textual.content import Content

from tui.ui.fit import ALWAYS, Piece, fit, text
from tui.ui.line_entry import Did, LineEntry

_HIT: Final = "on $select bold"
_HERE: Final = "bold $on-needs on $needs-fill"


class PageSearch:
    """The search of one page."""

    def __init__(self) -> None:
        self.entry: LineEntry | None = None
        """The words while they are typed."""
        self.words = ""
        self.lines: list[int] = []
        """Numbers of the lines that have them."""
        self.here = -1
        """Index into `lines`."""

    @property
    def is_on(self) -> bool:
        """Words are typed or looked for."""
        return self.entry is not None or bool(self.words)

    def open(self) -> None:
        """Begin to type."""
        self.entry = LineEntry(self.words)

    def key(self, key: str, character: str | None) -> bool:
        """Take a key while words are typed; True if it ended."""
        if self.entry is None:
            return True
        did = self.entry.key(key, character)
        if did is Did.LEFT:
            self.drop()
            return True
        self.words = self.entry.text
        if did is Did.DONE:
            self.entry = None
        return did is Did.DONE

    def drop(self) -> None:
        """Look for nothing."""
        self.entry, self.words, self.lines, self.here = None, "", [], -1

    def apply(self, lines: Sequence[Content], top: int) -> list[Content]:
        """Find the words in what was written; returns the lines with every hit marked.

        Args:
            lines: The page.
            top: Line from which on the first hit is stood at, where one stood at none before.
        """
        if not self.words:
            self.lines, self.here = [], -1
            return list(lines)
        wanted = re.compile(re.escape(self.words), re.IGNORECASE)
        before = self.lines[self.here] if 0 <= self.here < len(self.lines) else top
        found, drawn = [], list(lines)
        for number, line in enumerate(lines):
            spans = [match.span() for match in wanted.finditer(line.plain)]
            if spans:
                found.append(number)
                for start, end in spans:
                    drawn[number] = drawn[number].stylize(_HIT, start, end)
        self.lines = found
        self.here = next((i for i, number in enumerate(found) if number >= before), 0) if found else -1
        if self.here >= 0:
            number = found[self.here]
            for match in wanted.finditer(lines[number].plain):
                drawn[number] = drawn[number].stylize(_HERE, *match.span())
        return drawn

    def go(self, by: int) -> int | None:
        """Stand at the next or previous hit; returns its line."""
        if not self.lines:
            return None
        self.here = (self.here + by) % len(self.lines)
        return self.lines[self.here]

    @property
    def line(self) -> int | None:
        """The line that one stands at."""
        return self.lines[self.here] if 0 <= self.here < len(self.lines) else None

    def strip(self, width: int) -> Content:
        """Return the line that shows the words and how many lines have them."""
        entry = self.entry
        if entry is not None:
            at = entry.cursor
            under = entry.text[at : at + 1] or " "
            shown = text(entry.text[:at]) + text(under, "reverse") + text(entry.text[at + 1 :])
        else:
            shown = text(self.words)
        if not self.words:
            told = "type what to look for"
        elif self.lines:
            told = f"{self.here + 1} of {len(self.lines)} line{'s' if len(self.lines) != 1 else ''}"
        else:
            told = "nowhere on this page"
        return fit(
            [Piece(ALWAYS, text(" / ", "$primary") + shown)],
            [Piece(1, text(f"{told} ", "$foreground-muted"))],
            width,
        )
