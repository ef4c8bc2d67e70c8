"""Every CLI headless, through the installed command and real hosts: what `ls --json` and the log say is what happened."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER
from tests.real_cli.environment import Sandbox
from tests.real_cli.subjects import MYSTERY, SUBJECTS, Subject
from tests.real_cli.supervising import DEADLINE_S, Supervised
from tests.waiting import wait_until

pytestmark = pytest.mark.real_cli

FRESH = ("--fresh-prompt", "begin anew #text")
RESUMES = 3
LIMIT_S = 4.0
LADDER = ("--inactivity-timeout", str(LIMIT_S), "--on-inactive", "notify,notify,kill")
MARGIN_S = 2.0
"""A step may be late by so much on a busy machine."""

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


def counted(subject: Subject, row: dict[str, Any]) -> dict[str, int]:
    """What a row counts; reasoning that is told apart is a part of the output of a bill."""
    usage = row["usage"]
    kinds = {kind: usage[kind] for kind in ("input", "output", "cache_read", "cache_write")}
    return {**kinds, "output": usage["output"] + usage["reasoning"]}


def assert_exact(subject: Subject, provider: ModelServer, row: dict[str, Any]) -> None:
    """Tokens equal the provider's own log; money equals the price list's."""
    kind = subject.counted(stream=True)
    assert counted(subject, row) == subject.told(provider.totals(kind))
    asked = [entry for entry in provider.entries(kind) if entry.billed.output]
    assert Decimal(str(row["usage"]["cost_usd"])) == subject.cost(asked).normalize()
    assert row["usage"]["source"] == "reported"


@pytest.mark.parametrize("name", SUBJECTS)
def test_turns_resumes_and_a_forgotten_session_are_told_and_counted(
    make: Make, provider: ModelServer, name: str
) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    agent = start(fleet, subject, "- list them #bash", *FRESH)
    first = fleet.over(agent)
    assert (first["lifecycle"], first["activity"], first["exit"]["code"]) == ("exited", "done", 0)
    assert "working" in fleet.passed(agent)
    (called,), (finished,) = fleet.events(agent, "tool_called"), fleet.events(agent, "tool_finished")
    assert called["title"] == "ls -la"
    assert "README.md" in finished["output"]
    assert fleet.events(agent, "text")[-1]["text"] == ANSWER
    assert not fleet.events(agent, "unparsed")
    assert_exact(subject, provider, first)
    if subject.cannot_resume:
        assert first["session_id"] is None
        refused = fleet.call("resume", agent, check=False)
        assert refused.returncode == 1
        assert "has no session to resume" in refused.stderr
        return
    for number in range(RESUMES):
        fleet.call("resume", agent, "--prompt", f"go on {number} #text")
        row = fleet.over(agent)
        assert (row["activity"], row["session_id"]) == ("done", first["session_id"]), fleet.told(agent)
        assert_exact(subject, provider, row)
    for folder in subject.sessions:
        shutil.rmtree(fleet.sandbox.place.home / folder)
    fleet.call("resume", agent)
    row = fleet.until(agent, lambda row: row["runs"] == RESUMES + 3 and row["lifecycle"] == "exited")
    assert row["activity"] == "done"
    assert row["session_id"] not in (None, first["session_id"])
    assert row["old_session_ids"] == [first["session_id"]]
    assert first["session_id"] in row["note"]
    (fell,) = fleet.events(agent, "fell_back")
    assert fell["old_session_id"] == first["session_id"]
    assert fell["reason"]
    assert any("begin anew" in entry.ask.prompt for entry in provider.entries(Kind.MAIN))
    assert_exact(subject, provider, row)


@pytest.mark.parametrize("name", SUBJECTS)
def test_an_api_error_is_a_failure_in_the_provider_s_words(make: Make, name: str) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    agent = start(fleet, subject, "x #400")
    row = fleet.over(agent)
    assert row["lifecycle"] == "failed"
    assert "messages.0: this request is not valid" in row["exit"]["reason"]
    assert "{" not in row["exit"]["reason"]
    assert row["exit"]["code"] == (0 if name in ("qwen", "pi") else row["exit"]["code"])
    assert row["usage"]["total"] == 0
    assert row["note"] == row["exit"]["reason"]


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_rate_limit_is_told_and_an_unknown_model_has_no_price(
    make: Make, provider: ModelServer, name: str
) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    model = "" if subject.cannot_take_models else MYSTERY
    agent = start(fleet, subject, "x #429", model=model)
    row = fleet.over(agent)
    assert (row["lifecycle"], row["activity"]) == ("exited", "done"), fleet.told(agent)
    assert [entry.status for entry in provider.entries(Kind.MAIN)] == [429, 429, 200]
    assert counted(subject, row) == subject.told(provider.totals(subject.counted(stream=True)))
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


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_hang_is_timed_and_a_kill_leaves_nothing(make: Make, provider: ModelServer, name: str) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    hung = start(fleet, subject, "x #hang", *LADDER)
    provider.ledger.wait_for("hung", deadline_s=DEADLINE_S)
    row = fleet.until(hung, lambda row: row["activity"] == "stalled" or row["lifecycle"] == "killed")
    assert row["no_progress_s"] >= LIMIT_S
    row = fleet.over(hung)
    assert row["lifecycle"] == "killed"
    assert row["exit"]["reason"] == "killed by inactivity, none left"
    steps = fleet.events(hung, "step_taken")
    # A CLI that is slow to start may have been announced as hung before it said its first word.
    assert {step["step"] for step in steps[:-1]} == {"notify"}
    assert (steps[-1]["step"], steps[-1]["number"], steps[-1]["of"]) == ("kill", 3, 3)
    assert LIMIT_S <= steps[0]["no_progress_s"] <= LIMIT_S + MARGIN_S
    assert fleet.events(hung, "step_announced")[-1]["step"] == "kill"

    busy = start(fleet, subject, "x #busy")
    wait_until((fleet.sandbox.place.project / "busy").exists, within_s=DEADLINE_S)
    fleet.call("kill", busy)
    row = fleet.over(busy)
    assert (row["lifecycle"], row["exit"]["reason"]) == ("killed", "killed by you, none left")
    # Its command, the one beside it that left the session, its servers, hubs and daemons, and our hosts.
    fleet.none_left()
