"""Pi's messages as facts: the same in its JSON stream and in its session files.

Usage stands on each assistant message, input without what was cached; an error is a message, too, and never an exit code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes.counts import count, money, size
from tui.runtimes.texts import bounded, output, telling

ARGUMENTS_MAX: Final = 8_000


class Cost(msgspec.Struct, frozen=True, gc=False):
    """`cost` of a message's usage, in US dollars."""

    total: Decimal | None = None


class Tokens(msgspec.Struct, frozen=True):
    """`usage` of a message: one request."""

    input: float | None = None
    output: float | None = None
    cacheRead: float | None = None  # noqa: N815 - the CLI's name
    cacheWrite: float | None = None  # noqa: N815
    cost: Cost | None = None

    def usage(self) -> Usage:
        """Return each kind of token in one field, as it comes."""
        return Usage(
            input=count(self.input),
            output=count(self.output),
            cache_read=count(self.cacheRead),
            cache_write=count(self.cacheWrite),
            requests=1,
            cost_usd=(money(self.cost.total) or None) if self.cost else None,  # 0: it knows no price
        )


class Block(msgspec.Struct, frozen=True):
    """A block of a message's content."""

    type: str = ""
    text: str | None = None
    thinking: str | None = None
    id: str | None = None
    name: str | None = None
    arguments: object = None


class Message(msgspec.Struct, frozen=True):
    """A message of the user, the model or a tool."""

    role: str = ""
    content: str | list[Block] | None = None
    provider: str | None = None
    model: str | None = None
    usage: Tokens | None = None
    stopReason: str | None = None  # noqa: N815 - the CLI's name
    errorMessage: str | None = None  # noqa: N815
    toolCallId: str | None = None  # noqa: N815
    toolName: str | None = None  # noqa: N815
    isError: bool | None = None  # noqa: N815
    details: object = None


def said(message: Message, key: str) -> Iterable[AnyFact]:
    """Return the text, thinking and usage of an assistant's message; its tool calls are told by `called`.

    Args:
        message: A complete message.
        key: Names it, and with a number its blocks.
    """
    for number, block in enumerate(_blocks(message)):
        if block.type == "text" and block.text:
            yield f.Text(text=bounded(block.text), block=f"{key}:{number}")
        elif block.type == "thinking":
            yield f.Thinking(text=bounded(block.thinking or ""), block=f"{key}:{number}")
    usage = message.usage.usage() if message.usage else Usage()
    if usage.total:
        model = one_line(message.model or "")
        yield f.UsageReported(usage=usage, key=key, model=model, context_tokens=size(usage))


def words(message: Message) -> str:
    """Return the text of a message, inert."""
    return bounded("\n".join(block.text or "" for block in _blocks(message) if block.type == "text"))


def calls(message: Message, cwd: str) -> Iterable[AnyFact]:
    """Return the tool calls in an assistant's message, as a session file has them."""
    return [
        called(block.id or "", block.name or "tool", block.arguments, cwd)
        for block in _blocks(message)
        if block.type == "toolCall"
    ]


def called(call_id: str, name: str, arguments: object, cwd: str) -> f.ToolCalled:
    """Return the fact of a tool call."""
    return f.ToolCalled(
        call_id=one_line(call_id),
        name=one_line(name, limit=80),
        title=telling(arguments, cwd),
        arguments=bounded(json.dumps(arguments, ensure_ascii=False), ARGUMENTS_MAX) if arguments else "",
    )


def finished(call_id: str, blocks: Iterable[Block], details: object, *, ok: bool) -> f.ToolFinished:
    """Return the fact of a tool's result."""
    diff = details.get("diff") if isinstance(details, Mapping) else None
    return f.ToolFinished(
        call_id=one_line(call_id),
        ok=ok,
        output=output("\n".join(block.text or f"[{block.type}]" for block in blocks)),
        diff=output(diff) if isinstance(diff, str) else "",
    )


def result(message: Message) -> f.ToolFinished:
    """Return the fact of a tool's message in a session file."""
    return finished(message.toolCallId or "", _blocks(message), message.details, ok=not message.isError)


def failure(message: Message) -> str:
    """Return why a message is an error, on one line; empty if it is none."""
    match message.stopReason:
        case "error":
            return one_line(message.errorMessage or "the request failed", limit=300)
        case "aborted":
            return one_line(message.errorMessage or "the turn was interrupted", limit=300)
        case "length":
            return "the answer was cut off: it reached the model's limit of output tokens"
        case _:
            return ""


def ended(message: Message) -> f.TurnEnded | None:
    """Return the end of a turn, if this assistant's message is one."""
    if message.stopReason in (None, "toolUse"):
        return None
    error = failure(message)
    return f.TurnEnded(
        ok=not error,
        text="" if error else words(message),
        error=error,
        interrupted=message.stopReason == "aborted",
    )


def _blocks(message: Message) -> list[Block]:
    if isinstance(message.content, str):
        return [Block("text", message.content)]
    return message.content or []
