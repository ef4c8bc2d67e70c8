"""Reads recorded streams with a runtime's reader, as a host does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from tui.core import facts as f
from tui.core.facts import AnyFact, RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import Meter, Usage
from tui.runtimes.base import Launch, Observed, Reader, RunInfo
from tui.runtimes.lines import LineSplitter

CORPUS = Path(__file__).parent.parent / "corpus"
FOLDER = "/home/dev/project"


def spec(mode: Mode = Mode.STREAM, **more: Any) -> AgentSpec:
    return AgentSpec(id="a1", name="a1", runtime="claude-code", mode=mode, cwd=FOLDER, **more)


def info(
    mode: Mode = Mode.STREAM,
    kind: RunKind = RunKind.START,
    prompt: str = "the prompt",
    session: str = "",
    env: dict[str, str] | None = None,
    **more: Any,
) -> RunInfo:
    launch = Launch(argv=["cli"], env=env or {"HOME": "/home/dev"}, cwd=FOLDER, session_id=session)
    return RunInfo(spec=spec(mode, **more), kind=kind, launch=launch, prompt=prompt)


def read(reader: Reader, chunks: Iterable[bytes]) -> list[Observed]:
    """All that a reader observes in a stream."""
    splitter = LineSplitter()
    return [*_observed(reader, splitter, chunks)]


def _observed(reader: Reader, splitter: LineSplitter, chunks: Iterable[bytes]) -> Iterator[Observed]:
    for chunk in [*chunks, None]:
        for line in splitter.finish() if chunk is None else splitter.feed(chunk):
            assert isinstance(line, bytes)
            yield from reader.line(line)


def facts_of(observed: Iterable[Observed]) -> list[AnyFact]:
    return [fact for _, fact in observed]


def metered(facts: Iterable[AnyFact]) -> Usage:
    """The run's usage after its facts."""
    meter = Meter()
    for fact in facts:
        if isinstance(fact, f.UsageReported):
            total = fact.scope == "run"
            meter = meter.run_total(fact.usage) if total else meter.message(fact.key, fact.usage)
    return meter.run


def usage(read: tuple[int, int, int, int], requests: int, cost: str | None) -> Usage:
    """A usage by its figures: input, output, cache read, cache write."""
    return Usage(*read, 0, requests, None if cost is None else Decimal(cost))
