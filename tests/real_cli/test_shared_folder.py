"""Two screens of one CLI at work in one folder: each is told and counted by its own transcript.

Two headless agents in one folder stand in the matrix, for every CLI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.usage import ROUNDS
from tests.real_cli.environment import Sandbox
from tests.real_cli.subjects import SUBJECTS, Subject
from tests.real_cli.supervising import DEADLINE_S, Supervised
from tests.waiting import wait_until

pytestmark = pytest.mark.real_cli

WANTED = {"first #bash": ROUNDS[0] + ROUNDS[1], "second #text": ROUNDS[0]}
"""What each prompt costs."""


@pytest.fixture
def make(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Callable[[str], Supervised]]:
    fleets: list[Supervised] = []

    def begin(name: str) -> Supervised:
        fleets.append(Supervised(sandbox(name), tmp_path / "fleet"))
        return fleets[-1]

    yield begin
    for fleet in fleets:
        fleet.end()


def counted(subject: Subject, row: dict[str, Any]) -> dict[str, int]:
    usage = row["usage"]
    kinds = {kind: usage[kind] for kind in ("input", "output", "cache_read", "cache_write")}
    return {**kinds, "output": usage["output"] + usage["reasoning"]}


@pytest.mark.parametrize("name", ["claude", "codex", "opencode"])
def test_two_agents_are_not_mixed_up(
    make: Callable[[str], Supervised], provider: ModelServer, name: str
) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    arguments = ["--model", subject.model]
    for argument in subject.allow:
        arguments += ["--arg", argument]
    agents = {
        prompt: fleet.run("", *arguments, mode="interactive", runtime=subject.runtime) for prompt in WANTED
    }
    for agent in agents.values():
        past_first(fleet, subject, agent)
    for prompt, agent in agents.items():
        fleet.call("send", agent, prompt)
    wait_until(lambda: len(finished(provider)) == 3, within_s=DEADLINE_S)
    for prompt, agent in agents.items():
        bill = subject.told(WANTED[prompt])
        row = fleet.until(agent, lambda row, bill=bill: counted(subject, row) == bill)  # type: ignore[misc]
        fleet.until(agent, lambda row: row["activity"] == "idle")
        if not subject.cannot_read:
            assert [turn["prompt"].strip() for turn in fleet.events(agent, "turn_started")] == [prompt]
            assert len(fleet.events(agent, "tool_called")) == (1 if prompt == "first #bash" else 0)
        assert row["session_id"]
    assert len({fleet.row(agent)["session_id"] for agent in agents.values()}) == 2


def test_a_cline_that_is_killed_takes_nothing_from_another(
    make: Callable[[str], Supervised], provider: ModelServer
) -> None:
    fleet = make("cline")
    # The first would start the server that both use, and everything that it started ends with it.
    first = fleet.run("x #hang", runtime="cline")
    provider.ledger.wait_for("hung", deadline_s=DEADLINE_S)
    second = fleet.run("tell me all #long", runtime="cline")
    wait_until(lambda: any(entry.tag == "long" for entry in provider.entries(Kind.MAIN)), within_s=DEADLINE_S)
    fleet.call("kill", first)
    assert fleet.over(first)["exit"]["reason"] == "killed by you, none left"
    assert fleet.row(second)["lifecycle"] == "running"
    assert fleet.over(second)["activity"] == "done"
    assert "line 60 of a long answer" in fleet.events(second, "text")[-1]["text"]
    fleet.none_left()


def finished(provider: ModelServer) -> list[object]:
    return [entry for entry in provider.entries(Kind.MAIN) if entry.outcome == "complete"]


def past_first(fleet: Supervised, subject: Subject, agent: str) -> None:
    """Answer what it asks at its start, and wait until it rests."""
    states = ("needs-answer",) if subject.first_dialogs else ("idle", "needs-answer")
    for _ in range(3):
        row = fleet.until(agent, lambda row, states=states: row["activity"] in states)  # type: ignore[misc]
        if row["activity"] == "idle":
            return
        key = "2" if subject.cli == "claude" else subject.first_key
        fleet.call("send", agent, "--key", key)
        states = ("idle", "needs-answer")
        fleet.until(agent, lambda row: row["activity"] != "needs-answer")
    raise AssertionError(fleet.told(agent))
