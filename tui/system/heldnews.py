"""`$STATE/notify/held/`: a file per agent with the news that quiet hours held back; who waits for their end holds `waiting`."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.core.quiethours import Held
from tui.system import flocks
from tui.system.notifyfile import FOLDER
from tui.system.store import write_atomic

WAITING: Final = "waiting"
_BYTES_MAX: Final = 64_000

_log = logging.getLogger(__name__)


def keep(state: Path, held: Held) -> None:
    """Write down what was held back; an agent's later news take the place of its earlier ones."""
    folder = state / FOLDER / "held"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(folder / f"{held.id}.json", msgspec.json.encode(held))
    except (OSError, StoreError) as error:
        _log.warning("cannot keep news: %s", error)


def take(state: Path) -> list[Held]:
    """Return what was held back, oldest first, and forget it. The caller holds `wait_alone`."""
    found = []
    for path in sorted((state / FOLDER / "held").glob("*.json")):
        with (
            contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError),
            path.open("rb") as stream,
        ):
            found.append(msgspec.json.decode(stream.read(_BYTES_MAX), type=Held))
        with contextlib.suppress(OSError):
            path.unlink()
    return sorted(found, key=lambda held: held.at)


def wait_alone(state: Path) -> int | None:
    """Return a descriptor that says that its holder waits for the end of the quiet hours; None if another does."""
    path = state / FOLDER / "held" / WAITING
    try:
        return flocks.take(path)
    except OSError as error:
        _log.warning("cannot wait for the end of quiet hours: %s", error)
        return None
