"""An agent's lines in another program, and back: the screen is whole, the keys are ours, the terminal is left as it was."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import User
from tests.e2e.keyboard import LEADER, TypedTo
from tests.e2e.test_terminal_life import as_it_was
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e

EDITOR = Path(__file__).parent.parent / "agents" / "editor.py"
OURS = (1002, 1004, 1006, 1049, 2004)
NOT_OURS = (1, 1003, 7, 25)


def test_after_another_program_screen_modes_and_keys_are_ours_again(user: User, tmp_path: Path) -> None:
    how = tmp_path / "how"
    variables = {
        "EDITOR": shlex.join([sys.executable, str(EDITOR), str(tmp_path)]),
        "PAGER": str(tmp_path / "no-such-pager"),
        "TMPDIR": str(tmp_path),
    }
    with TypedTo(user, tmp_path, **variables) as typed:
        terminal = typed.terminal
        before = typed.screen.text()[5:34]
        typed.write(LEADER, b"\x1a")  # no shell started us: nobody could wake us
        typed.until_shown("No shell is there to wake it again. q closes, agents go on.")
        typed.take()
        assert typed.types([(b"z", b"z")]) == []
        for name, said in (
            ("well", "The lines stay in"),
            ("badly", "ended with 3"),
            ("crash", "was ended by SIGSEGV"),
        ):
            how.write_text(name)
            typed.write(LEADER, b"c")
            typed.until_shown("copy mode")
            typed.write(b"E")
            typed.until_shown("editor has raw ready")
            terminal.send(b"abc.")
            typed.until_shown(said)
            assert (tmp_path / "typed").read_bytes() == b"abc.", "what is typed there is not ours"
            outer = typed.screen
            assert {mode for mode in OURS if mode in outer.private_modes} == set(OURS), name
            assert not {mode for mode in NOT_OURS if mode in outer.private_modes}, name
            assert (outer.cursor.shape, outer.modes.kitty_flags) == (0, 1)
            typed.write(b"q")
            typed.take()
            assert typed.types([(b"x", b"x"), (b"\x1b[A", b"\x1b[A")]) == []
            wait_until(lambda: typed.screen.text()[5:34] == before)
        typed.write(LEADER, b"c")
        typed.until_shown("copy mode")
        typed.write(b"P")
        typed.until_shown("Cannot start no-such-pager: No such file or directory.")
        typed.write(b"q")
        typed.take()
        assert typed.types([(b"y", b"y")]) == []
        typed.write(LEADER, b"q")
        assert terminal.wait() == 0
        as_it_was(typed)
