"""Every recorded run, priced where its CLI reports no money: what the price list itself asks for the same tokens."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from tests.core.test_prices import known, listed
from tests.runtimes.recorded import facts, feed, load, make_reader
from tests.runtimes.test_recordings import RECORDED
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.agent import Agent, new_agent
from tui.core.clock import Now
from tui.core.prices import ModelPrice
from tui.core.reduce import Heard, PriceKnown, reduce
from tui.core.spec import AgentSpec, Mode

PRICED_AS = {"claude": "claude-haiku-4-5", "gemini": "gemini-2.5-flash"}
"""By CLI; others as `OTHERS`. Their prices know no tiers, so that a sum costs what its parts do."""
OTHERS = "gpt-4o"


def after(cli: str, stem: str, *, priced: bool) -> Agent:
    """An agent that heard a recording, its own money and model taken out of it."""
    model = PRICED_AS.get(cli, OTHERS)
    spec = AgentSpec(id="a", name="a", runtime="x", mode=Mode.STREAM, cwd="/", model=model if priced else "")
    agent = new_agent(spec)
    now = Now(1.0, 1.0)
    if priced:
        agent, _ = reduce(agent, PriceKnown(model, ModelPrice(price=known(model))), now)
    for fact in facts(feed(make_reader({"claude": "claude-code"}.get(cli, cli)), [load(cli, stem)])):
        if isinstance(fact, f.UsageReported):
            usage = msgspec.structs.replace(fact.usage, cost_usd=None)
            name = model if priced else "mystery"
            told = msgspec.structs.replace(fact, usage=usage, model=name, billed_model="")
            agent, _ = reduce(agent, Heard(Source.STREAM, told), now)
    return agent


@pytest.mark.parametrize("cli", dict.fromkeys(cli for cli, _ in RECORDED))
def test_a_run_costs_what_the_list_asks_for_its_tokens(cli: str) -> None:
    model = PRICED_AS.get(cli, OTHERS)
    some = Decimal(0)
    for name, stem in RECORDED:
        if name == cli:
            usage = after(cli, stem, priced=True).status.usage
            assert (usage.cost_usd or 0) == listed(model, usage), stem
            some += usage.cost_usd or 0
    assert some or cli == "copilot"  # its stream has no tokens


@pytest.mark.parametrize(("cli", "stem"), RECORDED)
def test_a_model_that_no_list_knows_has_tokens_and_no_price(cli: str, stem: str) -> None:
    usage = after(cli, stem, priced=False).status.usage
    assert usage.cost_usd is None
    assert usage.total == after(cli, stem, priced=True).status.usage.total
