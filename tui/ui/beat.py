"""How often what agents print is drawn: as often as it is needed, and all of it together.

A frame has a price of its own beside that of what changed, and nobody sees thirty frames a second in nine panes. So a change
waits for the next beat of whoever shows it, and takes along who would be drawn a moment later. After a quiet moment nothing
waits. What answers a key does not ask here: it is drawn at once, and alone (`tui.ui.hurry`).
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

CALM_S: Final = 1 / 12
"""What is looked at beside something else: fast enough to look live."""
LIVELY_S: Final = 1 / 30
"""What is in focus."""
JOIN_S: Final = 1 / 60
"""Who is due within this time is drawn along."""


def tempo(fps: int) -> float:
    """Return the seconds between two beats for a pane that gets so many frames a second."""
    return LIVELY_S if fps > round(1 / CALM_S) else max(CALM_S, 1 / fps)


class Drawn(Protocol):
    """Something that keeps changes back until it is told to draw them."""

    def draw(self) -> None:
        """Draw what changed since the last time."""
        ...


class Rhythm:
    """Who is drawn when. Pure; all times are of one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._asked: dict[Drawn, float] = {}
        self._last: dict[float, float] = {}
        """When those of a tempo were drawn last, by the seconds between two beats."""

    def ask(self, drawn: Drawn, every_s: float) -> None:
        """Somebody has something to draw, and may do so every so many seconds."""
        self._asked[drawn] = min(every_s, self._asked.get(drawn, every_s))

    def forget(self, drawn: Drawn) -> None:
        """There is nothing to draw any more."""
        self._asked.pop(drawn, None)

    def _due(self, every_s: float) -> float:
        return self._last.get(every_s, -every_s) + every_s

    @property
    def next(self) -> float | None:
        """When the next beat is due, possibly long ago; None while nobody has anything to draw."""
        return min(map(self._due, self._asked.values()), default=None)

    def strike(self, now: float) -> list[Drawn]:
        """Return who is drawn now; those of one tempo are always drawn together."""
        tempos = {every_s for every_s in self._asked.values() if self._due(every_s) <= now + JOIN_S}
        self._last.update(dict.fromkeys(tempos, now))
        found = [drawn for drawn, every_s in self._asked.items() if every_s in tempos]
        for drawn in found:
            del self._asked[drawn]
        return found


class Beat:
    """Has widgets draw in a rhythm, on the running loop."""

    def __init__(self) -> None:
        self._rhythm = Rhythm()
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, drawn: Drawn, every_s: float) -> None:
        """Draw a widget with the next beat of its tempo; before that nothing happens however often it asks."""
        self._rhythm.ask(drawn, every_s)
        self._set()

    def forget(self, drawn: Drawn) -> None:
        """A widget was drawn, or is gone."""
        self._rhythm.forget(drawn)

    def _set(self) -> None:
        due = self._rhythm.next
        if due is None or (self._timer is not None and self._timer.when() <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(max(due, loop.time()), self._strike)

    def _strike(self) -> None:
        self._timer = None
        self._draw(self._rhythm.strike(asyncio.get_running_loop().time()))

    def _draw(self, due: list[Drawn]) -> None:
        """Draw one after the other; a key that comes meanwhile need not wait for all."""
        if not due:
            self._set()
            return
        due[0].draw()
        asyncio.get_running_loop().call_soon(self._draw, due[1:])
