"""Anthropic Messages, streamed or not, with token counting.

Source: the public API reference, "Messages", "Streaming messages", "Count tokens", "Errors".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes import wire
from tests.fakes.exchange import Ask, Failure, Frame, Json, Kind, Mark, Reply, Text, Thinking, ToolCall
from tests.fakes.usage import Usage

FIRST_OUTPUT_TOKENS = 2
"""The output count in `message_start`: real servers, too, send a small number there and the right one at the end."""

_ERRORS = {
    400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error",
    429: "rate_limit_error", 500: "api_error", 529: "overloaded_error",
}  # fmt: skip


class Anthropic:
    """The Messages dialect."""

    name = "anthropic"

    def accepts(self, method: str, path: str) -> bool:
        return path in ("/v1/messages", "/v1/messages/count_tokens") and method == "POST"

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: Json) -> Ask:
        messages: list[Json] = body.get("messages", [])
        tools = {tool["name"]: tool.get("input_schema", {}) for tool in body.get("tools") or ()}
        prompt, round_number = wire.turn_of([_role_and_prompt(message) for message in messages])
        kind = Kind.MAIN if tools else Kind.SIDE
        return Ask(
            Kind.COUNT if path.endswith("count_tokens") else kind,
            body.get("model", ""),
            prompt,
            round_number,
            bool(body.get("stream")),
            tools,
            wire.digest(kind, _session(headers, body), body.get("model"), [_bare(m) for m in messages]),
        )

    def stream(self, ask: Ask, reply: Reply) -> Iterator[Frame]:
        message = _message(ask, reply) | {
            "content": [],
            "stop_reason": None,
            "usage": _usage(reply.usage) | {"output_tokens": FIRST_OUTPUT_TOKENS},
        }
        yield _event("message_start", Mark.ANNOUNCED, message=message)
        yield _event("ping")
        for index, block in enumerate(reply.blocks):
            start, deltas = _block_events(block)
            yield _event("content_block_start", index=index, content_block=start)
            for delta in deltas:
                yield _event("content_block_delta", Mark.DELTA, index=index, delta=delta)
            yield _event("content_block_stop", index=index)
        end = {"stop_reason": _stop_reason(reply), "stop_sequence": None}
        yield _event("message_delta", Mark.FINAL, delta=end, usage=_usage(reply.usage))
        yield _event("message_stop")

    def whole(self, ask: Ask, reply: Reply) -> Json:
        return _message(ask, reply)

    def failure(self, failure: Failure) -> Json:
        kind = _ERRORS.get(failure.status, "api_error")
        return {
            "type": "error",
            "error": {"type": kind, "message": failure.message},
            "request_id": "req_fake",
        }

    def count(self, ask: Ask) -> Json:
        return {"input_tokens": len(ask.prompt) // 4 + 1}


def _role_and_prompt(message: Json) -> tuple[str, str]:
    role = "model" if message.get("role") == "assistant" else str(message.get("role"))
    return role, _prompt(message.get("content", ""))


def _prompt(content: str | list[Json]) -> str:
    """What the user typed in a message; empty if the message brings tool results."""
    if isinstance(content, str):
        return wire.typed_by_user(content)
    if any(block.get("type") == "tool_result" for block in content):
        return ""
    texts = (wire.typed_by_user(block.get("text", "")) for block in content if block.get("type") == "text")
    return "\n".join(filter(None, texts))


def _bare(message: Json) -> Json:
    """A message without its cache marks, which a repeated request may set elsewhere."""
    content = message.get("content", "")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    blocks = [{key: value for key, value in block.items() if key != "cache_control"} for block in content]
    return {"role": message.get("role"), "content": blocks}


def _session(headers: Mapping[str, str], body: Json) -> str:
    return headers.get("x-claude-code-session-id") or str((body.get("metadata") or {}).get("user_id", ""))


def _usage(tokens: Usage) -> Json:
    return {
        "input_tokens": tokens.input,
        "cache_creation_input_tokens": tokens.cache_write,
        "cache_read_input_tokens": tokens.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": tokens.cache_write,
            "ephemeral_1h_input_tokens": 0,
        },
        "output_tokens": tokens.output,
        "service_tier": "standard",
    }


def _stop_reason(reply: Reply) -> str:
    return "tool_use" if reply.wants_tools else "end_turn"


def _message(ask: Ask, reply: Reply) -> Json:
    return {
        "id": wire.new_id("msg_"),
        "type": "message",
        "role": "assistant",
        "model": ask.model,
        "content": [_whole_block(block) for block in reply.blocks],
        "stop_reason": _stop_reason(reply),
        "stop_sequence": None,
        "usage": _usage(reply.usage),
    }


def _whole_block(block: Text | Thinking | ToolCall) -> Json:
    match block:
        case Text(pieces):
            return {"type": "text", "text": "".join(pieces)}
        case Thinking(pieces):
            return {"type": "thinking", "thinking": "".join(pieces), "signature": "ZmFrZQ=="}
        case ToolCall(id=call_id, name=name, arguments=arguments):
            return {"type": "tool_use", "id": _call_id(call_id), "name": name, "input": arguments}


def _block_events(block: Text | Thinking | ToolCall) -> tuple[Json, list[Json]]:
    """What `content_block_start` holds, and the deltas after it."""
    match block:
        case Text(pieces):
            return {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces]
        case Thinking(pieces):
            deltas: list[Json] = [{"type": "thinking_delta", "thinking": piece} for piece in pieces]
            deltas.append({"type": "signature_delta", "signature": "ZmFrZQ=="})
            return {"type": "thinking", "thinking": "", "signature": ""}, deltas
        case ToolCall(id=call_id, name=name, arguments=arguments):
            start = {"type": "tool_use", "id": _call_id(call_id), "name": name, "input": {}}
            return start, [
                {"type": "input_json_delta", "partial_json": half}
                for half in wire.halves(json.dumps(arguments))
            ]


def _call_id(call_id: str) -> str:
    return "toolu_" + call_id.removeprefix("call_")


def _event(name: str, mark: Mark | None = None, **fields: Any) -> Frame:
    return Frame(wire.sse({"type": name, **fields}, name), mark)
