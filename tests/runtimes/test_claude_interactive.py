from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.runtimes.reading import CORPUS, facts_of, info, metered, usage
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.commands import Answer, Verdict
from tui.core.facts import ActivitySignalled, RunKind
from tui.core.signals import Progress, TitleChanged
from tui.core.spec import Mode
from tui.core.status import Request
from tui.runtimes import claude_screen
from tui.runtimes.base import Observed
from tui.runtimes.claude_files import Transcript, transcript_path
from tui.runtimes.claude_interactive import OWN_STATE, STATE, TRANSCRIPT, ClaudeInteractiveReader

SCREENS = CORPUS / "claude" / "screens"
TRANSCRIPTS = CORPUS / "claude" / "transcripts"
SESSION = "cf63e4f0-8731-4a07-956b-ef5db435825a"
PID = 22053


def screen(name: str) -> list[str]:
    return (SCREENS / f"{name}.txt").read_text().splitlines()


def reader(kind: RunKind = RunKind.START) -> ClaudeInteractiveReader:
    made = ClaudeInteractiveReader(info(Mode.INTERACTIVE, kind, session=SESSION))
    made.started(PID)
    return made


def state(status: str, waiting_for: str = "", pid: int = PID, session: str = SESSION) -> bytes:
    told = {"pid": pid, "sessionId": session, "version": "2.1.197", "status": status}
    return json.dumps(told | ({"waitingFor": waiting_for} if waiting_for else {})).encode()


def votes(observed: object) -> list[tuple[Source, Activity]]:
    return [(source, x.activity) for source, x in observed if isinstance(x, ActivitySignalled)]  # type: ignore[attr-defined]


# -- screens -----------------------------------------------------------------------------------------------------------

YES_NO = ("Yes", "Yes, and always allow access to build/ from this project", "No")


@pytest.mark.parametrize(
    ("name", "permission", "tool", "title", "options"),
    [
        ("permission-bash", True, "Bash", "rm -rf build", YES_NO),
        (
            "permission-write", True, "Write", "hello.txt",
            ("Yes", "Yes, allow all edits during this session (shift+tab)", "No"),
        ),
        ("question-trust", False, "", "", ("Yes, I trust this folder", "No, exit")),
        ("question-api-key", False, "", "", ("Yes", "No (recommended)")),
        ("question-bypass", False, "", "", ("No, exit", "Yes, I accept")),
    ],
)  # fmt: skip
def test_recorded_dialogs(
    name: str, permission: bool, tool: str, title: str, options: tuple[str, ...]
) -> None:
    found = claude_screen.dialog(screen(name))
    assert found is not None
    assert (found.is_permission, found.tool, found.options) == (permission, tool, options)
    assert found.title == title or not permission
    assert claude_screen.activity(screen(name)) is None


@pytest.mark.parametrize(
    ("name", "activity"),
    [
        ("idle", Activity.IDLE),
        ("idle-start", Activity.IDLE),
        ("idle-custom-footer", Activity.IDLE),
        ("idle-after-interrupt", Activity.IDLE),
        ("idle-with-tasks", Activity.IDLE),
        ("working", Activity.WORKING),
        ("working-custom-footer", Activity.WORKING),
        ("retrying", Activity.WORKING),
        ("no-network", None),
    ],
)
def test_recorded_screens(name: str, activity: Activity | None) -> None:
    assert claude_screen.dialog(screen(name)) is None
    seen = claude_screen.activity(screen(name))
    assert (seen[0] if seen else None) is activity


@pytest.mark.parametrize("path", sorted(SCREENS.glob("*.txt")), ids=lambda path: path.stem)
def test_half_a_screen_is_no_error(path: Path) -> None:
    lines = path.read_text().splitlines()
    for at in range(len(lines)):
        for part in (lines[:at], lines[at:], [line[: at * 3] for line in lines]):
            claude_screen.dialog(part)
            claude_screen.activity(part)


