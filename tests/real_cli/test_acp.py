"""The real CLIs, headless and spoken with over the Agent Client Protocol: one asks, a script answers, and all is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER
from tests.real_cli.environment import Sandbox
from tests.real_cli.subjects import SUBJECTS, Subject
from tests.real_cli.supervising import Supervised

pytestmark = pytest.mark.real_cli

CLIS = ("codex", "qwen", "opencode", "copilot", "gemini")
FORGETFUL = ("gemini",)
"""Find a session that they wrote over this channel at one time and not at another: what a resume becomes cannot be foretold."""


@pytest.fixture
def make(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Callable[[str], Supervised]]:
    fleets: list[Supervised] = []

    def begin(name: str) -> Supervised:
        fleets.append(Supervised(sandbox(name), tmp_path / "fleet"))
        SUBJECTS[name].make_ask(fleets[-1].sandbox.place.home)
        if (
            name == "codex"
        ):  # its own sandbox needs rights that a container may not have: what was allowed would fail
            config = fleets[-1].sandbox.place.home / ".codex/config.toml"
            config.write_text(f'sandbox_mode = "danger-full-access"\n{config.read_text()}')
        return fleets[-1]

    yield begin
    for fleet in fleets:
        fleet.end()
        fleet.none_left()


def counted(row: dict[str, Any]) -> dict[str, int]:
    usage = row["usage"]
    kinds = {kind: usage[kind] for kind in ("input", "output", "cache_read", "cache_write")}
    return {**kinds, "output": usage["output"] + usage["reasoning"]}


def billed(subject: Subject, provider: ModelServer) -> dict[str, int]:
    return dict(subject.told(provider.totals(Kind.MAIN)))


@pytest.mark.parametrize("name", CLIS)
def test_it_asks_is_answered_from_a_script_and_goes_on_in_its_session(
    make: Callable[[str], Supervised], provider: ModelServer, name: str
) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    options = ("--channel", "control", *(("--model", subject.model) if subject.model else ()))
    agent = fleet.run("clean up #ask", *options, runtime=subject.runtime)
    fleet.call("wait", agent, "--until", "needs-permission", "--timeout", "60")
    asked = fleet.call("answer", agent).stdout.splitlines()
    assert asked[0] == "shell rm -rf build"
    fleet.call("answer", agent, "yes")
    first = fleet.over(agent)
    assert (first["lifecycle"], first["activity"], first["runs"]) == ("exited", "done", 1), fleet.told(agent)
    facts = fleet.facts(agent)

    def told(kind: str, field: str, otherwise: object = None) -> list[Any]:
        return [fact.get(field, otherwise) for fact in facts if fact["fact"] == kind]

    passed = told("state_changed", "activity")
    at = passed.index("needs-permission")
    assert passed[at - 1 : at + 2] == ["working", "needs-permission", "working"]
    assert told("permission_asked", "title") == ["rm -rf build"]
    assert told("tool_finished", "ok", True) == [True]
    assert told("text", "text")[-1] == ANSWER
    assert told("unparsed", "text") == []
    assert counted(first) == billed(subject, provider)
    if name in FORGETFUL:
        return
    fleet.call("resume", agent, "--prompt", "go on #text")
    row = fleet.over(agent)
    assert (row["activity"], row["session_id"], row["runs"]) == ("done", first["session_id"], 2)
    assert counted(row) == billed(subject, provider)
