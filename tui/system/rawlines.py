"""The lines that a CLI printed, as its recording has them: listed by their beginnings, read whole one at a time.

A line may be a hundred megabytes; no more than its beginning is ever kept. For a CLI that draws its own screen the lines are
those of the event log. Nothing here is inert: what is shown goes through `tui.core.text`. Blocks: call it on a thread.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec

from tui.system.eventlog import EVENTS
from tui.system.recorder import OLDER, RECORDING

LINES_MAX: Final = 5_000
"""Lines that are listed; older ones are in the recording."""
HEAD: Final = 600
"""Characters of a line that are kept."""
WHOLE_MAX: Final = 2_000_000
"""Characters of one line that are read at most."""
FOUND_MAX: Final = 10_000
_EVENT_MAX: Final = 8 * 1024 * 1024
_BLOCK: Final = 256 * 1024


class Place(NamedTuple):
    """Where a line begins."""

    inode: int
    offset: int
    """Byte of the file where its piece begins."""
    skip: int
    """Characters of that piece before it."""


class RawLine(msgspec.Struct):
    """One line."""

    number: int
    """From 1, over what the files held when they were first read."""
    at: float
    """Wall clock; 0 if unknown."""
    head: str
    size: int
    """Characters in all."""
    place: Place


class _Piece(NamedTuple):
    at: float
    text: str
    place: Place


class RawLog:
    """Reads an agent's lines, and again what was added since.

    Args:
        folder: The agent's folder.
        recording: Its recording; False: its event log.
    """

    def __init__(self, folder: Path, *, recording: bool) -> None:
        self._folder = folder
        self._recording = recording
        self._offsets: dict[int, int] = {}
        self._open: RawLine | None = None
        self._count = 0
        self.lines: deque[RawLine] = deque(maxlen=LINES_MAX)

    def read(self) -> bool:
        """Read on; True if there is anything new."""
        before = self._count, self._open.size if self._open is not None else 0
        for piece in self._new_pieces():
            at = 0
            for number, part in enumerate(piece.text.split("\n")):
                if number:
                    self._end()
                    self._begin(piece, at)
                self._take(piece, part)
                at += len(part) + 1
        return before != (self._count, self._open.size if self._open is not None else 0)

    def _begin(self, piece: _Piece, skip: int) -> None:
        self._open = RawLine(self._count + 1, piece.at, "", 0, piece.place._replace(skip=skip))

    def _take(self, piece: _Piece, part: str) -> None:
        if self._open is None:
            self._begin(piece, 0)
        line = self._open
        assert line is not None
        if not line.size:
            line.at = piece.at
        if len(line.head) < HEAD:
            line.head += part[: HEAD - len(line.head)]
        line.size += len(part)

    def _end(self) -> None:
        line, self._open = self._open, None
        if line is None:
            return
        line.head = line.head.rstrip("\r")
        if line.size and line.head.strip():
            self._count += 1
            line.number = self._count
            self.lines.append(line)

    # -- one line, and words -------------------------------------------------------------------------------------------

    def whole(self, line: RawLine, limit: int = WHOLE_MAX) -> str:
        """Return a line's text, at most `limit` characters; its beginning where the files hold it no more."""
        parts: list[str] = []
        room = limit
        for piece in self._pieces_from(line.place):
            text = piece.text[line.place.skip :] if not parts else piece.text
            end = text.find("\n")
            part = text[:room] if end < 0 else text[: min(end, room)]
            parts.append(part)
            room -= len(part)
            if end >= 0 or room <= 0:
                break
        return "".join(parts).rstrip("\r") or line.head

    def find(self, words: str) -> list[int]:
        """Return the numbers of the listed lines that hold some words anywhere, capitals or not."""
        wanted = words.casefold()
        found: list[int] = []
        for line in list(self.lines):
            if len(found) >= FOUND_MAX:
                break
            text = line.head if line.size <= HEAD else self.whole(line)
            if wanted in text.casefold():
                found.append(line.number)
        return found

    # -- files ---------------------------------------------------------------------------------------------------------

    def _files(self) -> list[Path]:
        names = (OLDER, RECORDING) if self._recording else (EVENTS,)
        return [self._folder / name for name in names]

    def _new_pieces(self) -> Iterator[_Piece]:
        for path in self._files():
            try:
                file = path.open("rb")
            except OSError:
                continue
            with file:
                inode = os.fstat(file.fileno()).st_ino
                file.seek(self._offsets.get(inode, 0))
                for piece, end in self._pieces(file, inode):
                    self._offsets[inode] = end
                    if piece is not None:
                        yield piece

    def _pieces_from(self, place: Place) -> Iterator[_Piece]:
        started = False
        for path in self._files():
            try:
                file = path.open("rb")
            except OSError:
                continue
            with file:
                inode = os.fstat(file.fileno()).st_ino
                if not started and inode != place.inode:
                    continue
                file.seek(0 if started else place.offset)
                started = True
                for piece, _ in self._pieces(file, inode):
                    if piece is not None:
                        yield piece

    def _pieces(self, file: BinaryIO, inode: int) -> Iterator[tuple[_Piece | None, int]]:
        """Yield what stands from here on, each with where the next one begins."""
        if not self._recording:
            while block := file.readline(_BLOCK):
                at = file.tell()
                yield _Piece(0.0, block.decode("utf-8", "replace"), Place(inode, at - len(block), 0)), at
            return
        decoder = msgspec.json.Decoder(tuple[float, str, str])
        began = self._began(file)
        while raw := file.readline(_EVENT_MAX):
            end = file.tell()
            if not raw.endswith(b"\n") and len(raw) < _EVENT_MAX:
                return  # it is being written
            try:
                after, kind, data = decoder.decode(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                yield None, end
                continue
            if kind == "m":
                data = "\n"  # another run: no line goes on over it
            elif kind != "o":
                yield None, end
                continue
            yield _Piece(began + after, data, Place(inode, end - len(raw), 0)), end

    def _began(self, file: BinaryIO) -> float:
        here = file.tell()
        file.seek(0)
        try:
            header = msgspec.json.decode(file.readline(64_000))
            return float(header.get("timestamp", 0)) if isinstance(header, dict) else 0.0
        except (msgspec.MsgspecError, UnicodeDecodeError, TypeError, ValueError):
            return 0.0
        finally:
            file.seek(here)
