"""Cells of an agent's terminal as Rich segments: styles made once, text kept inert, widths trusted to nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
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
    OWN_BACKGROUND,
    OWN_CURSOR,
    OWN_FOREGROUND,
    REVERSE,
    STRIKE,
    TRUE_COLOUR,
    UNDERLINE,
    CellStyle,
    Line,
)
from tui.ui.contrast import readable
from tui.ui.recent import Recent

LINK_MAX: Final = 2048
_LINK: Final = re.compile(r"(?:https?|file|mailto):[!-~]+")
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_STYLES_MAX: Final = 4096
_ROWS_KEPT: Final = 128
"""Rows that are kept after they were drawn last, and as many before those."""
_PLAIN: Final = CellStyle()
LEAST_CONTRAST: Final = 4.5
"""Of text on its ground, as WCAG 2 measures it and asks for; half of it for dim text."""
_FILLED: Final = re.compile("[ \u2580-\u259f\ue0a0-\ue0d7]+")
"""Blocks and the separators of status lines: grounds drawn with glyphs, whose colour has to meet that of a ground."""


class StyleTable:
    """Cell styles to Rich styles, for one theme.

    Args:
        foreground: `#rrggbb` of default text.
        background: `#rrggbb` of default ground.
        colours: `#rrggbb` of ANSI 0 to 15; empty: the outer terminal's own.
        own: Colours that the child changed, as a frame carries them.
    """

    def __init__(
        self,
        foreground: str,
        background: str,
        colours: Sequence[str] = (),
        own: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self._palette = {index: Color.parse(colour) for index, colour in enumerate(colours)}
        self._chosen = {index: _from_rgb(colour) for index, colour in own.items()}
        """What the child chose itself is drawn as it is."""
        self._defaults = (
            self._chosen.get(OWN_FOREGROUND, _colour(foreground)),
            self._chosen.get(OWN_BACKGROUND, _colour(background)),
        )
        self._made: dict[tuple[CellStyle, bool, bool], Style] = {}
        self._rows: Recent[tuple[object, ...], Strip] = Recent(_ROWS_KEPT)
        self.blank = Style(color=self._defaults[0], bgcolor=self._defaults[1])
        ground = self._chosen.get(OWN_CURSOR, self._defaults[0])
        self.cursor = Style(color=self._defaults[1], bgcolor=ground)

    def style(self, cell: CellStyle, *, reverse_screen: bool = False, filled: bool = False) -> Style:
        """Return the Rich style of a cell style.

        Args:
            cell: The style.
            reverse_screen: Default colours are swapped.
            filled: For glyphs that continue a ground: their colour stays exactly what it is.
        """
        key = (cell, reverse_screen, filled)
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= _STYLES_MAX:
                self._made.clear()
            made = self._made[key] = self._make(cell, reverse_screen, filled)
        return made

    def _make(self, cell: CellStyle, reverse_screen: bool, filled: bool) -> Style:
        attrs = cell.attrs
        link = cell.link
        fore, back = self._pair(cell, reverse_screen, filled)
        return Style(
            color=fore,
            bgcolor=back,
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

    def _pair(self, cell: CellStyle, reverse_screen: bool, filled: bool) -> tuple[Color, Color]:
        """Foreground and background. Text in colours of the theme's is made readable on its ground.

        The theme's sixteen colours are not those that a program had in mind when it put one on another. Text whose colour it
        chose exactly is left alone unless it is on one of the sixteen, and so is text in the colour of its ground, which is
        meant to be hidden.
        """
        default_fore, default_back = self._defaults[::-1] if reverse_screen else self._defaults
        fore = self._resolve(cell.fg, default_fore)
        back = self._resolve(cell.bg, default_back)
        turned = bool(cell.attrs & REVERSE)
        text, ground = (cell.bg, cell.fg) if turned else (cell.fg, cell.bg)
        is_ours = self._is_sixteen(text) or self._is_sixteen(ground) or self._is_default(text, turned)
        if filled or cell.attrs & CONCEAL or not is_ours:
            return fore, back
        least = LEAST_CONTRAST / 2 if cell.attrs & DIM else LEAST_CONTRAST
        if turned:
            return fore, _readable(back, fore, least)
        return _readable(fore, back, least), back

    def _is_sixteen(self, colour: int) -> bool:
        return colour in self._palette and colour not in self._chosen

    def _is_default(self, colour: int, turned: bool) -> bool:
        return colour == DEFAULT_COLOUR and (OWN_BACKGROUND if turned else OWN_FOREGROUND) not in self._chosen

    def _resolve(self, colour: int, default: Color) -> Color:
        if colour == DEFAULT_COLOUR:
            return default
        if colour & TRUE_COLOUR:
            return _from_rgb(colour)
        return self._chosen.get(colour) or self._palette.get(colour) or _indexed(colour)

    def strip(
        self, line: Line, styles: Sequence[CellStyle], width: int, *, reverse_screen: bool = False
    ) -> Strip:
        """Return one row, exactly `width` cells wide: the same strip for the same cells.

        Args:
            line: Runs from column 0; a longer line is cut.
            styles: The table that the runs' numbers point into.
            width: Cells.
            reverse_screen: Default colours are swapped (DECSCNM).
        """
        # Rows that scroll come again one row higher; a strip that is kept keeps its escape sequences.
        known = len(styles)
        cells = [
            (run.text, run.cells, styles[run.style] if 0 <= run.style < known else _PLAIN) for run in line
        ]
        key = (width, reverse_screen, *cells)
        strip = self._rows.get(key)
        if strip is None:
            strip = self._rows[key] = self._strip(cells, width, reverse_screen)
        return strip

    def _strip(self, runs: Sequence[tuple[str, int, CellStyle]], width: int, reverse_screen: bool) -> Strip:
        segments: list[Segment] = []
        used = 0
        for text, cells, style in runs:
            if not text.isprintable() and _CONTROLS.search(text):
                text = _CONTROLS.sub(" ", text)  # never raw to the outer terminal, whatever a host sends
            if (len(text) if text.isascii() else cell_len(text)) != cells:
                text = set_cell_size(text, cells)
            if used + cells > width:
                text, cells = set_cell_size(text, width - used), width - used
            filled = not text.isascii() and _FILLED.fullmatch(text) is not None
            segments.append(Segment(text, self.style(style, reverse_screen=reverse_screen, filled=filled)))
            used += cells
            if used >= width:
                break
        if used < width:
            blank = self.style(_PLAIN, reverse_screen=reverse_screen)
            segments.append(Segment(" " * (width - used), blank))
        return Strip(segments, width)


def _readable(text: Color, ground: Color, least: float) -> Color:
    """The colour of text, moved towards white or black until it can be read on a ground; unknown ones as they are."""
    if text.is_default or ground.is_default or text == ground:
        return text
    found = readable(_triplet(text), _triplet(ground), least)
    return text if found is None else Color.from_rgb(*found)


def _triplet(colour: Color) -> tuple[int, int, int]:
    red, green, blue = colour.get_truecolor()
    return red, green, blue


def _from_rgb(colour: int) -> Color:
    return Color.from_rgb(colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF)


def _indexed(colour: int) -> Color:
    return Color.from_ansi(min(max(colour, 0), 255))


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
