"""What each key of the dashboard does."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest
from textual import events
from textual.widgets import Input

from tests.ui.fake_fleet import ago, moods, view
from tests.ui.opened import opened
from tui.client.view import Contact
from tui.core.activity import Activity
from tui.core.clock import Now
from tui.core.commands import CancelStep, Continue, Interrupt, Pause, Prompt, Resume
from tui.core.lifecycle import Lifecycle
from tui.core.settings import Settings
from tui.core.spec import Mode
from tui.protocol.messages import Resize
from tui.protocol.screen import WinSize
from tui.ui import keymap
from tui.ui.layout import Arrangement, Sizes
from tui.ui.memory import Desk, desk_of, recall, remember_desk, update
from tui.ui.screens.palette import ALSO, sought


def three() -> list[Any]:
    return [view("one"), view("two"), view("three")]


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        (["down"], "three"),
        (["j", "j"], "two"),
        (["j", "j", "j", "j"], "two"),
        (["j", "up"], "one"),
        (["end", "k"], "three"),
        (["end", "home"], "one"),
        (["3"], "two"),
        (["9"], "one"),
    ],
)
async def test_selection(tmp_path: Path, keys: list[str], selected: str) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press(*keys)
        assert d.selected == selected  # of the same age they stand in the order of their ids
        assert d.main.agent_list.selected == selected


@pytest.mark.parametrize(
    ("key", "command"),
    [("i", Interrupt()), ("s", Pause())],
)
async def test_commands_of_one_key(tmp_path: Path, key: str, command: Any) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("j", key)
        assert d.fleet.commands == [("three", command)]


async def test_pause_turns_into_continue(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one", paused_since=ago(10))]) as d:
        assert "s continue" in d.main.footer.render().plain
        await d.press("s")
        assert d.fleet.commands == [("one", Continue())]


async def test_resume_is_for_what_does_not_run(tmp_path: Path) -> None:
    over = view("over", Activity.IDLE, lifecycle=Lifecycle.KILLED, contact=Contact.OVER)
    async with opened(tmp_path, [over, view("alive")]) as d:
        await d.press("1", "r")
        assert d.fleet.commands == []
        assert any("nothing to resume" in toast for toast in d.toasts())
        await d.press("2", "r")
        assert d.fleet.commands == [("over", Resume())]


async def test_resume_starts_what_waits_for_a_slot(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("waits", lifecycle=Lifecycle.QUEUED, queue_place=2)]) as d:
        assert "#2 · waits for a free slot" in d.text()
        assert "r start now" in d.main.footer.render().plain
        await d.press("r")
        assert d.fleet.commands == [("waits", Resume(now=True))]


async def test_a_lost_agent_is_offered_resume_and_not_interrupt(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("gone", contact=Contact.LOST)]) as d:
        footer = d.main.footer.render().plain
        assert "r resume" in footer
        assert "interrupt" not in footer
        assert "Nothing runs" in d.text()
        await d.press("i")
        assert d.fleet.commands == []


async def test_the_announced_step_is_cancelled_or_put_off(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        d.main.select("migrate-db")
        await d.press("x", "plus")
        assert d.fleet.commands == [
            ("migrate-db", CancelStep()),
            ("migrate-db", CancelStep(later_s=300.0)),
        ]


async def test_prompt(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("p", *"hi", "ctrl+j", *"you", "enter")
        assert d.fleet.commands == [("one", Prompt(text="hi\nyou"))]
        assert d.screen_name() == "MainScreen"


async def test_a_prompt_that_was_begun_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("p", *"half", "escape", "p", *"way", "enter")
        assert d.fleet.commands == [("one", Prompt(text="halfway"))]


async def test_what_the_host_refuses_becomes_a_toast(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        d.fleet.refuse = "It cannot be interrupted now."
        await d.press("i")
        assert "It cannot be interrupted now." in d.toasts()


async def test_layouts_walk_and_zoom_returns(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(200, 50)) as d:
        board = d.main.board
        await d.arrange(Arrangement.LIST)
        assert (board.arrangement, len(board.panes)) == ("list", 1)
        await d.press("g")
        assert (board.arrangement, len(board.panes)) == ("columns", 2)
        assert "4 more agents have no pane   g next layout" in d.text()
        await d.press("g")
        assert (board.arrangement, len(board.panes)) == ("rows", 3)
        await d.press("g")
        assert (board.arrangement, len(board.panes)) == ("grid", 6)
        await d.press("z")
        assert (board.arrangement, len(board.panes)) == ("zoom", 1)
        await d.press("escape")
        assert (board.arrangement, len(board.panes)) == ("grid", 6)
        await d.press("minus")
        assert len(board.panes) == 5
        await d.press("right_parenthesis")
        assert len(board.panes) == 6
        await d.press("g")
        assert board.arrangement == "list"


async def test_a_pane_in_the_layout_resizes_its_agent_once_it_has_settled(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.until(lambda: d.fleet.link("one").of(Resize))
        assert d.fleet.link("one").of(Resize) == [Resize(WinSize(31, 84))]


async def test_a_key_of_the_dashboard_is_drawn_with_the_turn_of_the_loop_that_took_it(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        done: list[str] = []
        show, draw = d.main.show_all, d.main._on_timer_update
        d.main.show_all = lambda: (show(), done.append(f"says {d.selected}"))
        d.main._on_timer_update = lambda: (draw(), done.append("drawn"))
        assert d.selected == "one"
        await d.app.dispatch.take(events.Key("j", "j"))
        await d.until(lambda: len(done) >= 2)
        assert done[:2] == ["says two", "drawn"]


async def test_a_preview_never_resizes_and_asks_for_few_frames(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], size=(80, 24)) as d:
        await d.pilot.pause(0.3)
        assert d.fleet.link("one").of(Resize) == []
        assert [s.fps for s in d.fleet.link("one").subscriptions] == [2]


async def test_the_focused_pane_is_fast_the_others_are_not_and_hidden_ones_are_silent(tmp_path: Path) -> None:
    views = [view(name) for name in ("one", "three", "two")]
    async with opened(tmp_path, views, size=(200, 50)) as d:
        await d.arrange(Arrangement.GRID)
        assert {name: [s.fps for s in d.fleet.link(name).subscriptions] for name in d.fleet.links} == {
            "one": [30],
            "two": [12],
            "three": [12],
        }
        await d.press("enter")
        await d.until(lambda: [s.fps for s in d.fleet.link("one").subscriptions] == [60])
        await d.press("ctrl+right_square_bracket")
        await d.until(lambda: [s.fps for s in d.fleet.link("one").subscriptions] == [30])
        await d.press("z")
        assert [len(d.fleet.link(name).subscriptions) for name in ("one", "two", "three")] == [1, 0, 0]


async def test_terminal_and_timeline(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        assert [s.kind for s in d.fleet.link("one").subscriptions] == ["screen"]
        await d.press("t")
        assert [s.kind for s in d.fleet.link("one").subscriptions] == ["events"]
        await d.press("t")
        assert [s.kind for s in d.fleet.link("one").subscriptions] == ["screen"]


async def test_filter_narrows_and_escape_opens_it_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("slash", *"limited")
        assert d.main.agents.shown == ["bench"]
        await d.press("enter")
        assert not isinstance(d.app.focused, Input)
        assert d.selected == "bench"
        await d.press("escape")
        assert len(d.main.agents.shown) == 6


async def test_sort_goes_round(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        first = list(d.main.agents.shown)
        await d.press("o")
        assert d.main.agents.shown == sorted(first)
        await d.press("o")
        assert d.main.agents.shown[0] == "api-refactor"
        await d.press("o", "o")
        assert d.main.agents.shown == first


@pytest.mark.parametrize(
    ("key", "words"),
    [("w", "evidence"), ("l", "Nothing was logged"), ("d", "No tool call")],
)
async def test_views_open_and_close(tmp_path: Path, key: str, words: str) -> None:
    async with opened(tmp_path) as d:
        await d.press(key)
        assert d.screen_name() == "ViewScreen"
        await d.until(lambda: words in d.text())
        await d.press(key)
        assert d.screen_name() == "MainScreen"


async def test_tabs_of_a_view_lead_back_to_the_pane(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("w", "left")
        assert d.app.screen.tab == "settings"
        await d.press("right", "right")
        assert d.screen_name() == "MainScreen"


async def test_the_moment_is_saved_without_the_environment(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("W")
        await d.until(lambda: any(toast.startswith("Saved: ") for toast in d.toasts()))
        [file] = (tmp_path / "state" / "moments").iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        saved = json.loads(file.read_text())
        assert saved["status"]["name"] == "flaky-tests"
        assert saved["screen"] == ["the screen", "as text"]
        assert "env" not in saved["spec"]


async def test_help_lists_every_action_with_its_key_and_narrows(tmp_path: Path) -> None:
    async with opened(tmp_path, settings=Settings(keys={"agent.kill": "f8"})) as d:
        await d.press("question_mark")
        text = "\n".join(line.plain for line in d.app.screen.query_one("#keys").lines)
        for entry in keymap.TABLE:
            if entry.id in ("agent.restart", "look.why", "ask.always", "app.quit"):
                assert entry.help in text
        assert "F8" in text
        await d.press(*"inbox")
        narrowed = "\n".join(line.plain for line in d.app.screen.query_one("#keys").lines)
        assert "all that wait" in narrowed
        assert "restart" not in narrowed
        await d.press("escape")
        assert d.screen_name() == "MainScreen"


async def test_a_key_of_the_users_own_works_and_the_old_one_does_not(tmp_path: Path) -> None:
    async with opened(
        tmp_path, three(), settings=Settings(keys={"agent.interrupt": "f8", "agent.pause": ""})
    ) as d:
        await d.press("i", "s")
        assert d.fleet.commands == []
        await d.press("f8")
        assert d.fleet.commands == [("one", Interrupt())]


async def test_the_palette_runs_actions_on_the_dashboard(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("colon")
        assert d.screen_name() == "CommandPalette"
        await d.press(*"interrupt")
        await d.pilot.pause(0.4)
        await d.press("enter")
        await d.until(lambda: d.fleet.commands)
        assert d.fleet.commands == [("one", Interrupt())]


def test_an_action_is_found_by_the_words_that_people_have_for_it() -> None:
    wanted = {
        "stall": "look.why",
        "today": "look.usage",
        "duplicate": "agent.like",
        "everything": "app.stop-all",
    }
    for words, action in wanted.items():
        first = max(keymap.TABLE, key=lambda entry: sought(words, entry))
        assert first.id == action
    assert ALSO.keys() <= keymap.BY_ID.keys()


async def test_the_palette_tells_why_one_is_stuck(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("colon", *"stuck")
        await d.until(lambda: "why this state" in d.text())
        await d.press("enter")
        await d.until(lambda: d.screen_name() == "ViewScreen")
        assert d.app.screen.tab == "why"


async def test_the_palette_forks_a_session_and_shows_the_new_agent(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("colon", *"copy of this")
        await d.pilot.pause(0.4)
        await d.press("enter")
        await d.until(lambda: d.selected == "one-2")
        assert d.fleet.forked == [("one", "")]
        d.main.select("two")
        d.fleet.change("two", mode=Mode.STREAM)
        await d.until(lambda: d.main.agents.views["two"].status.mode is Mode.STREAM)
        d.main.action_fork()
        await d.until(lambda: d.screen_name() == "PromptScreen" and d.app.screen.query("PromptArea:focus"))
        await d.until(lambda: d.app.screen.shown_at < math.inf)
        await d.press(*"go", "enter")
        await d.until(lambda: d.fleet.forked[1:] == [("two", "go")])


async def test_an_agent_done_is_seen_after_a_while(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        d.main.tick()
        assert d.fleet.seen == []
        d.main.select("changelog")
        d.clock.advance(4)
        d.main.tick()
        assert d.fleet.seen == ["changelog"]


async def test_rows_keep_their_places_for_a_moment_after_a_key(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("j")
        d.fleet.change("two", activity=Activity.NEEDS_ANSWER, activity_since=Now(1.0, 1.0))
        await d.until(lambda: d.main.agents.views["two"].status.activity is Activity.NEEDS_ANSWER)
        assert d.main.agents.shown == ["one", "three", "two"]
        d.clock.advance(2.1)
        d.main.tick()
        assert d.main.agents.shown == ["two", "one", "three"]
        assert d.selected == "three"


async def test_quit_leaves_the_agents_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("q")
    assert d.fleet.closed
    assert d.fleet.commands == []
    assert (d.app.going_on, d.app.still_waiting) == (5, 2)


async def test_ctrl_c_says_how_to_leave(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("ctrl+c")
        assert any("q closes" in toast for toast in d.toasts())


async def test_a_selected_agent_that_is_removed_hands_on_to_its_neighbour(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("j")
        del d.fleet.agents["three"]
        d.fleet.on_change(frozenset({"three"}))
        await d.until(lambda: d.selected == "two")
        assert d.main.board.panes[0].agent_id == "two"


async def test_the_first_run_offers_a_new_agent(tmp_path: Path) -> None:
    async with opened(tmp_path, []) as d:
        await d.until(lambda: "Claude Code" in d.text())
        assert "No agents yet" in d.text()
        await d.press("enter")
        assert d.screen_name() == "NewAgentScreen"


async def test_news_of_agents_that_are_not_in_view_become_one_toast(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        d.fleet.change("two", activity=Activity.NEEDS_PERMISSION)
        await d.until(d.toasts)
        assert [toast for toast in d.toasts() if "two" in toast] == ["! two permission  space"]
        d.fleet.change("one", activity=Activity.NEEDS_PERMISSION)  # it is selected, in view: nothing to say
        await d.until(lambda: d.main.agents.views["one"].status.activity is Activity.NEEDS_PERMISSION)
        assert not any("one" in toast for toast in d.toasts())


async def test_panes_keep_their_agents_while_others_change(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(200, 50)) as d:
        await d.arrange(Arrangement.GRID)
        before = list(d.main.slots)
        d.fleet.change("bench", activity=Activity.NEEDS_ANSWER)
        await d.until(lambda: "bench" in d.main.agents.waiting())
        d.clock.advance(3)
        d.main.tick()
        assert d.main.agents.shown[1] == "bench"
        assert d.main.slots == before


async def test_a_headless_agent_shows_its_timeline(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one", mode=Mode.STREAM)]) as d:
        assert [s.kind for s in d.fleet.link("one").subscriptions] == ["events"]


async def test_tiles_ask_nothing_of_hosts_and_show_requests(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(80, 24)) as d:
        await d.arrange(Arrangement.GRID)
        assert d.main.board.kind == "tile"
        assert d.fleet.link("api-refactor").subscriptions == []
        text = d.text()
        assert "wants to run" in text
        assert "keep both" in text


async def test_a_view_over_the_dashboard_lets_the_panes_rest(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        assert [s.kind for s in d.fleet.link("one").subscriptions] == ["screen"]
        await d.press("w")
        assert [s.kind for s in d.fleet.link("one").subscriptions] == ["events"]
        await d.press("w")
        await d.until(lambda: [s.kind for s in d.fleet.link("one").subscriptions] == ["screen"])


async def test_an_announced_step_leaves_its_pane_as_wide_as_the_others(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(200, 50)) as d:
        await d.arrange(Arrangement.GRID)
        await d.until(lambda: d.main.board.pane_of("migrate-db"))
        pane = d.main.board.pane_of("migrate-db")
        await d.until(lambda: pane.ladder.display)
        await d.pilot.pause()
        inside = pane.content_region
        assert pane.ladder.region.width == inside.width
        assert pane.timeline.region.right == inside.right
        assert pane.band.region.right == inside.right


async def test_a_roomy_terminal_begins_with_a_grid_and_keeps_it(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")], size=(200, 50)) as d:
        await d.until(lambda: len(d.main.board.panes) == 2)
        assert d.main.board.arrangement is Arrangement.GRID
        d.fleet.change("two", lifecycle=Lifecycle.EXITED)
        await d.pilot.pause()
        d.main.tick()
        await d.pilot.pause()
        assert d.main.board.arrangement is Arrangement.GRID


async def test_the_layout_that_was_chosen_is_there_the_next_time(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(200, 50)) as d:
        await d.press("g")
        chosen = d.main.board.arrangement
        assert chosen is Arrangement.LIST
    async with opened(tmp_path, moods(), size=(200, 50)) as d:
        assert d.main.board.arrangement is chosen


async def test_borders_are_moved_by_keys_and_kept_for_the_project(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(200, 50)) as d:
        await d.arrange(Arrangement.COLUMNS)
        await d.press("greater_than_sign", "right_curly_bracket")
        board = d.main.board
        assert d.main.agent_list.size.width == 38
        assert [pane.region.width for pane in board.panes] == [85, 76]
        before = [pane.region for pane in board.panes]
    async with opened(tmp_path, moods(), size=(200, 50)) as d:
        assert d.main.board.arrangement is Arrangement.COLUMNS
        assert [pane.region for pane in d.main.board.panes] == before
        await d.press("0")
        assert d.main.agent_list.size.width == 34
        assert [pane.region.width for pane in d.main.board.panes] == [83, 82]


async def test_the_list_becomes_a_rail_of_glyphs_and_comes_back(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(120, 36)) as d:
        await d.press(*["less_than_sign"] * 5)
        assert d.main.agent_list.size.width == 3
        assert [line[:3] for line in d.text().splitlines()[2:4]] == ["▌! ", "2? "]
        await d.press("greater_than_sign")
        assert d.main.agent_list.size.width == 20


async def test_borders_follow_the_mouse(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(120, 36)) as d:
        before = d.selected
        await d.pilot.mouse_down(offset=(34, 10))
        await d.pilot.hover(offset=(50, 12))
        await d.pilot.mouse_up(offset=(50, 12))
        await d.pilot.pause()
        assert d.main.agent_list.size.width == 51
        assert d.main.board.panes[0].region.x == 51
        await d.pilot.hover(offset=(70, 12))
        assert d.main.agent_list.size.width == 51
        assert d.selected == before


async def test_panes_that_do_not_fit_are_refused_in_words(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(120, 36)) as d:
        await d.press("right_parenthesis")
        assert d.toasts()[-1] == "This layout has one pane. g goes on to the next."
        await d.press("g", "right_parenthesis")
        assert d.toasts()[-1] == "No more panes fit."


async def test_two_dashboards_keep_each_others_layouts(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    remember_desk(folder, "/one", Desk(arrangement="rows", sizes=Sizes(shares={"rows-y2": (9, 4)})))
    remember_desk(folder, "/two", Desk(arrangement="grid"))
    known = recall(folder)
    assert desk_of(known, "/one").sizes.shares == {"rows-y2": (9, 4)}
    assert desk_of(known, "/two").arrangement == "grid"
    update(folder, lambda memory: msgspec.structs.replace(memory, theme="light", layouts={"/old": "grid"}))
    assert desk_of(recall(folder), "/old").arrangement == "grid"
    assert desk_of(recall(folder), "/one").arrangement == "rows"


async def test_the_first_run_opens_the_demo_and_names_what_is_installed_first(tmp_path: Path) -> None:
    async with opened(tmp_path, []) as d:
        await d.until(lambda: "Claude Code" in d.text())
        assert "look around with six demo agents" in d.text()
        with (
            mock.patch.object(d.app, "suspend", contextlib.nullcontext),
            mock.patch("tui.ui.demo.subprocess.run") as run,
        ):
            await d.press("D")
        assert run.call_args.args[0][-1] == "--demo"
        await d.press("D")  # the terminal of a test cannot be handed over
        assert any("agent-tui --demo" in toast for toast in d.toasts())


async def test_with_agents_there_is_no_demo(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        with mock.patch("tui.ui.demo.subprocess.run") as run:
            await d.press("D")
        assert not run.called
        assert d.toasts() == []


async def test_over_one_agent_alone_the_arrows_turn_its_views(tmp_path: Path) -> None:
    async with opened(tmp_path, three()) as d:
        await d.press("z", "right")
        assert d.app.screen.tab == "raw"
        await d.press("escape", "left")
        assert d.app.screen.tab == "why"
