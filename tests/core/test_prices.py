"""Costs are the price list's own, to the last digit; a config's figures lie over it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal

import genai_prices
import pytest
from genai_prices.data_snapshot import get_snapshot
from hypothesis import given
from hypothesis import strategies as st

from tui.client.pricelist import lookup
from tui.core.prices import ModelPrice, Override, Price, Rate, Tier, cost
from tui.core.usage import Usage

MODELS = [
    "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929", "claude-haiku-4-5", "claude-3-5-sonnet-20241022",
    "gpt-5-codex", "gpt-5.1-codex-max", "gpt-5.4", "gpt-4o", "gpt-4.1-mini", "o3",
    "gemini-2.5-pro", "gemini-2.5-flash", "gemini-3-pro-preview",
    "deepseek-chat", "grok-code-fast-1", "kimi-k2", "openai/gpt-5", "openrouter/anthropic/claude-sonnet-4.5",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
]  # fmt: skip
TIERED = ["claude-sonnet-4-5-20250929", "gpt-5.4", "gemini-2.5-pro", "gemini-3-pro-preview"]
NOW = time.time()

TOKENS = (
    st.integers(0, 400_000) | st.integers(0, 10**9) | st.sampled_from([199_999, 200_000, 200_001, 272_001])
)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    write = draw(TOKENS)
    return Usage(
        input=draw(TOKENS),
        output=draw(TOKENS),
        cache_read=draw(TOKENS),
        cache_write=write,
        cache_write_1h=draw(st.integers(0, write)),
        reasoning=draw(TOKENS),
    )


def known(model: str) -> Price:
    found = lookup(model, NOW)
    assert found is not None
    assert found.price is not None
    return found.price


def listed(model: str, usage: Usage) -> Decimal:
    """Return the library's own figure."""
    told = genai_prices.Usage(
        input_tokens=usage.input + usage.cache_read + usage.cache_write,
        output_tokens=usage.output + usage.reasoning,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
        cache_write_1h_tokens=usage.cache_write_1h,
        output_reasoning_tokens=usage.reasoning,
    )
    provider = "litellm" if "/" in model else "aws" if "anthropic." in model else None
    found = get_snapshot().calc(told, model, provider, None, datetime.fromtimestamp(NOW, UTC))
    return found.total_price


@pytest.mark.parametrize("model", MODELS)
@given(usage=usages())
def test_costs_equal_the_price_lists_own(model: str, usage: Usage) -> None:
    assert cost(usage, known(model)) == listed(model, usage)


@pytest.mark.parametrize("model", TIERED)
def test_a_large_request_costs_more_for_all_its_tokens(model: str) -> None:
    price = known(model)
    assert price.input is not None
    (tier,) = price.input.tiers
    at, above = Usage(input=tier.above), Usage(input=1, cache_read=tier.above)
    assert cost(at, price) == listed(model, at) == price.input.usd * tier.above / 1_000_000
    assert cost(above, price) == listed(model, above)
    assert cost(Usage(input=tier.above + 1), price) > cost(at, price) * Decimal("1.2")


def test_a_sum_is_charged_by_the_size_of_its_requests() -> None:
    price = Price(input=Rate(Decimal(1), [Tier(100, Decimal(2))]))
    assert cost(Usage(input=300, requests=3), price) == Decimal("0.0003")
    assert cost(Usage(input=303, requests=3), price) == Decimal("0.000606")
    assert cost(Usage(input=300), price) == Decimal("0.0006")
    assert cost(Usage(input=300), price, size=50) == Decimal("0.0003")


def test_money_is_exact() -> None:
    price = Price(input=Rate(Decimal("0.1")), output=Rate(Decimal("0.3")))
    assert cost(Usage(input=1, output=1), price) == Decimal("0.0000004")


def test_a_kind_without_a_rate_costs_what_it_is_part_of() -> None:
    price = Price(input=Rate(Decimal(1)), output=Rate(Decimal(2)))
    usage = Usage(cache_read=1_000_000, cache_write=1_000_000, cache_write_1h=400_000, reasoning=1_000_000)
    assert cost(usage, price) == 4


@pytest.mark.parametrize(
    "name", ["", "llama-local", "opus", "x" * 5000, "../..", "anthropic.", "/", "a/b/c", "\x00"]
)
def test_what_the_list_does_not_know_has_no_price(name: str) -> None:
    assert lookup(name, NOW) is None


def test_the_price_of_a_moment_is_taken() -> None:
    march, april, june = (datetime(2025, month, 12, tzinfo=UTC).timestamp() for month in (3, 4, 6))
    old, new = lookup("o3", march), lookup("o3", june)
    assert old is not None
    assert new is not None
    assert old.price != new.price
    assert april < old.until < june
    assert new.until == 0 or new.until > june


def test_a_price_by_the_hour_ends_within_a_day() -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp()
    found = lookup("deepseek-chat", noon)
    assert found is not None
    assert found.until == datetime(2026, 3, 4, 16, 30, tzinfo=UTC).timestamp()
    later = lookup("deepseek-chat", found.until)
    assert later is not None
    assert later.price != found.price


def test_a_configs_figures_lie_over_the_lists() -> None:
    rate = Rate(Decimal(3), [Tier(200_000, Decimal(6))])
    price = Price(input=rate, output=rate, cache_write=rate, cache_write_1h=rate, reasoning=rate)
    listed = ModelPrice(price=price, context_window=200_000)
    over = Override(cache_write=Decimal(1), output=Decimal(2)).over(listed)
    assert over == ModelPrice(
        price=Price(input=rate, output=Rate(Decimal(2)), cache_write=Rate(Decimal(1))), context_window=200_000
    )
    assert Override(context_window=9).over(listed) == ModelPrice(price=price, context_window=9)
    assert Override(input=Decimal(0)).over(None) == ModelPrice(price=Price(input=Rate(Decimal(0))))
    assert Override(context_window=9).over(None) == ModelPrice(context_window=9)