def test_a_text_that_looks_like_a_dialog_is_none() -> None:
    fake = screen("permission-bash")[:-2]
    prompt = screen("idle")[-4:]
    assert claude_screen.dialog(fake) is not None
    assert claude_screen.dialog([*fake, *prompt]) is None


def test_the_cursor_does_not_make_another_dialog() -> None:
    lines = screen("permission-bash")
    moved = [line.replace("❯ 1.", "  1.").replace("  3. No", "❯ 3. No") for line in lines]
    first, second = claude_screen.dialog(lines), claude_screen.dialog(moved)
    assert first is not None
    assert second is not None
    assert first.digest == second.digest


# -- dialogs and answers -----------------------------------------------------------------------------------------------


def asked(observed: object) -> f.PermissionAsked | f.QuestionAsked:
    (found,) = [x for _, x in observed if isinstance(x, f.PermissionAsked | f.QuestionAsked)]  # type: ignore[attr-defined]
    return found


def test_a_permission_dialog_comes_goes_and_is_answered_only_while_it_is_there() -> None:
    one = reader()
    shown = screen("permission-bash")
    permission = asked(one.screen(shown))
    assert isinstance(permission, f.PermissionAsked)
    assert permission.detail.splitlines() == ["rm -rf build", "Remove build folder"]
    assert not [x for _, x in one.screen(shown) if not isinstance(x, ActivitySignalled)]
    request = Request(permission.request_id)
    assert one.can_answer(request)

    def key(verdict: Verdict, choice: int = 0) -> bytes | None:
        return one.answer(request, Answer(request_id="", verdict=verdict, choice=choice), shown)

    assert key(Verdict.ALLOW) == b"1"
    assert key(Verdict.ALLOW_ALWAYS) == b"2"
    assert key(Verdict.DENY) == b"3"
    assert key(Verdict.CHOOSE, 2) == b"2"
    assert key(Verdict.CHOOSE, 4) is None
    shown = screen("permission-write")
    assert key(Verdict.ALLOW) is None
    told = facts_of(one.screen(screen("working")))
    assert told[0] == f.RequestResolved(request_id=permission.request_id)
    shown = screen("permission-bash")
    again = asked(one.screen(shown))
    assert again.request_id != permission.request_id
    assert key(Verdict.ALLOW) is None
    assert not one.can_answer(request)


def test_trust_and_key_dialogs_are_questions() -> None:
    one = reader()
    question = asked(one.screen(screen("question-trust")))
    assert isinstance(question, f.QuestionAsked)
    assert question.text == "Quick safety check: Is this a project you created or one you trust?"
    answer = Answer(request_id="", verdict=Verdict.ALLOW)
    assert one.answer(Request(question.request_id), answer, screen("question-trust")) == b"1"
    bypass = asked(one.screen(screen("question-bypass")))
    assert one.answer(Request(bypass.request_id), answer, screen("question-bypass")) == b"2"


# -- sources -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "waiting_for", "activity"),
    [
        ("busy", "", Activity.WORKING),
        ("idle", "", Activity.IDLE),
        ("shell", "", Activity.IDLE),
        ("waiting", "permission prompt", Activity.NEEDS_PERMISSION),
        ("waiting", "dialog open", Activity.NEEDS_ANSWER),
        ("waiting", "input needed", Activity.NEEDS_ANSWER),
        ("new status", "", None),
    ],
)
def test_the_state_file(status: str, waiting_for: str, activity: Activity | None) -> None:
    one = reader()
    told = list(one.file(STATE, state(status, waiting_for)))
    assert told[0] == (Source.HOOK, f.SessionStarted(session_id=SESSION, version="2.1.197"))
    assert votes(told) == ([(Source.HOOK, activity)] if activity else [])
    assert list(one.file(STATE, state(status, waiting_for))) == []
    assert list(one.file(STATE, b"")) == []
    assert list(one.file(STATE, b'{"pid": 220')) == []


