"""OpenAI Responses, streamed or not.

Source: the public API reference, "Responses" and "Streaming events".
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping

from tests.fakes import openai, tools, wire
from tests.fakes.exchange import Ask, Block, Failure, Frame, Json, Kind, Mark, Reply, Text, Thinking, ToolCall
from tests.fakes.usage import Usage

_CALL_ID = re.compile(r"^call_[0-9a-f]+_(\d+)_\d+$")

Emit = Callable[..., Frame]


class Responses:
    """The Responses dialect."""

    name = "responses"

    def accepts(self, method: str, path: str) -> bool:
        return method == "POST" and path == "/v1/responses"

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: Json) -> Ask:
        items = body.get("input", [])
        if isinstance(items, str):
            items = [{"type": "message", "role": "user", "content": items}]
        offered = {tool["name"]: _schema(tool) for tool in body.get("tools") or () if "name" in tool}
        prompt, round_number = _turn(items)
        # Codex has its sessions named by threads of their own, which it offers tools, and which answer to a schema.
        shape = ((body.get("text") or {}).get("format") or {}).get("type")
        kind = Kind.MAIN if offered and shape != "json_schema" else Kind.SIDE
        session = body.get("prompt_cache_key") or headers.get("session_id", "")
        return Ask(
            kind,
            body.get("model", ""),
            prompt,
            round_number,
            bool(body.get("stream")),
            offered,
            wire.digest(kind, session, body.get("model"), items),
        )

    def stream(self, ask: Ask, reply: Reply) -> Iterator[Frame]:
        numbers = itertools.count()

        def emit(kind: str, mark: Mark | None = None, **fields: object) -> Frame:
            return Frame(wire.sse({"type": kind, "sequence_number": next(numbers), **fields}, kind), mark)

        response = _response(ask, reply)
        started = response | {"status": "in_progress", "output": [], "usage": None}
        yield emit("response.created", response=started)
        for index, (block, item) in enumerate(zip(reply.blocks, response["output"], strict=True)):
            yield emit("response.output_item.added", output_index=index, item=_empty(item))
            yield from _deltas(emit, block, {"item_id": item["id"], "output_index": index})
            yield emit("response.output_item.done", output_index=index, item=item)
        yield emit("response.completed", Mark.FINAL, response=response)

    def whole(self, ask: Ask, reply: Reply) -> Json:
        return _response(ask, reply)

    def failure(self, failure: Failure) -> Json:
        return openai.failure(failure)

    def count(self, ask: Ask) -> Json:
        return {"object": "response.input_tokens", "input_tokens": len(ask.prompt) // 4 + 1}


def _turn(items: list[Json]) -> tuple[str, int]:
    """The prompt under way, and the round: our own call ids tell it, however the client orders calls and results."""
    last_round = 0
    for item in reversed(items):
        if found := _CALL_ID.match(item.get("call_id") or ""):
            last_round = max(last_round, int(found[1]))
        elif item.get("role") == "user" and (prompt := openai.typed(item.get("content"))):
            return prompt, last_round + 1
    return "", last_round + 1


def _schema(tool: Json) -> Json:
    return {"type": "custom"} if tool.get("type") == "custom" else tool.get("parameters") or {}


def _usage(tokens: Usage) -> Json:
    return {
        "input_tokens": tokens.input_total,
        "input_tokens_details": {
            "cached_tokens": tokens.cache_read,
            "cache_write_tokens": tokens.cache_write,
        },
        "output_tokens": tokens.output,
        "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
        "total_tokens": tokens.input_total + tokens.output,
    }


def _response(ask: Ask, reply: Reply) -> Json:
    return {
        "id": wire.new_id("resp_"),
        "object": "response",
        "created_at": 1767225600,
        "status": "completed",
        "model": ask.model,
        "output": [_item(ask, block) for block in reply.blocks],
        "usage": _usage(reply.usage),
        "error": None,
        "incomplete_details": None,
    }


def _item(ask: Ask, block: Block) -> Json:
    match block:
        case Text(pieces):
            part = {"type": "output_text", "text": "".join(pieces), "annotations": []}
            item: Json = {"type": "message", "role": "assistant", "content": [part]}
        case Thinking(pieces):
            item = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "".join(pieces)}]}
        case ToolCall(id=call_id, name=name, arguments=arguments) if ask.tools.get(name) == {
            "type": "custom"
        }:
            return {
                "type": "custom_tool_call",
                "id": wire.new_id("ctc_"),
                "call_id": call_id,
                "name": name,
                "input": arguments[tools.PATCH_ARGUMENT],
                "status": "completed",
            }
        case ToolCall(id=call_id, name=name, arguments=arguments):
            item = {
                "type": "function_call",
                "call_id": call_id,
                "name": name,
                "arguments": json.dumps(arguments),
            }
    return item | {"id": wire.new_id("item_"), "status": "completed"}


def _empty(item: Json) -> Json:
    """An item as it is before its deltas."""
    blank = {"content": [], "summary": [], "arguments": "", "input": "", "status": "in_progress"}
    return {key: blank.get(key, value) for key, value in item.items()}


def _deltas(emit: Emit, block: Block, where: Json) -> Iterator[Frame]:
    match block:
        case Text(pieces):
            where = where | {"content_index": 0}
            text = "".join(pieces)
            part = {"type": "output_text", "text": "", "annotations": []}
            yield emit("response.content_part.added", part=part, **where)
            for piece in pieces:
                yield emit("response.output_text.delta", Mark.DELTA, delta=piece, **where)
            yield emit("response.output_text.done", text=text, **where)
            yield emit("response.content_part.done", part=part | {"text": text}, **where)
        case Thinking(pieces):
            where = where | {"summary_index": 0}
            text = "".join(pieces)
            yield emit(
                "response.reasoning_summary_part.added", part={"type": "summary_text", "text": ""}, **where
            )
            for piece in pieces:
                yield emit("response.reasoning_summary_text.delta", Mark.DELTA, delta=piece, **where)
            yield emit("response.reasoning_summary_text.done", text=text, **where)
            yield emit(
                "response.reasoning_summary_part.done", part={"type": "summary_text", "text": text}, **where
            )
        case ToolCall(arguments=arguments):
            for half in wire.halves(json.dumps(arguments)):
                yield emit("response.function_call_arguments.delta", Mark.DELTA, delta=half, **where)
