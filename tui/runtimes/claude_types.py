"""The lines of Claude Code's `stream-json` output and of its transcripts, as far as they are read.

Lenient on purpose: every field is optional, unknown ones are passed over without being built. Field names are the CLI's
own (https://docs.claude.com/en/docs/claude-code/sdk); what was observed of them is in `tests/corpus/claude`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from tui.core.usage import Usage
from tui.runtimes.counts import count as count  # named here for the readers of its lines
from tui.runtimes.counts import money as money


class CacheCreation(msgspec.Struct, frozen=True, gc=False):
    """`cache_creation`: what was written to caches, by how long it is kept."""

    ephemeral_1h_input_tokens: int | None = None


class Tokens(msgspec.Struct, frozen=True):
    """`usage` of one API message, or of a whole run in `result`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: CacheCreation | None = None

    def over(self, base: Tokens) -> Tokens:
        """Return these figures, with those of `base` where none was told."""
        told = {name: mine for name in self.__struct_fields__ if (mine := getattr(self, name)) is not None}
        return msgspec.structs.replace(base, **told)

    def usage(self) -> Usage:
        """Return the figures of one request."""
        return Usage(
            input=count(self.input_tokens),
            output=count(self.output_tokens),
            cache_read=count(self.cache_read_input_tokens),
            cache_write=count(self.cache_creation_input_tokens),
            requests=1,
            cache_write_1h=count(self.cache_creation.ephemeral_1h_input_tokens) if self.cache_creation else 0,
        )


class ModelUsage(msgspec.Struct, frozen=True, gc=False):
    """One model's line of `result.modelUsage`: the total of the process so far."""

    inputTokens: int | None = None  # noqa: N815 - the CLI's name
    outputTokens: int | None = None  # noqa: N815
    cacheReadInputTokens: int | None = None  # noqa: N815
    cacheCreationInputTokens: int | None = None  # noqa: N815
    costUSD: Decimal | None = None  # noqa: N815
    contextWindow: int | None = None  # noqa: N815

    def usage(self) -> Usage:
        """Return the figures of this model."""
        return Usage(
            input=count(self.inputTokens),
            output=count(self.outputTokens),
            cache_read=count(self.cacheReadInputTokens),
            cache_write=count(self.cacheCreationInputTokens),
            cost_usd=money(self.costUSD),
        )


class Block(msgspec.Struct, frozen=True):
    """A block of a message's content."""

    type: str = ""
    text: str | None = None
    thinking: str | None = None
    id: str | None = None
    name: str | None = None
    input: object = None
    tool_use_id: str | None = None
    content: str | list[object] | None = None
    is_error: bool | None = None


class Message(msgspec.Struct, frozen=True):
    """`message` of an assistant or user line."""

    id: str | None = None
    model: str | None = None
    content: str | list[Block] | None = None
    usage: Tokens | None = None


class Delta(msgspec.Struct, frozen=True, gc=False):
    """`delta` of a raw API event."""

    type: str = ""
    text: str | None = None
    thinking: str | None = None


class ApiEvent(msgspec.Struct, frozen=True):
    """`event` of a `stream_event` line: a raw event of the Messages API's stream."""

    type: str = ""
    index: int = 0
    message: Message | None = None
    delta: Delta | None = None
    usage: Tokens | None = None


class Denial(msgspec.Struct, frozen=True):
    """A tool call that was refused without asking."""

    tool_name: str = ""
    tool_input: object = None
    tool_use_id: str = ""


class RateLimitInfo(msgspec.Struct, frozen=True, gc=False):
    """`rate_limit_info`: how one of the account's limits stands."""

    status: str = ""
    resetsAt: float | None = None  # noqa: N815
    rateLimitType: str | None = None  # noqa: N815
    utilization: float | None = None


class ControlRequest(msgspec.Struct, frozen=True):
    """`request` of a `control_request`: what the CLI wants to know before it goes on."""

    subtype: str = ""
    tool_name: str = ""
    input: object = None
    tool_use_id: str = ""
    permission_suggestions: list[object] | None = None


class ControlResponse(msgspec.Struct, frozen=True):
    """`response` of a `control_response`: an answer of ours, said back, or the CLI's own to a request of ours."""

    request_id: str = ""


class Line(msgspec.Struct, frozen=True):
    """One line of the stream or of a transcript."""

    type: str = ""
    subtype: str | None = None
    session_id: str | None = None
    parent_tool_use_id: str | None = None
    message: Message | None = None
    event: ApiEvent | None = None
    tool_use_result: msgspec.Raw = msgspec.Raw()
    error: object = None
    # system/init
    model: str | None = None
    claude_code_version: str | None = None
    # system/api_retry, status, thinking_tokens
    attempt: int | None = None
    max_retries: int | None = None
    retry_delay_ms: float | None = None
    error_status: int | None = None
    status: object = None
    estimated_tokens: int | None = None
    # result
    is_error: bool | None = None
    api_error_status: int | None = None
    num_turns: int | None = None
    duration_ms: float | None = None
    total_cost_usd: Decimal | None = None
    result: str | None = None
    errors: list[object] | None = None
    terminal_reason: str | None = None
    usage: Tokens | None = None
    modelUsage: dict[str, ModelUsage] | None = None  # noqa: N815
    permission_denials: list[Denial] | None = None
    # rate_limit_event, control_request
    rate_limit_info: RateLimitInfo | None = None
    request_id: str | None = None
    request: ControlRequest | None = None
    response: ControlResponse | None = None
    # transcripts
    sessionId: str | None = None  # noqa: N815
    timestamp: str | None = None
    version: str | None = None
    isMeta: bool | None = None  # noqa: N815
    isReplay: bool | None = None  # noqa: N815
    isSidechain: bool | None = None  # noqa: N815
    toolUseResult: msgspec.Raw = msgspec.Raw()  # noqa: N815
    durationMs: float | None = None  # noqa: N815
    isCompactSummary: bool | None = None  # noqa: N815


class SessionFile(msgspec.Struct, frozen=True):
    """`~/.claude/sessions/<pid>.json`: what a living process says of itself."""

    pid: int = 0
    sessionId: str = ""  # noqa: N815
    version: str = ""
    status: str = ""
    waitingFor: str = ""  # noqa: N815


LINE_DECODER: Final = msgspec.json.Decoder(Line)
SESSION_DECODER: Final = msgspec.json.Decoder(SessionFile)
