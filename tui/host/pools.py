"""What an agent shares a budget with others for, and what the others used of it, as their status files tell.

No process keeps the sum: each host adds up what the others wrote, so that it holds whoever dies. It may lag by `LOOK_S` and
the second that a status waits to be written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from tui.core.budget import date_of
from tui.core.clock import Clock
from tui.core.limits import Day, Pool, Spent
from tui.core.reduce import PoolsKnown
from tui.core.usage import Usage
from tui.system.limitsfile import Shared, changed_at, read_shared
from tui.system.store import STATUS

LOOK_S: Final = 3.0
_BYTES_MAX: Final = 4_000_000


class _Line(msgspec.Struct, frozen=True):
    """The part of another agent's status that counts here."""

    cwd: str = ""
    usage: Usage = Usage()
    day: Day = Day()

    @property
    def spent(self) -> Spent:
        return Spent(tokens=self.usage.total, usd=self.usage.cost_usd or Decimal(0))


class Pools:
    """Tells an agent of the budgets that it shares. Lives on the event loop.

    Args:
        folder: The agent's folder.
        cwd: Where it works: decides on the projects it belongs to.
        clock: Tells the day.
        tell: Gets the pools whenever one of them changed.
    """

    def __init__(self, folder: Path, cwd: str, clock: Clock, tell: Callable[[PoolsKnown], None]) -> None:
        self._folder = folder
        self._state = folder.parent.parent
        self._cwd = cwd
        self._clock = clock
        self._tell = tell
        self._changed_at = 0
        self._shared: list[Shared] = []
        self._lines: dict[Path, tuple[int, _Line]] = {}
        self._told: list[Pool] = []
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Look now, and again from time to time."""
        self.look()
        self._timer = asyncio.get_running_loop().call_later(LOOK_S, self.start)

    def look(self) -> None:
        """Add up what the others used; without a shared budget, one look at a folder."""
        changed = changed_at(self._state)
        if changed != self._changed_at:
            self._changed_at = changed
            self._shared = [each for each in read_shared(self._state) if _is_in(self._cwd, each.place)]
        if not self._shared and not self._told:
            return
        lines = self._others() if self._shared else []
        pools = [self._pool(each, lines) for each in self._shared]
        if pools != self._told:
            self._told = pools
            self._tell(PoolsKnown(pools))

    def _pool(self, shared: Shared, lines: list[_Line]) -> Pool:
        date = date_of(self._clock.now().wall)
        others = today = Spent()
        for line in lines:
            if _is_in(line.cwd, shared.place):
                others += line.spent
                if line.day.date == date:
                    today += line.spent - line.day.start
        whose = f"the agents in {Path(shared.place).name}" if shared.place else "all agents"
        return Pool(whose=whose, budget=shared.budget, others=others, others_today=today, date=date)

    def _others(self) -> list[_Line]:
        before, self._lines = self._lines, {}
        for folder in self._folder.parent.iterdir():
            path = folder / STATUS
            try:
                at = path.stat().st_mtime_ns
            except OSError:
                continue
            if folder == self._folder:
                continue
            known = before.get(path)
            self._lines[path] = known if known is not None and known[0] == at else (at, _read(path))
        return [line for _, line in self._lines.values()]

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()


def _read(path: Path) -> _Line:
    try:
        with path.open("rb") as stream:
            return msgspec.json.decode(stream.read(_BYTES_MAX), type=_Line)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return _Line()


def _is_in(cwd: str, place: str) -> bool:
    return not place or Path(place) in (Path(cwd), *Path(cwd).parents)
