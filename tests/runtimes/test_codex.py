"""The runtime `codex`: its command lines, and all recordings of the real program."""

from __future__ import annotations

import json
from pathlib import Path

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
from tui.core.errors import SpawnError
from tui.core.facts import RunKind
from tui.core.signals import AgentState
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.status import Request
from tui.core.usage import Usage
from tui.protocol.screen import WinSize
from tui.runtimes.codex_rollout import Rollout, rollout_pattern
from tui.runtimes.codex_types import bare
from tui.runtimes.registry import get

# The fake's rounds; Codex tells cache reads and writes as parts of its input.
ONE = used(1009, 53, 0, 4001)
TWO = used(1009 + 211, 53 + 31, 4001, 4001 + 307)
THREE = used(1009 + 211 + 223, 53 + 31 + 29, 4001 + 4308, 4001 + 307 + 101)
THREAD = "01a201d3-dd12-7113-8084-9bd31ad330c4"

RECORDINGS = [
    *(
        Recording(stem, ONE)
        for stem in ("h-text", "h-think", "h-lastmsg", "h-long", "h-esc", "h-unknownmodel")
    ),
    *(Recording(stem, TWO) for stem in ("h-bash", "h-fail", "h-todo", "h-write", "p-bash", "s-first")),
    Recording("h-multi", THREE),
    Recording("e-500x2", ONE),
    Recording("e-dropx1", ONE),
    # Without its JSON nothing proves that it did what it was asked.
    Recording("h-plain", reason="ended without"),
    Recording("e-401", reason="unexpected status 401 Unauthorized", code=1),
    Recording("e-429", reason="exceeded retry limit, last status: 429", code=1),
    Recording("e-529", reason="Overloaded", code=1),
    Recording("e-ctx", reason="ran out of room in the model's context window", code=1),
    Recording("e-drop", reason="stream disconnected before completion", code=1),
    Recording("h-maxtok", reason="reason: max_output_tokens", code=1),
    Recording("e-hang-term", reason="ended by SIGTERM", code=None, signal=15),
    Recording("e-hang-termpg", reason="ended by SIGTERM", code=None, signal=15),
    Recording("e-stall-int", reason="exit 1", code=1),
    Recording("e-tool-int", reason="failed to record rollout items", code=1),
    Recording("s-badflag", reason="unexpected argument '--no-such' found", code=2),
    Recording("s-nogit", reason="add --skip-git-repo-check to this agent's arguments", code=1),
    Recording("s-unknown", reason="no rollout found", code=1, resumes=UNKNOWN, refused=True),
    # Readings of one counter: over all runs of the thread.
    Recording("s-resume", TWO + ONE, resumes=THREAD),
    Recording("s-resume2", TWO + ONE + ONE, resumes=THREAD),
    Recording("s-othercwd", TWO + ONE + ONE + ONE, resumes=THREAD),
    Recording("s-bad", ONE, resumes="not-a-uuid"),
]


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_is_judged_and_counted(recording: Recording) -> None:
    check("codex", recording)


def test_every_recording_is_held_to_something() -> None:
    assert {recording.stem for recording in RECORDINGS} == set(stems("codex"))


@pytest.mark.parametrize("stem", stems("codex"))
def test_cuts_do_not_matter(stem: str) -> None:
    same_however_cut("codex", stem)


def test_a_thread_counts_only_what_it_grew_by() -> None:
    first = metered(check("codex", Recording("s-first", TWO)))
    told = facts(feed(make_reader("codex", session=THREAD), [load("codex", "s-resume")]))
    second = metered(told, first.next_run(same_session=True))
    assert second.run == ONE
    assert second.total == TWO + ONE


def test_another_thread_than_asked_for_has_a_counter_of_its_own() -> None:
    meter = metered([]).session_total(Usage(input=10**6)).next_run(same_session=True)
    told = facts(feed(make_reader("codex", session="not-a-uuid"), [load("codex", "s-bad")]))
    assert metered(told, meter).run == ONE
    assert kinds(told, f.SessionStarted)[0].session_id == "01a201d3-e153-78a2-9b57-6f4e176bbee2"


