"""OSC: titles, links, signals, colours; and answers to questions."""

from __future__ import annotations

import base64

import pytest

import tui
from tests.terminal.terminals import Terminal
from tui.terminal.colours import Palette, format_colour, parse_colour
from tui.terminal.frames import history
from tui.terminal.signals import (
    AgentState,
    Bell,
    ClipboardWrite,
    Cwd,
    Notification,
    Progress,
    PromptMark,
    TitleChanged,
)


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("\x07", [Bell()]),
        ("\x1b]0;a;b\x07", [TitleChanged("a;b")]),
        ("\x1b]2;⠋ working é\x1b\\", [TitleChanged("⠋ working é")]),
        ("\x1b]0;t\x07\x1b]2;t\x07", [TitleChanged("t")]),
        ("\x1b]0;a\u202eb\x85c\x07", [TitleChanged("abc")]),
        ("\x1b]2;t\x1b[1m", [TitleChanged("t")]),
        ("\x1b]1;icon\x07", []),
        ("\x1b]10;x\x07\x1b]133;Z\x07\x1b]1337;x\x07\x1b]21;x\x07\x1b]22;x\x07\x1b]2004;x\x07", []),
        ("\x1b]7;file://host/home/a%20b\x07", [Cwd("/home/a b")]),
        ("\x1b]7;http://host/x\x07\x1b]7;file:x\x07", []),
        ("\x1b]9;Done: all\x07", [Notification("", "Done: all")]),
        ("\x1b]9;4;1;50\x07", [Progress(1, 50)]),
        ("\x1b]9;4;1;250\x07", [Progress(1, 100)]),
        ("\x1b]9;4;3\x07", [Progress(3, 0)]),
        ("\x1b]9;4;0;0\x07", [Progress(0, 0)]),
        ("\x1b]9;4;9;x\x07", []),
        ("\x1b]9;9;/cwd\x07", []),
        ("\x1b]777;notify;Title;Body;more\x07", [Notification("Title", "Body;more")]),
        ("\x1b]777;precmd\x07", []),
        ("\x1b]99;;Hello\x07", [Notification("Hello", "")]),
        ("\x1b]99;i=1:p=body;Text\x07", [Notification("", "Text")]),
        ("\x1b]99;e=1;SGk=\x07", [Notification("Hi", "")]),
        ("\x1b]99;i=1:p=close;\x07", []),
        ("\x1b]52;c;aGVsbG8=\x07", [ClipboardWrite("hello")]),
        ("\x1b]52;c;aGVsbG8\x07", [ClipboardWrite("hello")]),
        ("\x1b]52;c;?\x07\x1b]52;c;!!!\x07\x1b]52;c;\x07", []),
        ("\x1b]133;A\x07\x1b]133;D;0\x07", [PromptMark("A"), PromptMark("D")]),
        ("\x1b]7501;state=working:app=codex\x1b\\", [AgentState("working", {"app": "codex"})]),
        (
            "\x1b]7501;state=blocked:app=codex:kind=permission\x1b\\",
            [AgentState("blocked", {"app": "codex", "kind": "permission"})],
        ),
        ("\x1b]7501;app=codex\x07", []),
    ],
)
def test_signals(text, signals):
    assert Terminal().feed(text).signals == signals
    assert Terminal().feed(*text).signals == signals
    assert Terminal().feed(text).text == []


def test_title_is_bounded_and_stacked():
    terminal = Terminal().feed("\x1b]0;one\x07\x1b[22;0t\x1b]0;two\x07")
    assert terminal.emulator.title == "two"
    assert terminal.feed("\x1b[23;0t").emulator.title == "one"
    assert terminal.feed("\x1b[23;0t").emulator.title == "one"
    assert len(terminal.feed("\x1b]0;" + "x" * 50_000 + "\x07").emulator.title) == 1000
    terminal.feed("\x1b[22t" * 1000)
    terminal.feed("\x1b[23t" * 1000)


def test_clipboard_is_bounded():
    big = base64.b64encode(b"x" * 700_000).decode()
    terminal = Terminal().feed(f"\x1b]52;c;{big}\x07")
    assert terminal.signals == [ClipboardWrite("x" * 700_000)]
    assert Terminal().feed(f"\x1b]52;c;{big}{big}\x07").signals == []


def test_links():
    terminal = Terminal().feed("\x1b]8;id=1;http://example.org/?a;b\x07ab\x1b]8;;\x1b\\c")
    assert [terminal.style(x).link for x in range(3)] == ["http://example.org/?a;b"] * 2 + [""]


@pytest.mark.parametrize("uri", ["http://a/ b", "http://é/", "x" * 2049])
def test_links_are_printable_and_bounded(uri):
    assert Terminal().feed(f"\x1b]8;;{uri}\x07a").style(0).link == ""


