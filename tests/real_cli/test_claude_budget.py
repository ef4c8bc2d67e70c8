"""A budget on the real Claude Code: nobody looks, it is stopped in the middle of its turn, and goes on when it is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.tmux import Tmux
from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.host.test_runs import stands_still
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import COMMAND, SKIP, Supervised, billed, kinds
from tests.waiting import wait_until
from tui.core.lifecycle import Lifecycle

pytestmark = pytest.mark.real_cli

LIMIT = 20_000
ROUND_MAX = 5_100
"""Tokens of one request to the fake provider, at most."""


def test_it_is_paused_at_its_budget_says_so_to_the_next_dashboard_and_goes_on(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, tmp_path: Path
) -> None:
    fleet = Supervised(sandbox("claude"), tmp_path / "fleet")
    try:
        agent = fleet.run("look about #eight", "--budget", f"tokens={LIMIT}", *SKIP)
        fleet.call("wait", agent, "--until", "needs-you", "--timeout", "60", limit_s=70)
        row = fleet.row(agent)
        assert row["lifecycle"] == Lifecycle.RUNNING
        assert row["budget"]["held"] is True
        used = row["budget"]["tokens"]["used"]
        assert LIMIT <= used < LIMIT + ROUND_MAX
        assert used == row["usage"]["total"]
        wait_until(lambda: stands_still(row["pid"]))
        assert [event["what"] for event in fleet.events(agent, "budget_changed")] == ["warned", "paused"]
        asked = len(provider.entries(Kind.MAIN))
        assert asked < 8
        with Tmux(rows=40, cols=140, env=fleet.environment) as terminal:
            terminal.start([str(COMMAND)], fleet.sandbox.place.project)
            terminal.wait_for("1 needs you", deadline_s=20)
            terminal.wait_for("budget used up")
            assert len(provider.entries(Kind.MAIN)) == asked
            assert stands_still(row["pid"])
            terminal.send_keys("space")
            terminal.wait_for("Budget used up, paused")
            terminal.wait_for("20,000 tokens more")
            terminal.send_keys("1")
            terminal.wait_for("42", deadline_s=60)
        row = fleet.over(agent)
        assert (row["lifecycle"], row["activity"], row["runs"]) == ("exited", "done", 1)
        assert len(provider.entries(Kind.MAIN)) == 8
        assert kinds(row["usage"]) == billed(provider)
        assert row["budget"]["tokens"]["limit"] == 2 * LIMIT
    finally:
        fleet.end()
