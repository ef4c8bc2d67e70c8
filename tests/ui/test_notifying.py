"""What reaches the terminal: bell, desktop, title; who is told nothing."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from unittest import mock

import pytest
from textual import events

from tests.ui.fake_fleet import ago, request, view
from tests.ui.opened import Opened, opened
from tui.core.activity import Activity
from tui.core.lifecycle import Lifecycle
from tui.core.notify import Channel, Desktop, Hours, Notify
from tui.core.settings import Settings
from tui.core.status import Exit
from tui.ui import notifying

NOTICE = "\x1b]9;"


class Terminal:
    """All that was written past the frames."""

    def __init__(self, d: Opened) -> None:
        self.d, self.written, self.rung = d, [], 0
        app = d.app
        app._driver.write = self.written.append  # type: ignore[union-attr,method-assign]  # the headless one throws it away
        app.bell = self._bell  # type: ignore[method-assign]  # the headless driver has none

    def _bell(self) -> None:
        self.rung += 1

    @property
    def notices(self) -> list[str]:
        return [each for each in self.written if each.startswith(NOTICE)]

    @property
    def titles(self) -> list[str]:
        return [each[4:-1] for each in self.written if each.startswith("\x1b]0;")]

    async def notices_come(self) -> list[str]:
        await self.d.until(lambda: not self.d.app.notifier._gathered)
        return self.notices


@contextlib.asynccontextmanager
async def telling(tmp_path: Path, **notify: object) -> AsyncIterator[tuple[Opened, Terminal]]:
    """A dashboard with two agents; `looked` is selected and visible."""
    settings = Settings(notify=Notify(**{"desktop": Desktop.OSC9, **notify}), project="shop")  # type: ignore[arg-type]
    agents = [view("looked"), view("away")]
    with mock.patch.object(notifying, "CLAIM_S", 0.01):
        async with opened(tmp_path, agents, settings=settings) as d:
            d.main.select("looked")
            await d.until(lambda: d.main.slots == ["looked"])
            yield d, Terminal(d)


def ask(d: Opened, agent_id: str, number: int = 1) -> None:
    d.fleet.change(
        agent_id, activity=Activity.NEEDS_PERMISSION, request=request("rm \x1b[31mx", request_id=f"r{number}")
    )


@pytest.fixture(autouse=True)
def no_tmux(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "STY", "ZELLIJ"):
        monkeypatch.delenv(name, raising=False)


async def test_who_waits_is_told_once_and_counted_in_the_title(tmp_path: Path) -> None:
    async with telling(tmp_path) as (d, terminal):
        ask(d, "away")
        await d.until(lambda: terminal.titles)
        assert await terminal.notices_come() == ["\x1b]9;away: permission: run rm x\x07"]
        assert terminal.titles == ["(1) agent-tui · shop"]
        assert terminal.rung == 1
        d.fleet.change("away", headline="still")
        ask(d, "away", number=2)
        await d.until(lambda: terminal.rung == 2)
        assert len(await terminal.notices_come()) == 2
        d.fleet.change("away", activity=Activity.WORKING, request=None)
        await d.until(lambda: terminal.titles[-1] == "agent-tui · shop")


async def test_the_agent_in_focus_is_not_told_of_until_the_terminal_loses_it(tmp_path: Path) -> None:
    async with telling(tmp_path) as (d, terminal):
        ask(d, "looked")
        await d.until(lambda: terminal.titles)
        assert (await terminal.notices_come(), terminal.rung) == ([], 0)
        assert d.fleet.links["looked"].in_focus
        d.app.post_message(events.AppBlur())
        await d.until(lambda: not d.fleet.links["looked"].in_focus)
        ask(d, "looked", number=2)
        await d.until(lambda: terminal.rung == 1)
        assert len(await terminal.notices_come()) == 1


async def test_of_two_dashboards_one_tells_and_none_if_one_looks(tmp_path: Path) -> None:
    async with telling(tmp_path) as (d, terminal), telling(tmp_path) as (other, others):
        for each in (d, other):
            ask(each, "away")
        await d.until(lambda: terminal.rung and others.rung)
        assert len(await terminal.notices_come()) + len(await others.notices_come()) == 1
        other.main.select("away")
        await other.until(lambda: other.fleet.link("away").in_focus)
        ask(other, "away", number=2)
        await other.pilot.pause()
        ask(d, "away", number=2)
        await d.until(lambda: terminal.rung == 2)
        assert len(await terminal.notices_come()) + len(await others.notices_come()) == 1


async def test_what_quiet_hours_held_back_is_told_when_they_are_over_if_it_still_holds(
    tmp_path: Path,
) -> None:
    everything = Hours(0, 24 * 60)
    rules = {"quiet": {Channel.BELL: everything, Channel.DESKTOP: everything}}
    with mock.patch.object(notifying, "QUIET_LOOK_S", 0.02):
        async with telling(tmp_path, **rules) as (d, terminal):
            d.fleet.put(view("answered"))
            for agent_id in ("looked", "away", "answered"):
                ask(d, agent_id)
            await d.until(lambda: set(d.app.notifier._held) == {"away", "answered"})
            d.fleet.change("answered", activity=Activity.WORKING, request=None)
            await d.pilot.pause(0.1)
            assert (terminal.notices, terminal.rung) == ([], 0)
            d.app.settings = Settings(notify=Notify(desktop=Desktop.OSC9), project="shop")
            await d.until(lambda: terminal.notices)
            assert terminal.notices == ["\x1b]9;away: permission: run rm x\x07"]
            assert terminal.rung == 1
            assert not d.app.notifier._held


async def test_states_and_hours_are_those_of_each_channel(tmp_path: Path) -> None:
    everything = Hours(0, 24 * 60)
    rules = {"states": {Channel.DESKTOP: ["failed"]}, "quiet": {Channel.BELL: everything}}
    async with telling(tmp_path, **rules) as (d, terminal):
        ask(d, "away")
        await d.until(lambda: terminal.titles)
        assert (await terminal.notices_come(), terminal.rung) == ([], 0)
        assert any("away" in said for said in d.toasts())
        d.fleet.change("away", lifecycle=Lifecycle.FAILED, exit=Exit(reason="exit 7"), request=None)
        await d.until(lambda: terminal.notices)
        assert terminal.notices == ["\x1b]9;away: failed: exit 7\x07"]


async def test_many_at_a_time_are_one(tmp_path: Path) -> None:
    async with telling(tmp_path) as (d, terminal):
        for number in range(5):
            d.fleet.agents[f"a{number}"] = view(
                f"a{number}", lifecycle=Lifecycle.FAILED, exit=Exit(reason="x")
            )
        ask(d, "away")
        await d.until(lambda: terminal.notices)
        assert terminal.notices == ["\x1b]9;agent-tui: 6 agents: 1 permission, 5 failed\x07"]
        assert terminal.rung == 1


async def test_where_the_terminal_shows_nothing_the_bell_rings_once(tmp_path: Path) -> None:
    async with telling(tmp_path, desktop=Desktop.AUTO, title=False) as (d, terminal):
        assert d.app.notifier._way.rings
        ask(d, "away")
        d.fleet.change("looked", activity=Activity.IDLE)
        await d.until(lambda: terminal.rung)
        await terminal.notices_come()
        d.app.post_message(events.AppBlur())
        d.fleet.change("looked", activity=Activity.WORKING)
        await d.until(lambda: not d.fleet.links["looked"].in_focus)
        await d.until(lambda: d.main.agents.views["looked"].status.activity is Activity.WORKING)
        d.fleet.change("looked", activity=Activity.IDLE, activity_since=ago(0))
        await d.until(lambda: "\x07" in terminal.written)
        assert terminal.rung == 1
        assert not terminal.titles


async def test_what_is_wrong_with_the_command_is_said_once(tmp_path: Path) -> None:
    async with telling(tmp_path) as (d, _):
        for name in ("looked", "away"):
            d.fleet.change(name, notify_problem="The notify command ding failed: exit 3.")
        await d.until(d.toasts)
        assert d.toasts().count("The notify command ding failed: exit 3.") == 1


async def test_the_palette_tries_it(tmp_path: Path) -> None:
    async with telling(tmp_path) as (d, terminal):
        await d.press("colon")
        await d.pilot.press(*"test the noti")
        await d.pilot.pause(0.2)
        await d.press("enter")
        await d.until(lambda: any("Notification sent: osc9" in said for said in d.toasts()))
        assert terminal.notices == ["\x1b]9;test: this is a test\x07"]
