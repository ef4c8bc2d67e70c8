"""Where copies go: programs on PATH that write down what they get, hang or fail; the terminal's sequence; a file."""

from __future__ import annotations

import base64
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from tui.ui import clipboard
from tui.ui.clipboard import OSC52_MAX, send

TAKES = "cat > {got}"
FAILS = "cat > /dev/null; exit 1"
HANGS = "exec sleep 60"
SERVES = "cat > {got}; (trap '' HUP; exec sleep 0.3) & exit 0"
"""As programs do that own a selection: a child stays behind, with everything that it inherited."""
CLOSES = "exec 0<&-; exit 0"


class App:
    """What the clipboard needs of the dashboard."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.said: list[str] = []

    def copy_to_clipboard(self, text: str) -> None:
        self.sent.append(text)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


class Desk:
    """A PATH of our own, and an environment that names no terminal and no desktop."""

    def __init__(self, folder: Path, set_variable: Callable[[str, str], None]) -> None:
        self.folder = folder
        self.set_variable = set_variable
        self.app = App()

    def has(self, name: str, body: str) -> Path:
        """Put a program on PATH; returns the file that gets what it is given."""
        got = self.folder / f"{name}.got"
        program = self.folder / "bin" / name
        program.write_text(f'#!/bin/sh\nPATH=/usr/bin:/bin\necho "$@" > {got}.args\n{body.format(got=got)}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return got

    async def copies(self, text: str) -> str:
        """Copy a text; returns what is said of it."""
        self.app.said.clear()
        await send(cast("Any", self.app), text)
        [said] = self.app.said
        return said


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    (tmp_path / "bin").mkdir()
    for name in ("TMUX", "SSH_CONNECTION", "SSH_TTY", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(clipboard, "PROGRAM_S", 5.0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    return Desk(tmp_path, monkeypatch.setenv)


PROGRAMS = [
    ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, "wl-copy", ""),
    ("linux", {"DISPLAY": ":0"}, "xclip", "-selection clipboard"),
    ("linux", {"DISPLAY": ":0"}, "xsel", "--clipboard --input"),
    ("darwin", {}, "pbcopy", ""),
]


@pytest.mark.parametrize(("platform", "variables", "name", "arguments"), PROGRAMS)
async def test_the_desktops_program_gets_the_text_whole(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    variables: dict[str, str],
    name: str,
    arguments: str,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    for key, value in variables.items():
        desk.set_variable(key, value)
    got = desk.has(name, SERVES)
    assert await desk.copies("zwölf 日本 😀") == f"10 characters sent to the clipboard, by {name}."
    assert got.read_text() == "zwölf 日本 😀"
    assert Path(f"{got}.args").read_text().strip() == arguments
    long = "a line of text\n" * 100_000
    assert await desk.copies(long) == f"100,001 lines sent to the clipboard, by {name}."
    assert got.read_text() == long


async def test_wayland_comes_first_and_the_next_one_when_it_fails(desk: Desk) -> None:
    desk.set_variable("WAYLAND_DISPLAY", "wayland-0")
    desk.set_variable("DISPLAY", ":0")
    desk.has("wl-copy", FAILS)
    got = desk.has("xclip", TAKES)
    assert (await desk.copies("hello")).endswith("by xclip.")
    assert got.read_text() == "hello"
    wayland = desk.has("wl-copy", TAKES)
    assert (await desk.copies("again")).endswith("by wl-copy.")
    assert (wayland.read_text(), got.read_text()) == ("again", "hello")


@pytest.mark.parametrize("body", [FAILS, HANGS, "exec 0<&-; exit 3"])
async def test_a_program_that_fails_or_hangs_leaves_the_terminals_own_clipboard(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(clipboard, "PROGRAM_S", 0.2)
    desk.set_variable("DISPLAY", ":0")
    desk.has("xclip", body)
    assert await desk.copies("text") == "4 characters sent to the terminal's clipboard."
    assert desk.app.sent == ["text"]


async def test_a_program_that_hangs_is_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "PROGRAM_S", 0.2)
    desk.set_variable("DISPLAY", ":0")
    pid = desk.folder / "pid"
    desk.has("xclip", f"echo $$ > {pid}; exec sleep 60")
    await desk.copies("text")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_a_program_that_does_not_read_all_but_succeeds_is_believed(desk: Desk) -> None:
    desk.set_variable("DISPLAY", ":0")
    desk.has("xclip", CLOSES)
    assert (await desk.copies("x" * 1_000_000)).endswith("by xclip.")


async def test_tmux_has_a_command_of_its_own_that_takes_more_than_the_sequence(desk: Desk) -> None:
    desk.set_variable("TMUX", "/tmp/tmux-0/default,1,0")
    got = desk.has("tmux", TAKES)
    assert await desk.copies("hello") == "5 characters sent to tmux and the terminal's clipboard."
    assert Path(f"{got}.args").read_text().strip() == "load-buffer -w -"
    long = "y" * (OSC52_MAX + 1)
    assert "tmux" in await desk.copies(long)
    assert (got.read_text(), desk.app.sent) == (long, [])


async def test_without_its_command_tmux_gets_the_sequence(desk: Desk) -> None:
    desk.set_variable("TMUX", "/tmp/tmux-0/default,1,0")
    desk.has("tmux", FAILS)  # as one does that is older than the option
    assert await desk.copies("hello") == "5 characters sent to the terminal's clipboard."
    assert desk.app.sent == ["hello"]


async def test_the_sequence_carries_so_much_and_what_is_longer_goes_to_a_file(desk: Desk) -> None:
    most = "é" * (OSC52_MAX // 2)
    assert (await desk.copies(most)).endswith("sent to the terminal's clipboard.")
    assert desk.app.sent == [most]
    assert len(base64.b64encode(most.encode())) < 100_000
    said = await desk.copies(most + "é")
    assert said.startswith("Too long for the clipboard: ")
    path = Path(said.rpartition(" ")[2])
    assert path.read_text() == most + "é"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert desk.app.sent == [most]


async def test_over_ssh_the_desktop_is_another_machine(desk: Desk) -> None:
    desk.set_variable("DISPLAY", "localhost:10.0")
    desk.set_variable("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    got = desk.has("xclip", TAKES)
    assert await desk.copies("text") == "4 characters sent to the terminal's clipboard."
    assert not got.exists()


async def test_what_cannot_be_encoded_is_replaced(desk: Desk) -> None:
    desk.set_variable("DISPLAY", ":0")
    got = desk.has("xclip", TAKES)
    await desk.copies("lone \ud800 half")
    assert desk.app.sent == ["lone ? half"]
    assert got.read_text() == "lone ? half"
