"""The runtime `cline`: its command lines, and all recordings of the real program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runtimes.recorded import (
    FOLDER,
    Recording,
    check,
    facts,
    kinds,
    make_reader,
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
from tui.core.votes import says
from tui.runtimes.base import Launch
from tui.runtimes.drawn import AWAY_S
from tui.runtimes.registry import get

# The fake's rounds: input without what was cached; it knows no price.
ONE = used(5010, 53, n=1)
TWO = ONE + used(518, 31, 4001, n=1)
THREE = TWO + used(324, 29, 4308, n=1)
NO_SESSION = "JSON output mode requires a prompt argument"

RECORDINGS = [
    Recording("h-text", ONE),
    Recording("h-think", ONE),
    Recording("h-bash", TWO),
    Recording("p-bash", TWO),
    Recording("h-multi", THREE),
    Recording("e-400", reason="messages.0: something is invalid", code=1),
    Recording("e-401", reason="invalid x-api-key", code=1),
    Recording("e-hang-term", reason="the turn was interrupted"),
    Recording("s-resume", reason=NO_SESSION, code=1),
    Recording("s-unknown", reason=NO_SESSION, code=1),
]


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_is_judged_and_counted(recording: Recording) -> None:
    check("cline", recording)


def test_every_recording_is_held_to_something() -> None:
    assert {recording.stem for recording in RECORDINGS} == set(stems("cline"))


@pytest.mark.parametrize("stem", stems("cline"))
def test_cuts_do_not_matter(stem: str) -> None:
    same_however_cut("cline", stem)


def test_a_turn_is_told_in_full() -> None:
    told = check("cline", Recording("h-bash", TWO))
    (called,), (done,) = kinds(told, f.ToolCalled), kinds(told, f.ToolFinished)
    assert (called.name, called.title, done.ok) == ("run_commands", "ls -la", True)
    assert "README.md" in done.output
    for said in kinds(told, f.Text):
        assert "".join(d.text for d in kinds(told, f.TextDelta) if d.block == said.block) == said.text
    assert kinds(told, f.Thinking)[0].text == "I will list the files first."
    assert kinds(told, f.TurnEnded)[0].text == "There are a few files here. Listing done."
    assert kinds(told, f.UsageReported)[-1].model == "gpt-fake-1"
    assert [call.title for call in kinds(check("cline", Recording("h-multi", THREE)), f.ToolCalled)] == [
        "echo one",
        "echo two",
        "wc -l README.md",
    ]


# -- its own screen ----------------------------------------------------------------------------------------------------


def test_a_permission_is_asked_and_answered() -> None:
    reader = make_reader("cline", Mode.INTERACTIVE)
    shown = screen("cline", "permission")
    (asked,) = kinds(facts(reader.screen(shown)), f.PermissionAsked)
    assert (asked.tool, asked.title, asked.options) == ("run_commands", "rm -rf build", ["Approve", "Deny"])
    for verdict, keys in ((Verdict.ALLOW, b"y"), (Verdict.DENY, b"n"), (Verdict.ALLOW_ALWAYS, None)):
        answer = Answer(request_id=asked.request_id, verdict=verdict)
        assert reader.answer(Request(asked.request_id), answer, shown) == keys
        assert reader.answer(Request(asked.request_id), answer, screen("cline", "idle")) is None


def test_an_offer_is_a_question_that_escape_closes() -> None:
    reader = make_reader("cline", Mode.INTERACTIVE)
    shown = screen("cline", "question-offer")
    (asked,) = kinds(facts(reader.screen(shown)), f.QuestionAsked)
    answer = Answer(request_id=asked.request_id, verdict=Verdict.CHOOSE, choice=2)
    assert reader.answer(Request(asked.request_id), answer, shown) == b"\x1b"


def test_it_rests_after_a_dialog_that_left_a_still_screen() -> None:
    reader = make_reader("cline", Mode.INTERACTIVE)
    list(reader.screen(screen("cline", "question-offer")))
    told = [*reader.screen(screen("cline", "idle"))]  # nothing is drawn any more
    for _ in range(AWAY_S + 1):
        told += reader.tick()
    assert [says(fact, Mode.INTERACTIVE) for fact in facts(told)][-1] is Activity.IDLE


def test_work_rest_and_leave() -> None:
    reader = make_reader("cline", Mode.INTERACTIVE)
    assert facts(reader.screen(screen("cline", "working"))) == [
        f.ActivitySignalled(activity=Activity.WORKING, text="screen: a spinner")
    ]
    assert facts(reader.screen(screen("cline", "idle"))) == [
        f.ActivitySignalled(activity=Activity.IDLE, text="screen: its prompt")
    ]
    assert kinds(facts(reader.screen(screen("cline", "left"))), f.SessionStarted)[0].session_id.startswith(
        "1795"
    )


def launch(
    mode: Mode, kind: RunKind = RunKind.START, session: str = "", prompt: str = "go", **more: Any
) -> Launch:
    spec = AgentSpec(id="a1", name="a1", runtime="cline", mode=mode, cwd=FOLDER, command=["cline"], **more)
    return get("cline").launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, Path("/run/a1"))


def test_command_lines() -> None:
    made = launch(Mode.STREAM, prompt="- go", model="m", system_prompt="Be brief.", args=["--plan"])
    assert made.argv == ["cline", "--json", "--model", "m", "--system", "Be brief.", "--plan", "--", "- go"]
    # Headless it takes no session: the prompt alone goes on.
    again = launch(Mode.STREAM, RunKind.RESUME, "17_x")
    assert (again.argv, again.session_id) == (["cline", "--json", "--", "go"], "")
    own = launch(Mode.INTERACTIVE, RunKind.RESUME, "17_x", "", args=["--id", "y"])
    assert (own.argv, own.session_id) == (["cline", "--tui", "--id", "17_x"], "17_x")
