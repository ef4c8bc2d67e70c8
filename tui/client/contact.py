"""Keeping in touch with one agent: connect, listen, come back, notice its end or its loss.

One task per agent that is not over. It ends with the agent and is woken again when a new host appears, so agents that are
over cost nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from tui.client import folders, hosts
from tui.client.connection import Connection, connect
from tui.client.screens import frame_text
from tui.client.view import AgentView, Contact, is_seen
from tui.client.watchers import Watchers
from tui.core.clock import Clock
from tui.core.errors import HostUnreachable, ProtocolError, StoreError
from tui.core.lifecycle import OVER
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.protocol.messages import (
    Bye,
    ClientMessage,
    Events,
    HostMessage,
    StatusChanged,
)
from tui.protocol.screen import Frame
from tui.system import store
from tui.system.paths import Paths

RETRY_S: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Pauses between attempts, the last one over and over."""
STEADY_S: Final = 2.0
OTHER_VERSION_S: Final = 10.0
SWEPT_BY_GUARDIAN_S: Final = 1.0
"""A host that dies is cleared up after by its own guardian; only if that is gone, too, it is ours to do."""

_log = logging.getLogger(__name__)


class Gates:
    """Bounds what a whole fleet does at once; after a reboot a thousand agents can be found lost."""

    def __init__(self) -> None:
        self.connect = asyncio.Semaphore(32)
        self.sweep = asyncio.Semaphore(2)


