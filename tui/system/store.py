"""An agent's files: what it is, what is known of it, what it showed last.

Each file is replaced as a whole (written beside, then renamed), is 0600 and carries a version, so a reader sees the old
one or the new one and never half of one. The event log, which only grows, is `tui.system.eventlog`.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from tui.core.errors import DecodeError, StoreError
from tui.core.spec import SPEC_VERSION, AgentSpec
from tui.core.status import STATUS_VERSION, Status
from tui.core.usage import Meter
from tui.protocol.screen import Frame
from tui.system.eventlog import EventLog, read_events
from tui.system.reasons import reason, shown

__all__ = [
    "EventLog",
    "mark_seen",
    "read_events",
    "read_meter",
    "read_screen",
    "read_spec",
    "read_status",
    "seen_at",
    "write_atomic",
    "write_meter",
    "write_screen",
    "write_spec",
    "write_status",
]

SPEC: Final = "spec.json"
STATUS: Final = "status.json"
METER: Final = "meter.json"
SCREEN: Final = "screen.json"
SEEN: Final = "seen"
FILE_VERSION: Final = 1
"""Of `meter.json` and `screen.json`."""


class _MeterFile(msgspec.Struct, frozen=True):
    meter: Meter
    version: int = FILE_VERSION


class _ScreenFile(msgspec.Struct, frozen=True):
    frame: Frame
    version: int = FILE_VERSION


class _Version(msgspec.Struct):
    version: int = 1


T = TypeVar("T")


def write_spec(folder: Path, spec: AgentSpec) -> None:
    """Write `spec.json`; it has reached the disk when this returns.

    Raises:
        StoreError: It cannot be written.
    """
    write_atomic(folder / SPEC, msgspec.json.format(msgspec.json.encode(spec)), durable=True)


def read_spec(folder: Path) -> AgentSpec:
    """Read `spec.json`.

    Raises:
        StoreError: There is none, or it may not be read.
        DecodeError: It is not a spec of ours, or of a newer version.
    """
    path = folder / SPEC
    data = _read(path)
    if data is None:
        raise StoreError(f"Cannot read {shown(path)}: it does not exist.", path=str(path))
    return _decode(path, data, AgentSpec, SPEC_VERSION)


def write_status(folder: Path, status: Status, *, durable: bool = False) -> None:
    """Write `status.json`.

    Args:
        folder: The agent's folder.
        status: Its status.
        durable: Wait until it has reached the disk.

    Raises:
        StoreError: It cannot be written.
    """
    write_atomic(folder / STATUS, msgspec.json.encode(status), durable=durable)


def read_status(folder: Path) -> Status | None:
    """Read `status.json`; None if there is none yet.

    Raises:
        StoreError: It may not be read.
        DecodeError: It is not a status of ours, or of a newer version.
    """
    data = _read(folder / STATUS)
    return None if data is None else _decode(folder / STATUS, data, Status, STATUS_VERSION)


def write_meter(folder: Path, meter: Meter) -> None:
    """Write `meter.json`, from which a new host goes on counting.

    Raises:
        StoreError: It cannot be written.
    """
    write_atomic(folder / METER, msgspec.json.encode(_MeterFile(meter)))


def read_meter(folder: Path) -> Meter | None:
    """Read `meter.json`; None if there is none yet.

    Raises:
        StoreError: It may not be read.
        DecodeError: It is not a meter of ours, or of a newer version.
    """
    data = _read(folder / METER)
    return None if data is None else _decode(folder / METER, data, _MeterFile, FILE_VERSION).meter


def write_screen(folder: Path, frame: Frame) -> None:
    """Write `screen.json`: a complete frame.

    Raises:
        StoreError: It cannot be written.
    """
    write_atomic(folder / SCREEN, msgspec.json.encode(_ScreenFile(frame)))


def read_screen(folder: Path) -> Frame | None:
    """Read `screen.json`; None if there is none, or none that can be shown (a picture is no loss)."""
    with contextlib.suppress(StoreError, DecodeError):
        data = _read(folder / SCREEN)
        if data is not None:
            return _decode(folder / SCREEN, data, _ScreenFile, FILE_VERSION).frame
    return None


def mark_seen(folder: Path, at: float) -> None:
    """Remember that the user looked at this agent.

    Args:
        folder: The agent's folder.
        at: Wall clock, seconds since the epoch.

    Raises:
        StoreError: It cannot be written.
    """
    write_atomic(folder / SEEN, f"{at!r}\n".encode())


def seen_at(folder: Path) -> float:
    """Return when the user last looked at this agent, seconds since the epoch; 0 if never."""
    try:
        return float((folder / SEEN).read_bytes()[:64])
    except (OSError, ValueError):
        return 0.0


def write_atomic(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Replace a file as a whole, 0600.

    Args:
        path: The file; its folder exists.
        data: All of its content.
        durable: Wait until it has reached the disk.

    Raises:
        StoreError: It cannot be written; the old content is still there.
    """
    # Two writers (a host and a sweep, two threads) must not rename each other's half-written file.
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            if durable:
                os.fsync(fd)
        finally:
            os.close(fd)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise StoreError(f"Cannot write {shown(path)}: {reason(error)}.", path=str(path)) from error


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"Cannot read {shown(path)}: {reason(error)}.", path=str(path)) from error


def _decode(path: Path, data: bytes, kind: type[T], version: int) -> T:
    try:
        found = msgspec.json.decode(data, type=_Version).version
        if found > version:
            raise DecodeError(f"Cannot read {shown(path)}: a newer agent-tui wrote it (version {found}).")
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"Cannot read {shown(path)}: {error}.") from error
