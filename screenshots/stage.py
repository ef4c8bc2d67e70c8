"""The real app on invented agents: a fleet without hosts, a stopped clock, no machine behind it."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from unittest import mock

from textual.pilot import Pilot

from screenshots import events, screens
from screenshots.cast import NOW
from tui.client.catalog import RuntimeInfo
from tui.client.launch import Draft
from tui.client.view import AgentView
from tui.core.clock import Now
from tui.core.commands import AnyCommand
from tui.core.facts import Event
from tui.core.settings import Dashboard, Settings
from tui.core.spec import Mode
from tui.protocol.messages import Resize
from tui.protocol.screen import Frame, History, WinSize
from tui.system.paths import Paths
from tui.ui.app import Connect, DashboardApp
from tui.ui.memory import LastAgent, Memory, remember
from tui.ui.ports import Input

DRAWINGS: Final[dict[str, screens.Drawing]] = {
    "flaky-tests": screens.codex,
    "api-refactor": screens.claude,
    "notes": screens.idle,
}
STORIES: Final[dict[str, Callable[[], list[Event]]]] = {
    "flaky-tests": events.flaky_tests,
    "docs": events.docs,
    "migrate-db": events.migrate_db,
    "changelog": events.changelog,
    "bench": events.bench,
    "csv-export": events.csv_export,
}
FIRST_SIZE: Final = WinSize(24, 80)


class StillClock:
    """A clock that stands."""

    def now(self) -> Now:
        """Return the moment of the pictures."""
        return NOW


class CastSubscription:
    """Nothing ever changes, so there is nothing to stop."""

    def close(self) -> None:
        """Stop looking."""

    def set_fps(self, fps: int) -> None:
        """Change nothing."""


class CastLink:
    """A pane's way to an invented agent: it draws itself anew for each size."""

    def __init__(self, agent_id: str, drawings: dict[str, screens.Drawing]) -> None:
        self._drawing = drawings.get(agent_id)
        self._story = STORIES.get(agent_id)
        self._size = FIRST_SIZE
        self._watchers: list[Callable[[Frame], None]] = []

    def watch_screen(self, on_frame: Callable[[Frame], None], *, fps: int = 60) -> CastSubscription:
        """Push the one frame, and another after a resize."""
        del fps
        self._watchers.append(on_frame)
        if self._drawing is not None:
            on_frame(screens.frame(self._drawing, self._size))
        return CastSubscription()

    def watch_events(self, on_events: Callable[[list[Event]], None]) -> CastSubscription:
        """Push the whole story."""
        on_events(self._story() if self._story is not None else [])
        return CastSubscription()

    def look(self, in_focus: bool) -> None:
        """Nobody is told."""

    def send(self, message: Input) -> None:
        """Take a new size; keys go nowhere."""
        if isinstance(message, Resize) and self._drawing is not None:
            self._size = message.size
            for watcher in self._watchers:
                watcher(screens.frame(self._drawing, self._size))

    async def history(self, first: int, count: int) -> History:
        """Return nothing: it never scrolled."""
        del count
        return History(first, [], [], [], 0, 0)

    async def text(self) -> list[str]:
        """Return what it draws, without its colours."""
        if self._drawing is None:
            return []
        lines = screens.frame(self._drawing, self._size).lines
        return ["".join(run.text for run in lines[y]).rstrip() for y in sorted(lines)]


class CastFleet:
    """All invented agents."""

    def __init__(self, views: Sequence[AgentView], drawings: dict[str, screens.Drawing]) -> None:
        self.agents = {view.id: view for view in views}
        self._drawings = drawings
        self._links: dict[str, CastLink] = {}

    def connect(self, on_change: Callable[[frozenset[str]], None]) -> CastFleet:
        """Be the app's fleet."""
        del on_change
        return self

    def read(self) -> None:
        """Everything is known already."""

    async def start(self) -> None:
        """Nobody is there to be asked."""

    async def close(self) -> None:
        """Nothing is open."""

    async def command(self, agent_id: str, command: AnyCommand) -> None:
        """Do nothing."""

    async def create(self, draft: Draft) -> str:
        """Create nothing."""
        return draft.name

    async def forget(self, agent_id: str) -> None:
        """Forget nothing."""

    def mark_seen(self, agent_id: str) -> None:
        """Nobody looks."""

    def link(self, agent_id: str) -> CastLink:
        """Return the way to an agent."""
        return self._links.setdefault(agent_id, CastLink(agent_id, self._drawings))


