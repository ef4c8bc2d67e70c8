"""The real Claude Code in a pane of the dashboard, by keyboard alone: typed to, asked by, answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.tmux import Tmux
from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import COMMAND, Supervised

pytestmark = pytest.mark.real_cli


def test_a_prompt_typed_in_its_pane_is_answered_and_its_permission_given_by_key(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, tmp_path: Path
) -> None:
    fleet = Supervised(sandbox("claude"), tmp_path / "fleet")
    try:
        agent = fleet.run("", mode="interactive")
        fleet.until(agent, lambda row: row["activity"] == "idle")
        with Tmux(rows=40, cols=140, env=fleet.environment) as terminal:
            terminal.start([str(COMMAND)], fleet.sandbox.place.project)
            terminal.wait_for("idle", deadline_s=20)
            terminal.send_keys("Enter")
            terminal.wait_for("keys go to this agent")
            terminal.send_literal("clean up #ask")
            terminal.wait_for("clean up #ask")
            terminal.send_keys("Enter")
            terminal.wait_for("permission", deadline_s=30)
            terminal.send_keys("C-]")
            terminal.wait_for(lambda screen: "keys go to this agent" not in screen)
            terminal.send_keys("space")
            terminal.wait_for("allow once")
            terminal.send_keys("y")
            terminal.wait_for(ANSWER, deadline_s=30)
        fleet.until(agent, lambda row: row["activity"] == "idle")
        total = provider.totals(Kind.MAIN)
        fleet.until(agent, lambda row: row["usage"]["output"] == total.output)
    finally:
        fleet.end()
