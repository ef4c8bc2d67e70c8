"""Two agents of one CLI at work in one folder: each is told and counted by its own transcript."""

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


@pytest.mark.parametrize("mode", ["stream", "interactive"])
@pytest.mark.parametrize("name", ["claude", "codex"])
def test_two_agents_are_not_mixed_up(
    make: Callable[[str], Supervised], provider: ModelServer, name: str, mode: str
) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    arguments = ["--model", subject.model]
    for argument in subject.allow:
        arguments += ["--arg", argument]
    agents: dict[str, str] = {}
    for prompt in WANTED:
        given = prompt if mode == "stream" else ""
        agents[prompt] = fleet.run(given, *arguments, mode=mode, runtime=subject.runtime)
    if mode == "interactive":
        for agent in agents.values():
            past_first(fleet, subject, agent)
        for prompt, agent in agents.items():
            fleet.call("send", agent, prompt)
    wait_until(lambda: len(finished(provider)) == 3, within_s=DEADLINE_S)
    for prompt, agent in agents.items():
        bill = subject.told(WANTED[prompt])
        row = fleet.until(agent, lambda row, bill=bill: counted(subject, row) == bill)  # type: ignore[misc]
        rest = "done" if mode == "stream" else "idle"
        fleet.until(agent, lambda row, rest=rest: row["activity"] == rest)  # type: ignore[misc]
        assert [turn["prompt"].strip() for turn in fleet.events(agent, "turn_started")] == [prompt]
        assert len(fleet.events(agent, "tool_called")) == (1 if prompt == "first #bash" else 0)
        assert row["session_id"]
    assert len({fleet.row(agent)["session_id"] for agent in agents.values()}) == 2


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
