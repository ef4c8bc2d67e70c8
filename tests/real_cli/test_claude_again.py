"""The real Claude Code, whose provider refuses or fails: what follows by itself, and what a key makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import Pace
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import SKIP, Supervised

pytestmark = pytest.mark.real_cli

ONCE = ("--env", "CLAUDE_CODE_MAX_RETRIES=0")
"""Claude Code tries again by itself for minutes, else."""


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[ModelServer]:
    """A provider that refuses once."""
    with ModelServer(log=tmp_path / "bill.jsonl", pace=Pace(rate_limits=1)) as server:
        yield server


def test_a_failed_run_is_followed_by_another_and_a_limited_one_waits_or_is_told_to_go_on(
    sandbox: Callable[[str], Sandbox], tmp_path: Path
) -> None:
    fleet = Supervised(sandbox("claude"), tmp_path / "fleet")
    try:
        limited = fleet.run("do it #429", "--on-rate-limit", "wait", *ONCE, *SKIP)
        failed = fleet.run("do it #529", "--restart", "on-failure", *ONCE, *SKIP)
        row = fleet.until(limited, lambda row: row["lifecycle"] == "backoff")
        assert "429" in row["exit"]["reason"]
        assert fleet.events(limited, "run_planned")[0]["why"] == "limit reached"
        fleet.call("resume", limited)
        for agent, kind in ((limited, "limit"), (failed, "failure")):
            row = fleet.until(agent, lambda row: row["lifecycle"] == "exited")
            assert (row["activity"], row["runs"]) == ("done", 2), kind
            began = fleet.events(agent, "run_started")
            assert {each["session_id"] for each in began} == {row["session_id"]}, kind
        assert "529" in fleet.events(failed, "run_planned")[0]["why"]
    finally:
        fleet.end()
