"""Drawing what changed costs what changed: of each widget only the rows that are redrawn are asked for.

Textual's compositor (checked with 8.2.8) renders every line of every visible widget for each update, however small: for
the echo of one key that is a third of all work. Only rows that overlap the update can be seen in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class RowCompositor(Compositor):
    """Textual's, except that an update looks at no row beside it."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if not crop:
            yield from super()._get_renders(crop)
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            part = clip.intersection(rows)
            seen = region.intersection(part)
            if seen and crop.overlaps(clip):
                lines = Region(seen.x - region.x, seen.y - region.y, seen.width, seen.height)
                yield region, part, widget.render_lines(lines)
