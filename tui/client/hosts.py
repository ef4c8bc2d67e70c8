"""Starting the processes that outlive us: an agent's host, and the sweep after a host that died."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

import msgspec

from tui.core.commands import AnyCommand, Beginning, Resume, Start
from tui.core.errors import AgentTuiError, HostUnreachable, StoreError
from tui.core.status import Status
from tui.core.text import one_line
from tui.system import processes, store
from tui.system.paths import Paths

READY_S: Final = 10.0
"""A host that did not report by then is given up."""
SWEEP_S: Final = 60.0
PENDING: Final = "pending.json"
"""The command that a new host begins with; it takes the file away."""

HOST_AGAIN: Final = "AGENT_TUI_HOST_AGAIN"
"""Environment variable: when a sweep started a host last, monotonic; it starts none soon after."""

_children: set[subprocess.Popen[bytes]] = set()
"""Processes that we are the parent of; they are waited for when they end, never killed."""


class _Ready(msgspec.Struct):
    ready: bool
    pid: int = 0
    error: str = ""
    hint: str = ""


async def start_host(paths: Paths, agent_id: str, command: AnyCommand) -> None:
    """Start an agent's host, detached, with its first command; returns once it is up.

    Raises:
        AgentTuiError: It did not come up; the sentence says why.
    """
    pending, data = paths.agent(agent_id) / PENDING, msgspec.json.encode(command)
    before = _content(pending)
    store.write_atomic(pending, data)
    with tempfile.TemporaryFile() as errors:
        child = await asyncio.to_thread(_spawn, "tui.host", paths, agent_id, subprocess.PIPE, errors)
        try:
            async with asyncio.timeout(READY_S):
                line = await _first_line(child)
        except TimeoutError:
            child.terminate()  # nobody would know of it
            raise HostUnreachable(
                f"The host of {agent_id} did not report within {READY_S:.0f} s.",
                f"Its log: {paths.log}.",
            ) from None
        try:
            ready = msgspec.json.decode(line, type=_Ready)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise AgentTuiError(
                f"The host of {agent_id} ended before it was up: {_last_words(errors)}."
            ) from None
    if not ready.ready:
        _take_back(pending, data, before)
        raise AgentTuiError(
            one_line(ready.error) or f"The host of {agent_id} did not start.", one_line(ready.hint)
        )


def _take_back(pending: Path, mine: bytes, before: bytes | None) -> None:
    """Leave no command behind that a later host would begin with: another host was first, and what it waits with stands there again."""
    if _content(pending) != mine:
        return
    with contextlib.suppress(OSError, StoreError):
        if before is None:
            pending.unlink()
        else:
            store.write_atomic(pending, before)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def waited(paths: Paths, agent_id: str, asked: Resume, known: Status) -> AnyCommand:
    """Return what a lost host that waited for its slot was to begin with, with the wishes of who asks for it now."""
    try:
        data = (paths.agent(agent_id) / PENDING).read_bytes()
        command: AnyCommand = msgspec.json.decode(data, type=AnyCommand)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        command = asked if known.session_id else Start()
    if not isinstance(command, Beginning):
        return asked
    if isinstance(command, Resume) and asked.prompt:
        command = msgspec.structs.replace(command, prompt=asked.prompt)
    return msgspec.structs.replace(
        command, now=asked.now, at_most=asked.at_most, asked_at=asked.asked_at, by=asked.by
    )


async def sweep(paths: Paths, agent_id: str, *, again: bool = True) -> bool:
    """End what a dead host left behind and write down that it is lost; True once that is done.

    Args:
        paths: Where the agent is.
        agent_id: The agent.
        again: Let another host go on where the dead one only waited; False: the caller starts one.
    """
    more = {} if again else {HOST_AGAIN: repr(time.monotonic())}
    child = await asyncio.to_thread(
        _spawn, "tui.host.sweep", paths, agent_id, subprocess.DEVNULL, subprocess.DEVNULL, more
    )
    try:
        async with asyncio.timeout(SWEEP_S):
            code = await _ended(child)
    except TimeoutError:
        return False
    return code == 0


def tell_to_end(status: Status) -> bool:
    """Tell a host to end its agent in order where it cannot be talked to: stopped, hung, or of another version.

    A signal is what every version understands (as when the machine goes down).

    Returns:
        Whether that very host still lives.
    """
    if not processes.alive(processes.Identity(status.host_pid, status.host_started)):
        return False
    for number in (signal.SIGTERM, signal.SIGCONT):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(status.host_pid, number)
    return True


def reap() -> None:
    """Take leave of children that have ended, so that none stays a zombie."""
    # A copy: hosts are spawned from several threads at once.
    _children.difference_update([child for child in _children.copy() if child.poll() is not None])


def _spawn(
    module: str,
    paths: Paths,
    agent_id: str,
    output: int,
    errors: IO[bytes] | int,
    more: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    reap()
    child = subprocess.Popen(
        # -P: a file of the folder we stand in must not be taken for one of the standard library.
        [sys.executable, "-P", "-m", module, str(paths.agent(agent_id))],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        env={**os.environ, **environment(paths), **more},
        cwd="/",
        start_new_session=True,
    )
    _children.add(child)
    return child


def environment(paths: Paths) -> dict[str, str]:
    """Return the variables that lead a process to the same folders."""
    return {
        "AGENT_TUI_STATE_DIR": str(paths.state),
        "AGENT_TUI_RUNTIME_DIR": str(paths.runtime),
        "AGENT_TUI_CONFIG_DIR": str(paths.config),
    }


async def _first_line(child: subprocess.Popen[bytes]) -> bytes:
    assert child.stdout is not None
    reader = asyncio.StreamReader(limit=64 * 1024)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), child.stdout
    )
    try:
        return await reader.readline()
    except ValueError:  # more than the limit without an end of line
        return b""
    finally:
        transport.close()


async def _ended(child: subprocess.Popen[bytes]) -> int:
    pause = 0.01
    while (code := child.poll()) is None:
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.25)
    _children.discard(child)
    return code


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - 4096))
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return one_line(lines[-1]).rstrip(".") if lines else "it said nothing"