def test_a_state_file_that_vanishes_tells_no_more() -> None:
    one = reader()
    list(one.file(OWN_STATE, state("busy")))
    assert list(one.file(STATE, b"")) == []
    assert list(one.file(OWN_STATE, b"")) == [(Source.HOOK, f.SourceEnded(reason="its state file is gone"))]
    assert list(one.file(OWN_STATE, b"")) == []
    assert votes(one.file(OWN_STATE, state("busy"))) == [(Source.HOOK, Activity.WORKING)]


def test_another_process_s_state_file_counts_only_for_our_session() -> None:
    one = reader()
    assert list(one.file(STATE, state("busy", pid=1, session="other"))) == []
    assert votes(one.file(STATE, state("busy", pid=1))) == [(Source.HOOK, Activity.WORKING)]


def test_a_session_that_changes_is_followed_from_there() -> None:
    one = reader()
    list(one.file(STATE, state("idle")))
    other = "99999999-2222-4333-8444-555555555555"
    told = list(one.file(STATE, state("idle", session=other)))
    assert told == [(Source.HOOK, f.SessionStarted(session_id=other, version="2.1.197"))]
    (follow,) = [x for x in one.follows if x.name == TRANSCRIPT]
    assert follow.path.endswith(f"{other}.jsonl")
    assert not follow.from_start


def test_what_is_followed() -> None:
    paths = {x.path: (x.lines, x.from_start) for x in reader().follows}
    assert paths == {
        f"/home/dev/.claude/sessions/{PID}.json": (False, True),
        "/home/dev/.claude/sessions/*.json": (False, True),
        f"/home/dev/.claude/projects/-home-dev-project/{SESSION}.jsonl": (True, True),
    }
    resumed = [x for x in reader(RunKind.RESUME).follows if x.lines]
    assert [x.from_start for x in resumed] == [False]


def test_where_transcripts_are() -> None:
    env = {"HOME": "/h", "CLAUDE_CONFIG_DIR": "/c"}
    assert transcript_path(env, "/x/my_app.d", "s") == "/c/projects/-x-my-app-d/s.jsonl"
    assert transcript_path({"HOME": "/h"}, "/x", "s") == "/h/.claude/projects/-x/s.jsonl"
    assert transcript_path(env, "/" + "x" * 300, "s") == ""
    assert transcript_path(env, "/x", "../s") == ""


def test_titles_and_progress_tell_working_from_resting() -> None:
    one = reader()
    assert votes(one.signal(TitleChanged("⠂ Short task title"))) == [(Source.OSC, Activity.WORKING)]
    assert list(one.signal(TitleChanged("⠐ Short task title"))) == []
    assert votes(one.signal(TitleChanged("✳ Short task title"))) == [(Source.OSC, Activity.IDLE)]
    assert list(one.signal(TitleChanged(""))) == []
    assert votes(one.signal(Progress(3, 0))) == [(Source.OSC, Activity.WORKING)]


def strongest(told: list[Observed]) -> tuple[Source, type[f.Fact]]:
    return next((source, type(x)) for source, x in told if isinstance(x, f.PermissionAsked))


def test_a_dialog_is_told_by_the_screen_or_by_the_strongest_that_cannot_see_it() -> None:
    shown = screen("permission-bash")
    plain, titled, hooked, written = reader(), reader(), reader(), reader()
    assert strongest([*plain.screen(shown)]) == (Source.SCREEN, f.PermissionAsked)
    list(titled.signal(TitleChanged("✳ x")))
    told = list(titled.screen(shown))
    assert strongest(told) == (Source.OSC, f.PermissionAsked)
    assert votes(told) == []
    list(written.file(TRANSCRIPT, b'{"type":"mode"}'))
    assert strongest([*written.screen(shown)]) == (Source.TRANSCRIPT, f.PermissionAsked)
    list(hooked.file(TRANSCRIPT, b'{"type":"mode"}'))
    list(hooked.file(STATE, state("busy")))
    assert strongest([*hooked.screen(shown)]) == (Source.SCREEN, f.PermissionAsked)


