"""The runtime `copilot`: its command lines, and all recordings of the real program."""

from __future__ import annotations

import json
import uuid
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
    feed,
    kinds,
    load,
    make_reader,
    metered,
    replay,
    same_however_cut,
    stems,
    used,
)
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.commands import Answer, Verdict
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.status import Request
from tui.core.votes import says
from tui.protocol.screen import WinSize
from tui.runtimes.base import Launch
from tui.runtimes.registry import get

# The fake's rounds, as the session's file tells them; the output tells none.
TWO = used(5010 + 518, 53 + 31, 4001, n=2)
SESSION = "cabdc426-0816-4fed-8504-e60e931e53f4"

FINE = (
    "h-text",
    "h-think",
    "h-long",
    "h-maxtok",
    "h-bash",
    "h-todo",
    "h-write",
    "p-bash",
    "e-429x2",
    "s-sid",
)
RECORDINGS = [
    *(Recording(stem) for stem in FINE),
    Recording("s-resume", resumes=SESSION),
    Recording("e-400", reason="400 messages.0: something is invalid", code=1),
    Recording("e-401", reason="Authentication failed", code=1),
    Recording("e-429", reason="retried 5 times", code=1),
    Recording("e-hang-term", reason="ended by SIGTERM", code=None, signal=15),
    Recording("e-hang-termpg", reason="the turn was interrupted", code=None, signal=15),
    Recording("e-tool-hup", reason="ended by SIGHUP", code=None, signal=1),
    Recording("s-unknown", reason="No session, task, or name matched", code=1, resumes=UNKNOWN, refused=True),
]


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_is_judged_and_counted(recording: Recording) -> None:
    check("copilot", recording)


def test_every_recording_is_held_to_something() -> None:
    assert {recording.stem for recording in RECORDINGS} == set(stems("copilot"))


@pytest.mark.parametrize("stem", stems("copilot"))
def test_cuts_do_not_matter(stem: str) -> None:
    same_however_cut("copilot", stem)


def events() -> list[bytes]:
    return (CORPUS / "copilot" / "disk-events_h-bash.jsonl").read_bytes().splitlines()


def test_tokens_come_from_the_file_and_words_from_the_output() -> None:
    reader = make_reader("copilot", session="4d7bd0f8-72a6-42e7-90ae-a86f44f6a2e8", kind=RunKind.START)
    (follow,) = reader.follows
    assert follow.path.endswith("/.copilot/session-state/4d7bd0f8-72a6-42e7-90ae-a86f44f6a2e8/events.jsonl")
    told = facts(feed(reader, [load("copilot", "h-bash")]))
    beside = [fact for line in events() for fact in facts(reader.file("events", line))]
    assert {type(fact) for fact in beside} == {f.SessionStarted, f.UsageReported}
    assert metered([*told, *beside]).run == TWO
    last = kinds(beside, f.UsageReported)[-1]
    assert (last.context_tokens, last.context_window, last.model) == (4519, 64000, "gpt-4.1")
    (called,), (done,) = kinds(told, f.ToolCalled), kinds(told, f.ToolFinished)
    assert (called.name, called.title, done.ok, done.exit_code) == ("bash", "ls -la", True, 0)
    assert kinds(told, f.TurnEnded)[0].text == "There are a few files here. Listing done."
    for said in kinds(told, f.Text):
        assert "".join(d.text for d in kinds(told, f.TextDelta) if d.block == said.block) == said.text


def test_a_written_file_comes_with_its_diff() -> None:
    (done,) = kinds(check("copilot", Recording("h-write")), f.ToolFinished)
    assert done.diff.startswith("diff --git")
    assert done.diff.splitlines()[-2:] == ["+hello", "+world"]


def test_retries_are_told() -> None:
    told = check("copilot", Recording("e-429", reason="retried", code=1))
    assert [(r.attempt, r.status) for r in kinds(told, f.Retrying)] == [(n, 429) for n in range(1, 6)]
    assert len(kinds(told, f.RateLimited)) == 1


# -- its own screen ----------------------------------------------------------------------------------------------------


def test_its_screen_is_told_as_it_was() -> None:
    told = replay("copilot", "i-turn", make_reader("copilot", Mode.INTERACTIVE), WinSize(30, 100))
    (trust,) = kinds(facts(told), f.QuestionAsked)
    assert trust.text == "Do you trust the files in this folder?"
    assert [(one.tool, one.title) for one in kinds(facts(told), f.PermissionAsked)] == [
        ("create", "hello.txt +2 -0"),
        ("bash", "rm -rf build"),
        ("bash", "sleep 20; echo slept"),
    ]
    states = [fact.activity for _, fact in told if isinstance(fact, f.ActivitySignalled)]
    assert states[:2] == [Activity.IDLE, Activity.IDLE]
    assert states.count(Activity.WORKING) >= 4


