"""What an agent may use, and what was used: plain values, set by the config and kept in files."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Final

import msgspec

from tui.core.clock import Now


class AtLimit(enum.StrEnum):
    """What happens when a budget is used up."""

    ASK = "ask"
    """The agent is paused where it is, and the user is asked."""
    KILL = "kill"


class RestartPolicy(enum.StrEnum):
    """When a run that ended by itself is followed by another."""

    NEVER = "never"
    ON_FAILURE = "on-failure"
    ALWAYS = "always"


class OnRateLimit(enum.StrEnum):
    """What follows when a provider's limit ended a run."""

    ASK = "ask"
    """It stays ended until the user resumes it."""
    WAIT = "wait"
    """It goes on by itself when the limit is reset."""


class Kind(enum.StrEnum):
    """What is counted."""

    TOKENS = "tokens"
    USD = "usd"
    TURNS = "turns"
    TIME = "time_s"

    @property
    def word(self) -> str:
        """Its name in a sentence."""
        return {Kind.USD: "dollars", Kind.TIME: "time"}.get(self, self.value)


class Spent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was used, or what may be used on top."""

    tokens: int = 0
    """All kinds, as `Usage.total`."""
    usd: Decimal = Decimal(0)
    turns: int = 0
    time_s: float = 0.0
    """Seconds with a process that was not paused."""

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            tokens=self.tokens + other.tokens,
            usd=self.usd + other.usd,
            turns=self.turns + other.turns,
            time_s=self.time_s + other.time_s,
        )

    def __sub__(self, other: Spent) -> Spent:
        """Difference of two readings; never below zero."""
        return Spent(
            tokens=max(0, self.tokens - other.tokens),
            usd=max(Decimal(0), self.usd - other.usd),
            turns=max(0, self.turns - other.turns),
            time_s=max(0.0, self.time_s - other.time_s),
        )

    def of(self, kind: Kind) -> float:
        """Return one figure."""
        return float(getattr(self, kind.value))

    @property
    def is_nothing(self) -> bool:
        """All figures are zero."""
        return self == NOTHING_SPENT


NOTHING_SPENT: Final = Spent()


class Budget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one agent may use over all its runs; None: no bound."""

    tokens: int | None = None
    usd: Decimal | None = None
    turns: int | None = None
    time_s: float | None = None
    at_limit: AtLimit = AtLimit.ASK

    def bounds(self) -> list[tuple[Kind, float]]:
        """Return the kinds that are bounded, with their bounds."""
        return [(kind, float(bound)) for kind in Kind if (bound := getattr(self, kind.value)) is not None]


NO_BUDGET: Final = Budget()


class FleetBudget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all agents of a user or of a project may use together; None: no bound. Days are local calendar days."""

    tokens: int | None = None
    usd: Decimal | None = None
    tokens_per_day: int | None = None
    usd_per_day: Decimal | None = None
    at_limit: AtLimit = AtLimit.ASK

    def bounds(self) -> list[tuple[Kind, float]]:
        """Return what is bounded in all."""
        return _given({Kind.TOKENS: self.tokens, Kind.USD: self.usd})

    def day_bounds(self) -> list[tuple[Kind, float]]:
        """Return what is bounded by the day."""
        return _given({Kind.TOKENS: self.tokens_per_day, Kind.USD: self.usd_per_day})


def _given(bounds: dict[Kind, int | Decimal | None]) -> list[tuple[Kind, float]]:
    return [(kind, float(bound)) for kind, bound in bounds.items() if bound is not None]


class Day(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an agent's figures stood when the present day began."""

    date: str = ""
    """Local, `2025-11-12`."""
    start: Spent = NOTHING_SPENT
    allowed: Spent = NOTHING_SPENT
    """What the user allowed on that day."""


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """A budget that an agent shares, and what the others used of it: told to the reducer by its host."""

    whose: str
    """`all agents`, `the agents in shop`."""
    budget: FleetBudget
    others: Spent = NOTHING_SPENT
    others_today: Spent = NOTHING_SPENT
    date: str = ""
    """The day of `others_today`."""


class BudgetNotice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A budget that is nearly or wholly used, as it is shown."""

    kind: Kind
    used: float
    limit: float
    whose: str = ""
    """Empty: its own; else who shares it."""
    per_day: bool = False
    reached: bool = False
    holding: bool = False
    """The agent is paused for it, or not started: the user is asked."""
    froze: bool = False
    """It was paused by us: allowing more lets it go on."""
    since: Now = Now(0.0, 0.0)
    """When it was held."""
