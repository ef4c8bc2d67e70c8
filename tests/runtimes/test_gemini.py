"""The runtime `gemini`: its command lines, and all recordings of the real program."""

from __future__ import annotations

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
from tui.core.signals import TitleChanged
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Request
from tui.core.usage import Usage
from tui.protocol.screen import WinSize
from tui.runtimes.base import Launch
from tui.runtimes.gemini_chat import Chat, chat_pattern
from tui.runtimes.registry import get

# The fake's rounds: input without what was cached, thoughts beside the output; the router's own call is counted, too.
ROUTER = used(13, 5)
ONE = used(5010, 53, reasoning=17)
TWO = used(5010 + 518, 53 + 31, 4001, reasoning=17 + 11)
SESSION = "a6e186a0-7347-4a3c-9251-0ed135cd7e1e"
KILLED: dict[str, Any] = {"reason": "ended by SIGKILL", "code": None, "signal": 9}

RECORDINGS = [
    *(Recording(stem, ONE + ROUTER) for stem in ("h-text", "h-think", "h-maxtok", "e-429x2", "s-sid")),
    *(Recording(stem, TWO + ROUTER) for stem in ("h-bash", "h-todo", "h-write", "p-bash")),
    Recording("s-resume", ONE + ROUTER, resumes=SESSION),
    Recording("s-model", TWO),
    # A stream that looped: the model's own call was never finished.
    Recording("h-long", ROUTER),
    Recording("e-400", ROUTER, reason="API error 400: messages.0: something is invalid", code=144),
    Recording("e-401", reason="API error 401: invalid x-api-key", code=145),
    Recording("e-drop", ROUTER, reason="Model stream ended without a finish reason."),
    Recording("e-429", **KILLED),
    Recording("e-hang-int", **KILLED),
    Recording("e-hang-term", **KILLED),
    Recording("e-hang-termpg", reason="ended without a result"),
    Recording("s-list", reason="ended without a result"),
    Recording("s-badflag", reason="Unknown argument: such", code=1),
    Recording("s-nokey", reason="you must specify the GEMINI_API_KEY", code=41),
    Recording("s-sid2", reason="already exists", code=42),
    Recording("s-unknown", reason="Invalid session identifier", code=42, resumes=UNKNOWN, refused=True),
]


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_is_judged_and_counted(recording: Recording) -> None:
    check("gemini", recording)


def test_every_recording_is_held_to_something() -> None:
    assert {recording.stem for recording in RECORDINGS} == set(stems("gemini"))


@pytest.mark.parametrize("stem", stems("gemini"))
def test_cuts_do_not_matter(stem: str) -> None:
    same_however_cut("gemini", stem)


def test_pieces_become_one_text_and_the_model_is_named() -> None:
    told = check("gemini", Recording("h-bash", TWO + ROUTER))
    assert [said.text for said in kinds(told, f.Text)] == [
        "Let me look at the files.",
        "There are a few files here. Listing done.",
    ]
    deltas = kinds(told, f.TextDelta)
    assert [d.text for d in deltas if d.block == "0"] == ["Let me look at the files", "."]
    (called,), (done,) = kinds(told, f.ToolCalled), kinds(told, f.ToolFinished)
    assert (called.name, called.title, done.ok) == ("run_shell_command", "ls -la", True)
    assert kinds(told, f.SessionStarted)[0].model == ""
    assert kinds(told, f.UsageReported)[-1].model == "gemini-3.8-flash"
    assert kinds(told, f.TurnEnded)[0].text == "There are a few files here. Listing done."


def test_retries_are_told_from_standard_error() -> None:
    told = check("gemini", Recording("e-429x2", ONE + ROUTER))
    again = [(r.attempt, r.delay_s, r.status) for r in kinds(told, f.Retrying)]
    assert again == [(1, 5.921, 429), (2, 11.069, 429)]


