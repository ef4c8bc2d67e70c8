"""The pictures: what each shows, how large, and the keys that lead to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from textual.pilot import Pilot

from screenshots import plots

Script = Callable[[Pilot[int]], Awaitable[None]]

SIX: Final = tuple(plot.name for plot in plots.SIX)
ALL: Final = (*SIX, *(plot.name for plot in plots.MORE))
NINE: Final = tuple(name for name in ALL if name != "notes")
_LOOKS: Final = 200
_SIGNS: Final = {" ": "space", ",": "comma", "(": "left_parenthesis", ")": "right_parenthesis"}


class Scene(NamedTuple):
    """One picture."""

    name: str
    size: tuple[int, int]
    """Columns and rows."""
    script: Script
    agents: tuple[str, ...] = SIX
    theme: str = "dark"
    away: str = ""
    """When the user looked last; empty: just now."""
    undo: tuple[str, ...] = ()
    """Keys that take back what the script did to the agents: the next picture has the same ones."""
    colour: bool = True


def keys(*presses: str) -> Script:
    """Return a script that presses keys, with time for each to be drawn."""

    async def script(pilot: Pilot[int]) -> None:
        for press in presses:
            await pilot.press(press)
            await pilot.pause()

    return script


def choose(agent_id: str, *presses: str) -> Script:
    """Return a script that selects an agent first."""

    async def script(pilot: Pilot[int]) -> None:
        pilot.app.main.select(agent_id)  # type: ignore[attr-defined] # the dashboard's own screen
        await pilot.pause()
        await keys(*presses)(pilot)

    return script


def typed(text: str) -> tuple[str, ...]:
    """Return the keys that type a text."""
    return tuple(_SIGNS.get(letter, letter) for letter in text)


async def digest(pilot: Pilot[int]) -> None:
    """Open what happened while the user was away, once it has been gathered from the logs."""
    main = pilot.app.main  # type: ignore[attr-defined] # the dashboard's own screen
    for _ in range(_LOOKS):
        if main.away.digest is not None:
            break
        await pilot.pause(0.05)
    await keys("e")(pilot)


_GRID: Final = ("g", "g", "g")
_HERO: Final = "flaky-tests"

SCENES: Final[tuple[Scene, ...]] = (
    Scene("grid-200x50", (200, 50), choose(_HERO)),
    Scene("grid-200x50-light", (200, 50), choose(_HERO), theme="light"),
    Scene("grid-200x50-high-contrast", (200, 50), choose(_HERO), theme="high-contrast"),
    Scene("grid-120x36", (120, 36), choose(_HERO, *_GRID)),
    Scene("grid-120x36-light", (120, 36), choose(_HERO, *_GRID), theme="light"),
    Scene("grid-120x36-colour-blind", (120, 36), choose(_HERO, *_GRID), theme="colour-blind"),
    Scene("grid-120x36-nocolor", (120, 36), choose(_HERO, *_GRID), colour=False),
    Scene("grid-80x24", (80, 24), choose(_HERO, *_GRID)),
    Scene("grid-300x80", (300, 80), choose(_HERO), agents=NINE),
    Scene("list-80x24", (80, 24), choose(_HERO), agents=ALL),
    Scene(
        "list-one-120x36",
        (120, 36),
        choose("api-refactor", "enter", *typed("also rename match() to resolve(), keep an alias")),
        undo=("ctrl+u",),
    ),
    Scene("timeline-120x36", (120, 36), choose("csv-export", "z"), agents=(*SIX, "csv-export")),
    Scene("inbox-120x36", (120, 36), choose(_HERO, "exclamation_mark")),
    Scene("inbox-120x36-light", (120, 36), choose(_HERO, "exclamation_mark"), theme="light"),
    Scene("new-agent-100x30", (100, 30), choose("api-refactor", "n")),
    Scene("help-120x36", (120, 36), choose(_HERO, *_GRID, "question_mark")),
    Scene("why-120x36", (120, 36), choose("migrate-db", "w")),
    Scene("usage-120x36", (120, 36), choose("api-refactor", "u"), agents=ALL),
    Scene("away-120x36", (120, 36), digest, agents=ALL, away="13:05"),
    Scene("first-run-100x30", (100, 30), keys(), agents=()),
    Scene("kill-120x34", (120, 34), choose("api-refactor", "K")),
    Scene("lost-120x34", (120, 34), choose("e2e"), agents=ALL),
)
