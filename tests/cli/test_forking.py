"""`fork`: a new agent on a copy of another's session, the other untouched."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

CLAUDE_LIKE = str(Path(__file__).parent.parent / "agents" / "claude_like.py")


def test_a_fork_is_an_agent_of_its_own(cli: Cli) -> None:
    command = ["--runtime", "claude-code", "--channel", "plain"]
    origin = cli(
        "run", "--name", "first", *command, "-p", "fix it", "--", sys.executable, CLAUDE_LIKE
    ).out.strip()
    assert cli("wait", origin, "--until", "exited", "--timeout", "30").code == 0
    before = cli("ls", "--json").objects[0]
    made = cli("fork", "first", "--name", "second", "-p", "and the tests")
    assert (made.code, made.err) == (0, "")
    second = made.out.strip()
    assert cli("wait", second, "--until", "exited", "--timeout", "30").code == 0
    rows = {row["id"]: row for row in cli("ls", "--json").objects}
    assert rows[origin]["usage"] == before["usage"]
    assert rows[origin]["session_id"] == before["session_id"]
    assert rows[second]["name"] == "second"
    assert rows[second]["session_id"] not in ("", None, before["session_id"])
    assert rows[second]["usage"]["total"] == before["usage"]["total"]  # of its one turn, not of both
    started, *_ = (
        line["fact"]
        for line in cli("logs", second, "--json").objects
        if line["fact"]["fact"] == "run_started"
    )
    assert started["kind"] == "fork"


@pytest.mark.parametrize(
    ("runtime", "said"),
    [
        ("command", "cannot fork a session with its own screen. These can: claude-code, codex, opencode."),
        ("claude-code", "has no session to fork yet. Its first turn begins one."),
    ],
)
def test_what_cannot_be_forked_is_one_sentence(cli: Cli, runtime: str, said: str) -> None:
    told = ["--runtime", runtime, "--mode", "interactive"] if runtime != "command" else []
    origin = cli("run", "--name", "plain", *told, "--", "/bin/false").out.strip()
    cli("wait", origin, "--until", "exited,failed", "--timeout", "30")
    refused = cli("fork", origin)
    assert refused.code == 1
    assert said in refused.err
