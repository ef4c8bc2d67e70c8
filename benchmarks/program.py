"""The whole program next to its peers, in one run: `python -m benchmarks.program [--mb N] [--keys N]`.

- flood: a file through one visible pane, until its last line is drawn on the outer terminal
- echo: a key into the outer terminal, until its character is drawn there, beside Textual's own `Input`
- echo while another visible pane floods, and with 20 agents that stream and nine panes that show

Ratios count; absolute figures tell of the machine. mprocs comes from npm (needs node), tmux from the system; what is not
there is left out with a word.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.contenders import AGENT_TUI, Folder, find_mprocs, mprocs, ours, textual_input, tmux
from benchmarks.emulator import stream
from benchmarks.outer import Outer, percentile

STREAMS = ("plain", "sgr", "redraw", "cells")
KEYS = b"@&~"
"""Characters that no frame of anybody's draws by itself."""
LAST = "ðæþøßåñç".encode()
"""Said after a flood, in letters that no stream holds: a program that draws only what differs would leave out a letter that stood there already."""
_FLOOD = 'while [ ! -e "$1.go" ]; do sleep 0.02; done; cat "$1"; printf "\\033[0m\\r\\n%s%s%s\\r\\n" ðæþ øßå ñç; sleep 600'
_ECHO = ["cat"]
_STREAMER = (
    "import random,time,sys\n"
    "words='the agent reads a file and edits three lines'.split()\n"
    "while True:\n"
    "    print(' '.join(random.choices(words,k=9)), flush=True); time.sleep(0.1)\n"
)

Opener = Callable[[Sequence[str]], contextlib.AbstractContextManager[Outer]]


def flood_s(open_with: Opener, data: bytes) -> float:
    """Seconds from the word go until the end of the data is drawn."""
    with tempfile.TemporaryDirectory(prefix="agent-tui-flood-") as name:
        file = Path(name) / "data"
        file.write_bytes(data)
        with open_with(["sh", "-c", _FLOOD, "flood", str(file)]) as outer:
            start = time.perf_counter()
            (Path(name) / "data.go").touch()
            return outer.until(LAST) - start


def echoes(outer: Outer, count: int) -> list[float]:
    """Seconds that each of so many keys took to be drawn, pressed at no regular time."""
    rng = random.Random(3)
    found = []
    for number in range(count + 5):
        key = KEYS[number % len(KEYS) :][:1]
        found.append(outer.echo_s(key, key))
        end = time.perf_counter() + rng.uniform(0.03, 0.08)
        while (left := end - time.perf_counter()) > 0:
            outer.read(left)
        if number % 20 == 19:
            outer.send(b"\x15")  # the line is emptied before it wraps
            outer.settle(0.05, 0.5)
    return found[5:]


def table(rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    head, *rest = rows
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rest:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def measure_flood(openers: dict[str, Opener], megabytes: float, rounds: int) -> None:
    """Print the flood's table."""
    print(f"### Flood: {megabytes:g} MB through one visible 120×40 pane, MB/s, median of {rounds}\n")
    rows = [["stream", *openers, *(f"agent-tui ÷ {name}" for name in openers if name != "agent-tui")]]
    for name in STREAMS:
        data = stream(name, int(megabytes * 1e6))
        speeds: dict[str, list[float]] = {each: [] for each in openers}
        for _ in range(rounds):
            for each, open_with in openers.items():
                speeds[each].append(len(data) / 1e6 / flood_s(open_with, data))
        middle = {each: percentile(found, 0.5) for each, found in speeds.items()}
        ratios = [f"{middle['agent-tui'] / middle[each]:.2f}" for each in openers if each != "agent-tui"]
        rows.append([name, *(f"{middle[each]:.1f}" for each in openers), *ratios])
    table(rows)


def measure_echo(openers: dict[str, Opener], count: int) -> None:
    """Print the echo's table."""
    print(f"### Echo of a key, ms, {count} keys\n")
    rows = [["", "p50", "p95", "p50 ÷ Input's"]]
    with textual_input() as outer:
        bare = echoes(outer, count)
    base = percentile(bare, 0.5)
    rows.append(["Textual's `Input`", *_ms(bare), "1.00"])
    for name, open_with in openers.items():
        with open_with(_ECHO) as outer:
            found = echoes(outer, count)
        rows.append([name, *_ms(found), f"{percentile(found, 0.5) / base:.2f}"])
    rows.append(
        [
            "agent-tui, another pane floods",
            *_ms(busy := echo_beside_flood(count)),
            f"{percentile(busy, 0.5) / base:.2f}",
        ]
    )
    rows.append(
        [
            "agent-tui, 20 agents stream, nine panes",
            *_ms(many := echo_in_grid(count)),
            f"{percentile(many, 0.5) / base:.2f}",
        ]
    )
    table(rows)


def echo_beside_flood(count: int) -> list[float]:
    """Echo in one pane while the one beside it floods."""
    with Folder() as folder:
        folder.agent("typed", _ECHO)
        folder.agent("flood", ["sh", "-c", "while :; do seq 1 100000; done"])
        with _grid(folder, 45, 280) as outer:
            return echoes(outer, count)


def echo_in_grid(count: int) -> list[float]:
    """Echo in one of nine panes while twenty agents print ten lines a second each."""
    with Folder() as folder:
        folder.agent("typed", _ECHO)
        for number in range(20):
            folder.agent(f"stream-{number:02}", [sys.executable, "-c", _STREAMER])
        with _grid(folder, 80, 300) as outer:
            return echoes(outer, count)


@contextlib.contextmanager
def _grid(folder: Folder, rows: int, cols: int):  # type: ignore[no-untyped-def]  # a context manager of an Outer
    with Outer([AGENT_TUI, "attach", "typed"], rows, cols, folder.env, folder.path) as outer:
        outer.until(b"typed")
        outer.settle(0.3, 3.0)
        outer.send(b"z")  # from the agent alone to all of them
        outer.settle(0.3, 3.0)
        outer.send(b"\r")
        outer.settle(0.3, 3.0)
        yield outer


def _ms(found: Sequence[float]) -> tuple[str, str]:
    return f"{percentile(found, 0.5) * 1e3:.1f}", f"{percentile(found, 0.95) * 1e3:.1f}"


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mb", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--only", choices=("flood", "echo"))
    wanted = parser.parse_args()
    openers: dict[str, Opener] = {"agent-tui": ours}
    if shutil.which("tmux"):
        openers["tmux"] = tmux
    else:
        print("tmux is not installed: left out.")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "agent-tui" / "benchmarks"
    cache.mkdir(parents=True, exist_ok=True)
    if binary := find_mprocs(cache):
        openers["mprocs"] = lambda argv: mprocs(binary, argv)
    else:
        print("mprocs could not be installed from npm: left out.")
    if wanted.only != "echo":
        measure_flood(openers, wanted.mb, wanted.rounds)
    if wanted.only != "flood":
        measure_echo(openers, wanted.keys)


if __name__ == "__main__":
    main()
