"""Dialogs that agent CLIs draw: a question over numbered options, one of them marked. What they have in common.

Each CLI's reader says where its dialogs stand and what they look like; each is proved by a recorded screen in
`tests/corpus`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

import msgspec

from tui.core.text import plain

ESCAPE: Final = b"\x1b"
OPTION_LINES_MAX: Final = 3
"""Lines that one option may take."""
INDENT: Final = "    "
"""Begins the further lines of an option."""
BODY_MAX: Final = 60
"""Lines of a dialog above its options."""

_BORDER: Final = re.compile(r"^[\s╭╰├─━╮╯┤╌]+$")
_SIDES: Final = re.compile(r"^(\s*)[│┃]\s?|\s*[│┃]\s*$")
_BY_ESCAPE: Final = re.compile(r"\(esc\b", re.IGNORECASE)
_OPTION: Final = re.compile(r"^\s{0,8}([›❯●▸>])?\s{0,4}(\d{1,2})[.)]\s+(\S.*?)\s*$")


class Dialog(msgspec.Struct, frozen=True):
    """A dialog that waits for the user."""

    question: str
    options: tuple[str, ...]
    keys: tuple[bytes, ...]
    """What to type for each option."""
    permission: bool = True
    """It asks for leave to do something; else it asks something."""
    tool: str = ""
    title: str = ""
    detail: str = ""
    deny: bytes = ESCAPE
    """What to type to refuse where no option says no."""

    @property
    def digest(self) -> str:
        """Names this dialog by what it says; the place of its cursor does not matter."""
        text = "\n".join((self.question, self.title, self.detail, *self.options))
        return hashlib.blake2s(text.encode("utf-8", "replace"), digest_size=6).hexdigest()

    def option(self, *words: str) -> int:
        """Return the number of the first option that has one of these words (lower case), or 0."""
        for number, text in enumerate(self.options, 1):
            if any(word in text.lower() for word in words):
                return number
        return 0


class Numbered(msgspec.Struct, frozen=True):
    """Numbered options found on a screen, with what stands above them."""

    options: tuple[str, ...]
    above: tuple[str, ...]
    """Lines over them up to the top of their box, or of the screen, without borders."""
    keys: tuple[bytes, ...]


def drawn(screen: Sequence[str]) -> list[str]:
    """Return the lines down to the last that shows something, inert, without their blank ends."""
    lines = [plain(line).replace("\xa0", " ").rstrip() for line in screen]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def bare(line: str) -> str:
    """Return a line of a box without its sides and rules; empty for a border."""
    while True:
        if _BORDER.match(line):
            return ""
        inner = _SIDES.sub(lambda found: found[1] or "", line).rstrip()
        if inner == line.rstrip():
            return inner
        line = inner


def numbered(lines: Sequence[str], below: re.Pattern[str], *, boxed: bool) -> Numbered | None:
    """Return the numbered options at the bottom of a screen, or None.

    Args:
        lines: As `drawn` returns them.
        below: What may stand under the options; anything else there means that no dialog waits.
        boxed: A border above the options is the top of the dialog.
    """
    end = len(lines)
    while end and (not bare(lines[end - 1]) or below.search(lines[end - 1])):
        end -= 1
    options: list[str] = []
    tail: list[str] = []
    chosen = False
    at = end - 1
    while at >= 0:
        text = bare(lines[at])
        found = _OPTION.match(text)
        if found:
            options.insert(0, " ".join([found[3], *tail]))
            tail, chosen = [], chosen or bool(found[1])
            if found[2] == "1":
                break
        elif text.startswith(INDENT) and len(tail) < OPTION_LINES_MAX:
            tail.insert(0, text.strip())
        elif text or tail:
            return None  # not the rest of an option: something stands below the dialog
        at -= 1
    if at < 0 or len(options) < 2 or not chosen or tail:
        return None
    return Numbered(tuple(options), tuple(_above(lines, at, boxed=boxed)), _keys(options))


def _keys(options: Sequence[str]) -> tuple[bytes, ...]:
    """Return the key of each option: its digit, or Esc for one that names it (its digit may only open a field for words)."""
    return tuple(
        ESCAPE if _BY_ESCAPE.search(option) else str(number).encode() if number < 10 else b""
        for number, option in enumerate(options, 1)
    )


def _above(lines: Sequence[str], first: int, *, boxed: bool) -> list[str]:
    """Return what stands over the options, outermost box only."""
    kept: list[str] = []
    for line in reversed(lines[max(0, first - BODY_MAX) : first]):
        if boxed and line.lstrip().startswith("╭"):
            break
        kept.insert(0, bare(line))
    return kept
