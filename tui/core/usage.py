"""Tokens and money, counted once."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Final

import msgspec


class UsageSource(enum.StrEnum):
    """How a figure is known."""

    REPORTED = "reported"
    """By the CLI itself."""
    COMPUTED = "computed"
    """From its transcript or events and a price list."""
    ESTIMATED = "estimated"
    NONE = "none"
    """Nothing is known."""


class Usage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Token counts by kind, each counted in exactly one field, and money.

    `input` is uncached input only; `output` excludes nothing but what `reasoning` holds, so that `total` is a plain sum.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0
    """Reasoning tokens that the CLI reports apart from `output`; 0 where they are part of it."""
    requests: int = 0
    cost_usd: Decimal | None = None
    """None where no price is known; never a float."""

    @property
    def total(self) -> int:
        """All tokens."""
        return self.input + self.output + self.cache_read + self.cache_write + self.reasoning

    def __add__(self, other: Usage) -> Usage:
        return _combine(self, other, 1)

    def __sub__(self, other: Usage) -> Usage:
        """Difference of two readings of one counter; never below zero."""
        return _combine(self, other, -1)


ZERO: Final = Usage()

MESSAGES_MAX: Final = 64
"""API messages kept apart for being replaced by a later figure."""


def _combine(a: Usage, b: Usage, sign: int) -> Usage:
    cost = a.cost_usd
    if b.cost_usd is not None:
        cost = (cost or Decimal(0)) + sign * b.cost_usd
        cost = max(cost, Decimal(0))
    return Usage(
        input=max(0, a.input + sign * b.input),
        output=max(0, a.output + sign * b.output),
        cache_read=max(0, a.cache_read + sign * b.cache_read),
        cache_write=max(0, a.cache_write + sign * b.cache_write),
        reasoning=max(0, a.reasoning + sign * b.reasoning),
        requests=max(0, a.requests + sign * b.requests),
        cost_usd=cost,
    )


class Meter(msgspec.Struct, frozen=True, omit_defaults=True):
    """An agent's usage over its runs. All methods return a new meter.

    A run's figure is its last authoritative total (`base`) plus the messages that came after it. A session counter is
    cumulative over processes, so a run counts only what it grew by.
    """

    earlier: Usage = ZERO
    """Sum of the runs that are over."""
    base: Usage = ZERO
    """Last total that the present run was told."""
    messages: dict[str, Usage] = msgspec.field(default_factory=dict)
    """API messages since `base`, by key: the latest figure of each. At most MESSAGES_MAX."""
    session_start: Usage | None = None
    """The session counter when the present run began; None if not yet known."""
    session_seen: Usage = ZERO
    """Last reading of the session counter, over all runs of that session."""
    source: UsageSource = UsageSource.NONE

    @property
    def run(self) -> Usage:
        """Usage of the present (or last) run."""
        total = self.base
        for usage in self.messages.values():
            total = total + usage
        return total

    @property
    def total(self) -> Usage:
        """Usage of the agent over all its runs."""
        return self.earlier + self.run

    def message(self, key: str, usage: Usage, source: UsageSource = UsageSource.REPORTED) -> Meter:
        """One API message's figure by now; a later one of the same key replaces it."""
        messages = {**self.messages, key: usage}
        base = self.base
        while len(messages) > MESSAGES_MAX:
            # Only recent messages are still repeated; older ones are settled, so hours of turns stay flat.
            base = base + messages.pop(next(iter(messages)))
        return msgspec.structs.replace(self, base=base, messages=messages, source=source)

    def run_total(self, usage: Usage, source: UsageSource = UsageSource.REPORTED) -> Meter:
        """The run's total by now, as the CLI says: replaces everything counted live."""
        return msgspec.structs.replace(self, base=usage, messages={}, source=source)

    def session_total(self, usage: Usage, source: UsageSource = UsageSource.REPORTED) -> Meter:
        """A cumulative counter of the session: the run counts what it grew by."""
        start = self.session_start if self.session_start is not None else ZERO
        return msgspec.structs.replace(
            self, base=usage - start, messages={}, session_start=start, session_seen=usage, source=source
        )

    def next_run(self, *, same_session: bool) -> Meter:
        """Close the run; a session counter goes on only in the same session.

        What a run used after its last reading of the counter (or, if it was killed, without any) is in the next reading.
        """
        seen = (self.session_start or ZERO) + self.run if same_session else ZERO
        return Meter(earlier=self.total, session_start=seen, session_seen=seen, source=self.source)
