"""Text from a child is inert after `plain` and `one_line`, whatever it was."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.text import one_line, plain, revealed

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x1b\x07\x00\r\n\t[]PX^_\\m;0\x9b\x9c\u202e\u2066\u200d\ufe0f"),
    ),
    max_size=80,
)


def is_inert(text: str) -> bool:
    return not any(
        (unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n")
        or char in "\u202a\u202e\u2066\u2028"
        for char in text
    )


@given(HOSTILE)
def test_plain_is_inert_and_idempotent(text: str) -> None:
    once = plain(text)
    assert is_inert(once)
    assert plain(once) == once


@given(HOSTILE, st.integers(2, 40))
def test_one_line_is_one_inert_bounded_line(text: str, limit: int) -> None:
    line = one_line(text, limit=limit)
    assert is_inert(line)
    assert "\n" not in line
    assert "\t" not in line
    assert len(line) <= limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;evil\x07title", "title"),
        ("\x1b]52;c;aGk=\x1b\\x", "x"),
        ("\x1bP+q544e\x1b\\x", "x"),
        ("\x9b31mred\x9b0m \x9d0;evil\x9cx", "red x"),
        ("a\r\nb", "a\nb"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("👩\u200d👩\u200d👧 ok", "👩\u200d👩\u200d👧 ok"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
        ("cut \x1b[3", "cut "),
    ],
)
def test_plain_by_example(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(HOSTILE)
def test_revealed_is_inert_and_leaves_nothing_out(text: str) -> None:
    shown = revealed(text)
    assert is_inert(shown)
    assert plain(shown) == shown
    kept = iter(shown)
    assert all(char in kept for char in text if char.isascii() and char.isalnum())
    assert len(shown) >= len(text.replace("\r\n", "\n"))


def test_revealed_by_example() -> None:
    assert revealed("ls \x1b]; rm \x07") == r"ls \x1b]; rm \x07"
    assert revealed("a\u202eb\u00adc\U000e0041d\re\r\nf") == "a\\u202eb\\xadc\\U000e0041d\\x0de\nf"


def test_a_cut_text_says_how_much_is_missing() -> None:
    assert plain("x" * 30, limit=10) == "x" * 10 + "… (20 more characters)"
