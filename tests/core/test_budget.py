"""Budgets: warned of, held at, allowed; over runs, restarts of the host and pauses."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_reduce import Driver, spec
from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.agent import new_agent
from tui.core.amounts import parse
from tui.core.attention import RowState, row_state, row_timer
from tui.core.budget import date_of
from tui.core.lifecycle import Lifecycle
from tui.core.limits import AtLimit, Budget, FleetBudget, Kind, Pool, Spent
from tui.core.reduce import PoolsKnown, next_deadline
from tui.core.spec import Mode
from tui.core.usage import Usage


def driver(mode: Mode = Mode.STREAM, **bounds: object) -> Driver:
    budget = msgspec.convert(bounds, Budget)
    return Driver(spec(budget=budget, mode=mode, inactivity_timeout_s=0.0)).start()


def spend(driver: Driver, tokens: int, key: str = "m", cost: str | None = None) -> list[e.Effect]:
    money = Decimal(cost) if cost else None
    return driver.hear(f.UsageReported(usage=Usage(input=tokens, cost_usd=money), key=key))


def told(done: list[e.Effect]) -> list[str]:
    return [x.fact.what for x in done if isinstance(x, e.Log) and isinstance(x.fact, f.BudgetChanged)]


def frozen(done: list[e.Effect]) -> list[bool]:
    return [x.frozen for x in done if isinstance(x, e.FreezeTree)]


def ended(driver: Driver, *, ok: bool = True) -> list[e.Effect]:
    return driver.hear(f.RunExited(code=0 if ok else 1, ok=ok, done=ok), source=Source.HOST)


def test_a_budget_in_dollars_says_so_where_no_price_is_known() -> None:
    run = driver(usd=Decimal(2))
    run.hear(f.SessionStarted(session_id="s", model="house-1"), f.TurnStarted())
    spend(run, 5_000)
    run.hear(f.TurnEnded())
    assert run.status.note == "", "its price may still be looked up"
    run.hear(f.TurnStarted())
    assert run.status.note == (
        "No price is known for house-1: its budget in dollars cannot stop it, one of tokens can."
    )


@pytest.mark.parametrize(
    ("bounds", "cost"), [({"usd": Decimal(2)}, "0.10"), ({"tokens": 9_000}, None), ({}, None)]
)
def test_nothing_is_said_where_the_price_is_known_or_no_dollars_bound_it(
    bounds: dict[str, object], cost: str | None
) -> None:
    run = driver(**bounds)
    run.hear(f.TurnStarted())
    spend(run, 5_000, cost=cost)
    run.hear(f.TurnEnded())
    ended(run)
    assert run.status.note == ""


def test_four_fifths_are_said_once_and_nothing_is_stopped() -> None:
    agent = driver(tokens=1000)
    assert told(spend(agent, 799)) == []
    assert told(spend(agent, 800)) == ["warned"]
    assert told(spend(agent, 900)) == []
    assert agent.status.budget_notice.used == 900
    assert agent.status.request is None
    assert frozen(agent.effects) == []


@pytest.mark.parametrize(
    ("bounds", "command", "why"),
    [
        ({}, c.Allow(tokens=5), "api has no budget: nothing bounds what it may use."),
        ({}, c.Allow(unbounded=True), "api has no budget: nothing bounds what it may use."),
        ({"usd": "5"}, c.Allow(tokens=5), "api has a budget of dollars, none of tokens."),
        (
            {"tokens": 5, "turns": 1},
            c.Allow(time_s=5.0),
            "api has a budget of tokens and turns, none of time.",
        ),
    ],
)
def test_nothing_is_allowed_where_nothing_is_bounded(
    bounds: dict[str, object], command: c.Allow, why: str
) -> None:
    agent = driver(**bounds)
    assert agent.ask(command) == [e.Refuse(why)]
    assert agent.status.allowed == Spent()
    assert not agent.status.unbounded


def test_what_has_no_bound_any_more_needs_no_more() -> None:
    agent = driver(tokens=1000)
    agent.ask(c.Allow(unbounded=True))
    assert agent.ask(c.Allow(tokens=5)) == [
        e.Refuse("api has no bound any more: it was allowed to go on without.")
    ]


def test_a_shared_budget_can_be_allowed_more_of() -> None:
    agent = driver()
    agent.give(PoolsKnown([Pool(whose="all agents", budget=FleetBudget(usd_per_day=Decimal(5)))]))
    assert not [each for each in agent.ask(c.Allow(usd=Decimal(1))) if isinstance(each, e.Refuse)]


def test_the_first_fact_at_the_bound_stops_the_tree_and_asks() -> None:
    agent = driver(tokens=1000)
    done = spend(agent, 1030)
    assert frozen(done) == [True]
    assert told(done) == ["paused"]
    assert row_state(agent.status) is RowState.BUDGET
    assert agent.status.request.title == "Budget used up, paused: 1,030 of 1,000 tokens. Allow more?"
    assert agent.status.request.options == ["1,000 tokens more", "no bound", "kill it"]
    assert frozen(spend(agent, 1100)) == []  # what it had printed before: stopped once
    agent.mono += 30
    assert row_timer(agent.status, RowState.BUDGET, agent.now).seconds == 30


@pytest.mark.parametrize("command", [c.Continue(), c.Pause()])
def test_a_held_agent_goes_on_by_allowing_alone(command: c.AnyCommand) -> None:
    agent = driver(tokens=1000)
    spend(agent, 1000)
    assert isinstance(agent.ask(command)[0], e.Refuse)
    done = agent.ask(c.Allow())
    assert (told(done), frozen(done)) == (["allowed", "goes on"], [False])
    assert agent.status.request is None
    assert not agent.status.paused_since.mono
    assert frozen(spend(agent, 1999)) == []
    assert frozen(spend(agent, 2000)) == [True]


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        ({"verdict": c.Verdict.CHOOSE, "choice": 1}, 1000),
        ({"verdict": c.Verdict.CHOOSE, "text": "5k"}, 5000),
        ({"verdict": c.Verdict.ALLOW}, 1000),
    ],
)
def test_the_question_is_answered_by_a_key_or_an_amount(answer: dict[str, object], allowed: int) -> None:
    agent = driver(tokens=1000)
    spend(agent, 1000)
    done = agent.ask(c.Answer(request_id=agent.status.request.request_id, **answer))  # type: ignore[arg-type]
    assert frozen(done) == [False]
    assert agent.status.allowed.tokens == allowed
    assert agent.status.request is None


def test_other_answers_end_it_lift_the_bound_or_are_refused() -> None:
    def answered(**answer: object) -> tuple[Driver, list[e.Effect]]:
        agent = driver(tokens=1000)
        spend(agent, 1000)
        given_answer = {"request_id": agent.status.request.request_id, "verdict": c.Verdict.CHOOSE, **answer}
        return agent, agent.ask(c.Answer(**given_answer))  # type: ignore[arg-type]

    agent, done = answered(choice=2)
    assert agent.status.unbounded
    assert frozen(done) == [False]
    agent, done = answered(choice=3)
    assert agent.status.lifecycle is Lifecycle.STOPPING
    assert frozen(done) == [False]  # a stopped process takes no signal
    agent, done = answered(text="a lot")
    assert done == [e.Refuse("Say how much more, such as 1,000 tokens.")]
    agent, done = answered(choice=1, request_id="another")
    assert done == [e.Refuse("That request is already answered.")]


def test_as_much_again_is_enough_where_much_more_is_used() -> None:
    agent = driver(tokens=1000)
    spend(agent, 3500)
    assert agent.status.request.options[0] == "3,000 tokens more"
    agent.ask(c.Allow())
    assert row_state(agent.status) is not RowState.BUDGET


def test_at_limit_kill_ends_it_and_refuses_another_run() -> None:
    agent = driver(tokens=1000, at_limit=AtLimit.KILL)
    done = spend(agent, 1000)
    assert told(done) == ["killed"]
    assert any(isinstance(x, e.SignalTree) for x in done)
    ended(agent, ok=False)
    assert agent.status.lifecycle is Lifecycle.KILLED
    assert agent.status.exit.by == "budget"
    assert "1,000 of 1,000 tokens" in agent.status.note
    before = agent.agent
    assert isinstance(agent.ask(c.Resume())[0], e.Refuse)
    assert agent.status.runs == before.status.runs
    assert isinstance(agent.ask(c.Allow(tokens=500))[-1], e.Leave)
    assert any(isinstance(x, e.Spawn) for x in agent.ask(c.Resume()))


def test_a_run_past_the_budget_waits_without_a_process_also_with_a_new_host() -> None:
    agent = driver(tokens=1000)
    spend(agent, 1000)
    ended(agent, ok=False)
    agent.agent = new_agent(agent.agent.spec, agent.status, agent.agent.meter)
    done = agent.ask(c.Resume())
    assert not any(isinstance(x, e.Spawn) for x in done)
    assert told(done) == ["not started"]
    assert agent.status.lifecycle is Lifecycle.QUEUED
    assert row_state(agent.status) is RowState.BUDGET
    assert "not started" in agent.status.request.title
    agent.mono += 500
    done = agent.ask(c.Allow(tokens=10))
    (spawn,) = (x for x in done if isinstance(x, e.Spawn))
    assert spawn.session_id == "s-1"
    assert agent.status.lifecycle is Lifecycle.STARTING
    assert agent.status.started_at == agent.now.wall


def test_a_waiting_run_can_be_cancelled() -> None:
    agent = driver(tokens=1000)
    spend(agent, 1000)
    ended(agent, ok=False)
    agent.ask(c.Resume())
    done = agent.ask(c.Kill())
    assert isinstance(done[-1], e.Leave)
    assert agent.status.lifecycle is Lifecycle.KILLED
    assert agent.status.request is None
    assert agent.status.exit.reason == "not started, cancelled by you"


def test_a_turn_that_ends_with_its_last_tokens_is_let_end() -> None:
    agent = driver(tokens=1000)
    assert frozen(spend(agent, 1000)) == [True]
    assert frozen(agent.hear(f.TurnEnded())) == [False]
    ended(agent)
    assert (agent.status.lifecycle, agent.status.activity) == (Lifecycle.EXITED, Activity.DONE)


def test_a_pause_of_the_user_s_stays_one() -> None:
    agent = driver(tokens=1000)
    agent.ask(c.Pause())
    assert frozen(spend(agent, 1000)) == []
    assert frozen(agent.ask(c.Allow())) == []
    assert row_state(agent.status) is RowState.PAUSED


def test_dollars_and_turns_count() -> None:
    agent = driver(usd="1.5")
    assert frozen(spend(agent, 10, cost="1.49")) == []
    assert frozen(spend(agent, 10, cost="1.50")) == [True]
    agent = driver(Mode.INTERACTIVE, turns=2)
    assert frozen(agent.hear(f.TurnEnded(), f.TurnStarted())) == []
    assert frozen(agent.hear(f.TurnEnded())) == [True]


def test_time_counts_while_it_runs_and_not_while_it_is_paused() -> None:
    agent = driver(time_s=600)
    agent.advance(100)
    agent.ask(c.Pause())
    agent.advance(10_000)
    agent.ask(c.Continue())
    assert told(agent.advance(379)) == []
    assert told(agent.advance(2)) == ["warned"]
    assert frozen(agent.advance(118)) == []
    assert frozen(agent.advance(2)) == [True]
    assert abs(agent.status.ran_s - 600) < 0.1
    assert next_deadline(agent.agent) is None or next_deadline(agent.agent) > agent.mono  # type: ignore[operator]
    agent.ask(c.Allow(time_s=60))
    assert frozen(agent.advance(59)) == []
    assert frozen(agent.advance(2)) == [True]


def test_time_that_ran_is_kept_while_nothing_happens() -> None:
    agent = driver(time_s=600)
    agent.advance(200)
    assert agent.status.ran_s >= 100


def shared(agent: Driver, others: int = 0, today: int = 0, **bounds: object) -> list[e.Effect]:
    budget = msgspec.convert(bounds, FleetBudget)
    date = date_of(agent.now.wall)
    pool = Pool(
        whose="all agents",
        budget=budget,
        others=Spent(tokens=others),
        others_today=Spent(tokens=today),
        date=date,
    )
    return agent.give(PoolsKnown([pool]))


def test_what_others_used_of_a_shared_budget_counts_and_a_higher_bound_lets_go_on() -> None:
    agent = driver()
    shared(agent, 700, tokens=1000)
    assert frozen(spend(agent, 299)) == []
    assert frozen(spend(agent, 300)) == [True]
    assert "1,000 of 1,000 tokens by all agents." in agent.status.request.title
    assert frozen(shared(agent, 700, tokens=2000)) == [False]
    assert frozen(shared(agent, 1700, tokens=2000)) == [True]
    assert frozen(agent.ask(c.Allow())) == [False]


def test_a_shared_budget_by_the_day_is_free_again_the_next_day() -> None:
    agent = driver()
    spend(agent, 500)
    shared(agent, 5000, 600, tokens_per_day=1000)
    assert row_state(agent.status) is RowState.BUDGET
    assert "1,100 of 1,000 tokens by all agents today" in agent.status.request.title
    agent.mono += 86_400
    assert frozen(shared(agent, 5000, 0, tokens_per_day=1000)) == [False]
    assert frozen(spend(agent, 1499)) == []
    assert frozen(spend(agent, 1500)) == [True]
    assert frozen(agent.ask(c.Allow())) == [False]
    assert frozen(spend(agent, 2500)) == [True]
    agent.mono += 86_400
    shared(agent, tokens_per_day=1000)
    assert frozen(spend(agent, 3499)) == []
    assert frozen(spend(agent, 3500)) == [True]  # what was allowed was for that day


def test_a_run_waits_for_a_shared_budget_too() -> None:
    agent = Driver(spec(inactivity_timeout_s=0.0))
    shared(agent, 1000, tokens=1000)
    done = agent.ask(c.Start())
    assert not any(isinstance(x, e.Spawn) for x in done)
    assert row_state(agent.status) is RowState.BUDGET
    assert any(isinstance(x, e.Spawn) for x in shared(agent, 10, tokens=1000))


@given(st.lists(st.integers(0, 400), max_size=30))
def test_it_is_frozen_exactly_while_its_bound_is_reached(steps: list[int]) -> None:
    agent = driver(tokens=1000)
    total, is_frozen = 0, False
    for step in steps:
        total += step
        for change in frozen(spend(agent, total)):
            is_frozen = change
        assert is_frozen is (total >= 1000) is (agent.status.request is not None)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("20000", Kind.TOKENS, 20_000), ("20k", Kind.TOKENS, 20_000), ("1.5 M", Kind.TOKENS, 1_500_000),
        ("$5", Kind.USD, 5), ("2.50", Kind.USD, 2.5), ("2h", Kind.TIME, 7200), ("90s", Kind.TIME, 90),
        ("30", Kind.TIME, 1800), ("12 turns", Kind.TURNS, 12),
        ("", Kind.TOKENS, None), ("-5", Kind.TOKENS, None), ("0", Kind.USD, None), ("5 apples", Kind.TURNS, None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, kind: Kind, value: float | None) -> None:
    assert parse(text, kind) == value


@given(st.text(max_size=12), st.sampled_from(Kind))
def test_an_amount_is_above_zero_or_none(text: str, kind: Kind) -> None:
    value = parse(text, kind)
    assert value is None or value > 0
