"""Where a host has its time from: the system, or, for pictures of simulated agents, whoever directs them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from tui.core.clock import Clock, Now, SystemClock

if TYPE_CHECKING:
    from tui.runtimes.simulated.cues import Cues

DIRECTED: Final = "AGENT_TUI_DEMO_CUES"
"""Environment variable of a directed world; see `tui.runtimes.simulated.cues`."""
LOOK_S: Final = 0.01


class DirectedClock:
    """A clock that stands until it is set."""

    def __init__(self, cues: Cues, mono_at: float) -> None:
        self._cues = cues
        self._mono_at = mono_at
        self._seen = 0.0

    def now(self) -> Now:
        """Return the moment that was set last."""
        wall = self._cues.wall
        return Now(wall - self._mono_at, wall)

    def watch(self, on_set: Callable[[], None]) -> None:
        """Call back each time it was set: no timer of the loop's knows that time has passed."""
        wall = self._cues.wall
        if wall != self._seen:
            self._seen = wall
            on_set()
        asyncio.get_running_loop().call_later(LOOK_S, self.watch, on_set)


def clock_of(agent_id: str, env: Mapping[str, str]) -> Clock:
    """Return the clock of an agent's host."""
    if not env.get(DIRECTED):
        return SystemClock()
    from tui.runtimes.simulated.cues import MONO_AT, cues_of

    cues = cues_of(agent_id, env)
    assert cues is not None, "an agent has an id"
    return DirectedClock(cues, MONO_AT)
