"""Which agents there are, and whose files have to be read: told by the folders' times.

An agent's files are replaced as a whole, so its folder's time is that of its last change. Agents that are over change
only by a host that comes back, whose socket is new, or by a command of the user; there can be thousands of them, so
while nobody comes or goes they are not looked at one by one but once in `ROUND_S`. Blocking; one thread at a time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Set
from pathlib import Path
from typing import Final

from tui.client import folders
from tui.client.view import AgentView
from tui.core.clock import Now
from tui.core.errors import StoreError
from tui.system.paths import Paths
from tui.system.reasons import reason, shown

ROUND_S: Final = 30.0
"""How often every folder's time is looked at although no agent came or went."""
FRESH_S: Final = 1.0
"""A folder that changed so shortly before it was looked at may change again within the same tick of its clock."""


class Census:
    """What is known of the folders.

    Args:
        paths: Where they are.
        only: Know of these agents alone; None: of all.
        monotonic: Source of seconds.
        wall: Source of the time that files carry.
    """

    def __init__(
        self,
        paths: Paths,
        only: Set[str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._paths = paths
        self._only = only
        self._monotonic = monotonic
        self._wall = wall
        self._seen: dict[str, int] = {}
        """Each agent's folder's time as of the last look."""
        self._read: dict[str, int] = {}
        """… and as of when its files were read."""
        self._agents_at = self._sockets_at = 0
        self._round_at = -ROUND_S

    @property
    def ids(self) -> Set[str]:
        """All agents, as of the last look."""
        return self._seen.keys()

    def look(self) -> None:
        """Look who is there: at every folder if an agent came or went or it is time, else at none.

        Raises:
            StoreError: The folder of agents may not be read.
        """
        now, at = self._monotonic(), self._settled(_changed_at(self._paths.agents()))
        if at and at == self._agents_at and now - self._round_at < ROUND_S:
            return
        try:
            with os.scandir(self._paths.agents()) as entries:
                self._seen = {
                    entry.name: _time_of(entry)
                    for entry in entries
                    if (self._only is None or entry.name in self._only)
                    and folders.is_id(entry.name)
                    and entry.is_dir(follow_symlinks=False)
                }
        except FileNotFoundError:
            self._seen = {}
        except OSError as error:
            path = str(self._paths.agents())
            raise StoreError(
                f"Cannot read {shown(self._paths.agents())}: {reason(error)}.", path=path
            ) from error
        self._agents_at, self._round_at = at, now
        for gone in self._read.keys() - self._seen.keys():
            del self._read[gone]

    def newest(self, limit: int) -> list[str]:
        """Return the agents that live, as far as their sockets tell, and those that changed last; at most about `limit`."""
        ranked = sorted(self._seen, key=self._seen.__getitem__, reverse=True)[:limit]
        if len(self._seen) <= limit:
            return ranked
        return list(dict.fromkeys([*(each for each in self.sockets() if each in self._seen), *ranked]))

    def changed(self, agent_id: str) -> bool:
        """Return whether an agent's folder changed since its files were read, as far as was looked."""
        return self._read.get(agent_id) != self._seen.get(agent_id)

    def read(self, ids: Iterable[str], now: Now) -> list[AgentView]:
        """Read the files of some agents; those that are being made, or removed, are left out."""
        views = []
        for agent_id in ids:
            self._read[agent_id] = self._settled(self._seen.get(agent_id, 0))
            view = folders.read_view(self._paths, agent_id, now)
            if view is not None:
                views.append(view)
        return views

    def came(self) -> list[str]:
        """Return the agents that have a socket, if a socket came or went since the last call; else none."""
        at = self._settled(_changed_at(self._paths.sockets()))
        if at and at == self._sockets_at:
            return []
        self._sockets_at = at
        return self.sockets()

    def sockets(self) -> list[str]:
        """Return the agents that have a socket."""
        try:
            names = os.listdir(self._paths.sockets())  # noqa: PTH208 - names alone, no paths
        except OSError:
            return []
        return [name.removesuffix(".sock") for name in names if name.endswith(".sock")]

    def _settled(self, at: int) -> int:
        """Return a time if the next change will have another one, else 0."""
        return at if self._wall() - at / 1e9 > FRESH_S else 0


def _time_of(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
