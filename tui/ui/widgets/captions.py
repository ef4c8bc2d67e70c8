"""Captions over the sections of the list: what they are, how many, what they cost, and whether they are folded."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from tui.core import figures
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, EMPTY, Piece, fit, text
from tui.ui.sections import Section

_CAPTION: Final = "bold $foreground-muted"
_MUTED: Final = "$foreground-muted"
_COUNT: Final = 4
"""Cells of the count, so that sums stand below each other."""


def section_caption(section: Section, width: int) -> Content:
    """Return `needs you   2`, `shop-api  ! 1   $4.20   3`, or `over 34 ▸  $12.40` of a folded section."""
    title = text(one_line(section.title, limit=60), _CAPTION)
    count = str(len(section.ids))
    right = []
    if section.waiting:
        right.append(Piece(20, text(f"  ! {section.waiting}", "bold $warning")))
    if section.cost is not None:
        right.append(Piece(10, text(f"  {figures.money(section.cost)}", _MUTED)))
    if section.folded or section.can_fold:
        mark = "▸" if section.folded else "▾"
        return fit(
            [Piece(ALWAYS, title), Piece(ALWAYS, text(f" {count} {mark}", _MUTED))], right, width, gap=1
        )
    place = count.rjust(_COUNT) if right else count
    right.append(Piece(ALWAYS, text(place, _MUTED)))
    return fit([Piece(ALWAYS, title)], right, width, gap=1) if width > 0 else EMPTY
