"""The tiler: sizes of the places, for every arrangement."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.layout import (
    PANES_MAX,
    Arrangement,
    PaneKind,
    Plan,
    Rect,
    band_rows,
    first_arrangement,
    header_gap,
    plan,
)

SPACE = {(80, 24): (80, 22), (120, 36): (120, 33), (200, 50): (200, 47), (300, 80): (300, 77)}


def body(rect: Rect) -> tuple[int, int]:
    return rect.width - 2, rect.height - band_rows(rect.width, rect.height)


def test_the_smallest_screen_has_the_list_above_a_preview() -> None:
    found = plan(Arrangement.LIST, *SPACE[80, 24], 12)
    assert found.agent_list == Rect(0, 0, 80, 12)
    assert found.kind is PaneKind.PREVIEW
    assert found.panes == (Rect(0, 13, 80, 9),)
    assert found.row_lines == 1


def test_the_smallest_grid_is_tiles() -> None:
    found = plan(Arrangement.GRID, *SPACE[80, 24], 6)
    assert found.kind is PaneKind.TILE
    assert [(r.width, r.height) for r in found.panes] == [
        (40, 8),
        (40, 8),
        (40, 7),
        (40, 7),
        (40, 7),
        (40, 7),
    ]


def test_a_list_and_one_terminal_of_84() -> None:
    found = plan(Arrangement.LIST, *SPACE[120, 36], 6)
    assert found.agent_list == Rect(0, 0, 34, 33)
    assert [body(r)[0] for r in found.panes] == [84]


def test_a_grid_of_two_by_three_without_the_list() -> None:
    found = plan(Arrangement.GRID, *SPACE[120, 36], 6)
    assert found.agent_list is None
    assert (found.kind, len(found.panes)) == (PaneKind.LIVE, 6)
    assert {body(r)[0] for r in found.panes} == {57, 58}


def test_terminals_of_80_by_13() -> None:
    found = plan(Arrangement.GRID, *SPACE[200, 50], 6)
    assert found.agent_list == Rect(0, 0, 34, 47)
    assert {body(r) for r in found.panes} == {(80, 13), (81, 13)}
    assert found.row_lines == 3


def test_nine_terminals_of_82_by_23() -> None:
    found = plan(Arrangement.GRID, *SPACE[300, 80], 9)
    assert found.agent_list == Rect(0, 0, 45, 77)
    assert {body(r) for r in found.panes} == {(82, 23), (83, 23)}


def test_zoom_leaves_a_line_for_tabs() -> None:
    found = plan(Arrangement.ZOOM, 120, 33, 6)
    assert found.tabs == Rect(0, 0, 120, 1)
    assert found.panes == (Rect(0, 1, 120, 32),)


def test_below_the_smallest_screen_there_is_the_list_alone() -> None:
    assert plan(Arrangement.LIST, 40, 8, 6) == Plan(Rect(0, 0, 40, 8), (), row_lines=1)


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_as_many_panes_as_wanted(wanted: int) -> None:
    assert len(plan(Arrangement.GRID, 200, 47, 6, panes=wanted).panes) == wanted


def test_many_agents_have_one_line_each() -> None:
    assert plan(Arrangement.LIST, 200, 47, 13).row_lines == 1


def test_the_gap_under_the_header_goes_when_rows_are_few() -> None:
    assert (header_gap(29), header_gap(30)) == (0, 1)


@given(
    st.sampled_from(list(Arrangement)),
    st.integers(1, 400),
    st.integers(1, 120),
    st.integers(0, 60),
    st.integers(1, PANES_MAX),
)
def test_places_lie_inside_and_never_overlap(
    arrangement: Arrangement, width: int, height: int, agents: int, panes: int
) -> None:
    found = plan(arrangement, width, height, agents, panes=panes)
    places = [r for r in (*found.panes, found.agent_list, found.tabs) if r is not None]
    for rect in places:
        assert rect.x >= 0
        assert rect.y >= 0
        assert rect.x + rect.width <= width
        assert rect.y + rect.height <= height
        assert rect.width > 0
        assert rect.height > 0
    for a, b in itertools.combinations(places, 2):
        apart_x = a.x + a.width <= b.x or b.x + b.width <= a.x
        apart_y = a.y + a.height <= b.y or b.y + b.height <= a.y
        assert apart_x or apart_y
    assert len(found.panes) <= max(1, min(panes, max(agents, 1)))


@pytest.mark.parametrize(
    ("size", "running", "found"),
    [
        ((160, 40), 2, Arrangement.GRID),
        ((200, 50), 6, Arrangement.GRID),
        ((200, 50), 1, Arrangement.LIST),
        ((159, 40), 6, Arrangement.LIST),
        ((200, 39), 6, Arrangement.LIST),
        ((80, 24), 6, Arrangement.LIST),
    ],
)
def test_a_grid_is_the_first_layout_where_it_is_worth_it(
    size: tuple[int, int], running: int, found: Arrangement
) -> None:
    assert first_arrangement(*size, running) is found
