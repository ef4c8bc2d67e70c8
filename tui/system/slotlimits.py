"""`$STATE/slots/limits.json`: how many agents may run at once, as the configs say; hosts read it while they wait."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.system.paths import make_folder
from tui.system.reasons import reason, shown
from tui.system.slots import FOLDER
from tui.system.store import write_atomic

FILE: Final = "limits.json"
USERS: Final = ""
"""Stands for the user's own config, whose limit is that of all agents."""

_log = logging.getLogger(__name__)


class Most(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    version: int = 1
    max_running: dict[str, int] = msgspec.field(default_factory=dict)
    """By the config's folder (absolute, or `USERS`)."""


def read_limits(state: Path) -> dict[str, int]:
    """Return the limits by folder; none if there is no file, or none of ours."""
    path = state / FOLDER / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Most).max_running
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        _log.warning("Cannot read %s: %s", shown(path), error)
        return {}


def write_limits(state: Path, limits: Mapping[str, int]) -> None:
    """Write the limits of the configs that were read; those of other projects stay.

    Args:
        state: The state folder; exists.
        limits: By folder; 0: that config says nothing.

    Raises:
        StoreError: It cannot be written.
    """
    before = read_limits(state)
    after = {folder: most for folder, most in {**before, **limits}.items() if most > 0}
    if after == before:
        return
    folder = state / FOLDER
    try:
        make_folder(folder)
    except OSError as error:
        raise StoreError(f"Cannot write {shown(folder)}: {reason(error)}.", path=str(folder)) from error
    write_atomic(folder / FILE, msgspec.json.encode(Most(max_running=after)))


def pools(limits: Mapping[str, int], cwd: str, at_most: int = 0) -> dict[str, int]:
    """Return the pools in which an agent of a folder needs a slot, with their sizes.

    Args:
        limits: By folder, as in the file.
        cwd: The agent's folder: the nearest project's limit holds, and the user's for all agents as well.
        at_most: Of those that one `resume --all` brings back; 0: no limit of its own.
    """
    found: dict[str, int] = {}
    if most := limits.get(USERS):
        found["all"] = most
    place = next((str(each) for each in (Path(cwd), *Path(cwd).parents) if str(each) in limits), USERS)
    if place != USERS:
        found[
            f"project-{hashlib.blake2s(place.encode('utf-8', 'surrogateescape'), digest_size=8).hexdigest()}"
        ] = limits[place]
    if at_most:
        found["resumed"] = at_most
    return found
