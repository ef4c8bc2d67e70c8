"""What a new user does first, in as few keys as `docs/tour.md` says: the table there is held against these walks."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.ui.fake_fleet import moods
from tests.ui.opened import RUNTIMES, Opened, opened
from tui.core.activity import Activity
from tui.core.commands import Answer, Kill, Resume, Verdict
from tui.core.lifecycle import Lifecycle

PAGE = Path(__file__).parents[2] / "docs" / "tour.md"


class Walk:
    """Presses keys and counts them; words that are typed count apart."""

    def __init__(self, d: Opened) -> None:
        self.d, self.keys = d, 0

    async def press(self, *keys: str) -> None:
        """Press keys, each counted."""
        self.keys += len(keys)
        await self.d.press(*keys)

    async def write(self, words: str) -> None:
        """Type words."""
        await self.d.press(*words)

    async def readable(self, screen: str) -> None:
        """Wait until a dialog can be answered."""
        await self.d.until(lambda: self.d.screen_name() == screen and self.d.app.screen.shown_at < 1e17)
        await self.d.pilot.pause()


def promised(task: str) -> int:
    """Return how many keys the page promises for a task."""
    row = next(line for line in PAGE.read_text().splitlines() if line.startswith("|") and task in line)
    found = re.search(r"\| *(\d+)[^|]*\|$", row)
    assert found is not None, row
    return int(found[1])


@pytest.fixture
async def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Walk]:
    infos = [msgspec.structs.replace(info, installed=True) for info in RUNTIMES]
    monkeypatch.setattr("tests.ui.opened.RUNTIMES", infos)
    async with opened(tmp_path, moods(), size=(200, 50)) as d:
        yield Walk(d)


async def test_start_two_agents_of_different_clis(walk: Walk) -> None:
    await walk.press("n")
    await walk.readable("NewAgentScreen")
    await walk.write("mend it")
    await walk.press("enter")
    await walk.d.until(lambda: walk.d.screen_name() == "MainScreen")
    await walk.press("n")
    await walk.readable("NewAgentScreen")
    await walk.write("test it")
    await walk.press("shift+tab", "shift+tab", "right", "enter")
    await walk.d.until(lambda: len(walk.d.fleet.created) == 2)
    assert [draft.runtime for draft in walk.d.fleet.created] == ["claude-code", "codex"]
    assert [draft.prompt for draft in walk.d.fleet.created] == ["mend it", "test it"]
    assert walk.keys == promised("Start two agents")


async def test_answer_a_permission_while_another_is_watched(walk: Walk) -> None:
    walk.d.main.select("api-refactor")
    await walk.d.until(lambda: "api-refactor" in walk.d.main.slots)
    await walk.press("space", "y")
    await walk.d.until(lambda: walk.d.fleet.commands)
    [(agent_id, command)] = walk.d.fleet.commands
    assert (agent_id, isinstance(command, Answer) and command.verdict) == ("flaky-tests", Verdict.ALLOW)
    assert "api-refactor" in walk.d.main.slots
    assert walk.keys == promised("Answer a permission") <= 3


async def test_find_why_one_stalled_and_resume_it(walk: Walk) -> None:
    walk.d.fleet.change("migrate-db", session_id="7f3a")
    shown = walk.d.main.agents.shown
    walk.d.main.select(shown[shown.index("migrate-db") - 1])
    await walk.press("j")
    assert walk.d.selected == "migrate-db"
    await walk.press("w")
    await walk.d.until(
        lambda: walk.d.screen_name() == "ViewScreen" and "alembic upgrade head" in walk.d.text()
    )
    await walk.press("r")
    await walk.readable("ConfirmScreen")
    assert "Its run is ended first" in walk.d.text()
    await walk.press("r")
    await walk.d.until(lambda: walk.d.fleet.commands)
    assert walk.d.fleet.commands == [("migrate-db", Resume())]
    assert walk.keys == promised("Find why one stalled")


async def test_see_what_today_cost(walk: Walk) -> None:
    await walk.press("u")
    await walk.d.until(lambda: walk.d.screen_name() == "FleetScreen" and "today" in walk.d.text())
    assert walk.keys == promised("See what today cost")


async def test_stop_everything(walk: Walk) -> None:
    alive = [each for each in walk.d.fleet.agents.values() if each.status.lifecycle is Lifecycle.RUNNING]
    await walk.press("Q")
    await walk.readable("CountScreen")
    await walk.press(str(len(alive)), "enter")
    await walk.d.until(lambda: len(walk.d.fleet.commands) == len(alive))
    assert {command for _, command in walk.d.fleet.commands} == {Kill()}
    assert walk.keys == promised("Stop everything")
    for agent_id, _ in walk.d.fleet.commands:
        walk.d.fleet.change(agent_id, lifecycle=Lifecycle.KILLED, activity=Activity.UNKNOWN)
    await walk.d.until(lambda: not walk.d.app.is_running)
