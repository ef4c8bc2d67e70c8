"""A bar is left alone only if Textual would draw it as it stands there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.scrollbar import ScrollBarRender

from tui.ui.widgets.thumb import thumb


def _drawn(cells: int, page: int, window: int, position: float) -> list[tuple[str, bool]]:
    bar = ScrollBarRender.render_bar(cells, page, window if window < page else 0, position)
    return [(segment.text, bool(segment.style and segment.style.reverse)) for segment in bar.segments]


@given(st.integers(1, 40), st.integers(0, 300), st.data())
def test_bars_that_look_alike_are_told_alike(window: int, more: int, data: st.DataObject) -> None:
    pages = [window + more, window + more + data.draw(st.integers(0, 40))]
    tops = [data.draw(st.integers(0, max(0, page - window))) for page in pages]
    if data.draw(st.booleans()):
        tops = [page - window for page in pages]
    looks = [thumb(window, page, window, top) for page, top in zip(pages, tops, strict=True)]
    drawn = [_drawn(window, page, window, top) for page, top in zip(pages, tops, strict=True)]
    if looks[0] == looks[1]:
        assert drawn[0] == drawn[1]


def test_where_all_is_seen_there_is_no_thumb() -> None:
    assert thumb(20, 20, 20, 0) == thumb(20, 5, 20, 0) == (20, 0, 0)
    assert thumb(0, 100, 20, 0) == (0, 0, 0)
