"""Copy mode in a dashboard: reading, marking, searching, jumping, by keys and mouse; and the screen stands still."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual import events

from tests.ui.fake_fleet import FakeFleet, frame, view
from tests.ui.opened import Opened, opened
from tui.core.activity import Activity
from tui.protocol.messages import Mouse
from tui.protocol.screen import Modes, WinSize
from tui.ui.widgets.toast_corner import ToastLine

SIZE = WinSize(31, 84)


def filled(count: int, *names: str) -> Any:
    def prepare(fleet: FakeFleet) -> None:
        for name in names or ("one",):
            link = fleet.link(name)
            link.history_lines = [f"old line {n}" for n in range(count)]
            rows = [f"row {n} of the screen" for n in range(31)]
            link.frame = frame(rows, size=SIZE, history=count, pushed=count)

    return prepare


def terminal(d: Opened) -> Any:
    return d.main.board.pane_of(d.selected).terminal


def rows(d: Opened) -> list[str]:
    shown = terminal(d)
    return [shown.render_line(y).text.rstrip() for y in range(shown.size.height)]


def footer(d: Opened) -> str:
    return str(d.main.footer.render().plain)


def band(d: Opened) -> str:
    return str(d.main.board.pane_of(d.selected).band.render().plain)


def told(d: Opened) -> list[str]:
    shown = [line for line in d.main.query(ToastLine) if line.display]
    return [said.plain for line in shown for said in line._lines]


def listen(d: Opened) -> list[str]:
    copied: list[str] = []
    d.app.copy = copied.append  # type: ignore[method-assign]
    return copied


async def copies(d: Opened, *keys: str) -> str:
    copied = listen(d)
    await d.press(*keys)
    await d.until(lambda: copied)
    return copied[0]


async def test_characters_words_lines_and_blocks_are_marked_by_keys(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        assert await copies(d, "c", "0", "w", "v", "e", "y") == "30"
        assert await copies(d, "c", "up", "0", "v", "down", "l", "l", "y") == "row 29 of the screen\nrow"
        assert await copies(d, "c", "V", "up", "enter") == "row 29 of the screen\nrow 30 of the screen"
        assert await copies(d, "c", "0", "l", "ctrl+v", "up", "l", "y") == "ow\now"
        assert await copies(d, "c", "0", "v", "dollar_sign", "o", "l", "y") == "ow 30 of the screen"
        assert await copies(d, "c", "y") == "row 30 of the screen"


async def test_what_is_copied_reaches_over_the_whole_scrollback(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(9000)) as d:
        text = await copies(d, "c", "V", "g", "y")
        lines = text.split("\n")
        assert (len(lines), lines[0], lines[-1]) == (9031, "old line 0", "row 30 of the screen")


async def test_soft_wraps_are_joined_in_scrollback_and_screen(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(3)) as d:
        link = d.fleet.link("one")
        link.history_lines, link.wrapped = ["first", "long ", "line "], {1, 2}
        link.push(frame(["goes on", "next"], size=SIZE, history=3, pushed=3))
        assert await copies(d, "c", "g", "V", "G", "y") == "first\nlong line goes on\nnext" + "\n" * 29


async def test_the_screen_stands_still_while_it_is_read_and_goes_on_after(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        link = d.fleet.link("one")
        await d.press("c", "V")
        link.history_lines += [f"old line {n}" for n in range(100, 131)]
        link.push(frame(["other"] * 31, size=SIZE, history=131, pushed=131))
        assert rows(d)[-1] == "row 30 of the screen"
        assert await copies(d, "y") == "row 30 of the screen"
        assert rows(d)[-1] == "other"


async def test_keys_of_one_burst_are_all_copy_modes(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        copied = listen(d)
        d.burst("c", "V", "k", "k", "y", "K")
        await d.until(lambda: copied and d.screen_name() == "ConfirmScreen")
        assert copied == ["row 28 of the screen\nrow 29 of the screen\nrow 30 of the screen"]
        assert d.fleet.commands == []


async def test_another_width_keeps_the_mode_and_drops_the_marks(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        await d.press("c", "up", "v", "up")
        d.fleet.link("one").push(frame(["narrow"] * 31, size=WinSize(31, 60), history=140, pushed=140))
        await d.pilot.pause()
        assert terminal(d).copying
        assert terminal(d).marked is None
        assert rows(d)[-1] == "narrow"


# -- scrolling ---------------------------------------------------------------------------------------------------------


async def test_pgup_reads_and_pgdn_past_the_end_is_live_again(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        await d.press("pageup")
        await d.until(lambda: rows(d)[0].startswith("old line"))
        assert "below" in band(d)
        assert "esc" in footer(d)
        await d.press("pagedown", "pagedown")
        assert not terminal(d).copying
        assert d.app.focused is None


async def test_a_wheel_scrolls_without_a_mode_and_the_band_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        terminal(d).on_mouse_scroll_up(events.MouseScrollUp(terminal(d), 1, 1, 0, 0, 0, False, False, False))
        await d.until(lambda: "3 lines below" in band(d))
        await d.press("pagedown")
        await d.until(lambda: "below" not in band(d))


async def test_prompts_are_jumped_to(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        d.fleet.link("one").prompts = [10, 500, 1005]
        await d.press("c", "left_square_bracket")
        await d.until(lambda: terminal(d).line == 1005)
        await d.press("left_square_bracket")
        await d.until(lambda: terminal(d).line == 500)
        await d.until(lambda: "old line 500" in rows(d))
        await d.press("left_square_bracket")
        await d.until(lambda: terminal(d).line == 10)
        await d.press("left_square_bracket")
        await d.until(lambda: "No prompt above." in d.toasts())
        await d.press("right_square_bracket")
        await d.until(lambda: terminal(d).line == 500)


# -- searching ---------------------------------------------------------------------------------------------------------


async def test_a_search_counts_highlights_walks_and_wraps(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(10_000)) as d:
        await d.press("c", "slash", *"line [0-9]*99$", "enter")
        await d.until(lambda: "100/100" in d.text())
        assert terminal(d).line == 9999
        await d.until(lambda: "old line 9999" in rows(d))
        found = terminal(d).get_component_rich_style("terminal--found-here").bgcolor
        y = rows(d).index("old line 9999")
        marked = [s.text for s in terminal(d).render_line(y) if s.style.bgcolor == found]
        assert "".join(marked).startswith("ine 9999") or "".join(marked) == "line 9999"
        await d.press("n", "n")
        assert terminal(d).line == 9799
        assert "98/100" in d.text()
        await d.press("N", "N", "N")
        assert (terminal(d).line, "1/100" in d.text()) == (99, True)
        await d.press("escape")
        assert terminal(d).copying
        assert "/100" not in d.text()


async def test_matches_show_while_typing_and_escape_goes_back(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        await d.press("c", "slash", *"line 77")
        await d.until(lambda: terminal(d).line == 779)
        await d.press("escape")
        assert terminal(d).line == 1030


async def test_a_bad_expression_says_so_inline_and_nothing_else_happens(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        await d.press("c", "slash", "left_parenthesis", "x")
        await d.until(lambda: "cannot search" in d.text())
        await d.press("enter")
        assert "cannot search" in d.text()
        assert d.toasts() == []


async def test_a_search_in_one_burst_leaks_no_key(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        d.burst("c", "slash", *"line 5", "enter", "n")
        d.app.post_message(events.Key("Q", "Q"))
        await d.until(lambda: terminal(d).search.found is not None)
        assert d.screen_name() == "MainScreen"
        assert d.fleet.commands == []


async def test_a_paste_goes_into_the_search(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        await d.press("c", "slash")
        d.app.post_message(events.Paste("line 42"))
        await d.until(lambda: terminal(d).line == 429)
        await d.press("enter")
        assert d.fleet.link("one").sent == [] or "Paste" not in str(d.fleet.link("one").sent)


# -- the mouse ---------------------------------------------------------------------------------------------------------


def press(
    d: Opened, kind: Any, x: int, y: int, *, button: int = 1, alt: bool = False, ctrl: bool = False
) -> Any:
    return kind(terminal(d), x, y, 0, 0, button, False, alt, ctrl)


async def drag(d: Opened, *points: tuple[int, int], alt: bool = False, presses: int = 1) -> None:
    for _ in range(presses - 1):
        terminal(d).on_mouse_down(press(d, events.MouseDown, *points[0], alt=alt))
        terminal(d).on_mouse_up(press(d, events.MouseUp, *points[0], alt=alt))
    terminal(d).on_mouse_down(press(d, events.MouseDown, *points[0], alt=alt))
    for point in points[1:]:
        terminal(d).on_mouse_move(press(d, events.MouseMove, *point, alt=alt))
    terminal(d).on_mouse_up(press(d, events.MouseUp, *points[-1], alt=alt))
    await d.pilot.pause()


async def test_twice_takes_a_word_three_times_a_line_and_alt_a_block(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(10)) as d:
        copied = listen(d)
        await drag(d, (1, 0), presses=2)
        await d.until(lambda: copied == ["row"])
        await drag(d, (12, 1), presses=3)
        await d.until(lambda: "row 1 of the screen" in copied)
        await drag(d, (0, 2), (2, 4), alt=True)
        await d.until(lambda: copied[-1] == "row\nrow\nrow")
        await drag(d, (4, 5))
        await d.pilot.pause()
        assert copied[-1] == "row\nrow\nrow"


async def test_words_grow_while_dragging(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(10)) as d:
        copied = listen(d)
        await drag(d, (1, 0), (9, 0), presses=2)
        await d.until(lambda: copied[-1:] == ["row 0 of the"])


async def test_a_drag_held_outside_scrolls_on(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        copied = listen(d)
        terminal(d).on_mouse_down(press(d, events.MouseDown, 0, 3))
        terminal(d).on_mouse_move(press(d, events.MouseMove, 0, -8))
        await d.until(lambda: terminal(d).back >= 24)
        terminal(d).on_mouse_up(press(d, events.MouseUp, 0, -8))
        back = terminal(d).back
        await d.until(lambda: copied)
        assert copied[0].startswith(f"old line {100 - back}\n")
        assert copied[0].endswith("row 2 of the screen\nr")


async def test_a_modifier_keeps_the_mouse_from_a_child_that_has_it(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(10)) as d:
        link = d.fleet.link("one")
        link.push(frame(["some words"], size=SIZE, modes=Modes(mouse=1002)))
        await d.press("enter")
        assert "alt+drag" in footer(d)
        copied = listen(d)
        await drag(d, (0, 0), (3, 0))
        assert [m.kind for m in link.of(Mouse)] == ["press", "move", "release"] or copied == []
        count = len(link.of(Mouse))
        await drag(d, (0, 0), (3, 0), alt=True)
        await d.until(lambda: copied == ["some"])
        assert len(link.of(Mouse)) == count
        assert terminal(d).typing


async def test_the_wheel_goes_to_full_screen_programs_that_know_no_mouse(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(10)) as d:
        link = d.fleet.link("one")
        link.push(frame(["pager"], size=SIZE, modes=Modes(alternate=True), history=10, pushed=10))
        event = events.MouseScrollUp(terminal(d), 1, 1, 0, 0, 0, False, False, False)
        terminal(d).on_mouse_scroll_up(event)
        assert link.of(Mouse) == []
        terminal(d).scroll_back(-terminal(d).back)
        await d.press("enter")
        terminal(d).on_mouse_scroll_up(event)
        assert [m.kind for m in link.of(Mouse)] == ["wheel_up"]


# -- small screens -----------------------------------------------------------------------------------------------------


async def test_a_preview_is_zoomed_while_it_is_read(tmp_path: Path) -> None:
    async with opened(
        tmp_path, [view("one"), view("two")], prepare=filled(100, "one", "two"), size=(80, 24)
    ) as d:
        assert d.main.board.arrangement == "list"
        d.burst("c", "K", "n")
        await d.until(lambda: d.main.reader is not None)
        assert d.main.board.arrangement == "zoom"
        assert d.screen_name() == "MainScreen"
        await d.press("escape")
        await d.until(lambda: d.main.board.arrangement == "list")
        assert d.main.reader is None


async def test_news_is_not_laid_over_what_is_read_but_answers_are(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")], prepare=filled(100, "one", "two")) as d:
        await d.press("c")
        d.fleet.change("two", activity=Activity.DONE)
        await d.until(lambda: any("two" in said for said in d.toasts()))
        d.app.say("No prompt above.")
        await d.pilot.pause()
        assert "No prompt above." in d.text()
        assert not any("two" in line for line in told(d))
        await d.press("escape")
        await d.until(lambda: any("two" in line for line in told(d)))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_way_into_and_out_of_reading_stands_on_the_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(tmp_path, [view("api-refactor")], prepare=filled(100, "api-refactor"), size=size) as d:
        assert "c pgup scroll, copy" in footer(d) or (size == (80, 24) and "c scroll" in footer(d))
        await d.press("enter")
        assert "ctrl+] c scroll" in footer(d)
        assert "wheel scrolls" in footer(d)
        assert "ctrl+] back" in footer(d) or "ctrl+] gives them back" in footer(d)
        await d.press("ctrl+right_square_bracket", "c")
        await d.until(lambda: d.main.reader is not None)
        assert all(words in footer(d) for words in ("/ search", "v mark", "y copy", "esc back to live"))
        await d.press("v")
        assert all(words in footer(d) for words in ("1 line marked", "y copy", "esc unmark"))
        await d.press("escape", "slash", *"old line", "enter")
        await d.until(lambda: "100/100" in d.text())
        assert all(words in footer(d) for words in ("n next", "N prev", "y copy", "esc drop search"))
        await d.press("escape", "escape")
        assert "c pgup scroll, copy" in footer(d) or "c scroll" in footer(d)


async def test_a_timeline_names_the_keys_that_scroll_it(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        await d.press("t")
        assert "pgup scroll" in footer(d)
        await d.press("t")
        assert "c pgup scroll" in footer(d)


async def test_while_typing_the_wheel_is_only_named_where_it_scrolls(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        await d.press("enter")
        d.fleet.link("one").push(frame(["vim"], size=SIZE, modes=Modes(alternate=True)))
        await d.pilot.pause()
        assert "wheel" not in footer(d)
        assert "ctrl+] c scroll" in footer(d)
        d.fleet.link("one").push(frame(["$"], size=SIZE))
        await d.pilot.pause()
        assert "wheel scrolls" in footer(d)


async def test_each_state_of_reading_names_its_keys(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(100)) as d:
        await d.press("c")
        assert all(word in footer(d) for word in ("copy mode", "v mark", "/ search", "[ ] prompts", "esc"))
        assert "line 131 of 131" in band(d)
        await d.press("v")
        assert all(
            word in footer(d) for word in ("1 line marked", "y copy", "V lines", "ctrl+v block", "esc unmark")
        )
        await d.press("escape", "slash")
        assert all(word in footer(d) for word in ("search", "enter go there", "esc"))
        assert "regular expression" in d.text()
        await d.press(*"old", "enter")
        await d.until(lambda: "100/100" in d.text())
        await d.until(lambda: "n next" in footer(d) and "N previous" in footer(d))
