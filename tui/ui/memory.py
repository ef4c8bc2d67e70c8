"""What the dashboard remembers between its runs: how each project's was left, the last agent described, the theme.

A convenience: a file that cannot be read or written is as good as none.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.core.spec import Mode
from tui.ui.layout import Sizes

_FILE: Final = "dashboard.json"
_LOCK: Final = "dashboard.lock"
_LOCK_TRIES: Final = 10
_LOCK_PAUSE_S: Final = 0.005


class LastAgent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last agent that was described in the dialog."""

    runtime: str = ""
    mode: Mode | None = None
    model: str = ""
    cwd: str = ""
    command: str = ""
    quiet: str = ""
    budget: str = ""


class Desk(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the dashboard of one project was left."""

    arrangement: str = ""
    """Empty: none was chosen."""
    panes: int = 0
    """At most so many; 0: as many as there is room for."""
    sizes: Sizes = Sizes()
    group: str = ""
    sort: str = ""
    pinned: tuple[str, ...] = ()
    """Ids of agents."""
    hidden: tuple[str, ...] = ()
    folded: dict[str, bool] = {}
    """Sections of the list that were folded or unfolded by hand."""


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is remembered."""

    version: int = 1
    last: LastAgent = LastAgent()
    theme: str = ""
    layouts: dict[str, str] = {}
    """What older versions kept instead of `desks`: the layout alone."""
    desks: dict[str, Desk] = {}
    """By folder, the one that was used last at the end."""


DESKS_MAX: Final = 100
"""Folders whose desk is remembered; the oldest is forgotten first."""


def desk_of(memory: Memory, project: str) -> Desk:
    """Return how the dashboard of a project was left; a plain one if nothing is known of it."""
    return memory.desks.get(project) or Desk(arrangement=memory.layouts.get(project, ""))


def remember_desk(folder: Path, project: str, desk: Desk) -> None:
    """Keep how the dashboard of a project looks for the next time; other projects' stay as they are by then."""

    def change(memory: Memory) -> Memory:
        others = {name: value for name, value in memory.desks.items() if name != project}
        return msgspec.structs.replace(memory, desks=dict([*others.items(), (project, desk)][-DESKS_MAX:]))

    update(folder, change)


def update(folder: Path, change: Callable[[Memory], Memory]) -> None:
    """Change what is remembered, whatever other dashboards remember meanwhile."""
    with _alone(folder):
        remember(folder, change(recall(folder)))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other dashboards waiting; after a moment go on without: it is a convenience."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    try:
        for _ in range(_LOCK_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(_LOCK_PAUSE_S)
        yield
    finally:
        os.close(handle)


def recall(folder: Path) -> Memory:
    """Return what is remembered."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Memory)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Memory()


def remember(folder: Path, memory: Memory) -> None:
    """Keep it for the next time."""
    with contextlib.suppress(OSError):
        write_private(folder / _FILE, msgspec.json.encode(memory))


def write_private(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, for the user alone; its folder is made.

    Raises:
        OSError: It cannot be written.
    """
    fresh = path.with_suffix(f".{os.getpid()}.new")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    fresh.replace(path)
