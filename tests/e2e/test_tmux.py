"""The tmux helper itself, with small shell programs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.tmux import ScreenTimeoutError, Tmux
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e

ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "SEEN": "only this"}


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    with Tmux(rows=10, cols=40, env=ENVIRONMENT) as server:
        yield server


def test_it_shows_what_a_program_prints_in_the_given_environment(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(["sh", "-c", 'echo "$SEEN; it\'s $HOME"; pwd; stty size; read line'], tmp_path)
    screen = tmux.wait_for("10 40")
    assert screen.splitlines()[0] == "only this; it's"
    assert tmp_path.name in screen.replace("\n", "")
    assert tmux.exit_status() is None


def test_it_types_text_and_presses_keys(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(["cat"], tmp_path)
    tmux.send_literal("Enter -x ✓;")
    tmux.send_keys("Enter")
    assert tmux.wait_for(lambda screen: screen.count("Enter -x ✓;") == 2)
    assert tmux.cursor() == (2, 0)
    tmux.send_keys("C-d")
    assert tmux.wait_for_exit() == 0


def test_it_pastes(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(["cat"], tmp_path)
    tmux.paste("one\ntwo\n")
    assert tmux.wait_for(lambda screen: screen.count("two") == 2)


def test_it_keeps_colours_when_asked(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(["printf", r"\033[31mred\033[0m \033[38;2;1;2;3mexact\033[0m"], tmp_path)
    tmux.wait_for("red exact")
    coloured = tmux.capture(colours=True)
    assert "\x1b[31mred" in coloured
    assert "38;2;1;2;3m" in coloured.replace(":", ";")


def test_it_keeps_the_last_screen_history_and_status(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(["sh", "-c", "seq 100; exit 3"], tmp_path)
    assert tmux.wait_for_exit() == 3
    assert "100" in tmux.wait_for("100")
    assert "\n50\n" not in tmux.capture()
    assert "\n50\n" in tmux.capture(history=True)


def test_it_tells_the_title_and_a_signal(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(["sh", "-c", r"printf '\033]0;named\007ready'; kill -TERM $$"], tmp_path)
    assert tmux.wait_for_exit() == -15
    wait_until(lambda: tmux.title() == "named")  # tmux may learn of the end before it has read the rest


def test_it_resizes(tmux: Tmux, tmp_path: Path) -> None:
    program = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done"
    tmux.start(["sh", "-c", program], tmp_path)
    tmux.wait_for("ready")
    tmux.resize(rows=12, cols=50)
    tmux.wait_for("12 50")


def test_waiting_in_vain_shows_the_screen(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(["sh", "-c", "echo here; read line"], tmp_path)
    tmux.wait_for("here")
    with pytest.raises(ScreenTimeoutError, match=r"(?s)never.*here"):
        tmux.wait_for("never", deadline_s=0.2)
    with pytest.raises(ScreenTimeoutError, match="no end"):
        tmux.wait_for_exit(deadline_s=0.2)


def test_leaving_ends_the_program(tmp_path: Path) -> None:
    with Tmux(rows=10, cols=40, env=ENVIRONMENT) as server:
        server.start(["cat"], tmp_path)
        program = psutil.Process(server.pid())
    program.wait(timeout=10)
    assert not program.is_running()
