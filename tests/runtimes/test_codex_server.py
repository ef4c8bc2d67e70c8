"""Codex's app server: recordings of the real one read however they arrive, and talks by hand for what it asks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import MARKUP, alive_in
from tests.runtimes.reading import facts_of
from tests.runtimes.reading import read as observed
from tests.runtimes.recorded import CORPUS, FOLDER, kinds, metered, used
from tests.runtimes.test_hostile_streams import spoiled
from tui.core import facts as f
from tui.core.commands import Answer, Verdict
from tui.core.errors import SpawnError
from tui.core.facts import AnyFact, RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.status import Request
from tui.core.usage import Usage
from tui.runtimes.base import Launch, RunInfo
from tui.runtimes.codex_server import CodexServerReader
from tui.runtimes.registry import get

ANSWER = "The answer is 42. Nothing else to report."
ONE = used(1009, 53, 0, 4001)
TWO = used(1009 + 211, 53 + 31, 4001, 4001 + 307)
NONE = Usage()
STEMS = {
    "ask": TWO, "deny": TWO, "write": TWO, "think": ONE, "esc": ONE, "400": NONE, "429": ONE, "cancel": NONE,
    "resume": ONE, "fork": ONE, "unknown": NONE,
}  # fmt: skip
"""What each recorded run used."""
KINDS = {"resume": RunKind.RESUME, "unknown": RunKind.RESUME, "fork": RunKind.FORK}


def load(stem: str) -> bytes:
    return (CORPUS / "codex" / f"server-{stem}.jsonl").read_bytes()


def thread_of(data: bytes) -> str:
    """The thread that a recording speaks of."""
    told = (json.loads(line).get("params", {}).get("threadId", "") for line in data.splitlines())
    return next(filter(None, told), "none")


def reader_of(kind: RunKind = RunKind.START, thread: str = "", **more: Any) -> CodexServerReader:
    """A reader of a run that was started."""
    spec = AgentSpec(id="a1", name="a1", runtime="codex", mode=Mode.STREAM, cwd=FOLDER, **more)
    launch = Launch(argv=["codex"], env={"HOME": "/home/dev"}, cwd=FOLDER)
    if kind is RunKind.RESUME:
        launch = msgspec.structs.replace(launch, session_id=thread)
    elif kind is RunKind.FORK:
        launch = msgspec.structs.replace(launch, forked_id="other")
    reader = get("codex").reader(RunInfo(spec=spec, kind=kind, launch=launch, prompt="the prompt"))
    assert isinstance(reader, CodexServerReader)
    list(reader.started(1))
    return reader


def feed(reader: CodexServerReader, chunks: Iterable[bytes]) -> list[AnyFact]:
    return facts_of(observed(reader, chunks))


def read(stem: str, chunks: list[bytes] | None = None) -> list[AnyFact]:
    data = load(stem)
    reader = reader_of(KINDS.get(stem, RunKind.START), thread_of(data))
    if stem == "cancel":
        # The interrupt is asked for before the turn has a name.
        lines = data.splitlines(keepends=True)
        at = next(i for i, line in enumerate(lines) if b'"turn":{' in line)
        told = feed(reader, lines[:at])
        reader.outbox.clear()
        assert reader.interrupt() == b""
        assert not reader.outbox
        told += feed(reader, lines[at:])
        assert json.loads(reader.outbox[0])["method"] == "turn/interrupt"
        assert not reader.input_over
    else:
        told = feed(reader, [data] if chunks is None else chunks)
        assert reader.input_over
    return [*told, reader.exit(0, None, "")]


@pytest.mark.parametrize("stem", STEMS)
def test_a_recording_tells_its_turn_its_tokens_and_its_end(stem: str) -> None:
    told = read(stem)
    exited = told[-1]
    assert isinstance(exited, f.RunExited)
    assert not kinds(told, f.Unparsed)
    assert metered(told).run == STEMS[stem]
    if stem == "unknown":
        assert (exited.refused, exited.ok) == (True, False)
        assert exited.reason.startswith("no rollout found for thread id")
        return
    session = kinds(told, f.SessionStarted)[0]
    assert (session.model, session.version) == ("gpt-5.5", "0.169.0")
    assert session.session_id == thread_of(load(stem))
    (ended,) = kinds(told, f.TurnEnded)
    if stem in ("400", "cancel"):
        assert exited.reason == ended.error
        assert "not valid" in ended.error if stem == "400" else ended.interrupted
        assert "{" not in ended.error
        return
    assert (exited.ok, exited.done) == (True, True)
    assert kinds(told, f.Text)[-1].text == ended.text
    if stem != "esc":
        assert ended.text == ANSWER
        assert "".join(fact.text for fact in kinds(told, f.TextDelta)).endswith(ANSWER)
    windows = {fact.context_window for fact in kinds(told, f.UsageReported)} - {0}
    assert windows == {258_400}
    again = [(fact.attempt, fact.max_attempts, fact.status) for fact in kinds(told, f.Retrying)]
    assert again == ([(1, 3, 429), (2, 3, 429)] if stem == "429" else [])


def test_a_request_for_leave_tells_the_command_and_a_change_its_diff() -> None:
    for stem, ok in (("ask", True), ("deny", False)):
        told = read(stem)
        (asked,), (called,), (ended,) = (
            kinds(told, kind) for kind in (f.PermissionAsked, f.ToolCalled, f.ToolFinished)
        )
        assert (asked.tool, asked.title, asked.detail) == ("shell", "rm -rf build", "rm -rf build")
        assert (called.name, called.title) == ("shell", "rm -rf build")
        assert (ended.ok, ended.denied) == (ok, not ok)
        assert told.index(called) < told.index(asked) < told.index(ended)
    (ended,) = kinds(read("write"), f.ToolFinished)
    assert ended.diff == "--- a/notes.txt\n+++ b/notes.txt\n@@ -0,0 +1,2 @@\n+first line\n+second line\n"


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([stem for stem in STEMS if stem != "cancel"]),
    st.lists(st.integers(0, 12_000), max_size=20),
)
def test_how_a_recording_arrives_makes_no_difference(stem: str, at: list[int]) -> None:
    data = load(stem)
    cuts = sorted({0, len(data), *(place % (len(data) + 1) for place in at)})
    assert read(stem, [data[begin:end] for begin, end in pairwise(cuts)]) == read(stem)


@pytest.mark.parametrize("stem", ["ask", "write", "400", "think"])
def test_facts_of_a_recording_are_inert(stem: str) -> None:
    told = 0
    seen: set[str] = set()
    lines = load(stem).splitlines()
    for number, line in enumerate(lines):
        method = json.loads(line).get("method", str(number))
        if method in seen:
            continue
        seen.add(method)
        for bad in spoiled(line):
            reader = reader_of()
            feed(reader, [b"\n".join(lines[:number]) + b"\n"])
            for fact in [*feed(reader, [bad]), reader.exit(0, None, "")]:
                told += MARKUP in repr(fact)
                assert not alive_in(fact), (bad, fact)
    assert told, "nothing hostile was shown at all"


# -- by hand ---------------------------------------------------------------------------------------------------------------


class Talk:
    """A run written by hand: we are the CLI, in a thread and a turn."""

    def __init__(self, **more: Any) -> None:
        self.reader = reader_of(**more)
        self.facts: list[AnyFact] = []
        self._heard()
        self.result("initialize", {})
        self.opening = self.said[-1]["params"]
        self.result(self.said[-1]["method"], {"thread": {"id": "t1"}, "model": "m1"})
        self.prompt = self.said[-1]["params"]
        self.result("turn/start", {"turn": {"id": "u1"}})

    def _heard(self) -> None:
        taken, self.reader.outbox = self.reader.outbox, []
        self.said = [json.loads(line) for line in taken]
        self._asked = getattr(self, "_asked", {}) | {
            one["method"]: one["id"] for one in self.said if "method" in one and "id" in one
        }

    def say(self, **fields: Any) -> list[AnyFact]:
        told = [fact for _, fact in self.reader.line(json.dumps(fields).encode())]
        self.facts += told
        self._heard()
        return told

    def result(self, method: str, result: Any) -> list[AnyFact]:
        return self.say(id=self._asked[method], result=result)

    def tell(self, method: str, **params: Any) -> list[AnyFact]:
        return self.say(method=method, params={"threadId": "t1", **params})

    def ask(self, method: str, rpc_id: int = 7, **params: Any) -> f.PermissionAsked | f.QuestionAsked:
        told = self.say(id=rpc_id, method=method, params={"threadId": "t1", "itemId": "i1", **params})
        (asked,) = [fact for fact in told if isinstance(fact, f.PermissionAsked | f.QuestionAsked)]
        return asked

    def answer(self, asked: f.PermissionAsked | f.QuestionAsked, verdict: Verdict, **more: Any) -> Any:
        given = Answer(request_id=asked.request_id, verdict=verdict, **more)
        data = self.reader.answer(Request(asked.request_id), given, [])
        return json.loads(data)["result"] if data else data

    def over(self, status: str = "completed", **more: Any) -> list[AnyFact]:
        return self.tell("turn/completed", turn={"id": "u1", "status": status, **more})


COMMAND = "item/commandExecution/requestApproval"
RULE = {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["rm", "-rf"]}}


@pytest.mark.parametrize(
    ("params", "always"),
    [
        ({"proposedExecpolicyAmendment": ["rm", "-rf"]}, RULE),
        ({"availableDecisions": ["accept", "acceptForSession", "cancel"]}, "acceptForSession"),
        ({"availableDecisions": ["accept", "cancel"]}, "accept"),  # never wider than it offers
    ],
)
def test_each_answer_to_a_command(params: dict[str, Any], always: Any) -> None:
    verdicts = {Verdict.ALLOW: "accept", Verdict.ALLOW_ALWAYS: always, Verdict.DENY: "decline"}
    for verdict, decision in verdicts.items():
        talk = Talk()
        asked = talk.ask(COMMAND, command="/bin/bash -lc 'rm -rf build'", reason="to clean", **params)
        assert isinstance(asked, f.PermissionAsked)
        assert (asked.title, asked.detail) == ("rm -rf build", "to clean\nrm -rf build")
        assert talk.answer(asked, verdict) == {"decision": decision}
        assert talk.answer(asked, verdict) is None  # it has its answer
        assert kinds(talk.tell("serverRequest/resolved", requestId=7), f.RequestResolved)
    talk = Talk()
    asked = talk.ask(COMMAND, command="ls", **params)
    assert talk.answer(asked, Verdict.CHOOSE, choice=len(asked.options)) == {"decision": "decline"}
    assert talk.answer(talk.ask(COMMAND, 8, command="ls"), Verdict.CHOOSE, choice=9) is None


def test_what_changes_a_command_s_meaning_is_shown_with_it() -> None:
    asked = Talk().ask(COMMAND, command="make", cwd="/etc", networkApprovalContext={"host": "example.org"})
    assert isinstance(asked, f.PermissionAsked)
    assert asked.detail == 'make\ncwd: /etc\nnetwork: {"host": "example.org"}'
    assert Talk().ask(COMMAND, command="make", cwd=FOLDER).detail == "make"  # type: ignore[union-attr]


def test_the_reason_of_a_refusal_is_the_next_prompt() -> None:
    talk = Talk()
    asked = talk.ask(COMMAND, command="ls")
    assert talk.answer(asked, Verdict.DENY, text="not that one") == {"decision": "decline"}
    talk.over()
    assert talk.said[-1]["params"]["input"] == [{"type": "text", "text": "not that one"}]
    assert not talk.reader.input_over


def test_a_change_that_is_asked_leave_for_is_shown() -> None:
    talk = Talk()
    change = {"path": f"{FOLDER}/a.txt", "kind": {"type": "update"}, "diff": "@@ -1 +1 @@\n-old\n+new\n"}
    talk.tell("item/started", item={"type": "fileChange", "id": "i1", "changes": [change]})
    asked = talk.ask("item/fileChange/requestApproval")
    assert isinstance(asked, f.PermissionAsked)
    assert asked.detail == "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-old\n+new\n"
    assert talk.answer(asked, Verdict.ALLOW_ALWAYS) == {"decision": "acceptForSession"}


def test_wider_permissions_and_other_tools_may_be_granted() -> None:
    wanted = {"network": {"enabled": True}, "fileSystem": None}
    granted = {"permissions": {"network": {"enabled": True}}, "scope": "turn"}
    talk = Talk()
    asked = talk.ask("item/permissions/requestApproval", permissions=wanted)
    assert talk.answer(asked, Verdict.ALLOW) == granted
    asked = talk.ask("mcpServer/elicitation/request", 8, serverName="mail", message="Send it?")
    talk.tell("serverRequest/resolved", requestId=7)
    assert talk.answer(asked, Verdict.DENY) == {"action": "decline", "content": None, "_meta": None}


def test_questions_are_put_one_after_the_other_and_answered_together() -> None:
    questions = [
        {"id": "colour", "question": "Which colour?", "options": [{"label": "red"}, {"label": "blue"}]},
        {"id": "why", "question": "Why?", "options": None},
    ]
    talk = Talk()
    first = talk.ask("item/tool/requestUserInput", questions=questions)
    assert isinstance(first, f.QuestionAsked)
    assert (first.text, first.options) == ("Which colour?", ["red", "blue"])
    assert talk.answer(first, Verdict.CHOOSE, choice=2) == b""
    (second,) = [fact for _, fact in talk.reader.tick() if isinstance(fact, f.QuestionAsked)]
    assert second.text == "Why?"
    assert talk.answer(second, Verdict.CHOOSE, text="I like it") == {
        "answers": {"colour": {"answers": ["blue"]}, "why": {"answers": ["I like it"]}}
    }


def test_what_nobody_can_answer_is_refused() -> None:
    talk = Talk()
    assert talk.say(id=9, method="account/chatgptAuthTokens/refresh", params={}) == []
    assert talk.said[-1]["error"]["code"] == -32601
    schema = {"properties": {"name": {"type": "string"}}}
    assert talk.say(id=10, method="mcpServer/elicitation/request", params={"requestedSchema": schema}) == []
    assert talk.said[-1]["id"] == 10


def test_a_prompt_that_comes_while_it_works_is_given_after_the_turn() -> None:
    talk = Talk()
    assert talk.prompt == {"threadId": "t1", "input": [{"type": "text", "text": "the prompt"}]}
    assert talk.reader.prompt("and then") == b""
    assert not talk.reader.outbox
    talk.over()
    assert talk.said[-1]["params"]["input"][0]["text"] == "and then"
    talk.result("turn/start", {"turn": {"id": "u2"}})
    talk.over()
    assert talk.reader.input_over
    assert talk.reader.exit(0, None, "").done


def test_limits_are_told_and_the_reset_of_the_fullest_with_a_refusal() -> None:
    talk = Talk()
    limits = {
        "primary": {"usedPercent": 100, "windowDurationMins": 300, "resetsAt": 1_790_000_000},
        "secondary": {"usedPercent": 12, "windowDurationMins": 10_080, "resetsAt": 1_790_600_000},
    }
    told = talk.say(method="account/rateLimits/updated", params={"rateLimits": limits})
    assert [(fact.limit, fact.used_percent) for fact in kinds(told, f.LimitReported)] == [
        ("5 h", 100),
        ("week", 12),
    ]
    told = talk.over(
        "failed", error={"message": "You've hit your usage limit.", "codexErrorInfo": "usageLimitExceeded"}
    )
    (limited,) = kinds(told, f.RateLimited)
    assert (limited.limit, limited.resets_at) == ("5 h", 1_790_000_000)
    assert talk.reader.exit(0, None, "").reason == "You've hit your usage limit."


def test_a_turn_that_cannot_begin_and_a_thread_that_cannot_are_failures() -> None:
    talk = Talk()
    talk.over()
    reader = reader_of()
    list(reader.line(b'{"id":1,"result":{}}'))
    told = [
        fact
        for _, fact in reader.line(b'{"id":2,"error":{"code":-32603,"message":"cannot read the config"}}')
    ]
    assert kinds(told, f.TurnEnded)[0].error == "cannot read the config"
    assert reader.exit(0, None, "").reason == "cannot read the config"


def test_a_plan_and_the_output_of_a_command_are_told() -> None:
    talk = Talk()
    steps = [{"step": "look", "status": "completed"}, {"step": "mend", "status": "inProgress"}]
    told = talk.tell("turn/plan/updated", plan=steps)
    assert kinds(told, f.ToolFinished)[0].output == "[x] look\n[>] mend"
    assert talk.tell("turn/plan/updated", plan=steps) == []
    told = talk.tell("item/commandExecution/outputDelta", itemId="i1", delta="half")
    assert told == [f.ToolOutput(call_id="i1", text="half")]
    assert (
        talk.say(method="item/agentMessage/delta", params={"threadId": "t9", "itemId": "i", "delta": "x"})
        == []
    )


# -- command lines ---------------------------------------------------------------------------------------------------------


def launched(kind: RunKind = RunKind.START, session: str = "", **more: Any) -> Launch:
    spec = AgentSpec(
        id="a1", name="a1", runtime="codex", mode=Mode.STREAM, cwd=FOLDER, command=["codex"], **more
    )
    return get("codex").launch(spec, kind, session, "go", {"HOME": "/home/dev"}, Path("/run/a1"))


def test_arguments_go_to_the_server_or_with_the_thread() -> None:
    server = ["codex", "app-server", "-c", "check_for_update_on_startup=false"]
    assert launched().argv == server
    assert launched().piped
    args = ["-c", "a=1", "-s", "read-only", "--ask-for-approval=never", "--skip-git-repo-check"]
    assert launched(args=args).argv == [*server, "-c", "a=1"]
    talk = Talk(args=args, model="m2", system_prompt="be brief")
    assert talk.opening == {
        "cwd": FOLDER, "sandbox": "read-only", "approvalPolicy": "never", "model": "m2", "developerInstructions": "be brief",
    }  # fmt: skip
    bypass = Talk(args=["--dangerously-bypass-approvals-and-sandbox"]).opening
    assert (bypass["approvalPolicy"], bypass["sandbox"]) == ("never", "danger-full-access")


def test_resumes_and_copies_name_their_thread() -> None:
    assert launched(RunKind.RESUME, "t0").session_id == "t0"
    assert (launched(RunKind.FORK, "t0").session_id, launched(RunKind.FORK, "t0").forked_id) == ("", "t0")
    assert Talk(kind=RunKind.RESUME, thread="t1").opening["threadId"] == "t1"
    assert Talk(kind=RunKind.FORK).opening["threadId"] == "other"


def test_arguments_that_it_has_no_place_for_make_it_plain() -> None:
    assert launched(args=["--oss"]).argv[:3] == ["codex", "exec", "--json"]
    with pytest.raises(SpawnError) as refused:
        launched(args=["--oss"], channel=Channel.CONTROL)
    assert refused.value.hint == 'Set channel = "plain".'


def test_an_adopted_thread_s_past_is_not_counted_and_another_thread_is_counted_from_nothing() -> None:
    def counted(talk: Talk, total: int, last: int) -> list[AnyFact]:
        tokens = {"total": {"inputTokens": total}, "last": {"inputTokens": last}}
        return talk.tell("thread/tokenUsage/updated", tokenUsage=tokens)

    talk = Talk(kind=RunKind.RESUME, thread="t1")
    told = counted(talk, 150, 50)
    assert [(fact.scope, fact.usage.input) for fact in kinds(told, f.UsageReported)] == [
        ("start", 100),
        ("session", 150),
    ]
    talk = Talk(kind=RunKind.RESUME, thread="asked for")
    told = counted(talk, 50, 50)
    assert [(fact.scope, fact.usage.input) for fact in kinds(told, f.UsageReported)] == [("run", 50)]
