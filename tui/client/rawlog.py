"""The lines that an agent's CLI printed, for a dashboard: files are read on threads, one read at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tui.system.rawlines import WHOLE_MAX, RawLine, RawLog

__all__ = ["WHOLE_MAX", "Lines", "RawLine"]


class Lines:
    """One agent's lines.

    Args:
        folder: The agent's folder.
        recording: Its recording; False: its event log.
    """

    def __init__(self, folder: Path, *, recording: bool) -> None:
        self._log = RawLog(folder, recording=recording)
        self._lock = asyncio.Lock()

    @property
    def listed(self) -> list[RawLine]:
        """The newest lines, oldest first."""
        return list(self._log.lines)

    async def read(self) -> bool:
        """Read what was added; True if there is anything new."""
        async with self._lock:
            return await asyncio.to_thread(self._log.read)

    async def whole(self, line: RawLine) -> str:
        """Return a line's text, at most `WHOLE_MAX` characters of it; not inert."""
        async with self._lock:
            return await asyncio.to_thread(self._log.whole, line)

    async def find(self, words: str) -> list[int]:
        """Return the numbers of the listed lines with some words anywhere in them."""
        async with self._lock:
            return await asyncio.to_thread(self._log.find, words)
