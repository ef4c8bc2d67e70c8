"""What is on the screen, cell by cell: characters, their colours, and whose cells they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.segment import Segment
from textual.geometry import Region
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from tui.ui.contrast import Rgb
from tui.ui.widgets.terminal_view import TerminalView


class Piece(NamedTuple):
    """Neighbouring cells of one style."""

    x: int
    y: int
    text: str
    fore: Rgb
    back: Rgb


class Drawn:
    """One picture of a screen.

    Args:
        screen: The topmost screen; what shows of the ones below it is left out.
    """

    def __init__(self, screen: Screen[object]) -> None:
        width, height = screen.app.size
        self.size = (width, height)
        self.modal = screen.is_modal
        self._strips = screen._compositor.render_strips()
        whole = Region(0, 0, width, height)
        self.own = _dialog(screen) or whole
        """Where the topmost screen draws."""
        self.others = [
            region.intersection(clip)
            for widget, (region, clip) in screen._compositor.visible_widgets.items()
            if isinstance(widget, TerminalView | ScrollBar)
        ]
        """Where agents draw their own screens, and the bars beside what is longer than its place."""

    def lines(self) -> list[str]:
        """Return the rows as text."""
        return [strip.text for strip in self._strips]

    def own_lines(self) -> list[str]:
        """Return the rows of what the topmost screen draws, as text, without the screens of agents."""
        rows: dict[int, list[str]] = {}
        ends: dict[int, int] = {}
        for piece in self.pieces():
            # A gap is a gap: what stands left and right of a pane is not one word.
            gap = " " if piece.x > ends.get(piece.y, 0) else ""
            rows.setdefault(piece.y, []).append(gap + piece.text)
            ends[piece.y] = piece.x + len(piece.text)
        return ["".join(parts) for parts in rows.values()]

    def widths(self) -> set[int]:
        """Return how wide the rows are, by the drawing's own count."""
        return {strip.cell_length for strip in self._strips}

    def pieces(self) -> Iterator[Piece]:
        """Return what the topmost screen draws, without the screens of agents."""
        for y in range(self.own.y, self.own.bottom):
            x = 0
            for segment in self._strips[y]:
                if segment.text.strip() and self._is_ours(x, y):
                    yield _piece(segment, x, y)
                x += segment.cell_length

    def _is_ours(self, x: int, y: int) -> bool:
        return self.own.contains(x, y) and not any(region.contains(x, y) for region in self.others)


def _dialog(screen: Screen[object]) -> Region | None:
    """Return the region of a dialog, which stands over a dimmed page."""
    if not screen.is_modal:
        return None
    solid = [
        region.intersection(clip)
        for widget, (region, clip) in screen._compositor.visible_widgets.items()
        if widget is not screen and widget.styles.background.a == 1
    ]
    return Region.from_union(solid) if solid else None


def _piece(segment: Segment, x: int, y: int) -> Piece:
    style = segment.style
    assert style is not None, f"text without a style at {x}, {y}"
    assert style.color is not None, f"text without a colour at {x}, {y}: {segment.text!r}"
    assert style.bgcolor is not None, f"text without a ground at {x}, {y}: {segment.text!r}"
    fore, back = style.color.get_truecolor(), style.bgcolor.get_truecolor()
    fore, back = (back, fore) if style.reverse else (fore, back)
    return Piece(x, y, segment.text, tuple(fore), tuple(back))
