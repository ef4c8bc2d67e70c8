from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.style import Style
from textual.widgets import Static

from tui.ui.theme import THEMES, terminal_palette, variable_defaults
from tui.ui.theme_table import PALETTES, Palette

TEXT_ROLES = (
    "foreground", "muted", "primary", "needs", "stalled", "failed", "working", "done", "limited", "code",
)  # fmt: skip
GROUNDS = ("background", "surface", "panel", "select")
PAIRS = (
    ("add", "add_bg"), ("delete", "delete_bg"), ("on_needs", "needs_fill"), ("on_fill", "primary"),
    ("foreground", "warn_bg"), ("stalled", "warn_bg"), ("primary", "warn_bg"), ("muted", "warn_bg"),
    ("foreground", "hint_bg"), ("primary", "hint_bg"), ("muted", "hint_bg"), ("code", "hint_bg"),
    ("foreground", "add_bg"), ("foreground", "delete_bg"), ("limited", "add_bg"), ("limited", "delete_bg"),
    ("primary", "add_bg"), ("primary", "delete_bg"), ("on_fill", "failed"),
)  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", PALETTES)
def test_every_text_is_readable_on_every_ground(name: str) -> None:
    palette = PALETTES[name]
    least = 7.0 if name == "high-contrast" else 4.5
    pairs = [(role, ground) for role in TEXT_ROLES for ground in GROUNDS] + list(PAIRS)
    low = {
        (text, ground): round(contrast(getattr(palette, text), getattr(palette, ground)), 2)
        for text, ground in pairs
        if contrast(getattr(palette, text), getattr(palette, ground)) < least
    }
    assert low == {}


@pytest.mark.parametrize("name", PALETTES)
def test_the_edge_of_what_needs_you_stands_out(name: str) -> None:
    palette: Palette = PALETTES[name]
    assert contrast(palette.needs_edge, palette.background) >= 3


@pytest.mark.parametrize("name", PALETTES)
def test_an_agents_own_sixteen_colours_are_readable_on_its_ground(name: str) -> None:
    screen = terminal_palette(name)
    assert len(screen.colours) == 16
    assert contrast(screen.foreground, screen.background) >= 7
    # Colour 0 is a ground in dark themes.
    for colour in screen.colours[1:]:
        assert contrast(colour, screen.background) >= 4.5, colour


def test_an_unknown_theme_draws_agents_as_the_dark_one() -> None:
    assert terminal_palette("nord") == terminal_palette("dark")


def test_all_themes_define_our_variables() -> None:
    wanted = set(variable_defaults())
    for theme in THEMES:
        missing = wanted - set(theme.variables)
        assert missing == set(), theme.name


class ThemedApp(App[None]):
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults()

    def compose(self) -> ComposeResult:
        yield Static("x")

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)


async def test_every_theme_can_be_put_in_force_and_names_resolve() -> None:
    app = ThemedApp()
    async with app.run_test() as pilot:
        for theme in THEMES:
            app.theme = theme.name
            await pilot.pause()
            for name in variable_defaults():
                style = Style.parse(f"${name}")
                assert style.foreground is not None, (theme.name, name)
            variables = app.theme_variables
            if not theme.ansi:
                assert variables["foreground-muted"] == theme.variables["foreground-muted"]
                assert variables["surface"].lower() == (theme.surface or "").lower()