def test_a_turn_is_told_in_full() -> None:
    told = check("codex", Recording("h-bash", TWO))
    (called,), (done,) = kinds(told, f.ToolCalled), kinds(told, f.ToolFinished)
    assert (called.name, called.title, called.call_id) == ("shell", "ls -la", done.call_id)
    assert (done.ok, done.exit_code) == (True, 0)
    assert done.output.startswith("total 28\n")
    assert [said.text for said in kinds(told, f.Text)][-1] == "There are a few files here. Listing done."
    assert kinds(told, f.Thinking)[0].text == "I will list the files first."
    assert kinds(told, f.TurnEnded)[0].text == "There are a few files here. Listing done."


def test_failures_files_notices_and_retries_are_told_apart() -> None:
    failed = kinds(check("codex", Recording("h-fail", TWO)), f.ToolFinished)[0]
    assert (failed.ok, failed.exit_code, failed.output) == (False, 3, "oops\n")
    written = kinds(check("codex", Recording("h-write", TWO)), f.ToolCalled)[0]
    assert (written.name, written.title) == ("apply_patch", "hello.txt")
    notice = kinds(check("codex", Recording("h-unknownmodel", ONE)), f.ErrorReported)[0]
    assert not notice.fatal
    told = check("codex", Recording("e-429", reason="429", code=1))
    assert [(r.attempt, r.max_attempts, r.status) for r in kinds(told, f.Retrying)] == [
        (1, 2, 429),
        (2, 2, 429),
    ]
    assert len(kinds(told, f.RateLimited)) == 1


def test_an_error_that_is_a_document_is_read_out() -> None:
    document = json.dumps({"error": {"message": "this request is not valid", "code": "invalid_value"}})
    reader = make_reader("codex")
    lines = [{"type": "error", "message": document}, {"type": "turn.failed", "error": {"message": document}}]
    told = facts(feed(reader, [json.dumps(line).encode() + b"\n" for line in lines]))
    assert told == [
        f.ErrorReported(text="this request is not valid"),
        f.TurnEnded(ok=False, error="this request is not valid"),
    ]
    assert reader.exit(1, None, "").reason == "this request is not valid"


def test_hostile_text_is_made_inert() -> None:
    (said,) = kinds(check("codex", Recording("h-esc", ONE)), f.Text)
    assert not set(said.text) & {"\x1b", "\x07", "\x9b", "\u202e"}


# -- the rollout file --------------------------------------------------------------------------------------------------


def rollout(name: str, *, whole: bool) -> list[f.AnyFact]:
    reader = Rollout(FOLDER, "", whole=whole)
    lines = (CORPUS / "codex" / f"disk-rollout_{name}.jsonl").read_bytes().splitlines()
    return [fact for line in lines for fact in reader.line(line)]


def test_a_task_that_completed_with_an_error_failed_whatever_its_terminal_is_told() -> None:
    reader = make_reader("codex", Mode.INTERACTIVE, "01a21265-26f8-73f2-9846-58e3c28e5d35")
    told = [*reader.signal(AgentState("working", {"app": "codex"}))]
    error = {"message": json.dumps({"error": {"message": "not valid"}}), "codex_error_info": "other"}
    payload = {"type": "task_complete", "last_agent_message": None, "error": error, "duration_ms": 68}
    told += reader.file("rollout", json.dumps({"type": "event_msg", "payload": payload}).encode())
    assert facts(told)[1:] == [
        f.ErrorReported(text="not valid"),
        f.TurnEnded(ok=False, error="not valid", duration_s=0.068),
        f.ActivitySignalled(activity=Activity.IDLE, text="rollout: the turn failed"),
    ]


def test_a_rollout_tells_the_whole_thread() -> None:
    told = rollout("i-turn", whole=True)
    assert not kinds(told, f.Unparsed)
    assert metered(told).run == TWO + ONE + ONE + ONE
    assert [turn.prompt for turn in kinds(told, f.TurnStarted)] == [
        "list the files here #bash",
        "remove the build folder #deny",
        "slow job #sleep",
        "x #hang",
        "report #long",
    ]
    assert [(end.ok, end.interrupted) for end in kinds(told, f.TurnEnded)] == [
        (True, False),
        (False, True),
        (False, True),
        (False, True),
        (True, False),
    ]
    calls = {call.call_id: call.title for call in kinds(told, f.ToolCalled)}
    ended = [(calls[done.call_id], done.ok) for done in kinds(told, f.ToolFinished)]
    assert ended[:3] == [("ls -la", True), ("rm -rf build", False), ("sleep 20; echo slept", False)]
    last = kinds(told, f.UsageReported)[-1]
    assert (last.context_tokens, last.context_window, last.model) == (5063, 258400, "gpt-5.5")
    assert {limit.limit for limit in kinds(told, f.LimitReported)} <= {"5 h", "week"}