class AgentContact:
    """An agent, as long as its folder exists.

    Args:
        paths: Where its folder and socket are.
        view: What its files tell now.
        clock: For the moment a contact began.
        client: Who we are, for the host's log.
        on_change: Called with the id after every new view.
        gates: Bounds how many do something costly at once.
    """

    def __init__(
        self,
        paths: Paths,
        view: AgentView,
        clock: Clock,
        client: str,
        on_change: Callable[[str], None],
        gates: Gates,
    ) -> None:
        self.id = view.id
        self.view = view
        self.connection: Connection | None = None
        self._paths = paths
        self._clock = clock
        self._client = client
        self._on_change = on_change
        self._gates = gates
        self._task: asyncio.Task[None] | None = None
        self._nudge = asyncio.Event()
        self._closed = False
        self._swept_host: tuple[int, float] | None = None
        self.watchers = Watchers(paths.agent(view.id), self._send)

    # -- life ----------------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Look for its host now, unless it is live."""
        if self._closed:
            return
        self._nudge.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._keep(), name=f"contact with {self.id}")

    async def close(self) -> None:
        """Let go of it; the agent goes on."""
        self._closed = True
        self.watchers.close()
        if self.connection is not None:
            self.connection.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def reread(self, view: AgentView) -> None:
        """Take what its files tell, unless its host tells better."""
        if self.connection is None:
            mine = msgspec.structs.replace(
                view,
                contact=self.view.contact,
                contact_since=self.view.contact_since,
                problem=self.view.problem,
                foreign=self.view.foreign,
            )
            if mine.damaged:
                mine = msgspec.structs.replace(mine, contact=Contact.OVER, problem="")
            if mine.status.lifecycle in OVER and mine.contact is not Contact.CONNECTING:
                mine = msgspec.structs.replace(mine, contact=Contact.OVER, problem="")
            self._show(mine)
            if view.contact is not Contact.OVER:
                self.wake()

    @property
    def is_settled(self) -> bool:
        """What its files tell is its end: they change only if somebody begins something anew."""
        return not self.view.damaged and self.view.status.lifecycle in OVER

    def mark_seen(self) -> None:
        """Remember that the user looked at it."""
        # A clock that was set back must not keep it unseen for ever.
        at = max(self._clock.now().wall, self.view.status.activity_since.wall)
        if self.view.seen or not is_seen(self.view.status, at):
            return
        self._show(msgspec.structs.replace(self.view, seen=True))
        try:
            store.mark_seen(self._paths.agent(self.id), at)
        except StoreError as error:
            _log.warning("%s", error)

    async def _keep(self) -> None:
        attempt = 0
        while True:
            self._nudge.clear()
            pause = RETRY_S[min(attempt, len(RETRY_S) - 1)]
            try:
                async with self._gates.connect:
                    await self._connect()
                began = self._clock.now().mono
                await self._listen()
                # One that hangs up at once is not asked again and again without a pause.
                attempt = 0 if self._clock.now().mono - began > STEADY_S else attempt + 1
            except ProtocolError as error:
                self._set_contact(Contact.SILENT, error.sentence, foreign=True)
                pause = OTHER_VERSION_S
            except HostUnreachable as error:
                if await self._is_over(attempt):
                    return
                if attempt >= 2:
                    self._set_contact(Contact.SILENT, error.sentence)
                attempt += 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._nudge.wait()

    async def _connect(self) -> None:
        connection, welcome = await connect(self._paths.socket(self.id), self._client, self._pushed)
        self.connection = connection
        self._swept_host = None
        self._set_status(welcome.status, spec=welcome.spec)
        self._set_contact(Contact.LIVE)
        self.watchers.connected()

    async def _listen(self) -> None:
        assert self.connection is not None
        try:
            await self.connection.closed.wait()
        finally:
            ended, self.connection = self.connection, None
            ended.close()
        _log.info("connection to %s ended: %s", self.id, ended.reason or "closed")
        await self._read_files()
        self.watchers.disconnected()

    async def _is_over(self, attempt: int) -> bool:
        """Return whether there is no host to wait for, after writing down a loss."""
        view = await self._read_files()
        if view is None:
            return True  # the folder is gone; the fleet will notice
        if view.contact is Contact.OVER:
            self._set_contact(Contact.OVER)
            return True
        if view.contact is not Contact.LOST:
            return False
        host = (view.status.host_pid, view.status.host_started)
        self._set_contact(Contact.LOST)
        if self._swept_host == host:
            return True
        if attempt < 2:
            await asyncio.sleep(SWEPT_BY_GUARDIAN_S)
            return False
        self._swept_host = host
        async with self._gates.sweep:
            await hosts.sweep(self._paths, self.id)
        view = await self._read_files()
        if view is not None and view.contact is Contact.OVER:
            self._set_contact(Contact.OVER)
        self.watchers.disconnected()
        return True

    async def _read_files(self) -> AgentView | None:
        view = await asyncio.to_thread(folders.read_view, self._paths, self.id, self._clock.now())
        if view is not None:
            self._set_status(view.status, seen=view.seen, spec=view.spec, damaged=view.damaged)
        return view

    # -- what the host says --------------------------------------------------------------------------------------------

    def _pushed(self, message: HostMessage) -> None:
        match message:
            case StatusChanged(status=status):
                self._set_status(status)
            case Frame() | Events():
                self.watchers.push(message)
            case Bye():
                pass  # the end of the connection follows
            case _:
                _log.debug("unexpected message from %s", self.id)

    def _set_status(
        self,
        status: Status,
        *,
        seen: bool | None = None,
        spec: AgentSpec | None = None,
        damaged: str = "",
    ) -> None:
        before = self.view
        if seen is None:
            same = (status.activity, status.activity_since) == (
                before.status.activity,
                before.status.activity_since,
            )
            seen = before.seen and same
        spec = spec or before.spec
        self._show(msgspec.structs.replace(before, status=status, seen=seen, spec=spec, damaged=damaged))

    def _set_contact(self, contact: Contact, problem: str = "", *, foreign: bool = False) -> None:
        if (contact, problem) != (self.view.contact, self.view.problem):
            since = self._clock.now().mono if contact is not self.view.contact else self.view.contact_since
            changed = {"contact": contact, "contact_since": since, "problem": problem, "foreign": foreign}
            self._show(msgspec.structs.replace(self.view, **changed))

    def _show(self, view: AgentView) -> None:
        if view != self.view:
            self.view = view
            self._on_change(self.id)

    def send(self, message: ClientMessage) -> None:
        """Send to the live host; without one only the size and the focus are remembered for the next."""
        self.watchers.remember(message)
        self._send(message)

    def _send(self, message: ClientMessage) -> None:
        if self.connection is not None:
            self.connection.send(message)

    def last_text(self) -> list[str]:
        """Return the screen as it was last written to disk, as lines; none if there is none. Reads a file."""
        frame = store.read_screen(self._paths.agent(self.id))
        return frame_text(frame) if frame is not None else []
