"""The runtime `qwen`: its command lines, and all recordings of the real program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.runtimes.recorded import (
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
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.status import Request
from tui.core.votes import says
from tui.protocol.screen import WinSize
from tui.runtimes.base import Launch
from tui.runtimes.registry import get

# The fake's rounds: input without what was cached. After a turn without tools a hidden request, as big, keeps its memory.
ONE = used(5010, 53)
TWO = used(5010 + 518, 53 + 31, 4001)
HIDDEN = ONE
SESSION = "33434cf1-6829-4cda-8863-20563f999f6d"

RECORDINGS = [
    *(Recording(stem, ONE + HIDDEN) for stem in ("h-text", "h-think", "h-long", "e-429x2", "s-sid")),
    *(Recording(stem, TWO) for stem in ("h-bash", "h-partial", "h-todo", "h-write", "p-bash", "e-tool-hup")),
    # A reading of the session's counter, over both runs.
    Recording("s-resume", ONE + HIDDEN + ONE + HIDDEN, resumes=SESSION),
    Recording("e-400", reason="API Error: 400 messages.0: something is invalid"),
    Recording("e-401", reason="API Error: 401 invalid x-api-key"),
    Recording("e-429", reason="ended by SIGKILL", code=None, signal=9),
    Recording("e-529", reason="ended by SIGKILL", code=None, signal=9),
    Recording("e-hang-int", reason="ended by SIGINT", code=None, signal=2),
    Recording("e-hang-term", reason="ended by SIGTERM", code=None, signal=15),
    Recording("s-unknown", reason="No saved session found", code=1, resumes=UNKNOWN, refused=True),
]


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_is_judged_and_counted(recording: Recording) -> None:
    check("qwen", recording)


def test_every_recording_is_held_to_something() -> None:
    assert {recording.stem for recording in RECORDINGS} == set(stems("qwen"))


@pytest.mark.parametrize("stem", stems("qwen"))
def test_cuts_do_not_matter(stem: str) -> None:
    same_however_cut("qwen", stem)


def test_a_resumed_session_counts_no_history() -> None:
    whole = facts(feed(make_reader("qwen"), [load("qwen", "h-think")]))
    again = facts(feed(make_reader("qwen", session=SESSION), [load("qwen", "s-resume")]))
    first = metered(whole)
    second = metered(again, first.next_run(same_session=True))
    assert second.run == ONE + HIDDEN
    # The first run was killed before it told its total: what it was seen to use is in the next reading.
    killed = metered(whole[:-2])
    assert killed.run == used(5010, 53, n=1)
    second = metered(again, killed.next_run(same_session=True))
    assert (second.total.input, second.total.output) == (4 * 5010, 4 * 53)


def test_deltas_and_blocks_belong_together() -> None:
    told = check("qwen", Recording("h-partial", TWO))
    texts = {said.block: said.text for said in kinds(told, f.Text)}
    assert len(texts) == 2
    for block, text in texts.items():
        assert "".join(d.text for d in kinds(told, f.TextDelta) if d.block == block) == text
    (called,), (done,) = kinds(told, f.ToolCalled), kinds(told, f.ToolFinished)
    assert (called.name, called.title, done.ok) == ("run_shell_command", "ls -la", True)
    assert kinds(told, f.UsageReported)[0].context_tokens == 5010


# -- its own screen ----------------------------------------------------------------------------------------------------


def test_its_screen_is_told_as_it_was() -> None:
    reader = make_reader("qwen", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    told = replay("qwen", "i-turn", reader, WinSize(30, 100))
    states = [fact.activity for _, fact in told if isinstance(fact, f.ActivitySignalled)]
    assert states[:3] == [Activity.IDLE, Activity.WORKING, Activity.IDLE]
    (asked,) = kinds(facts(told), f.PermissionAsked)
    assert (asked.tool, asked.title, asked.detail) == (
        "Shell",
        "rm -rf build (Remove build folder)",
        "rm -rf build",
    )
    assert asked.options[0] == "Yes, allow once"


EVENTS = [
    b'{"type":"system","subtype":"session_start","session_id":"s1","data":{}}',
    b'{"type":"user","session_id":"s1","message":{"role":"user","content":[{"type":"text","text":"do it"}]}}',
    b'{"type":"assistant","session_id":"s1","message":{"id":"m1","model":"q","content":[{"type":"tool_use","id":"c1",'
    b'"name":"run_shell_command","input":{"command":"ls"}}],"usage":{"input_tokens":10,"output_tokens":2,'
    b'"cache_read_input_tokens":4}}}',
    b'{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"run_shell_command",'
    b'"input":{"command":"ls"}}}',
    b'{"type":"control_response","response":{"subtype":"success","request_id":"r1"}}',
]


def test_its_events_are_told_and_the_screen_ends_the_turn() -> None:
    reader = make_reader(
        "qwen", Mode.INTERACTIVE, "s1", kind=RunKind.START, files={"/run/qwen-events.jsonl": ""}
    )
    assert [(one.path, one.lines, one.from_start) for one in reader.follows] == [
        ("/run/qwen-events.jsonl", True, True)
    ]
    idle = [">   Type your message or @path/to/file"]
    told = list(reader.screen(idle))
    for line in EVENTS:
        told += reader.file("events", line)
    assert {source for source, _ in told[1:]} == {Source.STREAM}
    names = [type(fact).__name__ for _, fact in told]
    assert names == [
        "ActivitySignalled",
        "SessionStarted",
        "TurnStarted",
        "ToolCalled",
        "UsageReported",
        "PermissionAsked",
        "RequestResolved",
    ]
    assert metered(facts(told)).run == used(6, 2, 4, n=1)
    # Esc: no event says so; the screen does, once the events are silent.
    assert list(reader.tick()) == []
    assert list(reader.tick()) == [
        (Source.STREAM, f.ActivitySignalled(activity=Activity.IDLE, text="screen: its prompt"))
    ]
    assert next(iter(reader.file("events", b'{"type":"user","message":7}')))[1].__class__ is f.Unparsed


# -- command lines -----------------------------------------------------------------------------------------------------


def launch(
    mode: Mode, kind: RunKind = RunKind.START, session: str = "", prompt: str = "go", **more: Any
) -> Launch:
    spec = AgentSpec(id="a1", name="a1", runtime="qwen", mode=mode, cwd=FOLDER, command=["qwen"], **more)
    return get("qwen").launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, Path("/run/a1"))


def test_command_lines() -> None:
    made = launch(
        Mode.STREAM,
        prompt="- go",
        model="m",
        args=["--yolo"],
        system_prompt="Be brief.",
        max_turns=3,
        channel=Channel.PLAIN,
    )
    assert made.argv == [
        "qwen", "--output-format", "stream-json", "--include-partial-messages", "--max-session-turns", "3",
        "--model", "m", "--append-system-prompt", "Be brief.", "--session-id", made.session_id, "--yolo",
        "--prompt=- go",
    ]  # fmt: skip
    told = launch(Mode.STREAM, model="m", args=["--yolo", "-c"], system_prompt="Be brief.", max_turns=3)
    assert told.argv == [
        "qwen", "--acp", "--max-session-turns", "3", "--model", "m", "--append-system-prompt", "Be brief.", "--yolo",
    ]  # fmt: skip
    assert (told.piped, told.raw, told.session_id) == (True, True, "")
    resumed = launch(Mode.STREAM, RunKind.RESUME, SESSION)
    assert (resumed.argv, resumed.session_id) == (["qwen", "--acp"], SESSION)
    own = launch(Mode.INTERACTIVE, RunKind.RESUME, SESSION, "")
    assert own.argv == ["qwen", "--json-file", "/run/a1/qwen-events.jsonl", "--resume", SESSION]
    assert own.files == {"/run/a1/qwen-events.jsonl": ""}


def test_what_waits_for_leave_waits_although_the_screen_still_shows_work() -> None:
    reader = make_reader("qwen", Mode.INTERACTIVE, "s1", kind=RunKind.START)
    request = {"subtype": "can_use_tool", "tool_name": "run_shell_command", "input": {"command": "ls"}}
    asked = {"type": "control_request", "request_id": "r1", "request": request}
    told = [*reader.file("events", json.dumps(asked).encode())]
    told += reader.screen(["  ⠏ Thinking (esc to cancel, 1s)", "─" * 80, ">   Type your message", "─" * 80])
    told += [x for _ in range(3) for x in reader.tick()]
    activities = [said for _, fact in told if (said := says(fact, Mode.INTERACTIVE)) is not None]
    assert set(activities) == {Activity.NEEDS_PERMISSION}
    answered = {"type": "control_response", "response": {"request_id": "r1", "subtype": "success"}}
    told = [*reader.file("events", json.dumps(answered).encode())]
    told += reader.screen(["  ⠏ Thinking (esc to cancel, 2s)", "─" * 80, ">   Type your message", "─" * 80])
    assert says(told[-1][1], Mode.INTERACTIVE) is Activity.WORKING


def its_dialog() -> list[str]:
    """A recorded screen that asks for leave."""
    reader = make_reader("qwen", Mode.INTERACTIVE, SESSION, kind=RunKind.START)
    screens: list[list[str]] = []

    class Kept:
        def __getattr__(self, name: str) -> Any:
            return getattr(reader, name)

        def screen(self, lines: list[str]) -> Any:
            screens.append(list(lines))
            return reader.screen(lines)

    replay("qwen", "i-turn", Kept(), WinSize(30, 100))
    return next(lines for lines in screens if reader.dialog(lines))


def test_a_refusal_that_nothing_answers_ends_the_waiting() -> None:
    reader = make_reader("qwen", Mode.INTERACTIVE, "s1", kind=RunKind.START)
    request = {"subtype": "can_use_tool", "tool_name": "run_shell_command", "input": {"command": "ls"}}
    asked = {"type": "control_request", "request_id": "r1", "request": request}
    told = [*reader.file("events", json.dumps(asked).encode())]
    told += reader.screen(its_dialog())
    assert reader.shown is not None
    idle = ["─" * 80, ">   Type your message or @path/to/file", "─" * 80, "  ? for shortcuts"]
    told += [*reader.screen(idle), *(x for _ in range(4) for x in reader.tick())]
    activities = [said for _, fact in told if (said := says(fact, Mode.INTERACTIVE)) is not None]
    assert activities[-1] is Activity.IDLE


def test_what_comes_late_of_before_the_dialog_leaves_it_to_be_answered() -> None:
    reader = make_reader("qwen", Mode.INTERACTIVE, "s1", kind=RunKind.START)
    shown = its_dialog()
    told = [*reader.file("events", EVENTS[1]), *reader.screen(shown)]
    told += [*reader.file("events", EVENTS[2]), *(x for _ in range(2) for x in reader.tick())]
    (_, last) = told[-1]
    assert isinstance(last, f.PermissionAsked)
    request = Request(last.request_id, tool=last.tool, title=last.title)
    assert reader.can_answer(request)
