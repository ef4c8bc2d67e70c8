"""`$STATE/spent/<id>.json`: one agent's ledger, beside its folder so that it outlives it."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.core.ledger import LEDGER_VERSION, Ledger
from tui.system.paths import make_private
from tui.system.store import write_atomic

SPENT: Final = "spent"
BYTES_MAX: Final = 1_000_000

_log = logging.getLogger(__name__)


def read_ledger(state: Path, agent_id: str) -> Ledger | None:
    """Return an agent's ledger; None if there is none, or none that can be read."""
    return _read(state / SPENT / f"{agent_id}.json")


def write_ledger(state: Path, ledger: Ledger) -> None:
    """Replace an agent's ledger.

    Raises:
        StoreError: It cannot be written.
    """
    folder = state / SPENT
    if not folder.is_dir():
        make_private(folder)
    write_atomic(folder / f"{ledger.id}.json", msgspec.json.encode(ledger))


class Ledgers:
    """All ledgers of a state folder; a file that has not changed is not read again.

    Args:
        state: The state folder.
    """

    def __init__(self, state: Path) -> None:
        self._folder = state / SPENT
        self._known: dict[str, tuple[int, Ledger | None]] = {}

    def read(self) -> list[Ledger]:
        """Return what they tell now. Blocks: call it on a thread."""
        found: dict[str, tuple[int, Ledger | None]] = {}
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.endswith(".json") and not entry.name.startswith(".") and entry.is_file():
                        changed = entry.stat().st_mtime_ns
                        known = self._known.get(entry.name)
                        same = known is not None and known[0] == changed
                        found[entry.name] = known if same and known else (changed, _read(Path(entry.path)))
        except OSError:
            return []
        self._known = found
        return [ledger for _, ledger in found.values() if ledger is not None]


def _read(path: Path) -> Ledger | None:
    try:
        with path.open("rb") as stream:
            ledger = msgspec.json.decode(stream.read(BYTES_MAX), type=Ledger)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        _log.warning("what %s spent cannot be read: %s", path.stem, error)
        return None
    return ledger if ledger.version == LEDGER_VERSION and ledger.id == path.stem else None


__all__ = ["SPENT", "Ledgers", "StoreError", "read_ledger", "write_ledger"]
