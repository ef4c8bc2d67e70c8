"""Recordings of real CLIs, read with the readers of their runtimes, and what has to come of each."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from tests.runtimes.reading import read
from tui.core import facts as f
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.usage import Meter, Usage
from tui.protocol.screen import WinSize
from tui.runtimes.base import Launch, Observed, Reader, RunInfo
from tui.runtimes.drawn import AWAY_S
from tui.runtimes.registry import get
from tui.terminal.emulator import Emulator
from tui.terminal.signals import TerminalSignal

CORPUS = Path(__file__).parent.parent / "corpus"
FOLDER = "/home/dev/project"
UNKNOWN = "99999999-2222-4333-8444-555555555555"

NOTHING = Usage()


class Recording(msgspec.Struct, frozen=True):
    """A recorded headless run and how it has to be judged."""

    stem: str
    usage: Usage = NOTHING
    reason: str = ""
    """A part of the reason; empty for a success."""
    code: int | None = 0
    signal: int | None = None
    resumes: str = ""
    """The session that it was asked to resume."""
    refused: bool = False

    def __str__(self) -> str:
        return self.stem


def used(
    tokens_in: int, out: int, read: int = 0, write: int = 0, reasoning: int = 0, n: int = 0, cost: str = ""
) -> Usage:
    """A usage by its figures."""
    return Usage(
        input=tokens_in,
        output=out,
        cache_read=read,
        cache_write=write,
        reasoning=reasoning,
        requests=n,
        cost_usd=Decimal(cost) if cost else None,
    )


def make_reader(runtime: str, mode: Mode = Mode.STREAM, session: str = "", **more: Any) -> Reader:
    """The reader of a run; with `session` it resumes, or is one of our own if `kind` says so."""
    kind = more.pop("kind", RunKind.RESUME if session else RunKind.START)
    # The others' streams were recorded from their plain channel.
    channel = None if runtime == "claude-code" else Channel.PLAIN
    spec = AgentSpec(id="a1", name="a1", runtime=runtime, mode=mode, cwd=FOLDER, channel=channel)
    launch = Launch(
        argv=more.pop("argv", ["cli"]),
        env={"HOME": "/home/dev"},
        cwd=FOLDER,
        session_id=session,
        files=more.pop("files", {}),
    )
    return get(runtime).reader(RunInfo(spec=spec, kind=kind, launch=launch, prompt="the prompt"))


def load(cli: str, stem: str) -> bytes:
    """What a run printed, as a terminal merges it: standard error first, where it was recorded apart."""
    folder = CORPUS / cli
    error = folder / f"{stem}.stderr.txt"
    data = error.read_bytes() + b"\n" if error.exists() else b""
    for end in ("jsonl", "jsonl.gz", "bin", "txt"):
        file = folder / f"{stem}.{end}"
        if file.exists():
            data += gzip.decompress(file.read_bytes()) if end.endswith(".gz") else file.read_bytes()
    assert data.strip(), stem
    return data


def stems(cli: str) -> list[str]:
    """All headless recordings of a CLI."""
    files = [p.name for p in (CORPUS / cli).iterdir() if p.name[:2] in ("h-", "e-", "p-", "s-")]
    return sorted({name.partition(".")[0] for name in files})


def feed(reader: Reader, chunks: Iterable[bytes]) -> list[Observed]:
    """All that a reader observes in a stream."""
    return read(reader, chunks)


def facts(observed: Iterable[Observed]) -> list[AnyFact]:
    return [fact for _, fact in observed]


def cuts(data: bytes) -> Iterator[list[bytes]]:
    """A stream cut in different ways."""
    yield [data]
    yield [data[i : i + 1] for i in range(len(data))]
    chance = random.Random(len(data))
    at = 0
    pieces = []
    while at < len(data):
        size = chance.randint(1, 4000)
        pieces.append(data[at : at + size])
        at += size
    yield pieces


def metered(told: Iterable[AnyFact], meter: Meter | None = None) -> Meter:
    """A meter after the facts of a run."""
    meter = meter or Meter()
    for fact in told:
        if isinstance(fact, f.UsageReported):
            match fact.scope:
                case "run":
                    meter = meter.run_total(fact.usage)
                case "session":
                    meter = meter.session_total(fact.usage)
                case "start":
                    meter = meter.starts_at(fact.usage)
                case "money":
                    meter = meter.money(fact.usage.cost_usd or Decimal(0))
                case _:
                    meter = meter.message(fact.key, fact.usage)
    return meter


def check(cli: str, recording: Recording) -> list[AnyFact]:
    """Read a recording and compare what came of it; return its facts."""
    reader = make_reader(cli, session=recording.resumes)
    told = facts(feed(reader, [load(cli, recording.stem)]))
    assert not [fact for fact in told if isinstance(fact, f.Unparsed)]
    tail = "\n".join([fact.text for fact in told if isinstance(fact, f.LogLine)][-40:])
    ended: RunExited = reader.exit(recording.code, recording.signal, tail)
    ok = not recording.reason
    assert (ended.ok, ended.done, ended.refused) == (ok, ok, recording.refused), ended.reason
    assert recording.reason in ended.reason
    assert bool(ended.reason) is not ok
    assert metered(told).run == recording.usage
    return told


def same_however_cut(cli: str, stem: str) -> None:
    """Compare what a recording tells in different cuts; every JSON line has to tell something or be known."""
    data = load(cli, stem)
    told = [feed(make_reader(cli), chunks) for chunks in cuts(data)]
    assert told[0] == told[1] == told[2]


def kinds(told: Sequence[AnyFact], *wanted: type[AnyFact]) -> list[Any]:
    return [fact for fact in told if isinstance(fact, wanted)]


def replay(cli: str, stem: str, reader: Reader, size: WinSize) -> list[Observed]:
    """Play a recorded screen through the emulator; the reader looks when a host would, at most four times a second."""
    data = gzip.decompress((CORPUS / cli / f"{stem}.bin.gz").read_bytes())
    looks = msgspec.json.decode((CORPUS / cli / f"{stem}.looks.json").read_bytes(), type=list[int])
    signals: list[TerminalSignal] = []
    emulator = Emulator(size, reply=lambda _: None, signal=signals.append)
    told: list[Observed] = []
    shown: list[str] = []
    for begin, end in pairwise([0, *looks]):
        for at in range(begin, end, 4096):
            emulator.feed(data[at : min(at + 4096, end)])
            for one in signals:
                told += reader.signal(one)
            signals.clear()
        if emulator.text() != shown and not emulator.synchronized:
            shown = emulator.text()
            told += reader.screen(shown)
    for _ in range(AWAY_S):
        told += reader.tick()
    return told


def screen(cli: str, name: str) -> list[str]:
    """A recorded screen as text."""
    return (CORPUS / cli / "screens" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
