"""Plays recorded terminals through emulator, reader and reducer, with the times at which they were recorded.

Beside each `NAME.cast.gz` of `tests/corpus/*/replays` lies `NAME.states.txt`: what a person who reads its screens writes
down, one line a state: seconds, state, what is seen. `python -m tests.runtimes.replaying CLI NAME [SECONDS…]` prints what the
reducer concludes, and the screens at these times.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.runtimes.recorded import CORPUS, make_reader
from tui.core import commands as c
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.agent import Agent, new_agent
from tui.core.clock import Now
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.reduce import Asked, BytesSeen, Heard, Input, Tick, next_deadline, reduce
from tui.core.spec import AgentSpec, Mode
from tui.host.feeds import LOOK_S, PROGRESS_S
from tui.host.progress import ProgressWatch
from tui.protocol.screen import WinSize
from tui.terminal.emulator import Emulator
from tui.terminal.signals import TerminalSignal

RUNTIMES = {"claude": "claude-code"}
START = Now(1_000.0, 1_800_000_000.0)
AFTER_S = 5.0
"""The screen that a recording ends with stands still for so long."""


class State(msgspec.Struct, frozen=True):
    """What an agent does from a moment on."""

    at_s: float
    activity: Activity
    because: str = ""


class Player:
    """Plays one recording.

    Args:
        cli: Folder of the corpus.
        name: Name of the recording.
        path: The recording.
    """

    def __init__(self, cli: str, name: str, path: Path) -> None:
        runtime = RUNTIMES.get(cli, cli)
        # `x` holds the exit code of a child that ended by itself, as in asciicast v3.
        header, *events = gzip.decompress(path.read_bytes()).decode().splitlines()
        told = json.loads(header)
        self.events: list[tuple[float, str, str]] = [tuple(json.loads(line)) for line in events]
        spec = AgentSpec(id="a", name="a", runtime=runtime, mode=Mode.INTERACTIVE, cwd="/home/dev/project")
        self.agent: Agent = new_agent(spec)
        self.reader = make_reader(runtime, Mode.INTERACTIVE)
        self.signals: list[TerminalSignal] = []
        size = WinSize(told["height"], told["width"])
        self.emulator = Emulator(size, reply=lambda _: None, signal=self.signals.append)
        self.at_s = 0.0
        self.states: list[State] = []
        self.shown: list[str] = []
        self._watch = ProgressWatch()
        self._looked_s = self._judged_s = -1.0
        self._tick_s = 1.0
        self._give(Asked(c.Start()))
        self._give(Heard(Source.HOST, f.RunStarted(pid=2, kind=f.RunKind.START)))

    def play(self) -> list[State]:
        """Return the states concluded, the unknown of the start left out."""
        for _ in self.steps():
            pass
        return self.states

    def steps(self) -> Iterator[float]:
        """Play, and yield the time after every quarter of a second."""
        end_s = self.events[-1][0] + (0.0 if self.events[-1][1] == "x" else AFTER_S)
        events = iter([*self.events, (end_s + 1, "", "")])
        event = next(events)
        while self.at_s < end_s:
            step_s = self.at_s + LOOK_S
            while event[0] <= step_s:
                self._advance(event[0])
                self._take(event[1], event[2])
                event = next(events)
            self._advance(step_s)
            self._look()
            yield self.at_s
            if self.agent.status.lifecycle in OVER:
                return

    def _take(self, kind: str, data: str) -> None:
        if kind == "o":
            self.emulator.feed(data.encode("utf-8", "surrogateescape"))
            for signal in self.signals:
                self._hear(self.reader.signal(signal))
            self.signals.clear()
            self._give(BytesSeen())
        elif kind == "x":
            self._hear([(Source.HOST, self.reader.exit(int(data), None, "\n".join(self.emulator.text())))])
        elif kind == "r":
            cols, rows = map(int, data.split("x"))
            self.emulator.resize(WinSize(rows, cols))

    def _look(self) -> None:
        if self.emulator.synchronized:
            return
        lines = self.emulator.text()
        if lines != self.shown:
            self.shown = lines
            self._hear(self.reader.screen(lines))
            if self.at_s - self._judged_s >= PROGRESS_S:
                self._judged_s = self.at_s
                if self._watch.advanced(lines):
                    self._hear([(Source.SCREEN, f.ScreenAdvanced())])

    def _advance(self, to_s: float) -> None:
        while (due := next_deadline(self.agent)) is not None and due - START.mono <= to_s:
            self.at_s = max(self.at_s, due - START.mono)
            self._give(Tick())
        while self._tick_s <= to_s:
            self.at_s = max(self.at_s, self._tick_s)
            self._tick_s += 1.0
            self._hear(self.reader.tick())
        self.at_s = to_s

    def _hear(self, observed: object) -> None:
        for source, fact in observed:  # type: ignore[attr-defined]
            self._give(Heard(source, fact))

    def _give(self, what: Input) -> None:
        now = Now(START.mono + self.at_s, START.wall + self.at_s)
        self.agent, _ = reduce(self.agent, what, now)
        status = self.agent.status
        last = self.states[-1].activity if self.states else Activity.UNKNOWN
        if status.lifecycle is Lifecycle.RUNNING and status.activity is not last:
            evidence = f"{status.evidence.source}: {status.evidence.fact}"
            self.states.append(State(round(self.at_s, 2), status.activity, evidence))


def written(path: Path) -> list[State]:
    """Read what a person wrote down."""
    lines = [
        line.split(maxsplit=2) for line in path.read_text().splitlines() if line.strip() and line[0] != "#"
    ]
    return [State(float(at), Activity(state), *words) for at, state, *words in lines]


def main() -> None:
    """Print what is concluded of a recording, and its screens at some moments."""
    cli, name, *times = sys.argv[1:]
    path = Path(name)
    player = Player(cli, name, path if path.exists() else CORPUS / cli / "replays" / f"{name}.cast.gz")
    wanted = [float(at) for at in times]
    for at_s in player.steps():
        if wanted and at_s >= wanted[0]:
            wanted.pop(0)
            print(f"--- {at_s:.2f}", *[line.rstrip() for line in player.shown if line.strip()], sep="\n")
    for state in player.states:
        print(f"{state.at_s:7.2f}  {state.activity:16}  {state.because}")


if __name__ == "__main__":
    main()
