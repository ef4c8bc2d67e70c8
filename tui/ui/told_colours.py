"""The colours that panes are drawn in, told to hosts: their agents ask for them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from tui.terminal.colours import COLOURS_FILE, Palette
from tui.ui.memory import write_private
from tui.ui.theme import terminal_palette


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
