"""SGR: attributes and colours."""

from __future__ import annotations

import pytest

from tests.terminal.terminals import Terminal
from tui.protocol import screen as s
from tui.protocol.screen import TRUE_COLOUR, CellStyle
from tui.terminal import sgr

RGB = TRUE_COLOUR | 0x0A141E


@pytest.mark.parametrize(
    ("parameters", "style"),
    [
        ("1", CellStyle(attrs=s.BOLD)),
        ("2", CellStyle(attrs=s.DIM)),
        ("1;2", CellStyle(attrs=s.BOLD | s.DIM)),
        ("1;2;22", CellStyle()),
        ("3", CellStyle(attrs=s.ITALIC)),
        ("4", CellStyle(attrs=s.UNDERLINE)),
        ("4:0", CellStyle()),
        ("4;4:0", CellStyle()),
        ("4:1", CellStyle(attrs=s.UNDERLINE)),
        ("4:2", CellStyle(attrs=s.UNDERLINE | s.DOUBLE)),
        ("4:3", CellStyle(attrs=s.UNDERLINE | s.CURLY)),
        ("4:4", CellStyle(attrs=s.UNDERLINE | s.DOTTED)),
        ("4:5", CellStyle(attrs=s.UNDERLINE | s.DASHED)),
        ("4:9", CellStyle()),
        ("4:3;24", CellStyle()),
        ("4:3;4", CellStyle(attrs=s.UNDERLINE)),
        ("21", CellStyle(attrs=s.UNDERLINE | s.DOUBLE)),
        ("5", CellStyle(attrs=s.BLINK)),
        ("6;25", CellStyle()),
        ("7", CellStyle(attrs=s.REVERSE)),
        ("7;27", CellStyle()),
        ("8", CellStyle(attrs=s.CONCEAL)),
        ("8;28", CellStyle()),
        ("9", CellStyle(attrs=s.STRIKE)),
        ("9;29", CellStyle()),
        ("53", CellStyle(attrs=s.OVERLINE)),
        ("53;55", CellStyle()),
        ("31", CellStyle(fg=1)),
        ("33", CellStyle(fg=3)),
        ("97", CellStyle(fg=15)),
        ("42", CellStyle(bg=2)),
        ("105", CellStyle(bg=13)),
        ("31;39;42;49", CellStyle()),
        ("1;31", CellStyle(fg=1, attrs=s.BOLD)),
        ("38;5;1", CellStyle(fg=1)),
        ("38;5;208", CellStyle(fg=208)),
        ("38:5:208", CellStyle(fg=208)),
        ("48;5;0", CellStyle(bg=0)),
        ("38;5;256", CellStyle()),
        ("38;2;10;20;30", CellStyle(fg=RGB)),
        ("48;2;10;20;30", CellStyle(bg=RGB)),
        ("38;2;10;20;30;1", CellStyle(fg=RGB, attrs=s.BOLD)),
        ("38;2;010;20;30", CellStyle(fg=RGB)),
        ("38;2;;20;30", CellStyle(fg=TRUE_COLOUR | 0x00141E)),
        ("38:2:10:20:30", CellStyle(fg=RGB)),
        ("38:2::10:20:30", CellStyle(fg=RGB)),
        ("38:2:1:10:20:30", CellStyle(fg=RGB)),
        ("38:2::10:20:30:0:1", CellStyle(fg=RGB)),
        ("38;2;999;0;0", CellStyle()),
        ("38;2;999;0;0;1", CellStyle(attrs=s.BOLD)),
        ("58;5;4", CellStyle(underline_colour=4)),
        ("58;2;10;20;30", CellStyle(underline_colour=RGB)),
        ("58:2::10:20:30", CellStyle(underline_colour=RGB)),
        ("58;5;4;59", CellStyle()),
        ("38;5", CellStyle()),
        ("38;2;1;2", CellStyle()),
        ("38", CellStyle()),
        ("1;38;5", CellStyle(attrs=s.BOLD)),
        ("7:1", CellStyle()),
        ("99:1:2;1", CellStyle(attrs=s.BOLD)),
        ("38:9:1;1", CellStyle(attrs=s.BOLD)),
        ("999;1", CellStyle(attrs=s.BOLD)),
        ("1;", CellStyle()),
        ("", CellStyle()),
        ("0", CellStyle()),
        ("1;0;3", CellStyle(attrs=s.ITALIC)),
        ("1;;3", CellStyle(attrs=s.ITALIC)),
    ],
)
def test_parameters(parameters, style):
    for cut in (f"\x1b[{parameters}mx",), f"\x1b[{parameters}mx":
        assert Terminal().feed(*cut).style(0) == style


def test_reset_ends_everything_but_the_link():
    terminal = Terminal().feed("\x1b]8;;http://a/\x07\x1b[1;31mx\x1b[my\x1b]8;;\x07z")
    assert [terminal.style(x) for x in range(3)] == [
        CellStyle(fg=1, attrs=s.BOLD, link="http://a/"),
        CellStyle(link="http://a/"),
        CellStyle(),
    ]


def test_rubbish_is_no_sgr():
    assert sgr.apply(CellStyle(fg=1), "?1") is None
    assert sgr.apply(CellStyle(fg=1), "1<2") is None


@pytest.mark.parametrize(
    "style",
    [
        CellStyle(),
        CellStyle(fg=1, bg=9, attrs=s.BOLD | s.UNDERLINE | s.CURLY),
        CellStyle(fg=200, bg=RGB, attrs=s.DIM | s.STRIKE | s.OVERLINE, underline_colour=4),
        CellStyle(attrs=s.UNDERLINE | s.DOUBLE, underline_colour=RGB),
    ],
)
def test_a_style_is_reported_as_what_makes_it(style):
    assert sgr.apply(CellStyle(fg=5), sgr.format_style(style)) == style


def test_many_colours_do_not_pile_up():
    terminal = Terminal(10, 4)
    for start in range(0, 60_000, 1000):
        terminal.feed(
            "".join(f"\x1b[38;2;{n >> 16};{n >> 8 & 255};{n & 255}mx" for n in range(start, start + 1000))
        )
    assert len(terminal.emulator.styles) < 10_000
    assert len(terminal.emulator.styles.by_number) < 10_000
    assert terminal.style(0, 0).fg & TRUE_COLOUR
    terminal.check()
