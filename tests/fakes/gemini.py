"""Gemini `generateContent`, `streamGenerateContent` and `countTokens`.

Source: the public API reference, "Generating content" and "Counting tokens". Here `candidatesTokenCount` leaves the
thoughts out, so a reply's `reasoning` is billed beside its `output`, as the real service does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.fakes import wire
from tests.fakes.exchange import Ask, Block, Failure, Frame, Json, Kind, Mark, Reply, Text, Thinking, ToolCall
from tests.fakes.usage import Usage

_PATH = re.compile(r"/v1(?:beta)?/models/([^/:]+):(generateContent|streamGenerateContent|countTokens)")
_STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 529: "UNAVAILABLE"}


class Gemini:
    """The Gemini dialect."""

    name = "gemini"

    def accepts(self, method: str, path: str) -> bool:
        return method == "POST" and _PATH.fullmatch(path) is not None

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: Json) -> Ask:
        found = _PATH.match(path)
        assert found is not None, path
        model, verb = found.groups()
        contents: list[Json] = body.get("contents", [])
        tools = {
            declaration["name"]: declaration.get("parametersJsonSchema")
            or declaration.get("parameters")
            or {}
            for tool in body.get("tools") or ()
            for declaration in tool.get("functionDeclarations", ())
        }
        prompt, round_number = wire.turn_of([_role_and_prompt(content) for content in contents])
        kind = Kind.MAIN if tools else Kind.SIDE
        return Ask(
            Kind.COUNT if verb == "countTokens" else kind,
            model,
            prompt,
            round_number,
            verb == "streamGenerateContent",
            tools,
            wire.digest(kind, model, contents),
        )

    def stream(self, ask: Ask, reply: Reply) -> Iterator[Frame]:
        identity = wire.new_id("")
        for block in reply.blocks:
            for part in _parts(block):
                yield _chunk(_response(ask, identity, [part]), Mark.DELTA)
        last = _response(ask, identity, [{"text": ""}], "STOP")
        yield _chunk(last | {"usageMetadata": _usage(reply.usage)}, Mark.FINAL)

    def whole(self, ask: Ask, reply: Reply) -> Json:
        parts = [_whole_part(block) for block in reply.blocks]
        return _response(ask, wire.new_id(""), parts, "STOP") | {"usageMetadata": _usage(reply.usage)}

    def failure(self, failure: Failure) -> Json:
        status = _STATUSES.get(failure.status, "INTERNAL")
        return {"error": {"code": failure.status, "message": failure.message, "status": status}}

    def count(self, ask: Ask) -> Json:
        return {"totalTokens": len(ask.prompt) // 4 + 1}


def _role_and_prompt(content: Json) -> tuple[str, str]:
    parts: list[Json] = content.get("parts", [])
    if any("functionResponse" in part for part in parts):
        return "tool", ""
    return content.get("role", "user"), wire.typed_by_user("\n".join(part.get("text", "") for part in parts))


def _usage(tokens: Usage) -> Json:
    return {
        "promptTokenCount": tokens.input_total,
        "cachedContentTokenCount": tokens.cache_read,
        "candidatesTokenCount": tokens.output,
        "thoughtsTokenCount": tokens.reasoning,
        "totalTokenCount": tokens.input_total + tokens.output + tokens.reasoning,
    }


def _response(ask: Ask, identity: str, parts: list[Json], reason: str | None = None) -> Json:
    candidate: Json = {"content": {"role": "model", "parts": parts}, "index": 0}
    if reason:
        candidate["finishReason"] = reason
    return {"candidates": [candidate], "modelVersion": ask.model, "responseId": identity}


def _parts(block: Block) -> list[Json]:
    match block:
        case Text(pieces):
            return [{"text": piece} for piece in pieces]
        case Thinking(pieces):
            return [{"text": piece, "thought": True} for piece in pieces]
        case ToolCall():
            return [_whole_part(block)]


def _whole_part(block: Block) -> Json:
    match block:
        case Text(pieces):
            return {"text": "".join(pieces)}
        case Thinking(pieces):
            return {"text": "".join(pieces), "thought": True}
        case ToolCall(id=call_id, name=name, arguments=arguments):
            return {"functionCall": {"id": call_id, "name": name, "args": arguments}}


def _chunk(document: Json, mark: Mark) -> Frame:
    return Frame(wire.sse(document, newline="\r\n"), mark)
