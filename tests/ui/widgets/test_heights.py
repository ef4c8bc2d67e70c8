from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.widgets.heights import Heights


@given(
    st.lists(st.integers(0, 9), max_size=700),
    st.lists(st.tuples(st.integers(0, 699), st.integers(0, 9)), max_size=20),
)
def test_tops_and_lines_agree_with_a_plain_sum(heights: list[int], later: list[tuple[int, int]]) -> None:
    found = Heights()
    for height in heights:
        found.append(height)
    for index, height in later:
        if index < len(heights):
            grown = found.set(index, height)
            assert grown == height - heights[index]
            heights[index] = height
    assert found.total == sum(heights)
    lines = [(index, line) for index, height in enumerate(heights) for line in range(height)]
    for y in {0, len(lines) // 2, len(lines) - 1}:
        if 0 <= y < len(lines):
            assert found.find(y) == lines[y]
    assert found.find(len(lines)) == (len(heights), 0)
    assert found.find(-1) == (len(heights), 0)
    for index in {0, len(heights) // 2}:
        assert found.top(index) == sum(heights[:index])
