"""New sizes: rows to and from the scrollback, soft-wrapped lines into the new width."""

from __future__ import annotations

import pytest

from tests.terminal.terminals import Terminal


def test_fewer_rows_take_blank_rows_below_the_cursor_first():
    terminal = Terminal(10, 6).feed("a\r\nb").resize(10, 3)
    assert terminal.text == ["a", "b"]
    assert terminal.history == []
    assert terminal.at == (1, 1)


def test_fewer_rows_push_the_top_into_the_scrollback_and_more_pull_it_back():
    terminal = Terminal(10, 4).feed("a\r\nb\r\nc\r\nd").resize(10, 2)
    assert terminal.text == ["c", "d"]
    assert terminal.history == ["a", "b"]
    assert terminal.at == (1, 1)
    terminal.resize(10, 4)
    assert terminal.text == ["a", "b", "c", "d"]
    assert terminal.history == []
    assert terminal.at == (1, 3)
    assert terminal.emulator.scrollback.pushed == 0


def test_a_cursor_at_the_top_stays_on_its_row():
    terminal = Terminal(10, 4).feed("a\r\nb\r\nc\r\nd\x1b[2;1H").resize(10, 2)
    assert terminal.at[1] == 0 or terminal.text[terminal.at[1]] == "b"
    assert 0 <= terminal.at[1] < 2


def test_more_rows_without_scrollback_are_blank():
    assert Terminal(10, 2).feed("a\r\nb").resize(10, 5).text == ["a", "b"]


def test_wrapped_lines_flow():
    terminal = Terminal(10, 5).feed("abcdefghijklmno\r\nxyz")
    assert terminal.resize(20, 5).text == ["abcdefghijklmno", "xyz"]
    assert terminal.at == (3, 1)
    assert terminal.resize(5, 5).text == ["abcde", "fghij", "klmno", "xyz"]
    assert terminal.at == (3, 3)
    assert terminal.resize(10, 5).text == ["abcdefghij", "klmno", "xyz"]
    assert [row.wrapped for row in terminal.emulator.rows] == [True, False, False, False, False]


def test_lines_ended_by_a_newline_do_not_flow_together():
    assert Terminal(5, 4).feed("abcde\r\nfgh").resize(10, 4).text == ["abcde", "fgh"]


def test_erased_or_rewritten_rows_do_not_flow():
    terminal = Terminal(5, 4).feed("abcdefgh\x1b[2;1H\x1b[2KX").resize(10, 4)
    assert terminal.text == ["abcde", "X"]


def test_lines_flow_across_the_top_of_the_screen():
    terminal = Terminal(5, 2).feed("abcdefghijklmno")
    assert terminal.history == ["abcde"]
    terminal.resize(15, 2)
    assert terminal.text == ["abcdefghijklmno"]
    assert terminal.history == []


def test_the_scrollback_flows():
    terminal = Terminal(10, 2).feed("0123456789abc\r\nshort\r\n\x1b[31mlong and red\x1b[m\r\n1\r\n2\r\n")
    assert terminal.history == ["0123456789", "abc", "short", "long and r", "ed", "1"]
    terminal.resize(20, 2)
    assert terminal.history == ["0123456789abc", "short", "long and red", "1"]
    terminal.resize(4, 2)
    assert terminal.history == ["0123", "4567", "89ab", "c", "shor", "t", "long", " and", " red", "1"]
    terminal.resize(20, 2)
    assert terminal.history == ["0123456789abc", "short", "long and red", "1"]


def test_styles_flow_with_their_text():
    terminal = Terminal(6, 4).feed("abc\x1b[31mdefghi\x1b[mj").resize(20, 4)
    assert [terminal.style(x).fg for x in range(10)] == [-1] * 3 + [1] * 6 + [-1]


def test_wide_glyphs_stay_whole():
    terminal = Terminal(6, 4).feed("日本語")
    assert terminal.resize(5, 4).text == ["日本", "語"]
    assert terminal.resize(6, 4).text == ["日本語"]
    assert terminal.resize(3, 4).text == ["日", "本", "語"]
    assert terminal.resize(1, 4).emulator.size.cols == 1
    terminal.check()


def test_the_alternate_screen_is_cut_and_the_main_one_flows_behind_it():
    terminal = Terminal(10, 4).feed("0123456789abc\x1b[?1049h\x1b[Halternate\x1b[4;1Hlast")
    terminal.resize(5, 3)
    assert terminal.text == ["alter"]
    assert terminal.history == []
    terminal.feed("\x1b[?1049l")
    assert terminal.text == ["01234", "56789", "abc"]
    assert terminal.at == (3, 2)
    terminal.check()


def test_new_columns_have_tab_stops_and_margins_are_full():
    terminal = Terminal(10, 5).feed("\x1b[2;4r").resize(30, 5)
    terminal.feed("\x1b[H\t\t\t")
    assert terminal.at == (24, 0)
    terminal.feed("\x1b[5;1H\n")
    assert terminal.history == [""]


def test_a_waiting_wrap_survives_more_columns():
    terminal = Terminal(5, 3).feed("abcde").resize(8, 3)
    assert terminal.at == (5, 0)
    assert terminal.feed("f").text == ["abcdef"]


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 2), (500, 200), (0, 0)])
def test_extreme_sizes(size):
    terminal = Terminal(20, 5).feed("some 日本 text\x1b[31m that is ⚠️ long enough to wrap\r\n" * 5)
    terminal.resize(*size)
    terminal.check()
    terminal.feed("x日\x1b[H\x1b[2;1Hy\t\x1b[L\x1b[@").check()


def test_all_of_the_text_survives_a_storm():
    text = (
        "The quick brown fox jumps over the lazy dog, and then it does so again and again until night falls."
    )
    terminal = Terminal(40, 10).feed(text)
    for cols, rows in [(7, 3), (80, 2), (13, 20), (3, 1), (200, 50), (11, 4), (40, 10)]:
        terminal.resize(cols, rows)
        assert "".join(terminal.history + terminal.text).replace(" ", "") == text.replace(" ", "")
        terminal.check()
    assert terminal.text == [text[:40].rstrip(), text[40:80].rstrip(), text[80:]]
