"""Every CLI headless, through the installed command and real hosts: what `ls --json` and the log say is what happened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.ledger import Entry
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER, NOTES
from tests.fakes.usage import ROUNDS, ZERO
from tests.real_cli.environment import Sandbox
from tests.real_cli.subjects import MYSTERY, SUBJECTS, Subject
from tests.real_cli.supervising import DEADLINE_S, Supervised
from tests.waiting import wait_until

pytestmark = pytest.mark.real_cli

FRESH = ("--fresh-prompt", "begin anew #text")
BESIDE = "#three"
"""What a second agent does in the same folder meanwhile: three rounds of one turn."""
RESUMES: dict[str, tuple[str, str, str]] = {
    "claude": (
        "#drop",
        "#esc",
        "#write",
    ),  # it repeats a dropped request without streaming; its turn's usage is zero
    "codex": ("#drop", "#think", "#write"),
}
"""What it does in each further turn of its session."""
OTHERS_RESUME = ("#think", "#text", "#write")
LIMIT_S = 4.0
MARGIN_S = 1.0
"""A step may be late by so much."""

Make = Callable[[str], Supervised]


@pytest.fixture
def make(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Make]:
    fleets: list[Supervised] = []

    def begin(name: str) -> Supervised:
        fleets.append(Supervised(sandbox(name), tmp_path / "fleet"))
        return fleets[-1]

    yield begin
    for fleet in fleets:
        fleet.end()


def start(fleet: Supervised, subject: Subject, prompt: str, *options: str, model: str = "") -> str:
    """Start a headless agent that may use its tools; return its id."""
    chosen = model or subject.model
    arguments = [*(("--model", chosen) if chosen else ())]
    for argument in subject.allow:
        arguments += ["--arg", argument]
    return fleet.run(prompt, *arguments, *options, runtime=subject.runtime)


def counted(row: dict[str, Any]) -> dict[str, int]:
    """What a row counts; reasoning that is told apart is a part of the output of a bill."""
    usage = row["usage"]
    kinds = {kind: usage[kind] for kind in ("input", "output", "cache_read", "cache_write")}
    return {**kinds, "output": usage["output"] + usage["reasoning"]}


def asked(subject: Subject, provider: ModelServer, tag: str, *, of: bool = True) -> list[Entry]:
    """The requests that the CLI counts of the agent whose conversation has this tag, or of the other one."""
    entries = provider.entries(subject.counted(stream=True))
    return [entry for entry in entries if (tag in json.dumps(entry.body)) is of]


def assert_exact(subject: Subject, entries: list[Entry], row: dict[str, Any]) -> None:
    """Tokens are the provider's own log to the last, the cost is the price list's."""
    assert counted(row) == subject.told(sum((entry.billed for entry in entries), ZERO))
    paid = [entry for entry in entries if entry.billed.output]
    assert Decimal(str(row["usage"]["cost_usd"])) == subject.cost(paid).normalize()
    assert row["usage"]["source"] == "reported"


@pytest.mark.parametrize("name", SUBJECTS)
def test_turns_resumes_and_a_forgotten_session_are_told_and_counted(
    make: Make, provider: ModelServer, name: str
) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    agent = start(fleet, subject, "- list them #bash", *FRESH)
    beside = start(fleet, subject, f"beside it {BESIDE}")
    first = fleet.over(agent)
    assert (first["lifecycle"], first["activity"], first["exit"]["code"]) == ("exited", "done", 0)
    assert "working" in fleet.passed(agent)
    (called,), (finished,) = fleet.events(agent, "tool_called"), fleet.events(agent, "tool_finished")
    assert called["title"] == "ls -la"
    assert "README.md" in finished["output"]
    assert fleet.events(agent, "text")[-1]["text"] == ANSWER
    assert not fleet.events(agent, "unparsed")
    second = fleet.over(beside)
    assert len(fleet.events(beside, "tool_finished")) == 3
    assert_exact(subject, asked(subject, provider, BESIDE), second)
    assert_exact(subject, asked(subject, provider, BESIDE, of=False), first)
    if subject.cannot_resume:
        assert first["session_id"] is None
        refused = fleet.call("resume", agent, check=False)
        assert refused.returncode == 1
        assert "has no session to resume" in refused.stderr
        return
    assert second["session_id"] not in (None, first["session_id"])
    for tag in RESUMES.get(name, OTHERS_RESUME):
        fleet.call("resume", agent, "--prompt", f"write {notes(fleet)} {tag}")
        row = fleet.over(agent)
        assert (row["activity"], row["session_id"]) == ("done", first["session_id"]), fleet.told(agent)
        assert_exact(subject, asked(subject, provider, BESIDE, of=False), row)
        said = fleet.events(agent, "text")[-1]["text"]
        assert said == ANSWER if tag != "#esc" else ("red" in said and "\x1b" not in said)
    assert notes(fleet).read_text() == NOTES
    if name == "claude":
        lines = fleet.events(agent, "tool_finished")[-1]["diff"].splitlines()
        assert lines[:2] == ["--- a/notes.txt", "+++ b/notes.txt"]
        assert lines[3:] == [f"+{line}" for line in NOTES.splitlines()]
    for folder in subject.sessions:
        shutil.rmtree(fleet.sandbox.place.home / folder)
    runs = row["runs"] + 2  # the one that finds nothing, and the fresh one
    fleet.call("resume", agent)
    row = fleet.until(agent, lambda row: row["runs"] == runs and row["lifecycle"] == "exited")
    assert row["activity"] == "done"
    assert row["session_id"] not in (None, first["session_id"])
    assert row["old_session_ids"] == [first["session_id"]]
    assert first["session_id"] in row["note"]
    (fell,) = fleet.events(agent, "fell_back")
    assert fell["old_session_id"] == first["session_id"]
    assert fell["reason"]
    assert any("begin anew" in entry.ask.prompt for entry in provider.entries(Kind.MAIN))
    row = fleet.listed(agent)
    assert_exact(subject, asked(subject, provider, BESIDE, of=False), row)
    if subject.forks:
        copied = fleet.over(fleet.call("fork", agent, "--prompt", "branch off #text").stdout.strip())
        assert copied["session_id"] not in (None, row["session_id"])
        assert counted(copied) == subject.told(ROUNDS[0])
        now = fleet.row(agent)
        assert (now["usage"], now["session_id"]) == (row["usage"], row["session_id"])


def notes(fleet: Supervised) -> Path:
    return fleet.sandbox.place.project / "notes.txt"


@pytest.mark.parametrize("name", SUBJECTS)
def test_an_api_error_is_a_failure_and_a_rate_limit_is_survived(
    make: Make, provider: ModelServer, name: str
) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    model = "" if subject.cannot_take_models else MYSTERY
    wrong = start(fleet, subject, "x #400")
    agent = start(fleet, subject, "x #429", model=model)
    row = fleet.over(wrong)
    assert row["lifecycle"] == "failed"
    assert "messages.0: this request is not valid" in row["exit"]["reason"]
    assert "{" not in row["exit"]["reason"]
    assert row["exit"]["code"] == (0 if name in ("qwen", "pi") else row["exit"]["code"])
    assert row["usage"]["total"] == 0
    assert row["note"] == row["exit"]["reason"]

    row = fleet.over(agent)
    assert (row["lifecycle"], row["activity"]) == ("exited", "done"), fleet.told(agent)
    answered = [entry.status for entry in asked(subject, provider, "#429") if entry.ask.kind is Kind.MAIN]
    assert answered == [429, 429, 200]
    bill = sum((entry.billed for entry in provider.entries(subject.counted(stream=True))), ZERO)
    assert counted(row) == subject.told(bill)
    retries = fleet.events(agent, "retrying")
    if subject.cannot_tell_retries:
        assert retries == []
    else:
        assert [(again["attempt"], again["status"]) for again in retries] == [(1, 429), (2, 429)]
        assert "rate-limited" in fleet.passed(agent)
        assert all("{" not in again["error"] for again in retries)
    if name == "claude":
        # It asks for money by a price of its own where it knows none, and says so as any other cost.
        assert all(again["delay_s"] > 0 for again in retries)
        assert row["usage"]["cost_usd"] > 0
    elif not subject.cannot_take_models:
        assert row["model"] == MYSTERY
        assert row["usage"]["cost_usd"] is None


def hanging(fleet: Supervised, subject: Subject, provider: ModelServer) -> tuple[str, float]:
    """Start an agent whose request hangs, with a ladder; return its id once it does, and its limit."""
    for limit_s in (LIMIT_S, 2 * LIMIT_S, 4 * LIMIT_S):
        ladder = ("--inactivity-timeout", str(limit_s), "--on-inactive", "notify,notify,kill")
        agent = start(fleet, subject, "x #hang", *ladder)

        def hangs() -> bool:
            return any(entry.outcome == "hung" for entry in provider.entries(Kind.MAIN))

        fleet.until(agent, lambda row: hangs() or row["lifecycle"] == "killed")
        if hangs():
            return agent, limit_s
        # On a machine as busy as that it took longer to start than it may be silent.
    raise AssertionError(fleet.told(agent))


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_hang_is_timed_and_a_kill_leaves_nothing(make: Make, provider: ModelServer, name: str) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    hung, limit_s = hanging(fleet, subject, provider)
    busy = start(fleet, subject, "x #busy")
    fleet.until(
        hung,
        lambda row: (
            (row["activity"] == "stalled" and row["no_progress_s"] >= limit_s) or row["lifecycle"] == "killed"
        ),
    )
    row = fleet.over(hung)
    assert row["lifecycle"] == "killed"
    assert row["exit"]["reason"] == "killed by inactivity, none left"
    steps = fleet.events(hung, "step_taken")
    # A CLI that is slow to start may have been announced as hung before it said its first word.
    assert {step["step"] for step in steps[:-1]} == {"notify"}
    assert (steps[-1]["step"], steps[-1]["number"], steps[-1]["of"]) == ("kill", 3, 3)
    assert limit_s <= steps[0]["no_progress_s"] <= limit_s + MARGIN_S
    assert fleet.events(hung, "step_announced")[-1]["step"] == "kill"

    wait_until((fleet.sandbox.place.project / "busy").exists, within_s=DEADLINE_S)
    fleet.call("kill", busy)
    row = fleet.over(busy)
    assert (row["lifecycle"], row["exit"]["reason"]) == ("killed", "killed by you, none left")
    # Its command, the one beside it that left the session, its servers, hubs and daemons, and our hosts.
    fleet.none_left()
