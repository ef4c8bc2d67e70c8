"""A dashboard on a scripted fleet, opened for a test."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from textual import events
from textual.pilot import Pilot

from tests.ui.fake_fleet import FakeClock, FakeFleet, moods
from tui.client.catalog import RuntimeInfo
from tui.client.view import AgentView
from tui.core.settings import Settings
from tui.core.spec import Mode
from tui.system.paths import Paths
from tui.ui.app import DashboardApp
from tui.ui.layout import Arrangement

LIMIT_S = 10.0
CHARACTERS = {"exclamation_mark": "!", "space": " ", "plus": "+", "enter": "\r"}

BOTH = (Mode.INTERACTIVE, Mode.STREAM)
RUNTIMES = [
    RuntimeInfo("claude-code", "Claude Code", BOTH, True, "/usr/bin/claude", "npm i claude", "claude", True),
    RuntimeInfo("codex", "Codex", (Mode.STREAM, Mode.INTERACTIVE), False, "", "npm i codex", "codex", True),
    RuntimeInfo("command", "command", (Mode.INTERACTIVE,), True),
    RuntimeInfo("demo", "Demo", BOTH, True),
]


class Opened:
    """What a test holds."""

    def __init__(self, app: DashboardApp, fleet: FakeFleet, clock: FakeClock, pilot: Pilot[int]) -> None:
        self.app, self.fleet, self.clock, self.pilot = app, fleet, clock, pilot

    @property
    def main(self) -> Any:
        return self.app.main

    @property
    def selected(self) -> str | None:
        return self.app.main.agents.selected

    async def press(self, *keys: str) -> None:
        """Press keys one by one, each after the paint of the one before."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def arrange(self, wanted: Arrangement) -> None:
        """Press the layout's key until it is this one."""
        while self.main.board.arrangement is not wanted:
            await self.press("g")

    def burst(self, *keys: str) -> None:
        """Post keys as one read from the terminal gives them: all before anything is handled."""
        for key in keys:
            character = key if len(key) == 1 else CHARACTERS.get(key)
            self.app.post_message(events.Key(key, character))

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition, with a deadline."""
        limit = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < limit, "it did not come to that"
            await self.pilot.pause(0.01)

    def screen_name(self) -> str:
        return type(self.app.screen).__name__

    def toasts(self) -> list[str]:
        return self.app.toasts.messages

    def text(self) -> str:
        """All that is drawn, as text."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips() if width and height else []
        return "\n".join(strip.text for strip in lines)


@contextlib.asynccontextmanager
async def opened(
    tmp_path: Path,
    views: Sequence[AgentView] | None = None,
    *,
    size: tuple[int, int] = (120, 36),
    settings: Settings | None = None,
    prepare: Callable[[FakeFleet], None] = lambda fleet: None,
    fleet: FakeFleet | None = None,
    wait: bool = True,
) -> AsyncIterator[Opened]:
    """Open a dashboard, wait for its first complete picture unless told not to."""
    fleet = fleet or FakeFleet(moods() if views is None else views)
    prepare(fleet)
    clock = FakeClock()
    paths = Paths(tmp_path / "state", tmp_path / "run", tmp_path / "config", tmp_path / "log")
    app = DashboardApp(fleet.connect, paths, settings, clock=clock)
    with mock.patch("tui.client.catalog.runtimes", return_value=RUNTIMES):
        async with app.run_test(size=size, notifications=True) as pilot:
            dashboard = Opened(app, fleet, clock, pilot)
            main = app.main

            def is_drawn() -> bool:
                return main._started and not main._sync_asked and len(main.board.panes) == len(main.slots)

            await dashboard.until(lambda: not wait or is_drawn())
            await pilot.pause()
            yield dashboard
