"""Borders: where they can be held, and what moving one does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.borders import Side, border_at, borders, dragged, list_resized, pane_resized
from tui.ui.layout import PANE_LEAST, RAIL, WALK, Arrangement, Plan, Sizes
from tui.ui.sharing import cut, move
from tui.ui.tiler import plan

WIDE = (300, 77)


def after(sizes: Sizes, arrangement: Arrangement = Arrangement.GRID, space: tuple[int, int] = WIDE) -> Plan:
    return plan(arrangement, *space, 9, sizes=sizes)


def test_a_grid_beside_its_list_has_a_border_for_every_neighbour() -> None:
    sides = [border.side for border in borders(after(Sizes()))]
    assert sides == [Side.LIST, Side.COLUMN, Side.COLUMN, Side.ROW, Side.ROW]
    tiles = plan(Arrangement.GRID, 80, 22, 6)
    assert list(borders(tiles)) == []


def test_dragging_the_list_and_a_column() -> None:
    now = after(Sizes())
    held = border_at(now, 44, 10)
    assert held is not None
    assert held.side is Side.LIST
    sizes = dragged(now, held, 49, 10, Sizes(), WIDE)
    assert after(sizes).agent_list.width == 50
    now = after(sizes)
    right = now.panes[0].right
    held = border_at(now, right, 3)
    sizes = dragged(now, held, right - 10, 3, sizes, WIDE)
    moved = after(sizes)
    assert moved.panes[0].right == right - 10
    assert moved.panes[3].right == right - 10  # the whole column
    assert moved.panes[2] == now.panes[2]


def test_dragging_the_list_very_narrow_leaves_its_glyphs() -> None:
    now = after(Sizes())
    sizes = dragged(now, border_at(now, 44, 10), 5, 10, Sizes(), WIDE)
    assert after(sizes).agent_list.width == RAIL


def test_dragging_between_a_list_and_the_pane_below_it() -> None:
    now = plan(Arrangement.LIST, 80, 22, 6)
    held = border_at(now, 40, now.agent_list.bottom)
    assert held.side is Side.STACK
    sizes = dragged(now, held, 40, 12, Sizes(), (80, 22))
    assert plan(Arrangement.LIST, 80, 22, 6, sizes=sizes).agent_list.height == 12


def test_keys_make_the_list_narrower_down_to_glyphs_and_back() -> None:
    sizes, widths = Sizes(), []
    for _ in range(5):
        sizes = list_resized(after(sizes), -1, sizes, WIDE)
        widths.append(after(sizes).agent_list.width)
    for _ in range(7):
        sizes = list_resized(after(sizes), -1, sizes, WIDE)
    assert widths == [41, 37, 33, 29, 25]
    assert after(sizes).agent_list.width == RAIL
    sizes = list_resized(after(sizes), 1, sizes, WIDE)
    assert after(sizes).agent_list.width == 20


@pytest.mark.parametrize("index", range(9))
def test_a_pane_that_is_made_larger_is(index: int) -> None:
    now = after(Sizes())
    then = after(pane_resized(now, index, 1, Sizes()))
    assert then.panes[index].width > now.panes[index].width
    assert then.panes[index].height > now.panes[index].height


def test_sizes_keep_their_proportion_when_the_terminal_changes() -> None:
    sizes = Sizes(shares={"rows-y2": (40, 20)})
    found = plan(Arrangement.ROWS, 120, 62, 2, sizes=sizes)
    assert [pane.height for pane in found.panes] == [41, 20]


@given(
    st.sampled_from(WALK),
    st.integers(80, 320),
    st.integers(22, 90),
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 30), st.integers(-5, 330), st.integers(-5, 95)), max_size=6),
)
def test_no_drag_makes_a_pane_smaller_than_the_least_or_loses_one(
    arrangement: Arrangement, width: int, height: int, agents: int, drags: list[tuple[int, int, int]]
) -> None:
    sizes = Sizes()
    for which, x, y in drags:
        now = plan(arrangement, width, height, agents, sizes=sizes)
        found = list(borders(now))
        if not found:
            return
        sizes = dragged(now, found[which % len(found)], x, y, sizes, (width, height))
        then = plan(arrangement, width, height, agents, sizes=sizes)
        assert then.panes
        assert all(pane.width >= PANE_LEAST[0] or pane.width >= width // 8 for pane in then.panes)
        assert all(pane.height >= PANE_LEAST[1] for pane in then.panes)


@given(
    st.integers(1, 300),
    st.integers(1, 16),
    st.integers(0, 1),
    st.lists(st.integers(-2, 500), max_size=16),
    st.integers(1, 30),
)
def test_parts_fill_a_length_without_overlap(
    length: int, parts: int, gap: int, weights: list[int], least: int
) -> None:
    if length - gap * (parts - 1) < parts:
        return
    found = cut(length, parts, gap, weights, least=least)
    assert found[0][0] == 0
    assert found[-1][0] + found[-1][1] == length
    for (start, size), (then, _) in itertools.pairwise(found):
        assert then == start + size + gap
    room = length - gap * (parts - 1)
    if len(weights) == parts and min(weights) > 0:
        assert min(size for _, size in found) >= min(least, room // parts)


@given(st.lists(st.integers(1, 90), min_size=2, max_size=5), st.integers(-99, 99), st.integers(1, 30))
def test_a_moved_border_changes_its_two_sides_alone(sizes: list[int], by: int, least: int) -> None:
    found = move(sizes, 0, by, least)
    assert sum(found) == sum(sizes)
    assert found[2:] == sizes[2:]
    assert min(found[:2]) >= min(least, sum(sizes[:2]) // 2)
