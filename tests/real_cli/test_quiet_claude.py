"""Four real Claude Codes side by side that are quiet for four reasons: each is named, and each ladder does its own thing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.tmux import Tmux
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import Pace
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import COMMAND, Supervised

pytestmark = pytest.mark.real_cli

CONFIG = """
[inactivity]
thinking_s = 10
tool_idle_s = 20
on_tool_idle = ["notify", "interrupt"]
retrying_s = 10
"""
NAMED_S = 5.0
KINDS = {"#ponder": "thinking", "#stuck": "tool", "#429": "retrying", "#loop": "looping"}


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[ModelServer]:
    """A provider that refuses for as long as the test takes."""
    with ModelServer(log=tmp_path / "bill.jsonl", pace=Pace(rate_limits=1_000, retry_after_s=15)) as server:
        yield server


def steps(fleet: Supervised, agent: str, kind: str = "step_taken") -> list[str]:
    return [fact["step"] for fact in fleet.events(agent, kind)]


def named(fleet: Supervised, agents: dict[str, str]) -> dict[str, float]:
    """Wait until each is named as it should be; return when each was first seen to be."""
    seen: dict[str, float] = {}
    end = time.time() + 60
    while len(seen) < len(agents) and time.time() < end:
        for tag, agent in agents.items():
            triage: dict[str, Any] = fleet.row(agent)["triage"] or {}
            if tag not in seen and triage.get("kind") == KINDS[tag]:
                seen[tag] = time.time()
    assert set(seen) == set(agents)
    return seen


def test_each_is_named_and_treated_as_what_it_is(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, tmp_path: Path
) -> None:
    fleet = Supervised(sandbox("claude"), tmp_path / "fleet")
    (fleet.sandbox.place.project / "agent-tui.toml").write_text(CONFIG)
    try:
        agents = {
            tag: fleet.run(f"do it {tag}", "--name", tag[1:], "--arg", "--dangerously-skip-permissions")
            for tag in KINDS
        }
        stuck, loop = agents["#stuck"], agents["#loop"]
        seen = named(fleet, agents)
        began = {
            "#ponder": fleet.events(agents["#ponder"], "turn_started")[0]["at"],
            "#stuck": fleet.events(stuck, "tool_called")[0]["at"],
            "#429": fleet.events(agents["#429"], "retrying")[0]["at"],
            "#loop": fleet.events(loop, "tool_called")[:6][-1]["at"],
        }
        late = {tag: round(seen[tag] - began[tag], 1) for tag in agents}
        assert all(seconds <= NAMED_S for seconds in late.values()), late
        assert fleet.row(stuck)["triage"]["what"] == "Bash tail -f /dev/null"
        assert fleet.row(agents["#429"])["triage"]["attempt"] >= 1

        row = fleet.until(stuck, lambda row: row["activity"] == "stalled")
        assert row["triage"]["words"] == "Bash tail -f /dev/null, no output, 0 % CPU"
        with Tmux(rows=36, cols=120, env=fleet.environment) as terminal:
            terminal.start([str(COMMAND), "attach", stuck], fleet.sandbox.place.project)
            terminal.wait_for("Interrupt in", deadline_s=25)
            terminal.send_keys("x")
            terminal.wait_for(lambda screen: "Interrupt in" not in screen)
        assert steps(fleet, stuck, "step_cancelled") == ["interrupt"]

        over = fleet.until(loop, lambda row: row["activity"] == "idle", limit_s=60)
        assert over["lifecycle"] == "running"
        assert "interrupted" in over["evidence"]["fact"]
        assert steps(fleet, loop) == ["notify", "interrupt"]
        assert "looping" not in str(over["triage"])
        for tag in ("#ponder", "#429", "#stuck"):
            assert steps(fleet, agents[tag]) == ["notify"], tag
            assert fleet.row(agents[tag])["lifecycle"] == "running"
        assert fleet.row(agents["#ponder"])["activity"] == "stalled"
        assert fleet.row(agents["#429"])["activity"] == "rate-limited"
    finally:
        fleet.end()
