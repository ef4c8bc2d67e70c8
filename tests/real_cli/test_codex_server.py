"""The real Codex, headless and spoken with: the account's limits with their resets, and a question that is answered."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import Pace
from tests.real_cli.environment import Sandbox
from tests.real_cli.subjects import SUBJECTS
from tests.real_cli.supervising import Supervised

pytestmark = pytest.mark.real_cli

RESETS_IN_S = 4_500
ASKS = ("--arg", "--enable", "--arg", "default_mode_request_user_input")
"""It puts questions in its plan mode only, but for this feature of its own."""


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[ModelServer]:
    """A provider with limits that are emptied in over an hour."""
    pace = Pace(limit_resets_at=int(time.time()) + RESETS_IN_S)
    with ModelServer(log=tmp_path / "bill.jsonl", pace=pace) as server:
        yield server


def test_limits_count_down_and_a_question_is_answered(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, tmp_path: Path
) -> None:
    fleet = Supervised(sandbox("codex"), tmp_path / "fleet")
    model = ("--model", SUBJECTS["codex"].model)
    try:
        asking = fleet.run("go #question", *model, *ASKS, runtime="codex")
        used_up = fleet.run("go #used", *model, "--name", "used up", runtime="codex")
        row = fleet.over(used_up)
        assert row["lifecycle"] == "failed"
        assert "usage limit" in row["note"]
        (limited,) = fleet.events(used_up, "rate_limited")
        assert limited["limit"] == "5 h"
        assert 0 < limited["resets_at"] - time.time() <= RESETS_IN_S
        assert "rate-limited" in fleet.passed(used_up)
        shown = fleet.call("show", used_up).stdout
        assert re.search(r"^5 h +100% used, resets in 1[:h]1\d", shown, re.MULTILINE), shown
        assert re.search(r"^week +12% used, resets in \d", shown, re.MULTILINE), shown

        fleet.until(asking, lambda row: row["activity"] == "needs-answer")
        assert fleet.show(asking)["request"]["options"] == ["red", "blue"]
        fleet.call("answer", asking, "2")
        assert fleet.over(asking)["activity"] == "done", fleet.told(asking)
        told = next(entry for entry in provider.entries(Kind.MAIN) if entry.ask.round == 2).body["input"][-1]
        assert '"blue"' in told["output"]
    finally:
        fleet.end()
        fleet.none_left()
