"""Drawing what changed costs what changed: of each widget only the rows, and of these only the cells, that are redrawn.

Textual's compositor (checked with 8.2.8) has every widget that meets the rectangle round all changes draw all its lines there,
and cuts each of them at the borders of all others: for the echo of one key that is a third of all work, for nine panes that
print most of it. Here each span that changed is given to the widgets that are seen in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Span = tuple[int, int, int]
"""Row, first cell, cell behind the last."""


class Piece(NamedTuple):
    """What is drawn at a place."""

    x: int
    y: int
    strip: Strip


class PieceUpdate(ChopsUpdate):
    """Pieces, each put in its place by itself: a terminal with other widths of glyphs errs no further than its piece."""

    def __init__(self, pieces: Sequence[Piece], spans: Sequence[Span] = ()) -> None:
        super().__init__([], list(spans), [])
        self.pieces = pieces

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give Rich the segments."""
        for x, y, strip in self.pieces:
            yield Control.move_to(x, y).segment
            yield from strip

    def render_segments(self, console: Console) -> str:
        """Return what is written to the terminal."""
        return "".join([f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.pieces])


class RowCompositor(Compositor):
    """Textual's, except that an update asks nobody for what is beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._divided: dict[tuple[int, int, int], list[tuple[int, int, Widget]]] = {}
        self._alike: list[int] = []
        """For each row the first one that shows the same widgets in the same columns."""
        self._divided_for: object = None

    def render_partial_update(self) -> PieceUpdate | None:
        """Draw what changed; None if nothing did."""
        screen = self.size.region
        regions = [region for dirty in self._dirty_regions if (region := screen.intersection(dirty))]
        self._dirty_regions.clear()
        spans = list(self._regions_to_spans(regions))
        return PieceUpdate(self.pieces(spans), spans) if spans else None

    def pieces(self, spans: Iterable[Span]) -> list[Piece]:
        """Return what is seen in spans."""
        places = self.visible_widgets  # to draw one widget may have Textual find all of them anew
        parts = [(y, *part) for y, start, stop in spans for part in self._parts(y, start, stop)]
        rows: dict[Widget, set[int]] = {}
        for y, _, _, widget in parts:
            rows.setdefault(widget, set()).add(y)
        lines = {widget: _lines(widget, places[widget], sorted(ys)) for widget, ys in rows.items()}
        found = []
        for y, start, stop, widget in parts:
            left, strips = lines[widget]
            found.append(Piece(start, y, strips[y].crop(start - left, stop - left)))
        return found

    def _parts(self, y: int, start: int, stop: int) -> list[tuple[int, int, Widget]]:
        """Divide a span among the widgets that are seen in it; the same for all rows of a pane."""
        seen = self.visible_widgets
        stale = self._divided_for is not seen
        if stale:
            # Textual finds anew which widgets are seen and may keep the layers that it made of those before.
            self._layers_visible = None
        layers = self.layers_visible
        if stale:
            self._divided_for = seen
            self._divided.clear()
            first: dict[tuple[tuple[int, int, int], ...], int] = {}
            looks = (tuple((id(w), seen.x, seen.width) for w, seen, _ in layer) for layer in layers)
            self._alike = [first.setdefault(look, at) for at, look in enumerate(looks)]
        key = (self._alike[y], start, stop)
        parts = self._divided.get(key)
        if parts is None:
            parts = self._divided[key] = list(_divide(start, stop, layers[y]))
        return parts


def _lines(widget: Widget, place: tuple[Region, Region], ys: Sequence[int]) -> tuple[int, dict[int, Strip]]:
    """Have a widget draw some rows of the screen; returns where it begins, and its strips from there."""
    region, clip = place
    seen = region.intersection(clip)
    strips: dict[int, Strip] = {}
    for first, count in _runs(ys):
        part = Region(seen.x - region.x, first - region.y, seen.width, count)
        strips.update(enumerate(widget.render_lines(part), first))
    return seen.x, strips


def _divide(
    start: int, stop: int, layer: Sequence[tuple[Widget, Region, Region]]
) -> Iterator[tuple[int, int, Widget]]:
    gaps = [(start, stop)]
    for widget, seen, _ in layer:  # what is in front comes first
        left, right = seen.column_span
        beside: list[tuple[int, int]] = []
        for low, high in gaps:
            first, last = max(low, left), min(high, right)
            if first < last:
                yield first, last, widget
                beside += [gap for gap in ((low, first), (last, high)) if gap[0] < gap[1]]
            else:
                beside.append((low, high))
        gaps = beside
        if not gaps:
            return


def _runs(ys: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield neighbouring numbers of a sorted sequence together, as the first and how many."""
    first, count = ys[0], 0
    for y in ys:
        if y != first + count:
            yield first, count
            first, count = y, 0
        count += 1
    yield first, count
