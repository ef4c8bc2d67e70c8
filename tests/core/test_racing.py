"""How a race stands."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.core.activity import Activity
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.racing import Race, Racer, Work, finishes, free_name, is_over, standings
from tui.core.spec import Mode
from tui.core.status import Status
from tui.core.usage import Usage

BEGAN = 1_000.0
NOW = Now(500.0, BEGAN + 100)


def at(seconds: float) -> Now:
    return Now(400.0 + seconds, BEGAN + seconds)


def status(name: str, **fields: Any) -> Status:
    given = {"lifecycle": Lifecycle.RUNNING, "turns": 1, "usage": Usage(input=10), **fields}
    return Status(id=name, name=name, runtime="demo", mode=Mode.STREAM, cwd="/", **given)


def race(*names: str) -> Race:
    racers = [Racer(agent_id=name, runtime="demo", worktree=f"/w/{name}", branch=name) for name in names]
    return Race(name="race", prompt="go", cwd="/", commit="c" * 40, began_at=BEGAN, racers=racers)


def test_who_finished_first_stands_first_and_who_failed_last() -> None:
    statuses = [
        status("failed", lifecycle=Lifecycle.FAILED, lifecycle_since=at(5)),
        status("works", activity=Activity.WORKING),
        status("second", activity=Activity.IDLE, activity_since=at(40)),
        status("first", lifecycle=Lifecycle.EXITED, activity=Activity.DONE, lifecycle_since=at(30)),
        status("fresh", activity=Activity.IDLE, activity_since=at(1), turns=0),
    ]
    names = [each.id for each in statuses]
    other = status("other", activity=Activity.IDLE, activity_since=at(2))
    found = standings(
        race(*names, "gone"), {each.id: each for each in [*statuses, other]}, {"first": Work(1, 2, 3)}, NOW
    )
    assert [(each.racer.agent_id, each.place, each.took_s) for each in found] == [
        ("first", 1, 30),
        ("second", 2, 40),
        ("works", 0, 100),
        ("fresh", 0, 100),
        ("failed", 0, 5),
        ("gone", 0, 0),
    ]
    assert (found[0].work, found[0].tokens, found[-1].tokens, found[-1].cost_usd) == (
        Work(1, 2, 3),
        10,
        0,
        None,
    )
    assert [is_over(each) for each in statuses] == [True, False, True, True, False]


def test_who_finished_stays_so_when_prompted_again() -> None:
    first = status("first", activity=Activity.IDLE, activity_since=at(30))
    noted = msgspec.structs.replace(race("first", "late"), finished=finishes(race("first"), {"first": first}))
    again = {
        "first": status("first", activity=Activity.WORKING),
        "late": status("late", activity=Activity.IDLE, activity_since=at(50)),
    }
    found = standings(noted, again, {}, NOW)
    assert [(each.racer.agent_id, each.place, each.took_s) for each in found] == [
        ("first", 1, 30),
        ("late", 2, 50),
    ]


def test_a_race_is_called_as_no_other() -> None:
    assert free_name("race", []) == "race"
    assert free_name("race", ["race", "race-2"]) == "race-3"
