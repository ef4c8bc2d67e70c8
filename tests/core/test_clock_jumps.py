"""A wall clock that jumps, and a machine that slept: nothing fires at once, nothing counts backwards."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.core.driving import Driver, spec
from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.again import AT_ONCE_S, backoff_s, taken_over
from tui.core.attention import RowState, row_state, row_timer
from tui.core.budget import ran_s
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.limits import Budget, RestartPolicy
from tui.core.reduce import Tick, next_deadline, reduce
from tui.core.spec import Step
from tui.core.status import no_progress_s, quiet_s

HOUR_S, YEAR_S = 3600.0, 365 * 86_400.0
JUMPS = [HOUR_S, -HOUR_S, YEAR_S, -YEAR_S, 8 * HOUR_S]
"""Of the wall clock against the monotonic one. The last: a night's suspend, which the monotonic clock does not count."""


class Jumping(Driver):
    """A driver whose wall clock can be set."""

    off_s = 0.0

    @property
    def now(self) -> Now:
        return Now(self.mono, super().now.wall + self.off_s)


def jumping(**changes: Any) -> Jumping:
    one = Jumping(spec(**changes))
    one.start()
    return one


def acting(done: list[e.Effect]) -> list[e.Effect]:
    return [x for x in done if not isinstance(x, e.Log)]


@pytest.mark.parametrize("jump_s", JUMPS)
def test_no_step_of_the_ladder_comes_before_its_time(jump_s: float) -> None:
    one = jumping(inactivity_timeout_s=300.0, on_inactive=[Step.NOTIFY, Step.INTERRUPT, Step.KILL])
    one.advance(100)
    one.off_s = jump_s
    for _ in range(30):
        assert acting(one.advance(5)) == []
        assert one.status.lifecycle is Lifecycle.RUNNING
        assert quiet_s(one.status, one.now) >= 0
        assert 0 <= no_progress_s(one.status, one.now) <= 300
        timer = row_timer(one.status, row_state(one.status), one.now)
        assert 0 <= timer.seconds <= 300
        due = next_deadline(one.agent)
        assert due is None or due > one.mono - 5


@pytest.mark.parametrize("jump_s", JUMPS)
def test_a_budget_of_time_counts_the_time_that_it_ran(jump_s: float) -> None:
    one = jumping(budget=Budget(time_s=600.0))
    one.advance(300)
    one.off_s = jump_s
    one.advance(60)
    assert ran_s(one.status, one.now) == pytest.approx(360, abs=5)
    assert one.status.budget_notice is None


@pytest.mark.parametrize("jump_s", JUMPS)
def test_a_back_off_ends_at_the_latest_when_it_was_to_end(jump_s: float) -> None:
    one = jumping(restart=RestartPolicy.ON_FAILURE, inactivity_timeout_s=0.0)
    one.advance(60)
    one.hear(f.RunExited(code=1, reason="broke"), source=Source.HOST)
    one.off_s = jump_s
    timer = row_timer(one.status, RowState.BACKOFF, one.now)
    assert 0 <= timer.seconds <= backoff_s("a1", 1, 0)
    one.advance(backoff_s("a1", 1, 0) + 0.1)
    assert one.status.lifecycle is Lifecycle.STARTING


@pytest.mark.parametrize("jump_s", JUMPS)
def test_how_long_a_run_lasted_is_not_told_by_the_wall_clock(jump_s: float) -> None:
    one = jumping(restart=RestartPolicy.ON_FAILURE, inactivity_timeout_s=0.0)
    for _ in range(2):
        one.advance(AT_ONCE_S * 4)
        one.off_s += jump_s
        one.hear(f.RunExited(code=1, reason="broke"), source=Source.HOST)
        assert one.status.lifecycle is Lifecycle.BACKOFF, "a run of 20 s did not fail at once"
        assert one.agent.tries <= 2
        one.advance(3600)
        one.hear(f.RunStarted(pid=8, kind=f.RunKind.RESUME), source=Source.HOST)
        one.hear(f.SessionStarted(session_id="s-1"))


def test_restarts_of_a_time_before_the_clock_was_set_back_do_not_count() -> None:
    one = jumping(restart=RestartPolicy.ON_FAILURE, restarts_per_hour=1, inactivity_timeout_s=0.0)
    one.agent = msgspec.structs.replace(
        one.agent, status=msgspec.structs.replace(one.status, restarted_at=[one.now.wall])
    )
    one.advance(60)
    one.off_s = -YEAR_S
    one.hear(f.RunExited(code=1, reason="broke"), source=Source.HOST)
    assert one.status.lifecycle is Lifecycle.BACKOFF


@pytest.mark.parametrize("jump_s", [YEAR_S, -YEAR_S])
def test_a_limit_lifts_as_long_after_it_was_told_as_it_said(jump_s: float) -> None:
    one = jumping(inactivity_timeout_s=300.0, on_inactive=[Step.INTERRUPT])
    one.off_s = jump_s
    one.advance(1)
    one.hear(f.RateLimited(resets_at=one.now.wall + 600))
    due = next_deadline(one.agent)
    assert due is None or due - one.mono < 2_000
    assert acting(one.advance(500)) == []


def test_a_new_day_by_a_jump_begins_a_new_days_budget() -> None:
    one = jumping()
    first = one.status.day.date
    one.off_s = YEAR_S
    one.advance(1)
    assert one.status.day.date > first
    one.off_s = 0.0
    one.advance(1)
    assert one.status.day.date == first


def test_what_was_planned_before_a_reboot_is_due_by_the_wall_clock_alone() -> None:
    one = jumping(restart=RestartPolicy.ON_FAILURE)
    one.advance(60)
    one.hear(f.RunExited(code=1, reason="broke"), source=Source.HOST)
    left_s = one.status.next_try.wall - one.now.wall
    fresh = taken_over(msgspec.structs.replace(one.agent, tries=0), Now(5.0, one.now.wall + 1), rebooted=True)
    assert (fresh.tries, fresh.status.next_try.mono) == (1, pytest.approx(5.0 + left_s - 1))
    went_on, done = reduce(fresh, Tick(), Now(5.0 + left_s, one.now.wall + left_s + 1))
    assert any(isinstance(x, e.Spawn) for x in done)
    assert went_on.status.lifecycle is Lifecycle.STARTING
