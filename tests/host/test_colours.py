"""A child that asks for its terminal's colours hears those in which its pane is drawn."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.host.hosting import Hosted
from tests.waiting import until
from tui.host.colours import Colours
from tui.protocol import messages as m
from tui.protocol.screen import Frame
from tui.terminal.colours import COLOURS_FILE, DEFAULT_PALETTE, Palette
from tui.ui.theme import terminal_palette
from tui.ui.told_colours import remember_colours

RAW = Path(__file__).parent.parent / "agents" / "raw.py"


def test_colours_are_those_of_the_dashboards_theme(tmp_path: Path) -> None:
    colours = Colours(tmp_path)
    assert colours.read() == DEFAULT_PALETTE
    remember_colours(tmp_path, "light")
    light = terminal_palette("light")
    assert f"#{colours.read().background:06x}" == light.background
    assert [f"#{one:06x}" for one in colours.read().ansi] == list(light.colours)
    assert not colours.read().is_dark
    file = tmp_path / COLOURS_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("{broken")
    assert colours.read() == DEFAULT_PALETTE
    remember_colours(tmp_path, "dark")
    assert colours.read().is_dark
    remember_colours(tmp_path, "ansi")  # the outer terminal's own: nobody knows them
    assert not file.exists()
    assert colours.read() == DEFAULT_PALETTE


async def test_a_child_hears_them_and_of_a_change(hosted: Callable[..., Hosted], tmp_path: Path) -> None:
    log, say = tmp_path / "log", tmp_path / "say"
    agent = hosted().write([sys.executable, str(RAW), str(log), str(say)])
    state = agent.folder.parents[1]
    (state / COLOURS_FILE).write_bytes(msgspec.json.encode(Palette(background=0x102030)))
    host = await agent.start()
    client = await host.connect()
    await client.shows("raw ready")
    say.write_bytes(b"\x1b]11;?\x1b\\\x1b[?2031h")
    await until(lambda: b"\x1b]11;rgb:1010/2020/3030\x1b\\" in log.read_bytes())
    remember_colours(state, "light")
    os.utime(state / COLOURS_FILE, (1, 1))  # a coarse clock of the file system hides nothing
    client.send(m.Subscribe(screen=True))
    await until(lambda: b"\x1b[?997;2n" in log.read_bytes())
    say.write_bytes(b"\x1b]4;1;#102030\x1b\\\x1b]11;#fff\x1b\\")
    await until(lambda: any(frame.colours == {1: 0x102030, 257: 0xF0F0F0} for frame in client.all(Frame)))
    say.write_bytes(b"\x1b]104\x1b\\\x1b]111\x1b\\")
    await until(lambda: client.all(Frame)[-1].colours == {})
