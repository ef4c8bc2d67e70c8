"""Text that a program puts on a colour of the theme's is made readable; colours that it chose exactly stay."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tui.protocol.screen import (
    CONCEAL,
    DIM,
    OWN_BACKGROUND,
    OWN_CURSOR,
    OWN_FOREGROUND,
    REVERSE,
    TRUE_COLOUR,
    CellStyle,
    Run,
)
from tui.ui.cellstyle import LEAST_CONTRAST, StyleTable
from tui.ui.contrast import Rgb, contrast, readable
from tui.ui.theme import terminal_palette

RGB = st.tuples(*[st.integers(0, 255)] * 3)
NAMES = ("dark", "light", "high-contrast", "colour-blind")


def table(name: str = "dark", own: dict[int, int] | None = None) -> StyleTable:
    drawn = terminal_palette(name)
    return StyleTable(drawn.foreground, drawn.background, drawn.colours, own or {})


def pair(style: Style) -> tuple[Rgb, Rgb]:
    assert style.color is not None
    assert style.bgcolor is not None
    return tuple(style.color.get_truecolor()), tuple(style.bgcolor.get_truecolor())  # type: ignore[return-value]


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@given(text=RGB, ground=RGB)
def test_a_readable_colour_is_always_found_or_the_best_there_is(text: Rgb, ground: Rgb) -> None:
    found = readable(text, ground, LEAST_CONTRAST)
    assert contrast(found or text, ground) >= LEAST_CONTRAST  # black or white always does, at 4.5
    assert (found is None) == (contrast(text, ground) >= LEAST_CONTRAST)


@pytest.mark.parametrize("name", NAMES)
def test_each_of_the_sixteen_is_readable_on_each_other(name: str) -> None:
    drawn = table(name)
    numbers = [-1, *range(16)]
    for fore, back in itertools.product(numbers, numbers):
        if fore == back != -1:
            continue
        for attrs in (0, REVERSE):
            text, ground = pair(drawn.style(CellStyle(fore, back, attrs)))
            if text != ground:
                assert contrast(text, ground) >= LEAST_CONTRAST, (fore, back)


def test_what_is_readable_or_chosen_exactly_or_hidden_stays() -> None:
    drawn = table()
    for style in (
        CellStyle(fg=TRUE_COLOUR | 0x808080, bg=TRUE_COLOUR | 0x707070),
        CellStyle(fg=240, bg=238),
        CellStyle(fg=TRUE_COLOUR | 0x303030),
        CellStyle(fg=236),
        CellStyle(fg=4, bg=4),
        CellStyle(fg=0, bg=-1, attrs=CONCEAL),
        CellStyle(fg=2, bg=-1),
    ):
        assert drawn.style(style) == drawn.style(style, filled=True), style
    assert drawn.style(CellStyle(fg=7, bg=4)) != drawn.style(CellStyle(fg=7, bg=4), filled=True)


def test_exact_text_on_one_of_the_sixteen_and_default_text_on_an_exact_ground_are_made_readable() -> None:
    drawn = table()
    for style in (CellStyle(fg=TRUE_COLOUR | 0xFFFFFF, bg=4), CellStyle(bg=TRUE_COLOUR | 0xFFFFC0)):
        assert contrast(*pair(drawn.style(style))) >= LEAST_CONTRAST


def test_dim_text_may_stay_dimmer() -> None:
    drawn = table()
    text, ground = pair(drawn.style(CellStyle(fg=7, bg=4, attrs=DIM)))
    assert LEAST_CONTRAST / 2 <= contrast(text, ground) < LEAST_CONTRAST


def test_blocks_and_separators_have_exactly_the_colour_of_the_ground_they_go_on_with() -> None:
    drawn = table()
    styles = [CellStyle(fg=4, bg=2), CellStyle(bg=4)]
    for glyphs in ("\ue0b0", "▀▄", "█ "):
        strip = drawn.strip([Run(glyphs, len(glyphs), 0), Run("  ", 2, 1)], styles, len(glyphs) + 2)
        first, second = (segment.style for segment in list(strip)[:2])
        assert first is not None
        assert second is not None
        assert pair(first)[0] == pair(second)[1]


def test_unknown_colours_of_the_outer_terminal_pass_through() -> None:
    style = StyleTable("", "").style(CellStyle(fg=7, bg=4))
    assert style.color is not None
    assert style.color.number == 7


def test_colours_that_the_child_changed_are_drawn_as_they_are() -> None:
    own = {
        4: 0x112233,
        200: 0x445566,
        OWN_FOREGROUND: 0x202020,
        OWN_BACKGROUND: 0x101010,
        OWN_CURSOR: 0xFF0000,
    }
    drawn = table(own=own)
    assert pair(drawn.style(CellStyle(fg=200, bg=4))) == ((0x44, 0x55, 0x66), (0x11, 0x22, 0x33))
    assert pair(drawn.style(CellStyle())) == ((0x20,) * 3, (0x10,) * 3)
    assert pair(drawn.blank) == ((0x20,) * 3, (0x10,) * 3)
    assert pair(drawn.cursor)[1] == (0xFF, 0, 0)
