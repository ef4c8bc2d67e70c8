"""The pictures: what each shows, how large, and the keys that lead to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from textual.pilot import Pilot

from screenshots import cast, screens
from screenshots.stage import settle
from tui.client.view import AgentView

Script = Callable[[Pilot[int]], Awaitable[None]]


class Scene(NamedTuple):
    """One picture."""

    name: str
    size: tuple[int, int]
    """Columns and rows."""
    script: Script
    views: Callable[[], list[AgentView]] = cast.six
    theme: str = "dark"
    drawings: dict[str, screens.Drawing] | None = None


def keys(*presses: str) -> Script:
    """Return a script that presses keys, with time for each to be drawn."""

    async def script(pilot: Pilot[int]) -> None:
        for press in presses:
            await pilot.press(press)
            await settle(pilot)

    return script


def choose(agent_id: str, *presses: str) -> Script:
    """Return a script that selects an agent first."""

    async def script(pilot: Pilot[int]) -> None:
        pilot.app.main.select(agent_id)  # type: ignore[attr-defined] # the dashboard's own screen
        await settle(pilot)
        await keys(*presses)(pilot)

    return script


def _zoomed() -> list[AgentView]:
    return [cast.csv_export(), *cast.six()]


_GRID: Final = ("g", "g")

SCENES: Final[tuple[Scene, ...]] = (
    Scene("grid-200x50", (200, 50), choose("flaky-tests")),
    Scene(
        "grid-200x50-light",
        (200, 50),
        choose("flaky-tests"),
        theme="light",
        drawings={"api-refactor": screens.claude_light},
    ),
    Scene(
        "list-one-120x36",
        (120, 36),
        choose("api-refactor", "enter"),
        drawings={"api-refactor": screens.claude_typed},
    ),
    Scene("timeline-120x36", (120, 36), choose("csv-export", "z"), views=_zoomed),
    Scene("help-120x36", (120, 36), choose("flaky-tests", *_GRID, "question_mark")),
    Scene("list-80x24", (80, 24), choose("flaky-tests"), views=cast.eleven),
    Scene("new-agent-100x30", (100, 30), choose("api-refactor", "n")),
    Scene("first-run-100x30", (100, 30), keys(), views=list),
    Scene("why-120x36", (120, 36), choose("migrate-db", "w")),
    Scene("usage-120x36", (120, 36), choose("api-refactor", "u")),
    Scene("grid-120x36", (120, 36), choose("flaky-tests", *_GRID)),
    Scene("grid-80x24", (80, 24), choose("flaky-tests", *_GRID)),
    Scene("inbox-120x36", (120, 36), choose("flaky-tests", "exclamation_mark")),
)