def runtimes(**_: object) -> list[RuntimeInfo]:
    """Return what is installed in the pictures, whatever is on this machine."""
    both = (Mode.INTERACTIVE, Mode.STREAM)
    found = (
        ("claude-code", "Claude Code", "claude", True, "npm i -g @anthropic-ai/claude-code"),
        ("codex", "Codex", "codex", True, "npm i -g @openai/codex"),
        ("gemini", "Gemini CLI", "gemini", True, "npm i -g @google/gemini-cli"),
        ("opencode", "OpenCode", "opencode", False, "npm i -g opencode-ai"),
    )
    command = RuntimeInfo(name="command", title="command", modes=(Mode.INTERACTIVE,), installed=True)
    return [
        RuntimeInfo(
            name=name,
            title=title,
            modes=both,
            installed=here,
            path=f"/usr/local/bin/{program}" if here else "",
            install=install,
            executable=program,
        )
        for name, title, program, here, install in found
    ] + [command]


_UNSET: Final = ("NO_COLOR", "SSH_CONNECTION", "SSH_TTY", "TMUX", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS")


@contextlib.contextmanager
def still_world() -> Iterator[Path]:
    """Give an empty home, Greenwich as the place, and a machine that has the pictures' CLIs."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ):
        os.environ.update(TZ="UTC", HOME=folder, COLORTERM="truecolor", TERM="xterm-256color")
        for name in _UNSET:
            os.environ.pop(name, None)
        time.tzset()
        with mock.patch("tui.client.catalog.runtimes", runtimes):
            yield Path(folder)
    time.tzset()


def folders(home: Path) -> Paths:
    """Make a dashboard's folders."""
    paths = Paths(*(home / name for name in ("state", "run", "config", "log")))
    for folder in (paths.state, paths.runtime, paths.config, paths.log):
        folder.mkdir(exist_ok=True)
    return paths


@contextlib.asynccontextmanager
async def dashboard(
    connect: Connect, paths: Paths, size: tuple[int, int], *, theme: str = "dark"
) -> AsyncIterator[Pilot[int]]:
    """Open the dashboard at the moment of the pictures, as someone who started an agent before."""
    last = LastAgent(runtime="claude-code", cwd="~/src/shop-api", quiet="5:00", budget="$2.00")
    remember(paths.state, Memory(last=last))
    settings = Settings(dashboard=Dashboard(theme=theme, reduced_motion=True))
    app = DashboardApp(connect, paths, settings, clock=StillClock())
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        yield pilot


@contextlib.asynccontextmanager
async def staged(
    views: Sequence[AgentView],
    size: tuple[int, int],
    *,
    theme: str = "dark",
    drawings: dict[str, screens.Drawing] | None = None,
) -> AsyncIterator[Pilot[int]]:
    """Open the dashboard on invented agents."""
    with still_world() as home:
        fleet = CastFleet(views, {**DRAWINGS, **(drawings or {})})
        async with dashboard(fleet.connect, folders(home), size, theme=theme) as pilot:
            await settle(pilot)
            yield pilot


async def settle(pilot: Pilot[int]) -> None:
    """Let the layout come to rest, then what a tick of the second draws."""
    await _rest(pilot)
    pilot.app.main.tick()  # type: ignore[attr-defined] # the dashboard's own screen
    await _rest(pilot)


async def _rest(pilot: Pilot[int]) -> None:
    """Wait until sizes have reached the agents and two looks in a row are the same.

    Raises:
        TimeoutError: It still moves after five seconds, which a still clock does not explain.
    """
    before, same = "", 0
    for _ in range(100):
        await pilot.pause(0.05)
        update = pilot.app.screen._compositor.render_update(full=True)
        now = repr(getattr(update, "strips", update))
        same = same + 1 if now == before else 0
        # Sizes are sent after a tenth of a second: be still for longer than that.
        if same >= 4:
            return
        before = now
    raise TimeoutError("The scene does not come to rest.")
