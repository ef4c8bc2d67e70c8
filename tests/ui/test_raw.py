"""Lines as JSON to read: the same data, nothing hidden, no wider than the page."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tui.core.clock import Now
from tui.core.text import plain
from tui.ui.pages.raw import PRETTY_LINES, pretty, pretty_lines, raw_row, visible

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)


@given(VALUES)
def test_what_is_shown_is_the_same_json(value: object) -> None:
    printed = json.dumps(value)
    assert json.loads("\n".join(pretty(printed))) == value


@given(st.text(max_size=60), st.integers(20, 120))
def test_any_line_is_inert_and_fits(head: str, width: int) -> None:
    row = raw_row(1, 0.0, head, len(head), Now(0.0, 0.0), width)
    assert row.cell_length == width
    lines = pretty_lines(pretty(head), width, len(head), len(head))
    assert all(line.cell_length <= width for line in lines)
    assert all(plain(line.plain) == line.plain for line in [row, *lines])
    assert not any("\n" in line.plain or "\x1b" in line.plain for line in [row, *lines])


def test_what_is_hidden_becomes_its_code() -> None:
    assert visible("a\x1b[0m\u202eb\U000e0041") == "a\\u001b[0m\\u202eb\\U000e0041"


def test_a_line_too_long_to_draw_says_so() -> None:
    rows = pretty(json.dumps(list(range(PRETTY_LINES * 2))))
    lines = pretty_lines(rows, 80, 10_000_000, 2_000_000)
    assert len(lines) == PRETTY_LINES + 2
    assert "c copies them all" in lines[-2].plain
    assert "2.0 MB of 10 MB" in lines[-1].plain


def test_nesting_without_end_is_shown_as_it_is() -> None:
    deep = "[" * 100_000
    assert pretty(deep) == [deep]
