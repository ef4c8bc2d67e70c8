"""The runtime `opencode`: its command lines, and all recordings of the real program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runtimes.recorded import (
    FOLDER,
    UNKNOWN,
    Recording,
    check,
    facts,
    kinds,
    make_reader,
    replay,
    same_however_cut,
    screen,
    stems,
    used,
)
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.commands import Answer, Verdict
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Request
from tui.protocol.screen import WinSize
from tui.runtimes.base import Launch
from tui.runtimes.registry import get

# The fake's rounds: output without reasoning (53 = 36 + 17), input without what was cached; 1 and 2 dollars a million.
ONE = used(5010, 36, reasoning=17, n=1, cost="0.005116")
TWO = ONE + used(518, 20, 4001, reasoning=11, n=1, cost="0.0009801")
SESSION = "ses_dfe24bc1cffex741AP2BtXWlyo"

RECORDINGS = [
    *(Recording(stem, ONE) for stem in ("h-text", "h-think", "h-thinking", "h-long", "e-429x2")),
    *(Recording(stem, TWO) for stem in ("h-bash", "h-todo", "h-write", "p-bash")),
    # Each run counts its own steps.
    Recording("s-resume", ONE, resumes=SESSION),
    Recording("s-continue", ONE, resumes=SESSION),
    Recording("h-maxtok", ONE, reason="cut off"),
    Recording("h-ask", ONE, reason="Refused without asking: bash (rm -rf build)"),
    Recording("e-400", reason="API error 400: messages.0: something is invalid", code=1),
    Recording("e-401", reason="API error 401: invalid x-api-key", code=1),
    Recording("e-429", reason="API error 429", code=1),
    Recording("e-sseerr", reason="ended by SIGKILL", code=None, signal=9),
    Recording("e-hang-term", reason="ended by SIGTERM", code=None, signal=15),
    Recording("e-tool-hup", reason="ended by SIGHUP", code=None, signal=1),
    Recording("s-badmodel", reason="Unexpected server error", code=1),
    Recording("s-unknown", reason="Session not found", code=1, resumes=UNKNOWN, refused=True),
]


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_is_judged_and_counted(recording: Recording) -> None:
    check("opencode", recording)


def test_every_recording_is_held_to_something() -> None:
    assert {recording.stem for recording in RECORDINGS} == set(stems("opencode"))


@pytest.mark.parametrize("stem", stems("opencode"))
def test_cuts_do_not_matter(stem: str) -> None:
    same_however_cut("opencode", stem)


def test_a_turn_is_told_in_full() -> None:
    told = check("opencode", Recording("h-bash", TWO))
    assert kinds(told, f.SessionStarted)[0].session_id == "ses_dfe24a35bffehhpNSJ0hUmIP3N"
    (called,), (done,) = kinds(told, f.ToolCalled), kinds(told, f.ToolFinished)
    assert (called.name, called.title, done.ok, done.exit_code) == ("bash", "ls -la", True, 0)
    assert kinds(told, f.TurnEnded)[0].text == "There are a few files here. Listing done."
    assert kinds(check("opencode", Recording("h-thinking", ONE)), f.Thinking)[0].text.startswith(
        "**Considering"
    )


def test_what_was_refused_without_asking_is_told() -> None:
    told = check("opencode", Recording("h-ask", ONE, reason="Refused"))
    (done,) = kinds(told, f.ToolFinished)
    assert (done.ok, done.denied) == (False, True)
    assert kinds(told, f.ErrorReported)[0].code == "permission_denied"


# -- its own screen ----------------------------------------------------------------------------------------------------


def test_its_screen_is_told_as_it_was() -> None:
    told = replay("opencode", "i-turn", make_reader("opencode", Mode.INTERACTIVE), WinSize(30, 100))
    states = [fact.activity for _, fact in told if isinstance(fact, f.ActivitySignalled)]
    assert states == [Activity.IDLE, *[Activity.WORKING, Activity.IDLE] * 6][: len(states)]
    assert len(states) >= 11
    assert not kinds(facts(told), f.PermissionAsked, f.QuestionAsked)
    assert kinds(facts(told), f.SessionStarted)[-1].session_id == "ses_dfe21bb86ffexou3hiRZjcdc4H"


@pytest.mark.parametrize(
    ("name", "tool", "title"),
    [("permission-bash", "bash", "rm -rf build"), ("permission-edit", "edit", "Edit notes.txt")],
)
def test_a_permission_is_asked_and_answered(name: str, tool: str, title: str) -> None:
    reader = make_reader("opencode", Mode.INTERACTIVE)
    shown = screen("opencode", name)
    (asked,) = kinds(facts(reader.screen(shown)), f.PermissionAsked)
    assert (asked.tool, asked.title) == (tool, title)
    assert asked.options == ["Allow once", "Allow always", "Reject"]
    for verdict, keys in (
        (Verdict.ALLOW, b"\r"),
        (Verdict.ALLOW_ALWAYS, b"\x1b[C\r"),
        (Verdict.DENY, b"\x1b[C\x1b[C\r"),
    ):
        answer = Answer(request_id=asked.request_id, verdict=verdict)
        assert reader.answer(Request(asked.request_id), answer, shown) == keys
        assert reader.answer(Request(asked.request_id), answer, screen("opencode", "idle")) is None


def test_an_idle_screen_is_idle() -> None:
    (told,) = make_reader("opencode", Mode.INTERACTIVE).screen(screen("opencode", "idle"))
    assert told[1] == f.ActivitySignalled(activity=Activity.IDLE, text="screen: its prompt")


# -- command lines -----------------------------------------------------------------------------------------------------


def launch(
    mode: Mode, kind: RunKind = RunKind.START, session: str = "", prompt: str = "go", **more: Any
) -> Launch:
    spec = AgentSpec(
        id="a1", name="a1", runtime="opencode", mode=mode, cwd=FOLDER, command=["opencode"], **more
    )
    return get("opencode").launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, Path("/run/a1"))


def test_command_lines() -> None:
    made = launch(Mode.STREAM, prompt="- go", model="p/m", args=["--agent", "plan"])
    head = ["opencode", "run", "--format", "json", "--thinking"]
    assert made.argv == [*head, "--model", "p/m", "--agent", "plan", "--", "- go"]
    again = launch(Mode.STREAM, RunKind.RESUME, SESSION, args=["--continue", "-s", "x"])
    assert again.argv == [*head, "--session", SESSION, "--", "go"]
    assert launch(Mode.INTERACTIVE, prompt="- go").argv == ["opencode", "--prompt=- go"]
    assert launch(Mode.INTERACTIVE, RunKind.RESUME, SESSION, "").argv == ["opencode", "--session", SESSION]
    assert made.env["OPENCODE_DISABLE_AUTOUPDATE"] == "1"
    assert launch(Mode.STREAM, system_prompt="Be brief.").argv[-1] == "Be brief.\n\ngo"


def test_it_is_interrupted_by_two_presses_of_which_the_first_only_asks() -> None:
    reader = make_reader("opencode", Mode.INTERACTIVE)
    assert reader.interrupt() == b"\x1b"
    assert reader.interrupt_again_s > 0
