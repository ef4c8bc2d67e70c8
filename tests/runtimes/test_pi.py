"""The runtime `pi`: its command lines, and the recordings of the real program."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.runtimes.recorded import (
    CORPUS,
    FOLDER,
    UNKNOWN,
    Recording,
    check,
    facts,
    kinds,
    make_reader,
    metered,
    replay,
    same_however_cut,
    stems,
    used,
)
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.protocol.screen import WinSize
from tui.runtimes.base import Launch
from tui.runtimes.registry import get

# The fake's rounds: input without what was cached; 1 and 2 dollars a million, a tenth for what came from the cache.
ONE = used(5010, 53, n=1, cost="0.005116")
TWO = ONE + used(518, 31, 4001, n=1, cost="0.0009801")
SESSION = "01a201dd-9a04-7662-bcd2-9e9af7f4561f"

RECORDINGS = [
    *(Recording(stem, ONE) for stem in ("h-text", "h-think", "h-long", "e-429x2", "s-badmodel")),
    *(Recording(stem, TWO) for stem in ("h-bash", "h-write", "p-bash")),
    Recording("s-resume", ONE, resumes=SESSION),
    # It does not tell that a stream broke: the partial text is its answer.
    Recording("e-drop"),
    Recording("h-maxtok", ONE, reason="cut off"),
    Recording("e-400", reason="400 messages.0: something is invalid"),
    Recording("e-401", reason="401 invalid x-api-key"),
    Recording("e-429", reason="429 Number of requests"),
    Recording("e-hang-term", reason="ended by SIGTERM", code=143),
    Recording("e-hang-termpg", reason="ended by SIGTERM", code=143),
    Recording("e-tool-hup", ONE, reason="ended by SIGHUP", code=129),
    Recording("s-unknown", reason="No session found matching", code=1, resumes=UNKNOWN, refused=True),
]


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_is_judged_and_counted(recording: Recording) -> None:
    check("pi", recording)


def test_every_recording_is_held_to_something() -> None:
    assert {recording.stem for recording in RECORDINGS} == set(stems("pi"))


@pytest.mark.parametrize("stem", stems("pi"))
def test_cuts_do_not_matter(stem: str) -> None:
    same_however_cut("pi", stem)


def test_a_turn_is_told_in_full() -> None:
    told = check("pi", Recording("h-bash", TWO))
    (called,), (done,) = kinds(told, f.ToolCalled), kinds(told, f.ToolFinished)
    assert (called.name, called.title, done.ok) == ("bash", "ls -la", True)
    texts = {said.block: said.text for said in kinds(told, f.Text)}
    assert list(texts.values()) == ["Let me look at the files.", "There are a few files here. Listing done."]
    for block, text in texts.items():
        assert "".join(d.text for d in kinds(told, f.TextDelta) if d.block == block) == text
    assert kinds(told, f.SessionStarted)[-1].model == "gpt-fake-1"
    assert kinds(told, f.TurnEnded)[0].text == "There are a few files here. Listing done."
    assert len(kinds(told, f.TurnStarted)) == 1


def test_retries_end_one_turn() -> None:
    told = check("pi", Recording("e-429", reason="429"))
    again = [(r.attempt, r.max_attempts, r.delay_s, r.status) for r in kinds(told, f.Retrying)]
    assert again == [(1, 3, 2.0, 429), (2, 3, 4.0, 429), (3, 3, 8.0, 429)]
    (end,) = kinds(told, f.TurnEnded)
    assert not end.ok


# -- its own screen ----------------------------------------------------------------------------------------------------


def test_its_screen_is_told_as_it_was() -> None:
    told = replay("pi", "i-turn", make_reader("pi", Mode.INTERACTIVE), WinSize(30, 100))
    states = [fact.activity for _, fact in told if isinstance(fact, f.ActivitySignalled)]
    assert states[0] is Activity.IDLE
    assert states.count(Activity.WORKING) == 3
    assert all(before is not after for before, after in itertools.pairwise(states))
    assert not kinds(facts(told), f.PermissionAsked, f.QuestionAsked)


def test_its_session_file_is_told_and_the_screen_ends_an_interrupted_turn() -> None:
    reader = make_reader("pi", Mode.INTERACTIVE, "agent-tui_x", kind=RunKind.START)
    assert [follow.path for follow in reader.follows] == [
        "/home/dev/.pi/agent/sessions/--home-dev-project--/agent-tui_x.jsonl"
    ]
    told = list(reader.started(7))
    rule = "─" * 80
    told += reader.screen([rule, "", rule, "~/project (main)"])
    lines = (CORPUS / "pi" / "disk-session_h-bash.jsonl").read_bytes().splitlines()
    for line in lines[:-1]:
        told += reader.file("session", line)
    assert metered(facts(told)).run == ONE
    assert not list(reader.tick())
    assert list(reader.tick()) == [
        (Source.TRANSCRIPT, f.ActivitySignalled(activity=Activity.IDLE, text="screen: its prompt"))
    ]
    told += reader.file("session", lines[-1])
    assert metered(facts(told)).run == TWO
    assert {one.session_id for one in kinds(facts(told), f.SessionStarted)} == {"agent-tui_x"}
    assert [call.title for call in kinds(facts(told), f.ToolCalled)] == ["ls -la"]
    assert kinds(facts(told), f.TurnEnded)[0].text == "There are a few files here. Listing done."


def test_a_file_that_was_gone_is_another_session() -> None:
    reader = make_reader("pi", Mode.INTERACTIVE, "agent-tui_x")
    header = b'{"type":"session","version":3,"id":"new","cwd":"/home/dev/project"}'
    assert list(reader.file("session", header)) == [(Source.TRANSCRIPT, f.SessionStarted(session_id="new"))]


# -- command lines -----------------------------------------------------------------------------------------------------


def launch(
    mode: Mode, kind: RunKind = RunKind.START, session: str = "", prompt: str = "go", **more: Any
) -> Launch:
    spec = AgentSpec(
        id="a1", name="a1", runtime="pi", mode=mode, cwd=FOLDER, command=["pi"], channel=Channel.PLAIN, **more
    )
    return get("pi").launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, Path("/run/a1"))


def test_command_lines() -> None:
    head = ["pi", "--mode", "json", "--print"]
    made = launch(Mode.STREAM, prompt="@go", model="p/m", system_prompt="Be brief.", args=["--offline"])
    assert made.argv == [*head, "--model", "p/m", "--append-system-prompt", "Be brief.", "--offline", " @go"]
    again = launch(Mode.STREAM, RunKind.RESUME, SESSION, "- go", args=["-c"])
    assert again.argv == [*head, "--session", SESSION, " - go"]
    own = launch(Mode.INTERACTIVE, prompt="")
    assert own.session_id.startswith("agent-tui_")
    path = f"/home/dev/.pi/agent/sessions/--home-dev-project--/{own.session_id}.jsonl"
    assert own.argv == ["pi", "--session", path]
    assert launch(Mode.INTERACTIVE, RunKind.RESUME, own.session_id, "").argv == own.argv
    assert launch(Mode.INTERACTIVE, args=["--continue"]).argv == ["pi", "--continue", "go"]
    assert made.env["PI_TELEMETRY"] == "0"