def test_a_retry_and_an_object_dumped_on_standard_error_are_words() -> None:
    reader = make_reader("gemini")
    lines = (
        b'Attempt 1 failed with status 429. Retrying with backoff... _ApiError: {"error":{"code":429,'
        b'"message":"Too many requests.","status":"RESOURCE_EXHAUSTED"}}\n',
        b"[Routing] failed: _ZodError: [\n  {\n    code: 'invalid_type'\n  }\n]\n",
    )
    told = facts(feed(reader, lines))
    assert [x for x in told if not isinstance(x, f.LogLine)] == [
        f.Retrying(attempt=1, status=429, error="Too many requests.")
    ]


def test_a_project_without_sessions_refuses_in_other_words() -> None:
    reader = make_reader("gemini", session=UNKNOWN)
    tail = "Error resuming session: No previous sessions found for this project."
    ended = reader.exit(42, None, tail)
    assert (ended.ok, ended.refused, ended.reason) == (False, True, tail)


# -- the chat file -----------------------------------------------------------------------------------------------------


def chat(*, whole: bool) -> list[f.AnyFact]:
    reader = Chat(FOLDER, whole=whole)
    file = CORPUS / "gemini" / "disk-session-2026-11-22t05-55-f5191eb4.jsonl"
    return [fact for line in file.read_bytes().splitlines() for fact in reader.line(line)]


def test_a_message_that_is_written_twice_counts_once() -> None:
    told = chat(whole=True)
    assert metered(told).run == TWO + Usage(requests=2)
    assert [turn.prompt for turn in kinds(told, f.TurnStarted)] == ["list #bash"]
    assert len(kinds(told, f.Text)) == 2
    (called,), (done,) = kinds(told, f.ToolCalled), kinds(told, f.ToolFinished)
    assert (called.title, done.ok, called.call_id) == ("ls -la", True, done.call_id)
    assert {type(fact) for fact in chat(whole=False)} == {f.UsageReported}


def test_the_chat_counts_until_the_result_does() -> None:
    reader = make_reader("gemini")
    lines = load("gemini", "h-bash").splitlines()
    file = (CORPUS / "gemini" / "disk-session-2026-11-22t05-55-f5191eb4.jsonl").read_bytes().splitlines()
    told = facts(feed(reader, [b"\n".join(lines[:-1]) + b"\n"]))
    told += [fact for line in file[:7] for fact in facts(reader.file("chat", line))]
    assert metered(told).run == ONE + Usage(requests=1)
    told += facts(reader.line(lines[-1]))
    told += [fact for line in file[7:] for fact in facts(reader.file("chat", line))]
    assert metered(told).run == TWO + ROUTER


def test_where_the_chat_file_is() -> None:
    env = {"HOME": "/home/dev"}
    path = chat_pattern(env, "/srv/My Project!/", SESSION)
    assert path == "/home/dev/.gemini/tmp/my-project/chats/session-*-a6e186a0.jsonl"
    assert chat_pattern(env, FOLDER, "../../x") == ""


# -- its own screen ----------------------------------------------------------------------------------------------------


