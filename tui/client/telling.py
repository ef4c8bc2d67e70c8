"""What dashboards need to tell the user something: whose turn it is, what tmux lets through, a trial of the command."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import zlib
from collections.abc import Mapping
from typing import Final

from tui.core import news
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.desktop import ASK_TMUX, Tmux, read_tmux
from tui.core.notify import Notify
from tui.core.spec import Mode
from tui.core.status import Status
from tui.system import usercommand
from tui.system.paths import Paths, make_folder

FOLDER: Final = "told"
KEPT: Final = 256
"""Claims kept; older ones are of events that nobody tells of any more."""
TMUX_S: Final = 2.0

_log = logging.getLogger(__name__)


def claim(paths: Paths, event: str) -> bool:
    """Return whether it is ours to tell of an event: true for the first who asks, of all dashboards."""
    folder = paths.sockets() / FOLDER
    name = f"{zlib.crc32(event.encode('utf-8', 'replace')):08x}-{len(event)}"
    try:
        make_folder(folder)
        os.close(os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return False
    except OSError as error:
        _log.warning("cannot claim an event: %s", error)
        return True  # twice is better than never
    _tidy(paths)
    return True


def _tidy(paths: Paths) -> None:
    with contextlib.suppress(OSError):
        with os.scandir(paths.sockets() / FOLDER) as entries:
            found = sorted(entries, key=lambda entry: entry.stat().st_mtime_ns)
        for entry in found[: max(0, len(found) - KEPT)]:
            os.unlink(entry.path)  # noqa: PTH108 - another dashboard may have been first


def ask_tmux(env: Mapping[str, str] = os.environ) -> Tmux | None:
    """Return what tmux says of itself; None outside of it, or if it does not say. Blocks for a moment."""
    if not env.get("TMUX"):
        return None
    pane = ["-t", env["TMUX_PANE"]] if env.get("TMUX_PANE") else []
    argv = ["tmux", "display-message", "-p", *pane, ASK_TMUX]
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=TMUX_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return read_tmux(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else None


def sample(cwd: str, now: Now) -> Status:
    """Return the agent that a trial tells of."""
    return Status(
        id="test", name="test", runtime="command", mode=Mode.INTERACTIVE, cwd=cwd, headline="this is a test",
        started_at=now.wall, runs=1,
    )  # fmt: skip


def try_command(paths: Paths, notify: Notify, cwd: str, now: Now) -> str:
    """Run the user's command as for an agent that is done; return what went wrong, or nothing. Blocks."""
    facts = news.facts(sample(cwd, now), RowState.DONE, now)
    make_folder(paths.state / "notify")
    return usercommand.run(paths.state, notify, facts, os.environ)
