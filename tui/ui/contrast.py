"""How well a colour is read on another, and the nearest one that is read well enough. Pure arithmetic on red, green, blue.

Source: WCAG 2.2, "relative luminance" and "contrast ratio"; the way there is xterm.js' and VS Code's (minimum contrast ratio).
"""

from __future__ import annotations

from functools import cache
from typing import Final

Rgb = tuple[int, int, int]
"""Each 0 to 255."""

_STEPS: Final = 20


@cache
def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def luminance(colour: Rgb) -> float:
    """Return the relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = colour
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def readable(text: Rgb, ground: Rgb, least: float) -> Rgb | None:
    """Return the nearest colour to that of a text that is read on a ground; None if the colour itself is.

    Args:
        text: What is to be read.
        ground: What it stands on.
        least: Contrast ratio to be reached; where none does, the best is taken.
    """
    if contrast(text, ground) >= least:
        return None
    # First away from the ground, the way the text is already: light text stays light if it can.
    brighter = luminance(text) > luminance(ground)
    ways = [_towards(text, ground, 255 if up else 0, least) for up in (brighter, not brighter)]
    return next(
        (found for found in ways if contrast(found, ground) >= least),
        max(ways, key=lambda found: contrast(found, ground)),
    )


def _towards(text: Rgb, ground: Rgb, end: int, least: float) -> Rgb:
    red, green, blue = text
    for step in range(1, _STEPS + 1):
        share = step / _STEPS
        found = (
            round(red + (end - red) * share),
            round(green + (end - green) * share),
            round(blue + (end - blue) * share),
        )
        if contrast(found, ground) >= least:
            return found
    return end, end, end
