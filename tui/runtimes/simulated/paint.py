"""Styled lines, and a screen that writes only the rows that changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

Segment = tuple[str, str]
"""SGR parameters and text."""
Styled = list[Segment]

PLAIN = ""
BOLD = "1"
# Of the sixteen: whoever shows the terminal makes them readable on its ground, dark or light.
MUTED = "90"
BLUE = "34"
CODE = "33"
ORANGE = "91"
GREEN = "32"
AMBER = "93"
ADDED = "38;2;214;218;230;48;2;22;47;33"
REMOVED = "38;2;214;218;230;48;2;61;24;33"
REVERSED = "7"

_WORDS = re.compile(r"\s*\S+")


def cells(text: str) -> int:
    """Return how many cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def cut(line: Styled, width: int) -> Styled:
    """Return a line that is at most `width` cells wide."""
    kept: Styled = []
    room = width
    for style, text in line:
        while text and cells(text) > room:
            text = text[:-1]
        if not text:
            break
        kept.append((style, text))
        room -= cells(text)
    return kept


def words(text: str, base: str = PLAIN) -> Styled:
    """Return a text with its `code` and **strong** parts styled."""
    parts: Styled = []
    for part in re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", text):
        if part.startswith("`") and len(part) > 2:
            parts.append((CODE, part[1:-1]))
        elif part.startswith("**") and len(part) > 4:
            parts.append((BOLD, part[2:-2]))
        elif part:
            parts.append((base, part))
    return parts


def wrap(segments: Styled, width: int, first: Styled, further: str) -> list[Styled]:
    """Return lines of at most `width` cells, words kept whole where they fit.

    Args:
        segments: The text.
        width: Of a line, at least 8.
        first: What stands before the first line.
        further: What stands before each other.
    """
    width = max(8, width)
    lines: list[Styled] = [list(first)]
    room = width - sum(cells(text) for _, text in first)
    begun = False
    for style, text in segments:
        for word in _WORDS.findall(text) or [text]:
            piece = word if begun else word.lstrip()
            if begun and cells(piece) > room:
                lines.append([(PLAIN, further)])
                room, piece = width - cells(further), piece.lstrip()
            lines[-1].append((style, piece))
            room -= cells(piece)
            begun = True
        if text[-1:].isspace() and room > 0:
            lines[-1].append((style, " "))
            room -= 1
    return lines


class Canvas:
    """What the terminal shows, and how to change it.

    Args:
        write: Takes what to send to the terminal.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._rows: list[str] = []
        self._cursor: tuple[int, int] | None = None

    def clear(self, *, resized: bool = False) -> None:
        """Forget what is shown.

        Args:
            resized: The size changed: what the terminal moved to its scrollback then is drawn again, and would be there twice
                (Claude Code does the same).
        """
        self._rows = []
        self._write("\x1b[0m\x1b[2J" + ("\x1b[3J" if resized else ""))

    def show(self, lines: Sequence[Styled], width: int, cursor: tuple[int, int] | None) -> None:
        """Show lines from the top, and the cursor at (row, column), 0-based, or hide it."""
        rows = [_sgr(cut(line, width)) for line in lines]
        out: list[str] = []
        for at in range(max(len(rows), len(self._rows))):
            row = rows[at] if at < len(rows) else ""
            if at >= len(self._rows) or self._rows[at] != row:
                out.append(f"\x1b[{at + 1};1H{row}\x1b[0m\x1b[K")
        if not out and cursor == self._cursor:
            return
        self._rows, self._cursor = rows, cursor
        place = f"\x1b[{cursor[0] + 1};{cursor[1] + 1}H\x1b[?25h" if cursor else "\x1b[?25l"
        self._write(f"\x1b[?2026h\x1b[?25l{''.join(out)}{place}\x1b[?2026l")


def _sgr(line: Styled) -> str:
    return "".join(f"\x1b[0;{style}m{text}" if style else f"\x1b[0m{text}" for style, text in line)
