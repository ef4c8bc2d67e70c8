"""Claude Code spoken with while it runs: what it asks, what it is told, when its input ends."""

from __future__ import annotations

import json

import pytest

from tests.runtimes.reading import facts_of, info, metered
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.commands import Answer, Verdict
from tui.core.facts import AnyFact
from tui.core.status import Request
from tui.runtimes.claude_control import ClaudeControlReader


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def heard(reader: ClaudeControlReader, *lines: bytes) -> list[AnyFact]:
    return [fact for one in lines for fact in facts_of(reader.line(one))]


def told(reader: ClaudeControlReader) -> list[dict[str, object]]:
    said, reader.outbox = reader.outbox, []
    assert all(one.endswith(b"\n") and one.count(b"\n") == 1 for one in said)
    return [json.loads(one) for one in said]


def running(prompt: str = "the prompt") -> ClaudeControlReader:
    reader = ClaudeControlReader(info(prompt=prompt))
    list(reader.started(1))
    return reader


INIT = line(type="system", subtype="init", session_id="s", model="m")
TAKEN = line(type="user", message={"role": "user", "content": "x"}, isReplay=True)
TOTAL = {"m": {"inputTokens": 5, "outputTokens": 7, "costUSD": 0.5}}
OVER = line(type="result", subtype="success", num_turns=1, modelUsage=TOTAL, total_cost_usd=0.5)
CUT_OFF = line(
    type="result",
    subtype="error_during_execution",
    is_error=True,
    terminal_reason="aborted_streaming",
    modelUsage={},
)


def begins(key: str, tokens: int) -> bytes:
    usage = {"input_tokens": tokens, "output_tokens": 1}
    return line(
        type="stream_event",
        event={"type": "message_start", "message": {"id": key, "model": "m", "usage": usage}},
    )


def ends(tokens: int) -> bytes:
    return line(type="stream_event", event={"type": "message_delta", "usage": {"output_tokens": tokens}})


# -- prompts and the end of the input ----------------------------------------------------------------------------------


def test_the_prompt_goes_in_as_one_line_whatever_it_holds() -> None:
    reader = running("two\nlines \u2028 é")
    (said,) = told(reader)
    assert said == {"type": "user", "message": {"role": "user", "content": "two\nlines \u2028 é"}}
    assert [fact.prompt for fact in heard(reader, INIT) if isinstance(fact, f.TurnStarted)] == [
        "two\nlines  é"
    ]
    assert not reader.input_over
    heard(reader, TAKEN, OVER)
    assert reader.input_over
    assert not reader.takes_prompts
    assert reader.prompt("more") is None
    assert reader.interrupt() is None
    assert told(reader) == []


def test_a_prompt_that_waits_keeps_the_input_open_and_names_its_turn() -> None:
    for order in ((INIT, TAKEN), (TAKEN, INIT)):
        reader = running("one")
        heard(reader, *order)
        assert reader.prompt("two") == b""
        heard(reader, OVER)
        assert not reader.input_over
        second = heard(reader, *order)
        assert [fact.prompt for fact in second if isinstance(fact, f.TurnStarted)] == ["two"]
        heard(reader, OVER)
        assert reader.input_over


def test_a_prompt_taken_inside_a_turn_names_no_later_one() -> None:
    reader = running("one")
    heard(reader, INIT, TAKEN)
    reader.prompt("two")
    heard(reader, TAKEN)
    reader.prompt("three")
    heard(reader, OVER)
    assert [fact.prompt for fact in heard(reader, INIT) if isinstance(fact, f.TurnStarted)] == ["three"]


def test_an_interrupt_is_a_request_after_which_it_stays() -> None:
    reader = running()
    told(reader)
    assert [reader.interrupt(), reader.interrupt()] == [b"", b""]
    first, second = told(reader)
    assert (first["type"], first["request"]) == ("control_request", {"subtype": "interrupt"})
    assert first["request_id"] != second["request_id"]
    ended = heard(reader, INIT, TAKEN, CUT_OFF)[-1]
    assert isinstance(ended, f.TurnEnded)
    assert ended.interrupted
    assert not reader.input_over
    assert reader.prompt("go on") == b""
    heard(reader, INIT, TAKEN, OVER)
    assert reader.input_over


def test_what_an_interrupt_cut_off_is_counted_beside_the_totals() -> None:
    reader = running()
    facts = heard(reader, INIT, TAKEN, begins("a", 100), CUT_OFF)
    assert (metered(facts).input, metered(facts).output) == (100, 1)
    facts += heard(reader, INIT, TAKEN, begins("b", 5), ends(7), OVER)
    assert (metered(facts).input, metered(facts).output) == (105, 8)


def test_a_message_that_was_dropped_and_repeated_is_not() -> None:
    reader = running()
    facts = heard(reader, INIT, TAKEN, begins("a", 100), begins("b", 5), ends(7), OVER)
    assert (metered(facts).input, metered(facts).output) == (5, 7)


# -- requests ----------------------------------------------------------------------------------------------------------


def test_several_requests_are_shown_one_after_the_other() -> None:
    reader, _ = asking("Bash", {"command": "one"})
    request = {"subtype": "can_use_tool", "tool_name": "Bash", "input": {"command": "two"}}
    assert heard(reader, line(type="control_request", request_id="r2", request=request)) == []
    assert not reader.can_answer(Request("r2"))
    assert response(reader, verdict=Verdict.ALLOW)
    gone, second = heard(reader, line(type="control_response", response={"request_id": "r1"}))
    assert gone == f.RequestResolved(request_id="r1")
    assert isinstance(second, f.PermissionAsked)
    assert (second.request_id, second.title) == ("r2", "two")
    assert reader.can_answer(Request("r2"))
    assert heard(reader, OVER)[0] == f.RequestResolved(request_id="r2")


