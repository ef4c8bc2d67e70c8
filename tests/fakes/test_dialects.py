"""The OpenAI and Gemini dialects of the fake provider."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.fakes.client import post
from tests.fakes.exchange import Json, Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER, NOTES, THOUGHT, Pace
from tests.fakes.usage import ROUNDS, SIDE, ZERO

COMMAND = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(pace=Pace(rate_limits=1)) as running:
        yield running


def chat(server: ModelServer, messages: list[Json], **more: object) -> list[Json]:
    tools = [{"type": "function", "function": {"name": "bash", "parameters": COMMAND}}]
    body = {"model": "m", "messages": messages, "tools": tools, "stream": True}
    options = {"stream_options": {"include_usage": True}}
    answer = post(f"{server.url}/v1/chat/completions", body | options | more)
    return answer.events() or [answer.json()]


def responses(server: ModelServer, items: list[Json], **more: object) -> list[Json]:
    tools = [
        {
            "type": "function",
            "name": "exec_command",
            "parameters": {"properties": {"cmd": {"type": "string"}}},
        }
    ]
    tools.append({"type": "custom", "name": "apply_patch"})
    body = {"model": "gpt-5.5", "input": items, "tools": tools, "stream": True}
    return post(f"{server.url}/v1/responses", body | more).events()


def gemini(server: ModelServer, contents: list[Json], verb: str = "streamGenerateContent") -> list[Json]:
    declarations = [{"name": "run_shell_command", "parametersJsonSchema": COMMAND}]
    body = {"contents": contents, "tools": [{"functionDeclarations": declarations}]}
    answer = post(f"{server.url}/v1beta/models/gemini-2.5-pro:{verb}?alt=sse", body)
    return answer.events() or [answer.json()]


def deltas(events: list[Json]) -> list[Json]:
    return [event["choices"][0]["delta"] for event in events if event.get("choices")]


def test_chat_streams_reasoning_and_text_then_usage(server: ModelServer) -> None:
    events = chat(server, [{"role": "user", "content": "#think"}])
    assert "".join(delta.get("reasoning_content", "") for delta in deltas(events)) == THOUGHT
    assert "".join(delta.get("content", "") for delta in deltas(events)) == ANSWER
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    assert events[-1]["choices"] == []
    assert events[-1]["usage"] == {
        "prompt_tokens": 5010,
        "completion_tokens": 53,
        "total_tokens": 5063,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 17},
    }


def test_chat_keeps_the_usage_to_itself_unless_asked(server: ModelServer) -> None:
    events = chat(server, [{"role": "user", "content": "#text"}], stream_options=None)
    assert all(event["usage"] is None for event in events)
    assert server.totals() == ROUNDS[0]


def test_chat_numbers_parallel_calls_and_follows_the_rounds(server: ModelServer) -> None:
    messages: list[Json] = [{"role": "user", "content": [{"type": "text", "text": "#three"}]}]
    events = chat(server, messages)
    pieces = [piece for delta in deltas(events) for piece in delta.get("tool_calls", ())]
    arguments = [
        "".join(p["function"]["arguments"] for p in pieces if p["index"] == index) for index in (0, 1)
    ]
    assert [json.loads(text)["command"] for text in arguments] == ["ls", "git log --oneline"]
    for _ in range(2):
        whole = chat(server, messages, stream=False)[0]["choices"][0]["message"]
        messages.append(whole)
        results = (
            {"role": "tool", "tool_call_id": call["id"], "content": "ok"} for call in whole["tool_calls"]
        )
        messages.extend(results)
    assert chat(server, messages, stream=False)[0]["choices"][0]["message"]["content"] == ANSWER
    assert [entry.ask.round for entry in server.entries()] == [1, 1, 2, 3]


def test_chat_tells_memory_keeping_from_turns(server: ModelServer) -> None:
    system = {"role": "system", "content": "You are now acting as the managed memory extraction subagent"}
    chat(server, [system, {"role": "user", "content": "remember #bash"}])
    assert (server.totals(Kind.SIDE), server.totals(Kind.MAIN)) == (SIDE, ZERO)


def test_responses_stream_items_and_usage(server: ModelServer) -> None:
    events = responses(server, [{"role": "user", "content": [{"type": "input_text", "text": "#think"}]}])
    assert events[0]["type"] == "response.created"
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert done[0]["summary"][0]["text"] == THOUGHT
    assert done[1]["content"][0]["text"] == ANSWER
    assert events[-1]["type"] == "response.completed"
    assert events[-1]["response"]["output"] == done
    assert events[-1]["response"]["usage"] == {
        "input_tokens": 5010,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 4001},
        "output_tokens": 53,
        "output_tokens_details": {"reasoning_tokens": 17},
        "total_tokens": 5063,
    }


@pytest.mark.parametrize("interleaved", [True, False])
def test_responses_know_the_round_by_the_calls(server: ModelServer, interleaved: bool) -> None:
    items: list[Json] = [{"type": "message", "role": "user", "content": "#three"}]
    for calls in (2, 1, 0):
        output = responses(server, items)[-1]["response"]["output"]
        asked = [item for item in output if item["type"] == "function_call"]
        assert len(asked) == calls
        pairs = [(call, {"type": "function_call_output", "call_id": call["call_id"]}) for call in asked]
        pairs = pairs if interleaved else list(zip(*pairs, strict=True))
        items.extend(item for pair in pairs for item in pair)
    assert server.totals() == sum(ROUNDS, ZERO)


def test_responses_write_files_by_patch(server: ModelServer) -> None:
    events = responses(server, [{"role": "user", "content": "into /p/notes.txt #write"}])
    call = events[-1]["response"]["output"][0]
    assert (call["type"], call["name"]) == ("custom_tool_call", "apply_patch")
    assert "*** Add File: /p/notes.txt\n+first line\n" in call["input"]


def test_gemini_streams_parts_and_counts_thoughts_apart(server: ModelServer) -> None:
    chunks = gemini(server, [{"role": "user", "parts": [{"text": "#think"}]}])
    parts = [part for chunk in chunks for part in chunk["candidates"][0]["content"]["parts"]]
    assert "".join(part["text"] for part in parts if part.get("thought")) == THOUGHT
    assert "".join(part["text"] for part in parts if not part.get("thought")) == ANSWER
    assert [chunk["candidates"][0].get("finishReason") for chunk in chunks][-2:] == [None, "STOP"]
    assert chunks[-1]["usageMetadata"] == {
        "promptTokenCount": 5010,
        "cachedContentTokenCount": 0,
        "candidatesTokenCount": 53,
        "thoughtsTokenCount": 17,
        "totalTokenCount": 5080,
    }


def test_gemini_calls_functions_by_round(server: ModelServer) -> None:
    contents: list[Json] = [{"role": "user", "parts": [{"text": "#bash"}]}]
    content = gemini(server, contents, "generateContent")[0]["candidates"][0]["content"]
    call = content["parts"][1]["functionCall"]
    assert (call["name"], call["args"]) == ("run_shell_command", {"command": "ls -la"})
    contents += [
        content,
        {"role": "user", "parts": [{"functionResponse": {"name": call["name"], "response": {}}}]},
    ]
    assert gemini(server, contents)[-1]["usageMetadata"]["cachedContentTokenCount"] == 4001
    assert server.totals() == ROUNDS[0] + ROUNDS[1]


def test_gemini_counts_for_nothing(server: ModelServer) -> None:
    assert (
        gemini(server, [{"role": "user", "parts": [{"text": "#bash"}]}], "countTokens")[0]["totalTokens"] > 0
    )
    assert [entry.ask.kind for entry in server.entries()] == [Kind.COUNT]


def test_every_dialect_fails_in_its_own_words(server: ModelServer) -> None:
    message = {"role": "user", "content": "#400"}
    assert post(f"{server.url}/v1/responses", {"input": [message], "tools": [{"name": "x"}]}).status == 400
    error = chat(server, [message])[0]["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "invalid_value")
    assert gemini(server, [{"role": "user", "parts": [{"text": "#429"}]}])[0]["error"] == {
        "code": 429,
        "message": "Too many requests.",
        "status": "RESOURCE_EXHAUSTED",
    }


def test_files_are_written_with_the_shell_where_there_is_no_other_tool(server: ModelServer) -> None:
    message = chat(server, [{"role": "user", "content": "#write"}], stream=False)[0]["choices"][0]["message"]
    call = message["tool_calls"][0]["function"]
    assert call["name"] == "bash"
    assert json.loads(call["arguments"])["command"] == f"printf '%s' '{NOTES}' > notes.txt"
