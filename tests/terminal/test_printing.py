"""Printing: wrapping, wide glyphs, clusters, charsets, REP."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.terminal.terminals import Terminal
from tui.terminal.width import char_width, cluster_width

FAMILY = "👨‍👩‍👧"


def test_a_full_row_waits_to_wrap():
    terminal = Terminal(5, 3).feed("abcde")
    assert terminal.at == (4, 0)
    assert terminal.ask("\x1b[6n") == b"\x1b[1;5R"
    terminal.feed("f")
    assert terminal.text == ["abcde", "f"]
    assert terminal.emulator.rows[0].wrapped


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("\r", ["Xbcde"]),
        ("\b", ["abcXe"]),
        ("\n", ["abcde", "    X"]),
        ("\x1b[D", ["abcXe"]),
        ("\x1b[3G", ["abXde"]),
        ("\x1b[1;2H", ["aXcde"]),
        ("\x1b[A", ["abcdX"]),
        ("\x1b[C", ["abcdX"]),
        ("\x1b[K", ["abcde", "X"]),
        ("\x1b[1m", ["abcde", "X"]),
        ("\t", ["abcde", "X"]),
        ("\x1b7", ["abcde", "X"]),
        ("\x1b7\x1b8", ["abcdX"]),
        ("\x1b[?25l", ["abcde", "X"]),
        ("\x07", ["abcde", "X"]),
    ],
)
def test_what_ends_the_wait_to_wrap(between, expected):
    assert Terminal(5, 3).feed("abcde", between, "X").text == expected


def test_without_autowrap_the_last_column_is_overwritten():
    terminal = Terminal(5, 3).feed("\x1b[?7labcdefg")
    assert terminal.text == ["abcdg"]
    assert terminal.at == (4, 0)
    assert Terminal(5, 3).feed("\x1b[?7lab", "cdefg").text == ["abcdg"]


def test_long_text_wraps_over_rows_and_scrolls():
    terminal = Terminal(4, 2).feed("abcdefghijk")
    assert terminal.text == ["efgh", "ijk"]
    assert terminal.history == ["abcd"]


@pytest.mark.parametrize("text", ["\ufe0f", "\u200d", "\u200b", "\u2060", "\u0301", "\u200e", "\ufeff", "🏽"])
def test_characters_without_width_do_not_end_the_text(text):
    assert Terminal().feed(f"a{text}bc").text[0].replace(text, "") == "abc"
    assert Terminal().feed(f"{text}bc").at == (2, 0)


@pytest.mark.parametrize(
    "text", ["\u200b", "\u200e", "\u202e", "\u2066", "\u2028", "\ufeff", "\ufff9", "\u061c"]
)
def test_invisible_and_bidirectional_controls_are_not_kept(text):
    assert Terminal().feed(f"a{text}b").text == ["ab"]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("日", 2),
        ("한", 2),
        ("e\u0301", 1),
        ("⚠", 1),
        ("⚠️", 2),
        ("❤️", 2),
        ("1️⃣", 2),
        ("👍🏽", 2),
        ("🇩🇪", 2),
        ("🇩", 1),
        (FAMILY, 2),
        ("🏃‍➡️", 2),
        ("❤️‍🔥", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("ก\u0e31\u0e49", 1),
        ("नि", 1),
        ("…", 1),
        ("─", 1),
        ("•", 1),
        ("→", 1),
        ("\ue0b0", 1),
        ("\U000f0001", 1),
        ("\U00100001", 1),
    ],
)
def test_one_glyph_takes_the_cells_that_rich_gives_it(text, cells):
    terminal = Terminal().feed(text, "|")
    assert terminal.at == (cells + 1, 0)
    assert terminal.glyph(0) == text
    assert cell_len(text) == cluster_width(text) == cells
    if cells == 2:
        assert terminal.glyph(1) == ""
    terminal.check()


@pytest.mark.parametrize(
    "text", ["⚠️!", f"{FAMILY}!", "🇩🇪🇫🇷🇮", "👍🏽👍", "e\u0301\u0323x", "1️⃣2️⃣", "日本e\u0301", "a\u200db", "☝🏽"]
)
def test_a_glyph_may_arrive_in_pieces(text):
    whole = Terminal().feed(text)
    assert Terminal().feed(*text).state() == whole.state()


def test_a_widened_glyph_at_the_margin_moves_to_the_next_row():
    for pieces in (["abcd⚠️"], ["abcd", "⚠", "\ufe0f"]):
        terminal = Terminal(5, 2).feed(*pieces)
        assert terminal.text == ["abcd", "⚠️"]
        assert terminal.at == (2, 1)


def test_a_flag_after_a_cursor_move_is_not_joined():
    terminal = Terminal().feed("🇩\x1b[2G🇪")
    assert [terminal.glyph(0), terminal.glyph(1)] == ["🇩", "🇪"]


def test_marks_on_one_cell_are_bounded():
    terminal = Terminal().feed("e" + "\u0301" * 5000 + "x")
    assert terminal.glyph(0) == "e" + "\u0301" * 15
    assert terminal.glyph(1) == "x"


def test_widths_agree_with_rich_over_the_basic_plane_and_emoji():
    import unicodedata

    for point in (
        *range(0xA0, 0xD800),
        *range(0xE000, 0x10000),
        *range(0x1F000, 0x1FB00),
        *range(0x20000, 0x20100),
    ):
        char = chr(point)
        if unicodedata.category(char) != "Cn":
            assert char_width(char) == cell_len(char), hex(point)


def test_a_wide_glyph_does_not_start_in_the_last_column():
    terminal = Terminal(5, 2).feed("abcd日")
    assert terminal.text == ["abcd", "日"]
    assert terminal.at == (2, 1)


def test_without_autowrap_a_wide_glyph_leaves_the_last_column_blank():
    terminal = Terminal(5, 2).feed("\x1b[?7labcde日")
    assert terminal.text == ["abcd"]


@pytest.mark.parametrize(("column", "expected"), [(1, "x 本"), (2, " x本"), (3, "日x"), (4, "日 x")])
def test_overwriting_half_of_a_wide_glyph_blanks_the_other(column, expected):
    terminal = Terminal().feed(f"日本\x1b[{column}Gx")
    assert terminal.text == [expected]
    terminal.check()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("\x1b[2G\x1b[P", "a b"),
        ("\x1b[3G\x1b[P", "a b"),
        ("\x1b[3G\x1b[@", "a   b"),
        ("\x1b[2G\x1b[X", "a  b"),
        ("\x1b[3G\x1b[X", "a  b"),
        ("\x1b[3G\x1b[K", "a"),
        ("\x1b[2G\x1b[1K", "   b"),
    ],
)
def test_editing_never_leaves_half_a_wide_glyph(function, expected):
    terminal = Terminal().feed(f"a日b{function}")
    assert terminal.text == [expected]
    terminal.check()


def test_wide_glyphs_on_one_column_become_blanks():
    terminal = Terminal(1, 3).feed("日a")
    assert terminal.text == ["", "a"]
    terminal.check()


def test_line_drawing():
    assert Terminal().feed("\x1b(0lqqk_a\x1b(Blq").text == ["┌──┐_▒lq"]
    assert Terminal().feed("\x1b)0q\x0eqx\x0fq").text == ["q─│q"]


@pytest.mark.parametrize("sequence", ["\x1b F", "\x1b*B", "\x1b+0", "\x1b-A", "\x1b$(B", "\x1b%G", "\x1b(K"])
def test_designations_are_not_printed(sequence):
    assert Terminal().feed(f"a{sequence}q").text == ["aq"]


def test_insert_mode():
    assert Terminal(6).feed("abcdef\r\x1b[4hXY\x1b[4lZ").text == ["XYZbcd"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x\x1b[3b", ["xxxx"]),
        ("x\x1b[b", ["xx"]),
        ("日\x1b[2b", ["日日日"]),
        ("⚠️\x1b[b", ["⚠️⚠️"]),
        ("ab\r\n\x1b[3bx", ["ab", "x"]),
        ("\x1b[3bx", ["x"]),
        ("x\x1b[2b\x1b[2b", ["xxx"]),
    ],
)
def test_repeat(text, expected):
    assert Terminal().feed(text).text == expected
    assert Terminal().feed(*text).text == expected


def test_repeat_is_bounded():
    terminal = Terminal(20, 6).feed("x\x1b[99999999b")
    assert terminal.text == ["x" * 20] * 5 + ["x"]


def test_invalid_bytes_show_once_and_eat_nothing():
    terminal = Terminal()
    terminal.emulator.feed(b"a\xff\xe6\x97b\xf0\x9f\r\nc\x9b1m\xc2\x85d")
    assert terminal.text == ["a��b�", "c�1md"]
    terminal.check()


@pytest.mark.parametrize(
    "control", [*map(chr, range(7)), "\x10", "\x11", "\x1c", "\x1f", "\x7f", "\x80", "\x9f"]
)
def test_controls_never_reach_a_cell(control):
    terminal = Terminal().feed(f"a{control}b")
    assert terminal.text == ["ab"]
    terminal.check()


def test_the_column_that_a_wide_glyph_leaves_is_in_the_style_of_the_glyph():
    terminal = Terminal(5, 3).feed("\x1b[7mabcd日")
    assert terminal.text == ["abcd", "日"]
    assert terminal.style(4).attrs == terminal.style(0).attrs
    assert terminal.resize(10, 3).text == ["abcd日"]


def test_line_drawing_covers_the_whole_set():
    assert Terminal(40, 2).feed("\x1b(0`abcdefghijklmnopqrstuvwxyz{|}~").text == [
        "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·"
    ]
