from __future__ import annotations

import msgspec
import pytest

from screenshots.cast import NOW, eleven, six
from tests.ui.widgets.stage import Stage, assert_full, lines_of
from tui.client.view import AgentView
from tui.ui import look
from tui.ui.widgets.tile import TileBody, tile_lines


def said(view: AgentView, width: int = 38, height: int = 6) -> list[str]:
    lines = tile_lines(look.row_of(view, NOW), NOW, width, height)
    assert len(lines) <= height
    assert all(line.cell_length <= width for line in lines)
    return [line.plain.rstrip() for line in lines]


def by_id(agent_id: str) -> AgentView:
    return next(view for view in eleven() if view.id == agent_id)


def test_one_that_waits_shows_its_request_and_the_key_that_opens_the_answers() -> None:
    lines = said(by_id("flaky-tests"))
    assert lines[0] == "wants to run"
    assert lines[1].startswith("$ rm -rf .pytest_cache && pytest -x")
    assert lines[-1] == "space answers  allow once · deny"
    assert said(by_id("docs"))[0] == "asks"
    assert said(by_id("docs"))[-1] == "space answers  keep both · drop v1"


def test_with_the_strip_open_below_it_names_no_answers_of_its_own() -> None:
    row = look.row_of(by_id("flaky-tests"), NOW)
    lines = [line.plain for line in tile_lines(row, NOW, 38, 6, has_strip=True)]
    assert lines[0] == "wants to run"
    assert not any("space" in line for line in lines)


def test_a_request_that_cannot_be_answered_here_says_where() -> None:
    view = by_id("flaky-tests")
    request = view.status.request
    assert request is not None
    closed = msgspec.structs.replace(request, answerable=False)
    status = msgspec.structs.replace(view.status, request=closed)
    assert said(msgspec.structs.replace(view, status=status))[-1] == "enter answer on its own screen"


def test_others_show_their_last_doing_and_what_it_cost() -> None:
    assert said(by_id("api-refactor")) == ["Update src/http/router.py", "", "ctx 38% · $1.42"]
    assert said(by_id("changelog"))[-1] == "3 turns · $0.08"
    assert said(by_id("bench"))[0] == "goes on at 14:00 · 5-hour limit"


@pytest.mark.parametrize("width", [1, 2, 10, 38, 90])
@pytest.mark.parametrize("height", [0, 1, 3, 8])
def test_it_always_fits(width: int, height: int) -> None:
    for view in eleven():
        said(view, width, height)


@pytest.mark.parametrize("words", ["[red]x[/]", "日本語" * 30, "a\nb", "\x1b[31m"])
async def test_hostile_words_are_only_text(words: str) -> None:
    tile = TileBody()
    app = Stage(tile, css="TileBody { margin: 0; }")
    async with app.run_test(size=(40, 7)) as pilot:
        status = msgspec.structs.replace(six()[4].status, headline=words)
        tile.show(msgspec.structs.replace(six()[4], status=status), NOW)
        await pilot.pause()
        lines = lines_of(app)
        assert_full(lines, 40)
        assert "\x1b" not in "".join(lines)
