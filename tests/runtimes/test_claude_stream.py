from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtimes.reading import CORPUS, facts_of, info, metered, read, usage
from tui.core import facts as f
from tui.core.facts import AnyFact, RunKind
from tui.core.usage import ZERO, Usage
from tui.runtimes.claude_stream import ClaudeStreamReader

T = TypeVar("T", bound=f.Fact)

CLAUDE = CORPUS / "claude"
STREAMS = sorted([*CLAUDE.glob("*-*.jsonl"), CLAUDE / "p-bash80.bin"])

ROUND_1 = usage((1009, 53, 0, 4001), 1, "0.03137625")
ROUNDS_2 = usage((1220, 84, 4001, 4308), 2, "0.0371255")
NOTHING = Usage(cost_usd=Decimal(0))

# By hand from the requests that were served: (1009, 53, 0, 4001), (211, 31, 4001, 307), (223, 29, 4308, 101).
TOTALS = {
    "e-400.jsonl": NOTHING,
    "e-401.jsonl": ZERO,  # ended before a result
    "e-429.jsonl": NOTHING,
    "e-429x2.jsonl": ROUND_1,
    "e-ctx.jsonl": NOTHING,
    "e-dropx1.jsonl": ROUND_1,  # `result.usage` is all zero here
    "e-hang-term.jsonl": usage((1009, 2, 0, 4001), 1, None),  # only `message_start` was told
    "e-limit.jsonl": NOTHING,
    "e-noretry-down.jsonl": NOTHING,
    "e-sseerr.jsonl": ROUND_1,
    "e-stall-int.jsonl": ZERO,
    "e-tool-int.jsonl": ROUND_1,
    "h-accept.jsonl": ROUNDS_2,
    "h-bash.jsonl": ROUNDS_2,
    "h-deny.jsonl": ROUNDS_2,
    "h-dontask.jsonl": ROUNDS_2,
    "h-esc.jsonl": ROUND_1,
    "h-fail.jsonl": ROUNDS_2,
    "h-json.jsonl": usage((1009, 53, 0, 4001), 0, "0.03137625"),  # nothing but its result
    "h-long.jsonl": ROUND_1,
    "h-multi.jsonl": usage((1443, 113, 8309, 4409), 3, "0.04175075"),
    "h-partial.jsonl": ROUNDS_2,
    "h-refusal.jsonl": ROUND_1,
    "h-text.jsonl": ROUND_1,
    "h-think.jsonl": ROUND_1,
    "h-todo.jsonl": ROUNDS_2,
    "h-write.jsonl": ROUNDS_2,
    "p-bash80.bin": ROUNDS_2,
    "s-bad.jsonl": ZERO,
    "s-badmodel.jsonl": ROUND_1,
    "s-continue.jsonl": ROUND_1,
    "s-new.jsonl": ROUND_1,
    "s-noauth.jsonl": NOTHING,
    "s-nocontinue.jsonl": ROUND_1,
    "s-resume.jsonl": ROUND_1,
    "s-unknown.jsonl": ZERO,
}


def facts(name: str, kind: RunKind = RunKind.START) -> list[AnyFact]:
    return facts_of(read(ClaudeStreamReader(info(kind=kind)), [(CLAUDE / name).read_bytes()]))


def of(name: str, kind: type[T]) -> list[T]:
    return [fact for fact in facts(name) if isinstance(fact, kind)]


def test_every_recording_has_its_figures() -> None:
    assert {path.name for path in STREAMS} == set(TOTALS)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_usage_is_counted_once(path: Path) -> None:
    assert metered(facts(path.name)) == TOTALS[path.name]


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_every_json_line_is_understood(path: Path) -> None:
    told = facts(path.name)
    assert told
    assert not [fact for fact in told if isinstance(fact, f.Unparsed | f.LogLine)]


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_the_facts_do_not_depend_on_how_the_stream_was_cut(path: Path) -> None:
    data = path.read_bytes()
    whole = facts(path.name)
    for size in (1, 7, 4093):
        chunks = [data[at : at + size] for at in range(0, len(data), size)]
        assert facts_of(read(ClaudeStreamReader(info()), chunks)) == whole


def test_under_a_terminal_the_same_is_read_as_from_a_pipe() -> None:
    kinds = [type(fact) for fact in facts("h-bash.jsonl")]
    assert [type(fact) for fact in facts("p-bash80.bin")] == kinds


