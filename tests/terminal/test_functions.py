"""Control functions one by one, in the manner of esctest: what each does to cells and cursor."""

from __future__ import annotations

import pytest

from tests.terminal.terminals import Terminal
from tui.protocol.screen import CellStyle

ROWS = "11111\r\n22222\r\n33333\r\n44444\r\n55555"
FIVE = ["11111", "22222", "33333", "44444", "55555"]


def five() -> Terminal:
    """A 5×5 screen with a digit in each row."""
    return Terminal(5, 5).feed(ROWS)


@pytest.mark.parametrize(
    ("function", "at"),
    [
        ("\x1b[H", (0, 0)),
        ("\x1b[3;4H", (3, 2)),
        ("\x1b[3;4f", (3, 2)),
        ("\x1b[;4H", (3, 0)),
        ("\x1b[3H", (0, 2)),
        ("\x1b[0;0H", (0, 0)),
        ("\x1b[99;99H", (9, 9)),
        ("\x1b[99999999999;1H", (0, 9)),
        ("\x1b[3;4;5H", (3, 2)),
        ("\x1b[5;5H\x1b[2A", (4, 2)),
        ("\x1b[5;5H\x1b[A", (4, 3)),
        ("\x1b[5;5H\x1b[0A", (4, 3)),
        ("\x1b[5;5H\x1b[4;7A", (4, 0)),
        ("\x1b[5;5H\x1b[99A", (4, 0)),
        ("\x1b[5;5H\x1b[2B", (4, 6)),
        ("\x1b[5;5H\x1b[99B", (4, 9)),
        ("\x1b[5;5H\x1b[2C", (6, 4)),
        ("\x1b[5;5H\x1b[99C", (9, 4)),
        ("\x1b[5;5H\x1b[2D", (2, 4)),
        ("\x1b[5;5H\x1b[99D", (0, 4)),
        ("\x1b[5;5H\x1b[2E", (0, 6)),
        ("\x1b[5;5H\x1b[2F", (0, 2)),
        ("\x1b[5;5H\x1b[3G", (2, 4)),
        ("\x1b[5;5H\x1b[3`", (2, 4)),
        ("\x1b[5;5H\x1b[2a", (6, 4)),
        ("\x1b[5;5H\x1b[2d", (4, 1)),
        ("\x1b[5;5H\x1b[2e", (4, 6)),
        ("\x1b[5;5H\x1b[e", (4, 5)),
        ("\x1b[5;5H\b\b", (2, 4)),
        ("\b", (0, 0)),
        ("\x1b[5;5H\x1bD", (4, 5)),
        ("\x1b[5;5H\x1bM", (4, 3)),
        ("\x1b[5;5H\x1bE", (0, 5)),
        ("\x1b[5;5H\n", (4, 5)),
        ("\x1b[5;5H\x0b\x0c", (4, 6)),
        ("\x1b[20h\x1b[5;5H\n", (0, 5)),
        ("\x1b[5;5H\r", (0, 4)),
        ("\t", (8, 0)),
        ("\t\t", (9, 0)),
        ("\x1b[2I", (9, 0)),
        ("\x1b[10G\x1b[Z", (8, 0)),
        ("\x1b[10G\x1b[2Z", (0, 0)),
        ("\x1b[4G\x1bH\r\t", (3, 0)),
        ("\x1b[9G\x1b[g\r\t", (9, 0)),
        ("\x1b[3g\t", (9, 0)),
        ("\x1b[3g\x1b[?5W\t", (8, 0)),
        ("\x1b[5;5H\x1b7\x1b[H\x1b8", (4, 4)),
        ("\x1b[5;5H\x1b[s\x1b[H\x1b[u", (4, 4)),
        ("\x1b[5;5H\x1b[s\x1b[H\x1b[u\x1b[H\x1b[u", (4, 4)),
        ("\x1b[5;5H\x1b8", (0, 0)),
        ("\x1b[3;8r", (0, 0)),
        ("\x1b[5;5H\x1b[r", (0, 0)),
        ("\x1b[3;8r\x1b[5;5H\x1b[0;0r", (0, 0)),
        ("\x1b[5;5H\x1b[8;3r", (4, 4)),
        ("\x1b[3;8r\x1b[5;5H\x1b[99A", (4, 2)),
        ("\x1b[3;8r\x1b[2;5H\x1b[99A", (4, 0)),
        ("\x1b[3;8r\x1b[5;5H\x1b[99B", (4, 7)),
        ("\x1b[3;8r\x1b[9;5H\x1b[99B", (4, 9)),
        ("\x1b[3;8r\x1b[9;5H\n\n\n", (4, 9)),
        ("\x1b[3;8r\x1b[?6h", (0, 2)),
        ("\x1b[3;8r\x1b[?6h\x1b[2;2H", (1, 3)),
        ("\x1b[3;8r\x1b[?6h\x1b[99;2H", (1, 7)),
        ("\x1b[3;8r\x1b[?6h\x1b[2d", (0, 3)),
        ("\x1b[?6h\x1b[2d", (0, 1)),
        ("\x1b[3;8r\x1b[?6h\x1b[?6l", (0, 0)),
        ("\x1b[5;5H\x1b[?3h", (4, 4)),
        ("\x1b[5;5H\x1b[!p", (4, 4)),
    ],
)
def test_cursor(function, at):
    terminal = Terminal(10, 10)
    assert terminal.feed(function).at == at
    assert Terminal(10, 10).feed(*function).at == at