def test_distinct_links_do_not_pile_up():
    terminal = Terminal(10, 2)
    for number in range(9000):
        terminal.feed(f"\x1b]8;;http://example.org/{number}\x07x\r\n")
    assert len(terminal.emulator.styles) < 9000
    terminal.check()
    part = history(terminal.emulator, len(terminal.emulator.scrollback) - 1, 1)
    assert part.styles[part.lines[0][0].style].link == "http://example.org/8998"


DARK = Palette(foreground=0xD8D8D8, background=0x102030, cursor=0xFF0000)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("\x1b[c", "\x1b[?62;22c"),
        ("\x1b[0c", "\x1b[?62;22c"),
        ("\x1b[1c", ""),
        ("\x1bZ", "\x1b[?62;22c"),
        ("\x1b[>c", "\x1b[>1;10;0c"),
        ("\x1b[>0c", "\x1b[>1;10;0c"),
        ("\x1b[=c", "\x1bP!|00000000\x1b\\"),
        ("\x1b[5n", "\x1b[0n"),
        ("\x1b[3;4H\x1b[6n", "\x1b[3;4R"),
        ("\x1b[3;4H\x1b[?6n", "\x1b[?3;4R"),
        ("\x1b[2;4r\x1b[?6h\x1b[6n", "\x1b[1;1R"),
        ("\x1b[?6h\x1b[6n", "\x1b[1;1R"),
        ("\x1b[>q", f"\x1bP>|agent-tui({tui.__version__})\x1b\\"),
        ("\x1b[>0q", f"\x1bP>|agent-tui({tui.__version__})\x1b\\"),
        ("\x1b[?2026$p", "\x1b[?2026;2$y"),
        ("\x1b[?2026h\x1b[?2026$p", "\x1b[?2026;1$y"),
        ("\x1b[?2027$p", "\x1b[?2027;3$y"),
        ("\x1b[?3$p", "\x1b[?3;4$y"),
        ("\x1b[?7$p", "\x1b[?7;1$y"),
        ("\x1b[?1049h\x1b[?1049$p", "\x1b[?1049;1$y"),
        ("\x1b[?4242$p", "\x1b[?4242;0$y"),
        ("\x1b[4$p", "\x1b[4;2$y"),
        ("\x1b[4h\x1b[4$p", "\x1b[4;1$y"),
        ("\x1b[12$p", "\x1b[12;0$y"),
        ("\x1b[14t", "\x1b[4;96;160t"),
        ("\x1b[16t", "\x1b[6;16;8t"),
        ("\x1b[18t", "\x1b[8;6;20t"),
        ("\x1b]0;secret\x07\x1b[21t\x1b[20t", ""),
        ("\x05", ""),
        ("\x1bP$qm\x1b\\", "\x1bP1$r0m\x1b\\"),
        ("\x1b[1;31m\x1bP$qm\x1b\\", "\x1bP1$r0;1;31m\x1b\\"),
        ("\x1b[2;4r\x1bP$qr\x1b\\", "\x1bP1$r2;4r\x1b\\"),
        ("\x1b[5 q\x1bP$q q\x1b\\", "\x1bP1$r5 q\x1b\\"),
        ("\x1bP$qx\x1b\\", "\x1bP0$r\x1b\\"),
        ("\x1bP+q544e\x1b\\", "\x1bP1+r544e=787465726D2D323536636F6C6F72\x1b\\"),
        ("\x1bP+q436f;5858\x1b\\", "\x1bP1+r436f=323536\x1b\\\x1bP0+r5858\x1b\\"),
        ("\x1bP+qzz;4\x1b\\", ""),
        ("\x1b[?u", "\x1b[?0u"),
        ("\x1b[>31u\x1b[?u", "\x1b[?1u"),
        ("\x1b[?4m", "\x1b[>4;0m"),
        ("\x1b[>4;2m\x1b[?4m", "\x1b[>4;2m"),
        ("\x1b[>4;2m\x1b[>4m\x1b[?4m", "\x1b[>4;0m"),
        ("\x1b[?996n", "\x1b[?997;1n"),
        ("\x1b_Gi=1,a=q;AAAA\x1b\\", ""),
        ("\x1b]10;?\x07", "\x1b]10;rgb:d8d8/d8d8/d8d8\x07"),
        ("\x1b]11;?\x1b\\", "\x1b]11;rgb:1010/2020/3030\x1b\\"),
        ("\x1b]12;?\x07", "\x1b]12;rgb:ffff/0000/0000\x07"),
        ("\x1b]10;?;?\x07", "\x1b]10;rgb:d8d8/d8d8/d8d8\x07\x1b]11;rgb:1010/2020/3030\x07"),
        ("\x1b]4;196;?\x07", "\x1b]4;196;rgb:ffff/0000/0000\x07"),
        ("\x1b]4;1;?;255;?\x07", "\x1b]4;1;rgb:cdcd/0000/0000\x07\x1b]4;255;rgb:eeee/eeee/eeee\x07"),
        ("\x1b]4;256;?;x;?\x07", ""),
        ("\x1b]11;#fff\x07\x1b]11;?\x07", "\x1b]11;rgb:f0f0/f0f0/f0f0\x07"),
        ("\x1b]11;#fff\x07\x1b]111\x07\x1b]11;?\x07", "\x1b]11;rgb:1010/2020/3030\x07"),
        ("\x1b]4;1;rgb:1/2/3\x07\x1b]4;1;?\x07", "\x1b]4;1;rgb:1111/2222/3333\x07"),
        ("\x1b]4;1;#123\x07\x1b]104;1\x07\x1b]4;1;?\x07", "\x1b]4;1;rgb:cdcd/0000/0000\x07"),
        ("\x1b]4;1;#123\x07\x1b]104\x07\x1b]4;1;?\x07", "\x1b]4;1;rgb:cdcd/0000/0000\x07"),
        ("\x1b]52;c;?\x07", ""),
        ("\x1b[?15n", "\x1b[?13n"),
        ("\x1b[?2048h", "\x1b[48;6;20;96;160t"),
        ("\x1b[?1004h", "\x1b[O"),
        ("\x1b[5n\x1b[c\x1b]11;?\x07\x1b[c", "\x1b[0n\x1b[?62;22c\x1b]11;rgb:1010/2020/3030\x07\x1b[?62;22c"),
    ],
)
def test_answers(question, answer):
    terminal = Terminal()
    terminal.emulator.set_colours(DARK)
    assert terminal.ask(question) == answer.encode()
    split = Terminal()
    split.emulator.set_colours(DARK)
    split.feed(*question)
    assert split.answers == answer.encode()
    assert split.text == []


