"""An update that looks at few rows draws what one that looks at all of them does."""

from __future__ import annotations

import random
from pathlib import Path

from textual._compositor import Compositor
from textual.geometry import Region

from tests.ui.opened import opened
from tui.ui.compositing import RowCompositor


async def test_any_update_is_the_stock_one(tmp_path: Path) -> None:
    seeded = random.Random(5)
    async with opened(tmp_path, size=(120, 36)) as d:
        for keys in ((), ("g",), ("g",), ("z",), ("enter",)):
            await d.press(*keys)
            ours = d.main._compositor
            assert isinstance(ours, RowCompositor)
            stock = Compositor()
            stock.__dict__.update(ours.__dict__)
            for _ in range(20):
                x, y = seeded.randrange(120), seeded.randrange(36)
                crop = Region(x, y, seeded.randint(1, 120 - x), seeded.randint(1, 36 - y))
                rows = set(crop.line_range)
                mine, theirs = (each._render_chops(crop, rows.__contains__) for each in (ours, stock))
                assert [dict(mine[row]) for row in rows] == [dict(theirs[row]) for row in rows]


async def test_rows_beside_an_update_are_not_rendered(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(120, 36)) as d:
        rendered = [
            (region, len(strips))
            for region, _, strips in d.main._compositor._get_renders(Region(40, 10, 20, 1))
        ]
        assert rendered
        assert all(region.y <= 10 < region.bottom and lines == 1 for region, lines in rendered)
