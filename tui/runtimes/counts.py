"""Token counts and prices as agent CLIs report them, made safe: what cannot be one counts as none."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tui.core.usage import Usage

COUNT_MAX: Final = 10**12
"""A token count beyond this is no token count."""
COST_MAX: Final = Decimal(10**6)


def count(tokens: float | None) -> int:
    """Return a token count, or 0 for what cannot be one."""
    return int(tokens) if tokens is not None and 0 <= tokens <= COUNT_MAX else 0


def money(usd: Decimal | None) -> Decimal | None:
    """Return a price without the tail that binary fractions leave (0.041750749999999996), or None for nonsense."""
    if usd is None or not usd.is_finite() or not 0 <= usd <= COST_MAX:
        return None
    return usd.quantize(Decimal("1e-9")).normalize() + 0


def inclusive(
    tokens_in: float | None,
    tokens_out: float | None,
    cache_read: float | None = None,
    cache_write: float | None = None,
    *,
    requests: int = 0,
    cost_usd: Decimal | None = None,
) -> Usage:
    """Return usage of a CLI that counts, as OpenAI does, cached tokens as a part of the input and reasoning as output."""
    read, write = count(cache_read), count(cache_write)
    return Usage(
        input=max(0, count(tokens_in) - read - write),
        output=count(tokens_out),
        cache_read=read,
        cache_write=write,
        requests=requests,
        cost_usd=money(cost_usd),
    )


def size(usage: Usage) -> int:
    """Return the tokens that went into one request: what fills the context window."""
    return usage.input + usage.cache_read + usage.cache_write
