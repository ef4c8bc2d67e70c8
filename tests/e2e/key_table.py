"""What terminals send for each key, and what an agent gets: without protocols, and with those that it may ask for.

Sources: xterm ctlseqs "PC-Style Function Keys"; https://invisible-island.net/xterm/modified-keys.html;
https://sw.kovidgoyal.net/kitty/keyboard-protocol/.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One key."""

    sent: bytes
    """By the terminal."""
    legacy: bytes
    """To an agent that asked for nothing."""
    kitty: bytes
    """To one that asked for kitty's flag 1."""
    other: bytes | None = None
    """To one that asked for modifyOtherKeys 2, where that differs from `legacy`."""


def same(*sent: bytes) -> list[Row]:
    return [Row(each, each, each) for each in sent]


def u(code: int, modifiers: int = 0) -> bytes:
    return f"\x1b[{code};{modifiers}u".encode() if modifiers else f"\x1b[{code}u".encode()


def other(code: int, modifiers: int) -> bytes:
    return f"\x1b[27;{modifiers};{code}~".encode()


TEXT = [
    *same(
        b"a", b"A", b"~", b"/", b" ", *(each.encode() for each in ("é", "日", "😀", "👩‍💻", "e\u0301", "сшт"))
    ),
    Row(b"\x1b[97;;97u", b"a", b"a"),
    Row(b"\x1b[97;2;65u", b"A", b"A"),
    Row(b"\x1b[97:65;2;65u", b"A", b"A"),
    Row(b"\x1b[97:65;2u", b"A", b"A"),
    Row(b"\x1b[97;65;65u", b"A", b"A"),
    Row(b"\x1b[113;3;64u", b"@", b"@"),
    Row(b"\x1b[113;;64u", b"@", b"@"),
    Row(b"\x1b[0;;26085:26412u", "日本".encode(), "日本".encode()),
    Row(b"\x1b[32;2;32u", b" ", b" ", other(32, 2)),
    Row(b"\x1b[97;1:2u", b"a", b"a"),
    Row(b"\x1b[57404;;53u", b"5", b"5"),
    Row(b"\x1b[57413;;43u", b"+", b"+"),
]

CONTROL = [
    *(
        Row(bytes([n]), bytes([n]), u(n + 96, 5), other(n + 96, 5))
        for n in range(1, 27)
        if n not in (8, 9, 13)
    ),
    Row(b"\t", b"\t", b"\t"),
    Row(b"\r", b"\r", b"\r"),
    Row(b"\x7f", b"\x7f", b"\x7f"),
    Row(b"\x08", b"\x08", b"\x7f", b"\x08"),
    Row(b"\x00", b"\x00", u(32, 5), other(32, 5)),
    Row(b"\x1c", b"\x1c", u(92, 5), other(92, 5)),
    Row(b"\x1e", b"\x1e", u(94, 5), other(94, 5)),
    Row(b"\x1f", b"\x1f", u(95, 5), other(95, 5)),
    Row(b"\x1b[97;5u", b"\x01", u(97, 5), other(97, 5)),
    Row(b"\x1b[97;6u", b"\x01", u(97, 6), other(65, 6)),
    Row(b"\x1b[105;5u", b"\t", u(105, 5), other(105, 5)),
    Row(b"\x1b[109;5u", b"\r", u(109, 5), other(109, 5)),
    Row(b"\x1b[91;5u", b"\x1b", u(91, 5), other(91, 5)),
    Row(b"\x1b[104;5u", b"\x08", u(104, 5), other(104, 5)),
    Row(b"\x1b[127;5u", b"\x08", u(127, 5)),
    Row(b"\x1b[32;5u", b"\x00", u(32, 5), other(32, 5)),
    Row(b"\x1b[64;5u", b"\x00", u(64, 5), other(64, 5)),
    Row(b"\x1b[50;5u", b"\x00", u(50, 5), other(50, 5)),
    Row(b"\x1b[47;5u", b"\x1f", u(47, 5), other(47, 5)),
    Row(b"\x1b[45;5u", b"\x1f", u(45, 5), other(45, 5)),
    Row(b"\x1b[59;5u", b";", u(59, 5), other(59, 5)),
    Row(b"\x1b[46;5u", b".", u(46, 5), other(46, 5)),
    Row(b"\x1b[27;5;97~", b"\x01", u(97, 5), other(97, 5)),
    Row(b"\x1b[106;5u", b"\n", u(106, 5), other(106, 5)),
    Row(b"\x1b[92;5u", b"\x1c", u(92, 5), other(92, 5)),
    Row(b"\x1b[94;5u", b"\x1e", u(94, 5), other(94, 5)),
    Row(b"\x1b[95;5u", b"\x1f", u(95, 5), other(95, 5)),
]

NAMED = [
    Row(b"\x1b[Z", b"\x1b[Z", u(9, 2)),
    Row(b"\x1b[9;2u", b"\x1b[Z", u(9, 2)),
    Row(b"\x1b[9;5u", b"\t", u(9, 5), other(9, 5)),
    Row(b"\x1b[13;2u", b"\x1b\r", u(13, 2), other(13, 2)),
    Row(b"\x1b[27;2;13~", b"\x1b\r", u(13, 2), other(13, 2)),
    Row(b"\x1b[13;5u", b"\x1b\r", u(13, 5), other(13, 5)),
    Row(b"\x1b[27;5;13~", b"\x1b\r", u(13, 5), other(13, 5)),
    Row(b"\x1b[13u", b"\r", b"\r"),
    Row(b"\x1b[13;129u", b"\r", b"\r"),
    Row(b"\x1b[57414u", b"\r", b"\r"),
    Row(b"\x1b[27u", b"\x1b", u(27)),
    Row(b"\x1b[27;3u", b"\x1b\x1b", u(27, 3), other(27, 3)),
    Row(b"\x1b[127u", b"\x7f", b"\x7f"),
]

