"""What follows when a run ended by itself: back-off, limits, and what is never tried again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_reduce import Driver, spec
from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.again import HOUR_S, JITTER, MOST_S, SPREAD_S, backoff_s
from tui.core.attention import RowState, row_state, row_timer
from tui.core.lifecycle import Lifecycle
from tui.core.limits import OnRateLimit, RestartPolicy
from tui.core.reduce import next_deadline


def driver(restart: RestartPolicy = RestartPolicy.ON_FAILURE, **changes: Any) -> Driver:
    return Driver(spec(restart=restart, inactivity_timeout_s=0.0, **changes)).start()


def end(agent: Driver, *, ok: bool = False, after_s: float = 60.0, code: int = 1) -> list[e.Effect]:
    agent.advance(after_s)
    fact = f.RunExited(code=0 if ok else code, ok=ok, done=ok, reason="" if ok else "broke")
    return agent.hear(fact, source=Source.HOST)


def spawns(done: list[e.Effect]) -> list[e.Spawn]:
    return [x for x in done if isinstance(x, e.Spawn)]


def up(agent: Driver) -> None:
    agent.hear(f.RunStarted(pid=8, kind=f.RunKind.RESUME), source=Source.HOST)
    agent.hear(f.SessionStarted(session_id="s-1"))


def test_a_failed_run_is_followed_by_another_on_its_session_after_a_countdown() -> None:
    agent = driver()
    done = end(agent)
    assert not any(isinstance(x, e.Leave) for x in done)
    assert agent.status.lifecycle is Lifecycle.BACKOFF
    assert row_state(agent.status) is RowState.BACKOFF
    wait_s = backoff_s("a1", 1, 0)
    timer = row_timer(agent.status, RowState.BACKOFF, agent.now)
    assert (timer.countdown, timer.seconds) == (True, pytest.approx(wait_s))
    assert next_deadline(agent.agent) == pytest.approx(agent.mono + wait_s)
    assert spawns(agent.advance(wait_s - 0.1)) == []
    (spawn,) = spawns(agent.advance(0.2))
    assert (spawn.kind, spawn.session_id) == (f.RunKind.RESUME, "s-1")
    assert not agent.status.next_try.mono


@pytest.mark.parametrize(
    ("policy", "ok", "follows"),
    [
        (RestartPolicy.NEVER, False, False),
        (RestartPolicy.ON_FAILURE, True, False),
        (RestartPolicy.ALWAYS, True, True),
        (RestartPolicy.ALWAYS, False, True),
    ],
)
def test_the_policy_decides(policy: RestartPolicy, ok: bool, follows: bool) -> None:
    agent = driver(policy)
    done = end(agent, ok=ok)
    assert (agent.status.lifecycle is Lifecycle.BACKOFF) is follows
    assert any(isinstance(x, e.Leave) for x in done) is not follows
    if follows and ok:
        (spawn,) = spawns(agent.advance(10))
        assert (spawn.kind, spawn.prompt) == (f.RunKind.RESTART, "do it")


def test_nothing_follows_a_kill_an_interrupt_or_a_queued_prompt() -> None:
    agent = driver(RestartPolicy.ALWAYS)
    agent.ask(c.Kill())
    end(agent)
    assert agent.status.lifecycle is Lifecycle.KILLED
    agent = driver(RestartPolicy.ALWAYS)
    agent.ask(c.Interrupt())
    end(agent)
    assert agent.status.lifecycle is Lifecycle.EXITED
    agent = driver(RestartPolicy.ALWAYS)
    agent.ask(c.Prompt(text="more"))
    assert [spawn.prompt for spawn in spawns(end(agent, ok=True))] == ["more"]


def test_what_cannot_start_is_not_tried_again() -> None:
    agent = Driver(spec(restart=RestartPolicy.ALWAYS))
    agent.ask(c.Start())
    agent.hear(f.SpawnFailed(reason="no such program"), source=Source.HOST)
    assert agent.status.lifecycle is Lifecycle.FAILED
    agent = driver()
    end(agent, code=127)
    assert "cannot start" in agent.status.note
    agent = Driver(spec(restart=RestartPolicy.ALWAYS))
    agent.ask(c.Start())
    agent.hear(f.RunExited(code=1), source=Source.HOST)
    assert "before it said anything" in agent.status.note


def test_a_run_that_fails_at_once_as_before_is_given_up() -> None:
    agent = driver()
    end(agent, after_s=1)
    agent.advance(10)
    up(agent)
    end(agent, after_s=1)
    assert agent.status.lifecycle is Lifecycle.FAILED
    assert "failed at once in the same way" in agent.status.note


def test_no_more_than_so_many_an_hour_and_then_again() -> None:
    agent = driver(restarts_per_hour=3)
    for _ in range(3):
        end(agent)
        assert agent.status.lifecycle is Lifecycle.BACKOFF
        assert spawns(agent.advance(MOST_S * (1 + JITTER)))
        up(agent)
    end(agent)
    assert agent.status.lifecycle is Lifecycle.FAILED
    assert "3 times within an hour" in agent.status.note
    agent.ask(c.Resume())
    up(agent)
    end(agent, after_s=HOUR_S)
    assert agent.status.lifecycle is Lifecycle.BACKOFF


def test_the_user_starts_it_now_or_cancels_it() -> None:
    agent = driver()
    end(agent)
    (spawn,) = spawns(agent.ask(c.Resume()))
    assert spawn.session_id == "s-1"
    agent = driver()
    end(agent)
    done = agent.ask(c.CancelStep())
    assert isinstance(done[-1], e.Leave)
    assert (agent.status.lifecycle, agent.status.exit.reason) == (Lifecycle.FAILED, "broke")
    assert spawns(agent.advance(1000)) == []
    agent = driver()
    end(agent)
    assert isinstance(agent.ask(c.Kill(by="shutdown"))[-1], e.Leave)
    assert (agent.status.lifecycle, agent.status.exit.by) == (Lifecycle.KILLED, "shutdown")


def test_more_of_a_budget_does_not_end_the_wait() -> None:
    agent = driver()
    end(agent)
    assert not any(isinstance(x, e.Leave) for x in agent.ask(c.Allow(tokens=5)))
    assert agent.status.lifecycle is Lifecycle.BACKOFF


def limited(agent: Driver, reset_s: float) -> list[e.Effect]:
    resets_at = agent.now.wall + reset_s if reset_s else 0.0
    agent.hear(
        f.RateLimited(text="limit", resets_at=resets_at),
        f.Text(text="You hit your limit."),
        f.TurnEnded(ok=False),
    )
    return end(agent, after_s=1)


@pytest.mark.parametrize("reset_s", [3600.0, 0.0])
def test_a_limited_run_goes_on_by_itself_when_the_limit_is_reset(reset_s: float) -> None:
    agent = driver(RestartPolicy.NEVER, on_rate_limit=OnRateLimit.WAIT)
    limited(agent, reset_s)
    assert row_state(agent.status) is RowState.BACKOFF
    assert spawns(agent.advance((reset_s or 900) - 2)) == []
    (spawn,) = spawns(agent.advance(3 + SPREAD_S))
    assert (spawn.kind, spawn.session_id) == (f.RunKind.RESUME, "s-1")
    assert spawn.prompt == agent.agent.spec.resume_prompt


def test_a_limited_run_is_left_to_the_user_whatever_the_restart_policy() -> None:
    agent = driver(RestartPolicy.ALWAYS)
    limited(agent, 3600)
    assert agent.status.lifecycle is Lifecycle.FAILED


def test_a_limit_that_was_waited_out_inside_the_run_is_forgotten() -> None:
    agent = driver(RestartPolicy.NEVER, on_rate_limit=OnRateLimit.WAIT)
    agent.hear(f.RateLimited(text="limit"), f.ToolCalled(call_id="1", name="Bash"))
    end(agent)
    assert agent.status.lifecycle is Lifecycle.FAILED


def test_a_clock_that_stood_still_in_a_suspend_does_not_delay_it() -> None:
    agent = driver(RestartPolicy.NEVER, on_rate_limit=OnRateLimit.WAIT)
    limited(agent, 3600)
    agent.agent, done = _tick(agent, wall_s=4000)
    assert spawns(done)


def _tick(agent: Driver, wall_s: float) -> tuple[Any, list[e.Effect]]:
    from tui.core.clock import Now
    from tui.core.reduce import Tick, reduce

    return reduce(agent.agent, Tick(), Now(agent.mono, agent.now.wall + wall_s))


@given(st.text(max_size=10), st.integers(0, 1000), st.integers(0, 1000))
def test_the_back_off_grows_to_its_most_and_is_the_same_each_time(
    agent_id: str, runs: int, tries: int
) -> None:
    wait_s = backoff_s(agent_id, runs, tries)
    whole = min(5.0 * 2 ** min(tries, 20), MOST_S)
    assert whole * (1 - JITTER) <= wait_s <= whole * (1 + JITTER)
    assert wait_s == backoff_s(agent_id, runs, tries)
