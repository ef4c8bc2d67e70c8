"""What a fleet spent: ledgers added up by day, agent, project, runtime, model and kind. Pure."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from tui.core.budget import date_of
from tui.core.ledger import Day, Ledger
from tui.core.usage import ZERO, Usage

RANGES: Final = ("today", "week", "month")
_DAYS: Final = {"today": 1, "week": 7, "month": 30}
_HOUR_S: Final = 3_600


class Line(NamedTuple):
    """A group's share."""

    name: str
    usage: Usage
    turns: int


class Span(NamedTuple):
    """Some days, the last one today."""

    days: tuple[str, ...]

    @classmethod
    def ending(cls, wall: float, name: str) -> Span:
        """Return the days of a range that ends today: `today`, `week` (seven days), `month` (thirty)."""
        last = date.fromisoformat(date_of(wall))
        count = _DAYS[name]
        return cls(tuple((last - timedelta(days=n)).isoformat() for n in range(count - 1, -1, -1)))


def lines(ledgers: Iterable[Ledger], span: Span, by: str) -> list[Line]:
    """Return what each group spent in some days, the dearest first.

    Args:
        ledgers: All of them.
        span: The days.
        by: `name`, `project`, `runtime` or `model`.
    """
    found: dict[str, Line] = {}
    for ledger in ledgers:
        usage, turns = spent(ledger, span)
        if not usage.total and not usage.cost_usd and not turns:
            continue
        name = str(getattr(ledger, by)) or "none"
        before = found.get(name, Line(name, ZERO, 0))
        found[name] = Line(name, before.usage + usage, before.turns + turns)
    return sorted(
        found.values(), key=lambda line: (-(line.usage.cost_usd or 0), -line.usage.total, line.name)
    )


def spent(ledger: Ledger, span: Span) -> tuple[Usage, int]:
    """Return what one agent used in some days, and its turns."""
    days: list[Day] = [ledger.days[day] for day in span.days if day in ledger.days]
    return sum((day.usage for day in days), ZERO), sum(day.turns for day in days)


def total(ledgers: Iterable[Ledger], span: Span) -> Usage:
    """Return what all used in some days."""
    return sum((spent(ledger, span)[0] for ledger in ledgers), ZERO)


def by_day(ledgers: Sequence[Ledger], span: Span) -> list[Usage]:
    """Return what all used on each day."""
    return [total(ledgers, Span((day,))) for day in span.days]


def per_minute(ledgers: Iterable[Ledger], wall: float, minutes: int = 60) -> list[int]:
    """Return the tokens of each of the last minutes, the present one last."""
    last = int(wall // 60)
    found = [0] * minutes
    for ledger in ledgers:
        for each in ledger.minutes:
            index = minutes - 1 - (last - each.minute)
            if 0 <= index < minutes:
                found[index] += each.tokens
    return found


def burn_usd(ledgers: Iterable[Ledger], wall: float, minutes: int = 60) -> Decimal:
    """Return dollars an hour, as of the last minutes."""
    first = int(wall // 60) - minutes
    spent_usd = sum(
        (each.usd for ledger in ledgers for each in ledger.minutes if each.minute > first), Decimal(0)
    )
    return spent_usd * 60 / minutes


def by_midnight(today_usd: Decimal, burn: Decimal, wall: float) -> Decimal:
    """Return what today will have cost at midnight, at the present pace."""
    now = time.localtime(wall)
    left_s = 24 * _HOUR_S - (now.tm_hour * _HOUR_S + now.tm_min * 60 + now.tm_sec)
    return today_usd + burn * left_s / _HOUR_S


_WINDOW: Final = re.compile(r"(\d+)\s*-?\s*(h|hour|d|day|min)")
_NAMED: Final = {"week": 7 * 86_400.0, "day": 86_400.0, "month": 30 * 86_400.0, "hour": 3_600.0}
_UNITS: Final = {"h": 3_600.0, "hour": 3_600.0, "d": 86_400.0, "day": 86_400.0, "min": 60.0}


def window_s(limit: str) -> float:
    """Return how long a limit's window is, by its name (`5 h`, `week`); 0 if the name does not tell."""
    words = limit.casefold()
    if match := _WINDOW.search(words):
        return int(match[1]) * _UNITS[match[2]]
    return next((length for name, length in _NAMED.items() if name in words), 0.0)


def used_up_at(limit: str, share: float, resets_at: float, wall: float) -> float:
    """Return when a limit is used up at its pace so far; 0 if not before it is reset, or if that cannot be told."""
    length = window_s(limit)
    passed = length - (resets_at - wall)
    # A tenth of the window has to be over: before that a pace is a guess.
    if not length or share <= 0 or share >= 1 or resets_at <= wall or passed < length / 10:
        return 0.0
    at = wall + (1 - share) / (share / passed)
    return at if at < resets_at else 0.0
