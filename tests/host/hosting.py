"""Real hosts with real sockets, started as a dashboard does, and a plain client for them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tests.waiting import DEADLINE_S, until
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.commands import AnyCommand, Interrupt, Prompt, Start
from tui.core.facts import AnyFact, Event
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Status
from tui.protocol import messages as m
from tui.protocol.framing import client_framer, encode
from tui.protocol.screen import Frame
from tui.system import processes, store
from tui.system.paths import Paths

T = TypeVar("T")


class Hosted:
    """An agent with its host."""

    def __init__(self, paths: Paths, agent_id: str = "one") -> None:
        self.paths = paths
        self.id = agent_id
        self.folder = paths.agent(agent_id)
        self.ready: dict[str, Any] = {}
        self.guardian: asyncio.subprocess.Process | None = None
        self.clients: list[Client] = []

    def write(self, command: list[str], mode: Mode = Mode.INTERACTIVE, **settings: Any) -> Hosted:
        self.folder.mkdir(parents=True, exist_ok=True)
        values: dict[str, Any] = {"runtime": "command", "cwd": "/", "stop_wait_s": 0.5, **settings}
        spec = AgentSpec(id=self.id, name=self.id, mode=mode, command=command, **values)
        store.write_spec(self.folder, spec)
        return self

    async def start(self, command: AnyCommand | None = None, module: str = "tui.host") -> Hosted:
        (self.folder / "pending.json").write_bytes(msgspec.json.encode(command or Start()))
        self.guardian = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", module, str(self.folder)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert self.guardian.stdout is not None
        self.ready = json.loads(await asyncio.wait_for(self.guardian.stdout.readline(), DEADLINE_S))
        return self

    @property
    def pid(self) -> int:
        """Process id of the host proper."""
        return int(self.ready["pid"])

    @property
    def status(self) -> Status:
        found = store.read_status(self.folder)
        assert found is not None
        return found

    def facts(self, kind: type[T]) -> list[T]:
        return [event.fact for event in store.read_events(self.folder) if isinstance(event.fact, kind)]

    def events(self) -> list[Event]:
        return list(store.read_events(self.folder))

    async def is_over(self) -> Status:
        """Wait until the host has left, its guardian too."""
        assert self.guardian is not None
        await asyncio.wait_for(self.guardian.wait(), DEADLINE_S * 2)
        return self.status

    async def becomes(self, *lifecycles: Lifecycle) -> Status:
        await until(lambda: self.status.lifecycle in (lifecycles or OVER))
        return self.status

    async def connect(self) -> Client:
        self.clients.append(Client())
        return await self.clients[-1].open(self.paths.socket(self.id))

    async def close(self) -> None:
        """Kill what is left of it, whatever state it is in."""
        for client in self.clients:
            await client.close()
        if self.guardian is not None and self.guardian.returncode is None:
            for pid in processes.descendants(self.guardian.pid):
                with contextlib.suppress(ProcessLookupError):  # it went by itself meanwhile
                    os.kill(pid, signal.SIGKILL)
            await asyncio.wait_for(self.guardian.wait(), DEADLINE_S)

    def kill_host(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def stop_host(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def processes(self) -> list[int]:
        return processes.marked(self.folder)


class Client:
    """A client that keeps all it hears."""

    def __init__(self) -> None:
        self.heard: list[m.HostMessage] = []
        self.closed = False
        self._framer = client_framer()
        self._task: asyncio.Task[None] | None = None
        self._numbers = 0

    async def open(self, path: Path, *, protocol: int = m.PROTOCOL, hello: bool = True) -> Client:
        self._reader, self.writer = await asyncio.open_unix_connection(str(path))
        self._task = asyncio.create_task(self._read())
        if hello:
            self.send(m.Hello(protocol, "test"))
            await until(lambda: self.heard or self.closed)
        return self

    async def _read(self) -> None:
        try:
            while data := await self._reader.read(1 << 20):
                self.heard += self._framer.feed(data)
        except ConnectionError:
            pass
        self.closed = True

    def send(self, message: m.ClientMessage) -> None:
        self.writer.write(encode(message))

    def all(self, kind: type[T]) -> list[T]:
        return [message for message in self.heard if isinstance(message, kind)]

    async def gets(self, kind: type[T], condition: Callable[[T], object] = lambda _: True) -> T:
        """Wait for a message, one heard before included."""
        await until(lambda: any(condition(message) for message in self.all(kind)))
        return next(message for message in self.all(kind) if condition(message))

    async def do(self, command: AnyCommand) -> str:
        self._numbers += 1
        number = self._numbers
        self.send(m.Do(number, command))
        return (await self.gets(m.Reply, lambda reply: reply.id == number)).error

    async def text(self) -> list[str]:
        self._numbers += 1
        number = self._numbers
        self.send(m.GetText(number))
        return (await self.gets(m.TextReply, lambda reply: reply.id == number)).lines

    async def shows(self, words: str) -> None:
        """Wait until the screen holds words."""
        end = time.monotonic() + DEADLINE_S
        while not any(words in line for line in await self.text()):
            assert time.monotonic() < end, f"the screen never showed {words!r}"
            await asyncio.sleep(0.02)

    def events(self) -> list[Event]:
        return [event for message in self.all(m.Events) for event in message.events]

    def facts(self, kind: type[T]) -> list[T]:
        return [event.fact for event in self.events() if isinstance(event.fact, kind)]

    def picture(self) -> list[str]:
        """The screen as the frames have painted it."""
        rows: dict[int, str] = {}
        for frame in self.all(Frame):
            if frame.complete:
                rows = {}
            rows |= {y: "".join(run.text for run in line) for y, line in frame.lines.items()}
        return [rows.get(y, "") for y in range(max(rows, default=-1) + 1)]

    async def close(self) -> None:
        if self._task is not None:
            self.writer.close()
            await asyncio.wait_for(self._task, DEADLINE_S)
            self._task = None


def names(facts: list[AnyFact]) -> list[str]:
    return [type(fact).__name__ for fact in facts]


async def interrupted_goes_on(host: Hosted) -> Status:
    """Interrupt the turn that streams, see the agent rest, give it another prompt; return how it ended."""
    client = await host.connect()
    client.send(m.Subscribe(events_after=0))
    await until(lambda: client.facts(f.TextDelta))
    assert await client.do(Interrupt()) == ""
    await until(lambda: host.status.activity is Activity.IDLE)
    assert host.status.lifecycle is Lifecycle.RUNNING
    assert await client.do(Prompt(text="go on")) == ""
    status = await host.is_over()
    assert (status.lifecycle, status.activity, status.runs) == (Lifecycle.EXITED, Activity.DONE, 1)
    return status
