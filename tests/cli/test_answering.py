"""`answer` on a real host whose agent asks."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from tests.agents import argv
from tests.cli.conftest import Cli
from tests.waiting import wait_until
from tui.cli.answering import _answer
from tui.core.commands import Verdict
from tui.core.errors import AgentTuiError
from tui.core.status import Request


@pytest.fixture
def asks(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An agent that asks for leave."""
    program = tmp_path / "bin" / "claude"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.join(argv("claude_like"))} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    agent = cli("run", "--runtime", "claude-code", "--mode", "stream", "-p", "ASK").out.strip()
    assert cli("wait", agent, "--until", "needs-permission", "--timeout", "15").code == 0
    return agent


@pytest.mark.parametrize(
    ("how", "words"), [(["yes"], "Allowed"), (["no", "keep it"], "Denied"), (["2"], "Denied")]
)
def test_it_is_asked_and_answered(cli: Cli, asks: str, how: list[str], words: str) -> None:
    assert cli("answer", asks).out == "Bash rm -rf build\n1 Yes\n2 No\n"
    wrong = cli("answer", asks, "3")
    assert (wrong.code, "There is no option 3; there are 2." in wrong.err) == (2, True)
    assert cli("answer", asks, *how).code == 0
    wait_until(lambda: words in cli("logs", asks).out)
    assert cli("wait", asks, "--until", "exited", "--timeout", "15").code == 0
    over = cli("answer", asks, "yes")
    assert (over.code, over.err) == (1, f"{asks} asks nothing.\n")


QUESTION = Request("r1", permission=False, title="Which?", options=["one", "two"], answerable=True)


def test_a_question_takes_an_option_or_words() -> None:
    chosen = _answer(QUESTION, "2", None)
    assert (chosen.request_id, chosen.verdict, chosen.choice) == ("r1", Verdict.CHOOSE, 2)
    told = _answer(QUESTION, "neither of them", None)
    assert (told.verdict, told.choice, told.text) == (Verdict.CHOOSE, 0, "neither of them")


@pytest.mark.parametrize(
    ("request_", "how", "why", "words"),
    [
        (Request("r1", answerable=True), "perhaps", None, "yes, always, no or the number"),
        (Request("r1", answerable=True), "yes", "because", "Only `no` takes a reason"),
        (QUESTION, "", None, "yes, always, no or the number"),
        (Request("r1"), "yes", None, "cannot be answered from here"),
    ],
)
def test_what_does_not_fit_is_refused(request_: Request, how: str, why: str | None, words: str) -> None:
    with pytest.raises(Exception, match=words) as refused:
        _answer(request_, how, why)
    assert isinstance(refused.value, AgentTuiError) or type(refused.value).__name__ == "UsageError"
