"""`$STATE/prices.json`: what is known of the models that agents named, for hosts to look up.

A host wants a line or two of it, so lines stay undecoded until they are asked for. Whoever writes holds a lock, since a
price list and a config may change at the same time; readers need none, the file is replaced as a whole.
"""

from __future__ import annotations

import fcntl
import importlib.util
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import DecodeError, StoreError
from tui.core.prices import ModelPrice, Override
from tui.system.reasons import reason, shown
from tui.system.store import write_atomic

PRICES: Final = "prices.json"
PRICES_VERSION: Final = 1
MODELS_MAX: Final = 500
"""Names kept; the oldest are dropped."""
NAME_MAX: Final = 200
"""Characters of a name: what is longer is no model's."""
_BYTES_MAX: Final = 4_000_000
USERS: Final = ""
"""Stands for the user's own config among those with overrides."""

_log = logging.getLogger(__name__)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    version: int = PRICES_VERSION
    library: str = ""
    """Names the price list that the lines come from."""
    models: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    """Lines by name, oldest first: a `ModelPrice`, or null for what the list does not know."""
    overrides: dict[str, dict[str, Override]] = msgspec.field(default_factory=dict)
    """Prices of configs: by the file's folder (absolute, or `USERS`), then by model."""

    def known(self, model: str) -> ModelPrice | None:
        """Return a model's line; None if it has none, or none that can be read."""
        raw = self.models.get(model)
        if raw is None:
            return None
        try:
            return msgspec.json.decode(raw, type=ModelPrice | None)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            _log.warning("price of %r unreadable: %s", model, error)
            return None

    def price(self, model: str, folder: str) -> ModelPrice | None:
        """Return what holds for a model in a folder: the list's, then the user's and the project's figures over it."""
        known = self.known(model)
        for place in (USERS, _governing(self.overrides, Path(folder))):
            override = self.overrides.get(place, {}).get(model)
            known = override.over(known) if override is not None else known
        return known


def _governing(places: Mapping[str, object], folder: Path) -> str:
    """Return the nearest folder with prices of its own, at or above a folder; else the user's."""
    return next((str(each) for each in (folder, *folder.parents) if str(each) in places), USERS)


def read_table(path: Path) -> Table:
    """Read the file; an empty table if there is none, or none of ours. Why stands in the log."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_BYTES_MAX + 1)
        return _decode(path, data)
    except FileNotFoundError:
        pass
    except OSError as error:
        _log.warning("Cannot read %s: %s.", shown(path), reason(error))
    except DecodeError as error:
        _log.warning("%s", error)
    return Table()


def _decode(path: Path, data: bytes) -> Table:
    if len(data) > _BYTES_MAX:
        raise DecodeError(f"Cannot read {shown(path)}: it is too large.")
    try:
        table = msgspec.json.decode(data, type=Table)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"Cannot read {shown(path)}: {error}.") from error
    if table.version != PRICES_VERSION:
        raise DecodeError(f"Cannot read {shown(path)}: it has version {table.version}.")
    return table


def update_table(path: Path, change: Callable[[Table], Table | None]) -> None:
    """Read, change and write the file while nobody else writes it.

    Args:
        path: The file; its folder exists.
        change: Gets the table that is there and returns the new one, or None to leave it.

    Raises:
        StoreError: It cannot be written.
    """
    lock = path.with_name(f".{path.name}.lock")
    try:
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreError(f"Cannot write {shown(lock)}: {reason(error)}.", path=str(lock)) from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        table = change(read_table(path))
        if table is not None:
            write_atomic(path, msgspec.json.encode(table))
    finally:
        os.close(fd)


def signature(path: Path) -> tuple[int, int, int]:
    """Return something that changes with the file; zeros where there is none. Cheap."""
    try:
        info = path.stat()
    except OSError:
        return 0, 0, 0
    return info.st_ino, info.st_size, info.st_mtime_ns


def installed() -> str:
    """Return what changes with the installed price list, without loading it; empty if there is none."""
    found = importlib.util.find_spec("genai_prices")
    if found is None or not found.origin:
        return ""
    try:
        info = Path(found.origin).with_name("data.py").stat()
    except OSError:
        return ""
    return f"{info.st_size}-{info.st_mtime_ns}"
