"""OpenAI Chat Completions, streamed or not.

Source: the public API reference, "Chat Completions" and "Streaming"; `reasoning_content` is what DeepSeek and others add.
Writes to a cache are a part of `prompt_tokens` that is not told apart.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes import openai, wire
from tests.fakes.exchange import Ask, Block, Failure, Frame, Json, Kind, Mark, Reply, Text, Thinking, ToolCall
from tests.fakes.usage import Usage

_HOUSEKEEPING = "memory extraction subagent"
"""In the system prompt of the requests, with tools, by which Qwen Code keeps its memory."""


class ChatCompletions:
    """The Chat Completions dialect."""

    name = "chat"

    def accepts(self, method: str, path: str) -> bool:
        return method == "POST" and path in ("/v1/chat/completions", "/chat/completions")

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: Json) -> Ask:
        messages: list[Json] = body.get("messages", [])
        tools = {
            tool["function"]["name"]: tool["function"].get("parameters", {})
            for tool in body.get("tools") or ()
        }
        prompt, round_number = wire.turn_of([_role_and_prompt(message) for message in messages])
        system = next((openai.typed(m.get("content")) for m in messages if m.get("role") == "system"), "")
        kind = Kind.SIDE if not tools or _HOUSEKEEPING in system else Kind.MAIN
        return Ask(
            kind,
            body.get("model", ""),
            prompt,
            round_number,
            bool(body.get("stream")),
            tools,
            wire.digest(kind, body.get("model"), messages),
            bool((body.get("stream_options") or {}).get("include_usage")),
        )

    def stream(self, ask: Ask, reply: Reply) -> Iterator[Frame]:
        head = {
            "id": wire.new_id("chatcmpl-"),
            "object": "chat.completion.chunk",
            "created": int(time.time()),
        }
        head |= {"model": ask.model}

        def chunk(delta: Json, reason: str | None = None, mark: Mark | None = None) -> Frame:
            choice = {"index": 0, "delta": delta, "finish_reason": reason}
            return Frame(wire.sse(head | {"choices": [choice], "usage": None}), mark)

        yield chunk({"role": "assistant", "content": ""})
        for index, block in enumerate(_calls_last(reply)):
            for delta in _deltas(index - _texts(reply), block):
                yield chunk(delta, mark=Mark.DELTA)
        # The finish itself carries no usage; it is billed here if the client did not ask for the number.
        yield chunk({}, _finish_reason(reply), None if ask.wants_usage else Mark.FINAL)
        if ask.wants_usage:
            yield Frame(wire.sse(head | {"choices": [], "usage": _usage(reply.usage)}), Mark.FINAL)
        yield Frame(wire.sse("[DONE]"))

    def whole(self, ask: Ask, reply: Reply) -> Json:
        message: Json = {"role": "assistant", "content": _join(reply, Text) or None}
        if thoughts := _join(reply, Thinking):
            message["reasoning_content"] = thoughts
        if calls := [block for block in reply.blocks if isinstance(block, ToolCall)]:
            message["tool_calls"] = [_call(call) for call in calls]
        return {
            "id": wire.new_id("chatcmpl-"),
            "object": "chat.completion",
            "created": int(time.time()),
            "model": ask.model,
            "choices": [{"index": 0, "message": message, "finish_reason": _finish_reason(reply)}],
            "usage": _usage(reply.usage),
        }

    def failure(self, failure: Failure) -> Json:
        return openai.failure(failure)

    def count(self, ask: Ask) -> Json:
        return {"input_tokens": len(ask.prompt) // 4 + 1}


def _role_and_prompt(message: Json) -> tuple[str, str]:
    role = "model" if message.get("role") == "assistant" else str(message.get("role"))
    return role, openai.typed(message.get("content"))


def _usage(tokens: Usage) -> Json:
    return {
        "prompt_tokens": tokens.input_total,
        "completion_tokens": tokens.output,
        "total_tokens": tokens.input_total + tokens.output,
        "prompt_tokens_details": {"cached_tokens": tokens.cache_read},
        "completion_tokens_details": {"reasoning_tokens": tokens.reasoning},
    }


def _finish_reason(reply: Reply) -> str:
    return "tool_calls" if reply.wants_tools else "stop"


def _calls_last(reply: Reply) -> list[Block]:
    return sorted(reply.blocks, key=lambda block: isinstance(block, ToolCall))


def _texts(reply: Reply) -> int:
    return sum(not isinstance(block, ToolCall) for block in reply.blocks)


def _call(call: ToolCall) -> Json:
    function = {"name": call.name, "arguments": json.dumps(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _deltas(call_index: int, block: Block) -> Iterator[Json]:
    match block:
        case Text(pieces):
            yield from ({"content": piece} for piece in pieces)
        case Thinking(pieces):
            yield from ({"reasoning_content": piece} for piece in pieces)
        case ToolCall():
            call = _call(block)
            arguments = call["function"].pop("arguments")
            yield {
                "tool_calls": [
                    {"index": call_index, **call, "function": call["function"] | {"arguments": ""}}
                ]
            }
            for half in wire.halves(arguments):
                yield {"tool_calls": [{"index": call_index, "function": {"arguments": half}}]}


def _join(reply: Reply, kind: type[Any]) -> str:
    return "".join("".join(block.pieces) for block in reply.blocks if isinstance(block, kind))
