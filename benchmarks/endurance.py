"""Days of supervision on a clock of its own: `python -m benchmarks.endurance [--hours 72] [--agents 50] [--logs 2]`.

Every agent hears one fact a simulated second, in turns as agents have them: prompts, thinking, text, tools, permissions, retries,
limits, usage of ever new messages, ends and resumes. What the reducer keeps of each and what the process holds is looked at every
few simulated hours: it has to stay what it was after the first of them. The first `--logs` agents write every event to an event log, too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.core import commands as c
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.agent import Agent, new_agent
from tui.core.clock import Now
from tui.core.facts import Event
from tui.core.reduce import Asked, BytesSeen, Heard, Input, Tick, next_deadline, reduce
from tui.core.spec import AgentSpec, Mode, Step
from tui.core.usage import Usage
from tui.system.eventlog import EventLog
from tui.system.procfs import AVAILABLE

WALL: Final = 1_800_000_000.0
HOUR_S: Final = 3600

_encoder: Final = msgspec.json.Encoder()


class Sample(msgspec.Struct, frozen=True):
    """What is held at a time."""

    hour: float
    rss_bytes: int
    agent_bytes: int
    """The largest agent, encoded: all that the reducer keeps of it."""
    log_bytes: int
    """Event logs on disk."""


def turn(number: int) -> Iterator[tuple[Source, f.AnyFact]]:
    """Yield the facts of one turn."""
    call, key, stream = f"call-{number}", f"msg-{number}", Source.STREAM
    yield stream, f.TurnStarted(prompt=f"task {number}")
    yield stream, f.RequestStarted()
    yield stream, f.ThinkingDelta(tokens=number % 90, block=key)
    yield stream, f.TextDelta(text=f"Step {number} begins. ", block=key)
    yield stream, f.Text(text=f"Step {number} begins.", block=key)
    yield stream, f.UsageReported(usage=Usage(input=1_000, output=number % 700, requests=1), key=key)
    yield stream, f.ToolCalled(call_id=call, name="Bash", title=f"pytest -k test_{number}")
    yield Source.HOST, f.TreeSampled(processes=3, cpu_percent=float(number % 100), name="python")
    yield stream, f.ToolOutput(call_id=call, text=f"{number} passed")
    if number % 7 == 0:
        yield stream, f.PermissionAsked(request_id=call, tool="Bash", title=f"rm -rf build/{number}")
        yield stream, f.RequestResolved(request_id=call)
    yield stream, f.ToolFinished(call_id=call, ok=number % 3 > 0, output=f"exit {number % 2}")
    if number % 5 == 0:
        yield stream, f.Retrying(attempt=1, max_attempts=10, delay_s=2.0, status=529, error="overloaded")
        yield stream, f.ErrorReported(text=f"error {number}")
    if number % 11 == 0:
        yield stream, f.RateLimited(text="5-hour limit", resets_at=0.0)
        yield stream, f.LimitReported(limit=f"limit {number}", used_percent=50.0)
    yield Source.OSC, f.TitleChanged(title=f"task {number}")
    yield Source.TRANSCRIPT, f.Text(text=f"Step {number} is done.", block=f"{key}-end")
    yield stream, f.TurnEnded(ok=True, text=f"Step {number} is done.")


class Life:
    """One agent with its clock.

    Args:
        number: Tells it from others.
        log: Gets its events.
        turns: Of one run, after which the next one resumes its session; 0: the run never ends.
    """

    def __init__(self, number: int, log: EventLog | None = None, turns: int = 50) -> None:
        mode = Mode.INTERACTIVE if number % 2 else Mode.STREAM
        spec = AgentSpec(
            id=f"a{number}", name=f"a{number}", runtime="any", mode=mode, cwd="/", prompt="x",
            on_inactive=[Step.NOTIFY, Step.INTERRUPT, Step.RESUME],
        )  # fmt: skip
        self.agent: Agent = new_agent(spec)
        self._log = log
        self._seq = log.last_seq if log is not None else 0
        self._turns = turns
        self._number = number * 1_013  # not all at the same place of a run
        self._facts: Iterator[tuple[Source, f.AnyFact]] = iter(())
        self._waiting: list[Event] = []

    def second(self, mono: float) -> None:
        """Let one second pass, with one fact."""
        while (due := next_deadline(self.agent)) is not None and due < mono:
            self._give(Tick(), due)
        fact = next(self._facts, None)
        if fact is not None:
            self._hear(*fact, mono)
            return
        self._number += 1
        self._facts = turn(self._number)
        if not self.agent.alive or (self._turns and self._number % self._turns == 0):
            self._again(mono)
        self._give(BytesSeen(), mono)

    def _again(self, mono: float) -> None:
        """End the run and begin another on its session."""
        if self.agent.alive:
            self._hear(Source.HOST, f.RunExited(code=0, ok=True, done=True), mono)
        ask = c.Resume() if self.agent.status.session_id else c.Start()
        self._give(Asked(ask), mono)
        self._hear(Source.HOST, f.RunStarted(pid=self._number, kind=f.RunKind.RESUME), mono)
        self._hear(Source.STREAM, f.SessionStarted(session_id="the same", model="some"), mono)

    def _hear(self, source: Source, fact: f.AnyFact, mono: float) -> None:
        self._give(Heard(source, fact), mono)
        if self._log is not None and not fact.ephemeral:
            self._seq += 1
            self._waiting.append(Event(seq=self._seq, at=WALL + mono, run=1, source=source, fact=fact))
            if len(self._waiting) >= 60:
                self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._log is not None and self._waiting:
            self._log.append(self._waiting)
            self._waiting = []

    def _give(self, what: Input, mono: float) -> None:
        self.agent, _ = reduce(self.agent, what, Now(mono, WALL + mono))

    @property
    def held_bytes(self) -> int:
        """What is kept of it."""
        return len(_encoder.encode(self.agent))


def run(
    hours: float, agents: int, logs: int, folder: Path, told: Callable[[Sample], None], every_s: int = HOUR_S
) -> list[Sample]:
    """Live through it; return what was held after each stretch of simulated time."""
    files = []
    for number in range(logs):
        (folder / f"a{number}").mkdir()
        files.append(EventLog(folder / f"a{number}"))
    lives = [Life(number, files[number] if number < logs else None) for number in range(agents)]
    samples: list[Sample] = []
    for second in range(1, int(hours * HOUR_S) + 1):
        for life in lives:
            life.second(10_000.0 + second)
        if second % every_s == 0:
            for life in lives:
                life.flush()
            disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            held = max(life.held_bytes for life in lives)
            samples.append(Sample(second / HOUR_S, rss_bytes(), held, disk))
            told(samples[-1])
    for file in files:
        file.close()
    return samples


def rss_bytes() -> int:
    """Return the memory of this process."""
    if AVAILABLE:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE")
    import psutil

    return int(psutil.Process().memory_info().rss)


def main() -> int:
    """Run and print; 1 if memory grew."""
    parser = argparse.ArgumentParser(description="Simulated days of supervision.")
    parser.add_argument("--hours", type=float, default=72)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--logs", type=int, default=2)
    options = parser.parse_args()
    began = time.perf_counter()

    def told(sample: Sample) -> None:
        if sample.hour % 6 == 0 or sample.hour == 1:
            print(
                f"{sample.hour:4.0f} h   {sample.rss_bytes / 1e6:6.1f} MB   largest agent "
                f"{sample.agent_bytes / 1e3:5.1f} kB   logs {sample.log_bytes / 1e6:7.1f} MB",
                flush=True,
            )

    with tempfile.TemporaryDirectory(prefix="agent-tui-endurance-") as folder:
        samples = run(options.hours, options.agents, options.logs, Path(folder), told)
    facts = int(options.hours * HOUR_S) * options.agents
    took_s = time.perf_counter() - began
    print(f"{facts:,} seconds of agents in {took_s:,.0f} s, {1e6 * took_s / facts:.0f} µs each")
    early, late = samples[min(5, len(samples) - 1)], samples[-1]
    return int(late.rss_bytes > early.rss_bytes * 1.1 or late.agent_bytes > early.agent_bytes * 1.1)


if __name__ == "__main__":
    sys.exit(main())
