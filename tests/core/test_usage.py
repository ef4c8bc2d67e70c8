"""Tokens are counted once: messages, run totals, session counters, runs."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tui.core.usage import MESSAGES_MAX, Meter, Usage

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
