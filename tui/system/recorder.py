"""The recording of an agent: what its child printed, as asciicast v2, which any asciinema player shows.

Two files, `output.1.cast` the older, each at most half of the bound; a new run goes on in the file that is there. A full disk
or a lost permission turns recording off with a reason, and it is tried again later: the child never waits for a disk. Input
is never recorded. Source: https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

import asyncio
import codecs
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tui.core.clock import Clock
from tui.protocol.screen import WinSize
from tui.system.reasons import reason

RECORDING: Final = "output.cast"
OLDER: Final = "output.1.cast"
FLUSH_S: Final = 0.25
"""What the child printed is on disk after this time."""
FLUSH_BYTES: Final = 256 * 1024
RETRY_S: Final = 60.0
MERGE_S: Final = 0.010
"""Output within this time becomes one event."""
EVENT_BYTES: Final = 128 * 1024
"""Output in one event at most."""
_HEADER_MAX: Final = 64 * 1024
_TAIL_MAX: Final = 256 * 1024


class _Header(msgspec.Struct, omit_defaults=True):
    """First line of a file."""

    version: int
    width: int
    height: int
    timestamp: int
    """Wall clock of time 0, seconds since the epoch."""
    title: str = ""
    env: dict[str, str] = {}


class Recorder:
    """Writes one agent's recording, over all its runs. Lives on the event loop.

    Args:
        folder: The agent's folder.
        title: Its name.
        size: Its terminal.
        limit_bytes: Bound over both files; 0: nothing is recorded.
        clock: Tells the time.
        on_change: Called with (on, reason) when recording stops or goes on by itself.
    """

    def __init__(
        self,
        folder: Path,
        *,
        title: str,
        size: WinSize,
        limit_bytes: int,
        clock: Clock,
        on_change: Callable[[bool, str], None],
    ) -> None:
        self._path = folder / RECORDING
        self._older = folder / OLDER
        self._title = title
        self._size = size
        self._half = limit_bytes // 2
        # JSON makes up to six bytes of one; an event must always fit into a file.
        self._event_bytes = max(64, min(EVENT_BYTES, self._half // 8))
        self._clock = clock
        self._on_change = on_change
        self.on = self._half > 0
        self._retry_at = 0.0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._fd = -1
        self._file_bytes = 0  # in the file and in `_lines`
        self._base = 0.0  # monotonic time of the file's time 0
        self._raw: list[bytes] = []
        self._raw_bytes = 0
        self._raw_at = 0.0
        self._lines: list[bytes] = []
        self._lines_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def output(self, data: bytes) -> None:
        """Record output. Cheap; written when there is much of it, at the latest after `FLUSH_S`."""
        now = self._clock.now()
        if not self._may_record(now.mono):
            return
        try:
            for start in range(0, len(data), self._event_bytes):
                self._take(data[start : start + self._event_bytes], now.mono)
            if self._lines_bytes > FLUSH_BYTES:
                self._write()
        except OSError as error:
            self._stop(error)

    def resize(self, size: WinSize) -> None:
        """Record a new size."""
        self._size = size
        if self._fd >= 0:
            self._say(b"r", f"{size.cols}x{size.rows}")

    def begin_run(self, number: int) -> None:
        """Mark the start of a run: players can jump there."""
        self._say(b"m", f"run {number}")

    def flush(self) -> None:
        """Write what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.on:
            try:
                self._end_event()
                self._write()
            except OSError as error:
                self._stop(error)

    def close(self) -> None:
        """Write what waits and close the file; recording may go on afterwards."""
        self.flush()
        self._shut()

    # -- events --------------------------------------------------------------------------------------------------------

    def _take(self, data: bytes, mono: float) -> None:
        if self._raw and (mono - self._raw_at > MERGE_S or self._raw_bytes + len(data) > self._event_bytes):
            self._end_event()
        if not self._raw:
            self._raw_at = mono
            self._raw_bytes = 0
        self._raw.append(data)
        self._raw_bytes += len(data)
        self._flush_soon()

    def _flush_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self.flush)

    def _end_event(self) -> None:
        if self._raw:
            data = b"".join(self._raw)
            self._raw.clear()
            self._raw_bytes = 0
            # A character may be split between two events; it belongs to the second.
            text = self._decoder.decode(data)
            if text:
                self._add(self._raw_at, b"o", text)

    def _say(self, kind: bytes, text: str) -> None:
        mono = self._clock.now().mono
        if self._may_record(mono):
            try:
                self._end_event()
                self._add(mono, kind, text)
            except OSError as error:
                self._stop(error)

    def _add(self, at: float, kind: bytes, text: str) -> None:
        body = msgspec.json.encode(text)
        if self._fd < 0:
            self._open()
        if self._file_bytes + len(body) + 40 > self._half:
            self._write()
            self._rotate()
        self._queue(b'[%.6f, "%b", %b]\n' % (max(0.0, at - self._base), kind, body))

    # -- files ---------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Go on in the file that is there, or begin one."""
        now = self._clock.now()
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        self._fd = os.open(self._path, flags, 0o600)
        self._file_bytes = os.fstat(self._fd).st_size
        if self._file_bytes == 0:
            self._begin_file()
            return
        began = _began(self._fd)
        if began is None or began > now.wall + 1:
            self._rotate()
            return
        # Where the clock was set back meanwhile, the recording goes on where it ended.
        at = max(now.wall - began, _last_at(self._fd, self._file_bytes))
        self._base = now.mono - at
        if os.pread(self._fd, 1, self._file_bytes - 1) != b"\n":
            self._queue(b"\n")
        self._queue(b'[%.6f, "r", "%dx%d"]\n' % (at, self._size.cols, self._size.rows))

    def _begin_file(self) -> None:
        now = self._clock.now()
        self._base = now.mono - (now.wall - int(now.wall))
        header = _Header(
            version=2,
            width=self._size.cols,
            height=self._size.rows,
            timestamp=int(now.wall),
            title=self._title,
            env={"TERM": "xterm-256color"},
        )
        self._queue(msgspec.json.encode(header) + b"\n")

    def _queue(self, line: bytes) -> None:
        self._lines.append(line)
        self._lines_bytes += len(line)
        self._file_bytes += len(line)
        self._flush_soon()

    def _rotate(self) -> None:
        self._shut()
        self._path.replace(self._older)
        self._open()

    def _write(self) -> None:
        if self._lines:
            view = memoryview(b"".join(self._lines))
            self._lines.clear()
            self._lines_bytes = 0
            while view:
                view = view[os.write(self._fd, view) :]

    def _shut(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    # -- trouble -------------------------------------------------------------------------------------------------------

    def _may_record(self, mono: float) -> bool:
        if not self.on and self._half and mono >= self._retry_at:
            try:
                self._decoder.reset()
                self._open()
                self._write()
            except OSError:
                self._give_up(mono)
            else:
                self.on = True
                self._on_change(True, "")
        return self.on

    def _stop(self, error: OSError) -> None:
        self._give_up(self._clock.now().mono)
        self.on = False
        self._on_change(False, reason(error))

    def _give_up(self, mono: float) -> None:
        self._retry_at = mono + RETRY_S
        self._raw.clear()
        self._lines.clear()
        self._lines_bytes = 0
        self._shut()


def _last_at(fd: int, size: int) -> float:
    """Return the time of the last event in a file, as far as its end tells."""
    tail = os.pread(fd, _TAIL_MAX, max(0, size - _TAIL_MAX))
    found = re.findall(rb"^\[(\d+\.\d+), ", tail, re.MULTILINE)
    return float(found[-1]) if found else 0.0


def _began(fd: int) -> float | None:
    """Return the wall time that a recording began at, or None if it is none of ours."""
    try:
        header = msgspec.json.decode(os.pread(fd, _HEADER_MAX, 0).partition(b"\n")[0], type=_Header)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return float(header.timestamp) if header.version == 2 else None
