"""The dashboard's own process and the one that waits for it: every ending leaves the terminal as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.terminal import Terminal
from tests.waiting import wait_until
from tui.client.places import Paths
from tui.ui.background import is_light
from tui.ui.rescue import RESET

ROOT = str(Path(__file__).parents[2])
PROGRAM = """
import sys
from pathlib import Path
from tui.core.settings import Dashboard, Settings
from tui.client.places import paths_from_env
from tui.ui.run import run_dashboard
code = run_dashboard(paths_from_env(), Settings(dashboard=Dashboard(theme="dark")))
print(f"code {code}", flush=True)
"""
SHELL = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
def job():
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
child = subprocess.Popen(sys.argv[1:], preexec_fn=job)
_, status = os.waitpid(child.pid, os.WUNTRACED)
os.tcsetpgrp(0, os.getpgrp())
print(f"stopped: {os.WIFSTOPPED(status)}", flush=True)
input()
os.tcsetpgrp(0, child.pid)
os.killpg(child.pid, signal.SIGCONT)
_, status = os.waitpid(child.pid, 0)
print(f"ended with {os.waitstatus_to_exitcode(status)}", flush=True)
"""
QUIT = b"No agent is running. agent-tui to return."


@pytest.fixture
def terminal(isolated_paths: Paths, no_orphans: None) -> Iterator[Terminal]:
    with Terminal(["-c", PROGRAM], env={"PYTHONPATH": ROOT}) as running:
        running.until(b"No agents yet")
        yield running


def child_of(terminal: Terminal) -> int:
    path = Path(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children")
    if path.exists():
        return int(path.read_text().split()[0])
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(terminal.process.pid)], capture_output=True, text=True, check=True
    )
    return int(listed.stdout.split()[0])


def modes_are_back(terminal: Terminal) -> bool:
    return termios.tcgetattr(terminal.slave) == terminal.before


def test_quitting_says_who_goes_on(terminal: Terminal) -> None:
    terminal.send(b"q")
    assert QUIT in terminal.until(b"code 0")
    assert terminal.wait() == 0
    assert modes_are_back(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_signals_end_it_in_order(terminal: Terminal, number: signal.Signals) -> None:
    terminal.process.send_signal(number)
    said = terminal.until(f"code {128 + number}".encode())
    assert b"\x1b[?1049l" in said
    assert terminal.wait() == 0
    assert modes_are_back(terminal)


def test_a_killed_dashboard_is_cleaned_up_after(terminal: Terminal) -> None:
    os.kill(child_of(terminal), signal.SIGKILL)
    said = terminal.until(b"code 137")
    assert RESET.replace(b"\n", b"\r\n") in said
    assert b"ended by SIGKILL. The agents go on." in said
    assert terminal.wait() == 0
    assert modes_are_back(terminal)


def test_a_dashboard_whose_waiter_is_gone_ends(terminal: Terminal) -> None:
    child = child_of(terminal)
    terminal.process.kill()
    terminal.process.wait()

    def gone() -> bool:
        terminal.read()
        try:
            return b"Z" in Path(f"/proc/{child}/stat").read_bytes().rpartition(b")")[2].split()[0]
        except FileNotFoundError:
            return True

    wait_until(gone)


def test_suspending_puts_both_to_sleep_and_waking_draws_again(
    isolated_paths: Paths, no_orphans: None
) -> None:
    with Terminal(["-c", SHELL, sys.executable, "-c", PROGRAM], env={"PYTHONPATH": ROOT}) as shell:
        shell.until(b"No agents yet")
        shell.send(b"\x1a")
        assert b"\x1b[?1049l" in shell.until(b"stopped: True")
        assert _state(child_of(shell)) == "T"
        start = len(shell.output)
        shell.send(b"fg\n")
        shell.until(b"No agents yet")
        shell.send(b"q")
        shell.until(b"ended with 0")
        assert shell.output[start:].count(b"\x1b[?1049h") == 1, "it was started twice"
        assert shell.wait() == 0


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_waiting_for_it_loads_no_toolkit() -> None:
    code = "import sys, tui.ui.run; print([m for m in ('textual', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("reply", "light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?6c", True),
        (b"\x1b]11;rgb:fd/f6/e3\x07\x1b[?6c", True),
        (b"\x1b]11;rgb:0f0f/1111/1717\x1b\\", False),
        (b"\x1b[?6c", False),
        (b"\x1b]11;rgb:zz/11/17\x1b\\", False),
        (b"\x1b]11;rgb:ffff\x1b\\", False),
        (b"", False),
    ],
)
def test_the_ground_of_the_terminal(reply: bytes, light: bool) -> None:
    assert is_light(reply) is light


def test_the_terminals_size_counts_and_not_what_a_shell_exported(
    isolated_paths: Paths, no_orphans: None
) -> None:
    exported = {"PYTHONPATH": ROOT, "COLUMNS": "80", "LINES": "24"}
    with Terminal(["-c", PROGRAM], env=exported) as running:
        running.until(b"No agents yet")
        running.send(b"q")
        running.until(b"code 0")
        assert b"\x1b[36;1H" in running.output
