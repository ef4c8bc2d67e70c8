"""The table of docs/runtimes.md, as the runtimes declare it: `python -m tui.runtimes.table docs/runtimes.md` writes it again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.core import markdown
from tui.core.spec import Mode
from tui.core.usage import UsageSource
from tui.runtimes.registry import all_runtimes

BEGIN: Final = "<!-- table: made by `nox -s table` -->\n"
END: Final = "<!-- /table -->\n"
SKIPPED: Final = frozenset({"demo"})
"""Comes with the program and is no CLI."""

_HEAD: Final = (
    "Runtime",
    "Proved with",
    "State and conversation from",
    "Tokens from",
    "Money",
    "It cannot tell",
)
_MODES: Final = {Mode.STREAM: "headless", Mode.INTERACTIVE: "screen"}


def rows() -> Iterator[tuple[str, ...]]:
    """Yield a row for each mode of each runtime."""
    for runtime in all_runtimes():
        for mode in () if runtime.name in SKIPPED else runtime.modes:
            tells = runtime.tells[mode]
            money = "" if tells.money is UsageSource.NONE else str(tells.money)
            name = f"`{runtime.name}` {_MODES[mode]}"
            yield (name, runtime.tested, tells.state, tells.tokens, money, tells.silent)


def table() -> str:
    """Return the table in Markdown."""
    return markdown.table(_HEAD, rows(), empty="–")


def renewed(page: str) -> str:
    """Return a page with the table between its marks written again.

    Raises:
        ValueError: The page has no marks.
    """
    return markdown.renewed(page, BEGIN, END, table())


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")
