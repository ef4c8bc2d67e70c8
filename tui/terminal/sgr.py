"""SGR: how parameters of `CSI … m` change a style.

Sources: ECMA-48 §8.3.117; xterm ctlseqs "Character Attributes (SGR)"; ITU-T T.416 §13.1.8 for `38:2:…`;
https://sw.kovidgoyal.net/kitty/underlines/ for `4:n` and 58.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tui.protocol import screen
from tui.protocol.screen import DEFAULT_COLOUR, TRUE_COLOUR, CellStyle

_UNDERLINES: Final = screen.UNDERLINE | screen.DOUBLE | screen.CURLY | screen.DOTTED | screen.DASHED
_UNDERLINE_STYLES: Final = (
    0,
    screen.UNDERLINE,
    screen.UNDERLINE | screen.DOUBLE,
    screen.UNDERLINE | screen.CURLY,
    screen.UNDERLINE | screen.DOTTED,
    screen.UNDERLINE | screen.DASHED,
)

_ATTRIBUTES: Final[dict[int, tuple[int, int]]] = {
    1: (0, screen.BOLD),
    2: (0, screen.DIM),
    3: (0, screen.ITALIC),
    4: (_UNDERLINES, screen.UNDERLINE),
    5: (0, screen.BLINK),
    6: (0, screen.BLINK),
    7: (0, screen.REVERSE),
    8: (0, screen.CONCEAL),
    9: (0, screen.STRIKE),
    21: (_UNDERLINES, screen.UNDERLINE | screen.DOUBLE),
    22: (screen.BOLD | screen.DIM, 0),
    23: (screen.ITALIC, 0),
    24: (_UNDERLINES, 0),
    25: (screen.BLINK, 0),
    27: (screen.REVERSE, 0),
    28: (screen.CONCEAL, 0),
    29: (screen.STRIKE, 0),
    53: (0, screen.OVERLINE),
    55: (screen.OVERLINE, 0),
}
"""Parameter → bits that it clears, bits that it sets."""

_FOREGROUND: Final = {n: c for c, n in enumerate([*range(30, 38), *range(90, 98)])} | {39: DEFAULT_COLOUR}
_BACKGROUND: Final = {n: c for c, n in enumerate([*range(40, 48), *range(100, 108)])} | {49: DEFAULT_COLOUR}

_BYTES: Final = {str(number): number for number in range(256)}
_is_valid: Final = re.compile("[0-9:;]*").fullmatch
_PARAMETERS_MAX: Final = 64
_BAD_COLOUR: Final = -2


def apply(style: CellStyle, parameters: str) -> CellStyle | None:
    """Return the style after `CSI parameters m`; None if that is no SGR (a private prefix, or rubbish).

    Args:
        style: The style so far; its link stays.
        parameters: Digits, `;` and `:`. Unknown ones are skipped, with their sub-parameters.
    """
    codes = parameters.split(";", _PARAMETERS_MAX)[:_PARAMETERS_MAX]
    if len(codes) == 5 and codes[1] == "2" and codes[0] in ("38", "48"):
        # Colours of gradients are new each time; this way costs half of the other.
        try:
            colour = TRUE_COLOUR | _BYTES[codes[2]] << 16 | _BYTES[codes[3]] << 8 | _BYTES[codes[4]]
        except KeyError:
            pass
        else:
            if codes[0] == "38":
                return CellStyle(colour, style.bg, style.attrs, style.underline_colour, style.link)
            return CellStyle(style.fg, colour, style.attrs, style.underline_colour, style.link)
    if not _is_valid(parameters):
        return None
    fg, bg, attrs, underline = style.fg, style.bg, style.attrs, style.underline_colour
    at = 0
    while at < len(codes):
        code = codes[at]
        at += 1
        if ":" in code:
            subs = code.split(":")
            number = _number(subs[0])
            colour = _coloned(subs) if number in (38, 48, 58) else _BAD_COLOUR
            if number == 4 and _number(subs[1]) < len(_UNDERLINE_STYLES):
                attrs = attrs & ~_UNDERLINES | _UNDERLINE_STYLES[_number(subs[1])]
        else:
            number = int(code) if code else 0
            change = _ATTRIBUTES.get(number)
            if change is not None:
                attrs = attrs & ~change[0] | change[1]
                continue
            if number == 0:
                fg = bg = underline = DEFAULT_COLOUR
                attrs = 0
                continue
            if number in _FOREGROUND:
                fg = _FOREGROUND[number]
                continue
            if number in _BACKGROUND:
                bg = _BACKGROUND[number]
                continue
            if number == 59:
                underline = DEFAULT_COLOUR
                continue
            if number not in (38, 48, 58):
                continue
            colour, at = _extended(codes, at)
        if colour != _BAD_COLOUR:
            if number == 38:
                fg = colour
            elif number == 48:
                bg = colour
            else:
                underline = colour
    return CellStyle(fg, bg, attrs, underline, style.link)


def _number(text: str) -> int:
    return int(text) if text else 0


def _extended(codes: Sequence[str], at: int) -> tuple[int, int]:
    """The colour of `38;5;n` or `38;2;r;g;b` and the index behind it; `at` is behind the 38."""
    kind = codes[at] if at < len(codes) else ""
    if kind == "5":
        return _indexed(codes[at + 1 : at + 2]), at + 2
    if kind == "2":
        return _direct(codes[at + 1 : at + 4]), at + 4
    return _BAD_COLOUR, at + 1


def _coloned(subs: Sequence[str]) -> int:
    """The colour of `38:5:n`, `38:2:r:g:b` or `38:2:[space]:r:g:b[:…]`."""
    if subs[1] == "5":
        return _indexed(subs[2:3])
    if subs[1] == "2":
        return _direct(subs[2:5] if len(subs) == 5 else subs[3:6])
    return _BAD_COLOUR


def _indexed(parts: Sequence[str]) -> int:
    if len(parts) < 1 or ":" in parts[0]:
        return _BAD_COLOUR
    index = _number(parts[0])
    return index if index < 256 else _BAD_COLOUR


def _direct(parts: Sequence[str]) -> int:
    try:
        red, green, blue = (int(part or 0) for part in parts)
    except ValueError:  # too few, or with sub-parameters
        return _BAD_COLOUR
    if red > 255 or green > 255 or blue > 255:
        return _BAD_COLOUR
    return TRUE_COLOUR | red << 16 | green << 8 | blue


def format_style(style: CellStyle) -> str:
    """The parameters that make this style from the default one, as DECRQSS reports them."""
    parts = ["0"]
    for number, (clears, sets) in _ATTRIBUTES.items():
        if sets and clears == 0 and number != 6 and style.attrs & sets:
            parts.append(str(number))
    line = style.attrs & _UNDERLINES
    if line:
        parts.append("4" if line == screen.UNDERLINE else f"4:{_UNDERLINE_STYLES.index(line)}")
    parts += _colour(style.fg, 30, 90, 38) + _colour(style.bg, 40, 100, 48)
    if style.underline_colour != DEFAULT_COLOUR:
        parts += _colour(style.underline_colour, 0, 0, 58)
    return ";".join(parts)


def _colour(colour: int, base: int, bright: int, extended: int) -> list[str]:
    if colour == DEFAULT_COLOUR:
        return []
    if colour & TRUE_COLOUR:
        return [f"{extended}:2::{colour >> 16 & 255}:{colour >> 8 & 255}:{colour & 255}"]
    if base and colour < 16:
        return [str(base + colour if colour < 8 else bright + colour - 8)]
    return [f"{extended}:5:{colour}"]
