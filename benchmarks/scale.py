"""A hundred agents on one screen: `python -m benchmarks.scale [--agents 100] [--active 20] [--panes 9] [--seconds 20]`.

Real hosts with cheap children: half of the active ones print ten lines a second, the other half are headless and report ten
events a second with their usage; the rest wait. Nine of the active ones have a pane. Measured first while nothing happens,
then while the active ones are. The dashboard runs with a stop-watch in it (`benchmarks.timed`), which costs it a little.
tmux, where it is installed, shows the same terminals: nine panes in one window, a window for each of the rest.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.contenders import LEADER, Folder
from benchmarks.footprint import MIB, cpu_s, cpu_share, first_frame_s, hosts_of, seconds
from benchmarks.outer import Outer, percentile
from benchmarks.program import echoes, table
from tui.ui.memory import Desk, remember_desk

ROWS, COLUMNS = 80, 300
EDGE = "▌".encode()
_WALK = 40
"""Steps down before as many up: fewer than there are agents."""
"""In front of the selected row."""
_GO = "import os,sys,time,random\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.5)\n"
_LINES = (
    _GO + "words='the agent reads a file and edits three lines'.split()\n"
    "while True:\n"
    "    print(' '.join(random.choices(words,k=9)), flush=True); time.sleep(0.1)\n"
)
_EVENTS = (
    "import json,itertools\n"
    "def say(**event): print(json.dumps(event), flush=True)\n"
    "say(type='system',subtype='init',session_id='s-1',model='claude-sonnet-4-5',cwd='/',tools=[])\n"
    + _GO
    + "for n in itertools.count():\n"
    "    use=dict(input_tokens=3,output_tokens=90+n%50,cache_read_input_tokens=20000)\n"
    "    tool=dict(type='tool_use',id=f't{n}',name='Read',input=dict(file_path=f'src/module_{n%40}.py'))\n"
    "    say(type='assistant',session_id='s-1',message=dict(id=f'm{n}',role='assistant',model='claude-sonnet-4-5',content=[tool],usage=use))\n"
    "    time.sleep(0.05)\n"
    "    done=dict(type='tool_result',tool_use_id=f't{n}',content='ok')\n"
    "    say(type='user',session_id='s-1',message=dict(role='user',content=[done]))\n"
    "    time.sleep(0.05)\n"
)


class Crowd(NamedTuple):
    """How many."""

    agents: int
    active: int
    panes: int


class Load(NamedTuple):
    """What was measured over some seconds."""

    dashboard: float
    """Share of one core."""
    host: float
    """Likewise, of one host, on average."""
    frames_s: list[float]
    held_s: list[float]


def start_agents(folder: Folder, crowd: Crowd, go: Path) -> None:
    """Start all agents from a config, as `agent-tui up` does."""
    python = json.dumps(sys.executable)
    parts = [_agent("typed", '["cat"]')]
    for number in range(crowd.active):
        if number % 2:
            script = folder.path / "events.py"
            command = f'[{python}, "{script}", "{go}"]'
            parts.append(
                _agent(
                    f"events-{number:02}",
                    command,
                    'runtime = "claude-code"\nmode = "stream"\nchannel = "plain"\nprompt = "go"',
                )
            )
        else:
            parts.append(_agent(f"lines-{number:02}", f'[{python}, "{folder.path / "lines.py"}", "{go}"]'))
    parts += [_agent(f"rests-{number:02}", '["cat"]') for number in range(crowd.agents - crowd.active - 1)]
    (folder.path / "lines.py").write_text(_LINES)
    (folder.path / "events.py").write_text(_EVENTS)
    (folder.path / "agent-tui.toml").write_text("\n".join(parts))
    folder.run("up")


def _agent(name: str, command: str, more: str = 'runtime = "command"') -> str:
    return f'[[agent]]\nname = "{name}"\n{more}\ncommand = {command}\n'


@contextlib.contextmanager
def dashboard(folder: Folder, crowd: Crowd) -> Iterator[tuple[Outer, Path]]:
    """Open the dashboard in a grid of so many panes; yields it and where its stop-watch writes."""
    state = Path(folder.env["AGENT_TUI_STATE_DIR"])
    lines, events = _ids(folder, "lines"), _ids(folder, "events")
    mixed = [each for pair in zip(lines, events, strict=False) for each in pair]
    pinned = [*_ids(folder, "typed"), *mixed][: crowd.panes]
    remember_desk(state, str(folder.path), Desk(arrangement="grid", panes=crowd.panes, pinned=tuple(pinned)))
    seen = folder.path / "seen.json"
    argv = [sys.executable, "-m", "benchmarks.timed", str(seen)]
    root = str(Path(__file__).parents[1])
    with Outer(argv, ROWS, COLUMNS, {**folder.env, "PYTHONPATH": root}, folder.path) as outer:
        outer.until(b"typed")
        outer.settle(0.5, 10.0)
        yield outer, seen
        outer.send(b"q")
        outer.settle(0.5, 5.0)


def _ids(folder: Folder, beginning: str) -> list[str]:
    known = [json.loads(line) for line in folder.run("ls", "--json").splitlines()]
    return [
        each["id"]
        for each in sorted(known, key=lambda k: str(k["name"]))
        if each["name"].startswith(beginning)
    ]


def load(outer: Outer, seen: Path, hosts: list[psutil.Process], for_s: float) -> Load:
    """Measure for some seconds."""
    stop_watch(outer, seen)
    mine = psutil.Process(outer.process.pid)
    before, start = cpu_s(hosts), time.perf_counter()
    share = cpu_share(lambda: cpu_s([mine]), outer, for_s)
    each = (cpu_s(hosts) - before) / (time.perf_counter() - start) / len(hosts)
    found = stop_watch(outer, seen)
    return Load(share, each, found["frames_s"], found["held_s"])


def stop_watch(outer: Outer, seen: Path) -> dict[str, list[float]]:
    """Return what the stop-watch saw since the last time."""
    seen.unlink(missing_ok=True)
    os.kill(outer.process.pid, signal.SIGUSR1)
    end = time.monotonic() + 10
    while not seen.exists():
        outer.read(0.05)
        if time.monotonic() > end:
            raise TimeoutError("the dashboard's stop-watch does not answer")
    found: dict[str, list[float]] = json.loads(seen.read_text())
    return found


def type_into(outer: Outer, count: int) -> list[float]:
    """Give the keyboard to the agent that echoes, and press keys."""
    for key in (b"/typed", b"\r", b"\x1b", b"\r"):
        outer.send(key)
        outer.settle(0.2, 1.5)
    found = echoes(outer, count)
    outer.send(LEADER)
    outer.settle(0.2, 1.0)
    return found


def walk(outer: Outer, count: int) -> list[float]:
    """Go down the list and up again; seconds until each step was drawn."""
    rng = random.Random(7)
    found = []
    outer.send(b"\x1b[H")  # home: from the last agent there is no step down
    outer.settle(0.2, 1.5)
    for number in range(count):
        found.append(outer.echo_s(b"j" if number // _WALK % 2 == 0 else b"k", EDGE))
        end = time.perf_counter() + rng.uniform(0.05, 0.1)
        while (left := end - time.perf_counter()) > 0:
            outer.read(left)
    return found


def tmux_load(crowd: Crowd, for_s: float, count: int) -> tuple[float, list[float]] | None:
    """CPU of tmux's server and client with the same terminals, and its echo; None where there is no tmux."""
    if shutil.which("tmux") is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        go, script = Path(name) / "go", Path(name) / "lines.py"
        script.write_text(_LINES)
        go.touch()
        env = {"TMUX_TMPDIR": name}

        def tell(*args: str) -> str:
            done = subprocess.run(
                ["tmux", "-L", "scale", *args],
                env={**os.environ, **env},
                capture_output=True,
                text=True,
                check=False,
            )
            return done.stdout

        streams = [sys.executable, str(script), str(go)]
        with Outer(
            ["tmux", "-L", "scale", "-f", "/dev/null", "new-session", "cat"], ROWS, COLUMNS, env
        ) as outer:
            outer.settle(0.5, 3.0)
            try:
                for _ in range(crowd.panes - 1):
                    tell("split-window", "-d", "-t", ":0.0", *streams)
                    tell("select-layout", "-t", ":0", "tiled")
                for number in range(crowd.panes - 1, crowd.agents - 1):
                    tell("new-window", "-d", *(streams if number < crowd.active else ["cat"]))
                tell("select-pane", "-t", ":0.0")
                outer.settle(0.3, 3.0)
                processes = [
                    psutil.Process(int(tell("display-message", "-p", "#{pid}"))),
                    psutil.Process(outer.process.pid),
                ]
                share = cpu_share(lambda: cpu_s(processes), outer, for_s)
                return share, echoes(outer, count)
            finally:
                tell("kill-server")


