"""A host's first command, which waits until one of the slots is free.

What it does next (a fall-back, a restart) waits no more, unless it gave its slot back: an agent in back-off, or held for its budget, leaves
it to others, and stands in the queue again when its next run is due. One that rests at its prompt leaves it, too; its process stands, so it cannot
wait when it is prompted: if no slot is free it takes one beyond their number, and the queue waits the longer. The command stays on disk meanwhile; should the host be lost, whoever resumes the agent finds what it was to begin with.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tui.core import commands as c
from tui.core.errors import StoreError
from tui.core.spec import AgentSpec
from tui.system.slotlimits import pools, read_limits
from tui.system.slots import Slots
from tui.system.store import write_atomic

POLL_S: Final = 0.25
"""Between two looks of the first in the queue …"""
POLL_MOST_S: Final = 2.0
"""… and of those far behind, who have no need to hurry."""

_log = logging.getLogger(__name__)


class Queue:
    """Keeps one command until it is its turn.

    Args:
        state: The state folder.
        pending: Where the command is kept meanwhile.
        spec: The agent.
        command: What it begins with.
        placed: Told its place in the queue, from 1.
        begin: Called with the command when it is its turn.
    """

    def __init__(
        self,
        state: Path,
        pending: Path,
        spec: AgentSpec,
        command: c.AnyCommand,
        *,
        placed: Callable[[int], None],
        begin: Callable[[c.AnyCommand], None],
    ) -> None:
        self._state = state
        self._pending = pending
        self._spec = spec
        self._command = command
        self._placed = placed
        self._begin = begin
        beginning = command if isinstance(command, c.Beginning) else c.Start()
        self._at_most = beginning.at_most
        asked_at = beginning.asked_at or time.time()
        self._slots = Slots(state, spec.id, priority=spec.priority, asked_at=asked_at)
        self._timer: asyncio.TimerHandle | None = None
        self._gave_back = False
        self._yields_at: float | None = None
        self.place = 0
        """In the queue, from 1; 0: it does not wait."""

    def enter(self) -> bool:
        """Return whether the command may begin at once; if not, it waits from now on. Call it on the loop."""
        now = isinstance(self._command, c.Beginning) and self._command.now
        self.place = self._take(anyway=now)
        if not self.place:
            return True
        self._keep()
        self._placed(self.place)
        self._arm()
        return False

    def follow(self, yields_at: float | None, mono: float) -> None:
        """Give the slot back at a moment, or take it again.

        Args:
            yields_at: From when on others may have it, monotonic; None: it is needed.
            mono: This moment.
        """
        if self.place or yields_at == self._yields_at:
            return
        self._yields_at = yields_at
        self._disarm()
        if yields_at is None:
            self._go_on()
        elif yields_at <= mono:
            self._rest()
        else:
            self._timer = asyncio.get_running_loop().call_later(yields_at - mono, self._rest)

    def _rest(self) -> None:
        self._timer = None
        self._gave_back = True
        self._slots.close()

    def _go_on(self) -> None:
        """Take a slot again, beyond their number if none is free: what was only held cannot wait."""
        if self._gave_back:
            self._gave_back = False
            self._take(anyway=True)

    def again(self) -> int:
        """Take a slot again for a further run; return its place in the queue if there is none, else 0.

        When it is its turn, place 0 is told.
        """
        self._disarm()
        if not self._gave_back:
            return 0
        self.place = self._take()
        if self.place:
            self._arm()
        else:
            self._gave_back = False
        return self.place

    def asked(self, command: c.AnyCommand) -> str | None:
        """Do what is asked of an agent that waits; return why not, nothing, or None where the rules for all decide."""
        name = self._spec.name
        match command:
            case c.Kill():
                self._end()
                return None
            case c.Resume(now=False):
                return f"{name} waits for a free slot (#{self.place}); with --now it starts at once."
            case c.Start(now=False):
                return f"{name} waits for a free slot already (#{self.place})."
            case c.Prompt():
                return f"{name} waits for a free slot (#{self.place}): prompt it once it runs."
            case c.Restart() if self._gave_back:
                return f"{name} waits for a free slot (#{self.place}): kill it first to begin anew."
            case c.Restart():
                self._command = msgspec.structs.replace(command, at_most=self._at_most)
                self._keep()
            case c.Start() | c.Resume():
                pass
            case _:
                return None
        if command.now:
            self._take(anyway=True)
            self._go()
        return ""

    def close(self) -> None:
        """Give slot and place back; a command that still waits stays on disk."""
        self._disarm()
        self._slots.close()

    def _take(self, *, anyway: bool = False) -> int:
        wanted = pools(read_limits(self._state), self._spec.cwd, self._at_most)
        try:
            return self._slots.take(wanted, anyway=anyway)
        except StoreError as error:
            # Slots are a courtesy to the machine: an agent that cannot ask for one is not kept from its work.
            _log.warning("%s", error)
            return 0

    def _look(self) -> None:
        self._timer = None
        place = self._take()
        if not place:
            self._go()
            return
        if place != self.place:
            self.place = place
            self._placed(place)
        self._arm()

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(min(POLL_MOST_S, POLL_S * self.place), self._look)

    def _go(self) -> None:
        again, self._gave_back = self._gave_back, False
        self._end()
        if again:
            self._placed(0)
        else:
            self._begin(self._command)

    def _end(self) -> None:
        self.place = 0
        self._disarm()
        with contextlib.suppress(OSError):
            self._pending.unlink()

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _keep(self) -> None:
        try:
            write_atomic(self._pending, msgspec.json.encode(self._command))
        except StoreError as error:
            _log.warning("%s", error)
