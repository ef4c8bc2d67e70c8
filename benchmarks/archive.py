"""Thousands of agents that are over: `python -m benchmarks.archive [--agents 3000]`.

The same with 10 and with many: commands, the start of a fleet, a dashboard until it draws, a key until it is answered, what both hold
and use while nothing happens. Ratios count.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec
import psutil

from benchmarks.faults.dashboard import COMMAND, HELP, Dashboard
from tui.client.fleet import Fleet
from tui.core.activity import Activity, Source
from tui.core.agent import new_agent
from tui.core.clock import SystemClock
from tui.core.facts import Event, Text
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Exit
from tui.system import store
from tui.system.paths import Paths, ensure, paths_from_env

FEW: Final = 10
IDLE_S: Final = 6.0
FLEET: Final = "--fleet"


def main() -> int:
    """Measure both and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.archive", description="Thousands of old agents."
    )
    parser.add_argument("--agents", type=int, default=3_000)
    parser.add_argument(FLEET, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fleet:
        asyncio.run(_fleet())
        return 0
    few, many = (_measured(number) for number in (FEW, options.agents))
    print(f"{'':34}{FEW:>9}{options.agents:>9}   ratio")
    for name, value in few.items():
        print(f"{name:34}{value:9.2f}{many[name]:9.2f}{many[name] / max(value, 0.005):8.1f}")
    return 0


def _measured(number: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="agent-tui-archive-") as folder:
        env = {
            f"AGENT_TUI_{kind}_DIR": str(Path(folder) / kind.lower())
            for kind in ("STATE", "RUNTIME", "CONFIG")
        }
        paths = paths_from_env(env)
        ensure(paths)
        for each in range(number):
            _make(paths, f"agent-{each}")
        full = {**os.environ, **env, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        found = {
            f"{' '.join(arguments)}, s": min(_command_s(full, *arguments) for _ in range(3))
            for arguments in (("ls",), ("ls", "--json"), ("show", "agent-1"), ("doctor",))
        }
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.archive", FLEET], env=full, capture_output=True, check=True
        ).stdout
        return {**found, **msgspec.json.decode(told, type=dict[str, float]), **_dashboard(full, Path(folder))}


def _make(paths: Paths, name: str) -> None:
    folder = paths.agent(name)
    folder.mkdir(mode=0o700)
    spec = AgentSpec(id=name, name=name, runtime="command", mode=Mode.INTERACTIVE, cwd="/", command=["sh"])
    now = SystemClock().now()
    status = msgspec.structs.replace(
        new_agent(spec).status, lifecycle=Lifecycle.EXITED, lifecycle_since=now, activity=Activity.UNKNOWN,
        runs=1, started_at=now.wall, created_at=now.wall, host_pid=1, exit=Exit(0, None, "exit 0", now.wall),
    )  # fmt: skip
    store.write_atomic(folder / store.SPEC, msgspec.json.encode(spec))
    store.write_status(folder, status)
    log = store.EventLog(folder)
    log.append(
        [
            Event(seq=n, at=now.wall, run=1, source=Source.STREAM, fact=Text(text="x" * 80, block="b"))
            for n in range(1, 20)
        ]
    )
    log.close()


def _command_s(env: dict[str, str], *arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run([COMMAND, *arguments], env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return time.perf_counter() - began


async def _fleet() -> None:
    fleet = Fleet(paths_from_env(), clock=SystemClock())
    began = time.perf_counter()
    await fleet.start()
    took_s = time.perf_counter() - began
    before = time.process_time()
    await asyncio.sleep(IDLE_S)
    found = {
        "fleet starts, s": took_s,
        "fleet at rest, % of a core": 100 * (time.process_time() - before) / IDLE_S,
        "fleet holds, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    await fleet.close()
    sys.stdout.write(msgspec.json.encode(found).decode())


def _dashboard(env: dict[str, str], folder: Path) -> dict[str, float]:
    began = time.perf_counter()
    dashboard = Dashboard(env, folder)
    try:
        dashboard.until(lambda shown: "agent-" in shown, 60)
        opened_s = time.perf_counter() - began
        time.sleep(3)  # what the start brought about is done
        drawing = psutil.Process(dashboard.drawing())
        before = sum(drawing.cpu_times()[:2])
        time.sleep(IDLE_S)
        used_s = sum(drawing.cpu_times()[:2]) - before
        began = time.perf_counter()
        dashboard.press(b"?")
        dashboard.until(lambda shown: HELP in shown, 60)
        return {
            "dashboard draws, s": opened_s,
            "a key is answered, s": time.perf_counter() - began,
            "dashboard at rest, % of a core": 100 * used_s / IDLE_S,
            "dashboard holds, MB": drawing.memory_info().rss / 2**20,
        }
    finally:
        dashboard.close()


if __name__ == "__main__":
    sys.exit(main())