def test_an_answer_that_it_does_not_say_back_is_over_when_it_goes_on() -> None:
    reader, _ = asking("Bash", {"command": "one"})
    assert response(reader, verdict=Verdict.ALLOW)
    assert response(reader, verdict=Verdict.ALLOW) is None  # once only
    went_on = line(type="assistant", message={"id": "m", "content": []})
    assert heard(reader, went_on) == [f.RequestResolved(request_id="r1")]


def test_what_was_refused_by_the_user_is_no_refusal_without_asking() -> None:
    reader = running()
    request = {"subtype": "can_use_tool", "tool_name": "Bash", "input": {}, "tool_use_id": "t1"}
    heard(reader, line(type="control_request", request_id="r1", request=request))
    denials = [{"tool_name": name, "tool_use_id": at} for name, at in (("Bash", "t1"), ("Write", "t2"))]
    facts = heard(reader, line(type="result", subtype="success", num_turns=1, permission_denials=denials))
    assert [fact.text for fact in facts if isinstance(fact, f.ErrorReported)] == [
        "Refused without asking: Write"
    ]


def asking(tool: str, arguments: object, **more: object) -> tuple[ClaudeControlReader, AnyFact]:
    reader = ClaudeControlReader(info())
    request = {"subtype": "can_use_tool", "tool_name": tool, "input": arguments, **more}
    ((source, fact),) = reader.line(line(type="control_request", request_id="r1", request=request))
    assert source is Source.STREAM
    return reader, fact


def response(reader: ClaudeControlReader, **answer: object) -> object:
    request = Request("r1")
    said = reader.answer(request, Answer(request_id="r1", **answer), [])  # type: ignore[arg-type]
    if said is None:
        return None
    assert said.endswith(b"\n")
    whole = json.loads(said)
    assert whole["response"]["request_id"] == "r1"
    return whole["response"]["response"]


def test_a_permission_over_the_control_channel() -> None:
    rules = [{"type": "addRules"}]
    reader, fact = asking("Bash", {"command": "rm -rf build"}, permission_suggestions=rules)
    assert isinstance(fact, f.PermissionAsked)
    assert (fact.tool, fact.title, len(fact.options)) == ("Bash", "rm -rf build", 3)
    assert reader.can_answer(Request("r1"))
    assert not reader.can_answer(Request("r2"))
    allowed = {"behavior": "allow", "updatedInput": {"command": "rm -rf build"}}
    assert response(reader, verdict=Verdict.CHOOSE, choice=9) is None
    assert response(reader, verdict=Verdict.ALLOW) == allowed
    assert not reader.can_answer(Request("r1"))
    for answer, body in (
        ({"verdict": Verdict.ALLOW_ALWAYS}, {**allowed, "updatedPermissions": rules}),
        ({"verdict": Verdict.CHOOSE, "choice": 2}, {**allowed, "updatedPermissions": rules}),
        ({"verdict": Verdict.DENY, "text": "no"}, {"behavior": "deny", "message": "no"}),
    ):
        other, _ = asking("Bash", {"command": "rm -rf build"}, permission_suggestions=rules)
        assert response(other, **answer) == body
    (gone,) = facts_of(reader.line(line(type="control_cancel_request", request_id="r1")))
    assert gone == f.RequestResolved(request_id="r1")
    assert response(reader, verdict=Verdict.ALLOW) is None


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [
        ({"command": "ls \x1b]; rm -rf ~ \x07"}, r"ls \x1b]; rm -rf ~ \x07"),
        ({"command": "ls \x9d; rm -rf ~ \x9c \u202ex"}, r"ls \x9d; rm -rf ~ \x9c \u202ex"),
        ({"command": "ls", "dangerouslyDisableSandbox": True}, "ls\ndangerouslyDisableSandbox: true"),
        ({"command": "ls", "timeout": 5, "description": "List", "run_in_background": False}, "ls"),
    ],
)
def test_nothing_that_a_command_would_do_is_out_of_sight(arguments: dict[str, object], detail: str) -> None:
    _, fact = asking("Bash", arguments)
    assert isinstance(fact, f.PermissionAsked)
    assert fact.detail == detail
    assert detail.startswith(fact.title)


def test_a_path_and_a_text_that_would_be_written_hide_nothing() -> None:
    path = "src/\x1b]/../../../etc/" + "x" * 300
    _, fact = asking("Write", {"file_path": path, "content": "a\x1b[8mb"})
    assert isinstance(fact, f.PermissionAsked)
    assert fact.detail.split("\n")[1] == r"+++ b/src/\x1b]/../../../etc/" + "x" * 300
    assert r"+a\x1b[8mb" in fact.detail


def test_a_question_over_the_control_channel() -> None:
    question = {"question": "Which?", "options": [{"label": "one"}, {"label": "two"}]}
    reader, fact = asking("AskUserQuestion", {"questions": [question]})
    assert fact == f.QuestionAsked(request_id="r1", text="Which?", options=["one", "two"])
    assert response(reader, verdict=Verdict.CHOOSE, choice=3) is None
    assert response(reader, verdict=Verdict.CHOOSE, choice=2) == {
        "behavior": "allow",
        "updatedInput": {"questions": [question], "answers": {"Which?": "two"}},
    }
    reader, _ = asking("AskUserQuestion", {"questions": [question]})
    free = response(reader, verdict=Verdict.CHOOSE, text="neither")
    assert isinstance(free, dict)
    assert free["updatedInput"]["answers"] == {"Which?": "neither"}
