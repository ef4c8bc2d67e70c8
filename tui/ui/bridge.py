"""From the fleet to the widgets: changes are gathered and handed on together, each as soon as it has to be.

Runs on the app's loop. The first change after a quiet moment goes through at once; what has to be seen soon takes along
what could have waited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

INTERVAL_S: Final = 0.05


class Bridge:
    """Gathers the ids of agents that changed.

    Args:
        apply: Called on the loop with all ids since the last call.
        pace: Seconds after the last call that a change of an agent may wait.
    """

    def __init__(
        self,
        apply: Callable[[frozenset[str]], None],
        pace: Callable[[str], float] = lambda agent_id: INTERVAL_S,
    ) -> None:
        self._apply = apply
        self._pace = pace
        self._pending: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._last = 0.0

    def changed(self, ids: frozenset[str]) -> None:
        """Take changes; called by the fleet."""
        if not ids:
            return
        self._pending |= ids
        loop = asyncio.get_running_loop()
        due = max(loop.time(), self._last + min(self._pace(agent_id) for agent_id in ids))
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = loop.call_at(due, self._flush)

    def close(self) -> None:
        """Hand on nothing more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._pending.clear()

    def _flush(self) -> None:
        self._timer = None
        self._last = asyncio.get_running_loop().time()
        ids, self._pending = frozenset(self._pending), set()
        self._apply(ids)
