"""The tiler: sizes of the places, for every arrangement."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.layout import (
    PANE_LEAST,
    PANES_MAX,
    RAIL,
    WALK,
    Arrangement,
    PaneKind,
    Plan,
    Rect,
    Sizes,
    band_rows,
    first_arrangement,
    header_gap,
)
from tui.ui.tiler import plan

SPACE = {(80, 24): (80, 22), (120, 36): (120, 33), (200, 50): (200, 47), (300, 80): (300, 77)}


def body(rect: Rect) -> tuple[int, int]:
    return rect.width - 2, rect.height - band_rows(rect.width, rect.height)


def test_the_smallest_screen_has_the_list_above_a_preview() -> None:
    found = plan(Arrangement.LIST, *SPACE[80, 24], 12)
    assert found.agent_list == Rect(0, 0, 80, 12)
    assert found.kind is PaneKind.PREVIEW
    assert found.panes == (Rect(0, 13, 80, 9),)


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


def test_nine_terminals_of_82_by_23() -> None:
    found = plan(Arrangement.GRID, *SPACE[300, 80], 9)
    assert found.agent_list == Rect(0, 0, 45, 77)
    assert {body(r) for r in found.panes} == {(82, 23), (83, 23)}


def test_zoom_leaves_a_line_for_tabs() -> None:
    found = plan(Arrangement.ZOOM, 120, 33, 6)
    assert found.tabs == Rect(0, 0, 120, 1)
    assert found.panes == (Rect(0, 1, 120, 32),)


def test_below_the_smallest_screen_there_is_the_list_alone() -> None:
    assert plan(Arrangement.LIST, 40, 8, 6) == Plan(Rect(0, 0, 40, 8), ())


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_as_many_panes_as_wanted(wanted: int) -> None:
    assert len(plan(Arrangement.GRID, 200, 47, 6, panes=wanted).panes) == wanted


def test_the_gap_under_the_header_goes_when_rows_are_few() -> None:
    assert (header_gap(29), header_gap(30)) == (0, 1)


def test_columns_and_rows_keep_the_list_as_glyphs_where_names_have_no_room() -> None:
    wide, narrow = (plan(Arrangement.COLUMNS, *SPACE[size], 6) for size in ((200, 50), (120, 36)))
    assert (wide.agent_list.width, len(wide.panes)) == (34, 2)
    assert (narrow.agent_list.width, len(narrow.panes)) == (RAIL, 2)
    rows = plan(Arrangement.ROWS, *SPACE[120, 36], 6)
    assert (rows.agent_list.width, [body(r) for r in rows.panes]) == (34, [(84, 14), (84, 13)])
    least = plan(Arrangement.ROWS, *SPACE[80, 24], 6)
    assert (least.agent_list.width, [r.height for r in least.panes]) == (RAIL, [11, 10])


def test_whoever_has_no_pane_is_counted_on_a_line_of_its_own() -> None:
    assert plan(Arrangement.ROWS, *SPACE[120, 36], 6).more == Rect(34, 32, 86, 1)
    assert plan(Arrangement.ROWS, *SPACE[120, 36], 2).more is None
    assert plan(Arrangement.GRID, *SPACE[80, 24], 11).more == Rect(0, 21, 80, 1)
    assert plan(Arrangement.GRID, *SPACE[200, 50], 20).more is None  # the list beside it names them


def test_sixteen_panes_at_most_and_all_of_them_real_on_a_large_screen() -> None:
    found = plan(Arrangement.GRID, *SPACE[300, 80], 100)
    assert (len(found.panes), found.kind) == (16, PaneKind.LIVE)
    assert min(body(r) for r in found.panes) >= (56, 8)


@pytest.mark.parametrize("size", [(79, 22), (80, 21), (120, 7), (39, 8)])
def test_a_small_screen_has_the_list_alone_whatever_was_chosen(size: tuple[int, int]) -> None:
    for arrangement in WALK:
        assert plan(arrangement, *size, 6)[:2] == (Rect(0, 0, *size), ())


def test_a_wide_list_is_kept_at_the_cost_of_the_panes() -> None:
    chosen = Sizes(list_cols=60)
    assert plan(Arrangement.LIST, *SPACE[120, 36], 6, sizes=chosen).panes == (Rect(60, 0, 60, 33),)
    columns = plan(Arrangement.COLUMNS, *SPACE[120, 36], 6, sizes=chosen)
    assert (columns.agent_list.width, len(columns.panes)) == (60, 2)
    assert (
        plan(Arrangement.LIST, *SPACE[120, 36], 6, sizes=Sizes(list_cols=500)).panes[0].width == PANE_LEAST[0]
    )


SIZES = st.builds(
    Sizes,
    list_cols=st.integers(-3, 400),
    list_rows=st.integers(-3, 100),
    shares=st.dictionaries(
        st.sampled_from([f"{a}-{axis}{n}" for a in WALK for axis in "xy" for n in range(1, 5)]),
        st.lists(st.integers(-1, 300), max_size=5).map(tuple),
    ),
)


@given(
    st.sampled_from(list(Arrangement)),
    st.integers(1, 400),
    st.integers(1, 120),
    st.integers(0, 60),
    st.integers(1, PANES_MAX),
    SIZES,
)
def test_places_lie_inside_and_never_overlap(
    arrangement: Arrangement, width: int, height: int, agents: int, panes: int, sizes: Sizes
) -> None:
    found = plan(arrangement, width, height, agents, panes=panes, sizes=sizes)
    places = [r for r in (*found.panes, found.agent_list, found.tabs, found.more) if r is not None]
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
