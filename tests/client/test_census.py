"""Which folders are looked at: thousands of agents that are over cost nothing while nobody comes or goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.client.fake_host import make_agent
from tui.client import census
from tui.client.census import FRESH_S, ROUND_S, Census
from tui.core.clock import SystemClock
from tui.core.lifecycle import Lifecycle
from tui.system.paths import Paths

LATER_S = FRESH_S + 1


class Times:
    """The monotonic clock and the wall's."""

    def __init__(self, wall: float) -> None:
        self.mono, self.wall = 100.0, wall

    def pass_s(self, seconds: float) -> None:
        self.mono += seconds
        self.wall += seconds


@pytest.fixture
def times(paths: Paths) -> Times:
    for name in ("a", "b", "c"):
        make_agent(paths, name, lifecycle=Lifecycle.EXITED)
    return Times(paths.agents().stat().st_mtime + LATER_S)


@pytest.fixture
def looked(paths: Paths, times: Times) -> Census:
    made = Census(paths, None, lambda: times.mono, lambda: times.wall)
    made.look()
    made.read(made.ids, SystemClock().now())
    return made


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that were listed."""
    listed: list[str] = []
    scandir = os.scandir

    def counted(path: Path) -> os.PathLike[str]:
        listed.append(str(path))
        return scandir(path)  # type: ignore[return-value]  # an iterator of entries, as the caller knows

    monkeypatch.setattr(census.os, "scandir", counted)
    return listed


def test_at_rest_no_folder_is_looked_at_until_the_round(
    looked: Census, times: Times, rounds: list[str]
) -> None:
    for _ in range(9):
        times.pass_s(3.0)
        looked.look()
    assert rounds == []
    assert not any(looked.changed(agent_id) for agent_id in ("a", "b", "c"))
    times.pass_s(ROUND_S)
    looked.look()
    assert len(rounds) == 1


def test_who_comes_and_goes_is_seen_at_the_next_look(
    looked: Census, times: Times, paths: Paths, rounds: list[str]
) -> None:
    make_agent(paths, "new", lifecycle=Lifecycle.EXITED)
    times.pass_s(3.0)
    looked.look()
    assert set(looked.ids) == {"a", "b", "c", "new"}
    assert looked.changed("new")
    (paths.agents() / "new").rename(paths.state / "elsewhere")
    times.pass_s(3.0)
    looked.look()
    assert set(looked.ids) == {"a", "b", "c"}


def test_a_file_that_was_replaced_is_seen_with_the_round(looked: Census, times: Times, paths: Paths) -> None:
    make_agent(paths, "b", lifecycle=Lifecycle.EXITED, headline="another")
    times.pass_s(ROUND_S)
    looked.look()
    assert [agent_id for agent_id in looked.ids if looked.changed(agent_id)] == ["b"]


def test_what_changed_a_moment_before_it_was_read_is_read_again(paths: Paths) -> None:
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED)
    at = paths.agent("a").stat().st_mtime
    times = Times(at + FRESH_S / 2)
    made = Census(paths, None, lambda: times.mono, lambda: times.wall)
    made.look()
    assert [view.id for view in made.read(["a"], SystemClock().now())] == ["a"]
    assert made.changed("a"), "the clock of the folder may not have ticked since"
    times.pass_s(LATER_S)
    made.look()
    assert [view.id for view in made.read(["a"], SystemClock().now())] == ["a"]
    assert not made.changed("a")


def test_those_that_live_and_changed_last_come_first(paths: Paths, times: Times) -> None:
    for number, name in enumerate(("c", "a", "b")):
        os.utime(paths.agent(name), (1000.0 + number, 1000.0 + number))
    made = Census(paths)
    made.look()
    assert made.newest(2) == ["b", "a"]
    paths.sockets().mkdir(parents=True, exist_ok=True)
    (paths.sockets() / "c.sock").touch()
    (paths.sockets() / "nobody.sock").touch()
    assert made.newest(2) == ["c", "b", "a"]
    assert set(made.newest(9)) == {"a", "b", "c"}


def test_sockets_are_told_of_once(looked: Census, times: Times, paths: Paths) -> None:
    paths.sockets().mkdir(parents=True, exist_ok=True)
    (paths.sockets() / "a.sock").touch()
    times.wall = paths.sockets().stat().st_mtime + LATER_S
    assert looked.came() == ["a"]
    assert looked.came() == []


def test_no_folder_at_all_is_no_agents(paths: Paths) -> None:
    made = Census(paths)
    made.look()
    assert list(made.ids) == []
