"""What a host relies on, looked at now and then: its folder, its socket, and in the demo whoever it lives for.

A cleaner of temporary files may take the socket: it is made again. An agent whose folder was removed is found by nobody
any more, so it is ended in order; so is one whose settings are gone, because a removal that meets a file just being written leaves the
folder behind. The demo's agents end with their dashboard, however that ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tui.system import processes
from tui.system.store import SPEC

LOOK_S: Final = 2.0
OWNER: Final = "AGENT_TUI_OWNER"
"""Environment variable: `pid:started` of the process that the host lives for; without it, it lives for nobody."""

_log = logging.getLogger(__name__)


def owned_by(pid: int) -> dict[str, str]:
    """Return the variable that ties hosts to a process."""
    who = processes.identity(pid)
    return {OWNER: f"{who.pid}:{who.started}"} if who is not None else {}


def owner(env: Mapping[str, str]) -> processes.Identity | None:
    """Return the process that a host is tied to; None if it is tied to none."""
    pid, _, started = env.get(OWNER, "").partition(":")
    with contextlib.suppress(ValueError):
        return processes.Identity(int(pid), float(started))
    return None


class Upkeep:
    """Looks, and has what is gone made again, or the agent ended. Lives on the event loop.

    Args:
        folder: The agent's folder.
        socket: Where its host listens.
        env: The host's environment.
        listen: Makes the socket again.
        end: Ends the agent in order; gets who wants it.
    """

    def __init__(
        self,
        folder: Path,
        socket: Path,
        env: Mapping[str, str],
        *,
        listen: Callable[[], object],
        end: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._socket = socket
        self._owner = owner(env)
        self._listen = listen
        self._end = end
        self._inode = _inode(folder)
        self._ending = False
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Look from now on."""
        self._timer = asyncio.get_running_loop().call_later(LOOK_S, self._look)

    def _look(self) -> None:
        self.start()
        if self._ending:
            return
        if self._is_removed():
            self._give_up("removal", "the agent's folder was removed")
        elif self._owner is not None and not processes.alive(self._owner):
            self._give_up("demo", "its owner is gone")
        elif not os.path.lexists(self._socket):
            _log.warning("the socket was removed; it is made again")
            self._listen()

    def _is_removed(self) -> bool:
        if not self._inode:
            return False
        found = _inode(self._folder)
        if found is None:
            return False  # that cannot be told, without permission for the folder above
        return found != self._inode or _inode(self._folder / SPEC) == 0

    def _give_up(self, by: str, why: str) -> None:
        _log.warning("%s: the agent is ended", why)
        self._ending = True
        self._end(by)

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()


def _inode(folder: Path) -> int | None:
    """Return what tells a folder from another of its name; 0 if there is none, None if that cannot be told."""
    try:
        return folder.stat().st_ino
    except FileNotFoundError:
        return 0
    except OSError:
        return None
