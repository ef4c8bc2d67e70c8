"""Text lines that a child mixes into its stream: kept for the log in bounded amounts, and the last ones for its exit."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

from tui.core.facts import LogLine

TAIL_LINES: Final = 200
FACT_CHARS: Final = 4_000
"""Lines printed together become one fact of at most about so many characters."""
BURST_CHARS: Final = 256_000
"""A child may say so much at once …"""
CHARS_A_SECOND: Final = 4_000
"""… and on average so much; a flood must not fill the disk. All of it is in the recording as far as that reaches."""


class LogLines:
    """Joins neighbouring lines and leaves out what is too much, saying how many lines that were."""

    def __init__(self) -> None:
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._lines: list[str] = []
        self._chars = 0
        self._left_out = 0
        self._allowed = float(BURST_CHARS)
        self._at = time.monotonic()

    def add(self, text: str) -> LogLine | None:
        """Take a line; return a fact if enough have come together."""
        self.tail.append(text)
        if self._allowed < len(text):
            self._refill()
        if self._left_out or self._allowed < len(text):
            self._left_out += 1
            return None
        self._allowed -= len(text) + 1
        self._lines.append(text)
        self._chars += len(text) + 1
        return self.take() if self._chars >= FACT_CHARS else None

    def take(self) -> LogLine | None:
        """Return what was collected, or None."""
        if self._left_out:
            self._refill()
            if self._allowed > FACT_CHARS:
                self._lines.append(f"… {self._left_out} more lines (see the recording)")
                self._left_out = 0
        if not self._lines:
            return None
        text = "\n".join(self._lines)
        self._lines.clear()
        self._chars = 0
        return LogLine(text=text)

    def finish(self) -> LogLine | None:
        """Return what is left, at the end."""
        if self._left_out:
            self._lines.append(f"… {self._left_out} more lines (see the recording)")
            self._left_out = 0
        return self.take()

    def _refill(self) -> None:
        now = time.monotonic()
        self._allowed = min(float(BURST_CHARS), self._allowed + (now - self._at) * CHARS_A_SECOND)
        self._at = now
