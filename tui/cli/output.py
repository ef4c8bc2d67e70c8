"""Plain text for people: tables, colours where the terminal has them, nothing that an agent said left alive."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import Final

import click

from tui.core.attention import LOOK
from tui.core.figures import ASCII, UNICODE, Marks

_COLOURS: Final = {
    "warning": "yellow",
    "state-stalled": "bright_red",
    "error": "red",
    "state-working": "cyan",
    "secondary": "magenta",
    "success": "green",
    "foreground-muted": "bright_black",
}

_NARROW: Final = frozenset(
    [*map(chr, range(0x20, 0x7F)), *map(chr, range(0xA1, 0xAD)), *map(chr, range(0xAE, 0x300)), *"–…“”›→−▸│"]
    + [look.glyph for look in LOOK.values()]
)
"""One cell each: what nearly every row is made of, so that the width tables (20 ms) are seldom loaded."""


def has_colour() -> bool:
    """Return whether stdout is a terminal that shall have colours (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def has_unicode() -> bool:
    """Return whether stdout can write our glyphs."""
    return (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "") in ("utf8", "utf8sig")


def marks() -> Marks:
    """Return the characters that figures are drawn with here."""
    return UNICODE if has_unicode() else ASCII


def width() -> int | None:
    """Return the columns of the terminal, or None where lines may be as long as they are."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def paint(text: str, colour: str = "", *, bold: bool = False) -> str:
    """Return text in one of the theme's colours, as far as a plain terminal has them."""
    if not has_colour() or not text:
        return text
    return click.style(text, fg=_COLOURS.get(colour), bold=bold or None)


def muted(text: str) -> str:
    """Return text that matters less."""
    return paint(text, "foreground-muted")


def cells(text: str) -> int:
    """Return the width of a text in cells."""
    if text.isascii() or _NARROW.issuperset(text):
        return len(text)
    from tui.terminal.width import char_width  # only where it is needed

    return sum(char_width(character) for character in text)


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` cells, ending in `…` if it was longer."""
    if cells(text) <= limit:
        return text
    mark = "…" if has_unicode() else "~"
    while text and cells(text) > limit - 1:
        text = text[:-1]
    return f"{text}{mark}" if limit > 0 else ""


def pad(text: str, to: int, *, right: bool = False) -> str:
    """Return a text filled up with blanks."""
    blanks = " " * max(0, to - cells(text))
    return blanks + text if right else text + blanks


def columns(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[list[str]]:
    """Return the rows with every column as wide as its widest text."""
    if not rows:
        return []
    widths = [max(cells(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [[pad(text, widths[n], right=n in right) for n, text in enumerate(row)] for row in rows]


def labelled(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return lines of a muted label and a text; pairs without a text are left out."""
    shown = [(label, text) for label, text in pairs if text]
    longest = max((cells(label) for label, _ in shown), default=0)
    return [f"{muted(pad(label, longest))}  {text}" for label, text in shown]
