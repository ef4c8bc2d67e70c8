"""What each turn of an agent used, and how its cost and context grew: events folded as the host's meter counts them. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import Event
from tui.core.metering import counted
from tui.core.text import one_line
from tui.core.usage import ZERO, Meter, Pricer, Usage, no_price

POINTS_MAX: Final = 4_000
"""Points of the curves that are kept; of more, every second one is let go."""


class Turn(msgspec.Struct):
    """One turn."""

    number: int
    """From 1; 0: what was used before the first."""
    at: float
    prompt: str
    usage: Usage = ZERO
    context_tokens: int = 0
    ended: float = 0.0
    ok: bool = True


class Point(msgspec.Struct, frozen=True):
    """Where the figures stood at a moment."""

    at: float
    tokens: int
    usd: Decimal | None
    context_tokens: int
    window: int


class TurnMeter:
    """Folds an agent's events, in order, over all its runs.

    Args:
        price: Gives what a figure costs where the CLI does not say.
    """

    def __init__(self, price: Pricer = no_price) -> None:
        self.price = price
        self.turns: list[Turn] = []
        self.points: list[Point] = []
        self.window = 0
        self._meter = Meter()
        self._base = ZERO
        self._session = self._model = ""
        self._runs = self._last_seq = 0
        self._context = 0

    @property
    def total(self) -> Usage:
        """All that was used."""
        return self._meter.total

    def feed(self, events: list[Event]) -> None:
        """Take events; what was taken before is passed over."""
        for event in events:
            if event.seq and event.seq > self._last_seq:
                self._last_seq = event.seq
                self._take(event)

    def _take(self, event: Event) -> None:
        match event.fact:
            case f.RunStarted(kind=kind, session_id=session):
                if self._runs:
                    same = kind is f.RunKind.RESUME and session == self._session
                    self._meter = self._meter.next_run(same_session=same)
                self._runs += 1
            case f.SessionStarted(session_id=session, model=model, context_window=window):
                self._session, self._model = session, model or self._model
                self.window = window or self.window
            case f.TurnStarted(prompt=prompt):
                self._begin(event.at, one_line(prompt, limit=120))
            case f.TurnEnded(ok=ok) if self.turns:
                self.turns[-1].ended, self.turns[-1].ok = event.at, ok
            case f.UsageReported():
                self._count(event.at, event.fact)
            case _:
                pass

    def _begin(self, at: float, prompt: str) -> None:
        number = self.turns[-1].number + 1 if self.turns else 1
        self.turns.append(Turn(number, at, prompt))
        self._base = self._meter.total

    def _count(self, at: float, fact: f.UsageReported) -> None:
        if not self.turns:
            self.turns.append(Turn(0, at, ""))
        self._meter = counted(self._meter, fact, self._model, self.price)
        self._model = fact.model or self._model
        self._context = fact.context_tokens or self._context
        self.window = fact.context_window or self.window
        total = self._meter.total
        turn = self.turns[-1]
        turn.usage, turn.context_tokens = _since(total, self._base), self._context
        self.points.append(Point(at, total.total, total.cost_usd, self._context, self.window))
        if len(self.points) > POINTS_MAX:
            self.points = [*self.points[:-1:2], self.points[-1]]


def _since(now: Usage, before: Usage) -> Usage:
    if now.cost_usd is None:
        return now - before
    return msgspec.structs.replace(
        now - before, cost_usd=max(Decimal(0), now.cost_usd - (before.cost_usd or 0))
    )


def curve(points: list[Point], values: list[float], steps: int) -> list[float]:
    """Return a curve at even steps of time from the first point to the last: what was known last holds on.

    Args:
        points: The moments.
        values: One for each.
        steps: How many.
    """
    if not points or steps <= 0:
        return []
    first, last = points[0].at, points[-1].at
    found, index = [], 0
    for step in range(steps):
        at = first + (last - first) * (step + 1) / steps
        while index + 1 < len(points) and points[index + 1].at <= at:
            index += 1
        found.append(values[index])
    return found
