"""The Messages dialect of the fake provider."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.fakes.client import post
from tests.fakes.exchange import Json, Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER, THOUGHT
from tests.fakes.usage import ROUNDS, ZERO

SCHEMA = {
    "type": "object",
    "properties": {"command": {"type": "string"}, "description": {"type": "string"}},
    "required": ["command"],
}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


def ask(server: ModelServer, messages: list[Json], *, stream: bool = True, path: str = "") -> list[Json]:
    tools = [{"name": "Bash", "input_schema": SCHEMA}]
    body = {"model": "claude-opus-4-8", "stream": stream, "messages": messages, "tools": tools}
    answer = post(f"{server.url}/v1/messages{path}", body)
    return answer.events() if stream else [answer.json()]


def user(*texts: str) -> Json:
    return {"role": "user", "content": [{"type": "text", "text": text} for text in texts]}


def test_a_stream_has_the_published_order_and_usage(server: ModelServer) -> None:
    events = ask(server, [user("#think")])
    kinds = [event["type"] for event in events if event["type"] != "content_block_delta"]
    block = ["content_block_start", "content_block_stop"]
    assert kinds == ["message_start", "ping", *block, *block, "message_delta", "message_stop"]
    start, end = events[0]["message"]["usage"], events[-2]
    assert (start["input_tokens"], start["cache_creation_input_tokens"], start["output_tokens"]) == (
        1009,
        4001,
        2,
    )
    assert end["usage"]["output_tokens"] == 53
    assert end["delta"]["stop_reason"] == "end_turn"
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    assert "".join(delta.get("thinking", "") for delta in deltas) == THOUGHT
    assert "".join(delta.get("text", "") for delta in deltas) == ANSWER


def test_a_tool_call_comes_in_pieces_and_names_what_was_offered(server: ModelServer) -> None:
    events = ask(server, [user("#bash")])
    call = next(e["content_block"] for e in events if e.get("content_block", {}).get("type") == "tool_use")
    pieces = [
        e["delta"]["partial_json"] for e in events if e.get("delta", {}).get("type") == "input_json_delta"
    ]
    assert call["name"] == "Bash"
    assert len(pieces) > 1
    assert json.loads("".join(pieces))["command"] == "ls -la"
    assert events[-2]["delta"]["stop_reason"] == "tool_use"


def test_rounds_follow_the_conversation(server: ModelServer) -> None:
    messages = [user("earlier #bash"), {"role": "assistant", "content": "done"}]
    messages.append(user("<system-reminder>of #400</system-reminder>", "now #three"))
    for number, calls in ((1, 2), (2, 1), (3, 0)):
        answer = ask(server, messages, stream=False)[0]
        uses = [block for block in answer["content"] if block["type"] == "tool_use"]
        assert len(uses) == calls
        assert answer["usage"]["input_tokens"] == ROUNDS[number - 1].input
        results = [{"type": "tool_result", "tool_use_id": use["id"], "content": "#bash"} for use in uses]
        messages += [
            {"role": "assistant", "content": answer["content"]},
            {"role": "user", "content": results},
        ]
        messages.append({"role": "system", "content": "a notice"})
    assert server.totals() == sum(ROUNDS, ZERO)
    assert [e.ask.round for e in server.entries()] == [1, 2, 3]
    assert {e.ask.prompt for e in server.entries()} == {"now #three"}


def test_counting_tokens_costs_nothing(server: ModelServer) -> None:
    answer = ask(server, [user("count me")], stream=False, path="/count_tokens")[0]
    assert answer["input_tokens"] > 0
    assert [e.ask.kind for e in server.entries()] == [Kind.COUNT]
    assert server.totals() == ZERO
