"""What tokens cost, and how much context a model has: pure values.

Which model a name means is known elsewhere (`tui.client.pricelist`); here a name is only a key.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from tui.core.usage import Usage

_MILLION: Final = Decimal(1_000_000)
_NOTHING: Final = Decimal(0)


class Tier(msgspec.Struct, frozen=True):
    """A rate for all tokens of a request whose input is larger than a bound."""

    above: int
    """Tokens of input, cached ones included; exclusive."""
    usd: Decimal


class Rate(msgspec.Struct, frozen=True, omit_defaults=True):
    """USD per million tokens of one kind."""

    usd: Decimal
    tiers: list[Tier] = msgspec.field(default_factory=list)
    """Ascending; the last one that is exceeded counts, and for all tokens of the request."""

    def at(self, size: int, requests: int) -> Decimal:
        """Return the rate of requests that hold so many tokens of input together."""
        rate = self.usd
        for tier in self.tiers:
            if size > tier.above * requests:
                rate = tier.usd
        return rate


class Price(msgspec.Struct, frozen=True, omit_defaults=True):
    """Rates by kind. What has none of its own is charged as the kind that it is part of: caches as input."""

    input: Rate | None = None
    output: Rate | None = None
    cache_read: Rate | None = None
    cache_write: Rate | None = None
    cache_write_1h: Rate | None = None
    """For what is kept for an hour."""
    reasoning: Rate | None = None


class ModelPrice(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is known of a model."""

    price: Price | None = None
    context_window: int = 0
    """Tokens; 0 if unknown."""
    until: float = 0.0
    """Wall clock: from then on another price may hold; 0: none is announced."""


class Override(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`[prices."model"]` of a config: USD per million tokens; None where nothing was said."""

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    context_window: int | None = None

    def over(self, known: ModelPrice | None) -> ModelPrice:
        """Return what is known of the model with these figures instead."""
        known = known or ModelPrice()
        told = {name: usd for name in _KINDS if (usd := getattr(self, name)) is not None}
        rates: dict[str, Rate | None] = {name: Rate(usd) for name, usd in told.items()}
        # Finer rates of the list belong to the list's rate, not to this one.
        if self.cache_write is not None:
            rates["cache_write_1h"] = None
        if self.output is not None:
            rates["reasoning"] = None
        price = msgspec.structs.replace(known.price or Price(), **rates) if rates else known.price
        window = known.context_window if self.context_window is None else self.context_window
        return msgspec.structs.replace(known, price=price, context_window=window)


_KINDS: Final = ("input", "output", "cache_read", "cache_write")


def cost(usage: Usage, price: Price, *, size: int | None = None) -> Decimal:
    """Return what a request costs in USD, exactly.

    Args:
        usage: Its tokens; or the sum over several requests (`requests`), whose average size then chooses the tiers.
        price: The rates of its model.
        size: Tokens of input in each request, if the usage is a sum over an unknown number of them.
    """
    hour = min(usage.cache_write_1h, usage.cache_write)
    requests = max(1, usage.requests) if size is None else 1
    size = usage.input + usage.cache_read + usage.cache_write if size is None else size
    short_rate = price.cache_write or price.input
    charged = (
        (usage.input, price.input),
        (usage.cache_read, price.cache_read or price.input),
        (usage.cache_write - hour, short_rate),
        (hour, price.cache_write_1h or short_rate),
        (usage.output, price.output),
        (usage.reasoning, price.reasoning or price.output),
    )
    total = sum((rate.at(size, requests) * tokens for tokens, rate in charged if rate is not None), _NOTHING)
    return total / _MILLION
