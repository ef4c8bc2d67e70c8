"""Memory and start-up: `python -m benchmarks.footprint`.

- memory of a host at rest and after a long scrollback, of ten thousand coloured lines in the emulator, of the dashboard
- the dashboard's first frame with 20 agents next to `python -c "import textual.app"`, and a host's start next to `python -c pass`
- CPU of a dashboard and of its hosts while nothing happens
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable

import psutil

from benchmarks.contenders import AGENT_TUI, Folder
from benchmarks.outer import Outer, percentile

MIB = 1 << 20
_LINES = """
import os, random, psutil
from benchmarks.emulator import WORDS
from tui.protocol.screen import WinSize
from tui.terminal.emulator import Emulator
rng = random.Random(5)
emulator = Emulator(WinSize(40, 120), history_lines=10_000)
def line():
    parts, left = [], 118
    while left > 12:
        word = rng.choice(WORDS)
        left -= len(word) + 1
        parts.append(f"\\x1b[{rng.choice((31, 32, 33, 36, 90))}m{word}\\x1b[0m ")
    return ("".join(parts) + "x" * left + "\\r\\n").encode()
lines = [line() for _ in range(500)]
emulator.feed(b"".join(lines[:60]))
before = psutil.Process().memory_info().rss
for _ in range(21):
    for each in lines:
        emulator.feed(each)
assert len(emulator.scrollback) == 10_000
print(psutil.Process().memory_info().rss - before)
"""


def seconds(argv: list[str], rounds: int) -> float:
    """Median of a command's time."""
    found = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        subprocess.run(argv, check=True, capture_output=True)
        found.append(time.perf_counter() - start)
    return percentile(found[1:], 0.5)


def first_frame_s(folder: Folder, rounds: int) -> float:
    """Median time until a dashboard has drawn its list."""
    found = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        with Outer([AGENT_TUI], 50, 200, folder.env, folder.path) as outer:
            found.append(outer.until(b"agent-00") - start)
            outer.settle(0.2, 2.0)
            outer.send(b"q")
            outer.settle(0.2, 2.0)
    return percentile(found[1:], 0.5)


def cpu_share(measured: Callable[[], float], outer: Outer, for_s: float) -> float:
    """Share of one core over some seconds."""
    start, before = time.perf_counter(), measured()
    while time.perf_counter() - start < for_s:
        outer.read(0.2)
    return (measured() - before) / (time.perf_counter() - start)


def hosts_of(folder: Folder) -> list[psutil.Process]:
    """The hosts of the agents in a folder; a guardian, which only waits, is counted with its host."""
    found = []
    for line in folder.run("ls", "--json").splitlines():
        host = json.loads(folder.run("show", json.loads(line)["id"], "--json"))["host_pid"]
        if host:
            found.append(psutil.Process(host))
    return found


def private(process: psutil.Process) -> float:
    """MiB that would be free without it."""
    return process.memory_full_info().uss / MIB


def cpu_s(processes: list[psutil.Process]) -> float:
    """CPU seconds of processes so far."""
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--idle-s", type=float, default=20.0)
    wanted = parser.parse_args()
    python = sys.executable
    lines = (
        float(subprocess.run([python, "-c", _LINES], check=True, capture_output=True, text=True).stdout) / MIB
    )
    bare, textual = (
        seconds([python, "-c", "pass"], wanted.rounds),
        seconds([python, "-c", "import textual.app"], wanted.rounds),
    )
    with Folder() as folder:
        start = time.perf_counter()
        for number in range(wanted.agents):
            folder.agent(f"agent-{number:02}", ["cat"])
        start_s = (time.perf_counter() - start) / wanted.agents
        hosts = hosts_of(folder)
        host_rss = percentile([host.memory_info().rss / MIB for host in hosts], 0.5)
        host_private = percentile([private(host) for host in hosts], 0.5)
        frame = first_frame_s(folder, wanted.rounds)
        with Outer([AGENT_TUI], 50, 200, folder.env, folder.path) as outer:
            outer.settle(1.0, 5.0)
            below = psutil.Process(outer.process.pid).children(recursive=True)
            dashboard = [psutil.Process(outer.process.pid), *below]
            idle = cpu_share(lambda: cpu_s(dashboard), outer, wanted.idle_s)
            idle_host = cpu_share(lambda: cpu_s(hosts), outer, wanted.idle_s) / len(hosts)
            dashboard_rss = max(process.memory_info().rss for process in dashboard) / MIB
            outer.send(b"q")
            outer.settle(0.2, 3.0)
    print("| what | measured | next to |\n|---|---|---|")
    print(f"| a host at rest, resident | {host_rss:.1f} MiB | {host_private:.1f} MiB of it its own |")
    print(f"| 10,000 lines of 120 columns of coloured text | {lines:.1f} MiB | |")
    print(f"| the dashboard with {wanted.agents} agents, resident | {dashboard_rss:.0f} MiB | |")
    print(
        f"| first frame with {wanted.agents} agents | {frame * 1e3:.0f} ms | {frame / textual:.2f} × `import textual.app` ({textual * 1e3:.0f} ms) |"
    )
    print(
        f"| `agent-tui run`, until its id is printed | {start_s * 1e3:.0f} ms | {start_s / bare:.1f} × `python -c pass` ({bare * 1e3:.0f} ms) |"
    )
    print(f"| CPU of the dashboard while nothing happens | {idle:.2%} | |")
    print(f"| CPU of one host while nothing happens | {idle_host:.3%} | |")


if __name__ == "__main__":
    main()
