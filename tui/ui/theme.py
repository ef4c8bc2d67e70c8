"""The themes as Textual knows them, and the colours that an agent's own screen is drawn with.

An app registers `THEMES` and returns `variable_defaults()` from `get_theme_variable_defaults()`: style sheets are
parsed before a theme is in force, and an unknown variable ends the app.
"""

from __future__ import annotations

from typing import Final

import msgspec
from textual.theme import Theme

from tui.ui.theme_table import COLOUR_BLIND, DARK, HIGH_CONTRAST, LIGHT, PALETTES, Palette

DEFAULT_THEME: Final = "dark"
ANSI_THEME: Final = "ansi"


class TerminalPalette(msgspec.Struct, frozen=True):
    """What an agent's screen looks like where it names no 24-bit colour."""

    foreground: str
    background: str
    colours: tuple[str, ...]
    """ANSI colours 0 to 15, `#rrggbb`; empty: the outer terminal's own colours pass through."""


def _own_variables(palette: Palette) -> dict[str, str]:
    """Return the variables that Textual has no name for, or derives otherwise than we want."""
    return {
        "foreground-muted": palette.muted,
        "text-muted": palette.muted,
        "state-stalled": palette.stalled,
        "state-working": palette.working,
        "code": palette.code,
        "add": palette.add,
        "add-bg": palette.add_bg,
        "del": palette.delete,
        "del-bg": palette.delete_bg,
        "select": palette.select,
        "line": palette.line,
        "faint": palette.faint,
        "on-needs": palette.on_needs,
        "needs-fill": palette.needs_fill,
        "needs-edge": palette.needs_edge,
        "on-fill": palette.on_fill,
        "warn-bg": palette.warn_bg,
        "hint-bg": palette.hint_bg,
    }


def _widget_variables(palette: Palette) -> dict[str, str]:
    """Return the values that built-in widgets take for their parts."""
    return {
        # Textual derives its shades through another colour space and comes back one step off: these are exact.
        "primary": palette.primary,
        "accent": palette.primary,
        "secondary": palette.limited,
        "warning": palette.needs,
        "error": palette.failed,
        "success": palette.done,
        "foreground": palette.foreground,
        "background": palette.background,
        "surface": palette.surface,
        "panel": palette.panel,
        "scrollbar": palette.line,
        "scrollbar-hover": palette.faint,
        "scrollbar-active": palette.faint,
        "scrollbar-background": palette.surface,
        "scrollbar-background-hover": palette.surface,
        "scrollbar-background-active": palette.surface,
        "scrollbar-corner-color": palette.surface,
        "border": palette.primary,
        "border-blurred": palette.line,
        "block-cursor-background": palette.select,
        "block-cursor-foreground": palette.foreground,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": palette.panel,
        "block-cursor-blurred-foreground": palette.foreground,
        "block-hover-background": palette.panel,
        "input-cursor-background": palette.foreground,
        "input-cursor-foreground": palette.background,
        "input-cursor-text-style": "none",
        "input-selection-background": palette.line,
        "input-selection-foreground": palette.foreground,
        "screen-selection-background": palette.line,
        "screen-selection-foreground": palette.foreground,
        "link-color": palette.primary,
        "link-style": "underline",
        "link-background": "transparent",
        "link-color-hover": palette.primary,
        "link-background-hover": palette.select,
        "link-style-hover": "underline",
        "footer-key-foreground": palette.primary,
    }


def _theme(name: str, palette: Palette) -> Theme:
    return Theme(
        name=name,
        primary=palette.primary,
        accent=palette.primary,
        secondary=palette.limited,
        warning=palette.needs,
        error=palette.failed,
        success=palette.done,
        foreground=palette.foreground,
        background=palette.background,
        surface=palette.surface,
        panel=palette.panel,
        dark=palette.dark,
        variables={**_own_variables(palette), **_widget_variables(palette)},
    )


_ANSI = Theme(
    # The user's own sixteen colours and background: for terminals without 24-bit colour, and for those who prefer it.
    name=ANSI_THEME,
    ansi=True,
    primary="ansi_bright_blue",
    accent="ansi_bright_blue",
    secondary="ansi_magenta",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "foreground-muted": "ansi_bright_black",
        "text-muted": "ansi_bright_black",
        "state-stalled": "ansi_bright_red",
        "state-working": "ansi_cyan",
        "code": "ansi_yellow",
        "add": "ansi_green",
        "add-bg": "ansi_default",
        "del": "ansi_red",
        "del-bg": "ansi_default",
        # Reverse video would be lost under a fill, so a selected row is told by its edge and bold name alone.
        "select": "ansi_default",
        "line": "ansi_bright_black",
        "faint": "ansi_bright_black",
        "on-needs": "ansi_black",
        "needs-fill": "ansi_yellow",
        "needs-edge": "ansi_yellow",
        "on-fill": "ansi_black",
        "warn-bg": "ansi_default",
        "hint-bg": "ansi_default",
    },
)

THEMES: Final[tuple[Theme, ...]] = (*(_theme(name, palette) for name, palette in PALETTES.items()), _ANSI)


def variable_defaults() -> dict[str, str]:
    """Return a value for each of our own variables, for the first parse and for themes that are not ours."""
    return _own_variables(DARK)


_DARK_16: Final = (
    "#1d212c #ff7a85 #9fd98a #ffc777 #82aaff #c8a2ff #56d0bd #c4c9d6 "
    "#8089a1 #ff9aa3 #c9ec94 #ffd99c #a6c3ff #dcc2ff #83e6d6 #f2f4fa"
)
_LIGHT_16: Final = (
    # Programs write in "white" and "bright white" on a ground they believe dark: here both have to be readable greys.
    "#20242d #b81f33 #2f6b12 #8f5200 #2b5bc7 #7138b8 #0b6e63 #666c7b "
    "#5a6172 #a81f30 #3c6e0f #7a4d00 #1f4aa8 #5f2ba0 #075e55 #3b4150"
)
_CONTRAST_16: Final = (
    "#000000 #ff8080 #7dff7d #ffd84a #7cc4ff #e3a6ff #5ff2dc #e6e6e6 "
    "#b0b0b0 #ffa3a3 #b8f26b #ffec8a #a8d8ff #eccbff #a0fff0 #ffffff"
)
_BLIND_16: Final = (
    "#1d212c #ff7f50 #35c79a #f0e442 #7ab8ff #dd8fbf #56b4e9 #c4c9d6 "
    "#8089a1 #ffb36b #6fe0bd #f7ee86 #a3cdff #edb6d8 #8fd0f4 #f2f4fa"
)

_TERMINALS: Final = {
    "dark": TerminalPalette(DARK.foreground, DARK.surface, tuple(_DARK_16.split())),
    "light": TerminalPalette(LIGHT.foreground, LIGHT.surface, tuple(_LIGHT_16.split())),
    "high-contrast": TerminalPalette(
        HIGH_CONTRAST.foreground, HIGH_CONTRAST.surface, tuple(_CONTRAST_16.split())
    ),
    "colour-blind": TerminalPalette(COLOUR_BLIND.foreground, COLOUR_BLIND.surface, tuple(_BLIND_16.split())),
    ANSI_THEME: TerminalPalette("", "", ()),
}


def terminal_palette(theme: str) -> TerminalPalette:
    """Return the colours of an agent's screen under a theme; for a theme that is not ours those of `dark`."""
    return _TERMINALS.get(theme, _TERMINALS[DEFAULT_THEME])
