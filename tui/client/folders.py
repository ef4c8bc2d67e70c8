"""Agents as their folders tell: read, judged against the processes that run, without any connection.

A folder that is torn, foreign or not ours is passed over with a line in the log: it never hides the others.
"""

from __future__ import annotations

import contextlib
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
from tui.core.lifecycle import OVER
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.system import processes, store
from tui.system.paths import Paths
from tui.system.reasons import reason, shown

START_S: Final = 15.0
"""A folder without a status is new for this long; after that its start has failed."""

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
    """Return an agent as its files tell, or None if they tell nothing; why stands in the log.

    The contact is `OVER`, `LOST`, or `CONNECTING` where a host lives or is about to.
    """
    folder = paths.agent(agent_id)
    spec: AgentSpec | None = None
    try:
        status = store.read_status(folder)
        if status is None or not status.host_pid:
            spec = store.read_spec(folder)
    except (StoreError, DecodeError) as error:
        _log.warning("agent folder %s passed over: %s", agent_id, error)
        return None
    if status is None and spec is not None:
        status = new_agent(spec).status
    if status is None or status.id != agent_id:
        _log.warning("agent folder %s passed over: it tells of another agent", agent_id)
        return None
    seen = status.activity is Activity.DONE and is_seen(status, store.seen_at(folder))
    return AgentView(status, _contact(status, now), seen, now.mono, spec)


def read_all(paths: Paths, now: Now) -> Iterator[AgentView]:
    """Yield all agents as their files tell.

    Raises:
        StoreError: The folder of agents may not be read.
    """
    for agent_id in sorted(agent_ids(paths)):
        view = read_view(paths, agent_id, now)
        if view is not None:
            yield view


def mark(paths: Paths, agent_id: str) -> tuple[int, int]:
    """Return something that changes with the files of an agent; zeros where there are none. Cheap."""
    folder = paths.agent(agent_id)
    return _changed_at(folder / store.STATUS) or _changed_at(folder / store.SPEC), _changed_at(
        folder / store.SEEN
    )


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


def _contact(status: Status, now: Now) -> Contact:
    if status.lifecycle in OVER:
        return Contact.OVER
    if not status.host_pid:
        return Contact.LOST if now.wall - status.created_at > START_S else Contact.CONNECTING
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
        shutil.rmtree(aside)
    except OSError as error:
        raise StoreError(f"Cannot remove {shown(folder)}: {reason(error)}.", path=str(folder)) from error
    with contextlib.suppress(OSError):
        paths.socket(agent_id).unlink()
