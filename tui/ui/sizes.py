"""Classes that a screen gets for its size; style sheets place by them."""

from __future__ import annotations

from typing import Final

TALL_FROM: Final = 30
"""Rows of the terminal from which there is room for gaps."""
HEIGHT_CLASSES: Final[list[tuple[int, str]]] = [(0, "-low"), (TALL_FROM, "-tall")]
WIDTH_CLASSES: Final[list[tuple[int, str]]] = [(0, "-w80"), (100, "-w120"), (160, "-w200"), (260, "-w300")]
