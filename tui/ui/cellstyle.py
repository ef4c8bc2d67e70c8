"""Cells of an agent's terminal as Rich segments: styles made once, text kept inert, widths trusted to nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.protocol.screen import (
    BLINK,
    BOLD,
    CONCEAL,
    DEFAULT_COLOUR,
    DIM,
    DOUBLE,
    ITALIC,
    OVERLINE,
    REVERSE,
    STRIKE,
    TRUE_COLOUR,
    UNDERLINE,
    CellStyle,
    Line,
)

LINK_MAX: Final = 2048
_LINK: Final = re.compile(r"(?:https?|file|mailto):[!-~]+")
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_STYLES_MAX: Final = 4096


class StyleTable:
    """Cell styles to Rich styles, for one theme.

    Args:
        foreground: `#rrggbb` of default text.
        background: `#rrggbb` of default ground.
        colours: `#rrggbb` of ANSI 0 to 15; empty: the outer terminal's own.
    """

    def __init__(self, foreground: str, background: str, colours: Sequence[str] = ()) -> None:
        self._palette = [Color.parse(colour) for colour in colours]
        self._defaults = (_colour(foreground), _colour(background))
        self._made: dict[tuple[CellStyle, bool], Style] = {}
        self.blank = Style(color=self._defaults[0], bgcolor=self._defaults[1])
        self.cursor = Style(color=self._defaults[1], bgcolor=self._defaults[0])

    def style(self, cell: CellStyle, *, reverse_screen: bool = False) -> Style:
        """Return the Rich style of a cell style."""
        key = (cell, reverse_screen)
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= _STYLES_MAX:
                self._made.clear()
            made = self._made[key] = self._make(cell, reverse_screen)
        return made

    def _make(self, cell: CellStyle, reverse_screen: bool) -> Style:
        fore, back = self._defaults[::-1] if reverse_screen else self._defaults
        attrs = cell.attrs
        link = cell.link
        return Style(
            color=self._resolve(cell.fg, fore),
            bgcolor=self._resolve(cell.bg, back),
            bold=bool(attrs & BOLD) or None,
            dim=bool(attrs & DIM) or None,
            italic=bool(attrs & ITALIC) or None,
            underline=bool(attrs & UNDERLINE and not attrs & DOUBLE) or None,
            underline2=bool(attrs & DOUBLE) or None,
            blink=bool(attrs & BLINK) or None,
            reverse=bool(attrs & REVERSE) or None,
            conceal=bool(attrs & CONCEAL) or None,
            strike=bool(attrs & STRIKE) or None,
            overline=bool(attrs & OVERLINE) or None,
            # Rich writes a link as it is: only what cannot hold an escape sequence passes.
            link=link if len(link) <= LINK_MAX and _LINK.fullmatch(link) else None,
        )

    def _resolve(self, colour: int, default: Color) -> Color:
        if colour == DEFAULT_COLOUR:
            return default
        if colour & TRUE_COLOUR:
            return Color.from_rgb(colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF)
        if 0 <= colour < len(self._palette):
            return self._palette[colour]
        return Color.from_ansi(min(max(colour, 0), 255))

    def strip(
        self, line: Line, styles: Sequence[CellStyle], width: int, *, reverse_screen: bool = False
    ) -> Strip:
        """Return one row, exactly `width` cells wide.

        Args:
            line: Runs from column 0; a longer line is cut.
            styles: The table that the runs' numbers point into.
            width: Cells.
            reverse_screen: Default colours are swapped (DECSCNM).
        """
        segments: list[Segment] = []
        used = 0
        for run in line:
            text, cells = run.text, run.cells
            if not text.isprintable() and _CONTROLS.search(text):
                text = _CONTROLS.sub(" ", text)  # never raw to the outer terminal, whatever a host sends
            if (len(text) if text.isascii() else cell_len(text)) != cells:
                text = set_cell_size(text, cells)
            if used + cells > width:
                text, cells = set_cell_size(text, width - used), width - used
            style = styles[run.style] if 0 <= run.style < len(styles) else CellStyle()
            segments.append(Segment(text, self.style(style, reverse_screen=reverse_screen)))
            used += cells
            if used >= width:
                break
        if used < width:
            blank = self.style(CellStyle(), reverse_screen=reverse_screen)
            segments.append(Segment(" " * (width - used), blank))
        return Strip(segments, width)


def _colour(value: str) -> Color:
    return Color.parse(value) if value and not value.startswith("ansi") else Color.default()


def line_text(line: Line) -> str:
    """Return a row's text without the blanks at its end."""
    return "".join(run.text for run in line).rstrip()


def glyph_at(strip: Strip, column: int) -> tuple[int, int, str]:
    """Return where the glyph under a column starts, how wide it is, and its text."""
    text = strip.crop(column, column + 1).text
    if text.strip():
        return column, 1, text
    for start in (column, column - 1):  # half of a wide glyph is cut to a blank: look with its other half
        if start >= 0:
            wide = strip.crop(start, start + 2).text
            if cell_len(wide[:1]) == 2:
                return start, 2, wide
    return column, 1, text or " "
