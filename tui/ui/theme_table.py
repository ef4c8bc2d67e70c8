"""The colours of the four themes, as one table that the contrast test reads too.

Roles are Textual's own variable names where it has one, so that every built-in widget fits; the rest are ours.
Every text role reaches a contrast of 4.5 on every ground it may stand on (7 in the high contrast theme).
"""

from __future__ import annotations

from typing import Final

import msgspec


class Palette(msgspec.Struct, frozen=True, kw_only=True):
    """One theme's colours, each `#rrggbb`."""

    # Text.
    foreground: str
    muted: str
    primary: str
    needs: str
    """Needs you: a permission or a question."""
    stalled: str
    failed: str
    working: str
    done: str
    limited: str
    code: str
    # Diffs.
    add: str
    add_bg: str
    delete: str
    delete_bg: str
    # Grounds.
    background: str
    surface: str
    panel: str
    select: str
    line: str
    faint: str
    # Fills.
    on_needs: str
    needs_fill: str
    needs_edge: str
    on_fill: str
    warn_bg: str
    hint_bg: str

    dark: bool = True


DARK: Final = Palette(
    background="#0f1117",
    surface="#151821",
    panel="#1d212c",
    select="#232a3b",
    line="#2d3343",
    faint="#4b5368",
    foreground="#d6dae6",
    muted="#929bb2",
    warn_bg="#2b1f1c",
    hint_bg="#1a2233",
    on_needs="#12141b",
    on_fill="#12141b",
    code="#e3c08d",
    primary="#82aaff",
    needs="#ffc777",
    stalled="#ff9a66",
    failed="#ff7a85",
    working="#56d0bd",
    done="#b6dd7c",
    limited="#c8a2ff",
    add="#9fd98a",
    add_bg="#16291f",
    delete="#ff8f97",
    delete_bg="#31191f",
    needs_fill="#ffc777",
    needs_edge="#ffc777",
)

LIGHT: Final = Palette(
    dark=False,
    foreground="#20242d",
    muted="#5a6172",
    primary="#2b5bc7",
    needs="#8f5200",
    stalled="#ad3f0a",
    failed="#b81f33",
    working="#0b6e63",
    done="#3c6e0f",
    limited="#7138b8",
    code="#7a4d00",
    add="#2a6a14",
    add_bg="#e0f0db",
    delete="#a81f30",
    delete_bg="#f8e0e0",
    background="#eceae5",
    surface="#faf9f6",
    panel="#f1efea",
    select="#dfe6f6",
    line="#d5d1c8",
    faint="#aaa69b",
    on_needs="#20242d",
    needs_fill="#ffbe4d",
    needs_edge="#bd6f00",
    on_fill="#ffffff",
    warn_bg="#fbe9df",
    hint_bg="#e6ecf8",
)

HIGH_CONTRAST: Final = Palette(
    foreground="#ffffff",
    muted="#d0d0d0",
    primary="#7cc4ff",
    needs="#ffd84a",
    stalled="#ffa35c",
    failed="#ffa3a3",
    working="#5ff2dc",
    done="#b8f26b",
    limited="#dcb8ff",
    code="#ffd84a",
    add="#b8f26b",
    add_bg="#00300f",
    delete="#ffb0b0",
    delete_bg="#400008",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    select="#002a4a",
    line="#8a8a8a",
    faint="#8a8a8a",
    on_needs="#000000",
    needs_fill="#ffd84a",
    needs_edge="#ffd84a",
    on_fill="#000000",
    warn_bg="#3a1c00",
    hint_bg="#00223d",
)

# Hues of Okabe and Ito, "Color Universal Design" (2008): told apart with every common kind of colour blindness.
COLOUR_BLIND: Final = msgspec.structs.replace(
    DARK,
    primary="#7ab8ff",
    needs="#f0e442",
    stalled="#e69f00",
    failed="#ff7f50",
    working="#56b4e9",
    done="#35c79a",
    limited="#dd8fbf",
    add="#7cc4ff",
    add_bg="#11263a",
    delete="#ffb36b",
    delete_bg="#35240f",
    needs_fill="#f0e442",
    needs_edge="#f0e442",
)

PALETTES: Final = {
    "dark": DARK,
    "light": LIGHT,
    "high-contrast": HIGH_CONTRAST,
    "colour-blind": COLOUR_BLIND,
}