def test_the_event_file_tells_what_it_does() -> None:
    reader = make_reader("copilot", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    told = [one for line in events() for one in reader.file("events", line)]
    assert {source for source, _ in told} == {Source.TRANSCRIPT}
    assert metered(facts(told)).run == TWO
    assert [type(fact).__name__ for _, fact in told] == [
        "SessionStarted", "TurnStarted", "UsageReported", "Thinking", "Text", "ToolCalled", "ToolFinished",
        "UsageReported", "Text", "TurnEnded",
    ]  # fmt: skip
    asked = list(reader.file("events", b'{"type":"permission.requested","data":{"requestId":"r"}}'))
    assert asked[0][1] == f.ActivitySignalled(
        activity=Activity.NEEDS_PERMISSION, text="event: permission.requested"
    )


def test_what_waits_for_leave_waits_although_its_dialog_is_not_drawn_yet() -> None:
    reader = make_reader("copilot", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    works = ["─" * 80, "❯", "─" * 80, " ◎ Working · 14 B esc esc interrupt"]
    told = [*reader.screen(works)]
    assert says(told[-1][1], Mode.INTERACTIVE) is Activity.WORKING
    told = [*reader.file("events", b'{"type":"permission.requested","data":{"requestId":"r"}}')]
    told += [*reader.screen(works), *(x for _ in range(3) for x in reader.tick())]
    activities = [said for _, fact in told if (said := says(fact, Mode.INTERACTIVE)) is not None]
    assert set(activities) == {Activity.NEEDS_PERMISSION}
    told = [*reader.file("events", b'{"type":"permission.completed","data":{"requestId":"r"}}')]
    told += reader.screen(works)
    assert says(told[-1][1], Mode.INTERACTIVE) is Activity.WORKING


def test_no_is_said_with_escape() -> None:
    reader = make_reader("copilot", Mode.INTERACTIVE)
    shown = [
        "╭────────────────────────────────────────────────────╮",
        "│ Remove build folder                                │",
        "│ ────────────────────────────────────────────────── │",
        "│ ╭────────────────────────────────────────────────╮ │",
        "│ │ rm -rf build                                   │ │",
        "│ ╰────────────────────────────────────────────────╯ │",
        "│                                                    │",
        "│ Do you want to run this command?                   │",
        "│                                                    │",
        "│ ❯ 1. Yes                                           │",
        "│   2. No, and tell Copilot what to do (Esc to stop) │",
        "│                                                    │",
        "│ ↑/↓ to navigate · enter to select · esc to cancel  │",
        "╰────────────────────────────────────────────────────╯",
    ]
    (asked,) = kinds(facts(reader.screen(shown)), f.PermissionAsked)
    assert (asked.tool, asked.title, asked.detail) == ("bash", "rm -rf build", "rm -rf build")
    for verdict, keys in ((Verdict.ALLOW, b"1"), (Verdict.DENY, b"\x1b"), (Verdict.ALLOW_ALWAYS, None)):
        answer = Answer(request_id=asked.request_id, verdict=verdict)
        assert reader.answer(Request(asked.request_id), answer, shown) == keys


# -- command lines -----------------------------------------------------------------------------------------------------


def launch(
    mode: Mode, kind: RunKind = RunKind.START, session: str = "", prompt: str = "go", **more: Any
) -> Launch:
    spec = AgentSpec(
        id="a1",
        name="a1",
        runtime="copilot",
        mode=mode,
        cwd=FOLDER,
        command=["copilot"],
        channel=Channel.PLAIN,
        **more,
    )
    return get("copilot").launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, Path("/run/a1"))


def test_command_lines() -> None:
    made = launch(Mode.STREAM, prompt="- go", model="m", args=["--allow-all-tools"])
    assert uuid.UUID(made.session_id).version == 4
    assert made.argv == [
        "copilot", "--output-format", "json", "--model", "m", f"--session-id={made.session_id}",
        "--allow-all-tools", "--prompt=- go",
    ]  # fmt: skip
    again = launch(Mode.STREAM, RunKind.RESUME, SESSION, args=["--continue"])
    assert again.argv[3:] == [f"--resume={SESSION}", "--prompt=go"]
    assert launch(Mode.INTERACTIVE, args=["--resume=x"], prompt="").argv == ["copilot", "--resume=x"]
    assert launch(Mode.INTERACTIVE).argv[-1] == "--interactive=go"
    assert made.env["COPILOT_AUTO_UPDATE"] == "false"
    assert launch(Mode.STREAM, env={"COPILOT_AUTO_UPDATE": "true"}).env["COPILOT_AUTO_UPDATE"] == "true"


def test_an_error_after_the_end_of_a_turn_is_how_it_ended() -> None:
    reader = make_reader("copilot", Mode.INTERACTIVE, "s1")
    events: list[tuple[str, dict[str, object]]] = [
        ("user.message", {"content": "x"}),
        ("assistant.turn_end", {"turnId": "0"}),
        ("session.error", {"errorType": "query", "message": "400 not valid", "statusCode": 400}),
    ]
    told = [
        fact
        for kind, data in events
        for fact in facts(reader.file("events", json.dumps({"type": kind, "data": data}).encode()))
    ]
    assert told == [
        f.TurnStarted(prompt="x"),
        f.ErrorReported(text="400 not valid", code="query"),
        f.TurnEnded(ok=False, error="400 not valid"),
    ]


def test_a_turn_that_begins_is_not_ended_by_the_screen_from_before() -> None:
    reader = make_reader("copilot", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    rests = ["─" * 80, "❯", "─" * 80, " / commands"]
    for line in events():
        list(reader.file("events", line))
    list(reader.screen(rests))
    list(reader.tick())
    begun = next(
        line for line in events() if any(isinstance(fact, f.TurnStarted) for _, fact in make_turn(line))
    )
    told = [*reader.file("events", begun), *reader.screen(rests)]
    assert f.ActivitySignalled not in {type(fact) for _, fact in told}
    later = [
        fact for _ in range(3) for _, fact in reader.tick()
    ]  # where nothing comes of it, the screen is right
    assert [fact.activity for fact in later if isinstance(fact, f.ActivitySignalled)] == [Activity.IDLE]


def make_turn(line: bytes) -> list[tuple[Source, f.AnyFact]]:
    reader = make_reader("copilot", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    return list(reader.file("events", line))
