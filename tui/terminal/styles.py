"""Styles by number, links by number, and styles packed into the bytes of a line of the scrollback."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from typing import Final

from tui.protocol.screen import DEFAULT_COLOUR, CellStyle

_SWEEP_AT_LEAST: Final = 4096

_NONE: Final = struct.Struct("<HH")
_FG: Final = struct.Struct("<HHi")
_BOTH: Final = struct.Struct("<HHii")
_ALL: Final = struct.Struct("<HHiiiH")
"""Packed runs: length, attributes with a bit for the layout, foreground, background, underline colour, link."""
_ATTRS: Final = (1 << 13) - 1
_HAS_FG: Final = 1 << 13
_HAS_BG: Final = 1 << 14
_HAS_ALL: Final = 1 << 15
_LAYOUTS: Final = {0: _NONE, _HAS_FG: _FG, _HAS_BG: _BOTH, _HAS_ALL: _ALL}

_LINKS_MAX: Final = 4096
_LINK_BYTES_MAX: Final = 1 << 20


class Styles:
    """Styles in use, by number. Numbers of styles that no cell has any more are used again."""

    def __init__(self) -> None:
        default = CellStyle()
        self.by_number: list[CellStyle] = [default]
        self._numbers: dict[CellStyle, int] = {default: 0}
        self._free: list[int] = []
        self.links = Links()
        self.generation = 0
        """Grows when a number may have got another meaning."""
        self.sweep_at = _SWEEP_AT_LEAST
        """The owner sweeps when `len(self)` passes this."""

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, style: CellStyle) -> int:
        """The number of a style, a new one if need be."""
        number = self._numbers.get(style)
        if number is None:
            if self._free:
                number = self._free.pop()
                self.by_number[number] = style
            else:
                number = len(self.by_number)
                self.by_number.append(style)
            self._numbers[style] = number
        return number

    def sweep(self, live: set[str]) -> None:
        """Free every number but 0 and those of `live` (as members of `Row.styles`)."""
        keep = {ord(code) for code in live} | {0}
        default = self.by_number[0]
        self.by_number = [s if n in keep else default for n, s in enumerate(self.by_number[: max(keep) + 1])]
        self._numbers = {self.by_number[number]: number for number in keep}
        self._free = list(set(range(len(self.by_number))) - keep)
        self.generation += 1
        self.sweep_at = max(_SWEEP_AT_LEAST, 2 * len(keep))

    def pack(self, runs: Iterable[re.Match[str]], codes: str) -> bytes:
        """Runs of a row's styles as bytes that stand alone (links by their number in `links`)."""
        by_number = self.by_number
        parts = []
        for run in runs:
            start, end = run.span()
            style = by_number[ord(codes[start])]
            fg, bg = style.fg, style.bg
            if style.link or style.underline_colour != DEFAULT_COLOUR:
                link = self.links.number(style.link)
                part = _ALL.pack(end - start, style.attrs | _HAS_ALL, fg, bg, style.underline_colour, link)
            elif bg != DEFAULT_COLOUR:
                part = _BOTH.pack(end - start, style.attrs | _HAS_BG, fg, bg)
            elif fg != DEFAULT_COLOUR:
                part = _FG.pack(end - start, style.attrs | _HAS_FG, fg)
            else:
                part = _NONE.pack(end - start, style.attrs)
            parts.append(part)
        return b"".join(parts)

    def unpack(self, packed: bytes) -> list[tuple[int, CellStyle]]:
        """Packed runs as (length in cells, style)."""
        runs = []
        offset = 0
        while offset < len(packed):
            length, kind = _NONE.unpack_from(packed, offset)
            attrs = kind & _ATTRS
            layout = _LAYOUTS[kind & ~_ATTRS]
            colours = layout.unpack_from(packed, offset)[2:]
            if layout is _ALL:
                fg, bg, underline, link = colours
                style = CellStyle(fg, bg, attrs, underline, self.links.uri(link))
            else:
                fg, bg = (*colours, DEFAULT_COLOUR, DEFAULT_COLOUR)[:2]
                style = CellStyle(fg, bg, attrs)
            offset += layout.size
            runs.append((length, style))
        return runs

    def packed_links(self, packed: bytes) -> set[int]:
        """Numbers of the links in packed runs."""
        numbers = set()
        offset = 0
        while offset < len(packed):
            kind = _NONE.unpack_from(packed, offset)[1] & ~_ATTRS
            if kind == _HAS_ALL:
                numbers.add(_ALL.unpack_from(packed, offset)[5])
            offset += _LAYOUTS[kind].size
        return numbers


class Links:
    """URIs of the scrollback's links by number; 0 is none. When it is full, new links are dropped until a sweep."""

    def __init__(self) -> None:
        self._uris: dict[int, str] = {0: ""}
        self._numbers: dict[str, int] = {"": 0}
        self._bytes = 0
        self._next = 1
        self._free: list[int] = []
        self.was_full = False
        """A link was dropped since the last sweep."""

    def number(self, uri: str) -> int:
        """The number of a URI, 0 if the table is full."""
        number = self._numbers.get(uri)
        if number is None:
            if len(self._uris) >= _LINKS_MAX or self._bytes + len(uri) > _LINK_BYTES_MAX:
                self.was_full = True
                return 0
            if self._free:
                number = self._free.pop()
            else:
                number, self._next = self._next, self._next + 1
            self._uris[number] = uri
            self._numbers[uri] = number
            self._bytes += len(uri)
        return number

    def uri(self, number: int) -> str:
        """The URI of a number."""
        return self._uris.get(number, "")

    def sweep(self, live: set[int]) -> None:
        """Free every number but 0 and those of `live`."""
        for number in self._uris.keys() - live - {0}:
            uri = self._uris.pop(number)
            del self._numbers[uri]
            self._bytes -= len(uri)
            self._free.append(number)
        self.was_full = False
