"""Full-screen programs in a pane: at several points of their use, the screen is the oracle's.

They are started from a shell, as a user does, so that coming back from them is compared too.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.oracle.session import Session
from tests.oracle.shell import PROMPT, shell
from tui.protocol.screen import WinSize

pytestmark = pytest.mark.oracle

SIZE = WinSize(30, 100)
F10 = "\x1b[21~"

Begin = Callable[[str], Session]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    sessions: list[Session] = []

    def start(program: str) -> Session:
        found = shutil.which(program)
        assert found, f"{program} is not installed: apt-get install {program}"
        session = shell(tmp_path, SIZE)
        sessions.append(session)
        return session

    yield start
    for session in sessions:
        session.end()


def back(session: Session) -> None:
    """The program has ended: its screen is gone, the shell's is there."""
    session.until(
        lambda: (
            session.emulator.text()[session.emulator.cursor.y].startswith(PROMPT)
            and not session.emulator.modes.alternate
        )
    )
    session.point("back in the shell")


def test_vim(begin: Begin) -> None:
    vim = begin("vim")
    vim.keys("vim -u NONE -N -i NONE -n code.py\r")
    vim.until("def f0")
    vim.point("open")
    vim.keys(":syntax on\r:set number ruler hlsearch cursorline\r:set termguicolors\r")
    vim.until("1 def")
    vim.keys("/number\rnn")
    vim.until("number")
    vim.point("search")
    vim.keys("ggddp5ddOtyped 日本語 😀 é\x1bjo\ttabbed\x1b")
    vim.until("tabbed")
    vim.point("edited")
    vim.keys(":split\r:vsplit long.txt\r\x06\x06\x04\x15")
    vim.until("long.txt")
    vim.point("split")
    vim.keys("\x17jGzt\x0f\x05\x05\x19")
    vim.until("code.py")
    vim.point("scrolled")
    vim.resize(WinSize(20, 70))
    vim.until(lambda: True)
    vim.point("smaller")
    vim.keys("\x0c:qa!\r")
    vim.until(PROMPT)
    assert not vim.emulator.modes.alternate
    assert vim.differences() == {}


def test_less(begin: Begin) -> None:
    less = begin("less")
    less.keys("less -R long.txt\r")
    less.until("lorem")
    less.point("open")
    for keys in ("  ", "b", "G", "yyyy", "g", "jjj", "/ 42 \r", "n", "-S\r", "\x1b)", "h"):
        less.keys(keys)
        less.until(lambda: True)
        less.point(repr(keys))
    less.keys("qqq\r")
    back(less)
    assert less.differences() == {}


def test_nano(begin: Begin) -> None:
    nano = begin("nano")
    nano.keys("nano -I notes.md\r")
    nano.until("Notes 5")
    nano.point("open")
    nano.keys("typed 日本 é 😀\r\x0b\x0b\x15\x15")
    nano.until("typed")
    nano.point("edited")
    nano.keys("\x07")
    nano.until("Main nano help")
    nano.point("help")
    nano.keys("\x16\x16\x18")
    nano.until("typed")
    nano.keys("\x18n")
    back(nano)
    assert nano.differences() == {}


def test_htop(begin: Begin) -> None:
    htop = begin("htop")
    htop.keys("htop\r")
    htop.until("Load average")
    htop.point("open")
    htop.keys("\x1b[B\x1b[Bt")
    htop.until("F10")
    htop.point("tree")
    htop.keys("\x1bOQ")
    htop.until("Categories")
    htop.point("setup")
    htop.keys(F10)
    htop.until("Quit")
    htop.keys("q")
    back(htop)
    assert htop.differences() == {}


def test_midnight_commander(begin: Begin) -> None:
    mc = begin("mc")
    mc.keys("mc -u\r")
    mc.until("code.py")
    mc.point("open")
    mc.keys("\x1b[20~")
    mc.until("Options")
    mc.keys("\r")
    mc.until("File listing")
    mc.point("menu")
    mc.keys(F10)
    mc.until("│/..  ")
    mc.keys("\x1bOB\x1bOB\x1bOB\x1bOR")
    mc.until("def f0")
    mc.point("viewer")
    mc.keys("\x1b[6~\x1b[6~")
    mc.until("f1")
    mc.point("viewer scrolled")
    mc.keys(F10)
    mc.until("/.git")
    mc.keys("\x1b[18~")
    mc.until("Create")
    mc.point("dialog")
    mc.keys(F10)
    mc.until(lambda: "Create" not in mc.text)
    mc.keys(F10)
    back(mc)
    assert mc.differences() == {}


def test_tig(begin: Begin) -> None:
    tig = begin("tig")
    tig.keys("tig\r")
    tig.until("Change 5")
    tig.point("log")
    tig.keys("jj\r")
    tig.until("diff --git")
    tig.point("commit")
    tig.keys("jjjq")
    tig.until("Change 5")
    tig.keys("t")
    tig.until("code.py")
    tig.point("tree")
    tig.keys("Q")
    back(tig)
    assert tig.differences() == {}


def test_tmux(begin: Begin, tmp_path: Path) -> None:
    tmux = begin("tmux")
    tmux.keys(f"tmux -L inner{tmp_path.name[-8:]} -f /dev/null new 'bash --norc --noprofile'\r")
    tmux.until("[0]")
    try:
        tmux.point("open")
        tmux.keys("cat long.txt\r")
        tmux.until(" 199")
        tmux.point("cat")
        tmux.keys("\x02%")
        tmux.until("│")
        tmux.keys('\x02"')
        tmux.until("├")
        tmux.keys("ls --color=always; printf '\\033[4:3mcurly\\033[m 😀 日本\\n'\r")
        tmux.until("😀")
        tmux.point("panes")
        tmux.keys("\x02[")
        tmux.until("[0/")
        tmux.keys("\x1b[5~")
        tmux.until(lambda: True)
        tmux.point("copy mode")
        tmux.resize(WinSize(24, 80))
        tmux.until(lambda: True)
        tmux.point("smaller")
    finally:
        subprocess.run(
            ["tmux", "-L", f"inner{tmp_path.name[-8:]}", "kill-server"],
            env={"TMUX_TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
            check=False,
        )
    tmux.until("server exited")
    assert tmux.differences() == {}
