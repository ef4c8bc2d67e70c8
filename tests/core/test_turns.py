"""What each turn used: the turns add up to what the meter counts."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.core.driving import Driver
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, Event
from tui.core.turns import POINTS_MAX, Point, TurnMeter, curve
from tui.core.usage import ZERO, Usage


def told(*facts: AnyFact, meter: TurnMeter | None = None) -> TurnMeter:
    meter = meter or TurnMeter()
    meter.feed(
        [Event(seq=n, at=float(n), run=1, source=Source.STREAM, fact=fact) for n, fact in enumerate(facts, 1)]
    )
    return meter


def used(key: str, tokens: int, usd: str | None = None, **fields: object) -> f.UsageReported:
    cost = None if usd is None else Decimal(usd)
    return f.UsageReported(usage=Usage(input=tokens, cost_usd=cost), key=key, **fields)  # type: ignore[arg-type]


def test_turns_requests_and_context() -> None:
    meter = told(
        f.RunStarted(pid=1, kind=f.RunKind.START),
        f.SessionStarted(session_id="s", model="opus", context_window=1_000),
        f.TurnStarted(prompt="first\nthing"),
        used("m1", 100, "0.10", context_tokens=100),
        used("m1", 120, "0.12", context_tokens=120),
        used("m2", 50, "0.05", context_tokens=300),
        f.TurnEnded(),
        f.TurnStarted(prompt="second"),
        used("m3", 70, "0.07", context_tokens=400),
    )
    assert [(t.number, t.prompt, t.usage.input, t.usage.cost_usd, t.context_tokens) for t in meter.turns] == [
        (1, "first thing", 170, Decimal("0.17"), 300),
        (2, "second", 70, Decimal("0.07"), 400),
    ]
    assert meter.turns[0].ended == 7.0
    assert (meter.total.input, meter.window) == (240, 1_000)


def test_a_resumed_session_counts_what_it_grew_by() -> None:
    session = {"scope": "session"}
    meter = told(
        f.RunStarted(pid=1, kind=f.RunKind.START),
        f.SessionStarted(session_id="s"),
        f.TurnStarted(prompt="a"),
        used("", 100, **session),
        f.RunStarted(pid=2, kind=f.RunKind.RESUME, session_id="s"),
        f.TurnStarted(prompt="b"),
        used("", 130, **session),
    )
    assert [turn.usage.input for turn in meter.turns] == [100, 30]


def test_what_is_told_before_the_first_prompt_and_twice() -> None:
    events = [Event(seq=1, at=1.0, run=1, source=Source.STREAM, fact=used("m", 5))]
    meter = TurnMeter()
    meter.feed(events)
    meter.feed(events)
    assert [(turn.number, turn.usage.input) for turn in meter.turns] == [(0, 5)]


def test_where_the_cli_tells_no_money_the_price_list_does() -> None:
    meter = TurnMeter(lambda model, usage: Decimal(usage.total) / 1_000 if model == "opus" else None)
    told(f.TurnStarted(prompt="a"), used("m", 500, model="opus"), meter=meter)
    assert meter.turns[0].usage.cost_usd == Decimal("0.5")


def test_turns_are_counted_as_the_agent_is() -> None:
    """A copied session's counter has a beginning that is another's, and money that is told apart counts instead."""
    facts: list[AnyFact] = [
        f.RunStarted(pid=1, kind=f.RunKind.FORK),
        f.SessionStarted(session_id="s", model="opus"),
        f.TurnStarted(prompt="a"),
        used("", 5_000, scope="start"),
        used("", 5_120, scope="session"),
        used("", 0, "0.30", scope="money"),
        f.TurnEnded(),
        f.TurnStarted(prompt="b"),
        used("", 5_200, scope="session"),
        used("", 0, "0.50", scope="money"),
    ]
    meter = told(*facts, meter=TurnMeter(lambda model, usage: Decimal(1)))
    assert (meter.total.input, meter.total.cost_usd) == (200, Decimal("0.50"))
    assert [(turn.usage.input, turn.usage.cost_usd) for turn in meter.turns] == [
        (120, Decimal("0.30")),
        (80, Decimal("0.20")),
    ]
    kept = Driver().start()
    kept.hear(*facts[1:])
    assert (kept.status.usage.input, kept.status.usage.cost_usd) == (200, Decimal("0.50"))


@given(st.lists(st.one_of(st.just(None), st.tuples(st.integers(0, 3), st.integers(0, 900))), max_size=40))
def test_the_turns_add_up_to_the_total(steps: list[tuple[int, int] | None]) -> None:
    facts: list[AnyFact] = [
        f.TurnStarted(prompt="p") if step is None else used(f"{n // 5}-{step[0]}", step[1])
        for n, step in enumerate(steps)
    ]
    meter = told(*facts)
    # A message that grows after the next turn began counts there: the sum is what matters.
    assert sum((turn.usage for turn in meter.turns), ZERO).total >= meter.total.total


def test_the_curve_holds_what_was_known_last() -> None:
    points = [Point(at, 0, None, 0, 0) for at in (0.0, 1.0, 9.0, 10.0)]
    assert curve(points, [1.0, 2.0, 3.0, 4.0], 5) == [2.0, 2.0, 2.0, 2.0, 4.0]
    assert curve([], [], 5) == []


def test_points_stay_bounded() -> None:
    meter = told(*(used(f"m{n}", 1) for n in range(POINTS_MAX + 10)))
    assert len(meter.points) <= POINTS_MAX
    assert meter.points[-1].tokens == POINTS_MAX + 10