def test_a_tool_turn() -> None:
    told = [
        fact for fact in facts("h-bash.jsonl") if not fact.ephemeral and not isinstance(fact, f.UsageReported)
    ]
    names = [type(fact).__name__ for fact in told]
    assert names == [
        "SessionStarted", "TurnStarted", "Thinking", "Text", "ToolCalled", "ToolFinished", "Text", "TurnEnded",
    ]  # fmt: skip
    session, turn, thinking, text, call, result, answer, end = told
    assert isinstance(session, f.SessionStarted)
    assert session.session_id == "7b974719-4cac-422d-a828-da950ee53630"
    assert (session.model, session.version) == ("claude-opus-4-8[1m]", "2.1.197")
    assert session.context_window == 1_000_000
    assert turn == f.TurnStarted(prompt="the prompt")
    assert isinstance(thinking, f.Thinking)
    assert thinking.text == "I will list the files first."
    assert isinstance(text, f.Text)
    assert text.text == "Let me look at the files."
    assert isinstance(call, f.ToolCalled)
    assert (call.name, call.title) == ("Bash", "ls -la")
    assert isinstance(result, f.ToolFinished)
    assert result.call_id == call.call_id
    assert result.ok
    assert result.output.startswith("total 24\n")
    assert isinstance(answer, f.Text)
    assert isinstance(end, f.TurnEnded)
    assert (end.ok, end.text, end.turns) == (True, answer.text, 2)
    assert (end.cost_usd, end.duration_s) == (Decimal("0.0371255"), 0.275)


def test_deltas_name_the_block_that_they_make() -> None:
    told = facts("h-partial.jsonl")
    for block in [fact for fact in told if isinstance(fact, f.Text | f.Thinking)]:
        kind = f.TextDelta if isinstance(block, f.Text) else f.ThinkingDelta
        pieces = [fact.text for fact in told if isinstance(fact, kind) and fact.block == block.block]
        assert "".join(pieces) == block.text


def test_live_figures_come_from_the_message_s_last_word() -> None:
    told = [
        (fact.usage.output, fact.context_tokens)
        for fact in of("h-partial.jsonl", f.UsageReported)
        if fact.key
    ]
    assert told == [(2, 5010), (53, 5010), (2, 4519), (31, 4519)]
    (total,) = [fact for fact in of("h-partial.jsonl", f.UsageReported) if fact.scope == "run"]
    assert total.context_window == 1_000_000


def test_a_new_file_comes_as_a_diff() -> None:
    (result,) = of("h-write.jsonl", f.ToolFinished)
    assert result.diff == "--- a/hello.txt\n+++ b/hello.txt\n@@ -0,0 +1,2 @@\n+hello\n+world\n"


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def edit_result(detail: object) -> str:
    reader = ClaudeStreamReader(info())
    arguments = {"file_path": "/home/dev/project/a.py", "old_string": "x = 1", "new_string": "x = 2"}
    block = {"type": "tool_use", "id": "t1", "name": "Edit", "input": arguments}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "ok"}
    said = line(type="assistant", message={"id": "m", "model": "c", "content": [block]})
    heard = line(type="user", message={"content": [result]}, tool_use_result=detail)
    (finished,) = [
        fact for fact in facts_of(read(reader, [said + b"\n" + heard])) if isinstance(fact, f.ToolFinished)
    ]
    return finished.diff


def test_an_edit_comes_as_the_cli_s_hunks_or_as_our_own_comparison() -> None:
    hunk = {"oldStart": 7, "oldLines": 1, "newStart": 7, "newLines": 1, "lines": ["-x = 1", "+x = 2"]}
    head = "--- a/a.py\n+++ b/a.py\n"
    patch = {"filePath": "/home/dev/project/a.py", "structuredPatch": [hunk]}
    assert edit_result(patch) == head + "@@ -7,1 +7,1 @@\n-x = 1\n+x = 2\n"
    ours = head + "@@ -1 +1 @@\n-x = 1\n+x = 2\n"
    assert edit_result("a string") == ours
    assert edit_result({"structuredPatch": "nonsense"}) == ours
    assert edit_result(None) == ours