def test_beside_the_stream_a_rollout_tells_only_model_usage_and_limits() -> None:
    told = rollout("s-resume", whole=False)
    assert {type(fact) for fact in told} <= {f.SessionStarted, f.UsageReported, f.LimitReported}
    assert kinds(told, f.SessionStarted)[0] == f.SessionStarted(
        session_id=THREAD, model="gpt-5.5", version="0.169.0"
    )


def test_the_place_of_a_rollout_follows_from_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"HOME": "/home/dev"}
    pattern = rollout_pattern(env, THREAD)
    # Born at 05:56:31 UTC; the folder is the local day, which is the same from UTC-5 to UTC+18.
    assert pattern.endswith(f"/rollout-*-{THREAD}.jsonl")
    assert pattern.startswith("/home/dev/.codex/sessions/2026/11/2")
    assert rollout_pattern({"CODEX_HOME": "/x"}, THREAD).startswith("/x/sessions/2026/11/2")
    for bad in ("", "not-a-uuid", UNKNOWN, "../" * 12, "01a201d3-dd12-7113-8084-9bd31ad330c4/x"):
        assert rollout_pattern(env, bad) == ""


@pytest.mark.parametrize(
    ("wrapped", "command"),
    [
        ("/bin/bash -lc 'ls -la'", "ls -la"),
        ("/bin/bash -lc 'it'\\''s'", "it's"),
        ("/usr/bin/zsh -lc ls", "ls"),
        ("ls -la", "ls -la"),
    ],
)
def test_commands_are_shown_without_their_shell(wrapped: str, command: str) -> None:
    assert bare(wrapped) == command


# -- its own screen ----------------------------------------------------------------------------------------------------


def drawn() -> tuple[list[tuple[Source, f.AnyFact]], object]:
    reader = make_reader("codex", Mode.INTERACTIVE)
    return replay("codex", "i-turn", reader, WinSize(30, 100)), reader


def test_its_screen_is_told_as_it_was() -> None:
    told, _ = drawn()
    told_hook = [
        fact.activity
        for source, fact in told
        if isinstance(fact, f.ActivitySignalled) and source is Source.HOOK
    ]
    assert told_hook[:6] == [
        Activity.IDLE,
        Activity.WORKING,
        Activity.IDLE,
        Activity.WORKING,
        Activity.IDLE,
        Activity.WORKING,
    ]
    (asked,) = kinds(facts(told), f.PermissionAsked)
    assert (asked.tool, asked.title) == ("shell", "rm -rf build")
    assert "$ rm -rf build" in asked.detail
    assert asked.options == [
        "Yes, proceed (y)",
        "Yes, and don't ask again for commands that start with `rm -rf build` (p)",
        "No, and tell Codex what to do differently (esc)",
    ]
    assert kinds(facts(told), f.RequestResolved)[0].request_id == asked.request_id
    assert kinds(facts(told), f.SessionStarted)[-1].session_id == "01a201db-dcd7-7162-b962-27bdf5251757"


def test_an_answer_is_typed_only_into_the_dialog_that_was_shown() -> None:
    reader = make_reader("codex", Mode.INTERACTIVE)
    shown = [
        "  Would you like to run the following command?",
        "",
        "  $ rm -rf build",
        "",
        "› 1. Yes, proceed (y)",
        "  2. Yes, and don't ask again for commands that start with `rm` (p)",
        "  3. No, and tell Codex what to do differently (esc)",
        "",
        "  Press enter to confirm or esc to cancel",
    ]
    (asked,) = kinds(facts(reader.screen(shown)), f.PermissionAsked)
    request = Request(asked.request_id)
    other = [line.replace("build", "src") for line in shown]
    keys = {
        Verdict.ALLOW: b"1",
        Verdict.ALLOW_ALWAYS: b"2",
        Verdict.DENY: b"\x1b",
    }
    for verdict, expected in keys.items():
        answer = Answer(request_id=asked.request_id, verdict=verdict)
        assert reader.can_answer(request)
        assert reader.answer(request, answer, shown) == expected
        assert reader.answer(request, answer, other) is None
        assert reader.answer(request, answer, []) is None
    chosen = Answer(request_id=asked.request_id, verdict=Verdict.CHOOSE, choice=4)
    assert reader.answer(request, chosen, shown) is None
    assert reader.prompt("more") is None
    # The model only talks of a dialog: its prompt stands below.
    assert not kinds(
        facts(make_reader("codex", Mode.INTERACTIVE).screen([*shown, "", "› "])), f.PermissionAsked
    )


