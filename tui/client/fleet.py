"""All agents of this user as snapshots: found by their folders, followed by their hosts, commanded one by one.

The dashboard and the command line hold one `Fleet` each; any number may exist at once. Everything runs on one asyncio
loop, and reading files is done on threads, in slices.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tui.client import folders, hosts
from tui.client.census import Census
from tui.client.connection import REPLY_S
from tui.client.contact import AgentContact, Gates
from tui.client.link import AgentLink, Subscription
from tui.client.view import AgentView, Contact
from tui.core.clock import Clock
from tui.core.commands import Allow, AnyCommand, Beginning, Kill, Prompt, Rename, Restart, Resume, Start
from tui.core.errors import AgentNotFound, AgentTuiError, HostUnreachable, StoreError
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec
from tui.system.paths import Paths
from tui.system.watcher import FolderWatcher

if TYPE_CHECKING:
    from tui.client.launch import Draft

SLICE: Final = 500
"""Agents read at once before the loop may do other things."""
FIRST: Final = 200
"""Agents that are read before the first picture; those that live come first."""
POLL_S: Final = 3.0
"""How often folders are looked at although nothing was heard: the net under the file watcher."""
SETTLE_S: Final = 5.0
"""How long a command waits for a contact, or for an old host to leave."""

__all__ = ["AgentLink", "Fleet", "Subscription"]

_STARTS: Final = (Start, Restart, Resume, Prompt, Allow)

_log = logging.getLogger(__name__)


class Fleet:
    """All agents.

    Args:
        paths: Where they are.
        clock: Source of moments.
        on_change: Called on the loop with the ids that were added, changed or removed since the last call.
        client: Who we are, for the hosts' logs.
        only: Look at these agents alone; None: at all.
    """

    def __init__(
        self,
        paths: Paths,
        *,
        clock: Clock,
        on_change: Callable[[frozenset[str]], None] = lambda _: None,
        client: str = "dashboard",
        only: Collection[str] | None = None,
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._on_change = on_change
        self._client = client
        self._only = None if only is None else frozenset(only)
        self._contacts: dict[str, AgentContact] = {}
        self._views: dict[str, AgentView] = {}
        self.agents: Mapping[str, AgentView] = MappingProxyType(self._views)
        """All agents by id, always the newest snapshots."""
        self._changed: set[str] = set()
        self._census = Census(paths, self._only)
        self._gates = Gates()
        self._watcher: FolderWatcher | None = None
        self._poller: asyncio.Task[None] | None = None
        self._rescan: asyncio.Task[None] | None = None
        self._is_touched = False
        """Something changed in the folders since the last scan began."""
        self._scanning = asyncio.Lock()

    # -- life ----------------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read what the files tell, of those first who live or changed last; nobody is asked and nothing watched yet.

        Raises:
            StoreError: The folder of agents may not be read.
        """
        self._census.look()
        for view in self._census.read(self._census.newest(FIRST), self._clock.now()):
            self._contacts[view.id] = self._contact_of(view)
            self._views[view.id] = view

    async def start(self) -> None:
        """Read what the files tell, then connect and watch.

        Raises:
            StoreError: The folder of agents cannot be read or made.
        """
        for contact in self._contacts.values():
            if contact.view.contact is not Contact.OVER:
                contact.wake()
        await self._scan()
        if self._only is None:
            self._watch()
        self._poller = asyncio.get_running_loop().create_task(self._poll(), name="fleet poll")

    async def close(self) -> None:
        """Let go of everything; all agents go on."""
        watcher, self._watcher = self._watcher, None  # what it still tells is not looked at
        for task in (self._poller, self._rescan):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if watcher is not None:
            await asyncio.to_thread(watcher.close)
        await asyncio.gather(*(contact.close() for contact in self._contacts.values()))
        hosts.reap()

    def _watch(self) -> None:
        agents, sockets = self._paths.agents(), self._paths.sockets()
        self._watcher = FolderWatcher(agents, self._touched)
        watched = [self._watcher.start(), self._watcher.add(sockets)]
        if not all(watched):
            _log.info("agents are found by polling only")

    def _touched(self, paths: set[Path]) -> None:
        if self._watcher is None:
            return
        rescan = False
        for path in paths:
            contact = self._contacts.get(path.name.removesuffix(".sock"))
            if path.parent == self._paths.sockets() and contact is not None:
                contact.wake()
            else:
                rescan = True
        if rescan:
            self._is_touched = True
            if self._rescan is None or self._rescan.done():
                self._rescan = asyncio.get_running_loop().create_task(self._scan_touched(), name="fleet scan")

    async def _scan_touched(self) -> None:
        while self._is_touched:
            self._is_touched = False
            await self._scan_quietly()

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            hosts.reap()
            await self._scan_quietly()

    # -- finding -------------------------------------------------------------------------------------------------------

    async def _scan_quietly(self) -> None:
        try:
            await self._scan()
        except StoreError as error:
            _log.warning("%s", error)

    async def _scan(self) -> None:
        """Find new agents, forget removed ones, read the files of those without a host if they changed."""
        async with self._scanning:
            await asyncio.to_thread(self._census.look)
            for gone in self._contacts.keys() - self._census.ids:
                await self._drop(gone)
            due = list(self._census.ids - self._contacts.keys())
            untold = [each for each in self._contacts.values() if each.connection is None]
            due += [each.id for each in untold if not each.is_settled or self._census.changed(each.id)]
            for start in range(0, len(due), SLICE):
                part = due[start : start + SLICE]
                for view in await asyncio.to_thread(self._census.read, part, self._clock.now()):
                    self._take(view)
            for agent_id in self._census.came():
                if (contact := self._contacts.get(agent_id)) is not None and contact.connection is None:
                    contact.wake()

    def _take(self, view: AgentView) -> None:
        contact = self._contacts.get(view.id)
        if contact is not None:
            contact.reread(view)
            return
        contact = self._contacts[view.id] = self._contact_of(view)
        self._note(view.id)
        if view.contact is not Contact.OVER:
            contact.wake()

    def _contact_of(self, view: AgentView) -> AgentContact:
        return AgentContact(self._paths, view, self._clock, self._client, self._note, self._gates)

    async def _drop(self, agent_id: str) -> None:
        contact = self._contacts.pop(agent_id, None)
        if contact is not None:
            await contact.close()
            self._note(agent_id)

    def _note(self, agent_id: str) -> None:
        contact = self._contacts.get(agent_id)
        if contact is None:
            self._views.pop(agent_id, None)
        else:
            self._views[agent_id] = contact.view
        if not self._changed:
            asyncio.get_running_loop().call_soon(self._tell)
        self._changed.add(agent_id)

    def _tell(self) -> None:
        changed, self._changed = frozenset(self._changed), set()
        if changed:
            self._on_change(changed)

    # -- acting --------------------------------------------------------------------------------------------------------

    def link(self, agent_id: str) -> AgentLink:
        """Return a way to an agent.

        Raises:
            AgentNotFound: There is no such agent.
        """
        return AgentLink(self._contact(agent_id))

    def spec_of(self, agent_id: str) -> AgentView:
        """Return the view with the agent's settings read, if they can be.

        Raises:
            AgentNotFound: There is no such agent.
        """
        return folders.with_spec(self._paths, self._contact(agent_id).view)

    def mark_seen(self, agent_id: str) -> None:
        """Remember that the user looked at an agent; nothing happens if there is no such one."""
        contact = self._contacts.get(agent_id)
        if contact is not None:
            contact.mark_seen()

    async def create(self, draft: Draft) -> str:
        """Make an agent and start it.

        Returns:
            Its id.

        Raises:
            AgentTuiError: It cannot be started; nothing is left of it.
        """
        from tui.client import launch  # brings every runtime along

        return await self._begun(await asyncio.to_thread(launch.create, self._paths, draft))

    async def fork(self, agent_id: str, *, name: str = "", prompt: str = "") -> str:
        """Make and start an agent that begins with a copy of another's session; returns its id.

        Raises:
            AgentTuiError: It cannot be started; nothing is left of it.
        """
        from tui.client.forking import fork

        made = await asyncio.to_thread(fork, self._paths, agent_id, name=name, prompt=prompt)
        return await self._begun(made)

    async def _begun(self, spec: AgentSpec) -> str:
        try:
            await hosts.start_host(self._paths, spec.id, Start())
        except BaseException:
            shutil.rmtree(self._paths.agent(spec.id), ignore_errors=True)
            raise
        await self._scan_quietly()
        return spec.id

    async def rename(self, agent_id: str, name: str) -> None:
        """Call an agent otherwise, whether it runs or is over.

        Raises:
            AgentTuiError: It cannot be called so, or its host does not answer.
        """
        from tui.client.renaming import judge_name, rename_files

        contact = self._contact(agent_id)
        await asyncio.to_thread(judge_name, self._paths, agent_id, name)
        if contact.connection is not None or not contact.view.over:
            await self.command(agent_id, Rename(name=name))
        else:
            await self._left(contact)
            await asyncio.to_thread(rename_files, self._paths, agent_id, name)
            await self._scan_quietly()

    async def command(self, agent_id: str, command: AnyCommand) -> None:
        """Ask an agent's host; for one that is over, `Start`, `Restart`, `Resume` and `Prompt` start a new host.

        Raises:
            AgentNotFound: There is no such agent.
            AgentTuiError: It is refused; the sentence says why.
            HostUnreachable: Its host does not answer.
        """
        contact = self._contact(agent_id)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SETTLE_S
        while True:
            if contact.connection is not None:
                try:
                    patience_s = SETTLE_S if isinstance(command, Kill) else REPLY_S
                    await contact.connection.do(command, timeout_s=patience_s)
                except HostUnreachable:
                    if isinstance(command, Kill) and hosts.tell_to_end(contact.view.status):
                        return
                    # It left while we asked; whoever starts something then needs a new host.
                    if not isinstance(command, _STARTS) or asyncio.get_running_loop().time() > deadline:
                        raise
                else:
                    return
            elif contact.view.over:
                if await self._begin(contact, command, deadline):
                    return
            elif isinstance(command, Kill) and (contact.view.foreign or loop.time() > deadline):
                if hosts.tell_to_end(contact.view.status):
                    return
            elif loop.time() > deadline:
                raise HostUnreachable(
                    contact.view.problem or f"The host of {contact.view.name} does not answer.",
                    "agent-tui doctor tells more.",
                )
            else:
                contact.wake()
            await asyncio.sleep(0.05)

    async def _begin(self, contact: AgentContact, command: AnyCommand, deadline: float) -> bool:
        """Start a host for an agent that is over; False if one is there already and shall be asked."""
        name = contact.view.name
        if not isinstance(command, _STARTS):
            raise AgentTuiError(f"{name} does not run.")
        if await self._goes_on_waiting(contact, deadline):
            return False
        waited = contact.view.status.lifecycle is Lifecycle.QUEUED
        if waited and isinstance(command, Resume):
            command = hosts.waited(self._paths, contact.id, command, known=contact.view.status)
        if not contact.view.status.session_id:
            if isinstance(command, Resume):
                raise AgentTuiError(f"{name} has no session to resume.", "Restart begins a fresh one.")
            if isinstance(command, Prompt) and contact.view.status.runs:
                raise AgentTuiError(f"{name} does not run and has no session.", "Restart begins anew.")
        if contact.view.contact is Contact.LOST:
            await hosts.sweep(self._paths, contact.id, again=False)
        try:
            await hosts.start_host(self._paths, contact.id, command)
        except AgentTuiError as error:
            if "already has a host" not in error.sentence or asyncio.get_running_loop().time() > deadline:
                raise
            contact.wake()
            # It waits again already, by another's sweep; who wants it at once has to say so to its host.
            return waited and isinstance(command, Beginning) and not command.now
        contact.wake()
        return True

    async def _goes_on_waiting(self, contact: AgentContact, deadline: float) -> bool:
        """Have another host go on with the back-off of one that died; it is asked then."""
        if contact.view.contact is not Contact.LOST or contact.view.status.lifecycle is not Lifecycle.BACKOFF:
            return False
        await hosts.sweep(self._paths, contact.id)
        contact.wake()
        return asyncio.get_running_loop().time() < deadline

    async def forget(self, agent_id: str) -> None:
        """Remove an agent that is over, with its log and recording.

        Raises:
            AgentNotFound: There is no such agent.
            AgentTuiError: It still runs.
            StoreError: Its folder cannot be removed.
        """
        contact = self._contact(agent_id)
        if not contact.view.over:
            raise AgentTuiError(f"{contact.view.name} still runs.", "Kill it first.")
        if contact.view.contact is Contact.LOST or contact.view.damaged:
            await hosts.sweep(self._paths, agent_id)
        await self._left(contact)
        await asyncio.to_thread(folders.remove, self._paths, agent_id)
        await self._drop(agent_id)

    async def _left(self, contact: AgentContact) -> None:
        """Wait until its host, which has said goodbye, is gone."""
        deadline = asyncio.get_running_loop().time() + SETTLE_S
        while folders.is_held(self._paths.agent(contact.id)):
            if asyncio.get_running_loop().time() > deadline:
                raise AgentTuiError(f"{contact.view.name} still has a host.", "Kill it first.")
            await asyncio.sleep(0.02)

    def _contact(self, agent_id: str) -> AgentContact:
        try:
            return self._contacts[agent_id]
        except KeyError:
            raise AgentNotFound(f"There is no agent {agent_id!r}.") from None
