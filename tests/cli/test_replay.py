"""A recording played again: the places in it, what is drawn, and that nothing raw passes through."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.cli.conftest import Cli
from tests.waiting import wait_until
from tui.cli.player import Player, draw, last_text
from tui.protocol.screen import WinSize
from tui.system.castfile import CastEvent, cast_events


def events(*told: tuple[float, str, str]) -> list[CastEvent]:
    return [CastEvent(1000.0 + at, kind, data) for at, kind, data in told]


STORY = events(
    (0, "r", "20x4"),
    (0, "m", "run 1"),
    (1, "o", "one\r\n"),
    (2, "o", "two\r\n"),
    (60, "o", "three"),
    (61, "m", "run 2"),
    (62, "o", "again"),
)


def screen(player: Player) -> list[str]:
    frame = player.frame()
    return ["".join(run.text for run in frame.lines[y]).rstrip() for y in range(frame.size.rows)]


def test_what_is_due_is_shown_and_silences_are_cut() -> None:
    player = Player(STORY, name="x", idle_s=2.0)
    player.advance(1.0)
    assert screen(player)[:2] == ["one", ""]
    player.advance(1.5)
    assert screen(player)[:3] == ["one", "two", ""]
    player.advance(1.5)  # 58 s of silence are two
    assert screen(player)[2] == "three"
    assert player.length_s == 6.0


def test_back_forth_stop_speed_and_runs() -> None:
    player = Player(STORY, name="x", idle_s=2.0)
    player.do("end")
    assert player.over
    assert screen(player)[0] == "again"  # a run has a terminal of its own
    player.do("back")
    assert screen(player)[:2] == ["one", ""]
    player.do("pause")
    player.advance(10)
    assert screen(player)[:2] == ["one", ""]
    player.do("pause")
    player.do("faster")
    player.advance(0.5)
    assert screen(player)[1] == "two"
    player.do("run-on")
    assert screen(player)[0] == ""
    assert not player.do("leave")


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    player = Player(events((50, "o", "a"), (10, "o", "b"), (11, "o", "c")), name="x")
    player.seek(player.length_s)
    assert screen(player)[0] == "abc"


def test_only_text_and_colours_are_drawn() -> None:
    evil = events(
        (0, "r", "30x3"), (0, "o", "\x1b]0;title\x07\x1b]52;c;eA==\x07\x1b[31mred\x1b[5n\x1bPq#0\x1b\\")
    )
    player = Player(evil, name="\x1b]0;name\x07")
    player.seek(1)
    drawn = draw(player, WinSize(4, 40))
    assert "red" in drawn
    left = re.sub(r"\x1b\[[0-9;]*[mHK]|\x1b\[\?2026[hl]", "", drawn)
    assert "\x1b" not in left
    assert "\x07" not in left


def test_a_larger_screen_is_cut_and_wide_glyphs_stay_whole() -> None:
    player = Player(events((0, "r", "10x5"), (0, "o", "日本語\r\n1\r\n2\r\n3\r\nlast")), name="x")
    player.seek(1)
    drawn = draw(player, WinSize(3, 5), colour=False)
    assert "last" in drawn
    assert "日" not in drawn
    assert "日本" in draw(player, WinSize(9, 5), colour=False)
    assert "日本語" not in draw(player, WinSize(9, 5), colour=False)


def test_torn_and_foreign_lines_cost_only_themselves(tmp_path: Path) -> None:
    header = b'{"version":2,"width":20,"height":4,"timestamp":1000}\n'
    (tmp_path / "output.1.cast").write_bytes(header + b'[0.5,"o","a"]\nnot json\n[1,"o"]\n')
    (tmp_path / "output.cast").write_bytes(
        header.replace(b"1000", b"2000") + b'[0.5,"o","\\u00e9"]\n[1,"o","to'
    )
    assert [(e.at, e.kind, e.data) for e in cast_events(tmp_path)] == [
        (1000.0, "r", "20x4"),
        (1000.5, "o", "a"),
        (2000.0, "r", "20x4"),
        (2000.5, "o", "é"),
    ]


def test_a_size_that_no_terminal_has_is_none() -> None:
    assert CastEvent(0, "r", "80x24").size == WinSize(24, 80)
    assert [CastEvent(0, "r", s).size for s in ("0x0", "99999x2", "axb", "80", "-1x5")] == [None] * 5
    assert last_text(events((0, "r", "99999x99999"), (0, "o", "hello"))) == ["hello"]


def test_the_command_prints_text_and_casts(cli: Cli) -> None:
    agent = cli("run", "--name", "teller", "--", "sh", "-c", "echo first; sleep 0.1; echo second").out.strip()
    assert cli("wait", agent, "--timeout", "20").code == 0
    assert cli("replay", "teller", "--text").out.split() == ["first", "second"]
    cast = cli("replay", agent, "--cast").out.splitlines()
    assert json.loads(cast[0])["version"] == 2
    told = [msgspec.json.decode(line, type=tuple[float, str, str]) for line in cast[1:]]
    assert "".join(data for _, kind, data in told if kind == "o").split() == ["first", "second"]
    assert [at for at, *_ in told] == sorted(at for at, *_ in told)
    assert "has no run 7" in cli("replay", agent, "--run", "7", "--text").err


def test_an_agent_that_printed_nothing_has_no_recording(cli: Cli) -> None:
    agent = cli("run", "--name", "mute", "--", "true").out.strip()
    cli("wait", agent, "--timeout", "20")
    result = cli("replay", agent)
    assert result.code == 1
    assert "mute has no recording." in result.err


def test_on_a_terminal_it_plays_and_leaves_it_as_it_was(cli: Cli) -> None:
    agent = cli("run", "--name", "shown", "--", "sh", "-c", "echo seen by all").out.strip()
    cli("wait", agent, "--timeout", "20")
    ours, theirs = pty.openpty()
    argv = [str(Path(sys.executable).with_name("agent-tui")), "replay", agent]
    child = subprocess.Popen(
        argv, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm-256color"}
    )
    os.close(theirs)
    os.set_blocking(ours, False)
    got = bytearray()

    def read(wanted: bytes) -> bool:
        with contextlib.suppress(BlockingIOError, OSError):
            got.extend(os.read(ours, 65536))
        return wanted in got

    wait_until(lambda: read(b"the end"))
    assert b"seen by all" in got
    os.write(ours, b"q")
    wait_until(lambda: read(b"\x1b[?1049l") and child.poll() is not None)
    assert child.returncode == 0
    os.close(ours)
