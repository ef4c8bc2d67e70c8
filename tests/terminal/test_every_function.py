"""One assertion for each control function that the emulator knows; a function without one fails this file.

In the manner of esctest2: what the function does from a known screen, seen through what can be observed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.terminal.terminals import Terminal
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
from tui.terminal.strings import _HANDLERS

Probe = Callable[[Terminal], object]


def text(terminal: Terminal) -> object:
    return terminal.text


def at(terminal: Terminal) -> object:
    return terminal.at


def answers(terminal: Terminal) -> object:
    return terminal.answers


def signals(terminal: Terminal) -> object:
    return terminal.signals


def modes(terminal: Terminal) -> object:
    return terminal.emulator.private_modes & {1, 6, 25, 66, 2004}


def kitty(terminal: Terminal) -> object:
    return terminal.emulator.modes.kitty_flags


def history(terminal: Terminal) -> object:
    return terminal.history


def shape(terminal: Terminal) -> object:
    return terminal.emulator.cursor.shape


def link(terminal: Terminal) -> object:
    return terminal.style(0).link


def modified_keys(terminal: Terminal) -> object:
    return terminal.emulator.key_modes.modify_other_keys


GRID = "abcde\r\nfghij\r\nklmno\x1b[2;3H"
"""A screen of 8×3: three rows of letters, the cursor on the h."""

CONTROLS = {
    "\x07": ("\x07", signals, [Bell()]),
    "\x08": (GRID + "\x08", at, (1, 1)),
    "\x09": (GRID + "\r\t", at, (7, 1)),
    "\x0a": (GRID + "\n", at, (2, 2)),
    "\x0b": (GRID + "\x0b", at, (2, 2)),
    "\x0c": (GRID + "\x0c", at, (2, 2)),
    "\x0d": (GRID + "\r", at, (0, 1)),
    "\x0e": ("\x1b)0\x0eq", text, ["─"]),
    "\x0f": ("\x1b)0\x0e\x0fq", text, ["q"]),
}

ESCAPES = {
    "c": (GRID + "\x1bc", text, []),
    "D": (GRID + "\x1bD", at, (2, 2)),
    "E": (GRID + "\x1bE", at, (0, 2)),
    "M": (GRID + "\x1b[H\x1bM", text, ["", "abcde", "fghij"]),
    "H": ("\x1b[3G\x1bH\r\t", at, (2, 0)),
    "7": (GRID + "\x1b7\x1b[H\x1b8", at, (2, 1)),
    "8": ("ab\x1b8", at, (0, 0)),
    "Z": ("\x1bZ", answers, b"\x1b[?62;22c"),
    "=": ("\x1b=", modes, {25, 66}),
    ">": ("\x1b=\x1b>", modes, {25}),
    "#8": ("\x1b#8", text, ["EEEEEEEE"] * 3),
}

SEQUENCES = {
    "@": (GRID + "\x1b[2@", text, ["abcde", "fg  hij", "klmno"]),
    "A": (GRID + "\x1b[5A", at, (2, 0)),
    "B": (GRID + "\x1b[5B", at, (2, 2)),
    "C": (GRID + "\x1b[3C", at, (5, 1)),
    "D": (GRID + "\x1b[9D", at, (0, 1)),
    "E": (GRID + "\x1b[E", at, (0, 2)),
    "F": (GRID + "\x1b[F", at, (0, 0)),
    "G": (GRID + "\x1b[5G", at, (4, 1)),
    "H": (GRID + "\x1b[3;4H", at, (3, 2)),
    "I": (GRID + "\x1b[I", at, (7, 1)),
    "J": (GRID + "\x1b[J", text, ["abcde", "fg"]),
    "K": (GRID + "\x1b[1K", text, ["abcde", "   ij", "klmno"]),
    "L": (GRID + "\x1b[L", text, ["abcde", "", "fghij"]),
    "M": (GRID + "\x1b[M", text, ["abcde", "klmno"]),
    "P": (GRID + "\x1b[2P", text, ["abcde", "fgj", "klmno"]),
    "S": (GRID + "\x1b[S", history, ["abcde"]),
    "T": (GRID + "\x1b[T", text, ["", "abcde", "fghij"]),
    "X": (GRID + "\x1b[2X", text, ["abcde", "fg  j", "klmno"]),
    "Z": (GRID + "\x1b[Z", at, (0, 1)),
    "`": (GRID + "\x1b[5`", at, (4, 1)),
    "a": (GRID + "\x1b[2a", at, (4, 1)),
    "b": ("x\x1b[3b", text, ["xxxx"]),
    "c": ("\x1b[c", answers, b"\x1b[?62;22c"),
    "d": (GRID + "\x1b[3d", at, (2, 2)),
    "e": (GRID + "\x1b[e", at, (2, 2)),
    "f": (GRID + "\x1b[1;2f", at, (1, 0)),
    "g": ("\x1b[3G\x1bH\x1b[g\r\t", at, (7, 0)),
    "h": ("ab\r\x1b[4hx", text, ["xab"]),
    "j": (GRID + "\x1b[2j", at, (0, 1)),
    "l": ("ab\r\x1b[4h\x1b[4lx", text, ["xb"]),
    "n": (GRID + "\x1b[6n", answers, b"\x1b[2;3R"),
    "r": (GRID + "\x1b[2;3r\x1b[3;1H\n", text, ["abcde", "klmno"]),
    "s": (GRID + "\x1b[s\x1b[H\x1b[u", at, (2, 1)),
    "u": (GRID + "\x1b[u", at, (0, 0)),
    "t": ("\x1b[18t", answers, b"\x1b[8;3;8t"),
    " @": (GRID + "\x1b[ @", text, ["bcde", "ghij", "lmno"]),
    " A": (GRID + "\x1b[ A", text, [" abcde", " fghij", " klmno"]),
    "'}": (GRID + "\x1b['}", text, ["ab cde", "fg hij", "kl mno"]),
    "'~": (GRID + "\x1b['~", text, ["abde", "fgij", "klno"]),
    "!p": ("\x1b[?1;6h\x1b[?25l\x1b=\x1b[!p", modes, {25}),
    " q": ("\x1b[5 q", shape, 5),
    "$p": ("\x1b[4$p", answers, b"\x1b[4;2$y"),
    "?$p": ("\x1b[?2026$p", answers, b"\x1b[?2026;2$y"),
    "?h": ("\x1b[?2004h", modes, {25, 2004}),
    "?l": ("\x1b[?25l", modes, set()),
    "?s": ("\x1b[?1h\x1b[?1s\x1b[?1l\x1b[?1r", modes, {1, 25}),
    "?r": ("\x1b[?1s\x1b[?1h\x1b[?1r", modes, {25}),
    "?J": (GRID + "\x1b[?J", text, ["abcde", "fg"]),
    "?K": (GRID + "\x1b[?K", text, ["abcde", "fg", "klmno"]),
    "?W": ("\x1b[3G\x1bH\x1b[?5W\r\t", at, (7, 0)),
    "?n": (GRID + "\x1b[?6n", answers, b"\x1b[?2;3R"),
    ">c": ("\x1b[>c", answers, b"\x1b[>1;10;0c"),
    "=c": ("\x1b[=c", answers, b"\x1bP!|00000000\x1b\\"),
    ">q": ("\x1b[>q", lambda terminal: terminal.answers.startswith(b"\x1bP>|agent-tui("), True),
    ">m": ("\x1b[>4;2m", modified_keys, 2),
    "?m": ("\x1b[>4;1m\x1b[?4m", answers, b"\x1b[>4;1m"),
    ">u": ("\x1b[>1u", kitty, 1),
    "<u": ("\x1b[>1u\x1b[<u", kitty, 0),
    "=u": ("\x1b[=1u", kitty, 1),
    "?u": ("\x1b[>1u\x1b[?u", answers, b"\x1b[?1u"),
}

STRINGS = {
    "0": ("\x1b]0;name\x07", signals, [TitleChanged("name")]),
    "2": ("\x1b]2;name\x1b\\", signals, [TitleChanged("name")]),
    "4": ("\x1b]4;1;rgb:12/34/56\x07\x1b]4;1;?\x07", answers, b"\x1b]4;1;rgb:1212/3434/5656\x07"),
    "7": ("\x1b]7;file://host/a%20b\x07", signals, [Cwd("/a b")]),
    "8": ("\x1b]8;;http://a/\x07x", link, "http://a/"),
    "9": ("\x1b]9;4;1;50\x07\x1b]9;done\x07", signals, [Progress(1, 50), Notification("", "done")]),
    "10": ("\x1b]10;#102030\x07\x1b]10;?\x07", answers, b"\x1b]10;rgb:1010/2020/3030\x07"),
    "11": ("\x1b]11;#102030\x07\x1b]11;?\x1b\\", answers, b"\x1b]11;rgb:1010/2020/3030\x1b\\"),
    "12": ("\x1b]12;#102030\x07\x1b]12;?\x07", answers, b"\x1b]12;rgb:1010/2020/3030\x07"),
    "52": ("\x1b]52;c;aGk=\x07", signals, [ClipboardWrite("hi")]),
    "99": ("\x1b]99;;done\x1b\\", signals, [Notification("done", "")]),
    "133": ("\x1b]133;A\x07", signals, [PromptMark("A")]),
    "777": ("\x1b]777;notify;t;b\x07", signals, [Notification("t", "b")]),
    "7501": ("\x1b]7501;state=idle\x07", signals, [AgentState("idle", {})]),
}

OTHERS = {
    "SGR": ("\x1b[1;4:3;38;5;9mx", lambda terminal: terminal.style(0).fg, 9),
    "SCS": ("\x1b(0q\x1b(Bq", text, ["─q"]),
    "DECRQSS": ("\x1b[2;3r\x1bP$qr\x1b\\", answers, b"\x1bP1$r2;3r\x1b\\"),
    "XTGETTCAP": ("\x1bP+q436F\x1b\\", answers, b"\x1bP1+r436F=323536\x1b\\"),
    "OSC 104": ("\x1b]4;1;#123456\x07\x1b]104;1\x07\x1b]4;1;?\x07", answers, b"\x1b]4;1;rgb:cdcd/0000/0000\x07"),
    "OSC 111": ("\x1b]11;#fff\x07\x1b]111\x07\x1b]11;?\x07", answers, b"\x1b]11;rgb:1212/1212/1212\x07"),
    "APC": ("a\x1b_Gi=1;AAAA\x1b\\b", text, ["ab"]),
    "PM": ("a\x1b^x\x1b\\b", text, ["ab"]),
    "SOS": ("a\x1bXx\x1b\\b", text, ["ab"]),
    "CAN": ("a\x1b[3\x18b", text, ["ab"]),
    "SUB": ("a\x1b]0;x\x1ab", text, ["ab"]),
}  # fmt: skip

ALL = {
    f"{kind} {name!r}": case
    for kind, cases in (
        ("C0", CONTROLS), ("ESC", ESCAPES), ("CSI", SEQUENCES), ("OSC", STRINGS), ("", OTHERS),
    )
    for name, case in cases.items()
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_function_does_what_it_says(name: str) -> None:
    output, probe, expected = ALL[name]
    assert probe(Terminal(8, 3).feed(output)) == expected
    assert probe(Terminal(8, 3).feed(*output)) == expected


def test_each_function_of_the_tables_has_an_assertion() -> None:
    screen = Terminal().emulator._screen
    assert screen.controls.keys() == CONTROLS.keys()
    assert screen.escapes.keys() == ESCAPES.keys()
    assert screen.sequences.keys() == SEQUENCES.keys()
    assert _HANDLERS.keys() == STRINGS.keys()


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_function_takes_any_parameters(name: str) -> None:
    prefix, end = re.fullmatch("([<=>?]?)(.*)", name).groups()
    for parameters in ("", "0", "1", "99999999999", ";;;", "1;2;3;4;5;6;7;8;9", "0:1", ":", "-1", "٣"):
        terminal = Terminal(8, 3).feed(GRID, f"\x1b[{prefix}{parameters}{end}")
        terminal.check()
        assert terminal.feed("\x18\x1bcok").text == ["ok"]
