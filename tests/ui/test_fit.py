from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from tui.ui.fit import (
    ALWAYS,
    Piece,
    cut_end,
    cut_middle,
    cut_path,
    fit,
    pad_left,
    pad_right,
    text,
    wrap_cells,
)

NAMES = ["api-refactor", "日本語テスト", "👩‍👩‍👧-family", "e\u0301clair", "🇩🇪🇫🇷", "❤️x", ""]


def line(left: list[Piece], right: list[Piece], width: int) -> str:
    return fit(left, right, width).plain


LEFT = [Piece(ALWAYS, text("● api-refactor")), Piece(20, text("  claude")), Piece(10, text(" · opus-4.5"))]
RIGHT = [Piece(ALWAYS, text("working 0:04")), Piece(30, text("/5:00")), Piece(15, text(" ▰▱▱▱▱"))]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, "● api-refactor  claude · opus-4.5    working 0:04/5:00 ▰▱▱▱▱"),
        (49, "● api-refactor  claude    working 0:04/5:00 ▰▱▱▱▱"),
        (47, "● api-refactor  claude  working 0:04/5:00 ▰▱▱▱▱"),
        (46, "● api-refactor  claude       working 0:04/5:00"),
        (41, "● api-refactor  claude  working 0:04/5:00"),
        (40, "● api-refactor         working 0:04/5:00"),
        (33, "● api-refactor  working 0:04/5:00"),
        (32, "● api-refactor      working 0:04"),
        (28, "● api-refactor  working 0:04"),
        (27, "● api-refact…  working 0:04"),
        (12, "working 0:04"),
        (6, "worki…"),
        (1, "…"),
        (0, ""),
    ],
)
def test_pieces_go_by_priority_and_the_rest_is_cut(width: int, expected: str) -> None:
    got = line(LEFT, RIGHT, width)
    assert cell_len(got) == width
    assert got == expected


def test_a_line_that_is_exactly_full_shows_no_ellipsis() -> None:
    whole = sum(p.content.cell_length for p in LEFT + RIGHT) + 2
    assert "…" not in line(LEFT, RIGHT, whole)
    assert line(LEFT, RIGHT, whole) == "● api-refactor  claude · opus-4.5  working 0:04/5:00 ▰▱▱▱▱"
    assert line(LEFT, RIGHT, whole - 1) == "● api-refactor  claude            working 0:04/5:00 ▰▱▱▱▱"


def test_a_short_form_takes_the_place_of_what_would_be_dropped() -> None:
    counts = [Piece(5, text("▲ 1 stalled"), text("▲1"))]
    assert line(counts, [], 11) == "▲ 1 stalled"
    assert line(counts, [], 10) == "▲1" + " " * 8


def test_styles_survive_cutting() -> None:
    content = fit([Piece(ALWAYS, text("abcdef", "bold"))], [], 4)
    assert content.plain == "abc…"
    assert any("bold" in str(span.style) for span in content.spans)


def test_text_of_an_agent_is_never_markup() -> None:
    hostile = "[red]x[/] [/nope] list[int] [@click=app.quit]q[/]"
    assert fit([(ALWAYS, text(hostile))], [], 60).plain.rstrip() == hostile


@given(
    st.lists(st.tuples(st.integers(0, ALWAYS), st.sampled_from([*NAMES, "word "])), max_size=5),
    st.lists(st.tuples(st.integers(0, ALWAYS), st.sampled_from([*NAMES, " 0:04"])), max_size=5),
    st.integers(0, 50),
)
def test_a_line_is_always_exactly_as_wide_as_asked(
    left: list[tuple[int, str]], right: list[tuple[int, str]], width: int
) -> None:
    pieces = [[(p, Content(t)) for p, t in group] for group in (left, right)]
    assert fit(pieces[0], pieces[1], width).cell_length == width


@given(st.text(max_size=40) | st.sampled_from(NAMES), st.integers(0, 30))
def test_no_cut_is_ever_too_wide(value: str, width: int) -> None:
    for cut in (cut_end, cut_middle, cut_path):
        assert cell_len(cut(value, width)) <= max(width, 0)
        if cell_len(value) <= width:
            assert cut(value, width) == value


def test_names_are_cut_in_the_middle_paths_at_the_left_sentences_at_the_end() -> None:
    assert cut_middle("api-refactor", 10) == "api-re…tor"
    assert cut_middle("api-refactor", 12) == "api-refactor"
    assert cut_path("src/http/router.py", 16) == "…/http/router.py"
    assert cut_path("averyveryverylong.py", 8) == "…long.py"
    assert cut_end("Wrote CHANGELOG.md for 2.4.0", 10) == "Wrote CHA…"


def test_a_wide_glyph_is_never_torn() -> None:
    assert cut_end("日本語テスト", 6) == "日本…"
    assert cut_middle("日本語テストです", 9) == "日本語…す"
    assert cut_end("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5) == "👩‍👩‍👧👩‍👩‍👧…"


def test_padding_counts_cells() -> None:
    assert pad_left(Content("日"), 4).plain == "  日"
    assert pad_right(Content("日"), 4).plain == "日  "
    assert pad_left(Content("abcdef"), 4).plain == "abc…"


def test_wrapping_by_cells_keeps_everything() -> None:
    assert wrap_cells("abcdef", 4) == ["abcd", "ef"]
    assert wrap_cells("日本語", 4) == ["日本", "語"]
    assert wrap_cells("", 4) == [""]
    assert "".join(wrap_cells("日本語テスト", 5)) == "日本語テスト"
