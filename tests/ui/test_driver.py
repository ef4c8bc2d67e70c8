"""The driver in a real pty; and the names of the toolkit that it stands on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from textual import events
from textual._compositor import Compositor
from textual._parser import Parser
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.widget import Widget

from tests.ui.terminal import LIMIT_S, Terminal
from tests.waiting import wait_until
from tui.ui import driver
from tui.ui.driver import CHECKED_TEXTUAL, GONE_EXIT, TerminalDriver, choose_driver, installed_textual

PROGRAM = str(Path(__file__).with_name("driver_app.py"))
ROOT = str(Path(__file__).parents[2])


class Running:
    def __init__(self, terminal: Terminal, log: Path) -> None:
        self.terminal, self.log = terminal, log

    def lines(self, kind: str = "") -> list[str]:
        text = self.log.read_text() if self.log.exists() else ""
        return [line for line in text.splitlines() if line.startswith(kind)]

    def until(self, line: str) -> None:
        limit = time.monotonic() + LIMIT_S
        while line not in self.lines():
            assert time.monotonic() < limit, self.lines()[-20:]
            self.terminal.read()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    log = tmp_path / "log"
    with Terminal([PROGRAM, str(log)], env={"PYTHONPATH": ROOT}) as terminal:
        found = Running(terminal, log)
        found.until("ready")
        yield found


def test_no_byte_ends_it_and_a_paste_is_whole(running: Running) -> None:
    terminal = running.terminal
    terminal.send(b"\xff\xfe\x1b[9999999u\x1b[97:65:66;2:3;1:2u\x1b[?6c")
    terminal.send(b"\x1b[200~a\x1b[31m\xffb\r\n\x1b[201~")
    terminal.send(b"\x1b1\x1b\r\x1bb")
    running.until("key alt+b None")
    text = "a\x1b[31m\ufffdb\r\n"
    assert running.lines("paste") == [f"paste {text!r}"]
    assert "key alt+1 None" in running.lines()
    assert "key alt+enter None" in running.lines()
    terminal.send(b"\x1b")
    running.until("key escape '\\x1b'")
    terminal.send(b"Q")
    assert terminal.wait() == 0


def test_the_title_is_kept_aside_and_given_back_once(running: Running) -> None:
    terminal = running.terminal
    terminal.send(b"Q")
    assert terminal.wait() == 0
    aside, ours, back = b"\x1b[22;0t", b"\x1b]0;(1) a title\x07", b"\x1b]0;\x07\x1b[23;0t"
    assert [terminal.output.count(each) for each in (aside, ours, back)] == [1, 1, 1]
    assert terminal.output.index(aside) < terminal.output.index(ours) < terminal.output.index(back)


def test_the_mouse_is_asked_for_drags_only_and_everything_is_set_back(running: Running) -> None:
    terminal = running.terminal
    terminal.send(b"Q")
    assert terminal.wait() == 0
    assert b"\x1b[?1002h" in terminal.output
    for never in (b"?1003h", b"?1015h", b"?1016h", b"?2048h"):
        assert never not in terminal.output
    for off in (b"\x1b[?1002l", b"\x1b[?1006l", b"\x1b[?2004l", b"\x1b[<u", b"\x1b[?1049l", b"\x1b[?25h"):
        assert off in terminal.output


def test_a_terminal_that_does_not_read_does_not_stop_the_loop(running: Running) -> None:
    start = len(running.lines("beat"))
    # Nobody reads: two seconds of frames find no taker.
    wait_until(lambda: len(running.lines("beat")) >= start + 40)
    os.write(running.terminal.master, b"x")
    wait_until(lambda: "key x 'x'" in running.lines())
    running.terminal.send(b"Q")
    assert running.terminal.wait() == 0


def test_a_terminal_that_vanishes_ends_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the child inherits it, as under nohup
    try:
        terminal = Terminal([PROGRAM, str(log)], env={"PYTHONPATH": ROOT})
    finally:
        signal.signal(signal.SIGHUP, before)
    with terminal:
        Running(terminal, log).until("ready")
        for fd in (terminal.slave, terminal.master):
            os.close(fd)
        terminal.master = terminal.slave = -1
        assert terminal.process.wait(LIMIT_S) == GONE_EXIT


def test_only_the_stock_driver_of_the_checked_version_is_replaced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert choose_driver(LinuxDriver) is TerminalDriver
    assert choose_driver(HeadlessDriver) is HeadlessDriver
    monkeypatch.setattr(driver, "installed_textual", lambda: "9.0.0")
    assert choose_driver(LinuxDriver) is LinuxDriver
    assert "9.0.0" in caplog.text


def test_the_private_names_that_are_used_are_there() -> None:
    assert installed_textual() == version("textual") == CHECKED_TEXTUAL, (
        "check tui.ui.driver and tui.ui.keyparser with this version"
    )
    assert callable(XTermParser._sequence_to_key_events)
    assert XTermParser._re_sgr_mouse.match("\x1b[<0;1;1M")
    assert XTermParser()._timeout_time is None
    assert callable(Parser.tick)
    assert events.CursorPosition(1, 2).x == 1
    assert callable(LinuxDriver.process_message)
    assert callable(LinuxDriver.run_input_thread)
    assert callable(LinuxDriver._enable_mouse_support)
    assert callable(LinuxDriver._disable_mouse_support)
    assert "_queue" in WriterThread.__init__.__code__.co_names
    assert {"exit_event", "_writer_thread"} <= set(LinuxDriver.__init__.__code__.co_names)
    assert App._display.__code__.co_varnames[:3] == ("self", "screen", "renderable")
    assert isinstance(Screen._modal_binding_chain, property)
    assert Compositor.render_partial_update.__code__.co_varnames[:2] == ("self", "screen_region")
    assert isinstance(Compositor.layers_visible, property)
    assert isinstance(Compositor.visible_widgets, property)
    assert callable(Compositor._regions_to_spans)
    assert "_dirty_regions" in Compositor.__init__.__code__.co_names
    assert "_dirty_widgets" in Screen.__init__.__code__.co_names
    assert "_repaint_regions" in Widget.__init__.__code__.co_names
    assert callable(Screen._on_timer_update)
    assert "_compositor" in Screen.__init__.__code__.co_names
