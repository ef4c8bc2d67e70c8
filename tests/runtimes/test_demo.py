"""The simulated agents: real children under real pseudo-terminals."""

from __future__ import annotations

import os
import signal
import termios
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.runtimes.driving import Driven
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.commands import Answer, Verdict
from tui.core.errors import SpawnError
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode, Step
from tui.core.status import Request
from tui.core.usage import Usage
from tui.runtimes.demo import Demo
from tui.runtimes.demo_fleet import demo_fleet
from tui.runtimes.simulated import catalog, sessions
from tui.runtimes.simulated.keys import Keys

Start = Callable[..., Driven]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    runs: list[Driven] = []

    def begin(
        name: str, kind: RunKind = RunKind.START, session: str = "", prompt: str | None = None, **env: str
    ) -> Driven:
        (settings,) = [one for one in demo_fleet(40, tmp_path) if one["name"] == name]
        spec = AgentSpec(id=f"demo-{name}", **settings)
        around = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AGENT_TUI_DEMO_SEED": "7"}
        around |= {"AGENT_TUI_DEMO_SPEED": "10", **env}
        asked = prompt if prompt is not None else spec.prompt if kind is RunKind.START else spec.resume_prompt
        runs.append(Driven(spec, kind, session, asked, around, tmp_path))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


def shows(run: Driven, *texts: str) -> Callable[[], bool]:
    return lambda: all(any(text in line for line in run.screen) for text in texts)


# -- the fleet ---------------------------------------------------------------------------------------------------------


def test_the_fleet_has_the_size_asked_for_and_distinct_names(tmp_path: Path) -> None:
    for count in (1, 6, 13, 50, 100):
        names = [one["name"] for one in demo_fleet(count, tmp_path)]
        assert len(names) == len(set(names)) == count
    six = demo_fleet(6, tmp_path)
    assert [one["name"] for one in six] == [
        "flaky-tests", "docs", "migrate-db", "changelog", "api-refactor", "bench",
    ]  # fmt: skip
    stalling = six[2]
    assert stalling["on_inactive"][:2] == [Step.NOTIFY, Step.INTERRUPT]
    assert stalling["inactivity_timeout_s"] < 15
    assert (Path(six[4]["cwd"]) / ".git" / "HEAD").read_text() == "ref: refs/heads/feat/router\n"


def test_every_story_can_be_launched(tmp_path: Path) -> None:
    for settings in demo_fleet(60, tmp_path):
        spec = AgentSpec(id="x", **settings)
        built = Demo().launch(spec, RunKind.START, "", spec.prompt, {}, tmp_path)
        assert built.raw is (spec.mode is Mode.STREAM)
        assert sessions.knows(built.session_id, settings["name"])
        assert catalog.story(settings["name"]) is not None


def test_what_cannot_be_launched_says_why(tmp_path: Path) -> None:
    spec = AgentSpec(id="x", name="x", runtime="demo", mode=Mode.STREAM, cwd="/", args=["nobody"])
    with pytest.raises(SpawnError, match="no demo story 'nobody'"):
        Demo().launch(spec, RunKind.START, "", "", {}, tmp_path)
    spec = AgentSpec(id="x", name="x", runtime="demo", mode=Mode.STREAM, cwd="/", args=["api-refactor"])
    with pytest.raises(SpawnError, match="needs mode interactive"):
        Demo().launch(spec, RunKind.START, "", "", {}, tmp_path)


# -- headless ----------------------------------------------------------------------------------------------------------


def test_changelog_finishes_with_the_figures_of_its_story(start: Start) -> None:
    run = start("changelog")
    ended = run.run()
    assert (ended.code, ended.ok, ended.done) == (0, True, True)
    assert not run.facts(f.Unparsed)
    assert not run.facts(f.LogLine)
    assert run.meter.total == Usage(8_800, 3_000, 44_000, 0, 0, 3, Decimal("0.08"))
    assert run.facts(f.SessionStarted)[0].model == "haiku-4.5"
    edit = run.facts(f.ToolFinished)[1].diff.splitlines()
    assert sum(line.startswith("+") and not line.startswith("+++") for line in edit) == 47
    assert "".join(d.text for d in run.facts(f.TextDelta)) == run.facts(f.Text)[0].text


