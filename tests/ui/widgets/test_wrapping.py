from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from tui.ui.widgets.wrapping import wrap

WORDS = st.lists(
    st.sampled_from(["a", "word", "日本語", "👩‍👩‍👧", "x" * 30, "e\u0301e\u0301", " ", "\n"]), max_size=12
)


def plain(value: str, width: int, indent: str = "") -> list[str]:
    return [line.plain for line in wrap(Content(value), width, indent)]


def test_breaks_at_blanks() -> None:
    assert plain("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert plain("the quick brown fox", 9) == ["the quick", "brown fox"]
    assert plain("a\n\nb", 9) == ["a", "", "b"]
    assert plain("", 9) == [""]


def test_a_word_longer_than_the_line_is_broken() -> None:
    assert plain("abcdefgh ij", 4) == ["abcd", "efgh", "ij"]
    assert plain("日本語テスト", 5) == ["日本", "語テ", "スト"]


def test_further_lines_hang() -> None:
    assert plain("the quick brown fox", 12, "  ") == ["the quick", "  brown fox"]


def test_styles_follow_their_words() -> None:
    lines = wrap(Content("plain ") + Content.styled("bold words here", "bold"), 10)
    assert [line.plain for line in lines] == ["plain bold", "words here"]
    assert all(line.spans for line in lines)


@given(WORDS, st.integers(2, 40))
def test_no_line_is_too_wide_and_no_word_is_lost(words: list[str], width: int) -> None:
    value = " ".join(words)
    lines = plain(value, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(value.split())
