"""Takes the exit of every process below the host: its child's, and those of orphans that came to it as subreaper."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable


class Reaper:
    """Calls back whenever children ended; remembers the exit of those that are waited for.

    Args:
        on_change: Called on the loop after children were reaped.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._awaited: dict[int, int | None] = {}
        self.aside: set[int] = set()
        """Children that belong to no run of the agent's."""
        self.childless = True
        """No child was left at the last look, dead or alive."""

    def start(self) -> None:
        """Begin; call it on the loop, in the main thread."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self.look)

    def expect(self, pid: int) -> None:
        """Keep the exit of this child until it is asked for."""
        self._awaited.setdefault(pid, None)
        self.childless = False

    def set_aside(self, pid: int) -> None:
        """Keep the exit of this child, which is none of a run's processes, nor are those below it."""
        self.expect(pid)
        self.aside.add(pid)

    def look(self) -> None:
        """Reap all that can be reaped."""
        reaped = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.childless = True
                break
            if pid == 0:
                self.childless = False
                break
            reaped = True
            if pid in self._awaited:
                self._awaited[pid] = status
        if reaped:
            self._on_change()

    def status(self, pid: int) -> int | None:
        """Return the wait status of a child, or None while it lives."""
        return self._awaited.get(pid)

    def forget(self, pid: int) -> None:
        """Drop what is known of a child."""
        self._awaited.pop(pid, None)
        self.aside.discard(pid)
