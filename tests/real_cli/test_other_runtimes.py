"""The runtimes of the other CLIs with the real programs under a pseudo-terminal, against the fake provider: headless."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER
from tests.fakes.usage import Usage as Billed
from tests.real_cli.environment import Sandbox
from tests.runtimes.driving import Driven
from tui.core import facts as f
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import Usage

pytestmark = pytest.mark.real_cli

ALLOW = {
    "codex": ("--dangerously-bypass-approvals-and-sandbox",),
    "gemini": ("--yolo", "--model", "gemini-2.5-pro"),
    "opencode": (),
    "qwen": ("--yolo",),
    "pi": ("--provider", "fake", "--model", "m"),
    "copilot": ("--allow-all-tools",),
    "cline": (),
}
"""Extra arguments that let a CLI use its tools; `-m` for Gemini keeps its router out of the bill."""

CLIS = sorted(ALLOW)
RESUMABLE = [name for name in CLIS if name != "cline"]

WRITES_TOLD = {"codex"}
"""CLIs that tell what they wrote to the cache; for the others that is a part of the input."""

Start = Callable[..., Driven]


@pytest.fixture
def start(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Start]:
    runs: list[Driven] = []
    made: dict[str, Sandbox] = {}

    def begin(name: str, prompt: str, kind: RunKind = RunKind.START, session: str = "") -> Driven:
        cli = made.get(name) or made.setdefault(name, sandbox(name))
        spec = AgentSpec(
            id="a1",
            name="a1",
            runtime=name,
            mode=Mode.STREAM,
            cwd=str(cli.place.project),
            args=list(ALLOW[name]),
        )
        run_dir = tmp_path / f"run{len(runs)}"
        run_dir.mkdir()
        runs.append(Driven(spec, kind, session, prompt, dict(cli.environment), run_dir))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


def told(name: str, usage: Usage) -> Billed:
    """A usage in the terms of the bill."""
    return Billed(usage.input, usage.output + usage.reasoning, usage.cache_read, usage.cache_write)


def expected(name: str, provider: ModelServer) -> Billed:
    """What the bill says, as a CLI can know it; Qwen Code also counts the keeping of its memory."""
    bill = provider.totals(None if name == "qwen" else Kind.MAIN)
    output = bill.output + (bill.reasoning if name == "gemini" else 0)
    if name in WRITES_TOLD:
        return Billed(bill.input, output, bill.cache_read, bill.cache_write)
    return Billed(bill.input + bill.cache_write, output, bill.cache_read, 0)


@pytest.mark.parametrize("name", CLIS)
def test_turns_with_tools_are_read_counted_and_resumed(
    start: Start, provider: ModelServer, name: str
) -> None:
    first = start(name, "- list them #bash")
    ended = first.run()
    assert (ended.code, ended.ok, ended.done, ended.reason) == (0, True, True, "")
    assert first.facts(f.TurnStarted)[0].prompt.strip() == "- list them #bash"
    assert first.facts(f.TurnEnded)[-1].text == ANSWER
    assert [call.title for call in first.facts(f.ToolCalled)] == ["ls -la"]
    assert [done.ok for done in first.facts(f.ToolFinished)] == [True]
    assert "README.md" in first.facts(f.ToolFinished)[0].output
    assert ANSWER in [said.text for said in first.facts(f.Text)]
    assert not first.facts(f.Unparsed)
    assert told(name, first.meter.total) == expected(name, provider)
    if name not in RESUMABLE:
        assert not first.facts(f.SessionStarted)
        return
    session = first.facts(f.SessionStarted)[-1].session_id
    second = start(name, "go on #text", RunKind.RESUME, session)
    second.meter = first.meter.next_run(same_session=True)
    assert second.run().ok
    assert second.facts(f.SessionStarted)[-1].session_id == session
    assert second.facts(f.TurnEnded)[-1].text == ANSWER
    assert told(name, second.meter.total) == expected(name, provider)


@pytest.mark.parametrize("name", RESUMABLE)
def test_an_unknown_session_is_refused_before_any_request(
    start: Start, provider: ModelServer, name: str
) -> None:
    session = "ses_0123456789abcdef0123456789" if name == "opencode" else str(uuid.uuid4())
    run = start(name, "go on #text", RunKind.RESUME, session)
    ended = run.run()
    assert (ended.ok, ended.refused) == (False, True)
    assert ended.code not in (0, None)
    assert ended.reason
    assert not provider.entries(Kind.MAIN)


@pytest.mark.parametrize("name", CLIS)
def test_an_error_of_the_provider_is_no_success(start: Start, provider: ModelServer, name: str) -> None:
    run = start(name, "x #400")
    ended = run.run()
    assert not ended.ok
    assert not ended.done
    assert "this request is not valid" in ended.reason
    assert run.meter.total.total == 0


@pytest.mark.parametrize("name", CLIS)
def test_a_rate_limit_is_survived_and_counted_once(start: Start, provider: ModelServer, name: str) -> None:
    run = start(name, "x #429")
    assert run.run().ok
    assert told(name, run.meter.total) == expected(name, provider)
    if name in ("gemini", "copilot"):
        # The others repeat the request without a word.
        assert [again.status for again in run.facts(f.Retrying)] == [429, 429]


@pytest.mark.parametrize("name", CLIS)
def test_a_killed_turn_is_no_success(start: Start, provider: ModelServer, name: str) -> None:
    run = start(name, "x #hang")
    run.until(lambda: any(entry.outcome == "hung" for entry in provider.entries(Kind.MAIN)))
    os.killpg(run.pid, signal.SIGKILL)
    ended = run.run()
    assert (ended.code, ended.signal, ended.ok, ended.reason) == (None, 9, False, "ended by SIGKILL")


def test_codex_begins_another_thread_for_what_is_no_id(start: Start, provider: ModelServer) -> None:
    run = start("codex", "x #text", RunKind.RESUME, "not-a-uuid")
    run.meter = run.meter.session_total(Usage(input=50_000)).next_run(same_session=True)
    assert run.run().ok
    assert run.facts(f.SessionStarted)[0].session_id != "not-a-uuid"
    assert told("codex", run.meter.run) == expected("codex", provider)


def test_codex_tells_its_model_limits_and_context_from_its_rollout(start: Start) -> None:
    run = start("codex", "x #bash")
    assert run.run().ok
    assert run.facts(f.SessionStarted)[-1].model == "gpt-5.5"
    last = [fact for fact in run.facts(f.UsageReported) if fact.context_window][-1]
    assert (last.context_tokens, last.context_window) == (4550, 258400)
