"""What the dashboard asks of the fleet, as protocols. `tui.client.fleet` has the real ones, tests have scripted ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from tui.core.commands import AnyCommand
from tui.core.facts import Event
from tui.protocol.messages import Focus, Key, Mouse, Paste, Resize
from tui.protocol.screen import Frame, History
from tui.ui.look import View

if TYPE_CHECKING:
    from tui.client.launch import Draft

Input = Key | Paste | Mouse | Focus | Resize


class Subscription(Protocol):
    """A running look at an agent."""

    def close(self) -> None:
        """Stop it."""
        ...

    def set_fps(self, fps: int) -> None:
        """Ask for at most this many frames a second."""
        ...


class Link(Protocol):
    """A pane's way to one agent; outlives connections and hosts."""

    def watch_screen(self, on_frame: Callable[[Frame], None], *, fps: int = 60) -> Subscription:
        """Push frames from now on, a complete one first."""
        ...

    def watch_events(self, on_events: Callable[[list[Event]], None]) -> Subscription:
        """Push events: the log so far, then live ones."""
        ...

    def send(self, message: Input) -> None:
        """Send input; never blocks."""
        ...

    def look(self, in_focus: bool) -> None:
        """Say whether the user looks at the agent right now."""
        ...

    async def history(self, first: int, count: int, *, plain: bool = False) -> History:
        """Return lines of the scrollback; as text, with the places of prompts, if `plain`."""
        ...

    async def text(self) -> list[str]:
        """Return the screen as text."""
        ...


class Fleet(Protocol):
    """All agents."""

    @property
    def agents(self) -> Mapping[str, View]:
        """Every agent by id."""
        ...

    def read(self) -> None:
        """Read what is on disk for the first picture; raises `AgentTuiError` where that cannot be."""
        ...

    async def start(self) -> None:
        """Read the rest of what is on disk, then connect and watch."""
        ...

    async def close(self) -> None:
        """Let go; the agents go on."""
        ...

    async def command(self, agent_id: str, command: AnyCommand) -> None:
        """Ask for a command; raises `AgentTuiError` with the sentence."""
        ...

    async def create(self, draft: Draft) -> str:
        """Make and start an agent; returns its id."""
        ...

    async def fork(self, agent_id: str, *, name: str = "", prompt: str = "") -> str:
        """Make and start an agent on a copy of another's session; returns its id."""
        ...

    def spec_of(self, agent_id: str) -> View:
        """Return an agent with its settings, which of one that is over are read only when they are wanted."""
        ...

    async def rename(self, agent_id: str, name: str) -> None:
        """Call an agent otherwise; raises `AgentTuiError` with the sentence."""
        ...

    async def forget(self, agent_id: str) -> None:
        """Remove a finished agent with its files."""
        ...

    def mark_seen(self, agent_id: str) -> None:
        """The user looked at it."""
        ...

    def link(self, agent_id: str) -> Link:
        """Return the way to an agent."""
        ...
