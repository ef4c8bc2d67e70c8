"""Keys on the list: groups, folds, pins, what is hidden and marked, and the filter from the first moment on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.ui.fake_fleet import FakeFleet, moods, view
from tests.ui.opened import opened
from tui.client.view import AgentView, Contact
from tui.core.activity import Activity
from tui.core.commands import Interrupt, Kill, Resume
from tui.core.lifecycle import Lifecycle
from tui.ui.layout import Arrangement


def of(project: str, name: str, **fields: Any) -> AgentView:
    made = view(name, **fields)
    return msgspec.structs.replace(made, status=msgspec.structs.replace(made.status, project=project))


def two_projects() -> list[AgentView]:
    return [of("web", "a"), of("web", "b"), of("api", "c"), of("api", "d", activity=Activity.NEEDS_ANSWER)]


async def test_grouping_goes_round_and_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path, two_projects()) as d:
        assert d.main.agents.shown == ["d", "a", "b", "c"]
        await d.press("b")
        assert d.main.agents.shown == ["d", "c", "a", "b"]
        assert d.toasts()[-1] == "Grouped by project."
        assert any(line.split()[:4] == ["api", "!", "1", "2"] for line in d.text().splitlines())
    async with opened(tmp_path, two_projects()) as d:
        assert d.main.agents.shown == ["d", "c", "a", "b"]
        await d.press("b", "b")
        assert d.toasts() == ["Grouped by tag."]  # said by the key before: no longer so
        await d.press("b", "b")
        assert d.main.agents.shown == ["d", "a", "b", "c"]


async def test_a_group_is_folded_and_unfolded(tmp_path: Path) -> None:
    async with opened(tmp_path, two_projects()) as d:
        await d.press("b")
        d.main.select("b")
        await d.press("left")
        assert d.main.agents.shown == ["d", "c", "b"]
        assert "web 2 ▸" in d.text()
        await d.press("right")
        assert d.main.agents.shown == ["d", "c", "a", "b"]
        await d.press("o", "b", "b", "b", "b", "left")
        assert (
            d.toasts()[-1] == "There is nothing to fold: b groups the list." or d.main.agents.group == "state"
        )


async def test_pinned_on_top_hidden_out_of_sight_and_both_kept(tmp_path: Path) -> None:
    async with opened(tmp_path, two_projects(), size=(200, 50)) as d:
        d.main.select("c")
        await d.press("f")
        assert d.main.agents.shown == ["c", "d", "a", "b"]
        d.main.select("a")
        await d.press("h")
        assert (d.main.agents.shown, d.selected) == (["c", "d", "b"], "b")
        assert d.toasts()[-1] == "Hid a: h again puts back, . shows what is hidden."
        assert "hidden 1 ▸" in d.text()
        assert "a" not in d.main.slots
        await d.press("full_stop")
        assert d.main.agents.shown == ["c", "d", "b", "a"]
    async with opened(tmp_path, two_projects(), size=(200, 50)) as d:
        assert d.main.agents.shown == ["c", "d", "b", "a"]
        await d.press("full_stop")
        assert d.main.agents.shown == ["c", "d", "b"]


async def test_the_same_key_again_takes_back_what_it_hid(tmp_path: Path) -> None:
    async with opened(tmp_path, two_projects()) as d:
        d.main.select("a")
        await d.press("h")
        assert (d.selected, d.main.agents.hidden) == ("b", {"a"})
        await d.press("h")
        assert (d.selected, d.main.agents.hidden) == ("a", set())
        assert "Hid" not in d.text()
        await d.press("h", "j", "h")
        assert d.main.agents.hidden == {"a", "c"}, "another one was gone to before: that is meant"
        d.clock.advance(6)
        d.main.select("b")
        await d.press("h")
        assert d.main.agents.hidden == {"a", "b", "c"}


async def test_what_is_hidden_is_called_so_where_it_is_shown(tmp_path: Path) -> None:
    async with opened(tmp_path, two_projects(), size=(80, 24)) as d:
        d.main.select("a")
        await d.press("h", "full_stop")
        lines = [line.strip() for line in d.text().splitlines()]
        assert any(line.startswith("hidden 1 ▾") for line in lines)
        rows = d.main.agent_list
        index = next(y for y, line in enumerate(rows._lines) if line.id == "a")
        styles = {str(span.style) for span in rows._content(index).spans if span.end - span.start > 20}
        assert styles == {"$foreground-muted"}


async def test_numbers_go_by_what_stands_beside_the_row(tmp_path: Path) -> None:
    async with opened(tmp_path, two_projects(), size=(80, 24)) as d:
        await d.press("o")
        for number, name in ((3, "c"), (2, "b"), (4, "d")):
            line = next(line for line in d.text().splitlines() if line.split()[2:3] == [name])
            assert line.split()[0] == str(number), line
            await d.press(str(number))
            assert d.selected == name


async def test_without_a_list_numbers_go_by_the_panes(tmp_path: Path) -> None:
    async with opened(tmp_path, two_projects()) as d:
        await d.arrange(Arrangement.GRID)
        await d.until(lambda: len(d.main.slots) == 4)
        assert d.main.board.plan().agent_list is None
        for number in (3, 1, 4, 2):
            name = d.main.slots[number - 1]
            assert any(f"{number} {mark} {name} " in d.text() for mark in "○?●"), d.text()
            await d.press(str(number))
            assert d.selected == name


async def test_a_hidden_agent_that_needs_you_is_still_found(tmp_path: Path) -> None:
    async with opened(tmp_path, two_projects()) as d:
        d.main.select("d")
        await d.press("h")
        assert "d" not in d.main.agents.shown
        assert "1 needs you" in d.text()
        await d.press("space")
        assert d.selected == "d"
        await d.press("k")
        assert "d" not in d.main.agents.shown


async def test_commands_go_to_all_that_are_marked(tmp_path: Path) -> None:
    over = view("over", Activity.IDLE, lifecycle=Lifecycle.KILLED, contact=Contact.OVER)
    async with opened(tmp_path, [view("a"), view("b"), over]) as d:
        await d.press("v", "j", "v", "j", "v")
        assert d.main.agents.marked == ["a", "b", "over"]
        assert "3 marked" in d.main.footer.render().plain
        await d.press("i")
        assert d.fleet.commands == [("a", Interrupt()), ("b", Interrupt())]
        d.fleet.commands.clear()
        await d.press("r")
        assert d.fleet.commands == [("over", Resume())]
        d.fleet.commands.clear()
        await d.press("K")
        assert "Kill 2 agents?" in d.text()
        assert "a (working), b (working)." in d.text()
        await d.press("K")
        assert d.fleet.commands == [("a", Kill()), ("b", Kill())]
        await d.press("escape")
        assert d.main.agents.marked == []


async def test_many_are_killed_by_their_number(tmp_path: Path) -> None:
    async with opened(tmp_path, [view(name) for name in "abcd"]) as d:
        for name in "abcd":
            d.main.select(name)
            await d.press("v")
        await d.press("K")
        assert "enter to kill them" in d.text()
        await d.press("K", "y", "3", "enter")
        assert d.fleet.commands == []
        await d.press("backspace", "4", "enter")
        assert d.fleet.commands == [(name, Kill()) for name in "abcd"]


async def test_who_is_marked_stays_marked_for_the_question(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("a"), view("b"), view("c")]) as d:
        await d.press("v", "j", "v", "K")
        d.fleet.change("b", lifecycle=Lifecycle.EXITED, activity=Activity.DONE)
        d.main.agents.unmark()
        await d.until(lambda: "Kill 1 agent?" in d.text())
        await d.pilot.pause()
        await d.press("K")
        assert d.fleet.commands == [("a", Kill())]


class LateFleet(FakeFleet):
    """Starts when it is told to."""

    def __init__(self) -> None:
        super().__init__(moods())
        self.may_start = asyncio.Event()

    async def start(self) -> None:
        await self.may_start.wait()


@pytest.mark.parametrize("started", [False, True])
async def test_letters_after_the_slash_are_the_filters_whenever_they_come(
    tmp_path: Path, started: bool
) -> None:
    fleet = LateFleet()
    if started:
        fleet.may_start.set()
    async with opened(tmp_path, fleet=fleet, wait=started) as d:
        d.burst("slash", *"bench")
        await d.pilot.pause()
        fleet.may_start.set()
        await d.until(lambda: d.main.agents.shown == ["bench"])
        assert d.main.filter_field.value == "bench"
        assert d.screen_name() == "MainScreen"
        assert d.fleet.commands == []
        assert d.main.agents.group == "state"
        await d.press("enter")
        await d.press("escape")
        assert len(d.main.agents.shown) == 6


async def test_a_small_terminal_has_the_list_alone_and_the_smallest_names(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(70, 20)) as d:
        for _ in range(4):
            assert d.main.board.panes == []
            assert "flaky-tests  permission" in d.text()
            await d.press("g")
    async with opened(tmp_path, moods(), size=(36, 8)) as d:
        lines = d.text().splitlines()
        assert "! 2 need you" in lines[0]
        assert lines[1].rstrip() == "▌ ! flaky-tests"
        assert lines[2].rstrip() == "2 ? docs"
        for size in ((12, 4), (5, 2), (1, 1)):
            await d.pilot.resize_terminal(*size)
            await d.pilot.pause()


async def test_columns_at_the_smallest_full_screen_have_a_rail_and_real_panes(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(80, 24)) as d:
        await d.arrange(Arrangement.ROWS)
        assert d.main.agent_list.size.width == 3
        assert [pane.region.size for pane in d.main.board.panes] == [(77, 11), (77, 10)]
        assert "4 more agents have no pane" in d.text()
