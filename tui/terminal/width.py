"""How many cells a piece of text takes, and where one glyph ends: grapheme clusters as terminals lay them out.

The widths are wcwidth's, with Rich's rules for clusters, because the dashboard measures with Rich: a variation selector
16 widens an emoji that is narrow by default, a zero-width joiner makes one glyph of two emoji, a skin tone belongs to
what it follows, two regional indicators are a flag of two cells.

Text that is plainly one cell per character (Latin, Greek, Cyrillic, arrows, boxes, braille) never touches the tables:
they are built at the first text that needs them, in about 30 ms.

Sources: UAX #29 "Grapheme cluster boundaries"; UTS #51 "Emoji"; xterm.js' grapheme addon.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from wcwidth import wcwidth

MAX_MARKS: Final = 15
"""Marks and joined glyphs kept on one cell; more are dropped."""

ZWJ: Final = "\u200d"
VS16: Final = "\ufe0f"

is_special: Final = re.compile(
    "[^\x20-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2800-\u28ff]"
).search
"""A match means that some character may not be one cell wide and alone; None means one cell per character."""

FORMAT_CONTROLS: Final = re.compile(
    "[\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Invisible characters that shape no glyph and may reorder the text around them: never kept."""

_REGIONAL: Final = "\U0001f1e6-\U0001f1ff"
_SKIN_TONES: Final = "\U0001f3fb-\U0001f3ff"
_PICTURES: Final = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
)
_BASIC_PLANE: Final = (0x20, 0x7E), (0xA0, 0xD7FF), (0xE000, 0xFFFF)
_ASTRAL_MARKS: Final = (
    (0x101FD, 0x16FFF),
    (0x1BC9D, 0x1BC9E),
    (0x1D165, 0x1D1AD),
    (0x1DA00, 0x1E94A),
    (0xE0000, 0xE01EF),
)
"""Where zero-width characters live above the basic plane."""


@cache
def char_width(char: str) -> int:
    """Cells of one code point on its own: 0, 1 or 2; never negative."""
    if "\U0001f1e6" <= char <= "\U0001f1ff":
        return 1
    if "\U0001f3fb" <= char <= "\U0001f3ff":
        return 0
    return max(0, wcwidth(char))


def cluster_width(cluster: str) -> int:
    """Cells of one cluster, 0 to 2, counted as `rich.cells.cell_len` counts them."""
    total = 0
    widened = False
    joined = False
    first = ""
    for char in cluster:
        if joined:
            joined = False
        elif char == ZWJ:
            joined = True
        elif char == VS16:
            if first and not widened and first in _tables().narrow_emoji:
                total += 1
            widened = True
        elif width := char_width(char):
            total += width
            first, widened = char, False
    return min(total, 2)


class _Tables(NamedTuple):
    """What the first special text makes us build."""

    segments: re.Pattern[str]
    """Group 1: narrow characters; group 2: wide ones; group 3: one cluster."""
    cluster: re.Pattern[str]
    mark: re.Pattern[str]
    """A character without a width of its own."""
    joiner: re.Pattern[str]
    """A character that may become part of the glyph before it."""
    narrow_emoji: frozenset[str]


def segments(text: str) -> list[tuple[str, str, str]]:
    """Cut text without controls into stretches of narrow characters, of wide ones, and single clusters.

    Returns:
        Triples of which one member is not empty: (narrow, wide, cluster).
    """
    return _tables().segments.findall(text)


def is_cluster(text: str) -> bool:
    """Whether the text is one glyph, marks and joined emoji included."""
    return _tables().cluster.fullmatch(text) is not None


def is_mark(char: str) -> bool:
    """Whether the character takes no cell of its own."""
    return _tables().mark.match(char) is not None


def may_join(char: str) -> bool:
    """Whether the character can become part of the glyph before it."""
    return char > "\xa8" and _tables().joiner.match(char) is not None


def _class(width: int, *spans: tuple[int, int]) -> str:
    """The inside of a character class: the code points of a width within the spans."""
    parts: list[str] = []
    start = -1
    # No list of code points: 65,000 integers would stay with the process as memory that is never given back.
    for low, high in spans:
        for point in range(low, high + 2):
            inside = point <= high and max(0, wcwidth(chr(point))) == width
            if inside and start < 0:
                start = point
            elif not inside and start >= 0:
                parts.append(f"{re.escape(chr(start))}-{re.escape(chr(point - 1))}")
                start = -1
    return "".join(parts)


@cache
def _tables() -> _Tables:
    """Build the classes from wcwidth. Above the basic plane every glyph counts as a cluster of its own."""
    narrow, wide = _class(1, *_BASIC_PLANE), _class(2, *_BASIC_PLANE)
    zero = _class(0, *_BASIC_PLANE, *_ASTRAL_MARKS)
    mark, shaping = f"[{zero}{_SKIN_TONES}]", f"(?!{ZWJ})[{zero}{_SKIN_TONES}]"
    picture = f"[{_PICTURES}]"
    # A joiner takes what follows it into the glyph, a picture after a picture, or a mark; at the end it waits.
    marks = f"(?:{ZWJ}*{shaping}){{0,{MAX_MARKS}}}{ZWJ}*"
    cluster = (
        f"{picture}(?:{ZWJ}+{picture}|{ZWJ}*{shaping}){{0,{MAX_MARKS}}}{ZWJ}*"
        f"|[{_REGIONAL}]{{2}}{marks}"
        f"|[\\s\\S]{marks}"
    )
    return _Tables(
        segments=re.compile(f"([{narrow}]+(?!{mark}))|([{wide}]+(?!{mark}))|({cluster})"),
        cluster=re.compile(cluster),
        mark=re.compile(mark),
        joiner=re.compile(f"{mark}|[{_REGIONAL}]|{picture}"),
        narrow_emoji=frozenset(_narrow_emoji()),
    )


def _narrow_emoji() -> list[str]:
    """Characters of one cell that variation selector 16 makes two wide."""
    from wcwidth.table_vs16 import VS16_NARROW_TO_WIDE

    newest = list(VS16_NARROW_TO_WIDE.values())[-1]
    return [chr(point) for low, high in newest for point in range(low, high + 1)]
