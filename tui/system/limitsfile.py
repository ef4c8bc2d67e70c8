"""`$STATE/limits/`: the budgets that agents share, one file per config that sets one, for hosts to look up.

A file of its own for each config: whoever writes needs no lock, and a change is seen by the folder's time alone.
"""

from __future__ import annotations

import contextlib
import logging
import zlib
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.core.limits import FleetBudget
from tui.system.reasons import reason, shown
from tui.system.store import write_atomic

LIMITS: Final = "limits"
_BYTES_MAX: Final = 64_000
_FILES_MAX: Final = 1_000

_log = logging.getLogger(__name__)


class Shared(msgspec.Struct, frozen=True):
    """One file."""

    place: str
    """Folder of the config, whose agents share it; empty: all of the user's agents do."""
    budget: FleetBudget
    version: int = 1


def write_shared(state: Path, place: str, budget: FleetBudget | None) -> None:
    """Set or take away what a config sets; nothing is written where it stands there.

    Raises:
        StoreError: It cannot be written.
    """
    folder = state / LIMITS
    path = folder / (f"{zlib.crc32(place.encode()):08x}.json" if place else "user.json")
    try:
        if budget is None:
            path.unlink(missing_ok=True)
            return
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot write {shown(path)}: {reason(error)}.", path=str(path)) from error
    data = msgspec.json.encode(Shared(place, budget))
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return
    write_atomic(path, data)


def changed_at(state: Path) -> int:
    """Return something that changes with the files; 0 where there are none. Cheap."""
    try:
        return (state / LIMITS).stat().st_mtime_ns
    except OSError:
        return 0


def read_shared(state: Path) -> list[Shared]:
    """Read all files; what cannot be read is left out, and the log says so."""
    found = []
    try:
        paths = sorted((state / LIMITS).glob("*.json"))[:_FILES_MAX]
    except OSError:
        return []
    for path in paths:
        try:
            with path.open("rb") as stream:
                found.append(msgspec.json.decode(stream.read(_BYTES_MAX), type=Shared))
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            _log.warning("Cannot read %s: %s", shown(path), error)
    return found
