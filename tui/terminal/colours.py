"""The colours of a pane, for children that ask: default foreground, background, cursor, and the palette of 256."""

from __future__ import annotations

import re
from typing import Final

import msgspec

_XTERM_16: Final = (
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
)  # fmt: skip
_CUBE: Final = (0, 95, 135, 175, 215, 255)

_HEX: Final = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{9}|[0-9a-fA-F]{12})")
_RGB: Final = re.compile(r"rgb:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")


COLOURS_FILE: Final = "colours.json"
"""Below the state folder: the colours in which a dashboard draws panes, a `Palette`; hosts answer with them."""


class Palette(msgspec.Struct, frozen=True):
    """Colours as 0xRRGGBB."""

    foreground: int = 0xD8D8D8
    background: int = 0x121212
    cursor: int = 0xD8D8D8
    ansi: tuple[int, ...] = _XTERM_16
    """Colours 0 to 15."""

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than what is behind it."""
        return _luminance(self.background) < _luminance(self.foreground)

    def indexed(self, index: int) -> int:
        """The colour of palette index 0 to 255 (xterm's cube and greys from 16)."""
        if index < len(self.ansi) and index < 16:
            return self.ansi[index]
        if index < 16:
            return _XTERM_16[index]
        if index < 232:
            index -= 16
            return _CUBE[index // 36] << 16 | _CUBE[index // 6 % 6] << 8 | _CUBE[index % 6]
        return (8 + 10 * (index - 232)) * 0x010101


DEFAULT_PALETTE: Final = Palette()


def parse_colour(text: str) -> int | None:
    """A colour as 0xRRGGBB from `rgb:r/g/b` or `#rgb`, with 1 to 4 digits each (X11 XParseColor); else None.

    The digits of `rgb:` are a share of the whole, those of `#` the most significant ones of it.
    """
    if match := _RGB.fullmatch(text):
        red, green, blue = (round(int(part, 16) * 255 / int("f" * len(part), 16)) for part in match.groups())
        return red << 16 | green << 8 | blue
    if match := _HEX.fullmatch(text):
        digits = len(match[1]) // 3
        parts = [match[1][at : at + digits] for at in (0, digits, 2 * digits)]
        red, green, blue = (int(part.ljust(2, "0")[:2], 16) for part in parts)
        return red << 16 | green << 8 | blue
    return None


def format_colour(colour: int) -> str:
    """A colour as terminals report it: `rgb:rrrr/gggg/bbbb`."""
    red, green, blue = colour >> 16 & 255, colour >> 8 & 255, colour & 255
    return f"rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}"


def _luminance(colour: int) -> int:
    return 299 * (colour >> 16 & 255) + 587 * (colour >> 8 & 255) + 114 * (colour & 255)
