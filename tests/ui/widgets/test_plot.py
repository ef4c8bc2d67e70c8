"""A column plot: as wide and high as asked, true to its values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.widgets.plot import BLOCKS, column_plot, resampled, top_of

VALUES = st.lists(st.floats(0, 1e9), min_size=1, max_size=90)


@given(VALUES, st.integers(20, 120), st.integers(1, 9))
def test_it_has_the_size_that_was_asked_for(values: list[float], width: int, rows: int) -> None:
    lines = column_plot(values, width, rows, figure=str, times=["12:00", "12:30", "now"])
    assert len(lines) == rows + 1
    assert all(line.cell_length == width for line in lines)


@given(VALUES)
def test_higher_values_have_higher_columns(values: list[float]) -> None:
    width, rows = len(values) + 7, 6
    lines = [line.plain[7:] for line in column_plot(values, width, rows, figure=str)]
    heights = [sum(BLOCKS.index(line[column]) for line in lines) for column in range(len(values))]
    for one, high in zip(values, heights, strict=True):
        assert (one > 0) == (high > 0)
        assert all(high >= other for value, other in zip(values, heights, strict=True) if value <= one)


@given(st.floats(1e-6, 1e12))
def test_the_top_is_round_and_not_far_above(value: float) -> None:
    top = top_of(value)
    assert value * 0.999 <= top <= value * 1.7


def test_values_are_joined_by_their_highest_and_stretched() -> None:
    assert resampled([1, 5, 2, 3], 2) == [5, 3]
    assert resampled([1, 2], 4) == [1, 1, 2, 2]
    assert resampled([], 4) == []


def test_the_side_names_nothing_middle_and_top() -> None:
    lines = column_plot([25.0], 30, 7, figure=lambda value: f"{value:g}")
    assert [line.plain[:7].strip() for line in lines] == ["25", "", "", "12.5", "", "", "0"]
