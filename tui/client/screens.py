"""An agent's screen for one watcher: its last frame from disk at once, then what the host pushes over it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from tui.protocol.screen import Frame
from tui.system.store import read_screen

_log = logging.getLogger(__name__)

OnFrame = Callable[[Frame], None]


class ScreenWatch:
    """One watcher of a screen. Its first frame is complete, wherever it comes from."""

    def __init__(
        self,
        folder: Path,
        on_frame: OnFrame,
        fps: int,
        *,
        changed: Callable[[], None],
        closed: Callable[[ScreenWatch], None],
    ) -> None:
        self.fps = min(60, max(1, fps))
        self._folder = folder
        self._on_frame = on_frame
        self._changed = changed
        self._closed = closed
        self._is_closed = False
        self._live = False
        """A whole frame came from the host: what is on disk is older."""
        self._task = self._start()

    def push(self, frame: Frame) -> None:
        """Take a frame from the host."""
        if self._is_closed or not (self._live or frame.complete):
            return
        self._live = True
        self._hand_over(frame)

    def reread(self) -> None:
        """The host is gone: show what it wrote last, and wait for a whole frame of the next."""
        if not self._is_closed:
            self._live = False
            self._task.cancel()
            self._task = self._start()

    @property
    def up_to_date(self) -> bool:
        """The last frame on disk was handed over, or a newer one."""
        return self._live or self._task.done()

    def set_fps(self, fps: int) -> None:
        """Ask for so many frames a second at most, 1..60."""
        fps = min(60, max(1, fps))
        if fps != self.fps and not self._is_closed:
            self.fps = fps
            self._changed()

    def close(self) -> None:
        """Watch no more; may be called twice."""
        if not self._is_closed:
            self._is_closed = True
            self._task.cancel()
            self._closed(self)

    def _start(self) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(
            self._from_disk(), name=f"screen of {self._folder.name}"
        )

    async def _from_disk(self) -> None:
        frame = await asyncio.to_thread(read_screen, self._folder)
        if frame is not None and not self._live and not self._is_closed:
            self._hand_over(frame)

    def _hand_over(self, frame: Frame) -> None:
        try:
            self._on_frame(frame)
        except Exception:  # noqa: BLE001 - a watcher's bug must not cut the others off; it is logged whole
            _log.exception("a watcher of a screen failed")


def frame_text(frame: Frame) -> list[str]:
    """Return a complete frame as lines of text, without blanks at their ends and blank lines at the end."""
    rows = (frame.lines.get(row, []) for row in range(frame.size.rows))
    lines = ["".join(run.text for run in line).rstrip() for line in rows]
    while lines and not lines[-1]:
        lines.pop()
    return lines