def test_failures_of_tools() -> None:
    (failed,) = of("h-fail.jsonl", f.ToolFinished)
    assert (failed.ok, failed.exit_code, failed.denied) == (False, 3, False)
    (refused,) = of("e-tool-int.jsonl", f.ToolFinished)
    assert (refused.ok, refused.denied) == (False, True)
    denied = [fact.text for fact in of("h-deny.jsonl", f.ErrorReported)]
    assert denied == ["Refused without asking: Bash rm -rf build"]


def test_retries_errors_and_limits() -> None:
    retries = of("e-429.jsonl", f.Retrying)
    assert [(r.attempt, r.max_attempts, r.status, r.error) for r in retries] == [
        (1, 2, 429, "rate limit"),
        (2, 2, 429, "rate limit"),
    ]
    assert retries[0].delay_s == 1.0
    (error,) = of("e-429.jsonl", f.ErrorReported)
    assert (error.code, error.fatal) == ("rate_limit", False)
    assert of("e-429.jsonl", f.RateLimited)
    assert not of("e-400.jsonl", f.Text)
    assert [r.status for r in of("e-noretry-down.jsonl", f.Retrying)] == [None]


def test_a_limit_event_tells_use_and_refusal() -> None:
    reader = ClaudeStreamReader(info())
    told = {"status": "rejected", "resetsAt": 1795370500, "rateLimitType": "five_hour", "utilization": 0.71}
    facts = facts_of(reader.line(line(type="rate_limit_event", rate_limit_info=told)))
    assert facts == [
        f.LimitReported(limit="5 h", used_percent=71.0, resets_at=1795370500),
        f.RateLimited(text="5-hour limit reached", resets_at=1795370500, limit="5 h"),
    ]


def test_a_sub_agent_s_messages_name_their_call_and_do_not_fill_the_context() -> None:
    reader = ClaudeStreamReader(info())
    tokens = {"input_tokens": 10, "output_tokens": 5}
    said = {"id": "m9", "model": "claude-haiku", "content": [{"type": "text", "text": "hi"}], "usage": tokens}
    told = facts_of(reader.line(line(type="assistant", message=said, parent_tool_use_id="toolu_1")))
    assert told == [
        f.Text(text="hi", block="m9:0", parent="toolu_1"),
        f.UsageReported(usage=Usage(input=10, output=5, requests=1), key="m9"),
    ]


def test_a_run_s_total_is_the_sum_over_models() -> None:
    reader = ClaudeStreamReader(info())
    models = {
        "opus": {"inputTokens": 5, "outputTokens": 7, "costUSD": 0.1, "contextWindow": 200000},
        "haiku": {"inputTokens": 1, "outputTokens": 1, "cacheReadInputTokens": 3, "costUSD": 0.02},
    }
    told = facts_of(
        reader.line(line(type="result", is_error=False, modelUsage=models, usage={"input_tokens": 0}))
    )
    expected = Usage(input=6, output=8, cache_read=3, cost_usd=Decimal("0.12"))
    assert told[0] == f.UsageReported(usage=expected, scope="run", context_window=200_000)


def test_without_model_usage_the_result_s_own_usage_counts() -> None:
    told = facts_of(
        ClaudeStreamReader(info()).line(line(type="result", usage={"input_tokens": 3}, total_cost_usd=0.5))
    )
    assert told[0] == f.UsageReported(usage=Usage(input=3, cost_usd=Decimal("0.5")), scope="run")


# -- the end -----------------------------------------------------------------------------------------------------------

UNKNOWN = "No conversation found with session ID: 99999999-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    ("name", "code", "signal", "tail", "ok", "refused", "reason"),
    [
        ("h-bash.jsonl", 0, None, "", True, False, ""),
        ("h-deny.jsonl", 0, None, "", True, False, ""),
        ("e-stall-int.jsonl", 0, None, "", False, False, "ended without a result"),
        ("e-tool-int.jsonl", 1, None, "", False, False, "the turn was interrupted"),
        ("e-hang-term.jsonl", 143, None, "", False, False, "exit 143"),
        ("e-401.jsonl", None, 9, "", False, False, "ended by SIGKILL"),
        ("e-400.jsonl", 1, None, "", False, False, "API Error: 400 messages.0: something is invalid"),
        ("s-noauth.jsonl", 1, None, "", False, False, "Not logged in · Please run /login"),
        ("s-unknown.jsonl", 1, None, UNKNOWN, False, True, UNKNOWN),
        ("", 1, None, UNKNOWN, False, True, UNKNOWN),
        ("", 1, None, "error: unknown option '--x'", False, False, "error: unknown option '--x'"),
        (
            "",
            1,
            None,
            "Error: Session ID 1 is already in use.",
            False,
            False,
            "Error: Session ID 1 is already in use.",
        ),
        ("", 1, None, "\x1b[31mError: \x1b]0;t\x07bad\x1b[0m", False, False, "Error: bad"),
        ("", 1, None, "", False, False, "exit 1"),
        ("", 0, None, "", False, False, "ended without a result"),
        ("h-bash.jsonl", 1, None, "", False, False, "exit 1"),
    ],
)
def test_exits(
    name: str, code: int | None, signal: int | None, tail: str, ok: bool, refused: bool, reason: str
) -> None:
    reader = ClaudeStreamReader(info(kind=RunKind.RESUME))
    read(reader, [(CLAUDE / name).read_bytes()] if name else [])
    end = reader.exit(code, signal, tail)
    assert (end.ok, end.done, end.refused, end.reason) == (ok, ok, refused, reason)


