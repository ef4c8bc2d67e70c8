"""The real Claude Code against the fake provider: what it counts is what was billed."""

from __future__ import annotations

import re
import signal
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.exchange import Json, Kind
from tests.fakes.ledger import read_log
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER, NOTES
from tests.fakes.usage import ROUNDS, ZERO, Usage
from tests.real_cli.environment import Run, Sandbox, kill_group

pytestmark = pytest.mark.real_cli


@pytest.fixture
def claude(sandbox: Callable[[str], Sandbox]) -> Sandbox:
    return sandbox("claude")


def result_of(run: Run) -> Json:
    results = run.of_type("result")
    assert len(results) == 1, str(run)
    return results[0]


def counted(result: Json) -> dict[str, Usage]:
    """What the CLI counted, by the model's name on the wire."""
    return {
        re.sub(r"\[.*\]$", "", name): Usage(
            model["inputTokens"],
            model["outputTokens"],
            model["cacheReadInputTokens"],
            model["cacheCreationInputTokens"],
        )
        for name, model in result["modelUsage"].items()
    }


def billed(provider: ModelServer) -> dict[str, Usage]:
    """What was billed by model, without the reasoning that this provider does not report."""
    return {
        name: Usage(sum_.input, sum_.output, sum_.cache_read, sum_.cache_write)
        for name, sum_ in provider.ledger.by_model().items()
    }


@pytest.mark.parametrize(
    ("tag", "rounds"),
    [("#text", 1), ("#think", 1), ("#esc", 1), ("#bash", 2), ("#write", 2), ("#ask", 2), ("#three", 3)],
)
def test_a_turn_counts_what_was_billed(claude: Sandbox, provider: ModelServer, tag: str, rounds: int) -> None:
    run = claude.prompt(f"do it {tag}")
    result = result_of(run)
    assert (run.exit_status, result["is_error"]) == (0, False), str(run)
    assert provider.totals(Kind.MAIN) == sum(ROUNDS[:rounds], ZERO)
    assert counted(result) == billed(provider)


def test_tools_really_ran(claude: Sandbox) -> None:
    listing = claude.prompt("list the files #bash")
    results = [event for event in listing.of_type("user") if "tool_use_result" in event]
    assert "README.md" in results[0]["tool_use_result"]["stdout"]
    assert result_of(listing)["result"] == ANSWER
    claude.prompt("write notes #write")
    assert (claude.place.project / "notes.txt").read_text() == NOTES


def test_a_dropped_stream_is_repeated_whole_and_counted_once(claude: Sandbox, provider: ModelServer) -> None:
    run = claude.prompt("x #drop")
    requests = [(e.ask.stream, e.outcome, e.billed) for e in provider.entries(Kind.MAIN)]
    assert requests == [(True, "dropped", ZERO), (False, "complete", ROUNDS[0])]
    result = result_of(run)
    assert counted(result) == billed(provider)
    assert result["usage"]["output_tokens"] == 0  # why `modelUsage` has to be read


def test_rate_limits_are_retried(claude: Sandbox, provider: ModelServer) -> None:
    run = claude.prompt("x #429")
    assert [e.status for e in provider.entries(Kind.MAIN)] == [429, 429, 200]
    retries = [event for event in run.of_type("system") if event["subtype"] == "api_retry"]
    assert [(retry["attempt"], retry["error"]) for retry in retries] == [(1, "rate_limit"), (2, "rate_limit")]
    assert counted(result_of(run)) == billed(provider)


@pytest.mark.parametrize(("tag", "status"), [("#400", 400), ("#429stop", 429)])
def test_a_final_error_costs_nothing(claude: Sandbox, provider: ModelServer, tag: str, status: int) -> None:
    run = claude.prompt(f"x {tag}")
    result = result_of(run)
    assert (run.exit_status, result["is_error"], result["api_error_status"]) == (1, True, status)
    assert len(provider.entries(Kind.MAIN)) == 1
    assert counted(result) == billed(provider) == {}


def test_resuming_keeps_the_session_and_counts_from_nothing(claude: Sandbox, provider: ModelServer) -> None:
    first = claude.prompt("begin #bash")
    before = provider.totals(Kind.MAIN)
    second = claude.resume(result_of(first)["session_id"], "go on #text")
    assert result_of(second)["session_id"] == result_of(first)["session_id"]
    assert provider.totals(Kind.MAIN) == before + ROUNDS[0]
    both = [counted(result_of(run))["claude-opus-4-8"] for run in (first, second)]
    assert sum(both, ZERO) == billed(provider)["claude-opus-4-8"]


def test_an_unknown_session_fails_before_any_request(claude: Sandbox, provider: ModelServer) -> None:
    asked = str(uuid.uuid4())
    run = claude.resume(asked, "go on #text")
    assert run.exit_status == 1
    assert f"No conversation found with session ID: {asked}" in run.stderr
    assert provider.entries(Kind.MAIN) == []


def test_a_hanging_stream_is_announced_but_not_billed(claude: Sandbox, provider: ModelServer) -> None:
    process = claude.start(claude.cli.headless("x #hang"))
    try:
        provider.ledger.wait_for("hung", deadline_s=30)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    finally:
        kill_group(process)
        process.communicate()
    assert process.returncode == 143
    assert [e.announced for e in provider.entries(Kind.MAIN)] == [ROUNDS[0]]
    assert provider.totals() == ZERO


def test_the_log_file_says_the_same_as_memory(claude: Sandbox, provider: ModelServer, tmp_path: Path) -> None:
    claude.prompt("x #bash")
    states = read_log(tmp_path / "bill.jsonl")
    assert sum((Usage(**state["billed"]) for state in states), ZERO) == provider.totals()
    assert [
        (state["tag"], state["round"], state["outcome"]) for state in states if state["kind"] == "main"
    ] == [
        ("bash", 1, "complete"),
        ("bash", 2, "complete"),
    ]