def test_its_screen_is_told_as_it_was() -> None:
    reader = make_reader("gemini", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    told = replay("gemini", "i-turn", reader, WinSize(30, 100))
    states = [fact.activity for source, fact in told if isinstance(fact, f.ActivitySignalled)]
    assert states[:3] == [Activity.IDLE, Activity.WORKING, Activity.IDLE]
    asked = kinds(facts(told), f.PermissionAsked)
    assert [(one.tool, one.title) for one in asked] == [
        ("WriteFile", "Writing to ../.gemini/tmp/project/hello.txt"),
        ("Shell", "rm -rf build"),
        ("Shell", "sleep 20; echo slept"),
    ]
    assert asked[1].options == ["Allow once", "Allow for this session", "No, suggest changes (esc)"]
    (loop,) = kinds(facts(told), f.QuestionAsked)
    assert loop.text == "A potential loop was detected"
    assert len(kinds(facts(told), f.RequestResolved)) == 4


def test_answers_are_keys_of_the_dialog_that_is_shown() -> None:
    reader = make_reader("gemini", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    shown = [
        "╭──────────────────────────────╮",
        "│ ? Shell  rm -rf build        │",
        "│ ╭──────────────────────────╮ │",
        "│ │ rm -rf build             │ │",
        "│ ╰──────────────────────────╯ │",
        "│ Allow execution of [Shell]?  │",
        "│                              │",
        "│ ● 1. Allow once              │",
        "│   2. Allow for this session  │",
        "│   3. No, suggest changes (esc) │",
        "╰──────────────────────────────╯",
    ]
    told = facts(reader.screen(shown))
    (asked,) = kinds(told, f.PermissionAsked)
    for verdict, keys in ((Verdict.ALLOW, b"1"), (Verdict.ALLOW_ALWAYS, b"2"), (Verdict.DENY, b"\x1b")):
        answer = Answer(request_id=asked.request_id, verdict=verdict)
        assert reader.answer(Request(asked.request_id), answer, shown) == keys
        assert reader.answer(Request(asked.request_id), answer, shown[:-3]) is None


def test_the_title_outranks_the_chat_file() -> None:
    reader = make_reader("gemini", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    told = list(reader.signal(TitleChanged("✋  Action Required (project)   ")))
    assert told[0] == (Source.HOOK, f.SessionStarted(session_id=SESSION))
    assert told[1][1] == f.ActivitySignalled(
        activity=Activity.NEEDS_PERMISSION, text="title: ✋ Action Required (project)"
    )
    assert not list(reader.signal(TitleChanged("vim")))


# -- command lines -----------------------------------------------------------------------------------------------------


def launch(
    mode: Mode, kind: RunKind = RunKind.START, session: str = "", prompt: str = "go", **more: Any
) -> Launch:
    spec = AgentSpec(id="a1", name="a1", runtime="gemini", mode=mode, cwd=FOLDER, command=["gemini"], **more)
    return get("gemini").launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, Path("/run/a1"))


def test_command_lines() -> None:
    made = launch(Mode.STREAM, prompt="- go", model="m", args=["--yolo"])
    assert uuid.UUID(made.session_id).version == 4
    assert made.argv == [
        "gemini", "--output-format", "stream-json", "--model", "m",
        "--session-id", made.session_id, "--yolo", "--prompt=- go",
    ]  # fmt: skip
    again = launch(Mode.STREAM, RunKind.RESUME, SESSION, args=["--session-id", "x", "--yolo"])
    assert again.argv[3:] == ["--resume", SESSION, "--yolo", "--prompt=go"]
    own = launch(Mode.INTERACTIVE, args=["--session-id=mine"])
    assert (own.argv, own.session_id) == (
        ["gemini", "--session-id=mine", "--prompt-interactive=go"],
        "mine",
    )
    assert launch(Mode.INTERACTIVE, RunKind.RESUME, SESSION, "").argv == ["gemini", "--resume", SESSION]
    assert launch(Mode.STREAM, system_prompt="Be brief.").argv[-1] == "--prompt=Be brief.\n\ngo"


def test_a_title_that_says_ready_counts_once_its_prompt_is_drawn() -> None:
    reader = make_reader("gemini", Mode.INTERACTIVE, str(uuid.uuid4()))
    told = [*reader.signal(TitleChanged("◇  Ready (project)")), *reader.screen(["", ""]), *reader.tick()]
    assert kinds(facts(told), f.ActivitySignalled) == []
    told = [*reader.screen(["─" * 80, " >   Type your message or @path/to/file", "─" * 80])]
    assert [(source, fact.activity) for source, fact in told if isinstance(fact, f.ActivitySignalled)] == [
        (Source.HOOK, Activity.IDLE)
    ]
    told = [*reader.signal(TitleChanged("✦  Working… (project)"))]
    told += reader.signal(TitleChanged("◇  Ready (project)"))
    assert [fact.activity for fact in kinds(facts(told), f.ActivitySignalled)] == [
        Activity.WORKING,
        Activity.IDLE,
    ]
