"""At most N agents at once, with no process that hands out the places: files that are locked while an agent runs.

`$STATE/slots/` holds a folder per pool with the files `0`, `1`, …: who has one locked (flock) holds that slot, and a crash
frees it. Who waits holds a ticket in `queue/`, whose name gives the order; tickets of the dead are not locked, and are swept
aside by whoever comes upon them. All changes are made under the lock `lock`, so that two cannot take the last slot.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.system import flocks
from tui.system.paths import make_folder
from tui.system.reasons import reason, shown

FOLDER: Final = "slots"
QUEUE: Final = "queue"
LOCK: Final = "lock"
BUSY_S: Final = 0.5
"""How long the lock is waited for at the first look; whoever holds it does so for a millisecond, unless it is stopped."""
PRIORITY_MAX: Final = 1_000
BEYOND_MAX: Final = 1_000
"""Slots beyond the size of a pool, for those that could not wait."""


class Wanted(msgspec.Struct, frozen=True):
    """Content of a ticket."""

    pools: dict[str, int]
    """Names of the pools in which a slot is needed, and how many slots each has."""


class Slots:
    """One agent's slots and its place in the queue.

    Args:
        state: The state folder.
        agent_id: Whose they are.
        priority: Higher ones go first, from -`PRIORITY_MAX` to `PRIORITY_MAX`.
        asked_at: When it was asked for, wall clock; among equal priorities the first goes first.
    """

    def __init__(self, state: Path, agent_id: str, *, priority: int = 0, asked_at: float = 0.0) -> None:
        self._folder = state / FOLDER
        order = PRIORITY_MAX - max(-PRIORITY_MAX, min(PRIORITY_MAX, priority))
        self._name = f"{order:04d}-{max(0.0, asked_at):017.6f}-{agent_id}"
        self._agent_id = agent_id
        self._held: list[int] = []
        self._ticket: int | None = None
        self._wrote: Mapping[str, int] = {}
        self._place = 1

    @property
    def held(self) -> bool:
        """It has what it needs."""
        return bool(self._held)

    def take(self, pools: Mapping[str, int], *, anyway: bool = False) -> int:
        """Take a slot in each pool if it is this agent's turn, else a place in the queue.

        Args:
            pools: Names of pools, and how many slots each has.
            anyway: Do not wait: take what is free, or one more than there are.

        Returns:
            0 if it may run; else its place in the queue, from 1.

        Raises:
            StoreError: The files cannot be made.
        """
        if not pools or self.held:
            self._leave()
            return 0
        try:
            with self._locked(0.0 if self._ticket is not None else BUSY_S) as locked:
                if not locked and not anyway:
                    return self._place
                self._place = 0 if anyway else self._look(pools)
                if self._place == 0:
                    self._occupy(pools)
                    self._leave()
        except OSError as error:
            raise StoreError(
                f"Cannot write {shown(self._folder)}: {reason(error)}.", path=str(self._folder)
            ) from error
        return self._place

    def close(self) -> None:
        """Let go of all of it."""
        self._leave()
        for fd in self._held:
            os.close(fd)
        self._held = []

    # -- under the lock ------------------------------------------------------------------------------------------------

    def _look(self, pools: Mapping[str, int]) -> int:
        """Return this agent's place in the queue, 0 if it is its turn."""
        self._queue_up(pools)
        free: dict[str, int] = {}
        place = 0
        for name in sorted(os.listdir(self._folder / QUEUE)):  # noqa: PTH208 - names are wanted
            wants = pools if name == self._name else self._wants(name)
            if wants is None:
                continue
            place += 1
            for pool, most in wants.items():
                free.setdefault(pool, most - self._taken(pool))
            its_turn = all(free[pool] > 0 for pool in wants)
            if name == self._name:
                return 0 if its_turn else place
            if its_turn:
                for pool in wants:
                    free[pool] -= 1
        return 0  # its own ticket was removed by hand

    def _queue_up(self, pools: Mapping[str, int]) -> None:
        path = self._folder / QUEUE / self._name
        if self._ticket is None:
            make_folder(path.parent)
            self._ticket = flocks.opened(path)
            fcntl.flock(self._ticket, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if self._wrote != pools:
            self._wrote = dict(pools)
            os.ftruncate(self._ticket, 0)
            os.pwrite(self._ticket, msgspec.json.encode(Wanted(self._wrote)), 0)

    def _wants(self, name: str) -> Mapping[str, int] | None:
        """Return what the holder of a ticket needs; None if it is gone, and its ticket with it."""
        path = self._folder / QUEUE / name
        try:
            if not _is_locked(path):
                path.unlink()
                return None
            return msgspec.json.decode(path.read_bytes(), type=Wanted).pools
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def _taken(self, pool: str) -> int:
        """Return how many slots of a pool are held, those beyond its present size included."""
        try:
            return sum(_is_locked(each) for each in (self._folder / pool).iterdir())
        except FileNotFoundError:
            return 0

    def _occupy(self, pools: Mapping[str, int]) -> None:
        """Lock a free slot of each pool; where none is free, one beyond its size: it counts, so that the next in the queue waits."""
        for pool, most in pools.items():
            folder = self._folder / pool
            make_folder(folder)
            for number in range(most + BEYOND_MAX):
                fd = flocks.take(folder / str(number))
                if fd is None:
                    continue
                os.ftruncate(fd, 0)
                os.pwrite(fd, self._agent_id.encode(), 0)
                self._held.append(fd)
                break

    def _leave(self) -> None:
        """Give the ticket back."""
        if self._ticket is not None:
            with contextlib.suppress(OSError):
                (self._folder / QUEUE / self._name).unlink()
            os.close(self._ticket)
            self._ticket = None

    @contextlib.contextmanager
    def _locked(self, wait_s: float) -> Iterator[bool]:
        """Hold the lock of all slots; gives False where somebody else does."""
        make_folder(self._folder)
        fd = flocks.opened(self._folder / LOCK)
        end = time.monotonic() + wait_s
        try:
            while not _lock(fd):
                if time.monotonic() >= end:
                    yield False
                    return
                time.sleep(0.005)
            yield True
        finally:
            os.close(fd)


def _lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_locked(path: Path) -> bool:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False
