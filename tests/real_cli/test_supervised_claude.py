"""The whole product with the real Claude Code: command, host, runtime, meter, ladder, against the fake provider."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from genai_prices import Usage, calc_price

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import Supervised
from tests.waiting import wait_until
from tui.system.processes import marked

pytestmark = pytest.mark.real_cli

SKIP = ("--arg", "--dangerously-skip-permissions")


@pytest.fixture
def fleet(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(sandbox("claude"), tmp_path / "fleet")
    yield supervised
    supervised.end()


def kinds(usage: dict[str, Any]) -> tuple[int, ...]:
    return tuple(usage[kind] for kind in ("input", "output", "cache_read", "cache_write"))


def billed(provider: ModelServer) -> tuple[int, ...]:
    total = provider.totals(Kind.MAIN)
    return (total.input, total.output, total.cache_read, total.cache_write)


def processes_of(fleet: Supervised, agent: str) -> list[int]:
    return marked(Path(fleet.folders["AGENT_TUI_STATE_DIR"]) / "agents" / agent)


@pytest.mark.parametrize("tag", ["#bash", "#three", "#drop"])
def test_a_headless_turn_goes_from_working_to_done_and_is_counted_exactly(
    fleet: Supervised, provider: ModelServer, tag: str
) -> None:
    agent = fleet.run(f"do it {tag}", *SKIP)
    row = fleet.over(agent)
    assert (row["lifecycle"], row["activity"]) == ("exited", "done")
    assert (row["exit"]["code"], row["exit"]["signal"]) == (0, None)
    passed = [(fact["lifecycle"], fact["activity"]) for fact in fleet.events(agent, "state_changed")]
    assert passed[-1] == ("exited", "done")
    assert ("running", "working") in passed
    assert kinds(row["usage"]) == billed(provider)
    assert row["usage"]["source"] == "reported"
    assert row["usage"]["total"] == sum(billed(provider))
    assert row["usage"]["cost_usd"] > 0
    assert fleet.events(agent, "text")[-1]["text"] == ANSWER
    assert bool(fleet.events(agent, "tool_finished")) is (tag != "#drop")


def test_resume_goes_on_in_the_same_session_and_counts_no_history(
    fleet: Supervised, provider: ModelServer
) -> None:
    agent = fleet.run("one #text", *SKIP)
    first = fleet.over(agent)
    fleet.call("resume", agent)
    second = fleet.over(agent)
    assert second["runs"] == 2
    assert second["session_id"] == first["session_id"]
    assert kinds(second["usage"]) == billed(provider)


def test_a_resume_of_what_is_gone_falls_back_to_a_fresh_session_and_says_so(
    fleet: Supervised, provider: ModelServer
) -> None:
    agent = fleet.run("one #text", "--fresh-prompt", "begin anew #text", *SKIP)
    old = fleet.over(agent)["session_id"]
    transcripts = list(fleet.sandbox.place.home.glob(f".claude/projects/*/{old}.jsonl"))
    assert transcripts
    for transcript in transcripts:
        transcript.unlink()
    fleet.call("resume", agent)
    row = fleet.until(agent, lambda row: row["runs"] == 2 and row["lifecycle"] == "exited")
    assert row["activity"] == "done"
    assert row["session_id"] not in ("", old)
    assert row["old_session_ids"] == [old]
    assert old in row["note"]
    (fell,) = fleet.events(agent, "fell_back")
    assert fell["old_session_id"] == old
    assert fell["gone"]
    assert f"{old} is gone" in row["note"]
    prompts = [entry.ask.prompt for entry in provider.entries(Kind.MAIN)]
    assert any("begin anew" in prompt for prompt in prompts)
    assert kinds(row["usage"]) == billed(provider)


def test_a_hang_is_seen_and_the_ladder_acts_on_time(fleet: Supervised, provider: ModelServer) -> None:
    limit_s = 3.0
    agent = fleet.run("x #hang", "--inactivity-timeout", str(limit_s), "--on-inactive", "kill", *SKIP)
    row = fleet.over(agent)
    assert row["lifecycle"] == "killed"
    assert "inactivity" in row["exit"]["reason"]
    (step,) = fleet.events(agent, "step_taken")
    assert step["step"] == "kill"
    assert limit_s <= step["no_progress_s"] <= limit_s + 1
    assert fleet.events(agent, "step_announced")
    assert not processes_of(fleet, agent)


def test_an_api_error_is_a_failure_in_the_provider_s_words(fleet: Supervised) -> None:
    row = fleet.over(fleet.run("x #400", *SKIP))
    assert row["lifecycle"] == "failed"
    assert row["exit"]["reason"].startswith("API Error: 400")


def test_its_own_screen_asks_and_is_answered(fleet: Supervised, provider: ModelServer) -> None:
    agent = fleet.run("", mode="interactive")
    fleet.until(agent, lambda row: row["activity"] == "idle")
    fleet.call("send", agent, "clean up #ask")
    row = fleet.until(agent, lambda row: row["activity"] == "needs-permission")
    assert row["evidence"]["source"] in ("hook", "screen")
    assert "rm -rf build" in fleet.call("screen", agent).stdout
    asked = fleet.events(agent, "permission_asked")[-1]
    assert asked["title"] == "rm -rf build"
    fleet.call("send", agent, "--key", "1")
    fleet.until(agent, lambda row: row["activity"] == "idle")
    # The transcript is a file of its own and may be a moment behind the state.
    row = fleet.until(agent, lambda row: kinds(row["usage"]) == billed(provider) and row["usage"]["cost_usd"])
    # It says nothing of money there: that is computed by the price list.
    total = provider.totals(Kind.MAIN)
    told = Usage(
        input_tokens=total.input + total.cache_read + total.cache_write,
        output_tokens=total.output,
        cache_read_tokens=total.cache_read,
        cache_write_tokens=total.cache_write,
    )
    assert row["usage"]["source"] == "reported"
    assert row["usage"]["cost_usd"] == float(calc_price(told, row["model"]).total_price)
    assert row["context_share"] is not None
    assert "cost computed" in fleet.call("show", agent).stdout
    assert fleet.events(agent, "turn_ended")[-1]["text"] == ANSWER
    fleet.call("kill", agent)
    row = fleet.over(agent)
    assert row["lifecycle"] == "killed"
    assert not processes_of(fleet, agent)


def test_an_agent_whose_host_was_killed_is_lost_whole_and_its_session_goes_on(
    fleet: Supervised, provider: ModelServer
) -> None:
    agent = fleet.run("one #text", *SKIP)
    session = fleet.over(agent)["session_id"]
    fleet.call("send", agent, "two #hang")
    fleet.until(agent, lambda row: row["runs"] == 2 and row["pid"])
    wait_until(lambda: any(entry.outcome == "hung" for entry in provider.entries(Kind.MAIN)), within_s=30)
    before = fleet.call("logs", agent, "--json").stdout.splitlines()
    folder = Path(fleet.folders["AGENT_TUI_STATE_DIR"]) / "agents" / agent
    os.kill(json.loads((folder / "status.json").read_text())["host_pid"], signal.SIGKILL)
    row = fleet.until(agent, lambda row: row["lifecycle"] == "lost")
    wait_until(lambda: not processes_of(fleet, agent))
    assert row["session_id"] == session
    assert fleet.call("logs", agent, "--json").stdout.splitlines()[: len(before)] == before
    fleet.call("resume", agent)
    row = fleet.over(agent)
    assert (row["lifecycle"], row["session_id"], row["runs"]) == ("exited", session, 3)
