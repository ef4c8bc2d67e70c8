"""Pi's RPC mode: recordings of the real one, and talks by hand for what its extensions ask."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import ALL, MARKUP, alive_in
from tests.runtimes.reading import facts_of
from tests.runtimes.reading import read as observed
from tests.runtimes.recorded import CORPUS, FOLDER, kinds, metered, used
from tui.core import facts as f
from tui.core.commands import Answer, Verdict
from tui.core.errors import SpawnError
from tui.core.facts import AnyFact, RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Request
from tui.core.usage import Usage
from tui.runtimes.base import Launch, RunInfo
from tui.runtimes.pi_rpc import PiRpcReader
from tui.runtimes.registry import get

ANSWER = "The answer is 42. Nothing else to report."
# The fake's rounds, at 3, 15 and 0.3 dollars a million.
ONE = used(5010, 53, n=1, cost="0.015825")
TWO = ONE + used(518, 31, 4001, n=1, cost="0.0032193")
NONE = Usage()
STEMS = {"ask": TWO, "deny": TWO, "esc": ONE, "resume": ONE, "400": NONE, "529": NONE, "cancel": NONE}
"""What each recorded run used."""


def load(stem: str) -> bytes:
    return (CORPUS / "pi" / f"rpc-{stem}.jsonl").read_bytes()


def reader_of(kind: RunKind = RunKind.START) -> PiRpcReader:
    """A reader of a run that was started."""
    spec = AgentSpec(id="a1", name="a1", runtime="pi", mode=Mode.STREAM, cwd=FOLDER)
    launch = Launch(argv=["pi"], env={"HOME": "/home/dev"}, cwd=FOLDER)
    reader = get("pi").reader(RunInfo(spec=spec, kind=kind, launch=launch, prompt="the prompt"))
    assert isinstance(reader, PiRpcReader)
    list(reader.started(1))
    return reader


def read(stem: str, chunks: list[bytes] | None = None) -> list[AnyFact]:
    reader = reader_of()
    told = facts_of(observed(reader, chunks or [load(stem)]))
    assert reader.input_over == (stem != "cancel")
    return [*told, reader.exit(0, None, "")]


@pytest.mark.parametrize("stem", STEMS)
def test_a_recording_tells_its_turn_its_tokens_and_its_end(stem: str) -> None:
    told = read(stem)
    exited = told[-1]
    assert isinstance(exited, f.RunExited)
    assert not kinds(told, f.Unparsed)
    assert metered(told).run == STEMS[stem]
    session = kinds(told, f.SessionStarted)[0]
    assert (session.model, session.context_window) == ("m", 200_000)
    assert session.session_id
    (ended,) = kinds(told, f.TurnEnded)
    errors = [fact.text for fact in kinds(told, f.ErrorReported)]
    again = [(fact.attempt, fact.delay_s, fact.status) for fact in kinds(told, f.Retrying)]
    match stem:
        case "400":
            assert exited.reason == ended.error == errors[0] == "400 messages.0: this request is not valid"
            assert len(errors) == 1
        case "529":
            assert exited.reason == ended.error == "529 Overloaded"
            assert again == [(1, 2.0, 529), (2, 4.0, 529), (3, 8.0, 529)]
        case "cancel":
            assert (ended.interrupted, ended.ok, exited.ok) == (True, False, False)
        case _:
            assert (exited.ok, exited.done) == (True, True)
            assert ended.text == kinds(told, f.Text)[-1].text
            assert "".join(fact.text for fact in kinds(told, f.TextDelta)).endswith(ended.text)


@pytest.mark.parametrize(("stem", "ok"), [("ask", True), ("deny", False)])
def test_what_an_extension_asks_is_leave(stem: str, ok: bool) -> None:
    told = read(stem)
    (asked,), (called,), (ended,) = (
        kinds(told, kind) for kind in (f.PermissionAsked, f.ToolCalled, f.ToolFinished)
    )
    assert (asked.title, asked.detail) == ("rm -rf build", "Allow this command?\nrm -rf build")
    assert (called.title, ended.ok) == ("rm -rf build", ok)
    assert told.index(called) < told.index(asked) < told.index(ended)


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([stem for stem in STEMS if stem != "cancel"]),
    st.lists(st.integers(0, 12_000), max_size=20),
)
def test_how_a_recording_arrives_makes_no_difference(stem: str, at: list[int]) -> None:
    data = load(stem)
    cuts = sorted({0, len(data), *(place % (len(data) + 1) for place in at)})
    assert read(stem, [data[begin:end] for begin, end in pairwise(cuts)]) == read(stem)


# -- by hand ---------------------------------------------------------------------------------------------------------------


class Talk:
    """A run written by hand: we are the CLI, in a turn."""

    def __init__(self) -> None:
        self.reader = reader_of()
        assert self.said() == [{"type": "get_state", "id": "begin"}]
        self.say(type="response", id="begin", success=True, data={"sessionId": "s1", "model": {"id": "m"}})
        assert self.said() == [{"type": "prompt", "id": "prompt", "message": "the prompt"}]
        self.say(type="agent_start")

    def said(self) -> list[dict[str, Any]]:
        taken, self.reader.outbox = self.reader.outbox, []
        return [json.loads(line) for line in taken]

    def say(self, **fields: Any) -> list[AnyFact]:
        return [fact for _, fact in self.reader.line(json.dumps(fields).encode())]

    def ask(self, method: str, **fields: Any) -> f.PermissionAsked | f.QuestionAsked:
        told = self.say(type="extension_ui_request", id="q1", method=method, **fields)
        (asked,) = [fact for fact in told if isinstance(fact, f.PermissionAsked | f.QuestionAsked)]
        return asked

    def answer(self, verdict: Verdict, **more: Any) -> dict[str, Any] | None:
        given = Answer(request_id="q1", verdict=verdict, **more)
        data = self.reader.answer(Request("q1"), given, [])
        told: dict[str, Any] | None = json.loads(data) if data else None
        return told

    def end(self, reason: str = "stop", **more: Any) -> list[AnyFact]:
        message = {"role": "assistant", "content": [], "stopReason": reason, **more}
        return [*self.say(type="message_end", message=message), *self.say(type="agent_end", messages=[])]


REPLY = {"type": "extension_ui_response", "id": "q1"}


def test_each_answer_to_each_question() -> None:
    for verdict, allowed in ((Verdict.ALLOW, True), (Verdict.ALLOW_ALWAYS, True), (Verdict.DENY, False)):
        talk = Talk()
        talk.ask("confirm", title="Clear?", message="All is lost.")
        assert talk.answer(verdict) == {**REPLY, "confirmed": allowed}
        assert talk.answer(verdict) is None  # it has its answer
    talk = Talk()
    asked = talk.ask("select", title="Which?", options=["red", "blue"])
    assert asked.options == ["red", "blue"]
    assert talk.answer(Verdict.CHOOSE, choice=3) is None
    assert talk.answer(Verdict.CHOOSE, choice=2) == {**REPLY, "value": "blue"}
    talk = Talk()
    asked = talk.ask("input", title="Name?", placeholder="a name")
    assert isinstance(asked, f.QuestionAsked)
    assert asked.text == "Name?\na name"
    assert talk.answer(Verdict.CHOOSE, text="Ada") == {**REPLY, "value": "Ada"}
    talk = Talk()
    talk.ask("editor", title="Text?")
    assert talk.answer(Verdict.DENY) == {**REPLY, "cancelled": True}


def test_a_question_that_answers_itself_is_over_after_its_time() -> None:
    talk = Talk()
    talk.ask("confirm", title="Go on?", timeout=2_000)
    told = [list(talk.reader.tick()) for _ in range(3)]
    assert [bool(kinds([fact for _, fact in facts], f.RequestResolved)) for facts in told] == [
        False,
        True,
        False,
    ]


def test_an_interrupt_dismisses_what_is_asked_and_keeps_it_for_the_next_prompt() -> None:
    talk = Talk()
    talk.ask("confirm", title="Go on?")
    assert talk.reader.interrupt() == b""
    assert talk.said() == [{**REPLY, "cancelled": True}, {"type": "abort"}]
    (ended,) = kinds(talk.end("aborted"), f.TurnEnded)
    assert (ended.interrupted, ended.ok) == (True, False)
    assert not talk.reader.input_over
    assert talk.reader.prompt("go on") == b""
    assert talk.said()[-1]["message"] == "go on"


def test_a_prompt_that_is_refused_and_a_command_without_a_turn_end_it() -> None:
    talk = Talk()
    talk.reader.prompt("/name mine")
    talk.end()
    talk.said()
    talk.say(type="response", id="prompt", success=True)
    assert talk.said() == [{"type": "get_state", "id": "over"}]
    talk.say(type="response", id="over", success=True, data={"isStreaming": False})
    assert talk.reader.input_over
    talk = Talk()
    told = talk.say(type="response", id="prompt", success=False, error="No API key")
    assert [fact.text for fact in kinds(told, f.ErrorReported)] == ["No API key"]
    assert talk.reader.exit(0, None, "").reason == "No API key"


def test_what_extensions_tell_and_ask_is_inert() -> None:
    talk = Talk()
    facts = [
        *talk.say(type="extension_ui_request", id="n", method="notify", message=ALL),
        *talk.say(type="extension_error", error=ALL),
        talk.ask("select", title=ALL, options=[ALL]),
    ]
    assert MARKUP in repr(facts)
    assert not [fact for fact in facts if alive_in(fact)]


def test_command_lines() -> None:
    def launched(kind: RunKind, session: str = "", prompt: str = "@go") -> Launch:
        spec = AgentSpec(
            id="a1", name="a1", runtime="pi", mode=Mode.STREAM, cwd=FOLDER, command=["pi"], model="p/m"
        )
        return get("pi").launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, Path("/run/a1"))

    head = ["pi", "--mode", "rpc", "--model", "p/m"]
    assert launched(RunKind.START).argv == head
    assert launched(RunKind.START).piped
    resumed = launched(RunKind.RESUME, "s1")
    assert (resumed.argv, resumed.session_id) == ([*head, "--session", "s1"], "s1")
    copied = launched(RunKind.FORK, "s1")
    assert (copied.argv, copied.session_id) == ([*head, "--fork", "s1"], "")
    with pytest.raises(SpawnError):
        launched(RunKind.START, prompt=" ")


def test_an_unknown_session_is_refused() -> None:
    reader = reader_of(RunKind.RESUME)
    ended = reader.exit(1, None, "No session found matching 'nonsense'")
    assert (ended.refused, ended.reason) == (True, "No session found matching 'nonsense'")
