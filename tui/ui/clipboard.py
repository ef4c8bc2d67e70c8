"""Text to the clipboard, as far as there is a way to it.

In this order: tmux's own command, the terminal's sequence (OSC 52), the desktop's program; a file when none takes it.
OSC 52 has no reply, so what went that way is said to be sent, never to be copied. tmux ignores OSC 52 by default and drops
long ones; it has a command. On the machine in front of the user the desktop's program is certain, so it is used as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

OSC52_MAX: Final = 74_000
"""Bytes that the least generous common terminals (xterm, kitty, hterm) take in one sequence."""
PROGRAM_S: Final = 2.0
_TMUX: Final = ("tmux", "load-buffer", "-w", "-")


async def send(app: DashboardApp, text: str) -> None:
    """Send text to every clipboard that can be reached, or to a file; say which."""
    data = text.encode(errors="replace")
    reached = []
    if os.environ.get("TMUX") and await feed(_TMUX, data):
        reached.append("tmux and the terminal's clipboard")
    elif len(data) <= OSC52_MAX:
        app.copy_to_clipboard(data.decode())
        reached.append("the terminal's clipboard")
    for program in desktop_programs(os.environ):
        if await feed(program, data):
            # What is known to have worked is said, not what may have.
            reached = [f"the clipboard, by {program[0]}"]
            break
    if reached:
        app.say(f"{size_words(text)} sent to {reached[0]}.")
        return
    path = await asyncio.to_thread(to_file, data)
    app.say(f"Too long for the clipboard: {path}")  # the path must fit into a line said in passing


def size_words(text: str) -> str:
    """Return how much it is: `3 lines`, `12 characters`."""
    lines = text.count("\n") + 1
    if lines > 1:
        return f"{lines:,} lines"
    return f"{len(text):,} character{'s' if len(text) != 1 else ''}"


def desktop_programs(environment: Mapping[str, str]) -> list[Sequence[str]]:
    """Return the commands that fill the clipboard of the desktop that the user sits at, the best first.

    Over SSH the desktop is another machine: a clipboard here is nobody's, even where a display is forwarded.
    """
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return []
    candidates: list[Sequence[str]] = []
    if sys.platform == "darwin":
        candidates.append(("pbcopy",))
    if environment.get("WAYLAND_DISPLAY"):
        candidates.append(("wl-copy",))
    if environment.get("DISPLAY"):
        candidates += [("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")]
    return [each for each in candidates if shutil.which(each[0], path=environment.get("PATH"))]


async def feed(argv: Sequence[str], data: bytes) -> bool:
    """Give data to a program; False if there is none, or it fails or takes too long.

    Programs that own a selection leave a child behind which goes on serving it; nothing of ours may be held open by that.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    except OSError:
        return False
    try:
        async with asyncio.timeout(PROGRAM_S):
            await process.communicate(data)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.shield(process.wait())
    return process.returncode == 0


def to_file(data: bytes, suffix: str = ".txt") -> Path:
    """Write data to a new file that only the user can read; return its path."""
    handle, name = tempfile.mkstemp(prefix="agent-tui-", suffix=suffix)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return Path(name)
