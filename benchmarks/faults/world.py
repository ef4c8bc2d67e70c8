"""The fleet: agents with real hosts, dashboards, and the commands that a user would give."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.faults import warm
from benchmarks.faults.dashboard import COMMAND, Dashboard
from benchmarks.faults.ground import MARK, Ground
from tui.cli import records
from tui.client import folders, hosts, launch
from tui.client.launch import Draft
from tui.core.clock import SystemClock
from tui.core.commands import Start
from tui.core.errors import AgentTuiError
from tui.core.spec import Channel, Mode
from tui.system import procfs, store
from tui.system.paths import Paths, ensure, paths_from_env

CHILD: Final = Path(__file__).with_name("child.py")
JUMP: Final = Path(__file__).with_name("jump")
ENDINGS: Final = ("goes-on", "flees", "done", "asks", "goes-on", "fails", "flees")
TOGETHER: Final = 4
COMMAND_S: Final = 60.0


class Known(msgspec.Struct):
    """An agent as the campaign knows it: what it is, and what was done to it since it began."""

    id: str
    mode: Mode
    ending: str
    truth: Path
    host_killed: bool = False
    child_killed: bool = False
    asked_to_end: bool = False
    gaps: bool = False
    """Something of its output may be missing, by what we did."""
    damaged: bool = False
    removed: bool = False
    seen: set[int] = msgspec.field(default_factory=set)
    """Numbers that stood on disk at the last look."""
    read: tuple[Any, list[int], list[str]] | None = None
    """What its files held when they were read last, with what tells whether they changed."""

    @property
    def told(self) -> dict[str, Any]:
        """What its program says of itself: `said`, `code`, `pid`, `family`."""
        try:
            found: dict[str, Any] = json.loads(self.truth.read_text())
        except (OSError, ValueError):
            return {"said": 0, "code": None, "pid": 0, "family": []}
        return found


class World:
    """All of it.

    Args:
        ground: Where.
        agents: How many agents run at a time.
        dashboards: How many dashboards are open.
        quick: Look at the agents, and give commands, without a new process for each.
    """

    def __init__(self, ground: Ground, agents: int, dashboards: int, *, quick: bool = False) -> None:
        self.ground = ground
        self.quick = quick
        self.agents: dict[str, Known] = {}
        self.dashboards: list[Dashboard] = []
        self.told: set[str] = set()
        """What was found and said already."""
        self._wanted = agents
        self._wanted_dashboards = dashboards
        self._number = 0
        self.env = _environment(ground)
        os.environ.update(self.env)
        self.paths: Paths = paths_from_env(self.env)
        ensure(self.paths)
        (ground.root / "work").mkdir(exist_ok=True)

    # -- the fleet -----------------------------------------------------------------------------------------------------

    def fill(self, rng: random.Random) -> None:
        """Replace what is over by new agents, and dashboards that are gone by new ones."""
        for dead in [each for each in self.dashboards if not each.lives]:
            dead.close()
            self.dashboards.remove(dead)
        while len(self.dashboards) < self._wanted_dashboards:
            self.dashboards.append(Dashboard(self.env, self.ground.root))
        missing = self._wanted - len(self.running())
        if missing > 0:
            asyncio.run(self._start([self._draft(rng) for _ in range(missing)]))

    def _draft(self, rng: random.Random) -> tuple[Known, Draft]:
        self._number += 1
        name = f"agent-{self._number}"
        mode = rng.choice((Mode.STREAM, Mode.INTERACTIVE))
        ending = ENDINGS[self._number % len(ENDINGS)]
        truth = self.ground.root / "work" / f"{name}.json"
        argv = [sys.executable, "-S", "-E", str(CHILD), ending, str(rng.randint(5, 60)), str(truth)]
        draft = Draft(
            name=name, runtime="claude-code" if mode is Mode.STREAM else "command", mode=mode, command=argv,
            cwd=str(self.ground.root / "work"), prompt="Count." if mode is Mode.STREAM else "",
            channel=Channel.PLAIN if mode is Mode.STREAM else None, stop_wait_s=0.5,
        )  # fmt: skip
        return Known(name, mode, ending, truth), draft

    async def _start(self, wanted: list[tuple[Known, Draft]]) -> None:
        gate = asyncio.Semaphore(TOGETHER)

        async def one(known: Known, draft: Draft) -> None:
            async with gate:
                known.id = launch.create(self.paths, draft, env=self.env).id
                self.agents[known.id] = known
                await hosts.start_host(self.paths, known.id, Start())

        await asyncio.gather(*(one(*each) for each in wanted))

    def drop(self, dashboard: Dashboard) -> None:
        """Have done with a dashboard that something was done to."""
        self.dashboards.remove(dashboard)
        dashboard.close()

    def running(self) -> list[Known]:
        """Return the agents that nothing has ended so far."""
        return [
            each
            for each in self.agents.values()
            if each.told["code"] is None
            and not (
                each.host_killed or each.child_killed or each.asked_to_end or each.removed or each.damaged
            )
        ]

    def finished(self) -> list[Known]:
        """Return agents that ended by themselves and are whole."""
        return [
            each
            for each in self.agents.values()
            if each.told["code"] is not None and not (each.removed or each.damaged or each.host_killed)
        ]

    def forget(self, most: int) -> None:
        """Remove the oldest agents that are over with the user's own command, down to so many."""
        over = [each.id for each in self.agents.values() if each not in self.running()]
        gone = over[: max(0, len(over) - most)]
        there = [each for each in gone if self.paths.agent(each).exists()]
        if there:
            self.call("rm", "-y", *there)
        for each in gone:
            if not self.paths.agent(each).exists():
                del self.agents[each]

    # -- a user --------------------------------------------------------------------------------------------------------

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Give a command."""
        if self.quick:
            return warm.call(arguments, self.ground.root, COMMAND_S)
        return subprocess.run(
            [COMMAND, *arguments], env=self.env, cwd=self.ground.root, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=COMMAND_S, check=False,
        )  # fmt: skip

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the objects of `ls --json` by id; without a process of its own where it has to be quick."""
        if self.quick:
            now = SystemClock().now()
            views = folders.read_all(self.paths, now)
            return {view.id: json.loads(records.encode(records.record(view, now))) for view in views}
        done = self.call("ls", "--json")
        if done.returncode:
            raise AgentTuiError(f"ls failed: {done.stderr.strip()}")
        return {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}

    def pause(self, rng: random.Random, least_s: float, most_s: float) -> None:
        """Let a fault last."""
        time.sleep(least_s if self.quick else rng.uniform(least_s, most_s))

    # -- processes -----------------------------------------------------------------------------------------------------

    def host(self, agent_id: str) -> int:
        """Return the process of an agent's host as its status names it; 0 if there is none."""
        try:
            status = store.read_status(self.paths.agent(agent_id))
        except AgentTuiError:
            return 0
        pid = status.host_pid if status is not None else 0
        return pid if pid and procfs.has_variable(pid, f"{MARK}={self.ground.root}".encode()) else 0

    def close(self) -> None:
        """Close the dashboards; the agents are killed with the ground."""
        for each in self.dashboards:
            each.close()
        hosts.reap()


def _environment(ground: Ground) -> dict[str, str]:
    env = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": str(ground.root)}
    env |= {
        f"AGENT_TUI_{kind}_DIR": str(ground.root / kind.lower()) for kind in ("STATE", "RUNTIME", "CONFIG")
    }
    env |= {MARK: str(ground.root)}
    ground.clock.write_text("0")
    env |= {"PYTHONPATH": str(JUMP), "AGENT_TUI_FAULTS_CLOCK": str(ground.clock)}
    return env
