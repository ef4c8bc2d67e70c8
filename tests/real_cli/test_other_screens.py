"""The runtimes of the other CLIs with the real programs drawing their own screens, against the fake provider."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER
from tests.fakes.usage import ROUNDS, ZERO
from tests.fakes.usage import Usage as Billed
from tests.oracle.replay import difference_in
from tests.real_cli.environment import Sandbox
from tests.runtimes.driving import SIZE, Driven
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.commands import Answer, Verdict
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Request
from tui.core.votes import says

pytestmark = pytest.mark.real_cli

ARGS = {
    "codex": ("-m", "gpt-5.5", "-a", "on-request", "-s", "workspace-write"),
    "gemini": ("--model", "gemini-2.5-pro"),
    "opencode": (),
    "qwen": (),
    "pi": ("--provider", "fake", "--model", "m"),
    "copilot": (),
    "cline": ("--auto-approve", "false"),
}
ASKING = sorted(set(ARGS) - {"pi"})
COUNTED = ("codex", "gemini", "qwen", "pi", "copilot")
"""CLIs that tell what they used while they draw."""

Start = Callable[..., Driven]


@pytest.fixture
def start(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Start]:
    runs: list[Driven] = []
    made: dict[str, Sandbox] = {}

    def begin(name: str, prompt: str, kind: RunKind = RunKind.START, session: str = "") -> Driven:
        if name not in made:
            made[name] = sandbox(name)
            if name == "opencode":
                ask_for_everything(made[name])
        cli = made[name]
        spec = AgentSpec(
            id="a1",
            name="a1",
            runtime=name,
            mode=Mode.INTERACTIVE,
            cwd=str(cli.place.project),
            args=list(ARGS[name]),
        )
        run_dir = tmp_path / f"run{len(runs)}"
        run_dir.mkdir()
        runs.append(Driven(spec, kind, session, prompt, dict(cli.environment), run_dir))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


def ask_for_everything(cli: Sandbox) -> None:
    file = cli.place.home / ".config" / "opencode" / "opencode.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps({**config, "permission": {"bash": "ask", "edit": "ask"}}))


def activity(run: Driven) -> Activity | None:
    """What the strongest source that spoke said last."""
    last: dict[str, Activity] = {}
    for source, fact in run.observed:
        said = says(fact, Mode.INTERACTIVE)
        if said is not None:
            last[source] = said
    order = ("stream", "hook", "transcript", "osc", "screen")
    return next((last[source] for source in order if source in last), None)


def open_request(run: Driven) -> Request | None:
    asked = [
        fact
        for _, fact in run.observed
        if isinstance(fact, f.PermissionAsked | f.QuestionAsked | f.RequestResolved)
    ]
    match asked[-1:]:
        case [f.PermissionAsked() as fact]:
            return Request(fact.request_id, tool=fact.tool, title=fact.title, options=fact.options)
        case [f.QuestionAsked() as fact]:
            return Request(fact.request_id, permission=False, title=fact.text, options=fact.options)
        case _:
            return None


def reply(run: Driven, verdict: Verdict, choice: int = 0) -> None:
    """Answer what is asked now."""
    request = open_request(run)
    assert request is not None
    assert run.reader.can_answer(request)
    keys = run.reader.answer(
        request, Answer(request_id=request.request_id, verdict=verdict, choice=choice), run.screen
    )
    assert keys
    with contextlib.suppress(TimeoutError):
        # A key that comes the moment a dialog is first drawn may be flushed, and Codex may even give up over it.
        run.until(lambda: open_request(run) != request, limit_s=1)
    for _ in range(5):
        run.write(keys)
        with contextlib.suppress(TimeoutError):
            run.until(lambda: open_request(run) != request, limit_s=3)
            return
    raise AssertionError("\n".join(run.screen))


def past_first_dialogs(run: Driven, name: str) -> None:
    """Answer what a first start asks: an announcement, the trust in a folder, an offer."""
    if name in ("codex", "copilot", "cline"):
        run.until(lambda: open_request(run))
        request = open_request(run)
        assert request is not None
        assert not request.permission
        assert activity(run) is Activity.NEEDS_ANSWER
        reply(run, Verdict.CHOOSE, {"codex": 2, "copilot": 1, "cline": 2}[name])


def allowed(run: Driven) -> bool:
    request = open_request(run)
    return request is not None and request.permission and run.reader.can_answer(request)


@pytest.mark.parametrize("name", ASKING)
def test_what_it_asks_is_told_and_answered(start: Start, provider: ModelServer, name: str) -> None:
    run = start(name, "" if name == "cline" else "- clean up #ask")
    past_first_dialogs(run, name)
    if name == "cline":
        run.until(lambda: activity(run) is Activity.IDLE)
        run.prompt("- clean up #ask")
    run.until(lambda: allowed(run))
    request = open_request(run)
    assert request is not None
    assert "rm -rf build" in request.title
    run.until(lambda: activity(run) is Activity.NEEDS_PERMISSION)
    assert run.reader.prompt("too early") is None
    reply(run, Verdict.ALLOW)
    run.until(lambda: any("answer is 42" in line for line in run.screen))
    run.until(lambda: activity(run) is Activity.IDLE)
    stale = Answer(request_id=request.request_id, verdict=Verdict.ALLOW)
    assert run.reader.answer(request, stale, run.screen) is None
    run.prompt("again\nplease #ask")
    run.until(lambda: allowed(run))
    reply(run, Verdict.DENY)
    run.until(lambda: activity(run) is Activity.IDLE)
    assert difference_in(run.raw, SIZE) == ""


@pytest.mark.parametrize("name", COUNTED)
def test_a_drawn_turn_is_told_counted_interrupted_and_resumed(
    start: Start, provider: ModelServer, name: str
) -> None:
    run = start(name, "- think #text")
    past_first_dialogs(run, name)
    run.until(lambda: ANSWER in [said.text for said in run.facts(f.Text)])
    run.until(lambda: activity(run) is Activity.IDLE)
    assert run.facts(f.TurnStarted)[0].prompt.strip() == "- think #text"
    run.until(lambda: counted(run) == once(name, 1))
    run.prompt("now #hang")
    run.until(lambda: any(entry.outcome == "hung" for entry in provider.entries(Kind.MAIN)))
    run.until(lambda: activity(run) is Activity.WORKING)
    run.interrupt()
    run.until(lambda: activity(run) is Activity.IDLE)
    session = run.facts(f.SessionStarted)[-1].session_id
    assert session
    os.killpg(run.pid, signal.SIGKILL)
    assert run.run().signal == signal.SIGKILL
    again = start(name, "", RunKind.RESUME, session)
    again.meter = run.meter.next_run(same_session=True)
    if name == "copilot":
        past_first_dialogs(again, name)
        # It may find that the session was in use just now: by the run that was killed.
        again.until(lambda: open_request(again) or activity(again) is Activity.IDLE)
        if open_request(again) is not None:
            reply(again, Verdict.CHOOSE, 1)
    again.until(lambda: activity(again) is Activity.IDLE)
    again.prompt("once more #text")
    again.until(lambda: ANSWER in [said.text for said in again.facts(f.Text)])
    again.until(lambda: activity(again) is Activity.IDLE)
    again.until(lambda: counted(again) == once(name, 1))
    assert [difference_in(one.raw, SIZE) for one in (run, again)] == ["", ""]


def counted(run: Driven) -> Billed:
    usage = run.meter.run
    return Billed(usage.input, usage.output + usage.reasoning, usage.cache_read, usage.cache_write)


def once(name: str, rounds: int) -> Billed:
    bill = sum(ROUNDS[:rounds], ZERO)
    output = bill.output + (bill.reasoning if name == "gemini" else 0)
    if name == "codex":
        return Billed(bill.input, output, bill.cache_read, bill.cache_write)
    return Billed(bill.input + bill.cache_write, output, bill.cache_read, 0)