def measure(crowd: Crowd, for_s: float, keys: int) -> None:
    """Print the table of the crowd."""
    with Folder() as folder:
        go = folder.path / "go"
        start_agents(folder, crowd, go)
        hosts = hosts_of(folder)
        with dashboard(folder, crowd) as (outer, seen):
            idle = load(outer, seen, hosts, for_s)
            go.touch()
            outer.settle(0.1, 5.0)
            active = load(outer, seen, hosts, for_s)
            typed = type_into(outer, keys)
            steps = walk(outer, keys)
            rss = psutil.Process(outer.process.pid).memory_info().rss / MIB
        found = len(hosts)
    other = tmux_load(crowd, for_s, keys)
    share = f"{active.dashboard / other[0]:.1f} × ({other[0]:.1%})" if other else "not installed"
    echo = (
        f"{percentile(typed, 0.95) / percentile(other[1], 0.95):.1f} × ({percentile(other[1], 0.95) * 1e3:.1f} ms)"
        if other
        else ""
    )
    print(f"### {found} agents, {crowd.active} of them active, {crowd.panes} panes on {COLUMNS}×{ROWS}\n")
    rows = [["what", "measured", "bound", "next to tmux"]]
    rows += [
        ["dashboard, share of one core", f"{active.dashboard:.1%}", "35 %", share],
        ["echo of a key, p95", f"{percentile(typed, 0.95) * 1e3:.1f} ms", "30 ms", echo],
        ["a step in the list, p95", f"{percentile(steps, 0.95) * 1e3:.1f} ms", "30 ms", ""],
        [
            "frame, p95",
            f"{percentile(active.frames_s, 0.95) * 1e3:.1f} ms",
            "33 ms",
            f"{len(active.frames_s) / for_s:.0f} a second",
        ],
        [
            "CPU of a frame with all that leads to it",
            f"{active.dashboard * for_s / max(1, len(active.frames_s)) * 1e3:.1f} ms",
            "",
            "",
        ],
        ["longest hold of the loop, p99.9", f"{percentile(active.held_s, 0.999) * 1e3:.1f} ms", "", ""],
        ["memory of the dashboard", f"{rss:.0f} MiB", "200 MiB", ""],
        ["dashboard while nothing happens", f"{idle.dashboard:.2%}", "1 %", ""],
        ["a host while nothing happens", f"{idle.host:.3%}", "0.2 %", ""],
    ]
    table(rows)


def measure_start(agents: int, rounds: int) -> None:
    """Print the table of the start."""
    textual = seconds([sys.executable, "-c", "import textual.app"], rounds)
    with Folder() as folder:
        for number in range(agents):
            folder.agent(f"agent-{number:02}", ["cat"])
        frame = first_frame_s(folder, rounds)
    print(f"### Start to the first frame with {agents} agents\n")
    rows = [["first frame", "bound", "× `import textual.app`"]]
    table([*rows, [f"{frame * 1e3:.0f} ms", "400 ms", f"{frame / textual:.2f} ({textual * 1e3:.0f} ms)"]])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--active", type=int, default=20)
    parser.add_argument("--panes", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("crowd", "start"))
    wanted = parser.parse_args()
    parts: dict[str, Callable[[], None]] = {
        "crowd": lambda: measure(
            Crowd(wanted.agents, wanted.active, wanted.panes), wanted.seconds, wanted.keys
        ),
        "start": lambda: measure_start(20, wanted.rounds),
    }
    for name, part in parts.items():
        if wanted.only in (None, name):
            part()


if __name__ == "__main__":
    main()
