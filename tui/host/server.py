"""The host's socket, and everything that its clients want from the agent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from tui.core.commands import AnyCommand
from tui.core.errors import StoreError
from tui.core.facts import Event
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.host.connection import Connection
from tui.protocol import messages as m
from tui.protocol.screen import History
from tui.system.reasons import reason, shown

if TYPE_CHECKING:
    from tui.host.journal import Journal
    from tui.host.pane import Pane
    from tui.terminal.emulator import Emulator


GOODBYE_S: Final = 1.0
"""Clients have so long to take what they are owed when the host leaves."""

_log = logging.getLogger(__name__)


class Supervised(Protocol):
    """What the server needs of the agent."""

    spec: AgentSpec
    journal: Journal
    pane: Pane

    def command(self, command: AnyCommand) -> str:
        """Do it; return why not, or nothing."""
        ...


class Server:
    """Listens for clients and serves them.

    Args:
        path: The socket; a stale one is replaced (the caller holds the agent's lock).
        agent: What they want something from.
        status: Gives the present status.
    """

    def __init__(self, path: Path, agent: Supervised, status: Callable[[], Status]) -> None:
        self._path = path
        self._agent = agent
        self.status = status
        self._listener: asyncio.Server | None = None
        self._reopening: asyncio.Task[None] | None = None
        self._connections: set[Connection] = set()
        self._empty = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            StoreError: The socket cannot be made.
        """
        self._listener = await asyncio.get_running_loop().create_unix_server(
            lambda: Connection(self), sock=self._bound()
        )
        self._agent.journal.listen(self._push_events)

    def listen(self) -> None:
        """Listen again, after the socket was removed; who is connected stays."""
        self._reopening = asyncio.get_running_loop().create_task(self._reopen(), name="listen again")

    async def _reopen(self) -> None:
        before = self._listener
        try:
            listener = self._bound()
        except StoreError as error:
            _log.warning("%s", error.sentence)
            return
        self._listener = await asyncio.get_running_loop().create_unix_server(
            lambda: Connection(self), sock=listener
        )
        if before is not None:
            before.close()

    def _bound(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()
            mask = os.umask(0o177)
            try:
                listener.bind(os.fspath(self._path))
            finally:
                os.umask(mask)
        except OSError as error:
            listener.close()
            raise StoreError(
                f"Cannot listen on {shown(self._path)}: {reason(error)}.", path=str(self._path)
            ) from error
        return listener

    async def close(self, why: str) -> None:
        """Say goodbye to all and stop listening; what they are owed is sent, as far as they take it now."""
        self._agent.journal.flush()
        self._agent.journal.unlisten(self._push_events)
        if self._listener is not None:
            self._listener.close()
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()
        for connection in list(self._connections):
            connection.close(why)
        if self._connections:
            # Not wait_for: before Python 3.12 it can swallow a cancellation.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await self._empty.wait()

    def joined(self, connection: Connection) -> None:
        """A client connected."""
        self._connections.add(connection)
        self._empty.clear()

    def left(self, connection: Connection) -> None:
        """A client is gone."""
        self._connections.discard(connection)
        if not self._connections:
            self._empty.set()

    @property
    def in_focus(self) -> bool:
        """Somebody looks at the agent right now."""
        return any(connection.in_focus for connection in self._connections)

    # -- to all --------------------------------------------------------------------------------------------------------

    def push_status(self, status: Status) -> None:
        """Send a status to all."""
        for connection in list(self._connections):
            connection.push_status(status)

    def _push_events(self, events: list[Event]) -> None:
        for connection in list(self._connections):
            connection.push_events(events)

    def screen_changed(self) -> None:
        """The screen may show something else."""
        for connection in list(self._connections):
            connection.screen_changed()

    def show(self, emulator: Emulator | None) -> None:
        """There is another screen."""
        for connection in list(self._connections):
            connection.show(emulator)

    # -- for one -------------------------------------------------------------------------------------------------------

    def welcome(self) -> m.Welcome:
        """Return what a new client is told."""
        return m.Welcome(m.PROTOCOL, self._agent.spec, self.status())

    @property
    def name(self) -> str:
        """The agent's name."""
        return self._agent.spec.name

    def command(self, command: AnyCommand) -> str:
        """Do it; return why not, or nothing."""
        return self._agent.command(command)

    def input(self, message: m.Key | m.Paste | m.Mouse | m.Focus | m.Resize) -> None:
        """Take what a user did in a pane."""
        self._agent.pane.input(message)

    def emulator(self) -> Emulator | None:
        """Return the agent's terminal, to be looked at."""
        self._agent.pane.follow_colours()
        return self._agent.pane.emulator

    def text(self) -> list[str]:
        """Return the screen as text, or the last lines of the log."""
        return self._agent.pane.text()

    def history(self, first: int, count: int, *, plain: bool = False) -> History:
        """Return part of the scrollback."""
        emulator = self._agent.pane.emulator
        if emulator is None:
            return History(0, [], [], [], 0, 0)
        from tui.terminal.frames import history

        return history(emulator, first, min(max(0, count), 2_000), plain=plain)

    def logged(self, after: int) -> Iterator[Event]:
        """Return the log after an event."""
        return self._agent.journal.logged(after)

    def flush(self) -> None:
        """Bring the log up to date."""
        self._agent.journal.flush()

    def partial(self) -> list[Event]:
        """Return what streams now, so far."""
        return self._agent.journal.partial()
