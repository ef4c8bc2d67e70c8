"""A directed afternoon: real hosts, sockets and children play the demo's stories up to the moment of the pictures, and stand there.

The agents' clocks are set and their steps are cued (`tui.runtimes.simulated.cues`); each next cue waits until the host has made known what
the last one brought. So every figure, time and word comes from the program, and is the same in every run. Only the kernel's numbers of
processes and what the processes of this machine use cannot be directed: `StillFleet` tells fixed ones.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec
import psutil

from screenshots.cast import NOW, at
from screenshots.plots import Beat, Plot, beats
from tui.client import hosts, launch
from tui.client.fleet import Fleet
from tui.client.view import AgentView, Contact
from tui.core.activity import Activity
from tui.core.clock import Now
from tui.core.commands import Kill, Start
from tui.core.status import Status
from tui.host.upkeep import owned_by
from tui.protocol.messages import Resize
from tui.protocol.screen import WinSize
from tui.runtimes.demo_fleet import demo_fleet
from tui.runtimes.simulated import catalog, cues
from tui.system import store
from tui.system.ledgerfile import read_ledger
from tui.system.paths import Paths

PID: Final = 48_122
LIMIT_S: Final = 30.0
"""How long a step may take on a busy machine."""
QUIET_S: Final = 300.0
FIRST_SIZE: Final = WinSize(24, 80)
STALLED_AT: Final = "13:36:00"
_LOOK_S: Final = 0.005
_REST_S: Final = 0.03


class StillClock:
    """A clock that stands."""

    def now(self) -> Now:
        """Return the moment of the pictures."""
        return NOW


class StillFleet(Fleet):
    """The dashboard's fleet, with fixed numbers of processes; nobody looks at an agent's end."""

    def _note(self, agent_id: str) -> None:
        super()._note(agent_id)
        if (view := self._views.get(agent_id)) is not None:
            status = view.status
            still = msgspec.structs.replace(
                status,
                pid=PID if status.pid else None,
                host_pid=PID - 1 if status.host_pid else 0,
                processes=1 if status.processes else 0,
            )
            self._views[agent_id] = msgspec.structs.replace(view, status=still, contact_since=0.0)

    def mark_seen(self, agent_id: str) -> None:
        """Remember nothing: the next picture has it unseen again."""


class Afternoon:
    """A fleet of directed agents.

    Args:
        paths: Fresh folders.
        home: Where their folders are made.
    """

    def __init__(self, paths: Paths, home: Path) -> None:
        self.paths = paths
        self._home = home
        self._cues: dict[str, cues.Cues] = {}
        self._fleet = Fleet(paths, clock=StillClock(), client="director")
        os.environ.update({cues.FOLDER: str(home / "cues"), **owned_by(os.getpid())})
        (home / "cues").mkdir()

    async def play(self, plots: Sequence[Plot]) -> None:
        """Start the agents of plots and direct them up to the moment of the pictures."""
        wanted = {
            str(fields["name"]): fields
            for fields in demo_fleet(len(catalog.fleet(catalog.FLEET_MAX)), self._home / "src")
        }
        await self._fleet.start()
        await asyncio.gather(*(self._perform(plot, wanted[plot.name]) for plot in plots))

    async def end(self) -> None:
        """End every agent; their hosts leave with them."""
        running = [view.id for view in self._fleet.agents.values() if not view.over]
        await asyncio.gather(
            *(self._fleet.command(agent_id, Kill(by="demo")) for agent_id in running), return_exceptions=True
        )
        await self._until(lambda: all(view.over for view in self._fleet.agents.values()), "all is over")
        await self._fleet.close()

    async def shrink(self) -> None:
        """Give each agent with a screen its first size again: a picture must not depend on the ones before it."""
        shown = [name for name, cue in self._cues.items() if cue.drawn != (0, 0)]
        for agent_id in shown:
            self._fleet.link(agent_id).send(Resize(FIRST_SIZE))
        first = (FIRST_SIZE.cols, FIRST_SIZE.rows)
        await self._until(
            lambda: all(self.drawn(name) == first for name in shown), "agents have their first size"
        )

    def drawn(self, agent_id: str) -> tuple[int, int]:
        """Return columns and rows of the last picture that an agent with a screen drew; zeros if it has none."""
        return self._cues[agent_id].drawn if agent_id in self._cues else (0, 0)

    # -- one agent -----------------------------------------------------------------------------------------------------

    async def _perform(self, plot: Plot, fields: dict[str, object]) -> None:
        draft = launch.Draft(**{**fields, "inactivity_timeout_s": QUIET_S})  # type: ignore[arg-type] # settings by name
        spec = launch.create(self.paths, draft)
        spec = msgspec.structs.replace(spec, created_at=at(plot.starts))
        store.write_spec(self.paths.agent(spec.id), spec)
        cue = self._cues[spec.id] = cues.Cues(self._home / "cues" / spec.id)
        cue.set_time(at(plot.starts))
        await hosts.start_host(self.paths, spec.id, Start(by="demo"))
        await self._until(lambda: cue.waits and self._status(spec.id).pid, f"{spec.id} begins")
        await self._caught_up(spec.id, cue, at(plot.starts))
        played = beats(plot)
        for number, beat in enumerate(played, 1):
            ends = plot.ends if number == len(played) else ""
            await self._beat(spec.id, cue, beat, last=ends in ("over", "idle"))
        await self._finish(plot, spec.id, cue)

    async def _beat(self, agent_id: str, cue: cues.Cues, beat: Beat, *, last: bool) -> None:
        lines = cue.lines
        cue.set_time(beat.wall)
        cue.go() if beat.part is None else cue.spend(beat.part, earlier=beat.earlier)
        if last:
            return
        await self._until(lambda: cue.waits, f"{agent_id} takes its cue")
        if cue.lines > lines:
            await self._caught_up(agent_id, cue, beat.wall)
        if beat.part is not None:
            # Which minute has how much of the money depends on what was entered at one time.
            await self._until(lambda: self._entered(agent_id) == cue.told, f"{agent_id}: its ledger")

    def _entered(self, agent_id: str) -> int:
        ledger = read_ledger(self.paths.state, agent_id)
        return ledger.counted.output if ledger is not None else 0

    async def _caught_up(self, agent_id: str, cue: cues.Cues, wall: float) -> None:
        """Wait until the host has made known what its agent wrote."""
        mono = wall - cues.MONO_AT - 0.001
        await self._until(
            lambda: (
                self._status(agent_id).usage.output == cue.told
                and (cue.drawn != (0, 0) or self._status(agent_id).last_byte.mono >= mono)
            ),
            f"{agent_id} is heard",
        )
        await asyncio.sleep(_REST_S)

    async def _finish(self, plot: Plot, agent_id: str, cue: cues.Cues) -> None:
        is_in: dict[str, Callable[[AgentView], bool]] = {
            "asks": lambda view: view.status.request is not None,
            "over": lambda view: view.over,
            "idle": lambda view: view.status.activity is Activity.IDLE,
            "limited": lambda view: view.status.activity is Activity.RATE_LIMITED,
            "hangs": lambda view: view.status.activity is Activity.STALLED,
            "lost": lambda view: view.contact is Contact.LOST,
        }
        match plot.ends:
            case "lost":
                await self._kill_host(agent_id, cue)
            case "hangs":
                cue.set_time(at(STALLED_AT))
            case "idle":
                await self._until(lambda: self._status(agent_id).turns, f"{agent_id}: its turn ends")
                cue.set_time(cue.wall + 5)  # which is believed after a moment of silence
        reached = is_in.get(plot.ends, lambda view: True)
        await self._until(lambda: reached(self._fleet.agents[agent_id]), f"{agent_id}: {plot.ends}")
        if plot.seen:
            self._fleet.mark_seen(agent_id)
        if not self._fleet.agents[agent_id].over:
            await asyncio.sleep(_REST_S)
            cue.set_time(NOW.wall)
            await self._until(
                lambda: self._status(agent_id).published.wall >= NOW.wall - 0.001,
                f"{agent_id} is at the moment",
            )

    async def _kill_host(self, agent_id: str, cue: cues.Cues) -> None:
        """Kill a host, once its files tell all that it knows."""
        cue.set_time(cue.wall + 2)
        folder, known = self.paths.agent(agent_id), self._status(agent_id)
        await self._until(
            lambda: (
                (told := store.read_status(folder)) is not None
                and told.usage == known.usage
                and told.published.wall >= cue.wall - 0.001
            ),
            f"{agent_id} is written down",
        )
        # Its guardian first: who is left to find it then is the director's fleet, so its words are always the same.
        guardian = psutil.Process(known.host_pid).ppid()
        os.kill(guardian, signal.SIGKILL)
        os.kill(known.host_pid, signal.SIGKILL)

    def _status(self, agent_id: str) -> Status:
        view = self._fleet.agents.get(agent_id)
        return view.status if view is not None else Status(id=agent_id)

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"Not within {LIMIT_S:.0f} s: {what}.")
            await asyncio.sleep(_LOOK_S)


def names(plots: Iterable[Plot]) -> list[str]:
    """Return the names of plots."""
    return [plot.name for plot in plots]