def test_a_request_that_is_tried_again_is_told_once_an_attempt() -> None:
    rule = "─" * 40
    run = reader()

    def look(words: str) -> list[f.AnyFact]:
        screen = ["❯ hello", "", f"✻ {words}", "", rule, "❯ ", rule, "  esc to interrupt"]
        return [x for x in facts_of(run.screen(screen)) if isinstance(x, f.Retrying)]

    first, second = "API error · Retrying in 3s · attempt 1/10", "API error · Retrying in 2s · attempt 2/10"
    assert look(first) == [f.Retrying(attempt=1, max_attempts=10, delay_s=3.0, error="API error")]
    assert look(first.replace("3s", "2s")) == []
    assert look(second) == [f.Retrying(attempt=2, max_attempts=10, delay_s=2.0, error="API error")]
    assert look("Thinking…") == []
    assert len(look(first)) == 1


# -- transcripts -------------------------------------------------------------------------------------------------------


def transcript(name: str) -> list[f.AnyFact]:
    parser = Transcript("/home/dev/project")
    return [
        x for line in (TRANSCRIPTS / f"{name}.jsonl").read_bytes().splitlines() for x in parser.line(line)
    ]


def test_a_transcript_tells_the_turns() -> None:
    told = transcript("hooks-rich")
    assert not [x for x in told if isinstance(x, f.Unparsed)]
    assert [x.prompt for x in told if isinstance(x, f.TurnStarted)] == [
        "clean up #deny", "create greeting #write", "x #400", "hello #hang",
    ]  # fmt: skip
    ends = [x for x in told if isinstance(x, f.TurnEnded)]
    assert [(x.ok, x.interrupted, x.text) for x in ends] == [
        (False, True, ""),
        (True, False, "I created hello.txt with two lines."),
        (False, False, ""),
        (False, True, ""),
    ]
    assert ends[2].error.startswith("API Error: 400")
    results = [x for x in told if isinstance(x, f.ToolFinished)]
    assert [(x.ok, x.denied, bool(x.diff)) for x in results] == [(False, True, False), (True, False, True)]
    assert [x.code for x in told if isinstance(x, f.ErrorReported)] == ["unknown"]


def test_a_transcript_s_usage_is_counted_once_a_message() -> None:
    # (1009, 53, 0, 4001) twice and (211, 31, 4001, 307) once: the denied call, the written file, its answer.
    assert metered(transcript("hooks-rich")) == usage((2229, 137, 4001, 8309), 3, None)
    # #long and #esc in one request each, #todo in two.
    assert metered(transcript("long")) == usage((3238, 190, 4001, 12310), 4, None)


@pytest.mark.parametrize(
    "line", [b"", b"{", b"no json", b'{"type":"assistant"}', b'{"type":5}', b"{" + b"[" * 99999]
)
def test_a_bad_line_of_a_transcript_is_no_error(line: bytes) -> None:
    for fact in Transcript("/x").line(line):
        assert isinstance(fact, f.Unparsed)


# -- the end -----------------------------------------------------------------------------------------------------------


def test_exits() -> None:
    assert reader().exit(0, None, "").ok
    assert not reader().exit(0, None, "").done
    unknown = "No conversation found with session ID: 99999999-2222-4333-8444-555555555555"
    refused = reader(RunKind.RESUME).exit(1, None, f"\n{unknown}\n")
    assert (refused.refused, refused.reason) == (True, unknown)
    assert reader().exit(1, None, "error: unknown option '--x'").reason == "error: unknown option '--x'"
    assert reader().exit(None, 9, "❯ half a screen").reason == "ended by SIGKILL"
    ran = reader()
    list(ran.file(STATE, state("busy")))
    assert ran.exit(143, None, "● some text of its screen").reason == "exit 143"
