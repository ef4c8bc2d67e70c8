"""Asking a host for lines of its scrollback while somebody looks at them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from tui.ui.scrollback import Fetch, Scrollback

_log = logging.getLogger(__name__)


class Puller:
    """Asks for what is missing, one piece after the other.

    Args:
        arrived: Called when lines came.
    """

    def __init__(self, arrived: Callable[[], None]) -> None:
        self._arrived = arrived
        self._tasks: set[asyncio.Task[None]] = set()

    def pull(self, scrollback: Scrollback, fetch: Fetch, start: int, stop: int) -> None:
        """Have the lines [start, stop) in a scrollback; returns at once."""
        chunk = scrollback.missing(start, stop)
        if chunk is None:
            return

        async def ask() -> None:
            if await scrollback.pull(chunk, fetch):
                self._arrived()
                self.pull(scrollback, fetch, start, stop)

        task = asyncio.create_task(ask(), name="history")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def close(self) -> None:
        """Wait for nothing more."""
        for task in self._tasks:
            task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("scrollback: %s", error)
