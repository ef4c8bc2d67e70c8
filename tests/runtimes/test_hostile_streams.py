"""Whatever stands in the texts of a CLI's events, titles and files: no fact holds anything but inert text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostile import ALL, HOSTILE, MARKUP, alive_in
from tests.runtimes.recorded import CORPUS, facts, load, make_reader
from tests.runtimes.test_recordings import RUNTIMES
from tui.core.signals import Notification, TitleChanged
from tui.core.spec import Mode
from tui.runtimes.json_lines import strip_leading
from tui.runtimes.registry import get

TOLD = ("h-bash", "h-write", "h-multi", "h-todo", "h-text", "h-think", "e-400", "e-429x2")
FILES = {
    "codex": ("disk-rollout_i-turn.jsonl", "rollout"),
    "copilot": ("disk-events_h-bash.jsonl", "events"),
    "pi": ("disk-session_h-bash.jsonl", "session"),
    "gemini": ("disk-session-2026-11-22t05-55-f5191eb4.jsonl", "chat"),
    "claude": ("transcripts/hooks-rich.jsonl", "transcript"),
}


def leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a value that holds a text."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if isinstance(inner, str):
            yield value, key
        else:
            yield from leaves(inner)


def spoiled(line: bytes) -> Iterator[bytes]:
    """The line with one of its texts made hostile, for each of its texts; then with all but its types."""
    text = strip_leading(line)
    if text[:1] != b"{":
        yield ALL.encode() + line
        return
    event = json.loads(text)
    for place, key in list(leaves(event)):
        good = place[key]
        place[key] = good + ALL
        yield json.dumps(event).encode()
        place[key] = good
    for place, key in list(leaves(event)):
        if key not in ("type", "event", "subtype", "hookEventName", "contentType", "role"):
            place[key] += ALL
    yield json.dumps(event, ensure_ascii=False).encode()


def recorded(cli: str) -> Iterator[bytes]:
    seen: set[bytes] = set()
    for stem in TOLD:
        if any((CORPUS / cli).glob(f"{stem}.*")):
            for line in load(cli, stem).splitlines():
                kind = line[:60]
                if kind not in seen:
                    seen.add(kind)
                    yield line


@pytest.mark.parametrize("cli", RUNTIMES)
def test_facts_of_a_stream_are_inert(cli: str) -> None:
    told = 0
    for line in recorded(cli):
        for bad in spoiled(line):
            reader = make_reader(RUNTIMES[cli])
            for fact in facts(reader.line(bad)):
                told += MARKUP in repr(fact)
                assert not alive_in(fact), (line, fact)
    assert told, "nothing hostile was shown at all"


@pytest.mark.parametrize("cli", FILES)
def test_facts_of_a_file_are_inert(cli: str) -> None:
    name, file = FILES[cli]
    told = 0
    for line in (CORPUS / cli / name).read_bytes().splitlines():
        for bad in spoiled(line):
            reader = make_reader(RUNTIMES[cli], Mode.INTERACTIVE, "01a201d3-dd12-7113-8084-9bd31ad330c4")
            for fact in facts(reader.file(file, bad)):
                told += MARKUP in repr(fact)
                assert not alive_in(fact), (line, fact)
    assert told, "nothing hostile was shown at all"


@pytest.mark.parametrize("runtime", [*RUNTIMES.values(), "aider", "command"])
@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_facts_of_signals_screens_and_ends_are_inert(runtime: str, bad: str) -> None:
    reader = make_reader(runtime, Mode.INTERACTIVE)
    screen = [
        f"Do you want to run {bad}?", f"❯ 1. Yes {bad}", "  2. No",
        f"Allow {bad} (Y)es/(N)o [Yes]: ", f"△ Permission required {bad}", f"claude --resume {bad}",
    ]  # fmt: skip
    told = [
        *reader.started(1),
        *reader.signal(TitleChanged(f"✋ Action Required {bad}")),
        *reader.signal(Notification(bad, bad)),
        *reader.screen(screen),
        *reader.screen(screen[:1]),
    ]
    for _, fact in told:
        assert not alive_in(fact), fact
    for tail in (bad, f"No conversation found with session ID {bad}", f"Session not found {bad}"):
        assert not alive_in(reader.exit(1, None, tail))
        assert not alive_in(make_reader(runtime, get(runtime).modes[0]).exit(1, None, tail))
