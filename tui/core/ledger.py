"""What an agent spent, by the day: what stays when its folder is gone. Pure.

One ledger per agent, written by its host alone, so that no two write to one file and a fleet's spending is a sum over
ledgers. A figure that is corrected downward (an estimate replaced by a report) takes from the present day only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from tui.core.status import Status
from tui.core.usage import ZERO, Usage

LEDGER_VERSION: Final = 1
DAYS_MAX: Final = 400
MINUTES_MAX: Final = 180
"""Minutes with tokens that are kept, for the last hours' plot and the burn rate."""


class Day(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was spent on one local day."""

    usage: Usage = ZERO
    turns: int = 0
    model: str = ""
    """The last one of that day; empty: not noted."""
    source: str = ""
    """How the figures are known (`UsageSource`); empty: not noted."""


class Minute(msgspec.Struct, frozen=True, array_like=True):
    """What was spent within a minute."""

    minute: int
    """Minutes since the epoch."""
    tokens: int
    usd: Decimal = Decimal(0)


class Ledger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The spending of one agent, or of those that had its id one after the other."""

    version: int = LEDGER_VERSION
    id: str
    name: str = ""
    project: str = ""
    runtime: str = ""
    model: str = ""
    """The last one."""
    created_at: float = 0.0
    """Tells an agent from a later one with the same id."""
    counted: Usage = ZERO
    """How much of the agent's total stands in `days`."""
    counted_turns: int = 0
    days: dict[str, Day] = msgspec.field(default_factory=dict)
    """By local date, `2025-11-12`, oldest first."""
    minutes: list[Minute] = msgspec.field(default_factory=list)


def entered(ledger: Ledger | None, status: Status, date: str) -> Ledger:
    """Return the ledger with what the agent used since it was last entered.

    Args:
        ledger: As it is; None: there is none yet.
        status: The agent's present figures.
        date: The local day that the difference belongs to.
    """
    known = ledger if ledger is not None else Ledger(id=status.id)
    if known.created_at != status.created_at:
        known = msgspec.structs.replace(known, counted=ZERO, counted_turns=0, created_at=status.created_at)
    day = known.days.get(date, Day())
    turns = max(0, day.turns + status.turns - known.counted_turns)
    moved = _moved(day.usage, known.counted, status.usage)
    fresh = Day(moved, turns, status.model or day.model, str(status.usage_source))
    days = {**{name: value for name, value in known.days.items() if name != date}, date: fresh}
    return msgspec.structs.replace(
        known,
        name=status.name,
        project=status.project,
        runtime=status.runtime,
        model=status.model or known.model,
        counted=status.usage,
        counted_turns=status.turns,
        days=dict(sorted(days.items())[-DAYS_MAX:]),
        minutes=_minutes(known, status),
    )


def _moved(day: Usage, before: Usage, now: Usage) -> Usage:
    """Return a day's usage after the total moved; never below zero."""
    names = ("input", "output", "cache_read", "cache_write", "reasoning", "requests", "cache_write_1h")
    figures = {
        name: max(0, getattr(day, name) + getattr(now, name) - getattr(before, name)) for name in names
    }
    if now.cost_usd is None and day.cost_usd is None:
        return Usage(**figures)
    moved = (day.cost_usd or Decimal(0)) + (now.cost_usd or Decimal(0)) - (before.cost_usd or Decimal(0))
    return Usage(**figures, cost_usd=max(Decimal(0), moved))


def _minutes(ledger: Ledger, status: Status) -> list[Minute]:
    """Return the minutes with what the status tells of the last ones; of the money the part that was spent in them."""
    known = {each.minute: each for each in ledger.minutes}
    before = {minute: known[minute].tokens if minute in known else 0 for minute, _ in status.minutes}
    fresh = sum(max(0, tokens - before[minute]) for minute, tokens in status.minutes)
    if fresh <= 0:
        return ledger.minutes
    grown = max(fresh, status.usage.total - ledger.counted.total)
    usd = (status.usage.cost_usd or Decimal(0)) - (ledger.counted.cost_usd or Decimal(0))
    for minute, tokens in status.minutes:
        old = known.get(minute, Minute(minute, 0))
        more = max(0, tokens - old.tokens)
        part = max(Decimal(0), usd) * more / grown
        known[minute] = Minute(minute, max(tokens, old.tokens), old.usd + part)
    return sorted(known.values(), key=lambda each: each.minute)[-MINUTES_MAX:]
