"""Confirmations: what was typed blind does not count, and the target is who it was when asked."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.ui.fake_fleet import view
from tests.ui.opened import Opened, opened
from tui.client.view import Contact
from tui.core.activity import Activity
from tui.core.commands import Kill, Restart
from tui.core.lifecycle import Lifecycle
from tui.ui.child import goodbye
from tui.ui.screens.questions import stop_question

LEADER = "ctrl+right_square_bracket"


async def readable(d: Opened) -> None:
    await d.until(lambda: getattr(d.app.screen, "shown_at", 1e18) < 1e17)


def over(name: str) -> object:
    return view(name, Activity.IDLE, lifecycle=Lifecycle.EXITED, contact=Contact.OVER)


@pytest.mark.parametrize("blind", ["y", "K"])
async def test_a_key_in_one_burst_with_kill_confirms_nothing(tmp_path: Path, blind: str) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        d.burst("K", blind)
        await d.until(lambda: d.screen_name() == "ConfirmScreen")
        await readable(d)
        assert d.fleet.commands == []
        assert d.screen_name() == "ConfirmScreen"
        await d.press(blind)
        assert d.fleet.commands == [("one", Kill())]


@pytest.mark.parametrize("key", ["escape", "n", "q"])
async def test_leaving_kills_nothing(tmp_path: Path, key: str) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("K")
        await readable(d)
        await d.press("enter")
        assert d.screen_name() == "ConfirmScreen"
        await d.press(key)
        assert d.screen_name() == "MainScreen"
        assert d.fleet.commands == []


async def test_it_names_what_will_happen(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        d.main.select("api-refactor")
        await d.press("K")
        await readable(d)
        text = d.text()
        assert "Kill api-refactor?" in text
        assert "Update src/http/router.py" in text
        assert "(pid 4711) and 3 processes below it" in text
        assert "can be resumed" in text


async def test_the_target_is_who_it_was_when_asked(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        await d.press("K")
        await readable(d)
        d.main.select("two")
        await d.press("K")
        assert d.fleet.commands == [("one", Kill())]


async def test_it_asks_anew_when_the_agent_does_something_else(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one", headline="Read  a.py")]) as d:
        await d.press("K")
        await readable(d)
        before = d.app.screen.shown_at
        d.fleet.change("one", headline="Edit  b.py")
        await d.until(lambda: "Edit b.py" in d.text())
        await d.until(lambda: before < d.app.screen.shown_at < 1e17)
        await d.press("K")
        assert d.fleet.commands == [("one", Kill())]


async def test_it_goes_away_when_there_is_nothing_left_to_kill(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("K")
        await readable(d)
        d.fleet.change("one", lifecycle=Lifecycle.EXITED)
        await d.until(lambda: d.screen_name() == "MainScreen")
        assert d.fleet.commands == []


async def test_restart(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("R")
        await readable(d)
        assert "fresh session" in d.text()
        await d.press("R")
        assert d.fleet.commands == [("one", Restart())]


async def test_only_a_finished_agent_is_forgotten(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), over("gone")]) as d:
        await d.press("delete")
        assert d.screen_name() == "MainScreen"
        d.main.select("gone")
        await d.press("delete")
        await readable(d)
        await d.press("delete")
        await d.until(lambda: d.fleet.forgotten)
        assert d.fleet.forgotten == ["gone"]


async def test_stopping_all_wants_their_number(tmp_path: Path) -> None:
    views = [view(f"agent-{n}") for n in range(12)]
    async with opened(tmp_path, [*views, over("gone")]) as d:
        await d.press("Q")
        await readable(d)
        assert "Stop all 12 agents?" in d.text()
        await d.press("enter", "1", "enter", "y")
        assert d.fleet.commands == []
        await d.press("2", "enter")
        await d.until(lambda: len(d.fleet.commands) == 12)
        assert {command for _, command in d.fleet.commands} == {Kill()}
        assert d.app.is_running
        assert d.app.keyboard.owner is None
        for agent_id, _ in d.fleet.commands:
            d.fleet.change(agent_id, lifecycle=Lifecycle.KILLED)
        await d.until(lambda: d.app.main.stopped and not d.app.is_running)
        assert goodbye(d.app).startswith("Stopped 12 agents: ")
        assert "and 4 more. agent-tui resume NAME goes on" in goodbye(d.app)
    assert d.fleet.closed


async def test_an_agent_that_ended_while_all_were_to_be_stopped_is_stopped(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        await d.press("Q")
        await readable(d)
        for agent_id in ("one", "two"):
            d.fleet.change(agent_id, lifecycle=Lifecycle.EXITED)
        d.fleet.refuse = "one does not run."
        await d.press("2", "enter")
        await d.until(lambda: not d.app.is_running)
        assert goodbye(d.app).startswith("Stopped 2 agents: ")


@pytest.mark.parametrize(
    ("sessions", "kept"),
    [
        (["a", "b"], "Their sessions can be resumed."),
        (["a", "", ""], "The session of 1 can be resumed; 2 have none."),
        (["a", "b", ""], "The sessions of 2 can be resumed; 1 has none."),
        (["", ""], "None of them has a session to resume."),
        ([""], "It has no session to resume."),
    ],
)
def test_only_sessions_that_there_are_can_be_resumed(sessions: list[str], kept: str) -> None:
    views = [view(f"a{n}") for n in range(len(sessions))]
    views = [
        msgspec.structs.replace(each, status=msgspec.structs.replace(each.status, session_id=session))
        for each, session in zip(views, sessions, strict=True)
    ]
    assert stop_question(views).kept == kept


async def test_the_leader_leaves_a_dialog_of_no_agent_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("K")
        await readable(d)
        await d.press(LEADER)
        assert d.fleet.commands == []
        assert d.app.keyboard.owner is None
