"""Classes that a screen gets for its size; style sheets place by them."""

from __future__ import annotations

from typing import Final

HEIGHT_CLASSES: Final[list[tuple[int, str]]] = [(0, "-low"), (30, "-tall")]
WIDTH_CLASSES: Final[list[tuple[int, str]]] = [(0, "-w80"), (100, "-w120"), (160, "-w200"), (260, "-w300")]