def test_a_child_that_asked_hears_of_a_new_theme_and_focus_and_size():
    light = Palette(foreground=0x101010, background=0xF0F0F0)
    terminal = Terminal()
    terminal.emulator.set_colours(light)
    terminal.emulator.set_focus(True)
    terminal.resize(30, 6)
    assert terminal.answers == b""
    terminal.feed("\x1b[?2031;1004;2048h")
    terminal.answers = b""
    terminal.emulator.set_colours(DARK)
    terminal.emulator.set_focus(True)
    terminal.emulator.set_focus(False)
    terminal.resize(40, 10)
    assert terminal.answers == b"\x1b[?997;1n\x1b[O\x1b[48;10;40;160;320t"
    assert terminal.ask("\x1b[?996n") == b"\x1b[?997;1n"


@pytest.mark.parametrize(
    ("sequence", "flags"),
    [
        ("\x1b[>1u", 1),
        ("\x1b[>7u", 1),
        ("\x1b[>2u", 0),
        ("\x1b[>1u\x1b[<u", 0),
        ("\x1b[>1u\x1b[>0u\x1b[<u", 1),
        ("\x1b[>1u\x1b[<99u", 0),
        ("\x1b[=1u", 1),
        ("\x1b[=1;1u\x1b[=0;1u", 0),
        ("\x1b[=1;2u\x1b[=0;2u", 1),
        ("\x1b[=1;1u\x1b[=1;3u", 0),
        ("\x1b[>1u\x1b[?1049h", 0),
        ("\x1b[?1049h\x1b[>1u\x1b[?1049l", 0),
        ("\x1b[>1u\x1b[?1049h\x1b[?1049l", 1),
        ("\x1b[>1u\x1bc", 0),
        ("\x1b[>1u" * 1000 + "\x1b[<31u", 1),
        ("\x1b[>1u" * 1000 + "\x1b[<32u", 0),
    ],
)
def test_keyboard_flags(sequence, flags):
    assert Terminal().feed(sequence).emulator.modes.kitty_flags == flags


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("rgb:12/34/56", 0x123456),
        ("rgb:1234/5678/9abc", 0x12569A),
        ("rgb:f/0/8", 0xFF0088),
        ("#123456", 0x123456),
        ("rgb:8000/7f7f/fff", 0x807FFF),
        ("#f08", 0xF00080),
        ("#123456789", 0x124578),
        ("#123456789abc", 0x12569A),
        ("red", None),
        ("#12", None),
        ("rgb:1/2", None),
    ],
)
def test_colours_are_read_as_x11_writes_them(text, colour):
    assert parse_colour(text) == colour


def test_colours_are_written_with_four_digits():
    assert format_colour(0x12AB00) == "rgb:1212/abab/0000"
