"""An update that looks at nothing beside it draws what one that looks at everything does."""

from __future__ import annotations

import random
from pathlib import Path

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip

from tests.ui.opened import opened
from tui.ui.compositing import PieceUpdate, RowCompositor


def _cells(strip: Strip) -> list[tuple[str, object]]:
    return [(character, style) for text, style, _ in strip for character in text]


async def test_any_update_is_the_stock_one(tmp_path: Path) -> None:
    seeded = random.Random(5)
    async with opened(tmp_path, size=(120, 36)) as d:
        for keys in ((), ("g",), ("g",), ("z",), ("enter",)):
            await d.press(*keys)
            ours = d.main._compositor
            assert isinstance(ours, RowCompositor)
            stock = Compositor()
            stock.__dict__.update(ours.__dict__)
            whole = [
                Strip.join(chops.values())
                for chops in stock._render_chops(Region(0, 0, 120, 36), lambda y: True)
            ]
            for _ in range(20):
                regions = set()
                for _ in range(seeded.randint(1, 4)):
                    x, y = seeded.randrange(120), seeded.randrange(36)
                    regions.add(Region(x, y, seeded.randint(1, 120 - x), seeded.randint(1, 36 - y)))
                drawn: dict[tuple[int, int], tuple[str, object]] = {}
                for x, y, strip in ours.pieces(ours._regions_to_spans(regions)):
                    cells = _cells(strip)
                    assert len(cells) == strip.cell_length
                    drawn.update(((x + at, y), cell) for at, cell in enumerate(cells))
                wanted = {
                    (x, y)
                    for region in regions
                    for x in range(*region.column_span)
                    for y in region.line_range
                }
                assert drawn.keys() == wanted
                lines = [_cells(strip) for strip in whole]
                assert all(cell == lines[y][x] for (x, y), cell in drawn.items())


async def test_what_is_beside_an_update_is_not_rendered(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(120, 36)) as d:
        compositor = d.main._compositor
        d.app.main.agent_list.refresh(Region(0, 1, 4, 1))
        compositor.update_widgets({d.app.main.agent_list})
        asked: list[Region] = []
        render = d.app.main.agent_list.render_lines
        d.app.main.agent_list.render_lines = lambda crop: asked.append(crop) or render(crop)  # type: ignore[func-returns-value, method-assign]
        d.app.main.board.render_lines = None  # type: ignore[method-assign]  # fails where it is asked
        update = compositor.render_partial_update()
        assert update is not None
        assert [(piece.x, piece.strip.cell_length) for piece in update.pieces] == [(0, 4)]
        assert [crop.height for crop in asked] == [1]
        assert compositor.render_partial_update() is None


async def test_a_widget_that_went_meanwhile_is_not_asked(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(120, 36)) as d:
        compositor = d.main._compositor
        assert isinstance(compositor, RowCompositor)
        everything = [(y, 0, 120) for y in range(36)]
        compositor.pieces(everything)
        d.main.footer.styles.display = "none"  # told to Textual, not laid out yet
        compositor._full_map_invalidated = True
        assert d.main.footer not in compositor.full_map  # as a look at any widget's place does
        assert {piece.y for piece in compositor.pieces(everything)} == set(range(36))


async def test_a_widget_that_goes_while_another_is_drawn_does_not_end_the_drawing(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(120, 36)) as d:
        compositor = d.main._compositor
        assert isinstance(compositor, RowCompositor)
        render = d.main.header.render_lines

        def looks_around(crop: Region) -> list[Strip]:
            d.main.footer.styles.display = "none"
            compositor._full_map_invalidated = True
            assert d.main.footer not in compositor.full_map
            return render(crop)

        d.main.header.render_lines = looks_around  # type: ignore[method-assign]
        pieces = compositor.pieces([(y, 0, 120) for y in range(36)])
        assert {piece.y for piece in pieces} == set(range(36))


async def test_what_is_off_the_screen_is_passed_over(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(120, 36)) as d:
        compositor = d.main._compositor
        compositor._dirty_regions.update((Region(-5, 0, 10, 1), Region(118, 35, 9, 9), Region(0, 40, 9, 1)))
        update = compositor.render_partial_update()
        assert isinstance(update, PieceUpdate)
        spans = [(piece.y, piece.x, piece.x + piece.strip.cell_length) for piece in update.pieces]
        assert spans == [(0, 0, 5), (35, 118, 120)]
