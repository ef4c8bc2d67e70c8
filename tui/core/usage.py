"""Tokens and money, counted once."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
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
    cache_write_1h: int = 0
    """The part of `cache_write` that is kept for an hour, which costs more; not counted again in `total`."""

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
        cache_write_1h=max(0, a.cache_write_1h + sign * b.cache_write_1h),
    )


Pricer = Callable[[str, Usage], Decimal | None]
"""Gives what a figure of a model costs; None where that is not known."""


def no_price(model: str, usage: Usage) -> Decimal | None:
    """Know no price."""
    return None


class Meter(msgspec.Struct, frozen=True, omit_defaults=True):
    """An agent's usage over its runs. All methods return a new meter.

    A run's figure is its last authoritative total (`base`) plus the messages that came after it. A session counter is
    cumulative over processes, so a run counts only what it grew by.

    Money that the CLI reports is taken as it is. Where it reports none, each message is priced by its own model, and of a
    total what it grew by is. Tokens whose price is not known yet are kept by model until it is (`priced`).
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

    models: dict[str, str] = msgspec.field(default_factory=dict)
    """Models of those `messages` whose money was not reported."""
    unpriced: dict[str, Usage] = msgspec.field(default_factory=dict)
    """Tokens in `base` without a price, by model."""
    earlier_unpriced: dict[str, Usage] = msgspec.field(default_factory=dict)
    """Tokens in `earlier` without a price, by model."""
    computed: bool = False
    """Money in `base` was computed."""
    earlier_computed: bool = False
    told_usd: Decimal | None = None
    """Money of the present run where the CLI tells it apart from the tokens: it counts instead of the messages'."""

    @property
    def run(self) -> Usage:
        """Usage of the present (or last) run."""
        total = self.base
        for usage in self.messages.values():
            total = total + usage
        return total if self.told_usd is None else _with_cost(total, self.told_usd)

    @property
    def total(self) -> Usage:
        """Usage of the agent over all its runs."""
        return self.earlier + self.run

    @property
    def run_computed(self) -> bool:
        """Money of the present run was computed, all or part of it."""
        priced = self.computed or any(self.messages[key].cost_usd is not None for key in self.models)
        return priced and self.told_usd is None

    @property
    def cost_source(self) -> UsageSource:
        """How the money is known: the weakest source that any part of it has."""
        if self.total.cost_usd is None:
            return UsageSource.NONE
        if not (self.earlier_computed or self.run_computed):
            return self.source
        return UsageSource.ESTIMATED if self.source is UsageSource.ESTIMATED else UsageSource.COMPUTED

    def message(
        self,
        key: str,
        usage: Usage,
        source: UsageSource = UsageSource.REPORTED,
        *,
        model: str = "",
        price: Pricer = no_price,
    ) -> Meter:
        """One API message's figure by now; a later one of the same key replaces it."""
        models = dict(self.models)
        if usage.cost_usd is None and usage.total:
            models[key] = model
            usage = _with_cost(usage, price(model, usage))
        else:
            models.pop(key, None)
        meter = msgspec.structs.replace(
            self, messages={**self.messages, key: usage}, models=models, source=source
        )
        # Only recent messages are still repeated; older ones are settled, so hours of turns stay flat.
        return meter._settled(MESSAGES_MAX)

    def run_total(
        self,
        usage: Usage,
        source: UsageSource = UsageSource.REPORTED,
        *,
        model: str = "",
        price: Pricer = no_price,
    ) -> Meter:
        """The run's total by now, as the CLI says: replaces everything counted live."""
        if usage.cost_usd is not None:
            return msgspec.structs.replace(
                self, base=usage, messages={}, models={}, unpriced={}, computed=False, source=source
            )
        so_far = self.run
        grown = _with_cost(usage - so_far, None)
        added = price(model, grown) if grown.total else None
        meter = self._settled(0)
        unpriced = meter.unpriced
        if grown.total and added is None:
            unpriced = _sum(unpriced, {model: grown})
        return msgspec.structs.replace(
            meter,
            base=_with_cost(usage, _money(so_far.cost_usd, added)),
            unpriced=unpriced,
            computed=meter.computed or added is not None,
            source=source,
        )

    def session_total(
        self,
        usage: Usage,
        source: UsageSource = UsageSource.REPORTED,
        *,
        model: str = "",
        price: Pricer = no_price,
    ) -> Meter:
        """A cumulative counter of the session: the run counts what it grew by. One that was overtaken by a later one is passed over."""
        if usage.total < self.session_seen.total:
            return self  # a file that is read late: what is less now would be paid for again with the next reading
        start = self.session_start if self.session_start is not None else ZERO
        grown = usage - start
        if usage.cost_usd is None:
            grown = _with_cost(grown, None)
        meter = self.run_total(grown, source, model=model, price=price)
        return msgspec.structs.replace(meter, session_start=start, session_seen=usage)

    def starts_at(self, counter: Usage) -> Meter:
        """The session's counter when the session began as a copy of another: what that one used is not ours."""
        if self.session_start is not None:
            return self
        return msgspec.structs.replace(self, session_start=counter, session_seen=counter)

    def money(self, usd: Decimal) -> Meter:
        """What the run has cost by now, as the CLI says; its tokens are told apart."""
        return msgspec.structs.replace(self, told_usd=usd)

    def priced(self, price: Pricer) -> Meter:
        """Price what had no price when it was counted, as far as there is one now."""
        messages = {
            key: _with_cost(usage, price(self.models[key], usage))
            if key in self.models and usage.cost_usd is None
            else usage
            for key, usage in self.messages.items()
        }
        base, unpriced = _price_rest(self.base, self.unpriced, price)
        earlier, earlier_unpriced = _price_rest(self.earlier, self.earlier_unpriced, price)
        return msgspec.structs.replace(
            self,
            messages=messages,
            base=base,
            unpriced=unpriced,
            computed=self.computed or len(unpriced) < len(self.unpriced),
            earlier=earlier,
            earlier_unpriced=earlier_unpriced,
            earlier_computed=self.earlier_computed or len(earlier_unpriced) < len(self.earlier_unpriced),
        )

    def next_run(self, *, same_session: bool) -> Meter:
        """Close the run; a session counter goes on only in the same session.

        What a run used after its last reading of the counter (or, if it was killed, without any) is in the next reading.
        """
        seen = (self.session_start or ZERO) + self.run if same_session else ZERO
        over = self._settled(0)
        return Meter(
            earlier=self.total,
            session_start=seen,
            session_seen=seen,
            source=self.source,
            earlier_unpriced=_sum(over.unpriced if self.told_usd is None else {}, self.earlier_unpriced),
            earlier_computed=self.earlier_computed or (over.computed and self.told_usd is None),
        )

    def _settled(self, keep: int) -> Meter:
        """Move the oldest messages into `base`."""
        if len(self.messages) <= keep:
            return self
        messages, models = dict(self.messages), dict(self.models)
        base, unpriced, computed = self.base, self.unpriced, self.computed
        while len(messages) > keep:
            key = next(iter(messages))
            usage, model = messages.pop(key), models.pop(key, None)
            base = base + usage
            if model is not None and usage.cost_usd is None:
                unpriced = _sum(unpriced, {model: usage})
            computed = computed or (model is not None and usage.cost_usd is not None)
        return msgspec.structs.replace(
            self, base=base, messages=messages, models=models, unpriced=unpriced, computed=computed
        )


def _with_cost(usage: Usage, usd: Decimal | None) -> Usage:
    return usage if usage.cost_usd == usd else msgspec.structs.replace(usage, cost_usd=usd)


def _money(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return a if b is None else b if a is None else a + b


def _sum(a: Mapping[str, Usage], b: Mapping[str, Usage]) -> dict[str, Usage]:
    return {model: a.get(model, ZERO) + b.get(model, ZERO) for model in {**a, **b}}


def _price_rest(total: Usage, rest: Mapping[str, Usage], price: Pricer) -> tuple[Usage, dict[str, Usage]]:
    left: dict[str, Usage] = {}
    for model, usage in rest.items():
        usd = price(model, usage)
        if usd is None:
            left[model] = usage
        else:
            total = _with_cost(total, _money(total.cost_usd, usd))
    return total, left
