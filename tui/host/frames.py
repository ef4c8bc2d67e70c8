"""When a connection gets which frame: at once after a quiet moment, never more often than asked, never queued."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from tui.protocol.screen import Frame
from tui.terminal.emulator import Emulator
from tui.terminal.frames import FrameSource

FPS_MAX: Final = 60
HOLD_S: Final = 0.15
"""A child may hold its screen back (mode 2026) for so long."""


class FramePush:
    """The frames of one connection.

    Args:
        emulator: What is shown.
        fps: Frames a second, at most.
        send: Sends a frame; returns False if the connection has not taken the last one yet, then `unblocked` follows.
    """

    def __init__(self, emulator: Emulator, fps: int, send: Callable[[Frame], bool]) -> None:
        self.emulator = emulator
        self._source = FrameSource(emulator)
        self._send = send
        self._least_s = 1.0 / min(max(fps, 1), FPS_MAX)
        self._sent_at = 0.0
        self._held_since = 0.0
        self._blocked = False
        self._timer: asyncio.TimerHandle | None = None

    def set_fps(self, fps: int) -> None:
        """Take another rate."""
        self._least_s = 1.0 / min(max(fps, 1), FPS_MAX)

    def changed(self) -> None:
        """The screen may show something else."""
        if self._timer is None and not self._blocked:
            wait_s = self._sent_at + self._least_s - time.monotonic()
            if wait_s <= 0:
                self._now()
            else:
                self._timer = asyncio.get_running_loop().call_later(wait_s, self._now)

    def unblocked(self) -> None:
        """The connection takes frames again: the newest one, whatever was missed."""
        if self._blocked:
            self._blocked = False
            self.changed()

    def _now(self) -> None:
        self._timer = None
        now = time.monotonic()
        held = self.emulator.synchronized
        if not held:
            self._held_since = 0.0
        elif not self._held_since:
            self._held_since = now
        too_long = held and now - self._held_since >= HOLD_S
        frame = self._source.frame(force=too_long)
        if frame is not None:
            self._sent_at = now
            self._blocked = not self._send(frame)
        elif held and not too_long:
            wait_s = self._held_since + HOLD_S - now
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._now)

    def close(self) -> None:
        """Send no more."""
        self._blocked = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
