"""Small real programs that behave as agents do, well and badly. Run as scripts, standard library only."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent


def argv(name: str, *args: str) -> list[str]:
    """Return the command line of one of them; `-S -E` starts fast and alike everywhere."""
    return [sys.executable, "-S", "-E", str(HERE / f"{name}.py"), *args]
