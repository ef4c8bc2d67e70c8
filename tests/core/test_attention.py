"""What a row shows, what its timer counts, where it stands."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from tui.core.activity import Activity
from tui.core.attention import LOOK, Group, RowState, counts, order, row_state, row_timer
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.core.status import Exit, Status

NOW = Now(1000.0, 50_000.0)


def ago(seconds: float) -> Now:
    return Now(NOW.mono - seconds, NOW.wall - seconds)


def status(**fields: object) -> Status:
    base = {"id": "a", "name": "a", "runtime": "demo", "mode": Mode.STREAM, "cwd": "/"}
    return Status(**{**base, "lifecycle": Lifecycle.RUNNING, **fields})  # type: ignore[arg-type]  # a table of fields


class View(msgspec.Struct, frozen=True):
    status: Status
    seen: bool = False

    @property
    def state(self) -> RowState:
        return row_state(self.status, seen=self.seen)


@pytest.mark.parametrize(
    ("lifecycle", "activity", "state"),
    [
        (Lifecycle.QUEUED, Activity.UNKNOWN, RowState.QUEUED),
        (Lifecycle.STARTING, Activity.UNKNOWN, RowState.STARTING),
        (Lifecycle.STARTING, Activity.WORKING, RowState.STARTING),
        (Lifecycle.STARTING, Activity.NEEDS_PERMISSION, RowState.PERMISSION),
        (Lifecycle.RUNNING, Activity.WORKING, RowState.WORKING),
        (Lifecycle.RUNNING, Activity.NEEDS_ANSWER, RowState.ANSWER),
        (Lifecycle.RUNNING, Activity.IDLE, RowState.IDLE),
        (Lifecycle.RUNNING, Activity.STALLED, RowState.STALLED),
        (Lifecycle.RUNNING, Activity.RATE_LIMITED, RowState.LIMITED),
        (Lifecycle.RUNNING, Activity.UNKNOWN, RowState.UNKNOWN),
        (Lifecycle.RUNNING, Activity.DONE, RowState.DONE),
        (Lifecycle.STOPPING, Activity.NEEDS_PERMISSION, RowState.STOPPING),
        (Lifecycle.BACKOFF, Activity.WORKING, RowState.BACKOFF),
        (Lifecycle.EXITED, Activity.DONE, RowState.DONE),
        (Lifecycle.EXITED, Activity.UNKNOWN, RowState.EXITED),
        (Lifecycle.FAILED, Activity.DONE, RowState.FAILED),
        (Lifecycle.KILLED, Activity.DONE, RowState.KILLED),
        (Lifecycle.LOST, Activity.WORKING, RowState.LOST),
    ],
)
def test_state_follows_from_lifecycle_and_activity(
    lifecycle: Lifecycle, activity: Activity, state: RowState
) -> None:
    assert row_state(status(lifecycle=lifecycle, activity=activity)) is state


def test_every_pair_has_a_state_with_a_look() -> None:
    for lifecycle, activity, seen in itertools.product(Lifecycle, Activity, (True, False)):
        assert row_state(status(lifecycle=lifecycle, activity=activity), seen=seen) in LOOK


def test_done_is_loud_only_until_it_is_seen() -> None:
    over = status(lifecycle=Lifecycle.EXITED, activity=Activity.DONE)
    assert row_state(over, seen=True) is RowState.DONE_SEEN
    assert row_state(status(activity=Activity.DONE), seen=True) is RowState.RESTING
    assert LOOK[RowState.DONE].bold
    assert LOOK[RowState.RESTING].group is Group.QUIET


def test_a_lost_host_outweighs_what_the_status_still_says() -> None:
    assert row_state(status(activity=Activity.WORKING), contact_lost=True) is RowState.LOST
    assert row_state(status(lifecycle=Lifecycle.KILLED), contact_lost=True) is RowState.KILLED


def test_a_paused_agent_is_paused_whatever_it_did() -> None:
    assert row_state(status(activity=Activity.WORKING, paused_since=ago(3))) is RowState.PAUSED


def test_looks_are_one_cell_and_told_apart_without_colour() -> None:
    for look in LOOK.values():
        assert len(look.glyph) == 1
        assert look.ascii.isascii()
        assert len(look.ascii) == 1
        assert len(look.word) <= 10
    assert (
        len({(look.glyph, look.word) for look in LOOK.values()}) == len(LOOK) - 2
    )  # done is one word, thrice
    by_ascii = {look.ascii: look.word for look in LOOK.values()}
    assert all(by_ascii[look.ascii] == look.word for look in LOOK.values())


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"activity": Activity.NEEDS_PERMISSION, "activity_since": ago(112)}, "1:52"),
        (
            {"activity": Activity.STALLED, "last_progress": ago(372), "inactivity_timeout_s": 300.0},
            "6:12/5:00",
        ),
        ({"activity": Activity.WORKING, "last_progress": ago(4)}, "0:04"),
        ({"activity": Activity.RATE_LIMITED, "limited_until": NOW.wall + 1368}, "22m48"),
        ({"activity": Activity.RATE_LIMITED, "activity_since": ago(61)}, "1:01"),
        ({"activity": Activity.IDLE, "activity_since": ago(198)}, "3:18"),
        ({"activity": Activity.UNKNOWN, "last_byte": ago(44)}, "0:44"),
        ({"paused_since": ago(270)}, "4:30"),
        ({"lifecycle": Lifecycle.STARTING, "lifecycle_since": ago(1)}, "0:01"),
        ({"lifecycle": Lifecycle.STOPPING, "lifecycle_since": ago(3)}, "0:03"),
        ({"lifecycle": Lifecycle.BACKOFF, "next_try": ago(-24)}, "24s"),
        ({"lifecycle": Lifecycle.FAILED, "exit": Exit(code=1, at=NOW.wall - 3)}, "0:03"),
        ({"lifecycle": Lifecycle.LOST, "last_byte": ago(7500), "published": ago(7440)}, "2h04"),
        # Another boot: only the wall clock can tell.
        ({"lifecycle": Lifecycle.EXITED, "lifecycle_since": Now(99_999.0, NOW.wall - 4800)}, "1h20"),
        ({}, "0:00"),
    ],
)
def test_what_the_timer_counts(fields: dict[str, object], text: str) -> None:
    one = status(**fields)
    shown = row_timer(one, row_state(one), NOW)
    assert shown.text == text


def test_a_limit_and_a_backoff_count_down_to_zero() -> None:
    limited = status(activity=Activity.RATE_LIMITED, limited_until=NOW.wall - 5)
    shown = row_timer(limited, RowState.LIMITED, NOW)
    assert shown.countdown
    assert shown.seconds == 0


def test_order_is_by_need_then_by_waiting_time() -> None:
    views = [
        View(status(id="old-over", lifecycle=Lifecycle.KILLED, lifecycle_since=ago(900))),
        View(status(id="new-over", lifecycle=Lifecycle.KILLED, lifecycle_since=ago(90))),
        View(status(id="young", activity=Activity.WORKING, created_at=200.0, activity_since=ago(500))),
        View(status(id="old", activity=Activity.WORKING, created_at=100.0, activity_since=ago(1))),
        View(status(id="asks", activity=Activity.NEEDS_ANSWER, activity_since=ago(41))),
        View(status(id="asks-longer", activity=Activity.NEEDS_PERMISSION, activity_since=ago(112))),
        View(status(id="seen", activity=Activity.DONE), seen=True),
        View(status(id="unseen", activity=Activity.DONE)),
        View(status(id="limited", activity=Activity.RATE_LIMITED)),
    ]
    assert [view.status.id for view in order(views)] == [
        "asks-longer", "asks", "unseen", "old", "young", "limited", "seen", "new-over", "old-over",
    ]  # fmt: skip


def test_counts_leave_out_what_is_not_there() -> None:
    found = counts([RowState.WORKING, RowState.PERMISSION, RowState.WORKING])
    assert list(found.items()) == [(RowState.PERMISSION, 1), (RowState.WORKING, 2)]
