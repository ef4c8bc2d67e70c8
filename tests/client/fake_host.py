"""A host that is none: speaks the protocol over a real socket and does what a test tells it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from tui.core.agent import new_agent
from tui.core.clock import SystemClock
from tui.core.facts import Event
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Status
from tui.protocol import messages as m
from tui.protocol.framing import encode, host_framer
from tui.protocol.screen import CellStyle, Cursor, Frame, History, Modes, Run, WinSize
from tui.system import processes, store
from tui.system.eventlog import EventLog
from tui.system.paths import Paths, ensure


def make_paths(root: Path) -> Paths:
    """Return fresh private folders below `root`."""
    paths = Paths(root / "state", root / "run", root / "config", root / "log")
    ensure(paths)
    return paths


def make_agent(paths: Paths, agent_id: str, **status: object) -> Status:
    """Write the folder of an agent; fields of the status may be given. Its host is this process."""
    spec = AgentSpec(
        id=agent_id, name=agent_id, runtime="command", mode=Mode.INTERACTIVE, cwd="/", command=["sh"]
    )
    folder = paths.agent(agent_id)
    folder.mkdir(mode=0o700, exist_ok=True)
    store.write_spec(folder, spec)
    me = processes.identity(os.getpid())
    assert me is not None
    now = SystemClock().now()
    fields = {
        "host_pid": me.pid, "host_started": me.started, "boot_id": processes.boot_id(),
        "lifecycle": Lifecycle.RUNNING, "lifecycle_since": now, "activity_since": now, "created_at": now.wall,
        "last_byte": now, "last_progress": now, "runs": 1, "started_at": now.wall,
        **status,
    }  # fmt: skip
    made = msgspec.structs.replace(new_agent(spec).status, **fields)
    store.write_status(folder, made)
    return made


def make_frame(*lines: str, seq: int = 1, complete: bool = True) -> Frame:
    """Return a frame of unstyled lines, 20 cells wide."""
    rows = {n: [Run(line, len(line), 0)] for n, line in enumerate(lines)}
    return Frame(
        seq, WinSize(max(1, len(lines)), 20), rows, [CellStyle()], Cursor(), Modes(), complete=complete
    )


class FakeHost:
    """Serves one agent until it is closed."""

    def __init__(self, paths: Paths, agent_id: str, **status: object) -> None:
        self.paths = paths
        self.status = make_agent(paths, agent_id, **status)
        self.spec = store.read_spec(paths.agent(agent_id))
        self.protocol = m.PROTOCOL
        self.silent = False
        """Accepts connections and never says anything."""
        self.answer: Callable[[m.Do], str | None] = lambda do: ""
        """The error of a reply, or None for no reply at all."""
        self.got: list[m.ClientMessage] = []
        self.connections = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._log = EventLog(paths.agent(agent_id))

    async def start(self) -> FakeHost:
        self._server = await asyncio.start_unix_server(self._serve, str(self.paths.socket(self.status.id)))
        return self

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self.hang_up()
            await self._server.wait_closed()
            self._server = None
            with contextlib.suppress(FileNotFoundError):
                self.paths.socket(self.status.id).unlink()
        self._log.close()

    async def end(self, lifecycle: Lifecycle = Lifecycle.EXITED, **status: object) -> None:
        """Leave as a host does: last status on disk, farewell, gone."""
        self.status = msgspec.structs.replace(self.status, lifecycle=lifecycle, pid=None, **status)
        store.write_status(self.paths.agent(self.status.id), self.status)
        self.push(m.Bye())
        await self.close()

    def hang_up(self) -> None:
        for writer in tuple(self._writers):
            writer.close()

    def push(self, message: m.HostMessage) -> None:
        for writer in tuple(self._writers):
            writer.write(encode(message))

    def set_status(self, **fields: object) -> None:
        self.status = msgspec.structs.replace(self.status, **fields)
        self.push(m.StatusChanged(self.status))

    def log(self, *events: Event, push: bool = True) -> None:
        self._log.append([event for event in events if event.seq])
        if push:
            self.push(m.Events(list(events)))

    def last(self, kind: type) -> m.ClientMessage | None:
        return next((message for message in reversed(self.got) if isinstance(message, kind)), None)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        framer = host_framer()
        try:
            while data := await reader.read(65536):
                for message in framer.feed(data):
                    self.got.append(message)
                    if not self.silent:
                        self._take(message, writer)
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def _take(self, message: m.ClientMessage, writer: asyncio.StreamWriter) -> None:
        match message:
            case m.Hello():
                welcome = m.Welcome(self.protocol, self.spec, self.status)
                refused = m.Refused(self.protocol, "another version")
                writer.write(encode(welcome if self.protocol == m.PROTOCOL else refused))
            case m.Do():
                error = self.answer(message)
                if error is not None:
                    writer.write(encode(m.Reply(message.id, error)))
            case m.GetText():
                writer.write(encode(m.TextReply(message.id, ["live text"])))
            case m.GetHistory():
                writer.write(encode(m.HistoryReply(message.id, History(message.first, [], [], [], 0, 0))))
            case _:
                pass
