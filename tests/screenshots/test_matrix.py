"""The whole dashboard in every size and theme: nothing overflows, nothing is unreadable, nothing is cut without saying so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from screenshots import cast, faults, matrix
from screenshots.drawn import Drawn, Piece
from screenshots.matrix import Place
from tui.core.attention import LOOK


async def walked(order: matrix.Order, views: tuple[str, ...] = ()) -> list[tuple[Place, Drawn]]:
    async with contextlib.aclosing(matrix.walk(order, views)) as places:
        return [pair async for pair in places]


def in_one_theme(number: int) -> Iterator[tuple[tuple[int, int], str]]:
    yield matrix.SIZES[number % len(matrix.SIZES)], "dark"


async def test_every_view_at_every_size_and_in_every_theme_has_no_fault() -> None:
    places = await walked(matrix.in_turn)
    assert {place.view for place, _ in places} == set(matrix.VIEWS)
    assert {(place.size, place.theme) for place, _ in places} == {
        (size, theme) for size in matrix.SIZES for theme in matrix.THEMES
    }
    wrong = [f"{place}: {fault}" for place, drawn in places for fault in faults.of(drawn)]
    assert wrong == []
    for place, drawn in places:
        if not drawn.modal:
            assert_framed(place, drawn)


def assert_framed(place: Place, drawn: Drawn) -> None:
    """The first line says where one is and what waits, the last one which keys there are."""
    first, last = drawn.lines()[0], drawn.lines()[-1]
    assert "! 2 need you" in first, place
    assert "keys go to" in last or "? help" in last or "esc" in last, place


async def test_without_colour_all_is_grey_and_states_are_told_by_glyph_and_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("screenshots.stage._UNSET", ())
    monkeypatch.setenv("NO_COLOR", "1")
    for place, drawn in await walked(in_one_theme):
        assert [piece for piece in drawn.pieces() if not is_grey(piece)] == [], place
        if place.view == "list":
            for view in cast.eleven():
                told = LOOK[view.state]
                rows = [line for line in drawn.lines() if view.status.name in line]
                assert any(told.glyph in row and told.word in row for row in rows), view.id


def is_grey(piece: Piece) -> bool:
    return all(max(colour) - min(colour) <= 2 for colour in (piece.fore, piece.back))


@pytest.mark.parametrize(
    "piece",
    [
        Piece(0, 0, "dim", (0x60, 0x60, 0x60), (0x40, 0x40, 0x40)),
        Piece(0, 0, "▰▰", (0x50, 0x50, 0x50), (0x40, 0x40, 0x40)),
        Piece(0, 0, "wide 漢", (255, 255, 255), (0, 0, 0)),
        Piece(0, 0, "⚠", (255, 255, 255), (0, 0, 0)),
    ],
)
def test_faults_are_found(piece: Piece) -> None:
    assert [*faults._glyphs(piece), *faults._contrast(piece)]


def test_what_is_no_fault_is_none() -> None:
    for piece in (
        Piece(0, 0, "▱▱", (0x50, 0x50, 0x50), (0x40, 0x40, 0x40)),
        Piece(0, 0, "! ▲ ✗ ● ◔ ▰", (255, 255, 255), (0, 0, 0)),
    ):
        assert not [*faults._glyphs(piece), *faults._contrast(piece)]
