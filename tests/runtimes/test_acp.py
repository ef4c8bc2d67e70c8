"""The Agent Client Protocol by hand: how a run begins, what it is told, what it asks, how its turns end."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.core.driving import agent as driven
from tests.runtimes.acp import GREETED, OLD, OPTIONS, Talk
from tests.runtimes.recorded import kinds
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.commands import Verdict
from tui.core.facts import AnyFact
from tui.core.status import Request

CHANGE = {"type": "diff", "path": "/home/dev/project/a.txt", "oldText": "old\n", "newText": "new\n"}


def prompts(talk: Talk) -> list[str]:
    """What it was prompted with just now."""
    return [one["params"]["prompt"][0]["text"] for one in talk.said if one.get("method") == "session/prompt"]


# -- the beginning -----------------------------------------------------------------------------------------------------


def test_it_is_greeted_gets_a_session_and_its_prompt() -> None:
    talk = Talk(prompt="two\nlines \u2028 é")
    (greeting,) = talk.said
    assert greeting["params"]["protocolVersion"] == 1
    assert greeting["params"]["clientCapabilities"] == {
        "fs": {"readTextFile": False, "writeTextFile": False},
        "terminal": False,
    }
    assert talk.result("initialize", GREETED) == []
    assert talk.said[0]["params"] == {"cwd": "/home/dev/project", "mcpServers": []}
    told = talk.result("session/new", {"sessionId": "s1", "models": {"currentModelId": "m1"}})
    assert told == [
        f.SessionStarted(session_id="s1", model="m1", version="1.2.3"),
        f.TurnStarted(prompt="two\nlines  é"),
        f.RequestStarted(),
    ]
    assert prompts(talk) == ["two\nlines \u2028 é"]


def test_another_version_of_the_protocol_is_said_with_what_to_do() -> None:
    talk = Talk()
    talk.result("initialize", {**GREETED, "protocolVersion": 2})
    assert talk.reader.input_over
    reason = talk.reader.exit(0, None, "").reason
    assert reason == ('It speaks version 2 of the Agent Client Protocol, not 1: set channel = "plain".')


def test_who_is_not_signed_in_is_told_and_not_sent_to_a_fresh_session() -> None:
    for method, talk in (("session/new", Talk()), ("session/load", Talk(session=OLD))):
        talk.result("initialize", GREETED)
        talk.result(method, code=-32000, message="Authentication required")
        ended = talk.reader.exit(0, None, "")
        assert (ended.ok, ended.refused, ended.reason) == (False, False, "Authentication required")


def test_a_loaded_session_s_history_is_neither_told_nor_counted() -> None:
    talk = Talk(session=OLD)
    talk.result("initialize", GREETED)
    assert talk.said[0]["params"]["sessionId"] == OLD
    usage = {"usage": {"inputTokens": 5, "outputTokens": 5}}
    told = [
        *talk.update("user_message_chunk", OLD, content={"type": "text", "text": "before"}),
        *talk.update("agent_message_chunk", OLD, content={"type": "text", "text": "long ago"}, _meta=usage),
        *talk.update("tool_call", OLD, toolCallId="c0", status="completed", rawInput={"command": "ls"}),
    ]
    assert told == []
    told = talk.result("session/load", None)
    assert [type(fact) for fact in told] == [f.SessionStarted, f.TurnStarted, f.RequestStarted]
    assert kinds(told, f.SessionStarted)[0].session_id == OLD
    assert prompts(talk) == ["the prompt"]


@pytest.mark.parametrize("how", ["error", "no history", "cannot"])
def test_a_session_that_is_not_loaded_is_a_refusal(how: str) -> None:
    talk = Talk(session=OLD)
    talk.result("initialize", GREETED if how != "cannot" else {"protocolVersion": 1})
    if how == "error":
        talk.result("session/load", code=-32603, message="Internal error", data={"details": "not found: x"})
    elif how == "no history":
        talk.result("session/load", {"models": {"currentModelId": "m"}})
    assert prompts(talk) == []
    assert talk.reader.input_over
    ended = talk.reader.exit(0, None, "")
    assert (ended.ok, ended.refused) == (False, True)
    assert {"error": "not found: x", "no history": "no history", "cannot": "cannot load"}[how] in ended.reason


def test_what_we_never_offered_is_refused() -> None:
    talk = Talk().opened()
    assert talk.say(id="w1", method="fs/write_text_file", params={"path": "/x", "content": "y"}) == []
    (refusal,) = talk.said
    assert (refusal["id"], refusal["error"]["code"]) == ("w1", -32601)


# -- what it says ------------------------------------------------------------------------------------------------------


def test_pieces_become_texts_when_something_else_follows() -> None:
    talk = Talk().opened()
    for word in ("I ", "think"):
        talk.update("agent_thought_chunk", content={"type": "text", "text": word})
    for word in ("one ", "two"):
        talk.words(word)
    talk.update("tool_call", toolCallId="c1", kind="read", status="pending", rawInput={"path": "a.txt"})
    talk.words("three")
    talk.over()
    whole = [fact for fact in talk.facts if isinstance(fact, f.Text | f.Thinking)]
    assert [(type(fact), fact.text) for fact in whole] == [
        (f.Thinking, "I think"), (f.Text, "one two"), (f.Text, "three"),
    ]  # fmt: skip
    deltas = kinds(talk.facts, f.TextDelta)
    assert [fact.block for fact in deltas] == [whole[1].block, whole[1].block, whole[2].block]
    assert kinds(talk.facts, f.TurnEnded)[-1].text == "three"


def test_a_tool_is_shown_once_it_says_what_it_does_and_ends_with_its_changes() -> None:
    talk = Talk().opened()
    assert (
        talk.update("tool_call", toolCallId="c1", kind="execute", status="pending", rawInput={"cwd": "/"})
        == []
    )
    (called,) = talk.update("tool_call_update", toolCallId="c1", rawInput={"command": "make"})
    assert (called.name, called.title) == ("shell", "make")
    content = [{"type": "content", "content": {"type": "text", "text": "one\n"}}]
    (piece,) = talk.update("tool_call_update", toolCallId="c1", status="in_progress", content=content)
    content[0]["content"]["text"] = "one\ntwo\n"  # type: ignore[index]
    (more,) = talk.update("tool_call_update", toolCallId="c1", status="in_progress", content=content)
    assert (piece.text, more.text) == ("one\n", "two\n")
    raw = {"output": "one\ntwo\n", "metadata": {"exit": 2}}
    (ended,) = talk.update(
        "tool_call_update", toolCallId="c1", status="completed", content=[*content, CHANGE], rawOutput=raw
    )
    assert (ended.ok, ended.exit_code, ended.output) == (False, 2, "one\ntwo\n")
    assert ended.diff.splitlines() == ["--- a/a.txt", "+++ b/a.txt", "@@ -1 +1 @@", "-old", "+new"]
    assert talk.update("tool_call_update", toolCallId="c1", status="completed") == []


def test_a_plan_is_told_when_it_changes() -> None:
    talk = Talk().opened()
    steps = [{"content": "look", "status": "completed"}, {"content": "mend", "status": "pending"}]
    called, ended = talk.update("plan", entries=steps)
    assert (called.name, called.title, ended.output) == ("update_plan", "2 steps", "[x] look\n[ ] mend")
    assert talk.update("plan", entries=steps) == []


def test_the_window_and_the_mode_are_told_once_and_unknown_updates_pass() -> None:
    talk = Talk().opened()
    (started,) = talk.update("usage_update", used=5, size=64_000)
    assert (started.session_id, started.context_window) == ("s1", 64_000)
    assert talk.update("usage_update", used=6, size=64_000) == []
    (mode,) = talk.update("current_mode_update", currentModeId="plan")
    assert mode.text == "Its mode is now plan."
    assert talk.update("something_new", entries=[], content={"type": "text", "text": "x"}) == []
    assert talk.update("agent_message_chunk", "another", content={"type": "text", "text": "x"}) == []


# -- what it asks ------------------------------------------------------------------------------------------------------


def test_it_asks_with_all_that_it_would_do() -> None:
    talk = Talk().opened()
    called, asked = talk.ask(content=[CHANGE])
    assert isinstance(called, f.ToolCalled)
    assert (asked.tool, asked.title) == ("shell", "rm -rf build")
    assert asked.detail.startswith("rm -rf build\n--- a/a.txt\n+++ b/a.txt\n")
    assert asked.options == [option["name"] for option in OPTIONS]
    (_, asked) = Talk().opened().ask(title="Writing a.txt", kind="edit", rawInput=None, content=[CHANGE])
    assert (asked.tool, asked.title) == ("edit", "Writing a.txt")
    assert asked.detail.startswith("--- a/a.txt")


def test_what_is_allowed_is_what_the_request_says_and_not_what_was_announced() -> None:
    talk = Talk().opened()
    talk.update("tool_call", toolCallId="c1", status="pending", rawInput={"command": "ls"}, title="ls")
    (asked,) = talk.ask()
    assert (asked.title, asked.detail) == ("rm -rf build", "rm -rf build")


def test_another_folder_and_what_a_terminal_would_not_show_are_told() -> None:
    (_, asked) = (
        Talk().opened().ask(rawInput={"command": "ls \x1b];x\x07", "cwd": "/etc", "description": "y"})
    )
    assert asked.detail == "ls \\x1b];x\\x07\ncwd: /etc"
    (_, asked) = (
        Talk().opened().ask(rawInput={"command": "ls", "cwd": "/home/dev/project", "is_background": False})
    )
    assert asked.detail == "ls"
    (_, asked) = Talk().opened().ask(title="ls \x1b];x\x07", rawInput=None)
    assert (asked.title, asked.detail) == ("ls \\x1b];x\\x07", "ls \\x1b];x\\x07")


MEANT = {
    Verdict.ALLOW: "allow_once",
    Verdict.ALLOW_ALWAYS: "allow_always",
    Verdict.DENY: "reject_once",
}


@pytest.mark.parametrize("verdict", MEANT)
def test_an_option_is_chosen_by_its_kind_whatever_its_place_and_words(verdict: Verdict) -> None:
    for order in permutations(OPTIONS):
        # Their words say the opposite.
        options = [{**each, "name": "Yes, allow" if "reject" in each["kind"] else "No"} for each in order]
        talk = Talk().opened()
        request = talk.ask(options=options)[-1].request_id
        answered = talk.answer(request, verdict)
        assert answered is not None
        assert answered["id"] == 0
        assert answered["result"] == {"outcome": {"outcome": "selected", "optionId": f"id-{MEANT[verdict]}"}}


def test_an_answer_is_never_wider_than_it_was_meant() -> None:
    def given(verdict: Verdict, *offered: str, **more: int) -> object:
        talk = Talk().opened()
        options = [option for option in OPTIONS if option["kind"] in offered]
        answered = talk.answer(talk.ask(options=options)[-1].request_id, verdict, **more)
        return answered and answered["result"]["outcome"].get("optionId", "cancelled")

    assert given(Verdict.ALLOW, "allow_always", "reject_once") is None
    assert given(Verdict.ALLOW_ALWAYS, "allow_once") == "id-allow_once"
    assert given(Verdict.DENY, "allow_once", "reject_always") == "id-reject_always"
    assert given(Verdict.DENY, "allow_once") == "cancelled"
    assert given(Verdict.CHOOSE, "allow_once", "reject_once", choice=2) == "id-reject_once"
    assert given(Verdict.CHOOSE, "allow_once", choice=2) is None


def test_only_the_request_that_is_still_open_is_answered_and_only_once() -> None:
    talk = Talk().opened()
    first = talk.ask(0, "c1")[-1].request_id
    assert kinds(talk.ask(1, "c2"), f.PermissionAsked) == []  # one after the other
    assert not talk.reader.can_answer(Request("1:c2"))
    assert talk.reader.can_answer(Request(first))
    assert talk.answer(first, Verdict.ALLOW)
    assert talk.answer(first, Verdict.ALLOW) is None
    gone, second = [fact for _, fact in talk.reader.tick()]
    assert gone == f.RequestResolved(request_id=first)
    assert second.request_id == "1:c2"
    assert talk.over()[0] == f.RequestResolved(request_id="1:c2")
    assert talk.answer("1:c2", Verdict.ALLOW) is None


def test_a_refused_call_ends_and_its_reason_is_the_next_prompt() -> None:
    talk = Talk().opened()
    request = talk.ask()[-1].request_id
    talk.reader.prompt("and later this")
    assert talk.answer(request, Verdict.DENY, text="the build is still needed")
    resolved, refused, *_ = talk.words("Well.")
    assert resolved == f.RequestResolved(request_id=request)
    assert (refused.call_id, refused.ok, refused.denied) == ("c1", False, True)
    # What the CLI says of it later adds nothing.
    assert kinds(talk.update("tool_call_update", toolCallId="c1", status="failed"), f.ToolFinished) == []
    talk.over()
    assert prompts(talk) == ["the build is still needed"]
    assert not talk.reader.input_over


def test_it_works_then_needs_leave_then_works_and_is_done() -> None:
    talk, agent = Talk().opened(), driven()
    passed: list[Activity] = []

    def learn(told: list[AnyFact]) -> None:
        for fact in told:
            agent.hear(fact)
            if passed[-1:] != [agent.status.activity]:
                passed.append(agent.status.activity)

    learn(talk.facts)
    learn(talk.ask())
    assert agent.status.request is not None
    assert agent.status.request.title == "rm -rf build"
    talk.answer(agent.status.request.request_id, Verdict.ALLOW)
    learn([fact for _, fact in talk.reader.tick()])
    assert agent.status.request is None
    learn(talk.update("tool_call_update", toolCallId="c1", status="completed"))
    learn(talk.over())
    assert passed == [Activity.WORKING, Activity.NEEDS_PERMISSION, Activity.WORKING, Activity.DONE]


# -- the end of a turn -------------------------------------------------------------------------------------------------


def test_its_input_ends_with_the_last_turn() -> None:
    talk = Talk().opened()
    assert talk.reader.prompt("two") == b""
    assert talk.reader.outbox == []  # one at a time
    told = talk.over()
    assert prompts(talk) == ["two"]
    assert [fact.prompt for fact in kinds(told, f.TurnStarted)] == ["two"]
    assert not talk.reader.input_over
    talk.over()
    assert talk.reader.input_over
    assert not talk.reader.takes_prompts
    assert talk.reader.prompt("three") is None
    assert talk.reader.interrupt() is None
    assert talk.reader.exit(0, None, "").done


def test_an_interrupt_withdraws_what_is_asked_and_leaves_it_ready() -> None:
    talk = Talk().opened()
    talk.ask("r1")
    assert talk.reader.interrupt() == b""
    talk.words("…")
    withdrawn, cancelled = talk.said
    assert (withdrawn["id"], withdrawn["result"]) == ("r1", {"outcome": {"outcome": "cancelled"}})
    assert (cancelled["method"], cancelled["params"]) == ("session/cancel", {"sessionId": "s1"})
    ended = talk.over("cancelled")[-1]
    assert (ended.ok, ended.interrupted) == (False, True)
    assert not talk.reader.input_over
    assert talk.reader.prompt("go on") == b""
    talk.said = talk._heard()
    assert prompts(talk) == ["go on"]
    assert kinds([fact for _, fact in talk.reader.tick()], f.TurnStarted)[0].prompt == "go on"
    talk.over()
    assert talk.reader.input_over


def test_an_error_after_an_interrupt_is_the_interrupt() -> None:
    talk = Talk().opened()
    talk.reader.interrupt()
    told = talk.result("session/prompt", code=-32603, message="Not currently generating")
    assert [fact.interrupted for fact in kinds(told, f.TurnEnded)] == [True]
    assert not talk.reader.input_over


def test_before_its_first_turn_it_is_interrupted_by_the_signal() -> None:
    assert Talk().reader.interrupt() is None


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ({"code": -32603, "message": "Internal error", "data": {"details": "400 bad"}}, "API error 400 bad"),
        (
            {"code": 429, "message": '{"error":{"message":"Too many requests."}}'},
            "API error 429 Too many requests.",
        ),
        ({"code": -32603, "message": "Internal error: it broke", "data": {"service": "x"}}, "it broke"),
        ({"code": 7, "message": ""}, "error 7"),
    ],
)
def test_an_error_is_said_in_the_words_that_tell_most(error: dict[str, object], reason: str) -> None:
    talk = Talk().opened()
    told = talk.result("session/prompt", **error)
    assert kinds(told, f.ErrorReported)[0].text == reason
    assert bool(kinds(told, f.RateLimited)) is ("429" in reason)
    ended = talk.reader.exit(0, None, "")
    assert (ended.ok, ended.reason) == (False, reason)
    assert talk.reader.input_over


@pytest.mark.parametrize("stop", ["max_tokens", "max_turn_requests", "refusal", "something new", ""])
def test_no_stop_but_the_end_of_the_turn_is_a_success(stop: str) -> None:
    talk = Talk().opened()
    talk.over(stop)
    ended = talk.reader.exit(0, None, "")
    assert not ended.ok
    assert ended.reason


def test_one_that_ends_in_the_middle_of_a_turn_failed_whatever_the_turn_before_said() -> None:
    talk = Talk().opened()
    talk.reader.prompt("two")
    talk.over()
    assert talk.reader.exit(0, None, "").reason == "ended without a result"
