"""Tokens are counted once: messages, run totals, session counters, runs."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tui.core.usage import MESSAGES_MAX, Meter, Usage, UsageSource

USAGES = st.builds(
    Usage,
    input=st.integers(0, 9_999),
    output=st.integers(0, 9_999),
    cache_read=st.integers(0, 9_999),
    cache_write=st.integers(0, 9_999),
    cost_usd=st.none() | st.decimals(0, 9, places=4),
)


def test_one_message_in_several_events_counts_once() -> None:
    meter = Meter()
    for output in (2, 2, 53):
        meter = meter.message("msg_A", Usage(input=1009, output=output, cache_write=4001))
    assert meter.total == Usage(input=1009, output=53, cache_write=4001)


def test_a_run_total_replaces_what_was_counted_live() -> None:
    meter = Meter().message("a", Usage(input=5)).message("b", Usage(input=6)).run_total(Usage(input=12))
    assert meter.total.input == 12


def test_messages_after_a_run_total_are_added_to_it() -> None:
    assert Meter().run_total(Usage(input=12)).message("c", Usage(input=3)).total.input == 15


def test_a_session_counter_over_three_runs_is_its_last_reading() -> None:
    meter = Meter()
    for reading in (9_529, 14_539, 19_549):
        meter = meter.session_total(Usage(input=reading))
        assert meter.total.input == reading
        meter = meter.next_run(same_session=True)
    assert meter.total.input == 19_549


def test_a_counter_of_another_session_begins_at_zero() -> None:
    meter = (
        Meter().session_total(Usage(input=100)).next_run(same_session=False).session_total(Usage(input=30))
    )
    assert meter.total.input == 130


def test_money_is_exact() -> None:
    meter = Meter()
    for number in range(10):
        meter = meter.message(str(number), Usage(cost_usd=Decimal("0.1")))
    assert meter.total.cost_usd == Decimal("1.0")


def test_no_price_is_not_zero() -> None:
    assert Meter().message("a", Usage(input=1)).total.cost_usd is None


@given(st.lists(USAGES, max_size=MESSAGES_MAX * 3))
def test_many_messages_stay_bounded_and_exact(usages: list[Usage]) -> None:
    meter, expected = Meter(), Usage()
    for number, usage in enumerate(usages):
        meter = meter.message(str(number), usage)
        expected = expected + usage
    assert len(meter.messages) <= MESSAGES_MAX
    assert meter.total == expected


@given(USAGES, USAGES)
def test_what_was_added_can_be_taken_away(a: Usage, b: Usage) -> None:
    difference = (a + b) - b
    assert (difference.input, difference.output) == (a.input, a.output)
    assert difference.total == a.total


# -- money that is computed --------------------------------------------------------------------------------------------

RATES = {"large": Decimal("0.01"), "small": Decimal("0.001")}


def price(model: str, usage: Usage) -> Decimal | None:
    return RATES[model] * usage.total if model in RATES else None


def test_each_message_is_priced_by_its_own_model() -> None:
    meter = Meter().message("a", Usage(input=10), model="large", price=price)
    meter = meter.message("b", Usage(output=10), model="small", price=price)
    assert meter.total.cost_usd == Decimal("0.11")
    assert (meter.source, meter.cost_source) == (UsageSource.REPORTED, UsageSource.COMPUTED)


def test_a_message_told_again_is_priced_again_not_twice() -> None:
    meter = Meter()
    for output in (2, 2, 53):
        meter = meter.message("a", Usage(output=output), model="large", price=price)
    assert meter.total.cost_usd == Decimal("0.53")


def test_a_reported_cost_wins_over_a_computed_one() -> None:
    meter = Meter().message("a", Usage(input=10), model="large", price=price)
    told = meter.run_total(Usage(input=10, cost_usd=Decimal("0.07")), model="large", price=price)
    assert told.total.cost_usd == Decimal("0.07")
    assert told.cost_source is UsageSource.REPORTED
    message = meter.message("a", Usage(input=10, cost_usd=Decimal(0)), model="large", price=price)
    assert message.total.cost_usd == 0
    assert message.cost_source is UsageSource.REPORTED


def test_a_total_is_priced_by_what_it_grew_by() -> None:
    meter = Meter().message("a", Usage(input=10), model="small", price=price)
    meter = meter.run_total(Usage(input=12), model="large", price=price)
    assert meter.total == Usage(input=12, cost_usd=Decimal("0.03"))
    assert meter.run_total(Usage(input=12), model="large", price=price).total == meter.total


def test_a_session_counter_over_runs_of_two_models_costs_each_part_once() -> None:
    meter = Meter().session_total(Usage(input=10), model="large", price=price)
    meter = meter.session_total(Usage(input=15), model="small", price=price)
    meter = meter.next_run(same_session=True).session_total(Usage(input=20), model="small", price=price)
    assert meter.total == Usage(input=20, cost_usd=Decimal("0.110"))
    assert meter.run.cost_usd == Decimal("0.005")
    assert meter.cost_source is UsageSource.COMPUTED


def test_an_unknown_model_has_tokens_and_no_cost() -> None:
    meter = Meter().message("a", Usage(input=10), model="new", price=price)
    meter = meter.run_total(Usage(input=11), model="new", price=price).next_run(same_session=False)
    assert (meter.total, meter.cost_source) == (Usage(input=11), UsageSource.NONE)


def test_a_price_that_is_learnt_late_counts_for_all_that_waited() -> None:
    meter = Meter().run_total(Usage(input=1), model="new", price=price).next_run(same_session=False)
    meter = meter.run_total(Usage(input=2), model="new", price=price)
    for number in range(MESSAGES_MAX + 5):
        meter = meter.message(str(number), Usage(input=1), model="new", price=price)
    meter = meter.message("known", Usage(input=1), model="large", price=price)
    assert meter.total.cost_usd == Decimal("0.01")
    late = meter.priced(lambda model, usage: Decimal(usage.total) if model == "new" else None)
    assert late.total.cost_usd == Decimal("0.01") + 3 + MESSAGES_MAX + 5
    assert late.run.cost_usd == late.total.cost_usd - 1
    assert late.cost_source is UsageSource.COMPUTED
    assert late.priced(lambda model, usage: Decimal(1000)) == late


def test_what_was_computed_once_marks_the_sum() -> None:
    meter = Meter().message("a", Usage(input=10), model="large", price=price).next_run(same_session=False)
    meter = meter.run_total(Usage(input=1, cost_usd=Decimal(1)))
    assert meter.total.cost_usd == Decimal("1.10")
    assert meter.cost_source is UsageSource.COMPUTED


@given(st.lists(st.tuples(USAGES, st.sampled_from(["large", "small", "new"])), max_size=MESSAGES_MAX * 2))
def test_many_priced_messages_cost_the_sum_of_all(told: list[tuple[Usage, str]]) -> None:
    meter, expected = Meter(), Usage()
    for number, (usage, model) in enumerate(told):
        meter = meter.message(str(number), usage, model=model, price=price)
        usd = usage.cost_usd
        if usd is None and usage.total:
            usd = price(model, usage)
        expected = expected + msgspec.structs.replace(usage, cost_usd=usd)
    assert meter.total == expected
    late = meter.priced(lambda _, usage: Decimal(usage.total)).total.cost_usd
    rest = sum(usage.total for usage, model in told if usage.cost_usd is None and model == "new")
    assert (late or 0) == (expected.cost_usd or 0) + rest


def test_money_that_is_told_apart_counts_instead_of_what_the_messages_would_cost() -> None:
    meter = Meter().message("a", Usage(input=3), model="m", price=lambda model, usage: Decimal(9))
    assert (meter.run.cost_usd, meter.cost_source) == (9, UsageSource.COMPUTED)
    meter = meter.money(Decimal(2))
    assert (meter.run.input, meter.run.cost_usd, meter.cost_source) == (3, 2, UsageSource.REPORTED)
    meter = meter.message("b", Usage(input=1), model="?").next_run(same_session=True)
    assert (meter.total.cost_usd, meter.run.cost_usd, meter.earlier_unpriced) == (2, None, {})
    meter = meter.message("c", Usage(input=1), model="m", price=lambda model, usage: Decimal(1))
    assert (meter.total.input, meter.total.cost_usd) == (5, 3)


def test_the_counter_of_a_forked_session_begins_where_the_other_s_stood() -> None:
    meter = Meter().starts_at(Usage(input=100)).session_total(Usage(input=130))
    assert meter.total.input == 30
    meter = meter.starts_at(Usage(input=130)).next_run(same_session=True).session_total(Usage(input=150))
    assert meter.total.input == 50


def test_a_reading_of_a_counter_that_comes_late_is_passed_over() -> None:
    def cent(model: str, usage: Usage) -> Decimal:
        return Decimal(usage.input) / 100

    meter = Meter()
    for reading in (9, 5, 9):
        meter = meter.session_total(Usage(input=reading), model="m", price=cent)
    assert (meter.run.input, meter.run.cost_usd) == (9, Decimal("0.09"))