@pytest.mark.parametrize(
    ("function", "rows"),
    [
        ("\x1b[3;3H\x1b[J", ["11111", "22222", "33"]),
        ("\x1b[3;3H\x1b[0J", ["11111", "22222", "33"]),
        ("\x1b[3;3H\x1b[1J", ["", "", "   33", "44444", "55555"]),
        ("\x1b[3;3H\x1b[2J", []),
        ("\x1b[3;3H\x1b[?J", ["11111", "22222", "33"]),
        ("\x1b[3;3H\x1b[3J", FIVE),
        ("\x1b[3;3H\x1b[9J", FIVE),
        ("\x1b[3;3H\x1b[>J", FIVE),
        ("\x1b[3;3H\x1b[K", ["11111", "22222", "33", "44444", "55555"]),
        ("\x1b[3;3H\x1b[1K", ["11111", "22222", "   33", "44444", "55555"]),
        ("\x1b[3;3H\x1b[2K", ["11111", "22222", "", "44444", "55555"]),
        ("\x1b[3;3H\x1b[7K", FIVE),
        ("\x1b[3;2H\x1b[2X", ["11111", "22222", "3  33", "44444", "55555"]),
        ("\x1b[3;2H\x1b[99X", ["11111", "22222", "3", "44444", "55555"]),
        ("\x1b[3;2H\x1b[2@", ["11111", "22222", "3  33", "44444", "55555"]),
        ("\x1b[3;2H\x1b[99@", ["11111", "22222", "3", "44444", "55555"]),
        ("\x1b[3;2H\x1b[2P", ["11111", "22222", "333", "44444", "55555"]),
        ("\x1b[3;2H\x1b[3;4P", ["11111", "22222", "33", "44444", "55555"]),
        ("\x1b[3;2H\x1b[2L", ["11111", "22222", "", "", "33333"]),
        ("\x1b[3;2H\x1b[2M", ["11111", "22222", "55555"]),
        ("\x1b[3;2H\x1b[99999M", ["11111", "22222"]),
        ("\x1b[2;4r\x1b[3;1H\x1b[L", ["11111", "22222", "", "33333", "55555"]),
        ("\x1b[2;4r\x1b[3;1H\x1b[M", ["11111", "22222", "44444", "", "55555"]),
        ("\x1b[2;4r\x1b[1;1H\x1b[L", FIVE),
        ("\x1b[2;4r\x1b[5;1H\x1b[M", FIVE),
        ("\x1b[2S", ["33333", "44444", "55555"]),
        ("\x1b[2T", ["", "", "11111", "22222", "33333"]),
        ("\x1b[99999999T", []),
        ("\x1b[1;2;3;4;5T", FIVE),
        ("\x1b[2;4r\x1b[S", ["11111", "33333", "44444", "", "55555"]),
        ("\x1b[2;4r\x1b[T", ["11111", "", "22222", "33333", "55555"]),
        ("\x1b[2;4r\x1b[4;1H\n", ["11111", "33333", "44444", "", "55555"]),
        ("\x1b[2;4r\x1b[2;1H\x1bM", ["11111", "", "22222", "33333", "55555"]),
        ("\x1b[2;4r\x1b[5;1H\n", FIVE),
        ("\x1b[2;4r\x1b[1;1H\x1bM", FIVE),
        ("\x1b#8", ["EEEEE"] * 5),
        ("\x1b[2;4r\x1b[3;3H\x1b[2'}", ["11111", "22  2", "33  3", "44  4", "55555"]),
        ("\x1b[2;4r\x1b[3;3H\x1b['~", ["11111", "2222", "3333", "4444", "55555"]),
        ("\x1b[ @", ["1111", "2222", "3333", "4444", "5555"]),
        ("\x1b[2 A", ["  111", "  222", "  333", "  444", "  555"]),
        ("\x1bc", []),
    ],
)
def test_cells(function, rows):
    assert five().feed(function).text == rows
    assert five().feed(*function).text == rows


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[<u", "\x1b[>1u", "\x1b[=1;1u", "\x1b[!p", "\x1b[1\"q", "\x1b[#{", "\x1b['|", "\x1b[*x", "\x1b[&u", "\x1b[ q",
        "\x1b[>4;2m", "\x1b[>4m", "\x1b[?1;2;3h", "\x1b[?25l\x1b[?25h", "\x1b[1:2:3A", "\x1b[3?4h", "\x1b[12;;;;34y",
        "\x1bPdata\x1b\\", "\x1b_Ga=q;AAAA\x1b\\", "\x1b^private\x1b\\", "\x1bXstart\x1b\\", "\x1bP\x07inside\x1b\\",
        "\x1b]0;title\x07", "\x1b]2;title\x1b\\", "\x1b]8;;http://x/\x07\x1b]8;;\x07", "\x1b]1337;File=x\x07", "\x1b]66;s=2;x\x07",
        "\x1b]22;pointer\x07", "\x1b]3008;x\x07", "\x1b]633;A\x07", "\x1b]0;cut\x18", "\x1bPcut\x1a", "\x1b[12\x18", "\x1b(\x18",
        "\x1b[1\x1b[m", "\x1b\x1b\x1b[m", "\x1b[" + "1;" * 400 + "m", "\x1b[" + "9" * 5000 + "A", "\x1b#3", "\x1b[1\x7f;2\x7fA",
        "\x1b]0;a\x1b[m", "\x1bP1$r\x1b[m", "\x05", "\x1b%G", "\x1b7", "\x1b=", "\x1b>", "\x1b[6n", "\x1b[0c", "\x1b[?997;1n",
    ],
)  # fmt: skip
def test_nothing_of_a_sequence_is_printed(sequence):
    """Every one split at each byte, too; and text goes on behind it in the default style."""
    whole = Terminal().feed(f"ab{sequence}c")
    assert whole.text == ["abc"]
    assert whole.style(whole.at[0] - 1, whole.at[1]) == CellStyle()
    data = f"ab{sequence}c".encode()
    for cut in range(1, min(len(data), 100)):
        split = Terminal()
        split.emulator.feed(data[:cut])
        split.emulator.feed(data[cut:])
        assert split.state() == whole.state(), cut


def test_controls_inside_a_sequence_are_performed():
    terminal = Terminal().feed("ab\x1b[\r1\nC*")
    assert terminal.text == ["ab", " *"]


def test_a_string_is_swallowed_whole_and_bounded():
    terminal = Terminal()
    terminal.feed("\x1b]0;" + "x" * 3_000_000)
    terminal.feed("\x07a\x1bP", "y" * 3_000_000, "\x1b\\b")
    assert terminal.text == ["ab"]
    assert terminal.emulator.title == ""


def test_anything_recovers_with_cancel_and_reset():
    for start in ("\x1b", "\x1b[", "\x1b[1;", "\x1b]0;x", "\x1bPx", "\x1b_x", "\x1b(", "\x1b[?"):
        assert Terminal().feed(f"{start}\x18\x1bcok").text == ["ok"]


@pytest.mark.parametrize(
    "function",
    ["\x1b[J", "\x1b[K", "\x1b[X", "\x1b[@", "\x1b[P", "\x1b[L", "\x1b[M", "\x1b[S", "\x1b[T", "\x1b[2J"],
)
def test_blanks_take_the_background_and_nothing_else(function):
    terminal = five().feed(f"\x1b[H\x1b[1;3;4;7;9;31;42m{function}")
    styles = {terminal.style(x, y) for x in range(5) for y in range(5)}
    assert styles <= {CellStyle(), CellStyle(bg=2)}
    assert CellStyle(bg=2) in styles


def test_scrolled_in_rows_take_the_background():
    terminal = Terminal(3, 2).feed("\x1b[44m\n\n")
    assert terminal.style(2, 1) == CellStyle(bg=4)


def test_alternate_screen():
    terminal = Terminal(10, 4).feed("main\x1b[2;3H\x1b[31m\x1b[?1049h")
    assert terminal.text == []
    assert terminal.at == (2, 1)
    assert terminal.emulator.modes.alternate
    terminal.feed("alt\r\n\n\n\n\n\x1b[32m")
    assert terminal.history == []
    terminal.feed("\x1b[?1049l*")
    assert terminal.text == ["main", "  *"]
    assert terminal.style(2, 1) == CellStyle(fg=1)
    assert not terminal.emulator.modes.alternate
    assert terminal.feed("\x1b[?1049h").text == []


def test_alternate_screen_clears_with_the_background():
    terminal = Terminal(3, 2).feed("\x1b[45m\x1b[?1049h")
    assert terminal.style(2, 1) == CellStyle(bg=5)


def test_alternate_screen_47_and_1047():
    terminal = Terminal(10, 4).feed("main\x1b[?47hX\x1b[?47l")
    assert terminal.at == (5, 0)
    assert terminal.feed("\x1b[?47h").text == ["    X"]
    assert terminal.feed("\x1b[?47l\x1b[?1047h").text == ["    X"]
    assert terminal.feed("\x1b[?1047l\x1b[?47h").text == []


def test_leaving_and_entering_twice_does_no_harm():
    terminal = Terminal(10, 4).feed("main\x1b[2;2H\x1b7\x1b[H\x1b[?1049l")
    assert terminal.at == (1, 1)
    assert terminal.text == ["main"]
    assert terminal.feed("\x1b[?1049h\x1b[?1049halt\x1b[?1049l").text == ["main"]


def test_saved_cursor_is_one_slot_for_each_screen():
    terminal = Terminal(10, 5).feed("\x1b[2;2H\x1b7\x1b[?47h\x1b[4;4H\x1b7\x1b[?47l\x1b[H\x1b8")
    assert terminal.at == (1, 1)
    assert terminal.feed("\x1b[?47h\x1b8").at == (3, 3)


def test_saved_cursor_keeps_style_charset_and_origin():
    terminal = Terminal(10, 5).feed("\x1b[2;4r\x1b[?6h\x1b[1m\x1b(0\x1b7\x1b[?6l\x1b[m\x1b(B\x1b8q")
    assert terminal.glyph(0, 1) == "─"
    assert terminal.style(0, 1).attrs == 1
    assert terminal.ask("\x1b[6n") == b"\x1b[1;2R"
    assert terminal.feed("\x1b7\x1b[?6h\x1b[?6l\x1b[r\x1b8").at == (1, 1)


def test_reset_leaves_nothing():
    terminal = Terminal(10, 5).feed(
        "a\r\n" * 9,
        "\x1b[?1049h\x1b[?1003;1006;2004;1004;1;6;5h\x1b[4h\x1b[2;3r\x1b[1m\x1b(0\x1b[>1u\x1b[5 q\x1b[3g\x1b[?25l",
    )
    terminal.feed("\x1bc")
    fresh = Terminal(10, 5)
    terminal.signals, terminal.answers = [], b""
    assert terminal.feed("\tq\x1b[9;9H").emulator.modes == fresh.feed("\tq\x1b[9;9H").emulator.modes
    assert terminal.text == fresh.text
    assert terminal.at == fresh.at
    assert terminal.emulator.cursor == fresh.emulator.cursor
    assert terminal.history == []
    assert terminal.emulator.private_modes == fresh.emulator.private_modes


def test_soft_reset_keeps_the_screen():
    terminal = five().feed("\x1b[2;3r\x1b[?6h\x1b[4h\x1b[?25l\x1b[?1h\x1b[1m\x1b[!p")
    assert terminal.text == FIVE
    assert terminal.emulator.cursor.visible
    assert not terminal.emulator.modes.application_cursor
    assert terminal.feed("\x1b[Hx").text[0] == "x1111"
    assert terminal.style(0) == CellStyle()


def test_private_and_ansi_modes_are_not_mixed_up():
    terminal = Terminal(10).feed("abc\r\x1b[?4hX\x1b[25l")
    assert terminal.text == ["Xbc"]
    assert terminal.emulator.cursor.visible


def test_reverse_screen_is_a_flag():
    terminal = Terminal().feed("a\x1b[?5hb\x1b[0mc")
    assert terminal.emulator.modes.reverse_screen
    assert {terminal.style(x) for x in range(3)} == {CellStyle()}


@pytest.mark.parametrize("shape", range(7))
def test_cursor_shape(shape):
    assert Terminal().feed(f"\x1b[{shape} q").emulator.cursor.shape == shape


def test_synchronized_output_and_its_end_by_resize():
    terminal = Terminal().feed("\x1b[?2026hx")
    assert terminal.emulator.synchronized
    assert terminal.text == ["x"]
    assert not terminal.feed("\x1b[?2026l").emulator.synchronized
    assert not terminal.feed("\x1b[?2026h").resize(30, 6).emulator.synchronized


def test_saved_modes():
    terminal = Terminal().feed("\x1b[?2004h\x1b[?2004;1000s\x1b[?2004l\x1b[?1000h\x1b[?2004;1000r")
    assert terminal.emulator.modes.bracketed_paste
    assert terminal.emulator.modes.mouse == 0


def test_what_the_child_asked_of_input_ends_with_it():
    terminal = Terminal().feed("text\x1b[?1;1003;1006;1004;2004;2026h\x1b[>1u\x1b[>4;2m\x1b[?25l")
    terminal.emulator.finish()
    assert terminal.text == ["text"]
    assert terminal.emulator.modes == Terminal().emulator.modes
    assert terminal.emulator.key_modes == Terminal().emulator.key_modes
    assert terminal.emulator.mouse_modes == Terminal().emulator.mouse_modes
    assert terminal.emulator.cursor.visible
    assert not terminal.emulator.synchronized


def test_deccolm_clears_where_it_is_allowed_and_never_changes_the_width():
    terminal = Terminal(10, 4).feed("a\r\nb\x1b[2;3r\x1b[2;2H\x1b[?3h")
    assert terminal.text == ["a", "b"]
    terminal.feed("\x1b[?40h\x1b[?3l")
    assert terminal.text == []
    assert terminal.at == (0, 0)
    assert terminal.emulator.size.cols == 10
    assert terminal.feed("\x1b[4;1Hx\n").history == [""]
    assert terminal.ask("\x1b[?3$p\x1b[?40$p") == b"\x1b[?3;4$y\x1b[?40;1$y"


@pytest.mark.parametrize(
    ("function", "left"),
    [
        ("\x1b[K", "0123456789|y"),
        ("\x1b[J", "0123456789|y"),
        ("\x1b[1K", "|y"),
        ("\x1b[2K", "|y"),
    ],
)
def test_erasing_after_a_full_row_leaves_its_last_character_and_the_wrap(function: str, left: str) -> None:
    """`grep --color` and compilers print EL with each change of colour, so also where a row is just full."""
    assert Terminal(10, 3).feed(f"0123456789{function}y").text == left.split("|")
