"""Reading a recording again: both of its files as one row of events, whatever is torn or foreign left out.

The files are asciicast v2 as `tui.system.recorder` writes them; any other asciicast v2 file reads as well.
Source: https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.protocol.screen import WinSize
from tui.system.reasons import reason, shown
from tui.system.recorder import OLDER, RECORDING

LINE_MAX: Final = 8 * 1024 * 1024
"""Bytes of one line that are read; the recorder's are far shorter."""
SIDE_MAX: Final = 2_000
"""Rows or columns that a recording may name; what is larger is no terminal."""


class CastEvent(msgspec.Struct, frozen=True, array_like=True):
    """Something in a recording."""

    at: float
    """Wall clock, seconds since the epoch."""
    kind: str
    """`o` output, `r` size as `COLSxROWS`, `m` marker."""
    data: str

    @property
    def size(self) -> WinSize | None:
        """The size that an `r` tells, or None."""
        cols, _, rows = self.data.partition("x")
        if not (self.kind == "r" and cols.isdecimal() and rows.isdecimal()):
            return None
        if not (0 < int(cols) <= SIDE_MAX and 0 < int(rows) <= SIDE_MAX):
            return None
        return WinSize(int(rows), int(cols))


class _Header(msgspec.Struct):
    width: int
    height: int
    timestamp: float = 0.0


def cast_events(folder: Path) -> Iterator[CastEvent]:
    """Return an agent's recording from its beginning, the older file first.

    Raises:
        StoreError: A file is there and cannot be read.
    """
    for name in (OLDER, RECORDING):
        path = folder / name
        if path.exists():
            yield from _file(path)


def _file(path: Path) -> Iterator[CastEvent]:
    decoder = msgspec.json.Decoder(tuple[float, str, str])
    began = 0.0
    try:
        with path.open("rb") as file:
            while line := file.readline(LINE_MAX):
                try:
                    at, kind, data = decoder.decode(line)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    header = _header(line)
                    if header is not None:
                        began = header.timestamp
                        yield CastEvent(began, "r", f"{header.width}x{header.height}")
                    continue
                yield CastEvent(began + at, kind, data)
    except OSError as error:
        raise StoreError(f"Cannot read {shown(path)}: {reason(error)}.", path=str(path)) from error


def _header(line: bytes) -> _Header | None:
    try:
        return msgspec.json.decode(line, type=_Header)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
