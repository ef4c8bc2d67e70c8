"""Measures the processes of a tool that runs in silence, now and then; nothing while nothing of the kind runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from tui.core.agent import Agent
from tui.core.clock import Clock, Now
from tui.core.facts import TreeSampled
from tui.core.judge import SAMPLE_AFTER_S, measured_from
from tui.core.text import one_line
from tui.system import treeuse
from tui.system.processes import Measured

SOON_S: Final = 2.0
"""Between two measurements of a tool in its first minute …"""
LATE_S: Final = 10.0
"""… and later."""


class Sampling:
    """Measures. Lives on the event loop.

    Args:
        agent: Gives the present state.
        clock: Tells the time.
        hear: Gets the measurements.
    """

    def __init__(self, agent: Callable[[], Agent], clock: Clock, hear: Callable[[TreeSampled], None]) -> None:
        self._agent = agent
        self._clock = clock
        self._hear = hear
        self._timer: asyncio.TimerHandle | None = None
        self._since: Now | None = None
        self._before: dict[int, Measured] = {}
        self._at = 0.0

    def look(self) -> None:
        """The state may have changed: begin to measure, or stop."""
        since = measured_from(self._agent())
        if since is None:
            self.close()
        elif self._timer is None:
            self._arm(max(0.0, since.mono + SAMPLE_AFTER_S - self._clock.now().mono))

    def close(self) -> None:
        """Measure no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._since, self._before = None, {}

    def _arm(self, in_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(in_s, self._measure)

    def _measure(self) -> None:
        self._timer = None
        agent = self._agent()
        since, pid = measured_from(agent), agent.status.pid
        if since is None or pid is None:
            self.close()
            return
        mono = self._clock.now().mono
        if since != self._since:
            self._since, self._before, self._at = since, {}, since.mono
        fresh_s = since.mono + SAMPLE_AFTER_S - mono
        if fresh_s > 0:
            self._arm(fresh_s)  # a tool that began meanwhile
            return
        self._arm(SOON_S if mono - since.mono < 60 else LATE_S)
        now = treeuse.used(pid, since.mono)
        sample = _compared(self._before, now, max(0.1, mono - self._at))
        self._before, self._at = now, mono
        if sample is not None:
            self._hear(sample)


def _compared(before: dict[int, Measured], now: dict[int, Measured], over_s: float) -> TreeSampled | None:
    """Return what was used between two measurements; None if the tool has no process of its own."""
    if not now:
        return None
    nothing = Measured(0.0, 0.0, 0, "")
    cpu_s, moved, busiest, most = 0.0, 0, "", 0.0
    for pid, use in now.items():
        old = before.get(pid, nothing)
        each_s = max(0.0, use.cpu_s - old.cpu_s)
        cpu_s += each_s
        # What a process reads to begin at all (its libraries) is not counted.
        moved += max(0, use.io_bytes - old.io_bytes) if pid in before else 0
        if each_s >= most or not busiest:
            busiest, most = use.name, each_s
    return TreeSampled(
        processes=len(now),
        cpu_percent=round(100 * cpu_s / over_s, 1),
        io_bytes_s=round(moved / over_s, 1),
        name=one_line(busiest, limit=40),
    )
