"""The live key inspector, and the reset of a terminal: as lines, and in a real terminal."""

from __future__ import annotations

import sys
import termios
from pathlib import Path

import pytest

from tests.ui.terminal import Terminal
from tui.protocol.screen import Modes, WinSize
from tui.terminal.emulator import Emulator
from tui.ui.inspector import Inspector, visible
from tui.ui.keyparser import ESCAPE_DELAY_S
from tui.ui.rescue import MEND

PROGRAM = [str(Path(sys.executable).with_name("agent-tui"))]


def said(*pieces: bytes) -> list[list[str]]:
    inspector = Inspector("ctrl+]")
    lines = [line for piece in pieces for line in inspector.feed(piece, 1.0)]
    lines += inspector.tick(1.0 + 2 * ESCAPE_DELAY_S)
    return [line.split() for line in lines]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a", "a a a a a"),
        (b"\x01", "^A ctrl+a ^A ESC [97;5u ESC [27;5;97~"),
        (b"\x1b[1;5A", "ESC [1;5A ctrl+up ESC [1;5A ESC [1;5A ESC [1;5A"),
        (b"\x1ba", "ESC a alt+a ESC a ESC [97;3u ESC [27;3;97~"),
        (b"\x1b[13;2u", "ESC [13;2u shift+enter as configured ESC [13;2u ESC [27;2;13~"),
        (b"\x1b", "ESC escape ESC ESC [27u ESC"),
        (b"\x1d", "^] ctrl+right_square_bracket ^] ESC [93;5u ESC [27;5;93~ the leader"),
        (b"\x1b[57441u", "ESC [57441u left_shift a modifier alone: goes nowhere"),
        (b"\x1b[?6c", "ESC [?6c no key: an answer, a release or something unknown"),
        (b"\x1b[<0;5;7M", "ESC [<0;5;7M MouseDown button 1 column 5, row 7"),
    ],
)
def test_each_key_is_told(data: bytes, line: str) -> None:
    assert said(data) == [line.split()]


def test_bytes_are_readable() -> None:
    assert visible("é\x7f \x9b".encode()) == "éDEL U+009B"


def test_ctrl_c_twice_in_a_row_ends_it_and_it_knows_the_protocol() -> None:
    inspector = Inspector("f12")
    for piece in (b"\x03", b"a", b"\x1b[97;5u"):
        inspector.feed(piece, 1.0)
    assert (inspector.is_over, inspector.kitty_seen) == (False, True)
    inspector.feed(b"\x03\x03", 1.0)
    assert inspector.is_over
    assert "kitty" in inspector.end()


def test_a_reset_undoes_all_modes_and_writes_over_nothing() -> None:
    fresh = Emulator(WinSize(10, 40))
    for screen in ("", "\x1b[?1049h"):
        outer = Emulator(WinSize(10, 40))
        outer.feed(b"shell $\r\nnext")
        outer.feed(
            screen.encode()
            + b"\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b[?25l\x1b[?7l\x1b[>25u\x1b[>1u\x1b[>4;2m"
        )
        outer.feed(b"\x1b[?1h\x1b[?5h\x1b[?6h\x1b[4h\x1b[3;5r\x1b[4 q\x1b(0\x1b]0;half a title")
        outer.feed(MEND)
        assert outer.private_modes == fresh.private_modes
        assert (outer.modes, outer.key_modes) == (Modes(), fresh.key_modes)
        assert outer.text()[0] == "shell $"
        outer.feed(b"qx")
        assert "qx" in outer.text()[outer.cursor.y]
        assert outer.cursor.shape == 0
        assert outer.cursor.visible
    calm = Emulator(WinSize(10, 40))
    calm.feed(b"shell $\r\nnext" + MEND + b"!")
    assert (calm.text()[:2], calm.text()[-1]) == (["shell $", "next"], "!")


def test_the_terminal_of_the_inspector_is_as_before() -> None:
    with Terminal([*PROGRAM, "doctor", "--keys"]) as terminal:
        terminal.until(b"Press keys")
        terminal.send(b"\x1b[1;5A")
        terminal.until(b"ctrl+up")
        terminal.send(b"\x03\x03")
        assert terminal.wait() == 0
        assert termios.tcgetattr(terminal.slave)[:4] == terminal.before[:4]
        outer = Emulator(WinSize(36, 120))
        outer.feed(terminal.output)
        assert outer.private_modes == Emulator(WinSize(36, 120)).private_modes
        assert outer.modes == Modes()


def test_a_terminal_without_echo_is_reset() -> None:
    with Terminal([*PROGRAM, "reset"]) as terminal:
        assert terminal.wait() == 0
        assert b"reset" in terminal.output
        modes = termios.tcgetattr(terminal.slave)
        assert modes[3] & termios.ECHO
        assert modes[3] & termios.ICANON
