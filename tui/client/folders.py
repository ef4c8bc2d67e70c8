"""Agents as their folders tell: read, judged against the processes that run, without any connection.

A folder that is torn, foreign or not ours is an agent that is damaged: it says so, and never hides the others.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import itertools
import logging
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.client.view import AgentView, Contact, is_seen
from tui.core.activity import Activity
from tui.core.agent import new_agent
from tui.core.clock import Now
from tui.core.errors import DecodeError, StoreError
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.recovery import recovered
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Status
from tui.core.text import one_line
from tui.system import processes, store
from tui.system.eventlog import EVENTS, read_events
from tui.system.paths import Paths
from tui.system.reasons import reason, shown

START_S: Final = 15.0
"""A folder without a status is new for this long; after that its start has failed."""

_LOCK: Final = "host.lock"
"""Held by a living host, by one that starts, and by a sweep at work."""
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")

_log = logging.getLogger(__name__)


def is_id(text: str) -> bool:
    """Return whether a text could be an agent's id, and so the name of its folder."""
    return _ID.fullmatch(text) is not None


def agent_ids(paths: Paths) -> list[str]:
    """Return the ids of all agents, unsorted; none if the folder is missing.

    Raises:
        StoreError: The folder may not be read.
    """
    try:
        with os.scandir(paths.agents()) as entries:
            return [
                entry.name for entry in entries if is_id(entry.name) and entry.is_dir(follow_symlinks=False)
            ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(
            f"Cannot read {shown(paths.agents())}: {reason(error)}.", path=str(paths.agents())
        ) from error


def read_view(paths: Paths, agent_id: str, now: Now) -> AgentView | None:
    """Return an agent as its files tell, or None if there is none of that id, or not yet.

    The contact is `OVER`, `LOST`, or `CONNECTING` where a host lives or is about to.
    """
    folder = paths.agent(agent_id)
    spec: AgentSpec | None = None
    status: Status | None = None
    damaged = ""
    try:
        status = _own_status(paths, agent_id)
    except (StoreError, DecodeError) as error:
        damaged = error.sentence
    if status is None or not status.host_pid:
        try:
            spec = store.read_spec(folder)
        except (StoreError, DecodeError) as error:
            damaged = damaged or error.sentence
    if damaged:
        return _damaged(paths, agent_id, status, spec, damaged, now)
    if status is None:
        assert spec is not None
        status = new_agent(spec).status
    seen = status.activity is Activity.DONE and is_seen(status, store.seen_at(folder))
    return AgentView(status, _contact(status, now), seen, now.mono, spec)


def _own_status(paths: Paths, agent_id: str) -> Status | None:
    status = store.read_status(paths.agent(agent_id))
    if status is not None and status.id != agent_id:
        path = paths.agent(agent_id) / store.STATUS
        raise DecodeError(f"Cannot use {shown(path)}: it tells of another agent, {one_line(status.id)}.")
    return status


def _damaged(
    paths: Paths, agent_id: str, status: Status | None, spec: AgentSpec | None, why: str, now: Now
) -> AgentView | None:
    """Return an agent some of whose files cannot be read: a living host writes them anew, else it is over."""
    folder = paths.agent(agent_id)
    age_s = abs(now.wall - _changed_at(folder) / 1e9)
    if _is_absent(folder) or (
        age_s < START_S and all(_is_absent(folder / name) for name in (store.STATUS, store.SPEC))
    ):
        return None  # it is being made, or removed
    if status is None:
        status = _recovered(folder, agent_id, _changed_at(folder / EVENTS))
        if is_held(folder):
            status = msgspec.structs.replace(status, lifecycle=Lifecycle.STARTING)
            return AgentView(status, Contact.CONNECTING, False, now.mono, spec)
        changed = _changed_at(folder / store.STATUS) / 1e9
        since = Now(now.mono - max(0.0, now.wall - changed), changed)
        status = msgspec.structs.replace(status, lifecycle=Lifecycle.LOST, lifecycle_since=since)
    _log.warning("agent folder %s is damaged: %s", agent_id, why)
    return AgentView(status, Contact.OVER, False, now.mono, spec, damaged=why)


@functools.lru_cache(maxsize=16)
def _recovered(folder: Path, agent_id: str, changed_ns: int) -> Status:
    """Return what the log tells of an agent without a status, read again when that has changed."""
    spec = AgentSpec(id=agent_id, name=agent_id, runtime="unknown", mode=Mode.INTERACTIVE, cwd="")
    meter = None
    with contextlib.suppress(StoreError, DecodeError):
        spec = msgspec.structs.replace(store.read_spec(folder), id=agent_id)
    with contextlib.suppress(StoreError, DecodeError):
        meter = store.read_meter(folder)
    return recovered(spec, read_events(folder), meter)


def _is_absent(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def is_held(folder: Path) -> bool:
    """Return whether a host has the agent, or is about to: it holds the agent's lock."""
    try:
        fd = os.open(folder / _LOCK, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def read_all(paths: Paths, now: Now) -> Iterator[AgentView]:
    """Yield all agents as their files tell.

    Raises:
        StoreError: The folder of agents may not be read.
    """
    for agent_id in sorted(agent_ids(paths)):
        view = read_view(paths, agent_id, now)
        if view is not None:
            yield view


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def with_spec(paths: Paths, view: AgentView) -> AgentView:
    """Return the view with its spec read, if it can be."""
    if view.spec is not None:
        return view
    try:
        return msgspec.structs.replace(view, spec=store.read_spec(paths.agent(view.id)))
    except (StoreError, DecodeError) as error:
        _log.warning("settings of %s unreadable: %s", view.id, error)
        return view


def damage(paths: Paths, view: AgentView) -> str:
    """Return which of an agent's files cannot be read and why; looks at its settings, too, which a list can do without."""
    if view.damaged or view.spec is not None:
        return view.damaged
    try:
        store.read_spec(paths.agent(view.id))
    except (StoreError, DecodeError) as error:
        return error.sentence
    return ""


def _contact(status: Status, now: Now) -> Contact:
    if status.lifecycle in OVER:
        return Contact.OVER
    if not status.host_pid:
        return Contact.LOST if abs(now.wall - status.created_at) > START_S else Contact.CONNECTING
    return Contact.CONNECTING if host_alive(status) else Contact.LOST


def host_alive(status: Status) -> bool:
    """Return whether the very host that wrote this status still runs."""
    if not status.host_pid or (status.boot_id and status.boot_id != _boot_id()):
        return False
    return processes.alive(processes.Identity(status.host_pid, status.host_started))


@functools.cache
def _boot_id() -> str:
    return processes.boot_id()


def remove(paths: Paths, agent_id: str) -> None:
    """Delete an agent's folder and socket.

    Raises:
        StoreError: The folder cannot be removed.
    """
    folder = paths.agent(agent_id)
    try:
        # Out of the list at once, whole or not at all; then file by file. A name with a dot is no agent's.
        aside = next(
            each
            for n in itertools.count()
            if not (each := folder.with_name(f".gone-{agent_id}-{n}")).exists()
        )
        folder.rename(aside)
        with contextlib.suppress(OSError):
            aside.chmod(0o700)  # permissions that were taken from it
        shutil.rmtree(aside)
    except OSError as error:
        raise StoreError(f"Cannot remove {shown(folder)}: {reason(error)}.", path=str(folder)) from error
    with contextlib.suppress(OSError):
        paths.socket(agent_id).unlink()
