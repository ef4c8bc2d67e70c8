"""Every view of the dashboard, at every size, in every theme: what no picture may get wrong is checked on all of them.

`python -m screenshots.matrix [--to FOLDER] [NAME …]` walks the whole matrix and says what is wrong in it; with a folder it writes each
picture as text. The tests walk a part: each view at each size, and in each theme at one size, which takes turns.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from textual.pilot import Pilot

from screenshots import cast, faults
from screenshots.drawn import Drawn
from screenshots.stage import staged

SIZES: Final = ((80, 24), (120, 36), (200, 50), (300, 80))
THEMES: Final = ("dark", "light", "high-contrast", "colour-blind")
VIEWS: Final[dict[str, tuple[str, ...]]] = {
    "list": ("flaky-tests",),
    "lost": ("e2e",),
    "grid": ("flaky-tests", "g", "g", "g"),
    "terminal": ("api-refactor", "z"),
    "typing": ("api-refactor", "enter"),
    "timeline": ("csv-export", "z"),
    "inbox": ("flaky-tests", "!"),
    "question": ("docs", "!"),
    "answer": ("flaky-tests", "a"),
    "usage": ("flaky-tests", "u"),
    "why": ("migrate-db", "w"),
    "log": ("csv-export", "l"),
    "files": ("csv-export", "d"),
    "help": ("flaky-tests", "question_mark"),
    "palette": ("flaky-tests", ":"),
    "new": ("api-refactor", "n"),
    "prompt": ("docs", "p"),
    "kill": ("api-refactor", "K"),
    "copy": ("flaky-tests", "c"),
}
"""The agent that is selected, and the keys that lead to the view."""
_BACK: Final = {"grid": ("g",), "typing": ("ctrl+right_square_bracket",)}
_LOOKS: Final = 100


class Place(NamedTuple):
    """Where in the matrix a picture stands."""

    view: str
    size: tuple[int, int]
    theme: str

    def __str__(self) -> str:
        return f"{self.view}-{self.size[0]}x{self.size[1]}-{self.theme}"


Order = Callable[[int], Iterator[tuple[tuple[int, int], str]]]
"""Gives the sizes and themes of the view with this number."""


def whole(number: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Every size in every theme."""
    del number
    yield from ((size, theme) for size in SIZES for theme in THEMES)


def in_turn(number: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Every size, each in another theme; the next view has them the other way round."""
    yield from (
        (size, THEMES[(number + at + number // len(THEMES)) % len(THEMES)]) for at, size in enumerate(SIZES)
    )


async def walk(order: Order, views: Sequence[str] = ()) -> AsyncIterator[tuple[Place, Drawn]]:
    """Open one dashboard, and give what it draws at each place."""
    async with staged(cast.eleven(), SIZES[0]) as pilot:
        for number, (view, (agent, *keys)) in enumerate(VIEWS.items()):
            if views and view not in views:
                continue
            pilot.app.main.select(agent)  # type: ignore[attr-defined] # the dashboard's own screen
            await press(pilot, *keys)
            for size, theme in order(number):
                await pilot.resize_terminal(*size)
                pilot.app.theme = theme
                await still(pilot)
                yield Place(view, size, theme), Drawn(pilot.app.screen)
            await press(pilot, *_BACK.get(view, ()), "escape", "escape", "escape")


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys, each after the paint of the one before."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def still(pilot: Pilot[int]) -> None:
    """Wait until two looks in a row are the same.

    Raises:
        TimeoutError: They never are.
    """
    before: list[str] = []
    for _ in range(_LOOKS):
        await pilot.pause(0.01)
        now = Drawn(pilot.app.screen).lines()
        # After a change of size the first look may still be of the old one.
        if now == before and len(now) == pilot.app.size.height:
            return
        before = now
    raise TimeoutError("The picture does not come to rest.")


async def _all(views: Sequence[str], folder: Path | None) -> list[str]:
    wrong = []
    async for place, drawn in walk(whole, views):
        wrong += [f"{place}: {fault}" for fault in faults.of(drawn)]
        if folder is not None:
            (folder / f"{place}.txt").write_text("\n".join(drawn.lines()) + "\n", encoding="utf-8")
    return wrong


def main() -> int:
    """Walk the matrix; returns the exit code."""
    parser = argparse.ArgumentParser(prog="screenshots.matrix", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(VIEWS)}; all if none is named")
    parser.add_argument("--to", type=Path, help="folder for the pictures, as text")
    given = parser.parse_args()
    if unknown := set(given.names) - VIEWS.keys():
        parser.error(f"no such view: {', '.join(sorted(unknown))}")
    if given.to is not None:
        given.to.mkdir(parents=True, exist_ok=True)
    wrong = asyncio.run(_all(given.names, given.to))
    sys.stdout.writelines(f"{line}\n" for line in dict.fromkeys(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
