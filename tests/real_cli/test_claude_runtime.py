"""The runtime `claude-code` with the real Claude Code under a pseudo-terminal, against the fake provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER, NOTES
from tests.fakes.usage import ROUNDS, ZERO
from tests.fakes.usage import Usage as Billed
from tests.real_cli.environment import Sandbox
from tests.runtimes.driving import Driven
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.commands import Answer, Verdict
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.status import Request

pytestmark = pytest.mark.real_cli

Start = Callable[..., Driven]


@pytest.fixture
def start(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Start]:
    claude = sandbox("claude")
    runs: list[Driven] = []

    def begin(
        prompt: str,
        mode: Mode = Mode.STREAM,
        kind: RunKind = RunKind.START,
        session: str = "",
        args: tuple[str, ...] = (),
        channel: Channel | None = None,
    ) -> Driven:
        spec = AgentSpec(
            id="a1",
            name="a1",
            runtime="claude-code",
            mode=mode,
            cwd=str(claude.place.project),
            args=list(args),
            channel=channel,
        )
        runs.append(Driven(spec, kind, session, prompt, dict(claude.environment), tmp_path))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


def billed(rounds: int) -> Billed:
    total = sum(ROUNDS[:rounds], ZERO)
    return Billed(total.input, total.output, total.cache_read, total.cache_write)


def counted(run: Driven) -> Billed:
    usage = run.meter.total
    return Billed(usage.input, usage.output, usage.cache_read, usage.cache_write)


SKIP = ("--dangerously-skip-permissions",)


@pytest.mark.parametrize(
    ("tag", "rounds"), [("#text", 1), ("#bash", 2), ("#three", 3), ("#drop", 1), ("#429", 1)]
)
def test_a_headless_turn_is_read_and_counted(
    start: Start, provider: ModelServer, tag: str, rounds: int
) -> None:
    run = start(f"- do it {tag}", args=SKIP)
    ended = run.run()
    assert (ended.code, ended.ok, ended.done, ended.reason) == (0, True, True, "")
    assert run.facts(f.SessionStarted)[0].session_id == run.launch.session_id
    assert run.facts(f.TurnEnded)[-1].text == ANSWER
    assert "".join(d.text for d in run.facts(f.TextDelta)).endswith(ANSWER) or tag == "#drop"
    assert not run.facts(f.Unparsed)
    assert counted(run) == billed(rounds)
    answered = [entry for entry in provider.entries(Kind.MAIN) if entry.outcome in ("complete", "dropped")]
    assert run.meter.total.requests == len(answered)
    assert bool(run.facts(f.Retrying)) is (tag == "#429")


def test_a_written_file_comes_with_its_diff(start: Start) -> None:
    run = start("write notes #write", args=SKIP)
    run.run()
    (finished,) = run.facts(f.ToolFinished)
    lines = [f"+{line}" for line in NOTES.splitlines()]
    assert finished.diff.splitlines()[:2] == ["--- a/notes.txt", "+++ b/notes.txt"]
    assert finished.diff.splitlines()[3:] == lines


def test_a_session_is_resumed_and_an_unknown_one_is_refused(start: Start) -> None:
    first = start("one #text")
    first.run()
    second = start("two #think", kind=RunKind.RESUME, session=first.launch.session_id)
    assert second.run().ok
    assert second.facts(f.SessionStarted)[0].session_id == first.launch.session_id
    assert counted(second) == billed(1)
    unknown = "99999999-2222-4333-8444-555555555555"
    third = start("three", kind=RunKind.RESUME, session=unknown)
    ended = third.run()
    assert (ended.ok, ended.refused) == (False, True)
    assert ended.reason == f"No conversation found with session ID: {unknown}"


def test_an_error_is_said_in_the_cli_s_words(start: Start) -> None:
    run = start("x #400")
    ended = run.run()
    assert (ended.code, ended.ok) == (1, False)
    assert ended.reason.startswith("API Error: 400")
    bad = start("x", args=("--no-such-flag",)).run()
    assert (bad.code, bad.reason) == (1, "error: unknown option '--no-such-flag'")


def test_an_interrupted_headless_turn_is_no_success(start: Start) -> None:
    run = start("x #hang", channel=Channel.PLAIN)
    run.until(lambda: run.facts(f.TextDelta))
    run.interrupt()
    ended = run.run()
    assert not ended.ok
    assert not ended.done


def test_a_headless_turn_interrupted_over_the_control_channel_leaves_it_ready_for_the_next(
    start: Start,
) -> None:
    run = start("x #hang")
    run.until(lambda: run.facts(f.TextDelta))
    run.interrupt()
    run.until(lambda: run.facts(f.TurnEnded))
    assert run.facts(f.TurnEnded)[0].interrupted
    run.prompt("once more #text")
    ended = run.run()
    assert (ended.ok, ended.done) == (True, True)


def activities(run: Driven) -> list[Activity]:
    return [
        x.activity
        for source, x in run.observed
        if isinstance(x, f.ActivitySignalled) and source is Source.HOOK
    ]


def test_its_own_screen_is_understood(start: Start, provider: ModelServer) -> None:
    run = start("", mode=Mode.INTERACTIVE)
    run.until(lambda: activities(run)[-1:] == [Activity.IDLE])
    assert run.facts(f.SessionStarted)[0].session_id == run.launch.session_id
    run.until(lambda: any("❯" in line for line in run.screen))
    run.prompt("clean up\nnow #ask")
    run.until(lambda: run.facts(f.PermissionAsked))
    run.until(lambda: activities(run)[-1:] == [Activity.NEEDS_PERMISSION])
    (asked,) = run.facts(f.PermissionAsked)
    assert (asked.tool, asked.title) == ("Bash", "rm -rf build")
    run.until(lambda: run.facts(f.TurnStarted))
    assert run.facts(f.TurnStarted)[0].prompt == "clean up\nnow #ask"
    request = Request(asked.request_id, tool=asked.tool, title=asked.title)
    assert run.reader.can_answer(request)
    keys = run.reader.answer(request, Answer(request_id=asked.request_id, verdict=Verdict.ALLOW), run.screen)
    run.write(keys or b"")
    run.until(lambda: run.facts(f.TurnEnded))
    run.until(lambda: activities(run)[-1:] == [Activity.IDLE])
    run.until(lambda: run.facts(f.RequestResolved))
    assert run.facts(f.TurnEnded)[-1].text == ANSWER
    assert run.facts(f.ToolCalled)[0].title == "rm -rf build"
    assert counted(run) == billed(2)
    gone = run.reader.answer(request, Answer(request_id=asked.request_id, verdict=Verdict.ALLOW), run.screen)
    assert gone is None


def test_esc_interrupts_its_own_screen_and_a_resumed_one_counts_no_history(start: Start) -> None:
    run = start("hello #text", mode=Mode.INTERACTIVE)
    run.until(lambda: run.facts(f.TurnEnded))
    run.prompt("hello #hang")
    run.until(lambda: len(run.facts(f.TurnStarted)) == 2)
    run.until(lambda: activities(run)[-1:] == [Activity.WORKING])
    run.interrupt()
    run.until(lambda: run.facts(f.TurnEnded)[-1].interrupted)
    run.until(lambda: activities(run)[-1:] == [Activity.IDLE])
    run.write(b"\x03")
    run.until(lambda: any("again to exit" in line for line in run.screen))
    run.write(b"\x03")
    assert run.run().ok
    assert counted(run) == billed(1)
    again = start("", mode=Mode.INTERACTIVE, kind=RunKind.RESUME, session=run.launch.session_id)
    again.until(lambda: activities(again)[-1:] == [Activity.IDLE])
    assert counted(again) == Billed()
    again.until(lambda: any("❯" in line for line in again.screen))
    again.prompt("once more #text")
    again.until(lambda: again.facts(f.TurnEnded))
    assert counted(again) == billed(1)
