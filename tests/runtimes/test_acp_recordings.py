"""Recorded runs of the real CLIs over the Agent Client Protocol: what they tell, however they arrive, whatever they hold."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import MARKUP, alive_in
from tests.runtimes.acp import feed, load, reader_of, session_of
from tests.runtimes.recorded import CORPUS, kinds, metered, used
from tests.runtimes.test_hostile_streams import spoiled
from tui.core import facts as f
from tui.core.usage import Usage

CLIS = ("qwen", "gemini", "opencode", "copilot")
STEMS = ("ask", "deny", "write", "400", "cancel", "429", "load", "think")
RECORDED = [(cli, stem) for cli in CLIS for stem in STEMS]
ANSWER = "The answer is 42. Nothing else to report."

ONE, TWO, NONE = used(5010, 53, n=1), used(5528, 84, 4001, n=2), Usage()
QWEN = {"ask": TWO, "deny": TWO, "write": TWO, "400": NONE}
"""What a recording used, where the stream tells it; the others are one request. The other CLIs' tokens stand in files."""

DENIED = {"opencode": "I shall clean up.", "copilot": "Info: Operation cancelled by user"}
"""Their last words where a refusal ends the turn."""


def read(cli: str, stem: str, chunks: list[bytes] | None = None) -> list[f.AnyFact]:
    reader = reader_of(cli, session_of(cli, stem) if stem == "load" else "")
    if stem == "cancel":
        reader.prompt("be brief")
    told = feed(reader, [load(cli, stem)] if chunks is None else chunks)
    return [*told, reader.exit(0, None, "")]


def test_every_recording_is_read() -> None:
    there = {(p.parent.name, p.stem.removeprefix("acp-")) for p in CORPUS.glob("*/acp-*.jsonl")}
    assert there == set(RECORDED)


@pytest.mark.parametrize(("cli", "stem"), RECORDED)
def test_a_recording_tells_its_turn_its_tokens_and_its_end(cli: str, stem: str) -> None:
    told = read(cli, stem)
    exited = told[-1]
    assert isinstance(exited, f.RunExited)
    assert not kinds(told, f.Unparsed)
    assert metered(told).run == (QWEN.get(stem, ONE) if cli == "qwen" else NONE)
    if (cli, stem) == ("gemini", "load"):
        # What it wrote over this channel it does not find again.
        assert (exited.refused, exited.reason) == (True, "No previous sessions found for this project.")
        return
    (session,) = {fact.session_id for fact in kinds(told, f.SessionStarted)}
    assert session == session_of(cli, stem) or stem == "400"
    *turns, last = kinds(told, f.TurnEnded)
    assert [turn.interrupted for turn in turns] == ([True] if stem == "cancel" else [])
    if stem == "400":
        assert "messages.0: this request is not valid" in exited.reason
        assert not exited.ok
        return
    assert (exited.ok, exited.done) == (True, True)
    said = DENIED.get(cli, ANSWER) if stem == "deny" else ANSWER
    assert (last.text, kinds(told, f.Text)[-1].text) == (said, said)
    assert "".join(fact.text for fact in kinds(told, f.TextDelta)).endswith(said)


@pytest.mark.parametrize("cli", CLIS)
def test_a_request_for_leave_tells_the_command(cli: str) -> None:
    for stem in ("ask", "deny"):
        told = read(cli, stem)
        (asked,) = kinds(told, f.PermissionAsked)
        assert (asked.tool, asked.title) == ("shell", "rm -rf build")
        assert asked.detail.startswith("rm -rf build")
        (called,) = kinds(told, f.ToolCalled)
        assert (called.title, called.call_id) == ("rm -rf build", asked.request_id.partition(":")[2])
        assert told.index(called) < told.index(asked)
        ended = kinds(told, f.ToolFinished)
        # Most say no more of a call that was refused: our own answer ends it.
        assert [fact.ok for fact in ended] == ([True] if stem == "ask" else [False] * len(ended))


@pytest.mark.parametrize("cli", ["gemini", "opencode", "copilot"])
def test_a_request_for_leave_to_write_tells_the_change(cli: str) -> None:
    told = read(cli, "write")
    (asked,) = kinds(told, f.PermissionAsked)
    assert asked.tool == "edit"
    assert asked.detail.splitlines() == [
        "--- a/notes.txt", "+++ b/notes.txt", "@@ -0,0 +1,2 @@", "+first line", "+second line",
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(RECORDED), st.lists(st.integers(0, 12_000), max_size=30))
def test_how_a_recording_arrives_makes_no_difference(which: tuple[str, str], at: list[int]) -> None:
    data = load(*which)
    cuts = sorted({0, len(data), *(place % (len(data) + 1) for place in at)})
    chunks = [data[begin:end] for begin, end in pairwise(cuts)]
    assert read(*which, chunks) == read(*which)


@pytest.mark.parametrize("cli", CLIS)
@pytest.mark.parametrize("stem", ["ask", "write", "400", "think"])
def test_facts_of_a_recording_are_inert(cli: str, stem: str) -> None:
    told = 0
    seen: set[str] = set()
    lines = load(cli, stem).splitlines()
    for number, line in enumerate(lines):
        message = json.loads(line)
        kind = message.get("method", "") + str(
            message.get("params", {}).get("update", {}).get("sessionUpdate")
        )
        if kind in seen and "method" in message:
            continue
        seen.add(kind)
        for bad in spoiled(line):
            reader = reader_of(cli)
            feed(reader, [b"\n".join(lines[:number]) + b"\n"])
            for fact in [*feed(reader, [bad]), reader.exit(0, None, "")]:
                told += MARKUP in repr(fact)
                assert not alive_in(fact), (bad, fact)
    assert told, "nothing hostile was shown at all"