ALT = [
    *(Row(b"\x1b" + c, b"\x1b" + c, u(c[0], 3), other(c[0], 3)) for c in (b"a", b"b", b"f", b"z")),
    *(
        Row(b"\x1b" + c, b"\x1b" + c, u(c[0], 3), other(c[0], 3))
        for c in (*(b"%d" % n for n in range(10)), b"-", b"=", b".")
    ),
    *(
        Row(b"\x1b" + c, b"\x1b" + c, u(c[0], 3), other(c[0], 3))
        for c in (b",", b"/", b";", b"'", b"`", b"\\", b" ")
    ),
    Row(b"\x1bA", b"\x1bA", u(97, 4), other(65, 4)),
    Row(b"\x1b\r", b"\x1b\r", u(13, 3), other(13, 3)),
    Row(b"\x1b\x7f", b"\x1b\x7f", u(127, 3), other(127, 3)),
    Row(b"\x1b\t", b"\x1b\t", u(9, 3), other(9, 3)),
    Row(b"\x1b\x01", b"\x1b\x01", u(97, 7), other(97, 7)),
    Row(b"\x1b[97;3u", b"\x1ba", u(97, 3), other(97, 3)),
    Row(b"\x1b[97;3;97u", b"\x1ba", u(97, 3), other(97, 3)),
    Row(b"\x1b[13;3u", b"\x1b\r", u(13, 3), other(13, 3)),
    Row(b"\x1b[97;4u", b"\x1bA", u(97, 4), other(65, 4)),
    Row(b"\x1b[127;3u", b"\x1b\x7f", u(127, 3), other(127, 3)),
    Row(b"\x1b[9;3u", b"\x1b\t", u(9, 3), other(9, 3)),
    Row(b"\x1b[97;7u", b"\x1b\x01", u(97, 7), other(97, 7)),
    Row("\x1bé".encode(), "\x1bé".encode(), u(0xE9, 3), other(0xE9, 3)),
]

FUNCTION = [
    *same(*(f"\x1b[1;{m}{key}".encode() for key in "ABCDHFPQS" for m in range(2, 17))),
    *same(
        *(
            f"\x1b[{n};{m}~".encode()
            for n in (2, 3, 5, 6, 15, 17, 18, 19, 20, 21, 23, 24)
            for m in range(2, 17)
        )
    ),
    *same(*(f"\x1b[{n}~".encode() for n in (2, 3, 5, 6, 15, 17, 18, 19, 20, 21, 23, 24))),
    *(
        Row(sent.encode(), f"\x1b[1;{m}R".encode(), f"\x1b[13;{m}~".encode())
        for m in range(2, 17)
        for sent in (f"\x1b[13;{m}~", f"\x1b[1;{m}R")
    ),
    *(Row(f"\x1bO{key}".encode(), f"\x1bO{key}".encode(), f"\x1b[{key}".encode()) for key in "PQS"),
    Row(b"\x1bOR", b"\x1bOR", b"\x1b[13~"),
    Row(b"\x1b[57376u", b"\x1b[25~", u(57376)),
    Row(b"\x1b[25~", b"\x1b[25~", u(57376)),
]

KEYPAD = [
    *(
        Row(b"\x1bO" + sent, text, text)
        for sent, text in zip(
            (bytes([code]) for code in b"jklmnopqrstuvwxyX"),
            (bytes([code]) for code in b"*+,-./0123456789="),
            strict=True,
        )
    ),
    Row(b"\x1bOM", b"\r", b"\r"),
    Row(b"\x1b[57399;;48u", b"0", b"0"),
]
"""Of an application keypad."""

CURSOR = [(f"\x1b[{key}".encode(), f"\x1bO{key}".encode()) for key in "ABCDHF"]
HOME_END = [
    (b"\x1b[1~", b"\x1bOH"),
    (b"\x1b[4~", b"\x1bOF"),
    (b"\x1b[7~", b"\x1bOH"),
    (b"\x1b[8~", b"\x1bOF"),
]
"""Normal and application form (DECCKM)."""

NOTHING = [
    b"\x1b[57441u", b"\x1b[57442;5u", b"\x1b[57358u", b"\x1b[57360u", b"\x1b[97;1:3u", b"\x1b[1;1:3A",
    b"\x1b[97;9u", b"\x1b[?6c", b"\x1b[>0;276;0c", b"\x1b[?997;1n", b"\x1b[6;24;12t", b"\x1b[0n", b"\x1b[9999999u",
    b"\x1b[99999999999999999999u", b"\x1b[:::u", b"\x1b]11;rgb:0f0f/1111/1717\x1b\\", b"\x1bP>|XTerm(388)\x1b\\",
    b"\x1b[<128;3;3M\x1b[<128;3;3m", b"\x1b[48;10;10;100;100t",
]  # fmt: skip
"""Lone modifiers, releases, keys of the desktop, stray answers, garbage, back and forward buttons."""

TABLE = [*TEXT, *CONTROL, *NAMED, *ALT, *FUNCTION, *KEYPAD]
