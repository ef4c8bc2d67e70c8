"""The lines of Gemini CLI's `stream-json` output and of its chat files, as far as they are read.

Lenient on purpose: every field is optional, unknown ones are passed over. Names are the CLI's own
(https://github.com/google-gemini/gemini-cli); what was observed of them is in `tests/corpus/gemini`.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core.usage import Usage
from tui.runtimes.counts import count


class Stats(msgspec.Struct, frozen=True):
    """`stats` of a result: the total of the process. Input holds what was cached; output leaves thoughts out."""

    total_tokens: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    cached: float | None = None
    duration_ms: float | None = None
    models: dict[str, Stats] | None = None

    def usage(self) -> Usage:
        """Return each kind of token in one field; thoughts are what the total has beyond input and output."""
        read, told_in, told_out = count(self.cached), count(self.input_tokens), count(self.output_tokens)
        return Usage(
            input=max(0, told_in - read),
            output=told_out,
            cache_read=read,
            reasoning=max(0, count(self.total_tokens) - told_in - told_out),
        )


class Failure(msgspec.Struct, frozen=True):
    """`error` of a result."""

    type: str = ""
    message: str = ""


class Line(msgspec.Struct, frozen=True):
    """One line of the stream."""

    type: str = ""
    session_id: str | None = None
    model: str | None = None
    role: str | None = None
    content: str | None = None
    tool_name: str | None = None
    tool_id: str | None = None
    parameters: object = None
    status: str | None = None
    output: str | None = None
    severity: str | None = None
    message: str | None = None
    error: Failure | None = None
    stats: Stats | None = None


class Tokens(msgspec.Struct, frozen=True, gc=False):
    """`tokens` of a message in a chat file: one request."""

    input: float | None = None
    output: float | None = None
    cached: float | None = None
    thoughts: float | None = None
    tool: float | None = None

    def usage(self) -> Usage:
        """Return each kind of token in one field."""
        read = count(self.cached)
        return Usage(
            input=max(0, count(self.input) + count(self.tool) - read),
            output=count(self.output),
            cache_read=read,
            reasoning=count(self.thoughts),
            requests=1,
        )


class ChatCall(msgspec.Struct, frozen=True):
    """A tool call in a chat file, written when it has ended."""

    id: str = ""
    name: str = ""
    args: object = None
    status: str | None = None
    resultDisplay: object = None  # noqa: N815 - the CLI's name
    result: object = None


class Thought(msgspec.Struct, frozen=True):
    """A summary of thinking."""

    subject: str = ""
    description: str = ""


class ChatLine(msgspec.Struct, frozen=True):
    """One line of a chat file."""

    sessionId: str | None = None  # noqa: N815 - the CLI's name
    kind: str | None = None
    id: str | None = None
    type: str = ""
    content: object = None
    thoughts: list[Thought] | None = None
    tokens: Tokens | None = None
    model: str | None = None
    toolCalls: list[ChatCall] | None = None  # noqa: N815


LINE_DECODER: Final = msgspec.json.Decoder(Line)
CHAT_DECODER: Final = msgspec.json.Decoder(ChatLine)
