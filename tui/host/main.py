"""Start-up of the host proper, its signals and its end."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import os
import signal
from pathlib import Path
from typing import Final

import msgspec

from tui.core.again import taken_over
from tui.core.agent import Agent, new_agent
from tui.core.clock import Clock
from tui.core.commands import AnyCommand, Kill, Start
from tui.core.cutoff import SHUTDOWN
from tui.core.errors import AgentTuiError, DecodeError, HostUnreachable
from tui.core.lifecycle import ALIVE, Lifecycle
from tui.core.spec import AgentSpec
from tui.core.status import NEVER, Status
from tui.core.usage import Meter
from tui.host import lock, logs
from tui.host.agent import AgentHost
from tui.host.clocks import DirectedClock, clock_of
from tui.host.queue import Queue
from tui.host.server import Server
from tui.host.upkeep import Upkeep
from tui.runtimes import registry
from tui.system import git, processes
from tui.system.paths import Paths, ensure, paths_from_env
from tui.system.prctl import adopt_orphans
from tui.system.store import read_events, read_meter, read_spec, read_status

PENDING: Final = "pending.json"
"""The command that a host begins with; taken away once read."""
REFUSED: Final = 3
"""Exit status of a host that could not begin and has said so; the guardian knows it."""

_log = logging.getLogger(__name__)


class _Ready(msgspec.Struct):
    """The one line that a host says to whoever started it."""

    ready: bool
    pid: int = 0
    error: str = ""
    hint: str = ""


def run(folder_name: str, ready: int) -> int:
    """Be the host of an agent until it is over.

    Args:
        folder_name: The agent's folder.
        ready: Descriptor to write one JSON line to: `_Ready`.

    Returns:
        Exit status.
    """
    adopt_orphans()
    folder = Path(folder_name)
    paths = paths_from_env()
    try:
        ensure(paths)
        _let_go_of_streams(paths.log / f"{folder.name}.log")
        return asyncio.run(_begin(folder, paths, ready))
    except AgentTuiError as error:
        _log.error("%s", error.sentence)
        _say(ready, _Ready(False, error=error.sentence, hint=error.hint))
        return REFUSED


async def _begin(folder: Path, paths: Paths, ready: int) -> int:
    spec = read_spec(folder)
    held = lock.take_soon(folder, paths.socket(spec.id))
    if held is None:
        raise HostUnreachable(f"{spec.name} already has a host.")
    clock = clock_of(spec.id, os.environ)
    agent = _agent(folder, spec, clock)
    command = _take_command(folder, waits=agent.status.lifecycle is Lifecycle.BACKOFF)
    runtime = registry.of(spec)
    server: Server
    host = AgentHost(
        folder,
        agent,
        runtime,
        clock,
        dict(os.environ),
        push=lambda status: server.push_status(status),
        drawn=lambda: server.screen_changed(),
        show=lambda emulator: server.show(emulator),
        in_focus=lambda: server.in_focus,
    )
    server = Server(paths.socket(spec.id), host, host.publisher.status)
    upkeep = Upkeep(
        folder,
        paths.socket(spec.id),
        os.environ,
        listen=lambda: server.listen(),
        end=lambda by: _terminate(host, by),
    )
    await server.start()
    host.start()
    upkeep.start()
    if isinstance(clock, DirectedClock):
        clock.watch(host.go_on)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, _terminate, host, SHUTDOWN)
    loop.add_signal_handler(signal.SIGINT, _terminate, host, SHUTDOWN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        queue = host.queue = Queue(
            paths.state,
            folder / PENDING,
            spec,
            command or Start(by="host"),
            placed=lambda place: host.queued(place),
            begin=lambda command: host.begin(command),
        )
        if command is None:
            host.go_on()
        refusal = host.command(command) if command is not None and queue.enter() else ""
        failure = host.spawn_failure
        if refusal:
            raise HostUnreachable(refusal)
        if failure is not None and host.leaving:
            _say(ready, _Ready(False, error=failure.reason, hint=failure.hint))
        else:
            _say(ready, _Ready(True, pid=os.getpid()))
        await host.left.wait()
    finally:
        upkeep.close()
        await server.close("the agent is over")
        host.close()
        if host.queue is not None:
            host.queue.close()
        os.close(held)
    return 0


def _agent(folder: Path, spec: AgentSpec, clock: Clock) -> Agent:
    """Return the agent's state as its files tell, with this process as its host."""
    try:
        status, meter = read_status(folder), read_meter(folder)
    except DecodeError as error:
        # A damaged status costs the history of states, not the agent, its session or its budget.
        _log.error("%s", error.sentence)
        status, meter = _recovered(folder, spec)
    if status is not None and status.lifecycle in ALIVE:
        from tui.host.sweep import sweep

        sweep(folder, "")
        status = read_status(folder)
    agent = new_agent(spec, status, meter)
    rebooted = agent.status.boot_id != processes.boot_id()
    agent = taken_over(agent, clock.now(), rebooted=rebooted)
    me = processes.identity(os.getpid())
    status = msgspec.structs.replace(
        agent.status,
        name=spec.name,
        branch=git.branch(spec.cwd),
        tags=spec.tags,
        budget=spec.budget,
        ran_from=NEVER,
        host_pid=os.getpid(),
        host_started=me.started if me else 0.0,
        boot_id=processes.boot_id(),
    )
    return msgspec.structs.replace(agent, status=status)


def _recovered(folder: Path, spec: AgentSpec) -> tuple[Status, Meter | None]:
    from tui.core.recovery import recovered

    meter: Meter | None = None
    with contextlib.suppress(AgentTuiError):
        meter = read_meter(folder)
    return recovered(spec, read_events(folder), meter), meter


def _take_command(folder: Path, *, waits: bool) -> AnyCommand | None:
    """Return what to begin with; None for a host that goes on with the back-off of one before it."""
    path = folder / PENDING
    try:
        command: AnyCommand = msgspec.json.decode(path.read_bytes(), type=AnyCommand)
    except FileNotFoundError:
        if waits:
            return None
        raise HostUnreachable("There is nothing to begin with: no command is pending.") from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"Cannot read the pending command: {error}.") from error
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
    return command


def _terminate(host: AgentHost, by: str) -> None:
    """End the agent in order, then leave: a shutdown, or what `tui.host.upkeep` found."""
    idle = not host.agent.alive and host.agent.pending is None
    if host.waits or (idle and host.agent.status.lifecycle is not Lifecycle.BACKOFF):
        host.left.set()
    elif refusal := host.command(Kill(by=by)):
        _log.warning("%s", refusal)


def _say(ready: int, line: _Ready) -> None:
    with contextlib.suppress(OSError):
        os.write(ready, msgspec.json.encode(line) + b"\n")
        os.close(ready)


def _let_go_of_streams(log: Path) -> None:
    """Hold nothing of whoever started us; what Python itself says of a crash goes to the log."""
    logs.set_up(log)
    null = os.open(os.devnull, os.O_RDWR)
    try:
        errors = logs.open_log(log)
    except OSError:
        errors = os.dup(null)
    for fd, target in ((null, 0), (null, 1), (errors, 2)):
        os.dup2(fd, target)
    os.close(null)
    os.close(errors)
    faulthandler.enable()
