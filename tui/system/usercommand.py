"""The user's notification command as a process: no shell, no input, no terminal, the facts in its environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tui.core.notify import Notify
from tui.core.text import one_line
from tui.system.notifyfile import take_place
from tui.system.processes import MARK
from tui.system.reasons import reason

SAID_MAX: Final = 400
"""Bytes of its errors that are kept."""
GRACE_S: Final = 1.0
"""Between SIGTERM and SIGKILL."""
POLL_S: Final = 0.02
_NOT_ITS: Final = (MARK, "AGENT_TUI_AGENT_ID")
"""Marks of an agent's processes: the command is none of them."""


def spawn(notify: Notify, facts: Mapping[str, str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the command in a session of its own.

    Args:
        notify: Has the command.
        facts: Variables for it.
        env: The environment around them.

    Raises:
        OSError: It cannot be started.
        ValueError: A variable or argument holds what none may hold.
    """
    around = {name: value for name, value in env.items() if name not in _NOT_ITS}
    return subprocess.Popen(
        notify.command,
        cwd="/",
        env={**around, **facts},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def end(pid: int, number: int) -> None:
    """Signal the command and all of its session that kept its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def cannot(notify: Notify, error: Exception) -> str:
    """Return the sentence for a command that could not be started."""
    why = reason(error) if isinstance(error, OSError) else str(error)
    return f"The notify command cannot be run: {_name(notify)}: {why}."


def failed(notify: Notify, code: int | None, said: bytes = b"") -> str:
    """Return the sentence for a command that ended badly; empty where it did not.

    Args:
        notify: Has the command.
        code: Exit code, below 0 the signal that ended it; None: it took too long.
        said: Beginning of what it wrote to its errors.
    """
    if code == 0:
        return ""
    if code is None:
        return f"The notify command {_name(notify)} took more than {notify.timeout_s:g} s and was ended."
    how = f"exit {code}" if code > 0 else f"ended by {_signal(-code)}"
    words = one_line(said.decode("utf-8", "replace"), limit=160)
    return f"The notify command {_name(notify)} failed: {how}{f', {words}' if words else ''}."


def crowded(notify: Notify) -> str:
    """Return the sentence for a command that was not run because too many of it run already."""
    return f"The notify command {_name(notify)} was left out: {notify.at_once} of it run already."


def run(state: Path, notify: Notify, facts: Mapping[str, str], env: Mapping[str, str]) -> str:
    """Run the command and wait for its end, at most its time; return what went wrong, or nothing. Blocks."""
    deadline = time.monotonic() + notify.timeout_s
    while (place := take_place(state, notify.at_once)) is None:
        if time.monotonic() > deadline:
            return crowded(notify)
        time.sleep(POLL_S)
    try:
        with spawn(notify, facts, env) as child:
            return _wait(notify, child)
    except (OSError, ValueError) as error:
        return cannot(notify, error)
    finally:
        os.close(place)


def _wait(notify: Notify, child: subprocess.Popen[bytes]) -> str:
    try:
        _, said = child.communicate(timeout=notify.timeout_s)
    except subprocess.TimeoutExpired:
        for number in (signal.SIGTERM, signal.SIGKILL):
            end(child.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.communicate(timeout=GRACE_S)
                break
        return failed(notify, None)
    return failed(notify, child.returncode, said[:SAID_MAX])


def _name(notify: Notify) -> str:
    return one_line(notify.command[0], limit=80) if notify.command else "(none)"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