@pytest.mark.parametrize(
    ("choice", "text", "words"),
    [(1, "", "side by side"), (2, "", "27 that are left"), (0, "only v1.4", "appendix")],
)
def test_docs_asks_and_goes_on_with_the_answer(start: Start, choice: int, text: str, words: str) -> None:
    run = start("docs")
    run.until(lambda: run.facts(f.QuestionAsked))
    (asked,) = run.facts(f.QuestionAsked)
    assert asked.options == ["keep both", "drop v1", "move v1 to an appendix"]
    request = Request(asked.request_id, permission=False)
    assert run.reader.can_answer(request)
    answer = Answer(request_id=asked.request_id, verdict=Verdict.CHOOSE, choice=choice, text=text)
    run.write(run.reader.answer(request, answer, []) or b"")
    assert run.run().ok
    assert any(words in told.text for told in run.facts(f.Text))
    assert run.facts(f.RequestResolved)[0].request_id == asked.request_id


def test_migrate_hangs_is_interrupted_and_its_resumed_session_ends_well(start: Start) -> None:
    run = start("migrate-db")
    run.until(lambda: run.facts(f.ToolOutput))
    assert run.facts(f.ToolCalled)[-1].title == "alembic upgrade head"
    run.interrupt()
    ended = run.run()
    assert (ended.code, ended.ok, ended.reason) == (1, False, "the turn was interrupted")
    assert run.facts(f.TurnEnded)[-1].interrupted
    again = start("migrate-db", RunKind.RESUME, run.launch.session_id)
    again.until(lambda: len(again.facts(f.ToolOutput)) > 3)
    assert again.facts(f.SessionStarted)[0].session_id == run.launch.session_id


def test_bench_is_limited_until_a_time(start: Start) -> None:
    run = start("bench")
    run.until(lambda: run.facts(f.RateLimited))
    assert [r.attempt for r in run.facts(f.Retrying)] == [1, 2, 3]
    (limited,) = run.facts(f.RateLimited)
    assert (limited.text, limited.limit) == ("5-hour limit reached", "5 h")
    assert limited.resets_at > 0


def test_e2e_dies_and_its_session_goes_on(start: Start) -> None:
    run = start("e2e")
    ended = run.run()
    assert (ended.signal, ended.ok) == (signal.SIGKILL, False)
    again = start("e2e", RunKind.RESUME, run.launch.session_id)
    assert again.run().done


@pytest.mark.parametrize("name", ["e2e", "api-refactor"])
def test_an_unknown_session_is_refused(start: Start, name: str) -> None:
    unknown = "99999999-2222-4333-8444-555555555555"
    ended = start(name, RunKind.RESUME, unknown).run()
    assert (ended.code, ended.refused) == (1, True)
    assert ended.reason == f"No conversation found with session ID: {unknown}"


def test_a_turn_that_fails_says_why(start: Start) -> None:
    ended = start("watcher").run()
    assert (ended.code, ended.ok) == (1, False)
    assert ended.reason == "gh is not logged in, so there is no build to look at"


def test_a_prompt_of_the_user_s_own_is_answered(start: Start) -> None:
    run = start("changelog", prompt="add a footer")
    assert run.run().done
    assert run.facts(f.TurnStarted)[0].prompt == "add a footer"
    assert any("add a footer" in told.text for told in run.facts(f.Text))


# -- screens -----------------------------------------------------------------------------------------------------------


def permission(run: Driven) -> Request:
    run.until(lambda: run.facts(f.PermissionAsked))
    asked = run.facts(f.PermissionAsked)[-1]
    run.until(shows(run, "1. Yes, proceed (y)"))
    return Request(asked.request_id, tool=asked.tool, title=asked.title, options=asked.options)


@pytest.mark.parametrize(
    ("verdict", "keys", "words"),
    [
        (Verdict.ALLOW, b"1", "Reproduced at run 19"),
        (Verdict.ALLOW_ALWAYS, b"2", "Reproduced at run 19"),
        (Verdict.DENY, b"3", "leave the cache alone"),
    ],
)
def test_flaky_tests_asks_for_leave(start: Start, verdict: Verdict, keys: bytes, words: str) -> None:
    run = start("flaky-tests")
    request = permission(run)
    assert request.title.startswith("rm -rf .pytest_cache && pytest")
    states = [
        x.activity
        for source, x in run.observed
        if isinstance(x, f.ActivitySignalled) and source is Source.OSC
    ]
    assert states[-1] is Activity.NEEDS_PERMISSION
    answer = Answer(request_id=request.request_id, verdict=verdict)
    assert run.reader.answer(request, answer, run.screen) == keys
    assert run.reader.answer(request, answer, ["another screen"]) is None
    run.write(keys)
    run.until(lambda: any(words in told.text for told in run.facts(f.Text)))
    assert run.facts(f.RequestResolved)
    assert run.reader.answer(request, answer, run.screen) is None