def test_an_announcement_is_a_question() -> None:
    told = replay("codex", "i-migrate-daemon", make_reader("codex", Mode.INTERACTIVE), WinSize(30, 100))
    asked = kinds(facts(told), f.QuestionAsked)[0]
    assert (asked.text, asked.options) == ("Meet GPT-6 Sol", ["Try new model", "Use existing model"])


def test_the_log_names_the_thread_and_the_rollout_is_followed() -> None:
    argv = ["codex", "-c", 'log_dir="/run/a1/codex-log"']
    reader = make_reader("codex", Mode.INTERACTIVE, argv=argv)
    assert [follow.path for follow in reader.follows] == ["/run/a1/codex-log/codex-tui.log"]
    line = b'2026 INFO turn{otel.name="x" thread.id=%s turn.id=y}: codex_core::tasks: new'
    assert not list(reader.file("log", b"2026 ERROR something else"))
    told = list(reader.file("log", line % THREAD.encode()))
    assert told == [(Source.TRANSCRIPT, f.SessionStarted(session_id=THREAD))]
    assert not list(reader.file("log", line % b"01a201d3-3db8-73e1-824a-483172e28df1"))
    (follow,) = reader.follows
    assert follow.from_start
    assert THREAD in follow.path


# -- command lines -----------------------------------------------------------------------------------------------------


def launch(mode: Mode, kind: RunKind = RunKind.START, session: str = "", prompt: str = "go", **more: object):  # type: ignore[no-untyped-def]
    spec = AgentSpec(
        id="a1",
        name="a1",
        runtime="codex",
        mode=mode,
        cwd=FOLDER,
        command=["codex"],
        channel=Channel.PLAIN,
        **more,
    )  # type: ignore[arg-type]
    return get("codex").launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, Path("/run/a1"))


def test_command_lines() -> None:
    update = ["-c", "check_for_update_on_startup=false"]
    assert launch(Mode.STREAM).argv == ["codex", "exec", "--json", *update, "--", "go"]
    full = launch(
        Mode.STREAM,
        RunKind.RESUME,
        THREAD,
        "- go",
        model="m",
        args=["-s", "read-only"],
        system_prompt='say "x"',
    )
    assert full.argv == [
        "codex", "exec", "--json", *update, "-m", "m", "-c", 'developer_instructions="say \\"x\\""',
        "-s", "read-only", "resume", THREAD, "--", "- go",
    ]  # fmt: skip
    assert (full.session_id, full.raw) == (THREAD, True)
    own = launch(Mode.INTERACTIVE, prompt="")
    assert own.argv == ["codex", "--no-daemon", "-c", 'log_dir="/run/a1/codex-log"', *update]
    assert own.env["RUST_LOG"] == "error,codex_core::tasks=info"
    assert launch(Mode.INTERACTIVE, env={"RUST_LOG": "trace"}).env["RUST_LOG"] == "trace"
    assert "RUST_LOG" not in launch(Mode.STREAM).env
    with pytest.raises(SpawnError):
        launch(Mode.STREAM, prompt=" ")


def test_a_forked_thread_s_counter_begins_where_the_other_s_stood() -> None:
    def counted(total: int, last: int) -> bytes:
        info = {"total_token_usage": {"input_tokens": total}, "last_token_usage": {"input_tokens": last}}
        return json.dumps({"type": "event_msg", "payload": {"type": "token_count", "info": info}}).encode()

    begun = b'{"type":"event_msg","payload":{"type":"task_started"}}'
    for lines in ([begun, counted(130, 30)], [counted(100, 40), begun, counted(130, 30)]):
        rollout = Rollout("/p", "t", whole=False, forked=True)
        told = [fact for line in lines for fact in rollout.line(line)]
        scopes = [(fact.scope, fact.usage.input) for fact in told if isinstance(fact, f.UsageReported)]
        assert scopes == [("start", 100), ("session", 130)]
