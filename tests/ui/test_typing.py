"""Who gets a key: the dashboard or an agent. No key may go to the other."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from textual import events

from tests.ui.fake_fleet import frame, view
from tests.ui.opened import opened
from tui.core.activity import Activity
from tui.core.lifecycle import Lifecycle
from tui.core.settings import Dashboard, LeaderMode, Settings, ShiftEnter
from tui.core.spec import Mode
from tui.protocol.messages import Focus, Key, Paste
from tui.protocol.screen import Modes, WinSize
from tui.ui.keyboard import PAUSE_S
from tui.ui.layout import Arrangement, PaneKind

LEADER = "ctrl+right_square_bracket"


async def test_keys_go_to_the_agent_after_enter_and_come_back_with_the_leader(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        await d.press("enter", "x", "K", "tab", "escape")
        assert d.fleet.link("one").keys() == ["x", "K", "tab", "escape"]
        await d.press(LEADER, "j")
        assert d.fleet.link("one").keys() == ["x", "K", "tab", "escape"]
        assert d.selected == "two"
        assert d.fleet.commands == []


async def test_the_key_right_after_the_leader_is_the_dashboards(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        await d.press("enter")
        d.burst("a", "b", LEADER, "j", "n")
        await d.until(lambda: d.screen_name() == "NewAgentScreen")
        assert d.fleet.link("one").keys() == ["a", "b"]
        assert d.fleet.link("two").keys() == []
        assert d.selected == "two"


async def test_keys_in_one_burst_with_enter_reach_the_agent_that_was_selected_before(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        d.burst("j", "enter", "h", "i", LEADER, "k", "enter", "y", "o")
        await d.until(lambda: len(d.fleet.link("one").keys()) == 2)
        assert d.fleet.link("two").keys() == ["h", "i"]
        assert d.fleet.link("one").keys() == ["y", "o"]


async def test_the_leader_twice_is_sent_and_typing_goes_on(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter")
        d.burst("a", LEADER, LEADER, "b")
        await d.until(lambda: len(d.fleet.link("one").keys()) == 3)
        assert d.fleet.link("one").keys() == ["a", LEADER, "b"]
        assert d.app.keyboard.owner == "one"


async def test_the_leader_after_another_key_is_not_sent(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        await d.press("enter", LEADER, "j", "k", LEADER)
        assert d.fleet.link("one").keys() == []
        assert d.app.keyboard.owner is None


async def test_built_in_keys_of_the_toolkit_reach_the_agent(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        keys = ["ctrl+q", "ctrl+p", "ctrl+c", "f1", "tab", "escape", "question_mark"]
        await d.press("enter", *keys)
        assert d.fleet.link("one").keys() == keys
        assert d.screen_name() == "MainScreen"


async def test_lone_modifiers_go_nowhere_and_do_not_end_anything(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter")
        d.burst("left_shift", "A", "left_control", LEADER, "left_shift", LEADER)
        await d.until(lambda: d.fleet.link("one").keys()[-1:] == [LEADER])
        assert d.fleet.link("one").keys() == ["A", LEADER]


async def test_a_window_that_loses_the_focus_does_not_lose_the_keyboard(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter", "a")
        d.app.post_message(events.AppBlur())
        await d.pilot.pause()
        d.app.post_message(events.AppFocus())
        await d.pilot.pause()
        await d.press("b")
        assert d.fleet.link("one").keys() == ["a", "b"]
        assert [message.focused for message in d.fleet.link("one").of(Focus)] == [True, False, True]


async def test_the_keyboard_is_said_three_times(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter")
        pane = d.main.board.pane_of("one")
        assert pane.has_class("-typing")
        assert "keys go to this agent" in pane.band.render().plain
        assert "keys go to one" in d.main.footer.render().plain
        await d.press(LEADER)
        assert not pane.has_class("-typing")
        assert "keys go to" not in d.main.footer.render().plain


async def test_an_agent_that_ends_gives_the_keyboard_back(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter")
        d.fleet.change("one", lifecycle=Lifecycle.EXITED, pid=None)
        await d.until(lambda: d.app.keyboard.owner is None)
        assert any("runs no more" in toast for toast in d.toasts())


async def test_a_headless_agent_gets_a_prompt_instead_of_keys(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one", mode=Mode.STREAM)]) as d:
        await d.press("enter")
        assert d.screen_name() == "ComposerScreen"
        assert d.app.keyboard.owner is None


async def test_a_preview_is_zoomed_while_it_is_typed_to(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")], size=(80, 24)) as d:
        assert d.main.board.arrangement == "list"
        await d.press("enter")
        assert d.main.board.arrangement == "zoom"
        await d.press("x", LEADER)
        assert d.main.board.arrangement == "list"
        assert d.fleet.link("one").keys() == ["x"]


async def test_a_paste_reaches_the_agent_whole(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter")
        text = "line one\nline \x1b[31mtwo\n"
        d.app.post_message(events.Paste(text))
        await d.until(lambda: d.fleet.link("one").of(Paste))
        assert [message.text for message in d.fleet.link("one").of(Paste)] == [text]


@pytest.mark.parametrize(("text", "bracketed"), [("x" * 200_000, True), ("one\ntwo", False)])
async def test_a_paste_that_may_do_harm_is_asked_about(tmp_path: Path, text: str, bracketed: bool) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        d.fleet.link("one").push(frame(["$ "], modes=Modes(bracketed_paste=bracketed)))
        await d.press("enter")
        d.app.post_message(events.Paste(text))
        await d.until(lambda: d.screen_name() == "ConfirmScreen")
        assert d.fleet.link("one").of(Paste) == []
        await d.until(lambda: d.app.screen.shown_at < 1e18)
        await d.press("p")
        assert [message.text for message in d.fleet.link("one").of(Paste)] == [text]


@pytest.mark.parametrize(
    ("setting", "key"),
    [(ShiftEnter.ALT_ENTER, "alt+enter"), (ShiftEnter.NEWLINE, "ctrl+j"), (ShiftEnter.ENTER, "enter")],
)
async def test_shift_enter_is_what_the_settings_say(tmp_path: Path, setting: ShiftEnter, key: str) -> None:
    settings = Settings(dashboard=Dashboard(shift_enter=setting))
    async with opened(tmp_path, [view("one")], settings=settings) as d:
        await d.press("enter", "shift+enter")
        # The host knows whether the agent has asked for a code of its own.
        assert d.fleet.link("one").of(Key) == [Key("shift+enter", legacy=key)]


async def test_another_leader_works_under_all_its_names(tmp_path: Path) -> None:
    settings = Settings(dashboard=Dashboard(leader="ctrl+space"))
    async with opened(tmp_path, [view("one"), view("two")], settings=settings) as d:
        for name in ("ctrl+@", "ctrl+space"):
            await d.press("enter")
            assert d.app.keyboard.owner == "one"
            await d.press(name, "j", "k")
            assert d.app.keyboard.owner is None
        assert d.fleet.link("one").keys() == []


async def test_characters_travel_with_their_keys(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one", Activity.IDLE)]) as d:
        await d.press("enter")
        d.app.post_message(events.Key("é", "é"))
        d.app.post_message(events.Key("alt+a", None))
        await d.until(lambda: len(d.fleet.link("one").of(Key)) == 2)
        assert d.fleet.link("one").of(Key) == [Key("é", "é"), Key("alt+a", None)]


async def test_a_terminal_shrunk_while_typing_still_shows_what_is_typed_to(tmp_path: Path) -> None:
    agents = [view(name) for name in ("one", "two", "three", "four", "five", "six")]
    async with opened(tmp_path, agents, size=(200, 50)) as d:
        await d.arrange(Arrangement.GRID)
        name = d.selected or ""
        await d.press("enter", "a")
        assert d.main.board.arrangement is Arrangement.GRID
        await d.pilot.resize_terminal(80, 24)
        await d.until(lambda: d.main.board.arrangement is Arrangement.ZOOM)
        assert d.main.board.kind is PaneKind.LIVE
        await d.press("b")
        assert d.fleet.link(name).keys() == ["a", "b"]
        await d.press(LEADER)
        assert d.main.board.arrangement is not Arrangement.ZOOM


# -- the leader for one key --------------------------------------------------------------------------------------------

ONCE = Settings(dashboard=Dashboard(leader_mode=LeaderMode.ONCE))


async def test_with_once_one_key_is_the_dashboards_and_the_next_the_agents_again(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")], settings=ONCE) as d:
        await d.press("enter")
        d.burst("a", LEADER, "z", "b", LEADER, "j", "c")
        await d.until(lambda: d.fleet.link("two").keys())
        assert d.fleet.link("one").keys() == ["a", "b"]
        assert d.fleet.link("two").keys() == ["c"]
        assert d.app.keyboard.owner == "two"
        assert d.main.board.arrangement == "zoom"


async def test_with_once_an_unknown_key_is_swallowed_and_said(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], settings=ONCE) as d:
        await d.press("enter")
        assert "then one key: the dashboard" in d.main.footer.render().plain
        await d.press(LEADER)
        assert "one key, then one" in d.main.footer.render().plain
        await d.press("f9")
        assert "F9 does nothing here" in d.main.footer.render().plain
        await d.press("a")
        assert d.fleet.link("one").keys() == ["a"]
        assert "f9" not in d.main.footer.render().plain


async def test_with_once_the_leader_twice_is_sent_and_modifiers_end_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], settings=ONCE) as d:
        await d.press("enter")
        d.burst(LEADER, "left_shift", LEADER, "b")
        await d.until(lambda: d.fleet.link("one").keys() == [LEADER, "b"])


async def test_with_once_what_a_key_opened_has_the_keys_until_it_is_closed(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], settings=ONCE) as d:
        await d.press("enter", LEADER, "question_mark")
        await d.until(lambda: d.screen_name() == "HelpScreen")
        await d.press("escape")
        await d.until(lambda: d.app.keyboard.owner == "one")
        await d.press(LEADER, "c", "up")
        assert d.main.reader is not None
        await d.press("escape")
        await d.until(lambda: d.app.keyboard.owner == "one")
        await d.press("x")
        assert d.fleet.link("one").keys() == ["x"]


# -- an agent that goes while it is typed to ---------------------------------------------------------------------------


async def test_keys_meant_for_an_agent_that_ended_do_nothing_until_the_typist_paused(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        await d.press("enter")
        d.fleet.change("one", lifecycle=Lifecycle.EXITED, pid=None)
        await d.until(lambda: d.app.keyboard.owner is None)
        d.burst("q", "K", "Q", "n")
        await d.pilot.pause()
        assert d.screen_name() == "MainScreen"
        assert d.app.is_running
        late = events.Key("n", "n")
        late.time += PAUSE_S
        d.app.post_message(late)
        await d.until(lambda: d.screen_name() == "NewAgentScreen")


async def test_an_agent_is_told_of_the_focus_only_while_the_window_has_it(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        d.app.post_message(events.AppBlur())
        await d.pilot.pause()
        d.app.main.take_keyboard("one")
        await d.pilot.pause()
        assert [message.focused for message in d.fleet.link("one").of(Focus)] == [False]
        d.app.post_message(events.AppFocus())
        await d.until(lambda: [m.focused for m in d.fleet.link("one").of(Focus)] == [False, True])


async def test_what_comes_soon_after_a_key_is_drawn_at_once_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[object] = []
    now = 1000.0
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter")
        monkeypatch.setattr("tui.ui.widgets.pane.draw_now", drawn.append)
        monkeypatch.setattr("tui.ui.widgets.pane.time", SimpleNamespace(monotonic=lambda: now))
        d.fleet.link("one").push(frame(["it goes on by itself"]))
        assert drawn == []
        await d.press("x")
        d.fleet.link("one").push(frame(["x"]))
        now += 0.2
        d.fleet.link("one").push(frame(["x", "and its answer"]))
        assert len(drawn) == 2
        now += 0.1
        d.fleet.link("one").push(frame(["x", "and more"]))
        assert len(drawn) == 2


async def test_the_answer_to_a_key_is_drawn_before_anything_is_told_by_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, [view("one"), view("two")], size=(200, 50)) as d:
        await d.arrange(Arrangement.GRID)
        await d.press("enter", "x")
        pane, other = d.main.board.pane_of("one"), d.main.board.pane_of("two")
        asked: list[object] = []
        monkeypatch.setattr(type(d.main), "call_next", lambda screen, draw, *_: asked.append(draw))
        frames: list[set[int]] = []
        monkeypatch.setattr(
            d.main,
            "_compositor_refresh",
            lambda: frames.append({r.y for r in d.main._compositor._dirty_regions}),
        )
        d.fleet.link("two").push(frame(["it prints"], size=WinSize(40, 80)))
        d.fleet.link("one").push(frame(["answered"], size=WinSize(40, 80)))
        asked[-1]()
        assert frames
        assert pane.terminal.region.y in frames[-1]
        assert other.terminal._undrawn, "what others print waits for the beat"


async def test_drawing_at_once_reaches_the_terminal(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter", "x")
        pane = d.main.board.pane_of("one")
        d.fleet.link("one").push(frame(["answered"]))
        await d.until(lambda: not pane.screen._dirty_widgets)
        assert "answered" in pane.terminal.render_line(0).text
