"""An agent's terminal as it is drawn: rows, cursor, scrollback, marking, mouse; and nothing hostile in it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len
from textual import events
from textual.geometry import Region

from tests.ui.fake_fleet import FakeFleet, frame, view
from tests.ui.opened import Opened, opened
from tui.protocol.messages import Mouse
from tui.protocol.screen import (
    BOLD,
    REVERSE,
    TRUE_COLOUR,
    CellStyle,
    Cursor,
    Frame,
    Modes,
    Run,
    WinSize,
)
from tui.ui.cellstyle import StyleTable, glyph_at

WIDTH = 84


def history(count: int) -> FakeFleet:
    fleet = FakeFleet([view("one")])
    link = fleet.link("one")
    link.history_lines = [f"old line {n}" for n in range(count)]
    link.frame = frame([f"row {n}" for n in range(31)], size=WinSize(31, 84), history=count, pushed=count)
    return fleet


def rows(d: Opened) -> list[str]:
    terminal = d.main.board.panes[0].terminal
    return [terminal.render_line(y).text.rstrip() for y in range(terminal.size.height)]


def filled(count: int) -> object:
    prepared = history(count)

    def prepare(fleet: FakeFleet) -> None:
        fleet.links = prepared.links

    return prepare


# -- strips ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["\x1b[31mred", "a\x07b", "tab\there", "c1\x9b2J", "del\x7f"])
def test_no_control_character_is_drawn(text: str) -> None:
    strip = StyleTable("#ffffff", "#000000").strip([Run(text, len(text), 0)], [CellStyle()], 20)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in strip.text)
    assert strip.cell_length == cell_len(strip.text) == 20


@pytest.mark.parametrize(
    "link",
    ["https://x.org/\x1b]8;;evil", "javascript:alert(1)", "https://x.org/" + "a" * 3000, "https://x y"],
)
def test_only_harmless_links_are_kept(link: str) -> None:
    table = StyleTable("#ffffff", "#000000")
    assert table.style(CellStyle(link=link)).link is None
    assert table.style(CellStyle(link="https://x.org/a")).link == "https://x.org/a"


@pytest.mark.parametrize(
    ("text", "cells"), [("日本", 4), ("👨‍👩‍👧", 2), ("e\u0301", 1), ("日", 1), ("ab", 5), ("日本語", 3)]
)
def test_a_row_is_exactly_as_wide_as_asked_whatever_widths_are_claimed(text: str, cells: int) -> None:
    table = StyleTable("#ffffff", "#000000")
    for width in range(1, 9):
        strip = table.strip([Run(text, cells, 0)], [CellStyle()], width)
        assert strip.cell_length == width
        assert cell_len(strip.text) == width


def test_every_segment_has_a_style_and_missing_styles_are_plain() -> None:
    table = StyleTable("#ffffff", "#000000")
    strip = table.strip([Run("a", 1, 7), Run("b", 1, 0)], [CellStyle(attrs=BOLD | REVERSE)], 4)
    assert all(segment.style is not None for segment in strip)


def test_colours() -> None:
    table = StyleTable("#102030", "#d0d5e0", ["#111111"] * 16)
    style = table.style(CellStyle(fg=3, bg=TRUE_COLOUR | 0xAABBCC))
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.name == "#111111"
    assert style.bgcolor.get_truecolor() == (0xAA, 0xBB, 0xCC)
    swapped = table.style(CellStyle(), reverse_screen=True)
    assert swapped.color is not None
    assert swapped.color.name == "#d0d5e0"


def test_the_glyph_under_the_cursor() -> None:
    strip = StyleTable("", "").strip([Run("a日b", 4, 0)], [CellStyle()], 6)
    assert [glyph_at(strip, x) for x in range(5)] == [
        (0, 1, "a"),
        (1, 2, "日"),
        (1, 2, "日"),
        (3, 1, "b"),
        (4, 1, " "),
    ]


# -- frames ------------------------------------------------------------------------------------------------------------


async def test_colours_that_the_child_changes_are_drawn_at_once_and_given_back(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        link = d.fleet.link("one")
        first = frame(["red"], size=WinSize(31, 84))
        red = msgspec.structs.replace(first, styles=[CellStyle(fg=1)])
        link.push(red)
        terminal = d.main.board.panes[0].terminal

        def drawn() -> str:
            style = next(iter(terminal.render_line(0))).style
            assert style is not None
            assert style.color is not None
            return style.color.get_truecolor().hex

        before = drawn()
        nothing_else = msgspec.structs.replace(red, lines={}, complete=False, seq=2)
        link.push(msgspec.structs.replace(nothing_else, colours={1: 0x123456}))
        assert drawn() == "#123456"
        link.push(nothing_else)
        assert drawn() == before


async def test_only_rows_that_changed_are_made_anew(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        link = d.fleet.link("one")
        link.push(frame(["one", "two", "three"], size=WinSize(31, 84), cursor=Cursor(0, 0)))
        terminal = d.main.board.panes[0].terminal
        rows(d)
        kept = dict(terminal._strips)
        changed = Frame(
            seq=2, size=WinSize(31, 84), lines={1: [Run("TWO", 3, 0)]}, styles=[CellStyle()], cursor=Cursor(0, 0),
            modes=Modes(),
        )  # fmt: skip
        link.push(changed)
        assert rows(d)[:3] == ["one", "TWO", "three"]
        assert terminal._strips[2] is kept[2]
        assert terminal._strips[1] is not kept[1]


async def test_a_screen_larger_than_its_pane_shows_the_cursor(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        lines = [f"row {n}" for n in range(60)]
        d.fleet.link("one").push(frame(lines, size=WinSize(60, 84), cursor=Cursor(0, 50)))
        assert rows(d)[-1] == "row 50"


async def test_a_preview_shows_the_last_rows_with_text(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], size=(80, 24)) as d:
        lines = [f"row {n}" for n in range(50)]
        d.fleet.link("one").push(frame(lines, size=WinSize(60, 84), cursor=Cursor(0, 0, visible=False)))
        assert rows(d)[-1] == "row 49"


# -- scrolling ---------------------------------------------------------------------------------------------------------


async def test_the_wheel_scrolls_into_lines_that_are_pulled_as_they_are_seen(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        terminal = d.main.board.panes[0].terminal
        terminal.on_mouse_scroll_up(events.MouseScrollUp(terminal, 1, 1, 0, 0, 0, False, False, False))
        await d.until(lambda: rows(d)[0] == "old line 997")
        assert rows(d)[3] == "row 0"
        assert d.fleet.link("one").asked == [(800, 200)]


async def test_a_view_scrolled_back_stays_still_while_more_is_printed(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        link = d.fleet.link("one")
        terminal = d.main.board.panes[0].terminal
        terminal.scroll_back(100)
        await d.until(lambda: rows(d)[0] == "old line 900")
        link.history_lines += [f"old line {n}" for n in range(1000, 1007)]
        link.push(frame(["new"] * 31, size=WinSize(31, 84), history=1007, pushed=1007))
        assert rows(d)[0] == "old line 900"
        assert terminal.back == 107


async def test_pages_and_typing_returns_to_the_newest_lines(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        await d.press("pageup")
        assert d.main.board.panes[0].terminal.back > 20
        await d.press("enter")
        assert d.main.board.panes[0].terminal.back == 0


async def test_copy_mode_marks_lines_and_copies_them(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        copied: list[str] = []
        d.app.copy = copied.append  # type: ignore[method-assign]
        await d.press("c", "up", "V", "up", "up", "y")
        await d.until(lambda: copied)
        assert copied == ["row 27\nrow 28\nrow 29"]
        assert d.app.focused is None
        await d.press("i")
        assert len(d.fleet.commands) == 1


async def test_copy_mode_keeps_its_keys_and_gives_them_back(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")], prepare=filled(1000)) as d:
        await d.press("c", "q")
        assert d.app.focused is None
        assert d.app.is_running
        await d.press("c", "g")
        await d.until(lambda: rows(d)[0] == "old line 0")
        await d.press("escape")
        assert d.main.board.panes[0].terminal.back == 0


async def test_a_search_goes_through_the_scrollback(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(1000)) as d:
        await d.press("c", "slash", *"line 123", "enter")
        terminal = d.main.board.panes[0].terminal
        await d.until(lambda: terminal.line == 123)
        assert "old line 123" in rows(d)


# -- the mouse ---------------------------------------------------------------------------------------------------------


async def test_a_drag_marks_and_copies_text(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], prepare=filled(0)) as d:
        copied: list[str] = []
        d.app.copy = copied.append  # type: ignore[method-assign]
        terminal = d.main.board.panes[0].terminal
        await d.pilot.mouse_down(terminal, offset=(1, 0))
        await d.pilot.hover(terminal, offset=(2, 1))
        await d.pilot.mouse_up(terminal, offset=(2, 1))
        await d.until(lambda: copied)
        assert copied == ["ow 0\nrow"]


async def test_a_click_goes_to_the_child_only_while_it_is_typed_to_and_asked_for_it(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        link = d.fleet.link("one")
        link.push(frame(["x"], size=WinSize(31, 84), modes=Modes(mouse=1000)))
        terminal = d.main.board.panes[0].terminal
        await d.pilot.click(terminal, offset=(3, 2))
        assert link.of(Mouse) == []
        await d.press("enter")
        await d.pilot.click(terminal, offset=(3, 2))
        assert [(m.kind, m.button, m.x, m.y) for m in link.of(Mouse)] == [
            ("press", 1, 3, 2),
            ("release", 1, 3, 2),
        ]


async def test_a_click_selects_the_agent_of_the_pane_and_takes_the_keyboard_back(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")], size=(200, 50)) as d:
        await d.press("enter")
        assert d.app.keyboard.owner == "one"
        other = d.main.board.pane_of("two")
        await d.pilot.click(other.band)
        assert d.selected == "two"
        assert d.app.keyboard.owner is None


async def test_a_pane_without_styles_yet_or_any_more_can_be_drawn(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        [pane] = d.main.board.panes
        terminal = pane.terminal
        width = terminal.size.width
        await pane.remove()
        terminal._strips.clear()  # as after a new size,
        terminal._rich_style_cache.clear()  # and never drawn before
        drawn = terminal.render_lines(Region(0, 0, width, 5))
        assert [strip.text for strip in drawn] == [" " * width] * 5