@pytest.mark.parametrize("keys", [b"y", b"\r", b"\x1b[B\x1b[A\r"])
def test_the_dialog_takes_keys(start: Start, keys: bytes) -> None:
    run = start("flaky-tests")
    permission(run)
    run.write(keys)
    run.until(lambda: run.facts(f.RequestResolved))
    run.until(lambda: run.facts(f.ToolCalled)[-1].name == "Bash")


def test_api_refactor_draws_an_edit_reacts_to_keys_and_size_and_leaves(start: Start) -> None:
    run = start("api-refactor")
    run.until(
        shows(run, "● Edit(src/http/router.py)", "22 +", "for route in self._by_method", "esc to interrupt")
    )
    assert b"48;2;22;47;33m" in run.raw
    assert b"48;2;61;24;33m" in run.raw
    run.write(b"also rename match()")
    run.until(shows(run, "> also rename match()"))
    run.write(b"\x7f\x7f")
    run.until(lambda: any(line.startswith("> also rename match") and "(" not in line for line in run.screen))
    termios.tcsetwinsize(run.fd, (24, 80))
    os.kill(run.pid, signal.SIGWINCH)
    run.until(shows(run, "> also rename match"))
    run.until(lambda: b"\x1b[2J\x1b[3J" in run.raw)
    run.write(b"\x15")
    run.interrupt()
    run.until(lambda: any(end.interrupted for end in run.facts(f.TurnEnded)))
    run.until(shows(run, "Interrupted"))
    run.prompt("count the routes")
    run.until(lambda: run.facts(f.TurnStarted)[-1].prompt == "" and len(run.facts(f.TurnStarted)) == 2)
    run.until(lambda: any("count the routes" in told.text for told in run.facts(f.Text)))
    run.write(b"\x03")
    run.until(shows(run, "Press Ctrl-C again to exit"))
    run.write(b"\x03")
    ended = run.run()
    assert (ended.code, ended.ok, ended.done) == (0, True, False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_screen_leaves_tidily_when_it_is_told_to(start: Start, number: signal.Signals) -> None:
    run = start("api-refactor")
    run.until(shows(run, "esc to interrupt"))
    os.killpg(run.pid, number)
    assert run.run().code == 0
    assert f"To continue this session, resume {run.launch.session_id}" in " ".join(run.screen)
    assert "Traceback" not in " ".join(run.screen)


def test_a_screen_s_session_is_resumed(start: Start) -> None:
    first = start("flaky-tests")
    permission(first)
    again = start("flaky-tests", RunKind.RESUME, first.launch.session_id)
    again.until(lambda: any("Back again" in told.text for told in again.facts(f.Text)))
    assert again.facts(f.SessionStarted)[0].session_id == first.launch.session_id


def test_a_frozen_story_stands_still_in_its_middle(start: Start) -> None:
    runs = [start(name, AGENT_TUI_DEMO_FREEZE="1") for name in ("api-refactor", "api-refactor")]
    for run in runs:
        run.until(shows(run, "(1m 12s · ↓ 4.1k tokens", "22 +", "? for shortcuts"))
    assert runs[0].screen == runs[1].screen
    assert runs[0].meter.total == Usage(12_300, 14_100, 210_000, 0, 0, 3, Decimal("1.42"))


@pytest.mark.parametrize("cut", range(1, 14))
def test_keys_are_the_same_however_they_are_cut(cut: int) -> None:
    data = "é\r\x7f日本\x03".encode()
    keys = Keys()
    told = [*keys.feed(data[:cut]), *keys.feed(data[cut:])]
    text = "".join(value for kind, value in told if kind == "text")
    assert text == "é日本"
    assert [value for kind, value in told if kind == "key"] == ["enter", "backspace", "ctrl+c"]


def test_pastes_and_escape() -> None:
    told = list(Keys().feed(b"\x1b[200~a\r\nb\x1b[201~\x1b[I\x1b[A\x1b"))
    assert told == [("text", "a b"), ("key", "up"), ("key", "esc")]
