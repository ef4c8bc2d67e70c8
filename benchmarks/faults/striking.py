"""What all kinds of faults need: whom to strike, how to signal, and how to say what was done."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from benchmarks.faults.world import Known, World
from tui.core.spec import Mode
from tui.system import procfs

FINISHED_S: Final = 20.0


class Struck(NamedTuple):
    """What was done."""

    agent_id: str
    """The agent to ask about afterwards."""
    words: str
    wrong: tuple[str, ...] = ()
    """What did not hold while it lasted."""


class NothingToStrikeError(Exception):
    """No agent is in a state in which this could be done to it."""


Strike = Callable[[World, random.Random], Struck]


class Kind(NamedTuple):
    """A kind of fault."""

    name: str
    strike: Strike
    needs: str = ""
    """`small` or `permissions`: what the ground has to have."""
    slow: bool = False
    """It takes many seconds: left out where it has to be quick."""


def any_running(world: World, rng: random.Random, *endings: str, mode: Mode | None = None) -> Known:
    """Choose an agent that runs and whose program has begun."""
    found = [
        each
        for each in world.running()
        if (each.ending in endings or not endings) and mode in (None, each.mode) and each.told["pid"]
    ]
    if not found:
        raise NothingToStrikeError
    return rng.choice(found)


def any_finished(world: World, rng: random.Random) -> Known:
    """Choose an agent that ended by itself, and whose host has left; wait a while for one."""

    def found() -> list[Known]:
        return [each for each in world.finished() if not lives(world.host(each.id))]

    if not until(found, FINISHED_S):
        raise NothingToStrikeError
    return rng.choice(found())


def lives(pid: int) -> bool:
    """Return whether a process runs."""
    stat = procfs.stat(pid) if pid > 0 else None
    return stat is not None and not stat.dead


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Signal a process, if it is there."""
    with contextlib.suppress(ProcessLookupError):
        if pid > 1:
            os.kill(pid, number)


def until(condition: Callable[[], object], within_s: float) -> bool:
    """Wait until something holds; False if it does not in time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def crash(world: World, each: Known, *, guardian: bool = False, wait: bool = True) -> None:
    """Kill a host with SIGKILL; its guardian before, if that shall not clear up."""
    host = world.host(each.id)
    stat = procfs.stat(host)
    if stat is None or stat.dead:
        raise NothingToStrikeError
    each.host_killed = True
    if guardian and stat.parent != os.getpid():
        kill(stat.parent)
    kill(host)
    if wait:
        until(lambda: not lives(host), 5)
