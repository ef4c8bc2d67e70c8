"""The terminal under the installed dashboard: one that stops reading, one that vanishes, and how it is left in each case."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import User
from tests.e2e.keyboard import TypedTo
from tests.waiting import wait_until
from tui.protocol.screen import Modes, WinSize
from tui.terminal.emulator import Emulator

pytestmark = pytest.mark.e2e
FRESH = Emulator(WinSize(36, 120))


@pytest.fixture
def typed(user: User, tmp_path: Path) -> Iterator[TypedTo]:
    with TypedTo(user, tmp_path) as found:
        yield found


def drawing(typed: TypedTo) -> psutil.Process:
    """The process below the terminal's own: the one that draws."""
    [child] = psutil.Process(typed.terminal.process.pid).children()
    return child


def as_it_was(typed: TypedTo) -> None:
    """The terminal's modes are those from before, its screen is the shell's, and nothing of ours is left on it."""
    terminal = typed.terminal
    outer = Emulator(WinSize(36, 120))
    outer.feed(terminal.output)
    assert outer.private_modes == FRESH.private_modes
    assert outer.modes == Modes()
    assert outer.cursor.visible
    assert not outer.synchronized
    assert "raw ready" not in "\n".join(outer.text())
    assert termios.tcgetattr(terminal.slave)[:4] == terminal.before[:4]


def test_a_terminal_that_stops_reading_stops_no_key_and_is_right_afterwards(typed: TypedTo) -> None:
    arrived = []
    end = time.monotonic() + 3.0
    while time.monotonic() < end:  # nobody reads, while frame after frame is drawn
        typed.fifo.write_bytes(b"\x1b[H" + b"".join(b"%08d" % len(arrived) * 80 for _ in range(2)))
        os.write(typed.terminal.master, b"k")
        wait_until(lambda: typed.got().count(b"k") == len(arrived) + 1, within_s=2)
        arrived.append(time.monotonic())
        time.sleep(0.02)
    assert len(arrived) > 20
    typed.fifo.write_bytes(b"\x1b[2J\x1b[Hthe last frame\r\nof all")
    typed.terminal.until(b"the last frame")
    inner = typed.user.call("screen", "raw").splitlines()
    assert inner[:2] == ["the last frame", "of all"]
    wanted = [*inner[:2], *[""] * 29]
    with contextlib.suppress(AssertionError):
        wait_until(lambda: pane_rows(typed, wanted[0], len(wanted)) == wanted)
    assert pane_rows(typed, wanted[0], len(wanted)) == wanted


def pane_rows(typed: TypedTo, first: str, count: int) -> list[str]:
    """Read what was drawn since, and return so many rows of the agent's pane from the one that reads so."""
    typed.terminal.read()
    outer = Emulator(WinSize(36, 120))
    outer.feed(typed.terminal.output)
    text = outer.text()
    left = next((line.index(first) for line in text if first in line), 0)
    shown = [line[left:].rstrip() for line in text]
    at = shown.index(first) if first in shown else 0
    return shown[at : at + count]


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda typed: typed.terminal.process.send_signal(signal.SIGTERM), 143),
        (lambda typed: typed.terminal.process.send_signal(signal.SIGQUIT), 131),
        (lambda typed: drawing(typed).kill(), 137),
        (lambda typed: typed.write(b"\x1dq"), 0),
    ],
    ids=["TERM", "QUIT", "kill -9 of the drawing process", "q"],
)
def test_the_terminal_is_left_as_it_was(typed: TypedTo, end: Callable[[TypedTo], None], code: int) -> None:
    end(typed)
    assert typed.terminal.wait() == code
    as_it_was(typed)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL])
def test_without_the_waiting_process_the_drawing_one_restores_the_terminal(
    user: User, tmp_path: Path, number: int
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have it ignored
    try:
        below = TypedTo(user, tmp_path, below_a_shell=True)
    finally:
        signal.signal(signal.SIGHUP, before)
    with below as typed:
        waiting = drawing(typed)
        [child] = waiting.children()
        waiting.send_signal(number)
        wait_until(lambda: typed.terminal.read(0.05) is not None and not child.is_running())
        typed.terminal.read(0.2)
        as_it_was(typed)


@pytest.mark.parametrize("ignored", [False, True], ids=["hung up", "nohup"])
def test_a_terminal_that_vanishes_leaves_no_process_that_spins(
    user: User, tmp_path: Path, ignored: bool
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
    try:
        typed = TypedTo(user, tmp_path)
    finally:
        signal.signal(signal.SIGHUP, before)
    with typed:
        child = drawing(typed)
        for fd in (typed.terminal.slave, typed.terminal.master):
            os.close(fd)
        typed.terminal.master = typed.terminal.slave = -1
        code = typed.terminal.process.wait(15)
        assert code == 129 if ignored else code in (129, -signal.SIGHUP)
        wait_until(lambda: not child.is_running())
    user.has_none_left("bin/agent-tui")
    user.becomes("raw", lifecycle="running")


def test_suspended_and_brought_back_it_is_drawn_again(user: User, tmp_path: Path) -> None:
    with TypedTo(user, tmp_path, below_a_shell=True) as typed:
        terminal = typed.terminal
        typed.write(b"\x1d\x1a")
        process = drawing(typed)
        wait_until(lambda: terminal.read(0.02) is not None and process.status() == psutil.STATUS_STOPPED)
        terminal.read(0.1)
        as_it_was(typed)
        shown = len(terminal.output)
        os.killpg(os.getpgid(process.pid), signal.SIGCONT)  # as a shell's `fg` does
        terminal.until(b"raw ready")
        assert b"\x1b[?1049h" in terminal.output[shown:]
        typed.take()
        assert typed.types([(b"x", b"x")]) == []
