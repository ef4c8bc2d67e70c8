"""The reducer and prices: what waits is priced, windows come from the list where the CLI tells none."""

from __future__ import annotations

from decimal import Decimal

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.agent import Agent, new_agent
from tui.core.clock import Now
from tui.core.prices import ModelPrice, Price, Rate, Tier
from tui.core.reduce import Heard, Input, PriceKnown, reduce
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import Usage, UsageSource

DOLLAR = ModelPrice(price=Price(input=Rate(Decimal(1_000_000))), context_window=1000)
CENT = ModelPrice(price=Price(input=Rate(Decimal(10_000))))


def agent(*inputs: Input | f.AnyFact) -> Agent:
    state = new_agent(
        AgentSpec(id="a", name="a", runtime="x", mode=Mode.INTERACTIVE, cwd="/tmp", model="opus")
    )
    for each in inputs:
        what = Heard(Source.TRANSCRIPT, each) if isinstance(each, f.Fact) else each
        state, _ = reduce(state, what, Now(1.0, 1.0))
    return state


def used(tokens: int, key: str = "a", **told: object) -> f.UsageReported:
    return f.UsageReported(usage=Usage(input=tokens), key=key, **told)  # type: ignore[arg-type] # fields of the fact


def test_a_message_is_priced_when_its_model_is_known() -> None:
    status = agent(PriceKnown("m", DOLLAR), used(3, model="m")).status
    assert status.usage.cost_usd == 3
    assert (status.usage_source, status.cost_source) == (UsageSource.REPORTED, UsageSource.COMPUTED)


def test_a_price_that_comes_later_counts() -> None:
    state = agent(used(3, model="m"))
    assert (state.status.usage.cost_usd, state.status.cost_source) == (None, UsageSource.NONE)
    status = agent(used(3, model="m"), PriceKnown("m", DOLLAR)).status
    assert status.usage.cost_usd == status.run_usage.cost_usd == 3


def test_a_sub_agents_tokens_cost_what_its_model_costs() -> None:
    prices = PriceKnown("m", DOLLAR), PriceKnown("small", CENT)
    state = agent(*prices, used(3, model="m"), used(3, "b", billed_model="small"), used(4, "b"))
    assert state.status.model == "m"
    assert state.status.usage.cost_usd == Decimal("3.04")


def test_another_price_of_a_model_counts_from_then_on() -> None:
    state = agent(PriceKnown("m", DOLLAR), used(3, model="m"), PriceKnown("m", CENT), used(1, "b", model="m"))
    assert state.status.usage.cost_usd == Decimal("3.01")


def test_a_total_of_unknown_many_requests_is_charged_by_the_last_ones_size() -> None:
    tiered = ModelPrice(price=Price(input=Rate(Decimal(1_000_000), [Tier(100, Decimal(2_000_000))])))
    small, large = (
        agent(PriceKnown("m", tiered), used(150, model="m", scope="session", context_tokens=size))
        for size in (90, 101)
    )
    assert [small.status.usage.cost_usd, large.status.usage.cost_usd] == [150, 300]


def test_the_list_tells_the_window_where_the_cli_does_not() -> None:
    known = PriceKnown("m", DOLLAR)
    assert agent(known, used(3, model="m", context_tokens=3)).status.context_window == 1000
    assert agent(used(3, model="m", context_tokens=3), known).status.context_window == 1000
    assert agent(known, used(3, model="m", context_window=500)).status.context_window == 500
    told = f.SessionStarted(session_id="s", model="m", context_window=500)
    assert agent(told, known, used(3, model="m")).status.context_window == 500


def test_the_window_follows_the_model() -> None:
    wide = ModelPrice(context_window=9000)
    state = agent(PriceKnown("m", DOLLAR), PriceKnown("w", wide), used(3, model="m"), used(1, "b", model="w"))
    assert state.status.context_window == 9000
    assert state.status.usage.cost_usd == 3


def test_a_request_that_holds_more_than_the_lists_window_proves_it_wrong() -> None:
    status = agent(PriceKnown("m", DOLLAR), used(3, model="m", context_tokens=1001)).status
    assert (status.context_window, status.context_share) == (0, None)


def test_without_a_model_of_its_own_a_figure_belongs_to_the_agents() -> None:
    assert agent(PriceKnown("opus", DOLLAR), used(2)).status.usage.cost_usd == 2
