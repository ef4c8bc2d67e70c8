"""Lines of a terminal by their absolute number, pulled as they are looked at.

A line's number is how many lines were pushed into the scrollback before it, ever; it never changes. The screen's row
`y` has the number `pushed + y`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from tui.protocol.screen import CellStyle, History, Line

CHUNK: Final = 200
"""Lines asked for at once."""
KEPT: Final = 4000
"""Lines kept at most."""

Fetch = Callable[[int, int], Awaitable[History]]
Styled = tuple[Line, list[CellStyle]]


class Scrollback:
    """What is known of the lines above the screen."""

    def __init__(self) -> None:
        self.count = 0
        """Lines in the scrollback now."""
        self.pushed = 0
        """Lines ever pushed."""
        self._lines: OrderedDict[int, Styled] = OrderedDict()
        self._wrapped: set[int] = set()
        self._asked: set[int] = set()

    @property
    def first(self) -> int:
        """Number of the oldest line that can be had."""
        return self.pushed - self.count

    def moved(self, count: int, pushed: int) -> int:
        """Take the figures of a frame; return how many lines were pushed since the last."""
        delta = pushed - self.pushed
        if delta < 0 or count == 0:
            self.clear()  # another run of the child: numbers begin anew
            delta = 0
        self.count, self.pushed = count, pushed
        return delta

    def clear(self) -> None:
        """Forget all lines."""
        self._lines.clear()
        self._wrapped.clear()
        self._asked.clear()

    def get(self, number: int) -> Styled | None:
        """Return a line, or None while it is not here."""
        line = self._lines.get(number)
        if line is not None:
            self._lines.move_to_end(number)
        return line

    def goes_on(self, number: int) -> bool:
        """True if a line that is here goes on in the next one (soft wrap)."""
        return number in self._wrapped

    def missing(self, start: int, stop: int) -> int | None:
        """Return the first line of a chunk to ask for so that [start, stop) gets complete, or None.

        Each chunk is named once until it arrives or `gone` is called.
        """
        for number in range(max(start, self.first), min(stop, self.pushed)):
            chunk = number - number % CHUNK
            if number not in self._lines and chunk not in self._asked:
                self._asked.add(chunk)
                return chunk
        return None

    async def pull(self, chunk: int, fetch: Fetch) -> bool:
        """Ask for a chunk and keep it; False if nothing came."""
        try:
            index = max(0, chunk - self.first)
            reply = await fetch(index, CHUNK)
        finally:
            self._asked.discard(chunk)
        base = reply.history_pushed - reply.history + reply.first
        for offset, line in enumerate(reply.lines):
            self._lines[base + offset] = (line, reply.styles)
        self._wrapped.update(base + offset for offset, goes_on in enumerate(reply.wrapped) if goes_on)
        while len(self._lines) > KEPT:
            self._wrapped.discard(self._lines.popitem(last=False)[0])
        return bool(reply.lines)
