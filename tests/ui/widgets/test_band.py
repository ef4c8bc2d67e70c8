from __future__ import annotations

import msgspec
import pytest

from screenshots.cast import NOW, api_refactor, eleven, flaky_tests, migrate_db, six
from tests.ui.widgets.stage import Stage, assert_full, lines_of, style_at
from tui.client.view import AgentView, Contact
from tui.ui import look
from tui.ui.theme_table import DARK
from tui.ui.widgets.band import PaneBand, band_lines


def said(view: AgentView, width: int, height: int = 2, *, typing: bool = False) -> list[str]:
    lines = band_lines(look.row_of(view, NOW), width, height, typing=typing)
    assert {line.cell_length for line in lines} == {width}
    return [line.plain for line in lines]


def changed(view: AgentView, **status: object) -> AgentView:
    return msgspec.structs.replace(view, status=msgspec.structs.replace(view.status, **status))


def test_two_lines_say_who_and_what_it_spends() -> None:
    assert said(api_refactor(), 79) == [
        "● api-refactor  claude · opus-4.5                       working 0:04/5:00 ▰▱▱▱▱",
        "feat/router                          ↑12.3k ↓14.1k ↺210k  $1.42  ctx 38%  ▰▰▱▱▱",
    ]


def test_what_waits_for_you_is_a_chip() -> None:
    first = said(flaky_tests(), 79)[0]
    assert first.endswith(" permission 1:52 ")
    assert "5:00" not in first


def test_the_limit_is_full_once_it_is_passed() -> None:
    assert said(migrate_db(), 79)[0].endswith("stalled 6:12/5:00 ▰▰▰▰▰")


def test_parts_go_in_their_order_as_it_narrows() -> None:
    texts = {width: said(api_refactor(), width) for width in range(20, 100)}
    first = {
        part: min(w for w, lines in texts.items() if part in lines[0])
        for part in ("opus-4.5", "▰▱▱▱▱", "claude", "/5:00")
    }
    assert first["opus-4.5"] > first["▰▱▱▱▱"] > first["claude"] > first["/5:00"]
    second = {
        part: min(w for w, lines in texts.items() if part in lines[1]) for part in ("↓", "feat", "$1.42")
    }
    assert second["↓"] > second["feat"] > second["$1.42"]
    for width, lines in texts.items():
        assert "working 0:04" in lines[0], width
        assert lines[0].startswith("● api"), width


def test_a_low_pane_has_one_line() -> None:
    assert len(said(flaky_tests(), 38, 1)) == 1
    assert said(flaky_tests(), 37, 1) == ["! flaky-tests        permission 1:52 "]


def test_a_long_name_is_cut_in_its_middle() -> None:
    assert said(changed(api_refactor(), name="the-very-long-name-of-an-agent"), 40)[0].startswith(
        "● the-very-long-na…n-agent"
    )


async def test_the_keyboard_is_said_by_fill_and_sentence() -> None:
    band = PaneBand()
    app = Stage(band)
    async with app.run_test(size=(81, 2)) as pilot:
        band.show(api_refactor(), NOW, selected=True, typing=True)
        await pilot.pause()
        lines = lines_of(app)
        assert lines[1].startswith(" keys go to this agent  ctrl+] gives them back")
        assert "▰" not in "".join(lines)
        assert {style_at(app, x, y)[:2] for x in (1, 60) for y in (0, 1)} == {(DARK.on_fill, DARK.primary)}
        band.show(api_refactor(), NOW, selected=True)
        await pilot.pause()
        assert style_at(app, 40, 0)[1] == DARK.select
        assert "feat/router" in lines_of(app)[1]


def test_a_low_pane_that_has_the_keyboard_names_the_leader() -> None:
    assert said(api_refactor(), 60, 1, typing=True)[0].endswith("ctrl+] gives the keys back")
    assert said(api_refactor(), 30, 1, typing=True)[0].endswith("ctrl+]")


def test_no_contact_and_no_recording_are_said() -> None:
    silent = msgspec.structs.replace(api_refactor(), contact=Contact.SILENT, contact_since=NOW.mono - 12)
    assert said(silent, 79)[0].endswith("no contact 0:12")
    assert said(changed(api_refactor(), recording=False), 79)[1].startswith("not recording")


@pytest.mark.parametrize("width", [*range(1, 60), 79, 120, 200])
def test_every_width_is_filled(width: int) -> None:
    for view in eleven():
        for typing in (False, True):
            said(view, width, typing=typing)
            said(view, width, 1, typing=typing)


@pytest.mark.parametrize("words", ["[red]x[/]", "日本語" * 9, "👩‍👩‍👧" * 9, "a\nb\tc", "\x1b[31m"])
async def test_hostile_words_are_only_text(words: str) -> None:
    band = PaneBand()
    app = Stage(band)
    async with app.run_test(size=(60, 2)) as pilot:
        band.show(changed(six()[0], name=words, branch=words, model=words), NOW)
        await pilot.pause()
        lines = lines_of(app)
        assert_full(lines, 60)
        assert "\x1b" not in "".join(lines)
