"""What the dashboard remembers between its runs: how the last agent was described, the theme that was chosen.

A convenience: a file that cannot be read or written is as good as none.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec

from tui.core.spec import Mode
from tui.terminal.colours import COLOURS_FILE, Palette
from tui.ui.theme import terminal_palette

_FILE: Final = "dashboard.json"


class LastAgent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last agent that was described in the dialog."""

    runtime: str = ""
    mode: Mode | None = None
    model: str = ""
    cwd: str = ""
    command: str = ""
    quiet: str = ""
    budget: str = ""


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is remembered."""

    version: int = 1
    last: LastAgent = LastAgent()
    theme: str = ""
    layouts: dict[str, str] = {}
    """The layout that was chosen last, by folder."""


LAYOUTS_MAX: Final = 100
"""Folders whose layout is remembered; the oldest is forgotten first."""


def remember_layout(folder: Path, project: str, layout: str) -> None:
    """Keep the layout of a project for the next time."""
    memory = recall(folder)
    others = {name: value for name, value in memory.layouts.items() if name != project}
    layouts = dict([*others.items(), (project, layout)][-LAYOUTS_MAX:])
    remember(folder, msgspec.structs.replace(memory, layouts=layouts))


def remember_colours(folder: Path, theme: str) -> None:
    """Tell hosts in which colours panes are drawn; of a terminal's own colours nothing is known."""
    drawn = terminal_palette(theme)
    path = folder / COLOURS_FILE
    if not drawn.colours:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return
    foreground = _number(drawn.foreground)
    colours = tuple(map(_number, drawn.colours))
    palette = Palette(foreground, _number(drawn.background), foreground, colours)
    with contextlib.suppress(OSError):
        write_private(path, msgspec.json.encode(palette))


def _number(colour: str) -> int:
    return int(colour.removeprefix("#"), 16)


def recall(folder: Path) -> Memory:
    """Return what is remembered."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Memory)
    except (OSError, msgspec.MsgspecError):
        return Memory()


def remember(folder: Path, memory: Memory) -> None:
    """Keep it for the next time."""
    with contextlib.suppress(OSError):
        write_private(folder / _FILE, msgspec.json.encode(memory))


def write_private(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, for the user alone; its folder is made.

    Raises:
        OSError: It cannot be written.
    """
    fresh = path.with_suffix(".new")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    fresh.replace(path)