def test_a_bad_session_name_is_a_refusal_too() -> None:
    reader = ClaudeStreamReader(info(kind=RunKind.RESUME))
    told = facts_of(read(reader, [(CLAUDE / "s-bad.jsonl").read_bytes()]))
    assert [fact.fatal for fact in told if isinstance(fact, f.ErrorReported)] == [True]
    assert reader.exit(1, None, "").refused


def test_only_a_resume_can_be_refused() -> None:
    reader = ClaudeStreamReader(info(kind=RunKind.START))
    assert not reader.exit(1, None, UNKNOWN).refused


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"subtype": "error_max_turns", "num_turns": 4}, "reached its limit of 3 turns"),
        ({"subtype": "error_max_budget_usd"}, "reached its budget of $1.50"),
        ({"subtype": "error_during_execution", "errors": ["[ede_diagnostic] x", "it broke"]}, "it broke"),
        ({"subtype": "something_new"}, "something new"),
    ],
)
def test_errors_of_a_result_in_words(fields: dict[str, object], reason: str) -> None:
    reader = ClaudeStreamReader(info(max_turns=3, max_budget_usd=Decimal("1.50")))
    list(reader.line(line(type="result", is_error=True, **fields)))
    assert reader.exit(1, None, "").reason == reason


# -- hostile -----------------------------------------------------------------------------------------------------------


def test_escape_sequences_of_a_model_reach_nobody() -> None:
    told = of("h-esc.jsonl", f.Text) + of("h-esc.jsonl", f.TurnEnded)
    assert [fact.text for fact in told] == ["Before red   tab\there  after\nline2 rtl end."] * 2


EVIL = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.just("\x1b]0;x\x07\x1b[2J\u202e"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "type", "subtype", "message", "event", "id", "model", "content", "usage", "input_tokens", "delta", "text", "name",
        "input", "tool_use_id", "modelUsage", "costUSD", "is_error", "result", "errors", "request", "request_id",
        "session_id", "parent_tool_use_id", "tool_use_result", "rate_limit_info", "permission_denials", "duration_ms",
    ]
)  # fmt: skip
TYPES = st.sampled_from(
    [
        "system",
        "assistant",
        "user",
        "result",
        "stream_event",
        "rate_limit_event",
        "control_request",
        "init",
        "tool_use",
    ]
)


@settings(max_examples=300)
@given(
    st.lists(
        st.dictionaries(KEYS, st.one_of(EVIL, TYPES, st.dictionaries(KEYS, EVIL, max_size=4))), max_size=4
    )
)
def test_no_json_breaks_the_reader_and_all_texts_are_inert(lines: list[dict[str, object]]) -> None:
    reader = ClaudeStreamReader(info())
    data = [json.dumps(one).encode() + b"\n" for one in lines]
    told = facts_of(read(reader, data))
    shown = repr(told) + reader.exit(1, None, "").reason
    assert "\\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("figure", [-1, 10**30, 1e400, 1.5, "12", None, True])
def test_nonsense_figures_count_nothing(figure: object) -> None:
    reader = ClaudeStreamReader(info())
    tokens = json.dumps({"input_tokens": figure, "output_tokens": 1}).replace("Infinity", "1e400")
    said = (
        b'{"type":"assistant","message":{"id":"m","model":"c","content":[],"usage":' + tokens.encode() + b"}}"
    )
    assert metered(facts_of(reader.line(said))).input == 0
