"""Which channel tells of what, and when not; what is news; what a command is told."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tui.core import news
from tui.core.activity import Activity
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.notify import Channel, Hours, Notify
from tui.core.spec import Mode
from tui.core.status import Exit, Request, Status
from tui.core.usage import Usage

NOW = Now(100.0, 1_763_127_000.0)
HOSTILE = "\x1b]0;pwned\x07a\x1b[31mb\u202e\ncd\x9b2J"


def status(activity: Activity = Activity.WORKING, **changes: Any) -> Status:
    known: dict[str, Any] = {
        "id": "api", "name": "api", "runtime": "claude-code", "mode": Mode.STREAM, "cwd": "/src",
        "lifecycle": Lifecycle.RUNNING, "activity": activity, "activity_since": NOW, "runs": 1,
    }  # fmt: skip
    return Status(**(known | changes))


@pytest.fixture
def local_time(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TZ", "XXX-05:30")  # 5:30 ahead
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("local_time")
@pytest.mark.parametrize(
    ("hours", "quiet"),
    [
        (Hours(22 * 60, 7 * 60), {"21:59": False, "22:00": True, "00:00": True, "06:59": True, "07:00": False}),
        (Hours(12 * 60, 13 * 60 + 30), {"11:59": False, "12:00": True, "13:29": True, "13:30": False}),
    ],
)  # fmt: skip
def test_quiet_hours_are_local_and_go_over_midnight(hours: Hours, quiet: dict[str, bool]) -> None:
    def at(clock: str) -> float:
        hour, minute = map(int, clock.split(":"))
        return (hour - 5) * 3600 + (minute - 30) * 60 + 86_400 * 20_000

    assert {clock: hours.holds(at(clock)) for clock in quiet} == quiet


def test_each_channel_has_its_states_and_hours() -> None:
    usual = Notify()
    assert usual.tells(Channel.BELL, RowState.PERMISSION)
    assert not usual.tells(Channel.BELL, RowState.DONE)
    assert usual.tells(Channel.COMMAND, RowState.IDLE)
    assert not usual.tells(Channel.TOAST, RowState.IDLE)
    own = Notify(states={Channel.BELL: ["failed"], Channel.COMMAND: []}, quiet={Channel.BELL: Hours(0, 1)})
    assert own.tells(Channel.BELL, RowState.FAILED)
    assert not own.tells(Channel.BELL, RowState.PERMISSION)
    assert not own.tells(Channel.COMMAND, RowState.FAILED)
    assert own.tells(Channel.TOAST, RowState.PERMISSION)
    assert not own.is_quiet(Channel.COMMAND, NOW.wall)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (None, news.Stand(RowState.FAILED), False),
        (news.Stand(RowState.WORKING), news.Stand(RowState.WORKING), False),
        (news.Stand(RowState.IDLE), news.Stand(RowState.WORKING), False),
        (news.Stand(RowState.WORKING), news.Stand(RowState.PERMISSION, "1"), True),
        (news.Stand(RowState.PERMISSION, "1"), news.Stand(RowState.PERMISSION, "2"), True),
        (news.Stand(RowState.WORKING), news.Stand(RowState.IDLE), True),
        (news.Stand(RowState.STARTING), news.Stand(RowState.IDLE), False),
        (news.Stand(RowState.UNKNOWN), news.Stand(RowState.IDLE), False),
    ],
)
def test_news_are_changes_to_what_can_be_told(before: news.Stand | None, now: news.Stand, told: bool) -> None:
    assert news.is_news(before, now) is told


def test_one_event_has_one_name_for_all_who_see_it() -> None:
    asks = status(Activity.NEEDS_PERMISSION, request=Request(request_id="r1"))
    again = msgspec.structs.replace(asks, activity_since=Now(5.0, NOW.wall + 60))
    other = msgspec.structs.replace(asks, request=Request(request_id="r2"))
    keys = {news.key(each, RowState.PERMISSION) for each in (asks, again, other)}
    assert len(keys) == 3
    assert news.key(msgspec.structs.replace(asks, headline="x"), RowState.PERMISSION) in keys
    swept = msgspec.structs.replace(again, lifecycle=Lifecycle.LOST)
    assert news.key(asks, RowState.LOST) == news.key(swept, RowState.LOST)


def test_the_reason_is_what_matters_in_each_state() -> None:
    asked = Request(request_id="1", tool="Bash", title="rm -rf x")
    cases = {
        RowState.PERMISSION: (status(request=asked), "Bash rm -rf x"),
        RowState.FAILED: (status(exit=Exit(reason="exit 7")), "exit 7"),
        RowState.DONE: (status(headline="All done"), "All done"),
    }
    for state, (given, words) in cases.items():
        assert news.reason(given, state, NOW) == words
    assert news.sentence(status(), RowState.DONE, NOW) == "done"


def test_what_a_command_is_told_holds_no_control_characters() -> None:
    given = status(
        Activity.NEEDS_PERMISSION, name=HOSTILE, headline=HOSTILE, session_id=HOSTILE, model=HOSTILE, project=HOSTILE,
        request=Request(request_id="1", tool=HOSTILE, title=HOSTILE * 500),
        usage=Usage(input=5, output=7, cost_usd=Decimal("1.42")),
    )  # fmt: skip
    facts = news.facts(given, RowState.PERMISSION, NOW)
    assert set(facts) == {f"AGENT_TUI_{name}" for name in news.FACTS}
    for name, value in facts.items():
        assert value.isprintable(), name
        assert len(value) < 400, name
    assert (facts["AGENT_TUI_EVENT"], facts["AGENT_TUI_COST"], facts["AGENT_TUI_TOKENS"]) == (
        "needs-permission",
        "1.42",
        "12",
    )
    assert facts["AGENT_TUI_NAME"] == "ab cd"
