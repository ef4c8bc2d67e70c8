"""The end of a run: its child reaped, and every process it left behind ended.

A child that ends by itself may leave processes: they get a moment, then SIGTERM, then SIGKILL. A run that is being stopped
is signalled from outside (`signal`), all of it each time.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tui.core.effects import Stage
from tui.host.reaper import Reaper
from tui.system import processes, procfs

LINGER_S: Final = 1.0
"""What a child left behind may take to end by itself."""
TERMINATE_S: Final = 2.0
"""… and after SIGTERM."""
GIVE_UP_S: Final = 10.0
"""After SIGKILL: what still lives cannot be ended (it hangs in the kernel, or belongs to another user)."""
POLL_S: Final = 0.1
OUTPUT_S: Final = 0.5
"""What was printed last is waited for so long, where something outside still holds the terminal."""

_log = logging.getLogger(__name__)


class Ending:
    """Watches one child and all below it.

    Args:
        pid: The child.
        folder: The agent's, which marks its processes.
        reaper: Takes exits.
        gone: Called once with the number of processes that could not be ended.
    """

    def __init__(self, pid: int, folder: Path, reaper: Reaper, gone: Callable[[int], None]) -> None:
        self._pid = pid
        self._folder = folder
        self._reaper = reaper
        self._gone = gone
        self._asked = False
        """Somebody outside decides on the signals."""
        self._pressed_at = 0.0
        self._killed_at = 0.0
        self._reaped_at = 0.0
        self._done_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def tree(self, *, thorough: bool = True) -> list[int]:
        """Return the living processes of the run.

        Args:
            thorough: Also look through all processes for the agent's mark, for what hangs elsewhere.
        """
        found = dict.fromkeys(processes.descendants(os.getpid()))
        if not procfs.AVAILABLE:
            found |= dict.fromkeys(processes.in_session(self._pid))
        if thorough:
            found |= dict.fromkeys(processes.marked(self._folder))
        for pid in self._reaper.aside:
            for other in (pid, *processes.descendants(pid)):
                found.pop(other, None)
        return list(found)

    def signal(self, stage: Stage) -> None:
        """Signal all of it; from SIGKILL on, it is repeated until nothing is left."""
        self._asked = True
        self._send(stage)
        self.look()

    def _send(self, stage: Stage) -> None:
        number = signal.Signals[stage.value]
        tree = self.tree()
        _log.info("%s to %d processes", number.name, len(tree))
        processes.signal_tree(tree, self._group(), number)
        if stage is Stage.KILL and not self._killed_at:
            self._killed_at = time.monotonic()

    def look(self) -> None:
        """See how far it is."""
        if self._done_at:
            return
        now = time.monotonic()
        reaped = self._reaper.status(self._pid) is not None
        if reaped and not self._reaped_at:
            self._reaped_at = now
        left = self._left(reaped)
        if (reaped and not left) or (self._killed_at and now - self._killed_at > GIVE_UP_S):
            self._done_at = now
            self._gone(left)
            return
        if reaped or self._killed_at:
            self._press(now)
            self._again()

    def _left(self, reaped: bool) -> int:
        if reaped and procfs.AVAILABLE and self._reaper.childless:
            return 0  # the kernel's word: no child of ours, so nothing below
        # Marks are looked for when it seems over, not ten times a second.
        return len(self.tree(thorough=False)) or (len(self.tree()) if reaped else 1)

    def _press(self, now: float) -> None:
        """End what the child left behind, if nobody else is at it."""
        if self._killed_at:
            processes.signal_tree(self.tree(thorough=False), self._group(), signal.SIGKILL)
        elif self._asked:
            return
        elif self._pressed_at:
            if now - self._pressed_at > TERMINATE_S:
                self._send(Stage.KILL)
        elif now - self._reaped_at > LINGER_S:
            self._pressed_at = now
            self._send(Stage.TERMINATE)

    def _group(self) -> int:
        """The child's process group; 0 once its number may name another."""
        if self._reaper.status(self._pid) is None:
            return self._pid
        return self._pid if any(_in_group(pid, self._pid) for pid in self.tree(thorough=False)) else 0

    def _again(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(POLL_S, self._poll)

    def _poll(self) -> None:
        self._timer = None
        self._reaper.look()
        self.look()

    def may_wait(self) -> bool:
        """Return whether the last output may still be waited for."""
        return time.monotonic() - self._done_at < OUTPUT_S


def _in_group(pid: int, group: int) -> bool:
    try:
        return os.getpgid(pid) == group
    except OSError:
        return False
