"""Processes of agents whose host is gone: found by the mark in their environment, and ended.

The guardian of a host that dies ends them by itself, and so does the sweep of a lost agent. This is the net below both: for
what carried on although guardian and host were killed, or lives on beside an agent that is over or was removed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Final

import msgspec

from tui.client import folders
from tui.core.errors import DecodeError, StoreError
from tui.system import processes, store
from tui.system.paths import Paths

TERMINATE_S: Final = 1.0
"""Between SIGTERM and SIGKILL."""
GIVE_UP_S: Final = 5.0


class Orphan(msgspec.Struct, frozen=True):
    """A process of an agent that has no host."""

    pid: int
    started: float
    """With the pid it names the process for certain."""
    agent_id: str
    command: str = ""
    """Its command line; hostile."""


def find(paths: Paths) -> list[Orphan]:
    """Return the living processes that carry the mark of an agent of these folders and belong to no live host.

    Reads every process's environment: call it on a thread.
    """
    agents = os.path.realpath(paths.agents())
    marked = [
        (pid, folder)
        for pid, folder in processes.all_marked()
        if os.path.dirname(folder) == agents  # noqa: PTH120 - a string
    ]
    if not marked:
        return []
    hosts = _live_hosts(paths)
    lost = {folder for _, folder in marked if not folders.is_held(Path(folder))}
    found = []
    for pid, folder in marked:
        who = processes.identity(pid)
        if folder in lost and who is not None and not hosts & processes.ancestors(pid):
            found.append(Orphan(pid, who.started, Path(folder).name, processes.command_line(pid)))
    return sorted(found, key=lambda orphan: (orphan.agent_id, orphan.pid))


def _live_hosts(paths: Paths) -> set[int]:
    """Return hosts that live: an agent may have started agents of its own, whose hosts carry its mark."""
    live = set()
    with contextlib.suppress(StoreError):
        for agent_id in folders.agent_ids(paths):
            with contextlib.suppress(StoreError, DecodeError):
                status = store.read_status(paths.agent(agent_id))
                if status is not None and folders.host_alive(status):
                    live.add(status.host_pid)
    return live


async def end(orphans: list[Orphan]) -> list[Orphan]:
    """SIGTERM, then SIGKILL to processes that were found, and to what they started since; return those that still live."""
    loop = asyncio.get_running_loop()
    began, told = loop.time(), False
    while left := [each for each in orphans if processes.alive(processes.Identity(each.pid, each.started))]:
        passed_s = loop.time() - began
        if passed_s > GIVE_UP_S:
            return left
        hard = passed_s > TERMINATE_S
        if hard or not told:
            told = True
            pids = [pid for each in left for pid in (each.pid, *processes.descendants(each.pid))]
            processes.signal_tree(list(dict.fromkeys(pids)), 0, signal.SIGKILL if hard else signal.SIGTERM)
        await asyncio.sleep(0.05)
    return []
