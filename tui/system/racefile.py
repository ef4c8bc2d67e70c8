"""`$STATE/races/<name>/`: a race's file, its racers' working trees and their patches."""

from __future__ import annotations

import fcntl
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import AgentTuiError, SpecError, StoreError
from tui.core.racing import RACE_VERSION, Race, Racer
from tui.system.paths import Paths, make_private
from tui.system.reasons import reason, shown
from tui.system.store import write_atomic

RACES: Final = "races"
_FILE: Final = "race.json"
_LOCK: Final = ".lock"
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?")

_log = logging.getLogger(__name__)


def folder_of(paths: Paths, name: str) -> Path:
    """Return a race's folder.

    Raises:
        SpecError: That can be no race's name.
    """
    if not _NAME.fullmatch(name):
        raise SpecError(
            f"{name[:40]!r} cannot be a race's name.",
            "Up to 20 small letters, digits and hyphens, such as fix-login.",
        )
    return paths.state / RACES / name


def patch_of(paths: Paths, race: Race, racer: Racer) -> Path:
    """Return the file that a racer's changes are kept in."""
    return folder_of(paths, race.name) / f"{Path(racer.worktree).name}.patch"


def write_race(paths: Paths, race: Race) -> None:
    """Keep a race.

    Raises:
        AgentTuiError: It cannot be written.
    """
    folder = folder_of(paths, race.name)
    make_private(folder)
    write_atomic(folder / _FILE, msgspec.json.format(msgspec.json.encode(race)), durable=True)


def change_race(paths: Paths, race: Race, change: Callable[[Race], Race]) -> Race:
    """Change a race as it is on disk now: two dashboards and a command may look at it at once. Returns what is kept.

    Raises:
        AgentTuiError: It cannot be read or written.
    """
    folder = folder_of(paths, race.name)
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        with os.fdopen(os.open(folder / _LOCK, flags, 0o600), "rb+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            changed = change(find_race(paths, race.name))
            write_race(paths, changed)
    except OSError as error:
        raise StoreError(f"Cannot write {shown(folder)}: {reason(error)}.", path=str(folder)) from error
    return changed


def read_races(paths: Paths) -> list[Race]:
    """Return all races, the newest first; a file that makes no sense is left out."""
    found = []
    for file in sorted((paths.state / RACES).glob(f"*/{_FILE}")):
        try:
            race = msgspec.json.decode(file.read_bytes(), type=Race)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            _log.warning("%s cannot be read: %s", file, error)
            continue
        if race.version == RACE_VERSION and race.name == file.parent.name:
            found.append(race)
    return sorted(found, key=lambda race: -race.began_at)


def find_race(paths: Paths, name: str = "") -> Race:
    """Return a race by its name, or the newest.

    Raises:
        AgentTuiError: There is none.
    """
    races = read_races(paths)
    for race in races:
        if not name or race.name == name:
            return race
    if not races:
        raise AgentTuiError(
            "There is no race.", 'agent-tui race --runtimes claude-code,codex "PROMPT" begins one.'
        )
    known = ", ".join(race.name for race in races[:6])
    raise AgentTuiError(f"There is no race {shown(name)}.", f"Known: {known}.")
