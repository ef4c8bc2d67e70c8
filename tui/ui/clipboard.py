"""Text to the clipboard, as far as a terminal takes it.

OSC 52 has no reply: nobody can know whether it worked, so nothing is ever said to be copied. tmux ignores it by default
and drops long ones; it has a command of its own.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

OSC52_MAX: Final = 74_000
"""Bytes that the least generous common terminals (xterm, kitty, hterm) take in one sequence."""
_TMUX_S: Final = 2.0


async def send(app: DashboardApp, text: str) -> None:
    """Send text to the clipboard, or to a file where it is too long."""
    data = text.encode(errors="replace")
    lines = text.count("\n") + 1
    what = f"{lines} line{'s' if lines > 1 else ''}"
    if os.environ.get("TMUX") and await _to_tmux(data):
        app.say(f"{what} sent to tmux and the terminal's clipboard.")
    elif len(data) <= OSC52_MAX:
        app.copy_to_clipboard(text)
        app.say(f"{what} sent to the terminal's clipboard.")
    else:
        path = await asyncio.to_thread(_to_file, data)
        app.say(f"{what} are too long for a terminal's clipboard; they are in {path}")


async def _to_tmux(data: bytes) -> bool:
    try:
        process = await asyncio.create_subprocess_exec(
            "tmux", "load-buffer", "-w", "-",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return False
    try:
        await asyncio.wait_for(process.communicate(data), _TMUX_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
    return process.returncode == 0


def _to_file(data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix="agent-tui-", suffix=".txt")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return Path(name)
