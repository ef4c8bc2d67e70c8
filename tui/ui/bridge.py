"""From the fleet to the widgets: changes are gathered and handed on at most a few times a second.

Runs on the app's loop. The first change after a quiet moment goes through at once.
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
    """

    def __init__(self, apply: Callable[[frozenset[str]], None]) -> None:
        self._apply = apply
        self._pending: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._last = 0.0

    def changed(self, ids: frozenset[str]) -> None:
        """Take changes; called by the fleet."""
        self._pending |= ids
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._last + INTERVAL_S), self._flush)

    def close(self) -> None:
        """Hand on nothing more."""
        if self._timer is not None:
            self._timer.cancel()
        self._pending.clear()

    def _flush(self) -> None:
        self._timer = None
        self._last = asyncio.get_running_loop().time()
        ids, self._pending = frozenset(self._pending), set()
        self._apply(ids)
