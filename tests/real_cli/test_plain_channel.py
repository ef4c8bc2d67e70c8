"""The CLIs that are spoken with by default, on their plain channel: a turn with a tool and a resume, told and counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER
from tests.fakes.usage import ZERO
from tests.real_cli.environment import Sandbox
from tests.real_cli.subjects import SUBJECTS
from tests.real_cli.supervising import Supervised
from tests.real_cli.test_acp import counted

pytestmark = pytest.mark.real_cli


@pytest.mark.parametrize("name", ["codex", "copilot", "pi", "qwen"])
def test_a_turn_and_a_resume(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, tmp_path: Path, name: str
) -> None:
    subject, fleet = SUBJECTS[name], Supervised(sandbox(name), tmp_path / "fleet")
    options = ["--channel", "plain", *(("--model", subject.model) if subject.model else ())]
    for argument in subject.allow:
        options += ["--arg", argument]
    try:
        agent = fleet.run("list them #bash", *options, runtime=subject.runtime)
        first = fleet.over(agent)
        fleet.call("resume", agent, "--prompt", "go on #text")
        row = fleet.over(agent)
        assert (row["activity"], row["session_id"], row["runs"]) == ("done", first["session_id"], 2)
        assert [call["title"] for call in fleet.events(agent, "tool_called")] == ["ls -la"]
        assert fleet.events(agent, "text")[-1]["text"] == ANSWER
        assert not fleet.events(agent, "unparsed")
        bill = sum((entry.billed for entry in provider.entries(subject.counted(stream=True))), ZERO)
        assert counted(row) == subject.told(bill)
    finally:
        fleet.end()
        fleet.none_left()
