"""All recorded headless runs of all CLIs: what they used, and that it does not matter how their streams arrive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtimes.recorded import CORPUS, facts, feed, load, make_reader, metered, stems
from tui.core.facts import Oversized, Unparsed
from tui.core.usage import Usage
from tui.runtimes.base import Reader
from tui.runtimes.json_lines import JsonReader

BESIDE: Final = re.compile(rb"\x1b\[[0-?]*[@-~]|\^C|[\x00-\x20]")

RUNTIMES: Final = {"claude": "claude-code"} | {
    name: name for name in ("codex", "gemini", "opencode", "qwen", "pi", "copilot", "cline")
}


def table() -> Iterator[tuple[str, str, Usage]]:
    """The figures that were added up by hand; how, the file says itself."""
    for line in (CORPUS / "totals.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cli, stem, *counts, cost = line.split()
            yield cli, stem, Usage(*map(int, counts), cost_usd=None if cost == "-" else Decimal(cost))


TABLE: Final = list(table())
RECORDED: Final = [(cli, stem) for cli, stem, _ in TABLE]


def counting(cli: str) -> tuple[Reader, list[Any]]:
    """A reader, and the decoded lines that reach it."""
    reader = make_reader(RUNTIMES[cli])
    assert isinstance(reader, JsonReader)
    events: list[Any] = []
    understood = reader.event

    def event(line: Any) -> Any:
        events.append(line)
        return understood(line)

    reader.event = event  # type: ignore[method-assign]
    return reader, events


def is_object(line: bytes) -> bool:
    """A JSON object, behind nothing but what a terminal puts there; found without our own reader."""
    before, brace, rest = line.partition(b"{")
    try:
        return not BESIDE.sub(b"", before) and isinstance(json.loads(brace + rest), dict)
    except ValueError:
        return False


def json_lines(data: bytes) -> int:
    return sum(is_object(line) for line in data.split(b"\n"))


def test_every_recording_has_its_line() -> None:
    assert [(cli, stem) for cli in RUNTIMES for stem in stems(cli)] == RECORDED


@pytest.mark.parametrize(
    ("cli", "stem", "usage"), TABLE, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_recording_used_what_its_line_says_and_loses_no_line(cli: str, stem: str, usage: Usage) -> None:
    data = load(cli, stem)
    reader, events = counting(cli)
    told = facts(feed(reader, [data]))
    assert metered(told).run == usage
    assert len(events) == json_lines(data)
    assert not [fact for fact in told if isinstance(fact, Unparsed | Oversized)]


@settings(max_examples=150)
@given(st.sampled_from(RECORDED), st.data())
def test_a_stream_cut_anywhere_tells_the_same(recorded: tuple[str, str], draw: st.DataObject) -> None:
    cli, stem = recorded
    data = load(cli, stem)
    places = draw.draw(st.lists(st.integers(0, len(data)), max_size=40), label="cuts")
    at = [0, *sorted(places), len(data)]
    reader, events = counting(cli)
    told = feed(reader, [data[begin:end] for begin, end in pairwise(at)])
    assert told == feed(make_reader(RUNTIMES[cli]), [data])
    assert len(events) == json_lines(data)


@pytest.mark.parametrize(("cli", "stem"), RECORDED)
def test_a_stream_that_breaks_off_is_no_error(cli: str, stem: str) -> None:
    data = load(cli, stem)
    whole = facts(feed(make_reader(RUNTIMES[cli]), [data]))
    for part in (1, 2, 3):
        told = facts(feed(make_reader(RUNTIMES[cli]), [data[: len(data) * part // 4]]))
        # But for the line that broke, which is told as what it is, nothing else is told than before.
        assert told[:-1] == whole[: len(told) - 1]
