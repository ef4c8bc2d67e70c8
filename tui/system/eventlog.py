"""The event log of an agent: `events.jsonl`, one JSON object a line, only ever appended to.

The first line names the format and its version. A line that is torn (a crash, a full disk) or foreign (a newer program's
fact) costs only itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.core.facts import Event
from tui.system.reasons import reason, shown

EVENTS: Final = "events.jsonl"
EVENTS_VERSION: Final = 1
LINE_MAX: Final = 4 * 1024 * 1024
"""Bytes of one line that are read; facts are bounded far below."""
_BLOCK: Final = 64 * 1024
_HEADER: Final = b'{"agent-tui":"events","version":%d}\n' % EVENTS_VERSION


class _Seq(msgspec.Struct):
    seq: int


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Event)
_seq_decoder: Final = msgspec.json.Decoder(_Seq)


class EventLog:
    """Appends events. One writer at a time: whoever holds the agent's lock.

    Args:
        folder: The agent's folder; the file is made with the first event.

    Raises:
        StoreError: The log that is there cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / EVENTS
        self._fd = -1
        self._torn = False
        try:
            self.last_seq, self._torn = _end_of(self.path)
        except OSError as error:
            raise StoreError(
                f"Cannot read {shown(self.path)}: {reason(error)}.", path=str(self.path)
            ) from error

    def append(self, events: Sequence[Event]) -> None:
        """Write events, in the order of their numbers.

        Raises:
            StoreError: They could not all be written; the log stays readable and may be tried again.
        """
        if not events:
            return
        data = b"".join(_encoder.encode(event) + b"\n" for event in events)
        # Counted even if it cannot be written: a number is never given twice.
        self.last_seq = events[-1].seq
        try:
            if self._fd < 0:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
                self._fd = os.open(self.path, flags, 0o600)
                if os.fstat(self._fd).st_size == 0:
                    data = _HEADER + data
            if self._torn:
                data = b"\n" + data
            written = os.write(self._fd, data)
            self._torn = written < len(data) and data[written - 1 : written] != b"\n"
            if written < len(data):
                raise OSError(28, "No space left on device")
        except OSError as error:
            raise StoreError(
                f"Cannot write {shown(self.path)}: {reason(error)}.", path=str(self.path)
            ) from error

    def close(self) -> None:
        """Close the file; may be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def read_events(folder: Path, after: int = 0) -> Iterator[Event]:
    """Yield the logged events with a number greater than `after`, oldest first, reading as they are taken.

    A missing or unreadable log yields nothing.
    """
    try:
        file = (folder / EVENTS).open("rb", buffering=_BLOCK)
    except OSError:
        return
    with file:
        while line := file.readline(LINE_MAX):
            event = _decode(line, after)
            # A write that failed half-way was done again: what had reached the disk stands there twice.
            if event is not None and event.seq > after:
                after = event.seq
                yield event


SINCE_MAX: Final = 16 * 1024 * 1024
"""Bytes from the end of a log in which the events since a moment are looked for."""


def read_since(folder: Path, at: float) -> Iterator[Event]:
    """Yield the logged events after a moment (wall clock), oldest first, without reading a long log from its beginning.

    Looks at the last `SINCE_MAX` bytes at most. A missing or unreadable log yields nothing.
    """
    try:
        file = (folder / EVENTS).open("rb", buffering=_BLOCK)
    except OSError:
        return
    with file:
        end = file.seek(0, os.SEEK_END)
        back = _BLOCK
        while True:
            start = max(0, end - back)
            file.seek(start)
            if start:
                file.readline(LINE_MAX)  # the rest of a line that began before
            here = file.tell()
            first = next(
                (e for line in iter(lambda: file.readline(LINE_MAX), b"") if (e := _decode(line, 0))), None
            )
            if not start or back >= SINCE_MAX or (first is not None and first.at <= at):
                break
            back *= 8
        file.seek(here)
        while line := file.readline(LINE_MAX):
            event = _decode(line, 0)
            if event is not None and event.at > at:
                yield event


def _decode(line: bytes, after: int) -> Event | None:
    try:
        if after and _seq_decoder.decode(line).seq <= after:
            return None
        return _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _end_of(path: Path) -> tuple[int, bool]:
    """Return the number of the last event, and whether the file ends inside a line."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return 0, False
    with file:
        end = position = file.seek(0, os.SEEK_END)
        rest = b""
        torn = False
        while position > 0:
            step = min(_BLOCK, position)
            position -= step
            file.seek(position)
            block = file.read(step)
            if position + step == end:
                torn = not block.endswith(b"\n")
            rest, *lines = (block + rest).split(b"\n")
            if position == 0:
                lines.insert(0, rest)
            for line in reversed(lines):
                if seq := _seq_of(line):
                    return seq, torn
            rest = rest[:LINE_MAX]
        return 0, torn


def _seq_of(line: bytes) -> int:
    try:
        return _seq_decoder.decode(line).seq
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return 0
