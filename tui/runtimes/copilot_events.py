"""Copilot CLI's events as facts: on its output when headless, and in the session's `events.jsonl` in both modes.

Only the file has token counts, one record a request, and what waits for permission; only the output has deltas.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes.counts import count, inclusive, size
from tui.runtimes.environment import home
from tui.runtimes.json_lines import decode
from tui.runtimes.texts import bounded, output, telling

ARGUMENTS_MAX: Final = 8_000
_REASONS: Final = {"rate_limit": "too many requests", "transient_auth_error": "not authorized"}


class Tokens(msgspec.Struct, frozen=True):
    """`usage` of a `session.usage_record`: one request. Input holds cache reads."""

    model: str | None = None
    inputTokens: float | None = None  # noqa: N815 - the CLI's name
    outputTokens: float | None = None  # noqa: N815
    cacheReadTokens: float | None = None  # noqa: N815
    cacheWriteTokens: float | None = None  # noqa: N815
    maxPromptTokens: float | None = None  # noqa: N815
    apiCallId: str | None = None  # noqa: N815


class ToolResult(msgspec.Struct, frozen=True):
    """`result` of a tool."""

    content: str | None = None
    detailedContent: str | None = None  # noqa: N815 - the CLI's name


class Failure(msgspec.Struct, frozen=True):
    """`error` of a tool."""

    code: str | None = None
    message: str | None = None


class Shell(msgspec.Struct, frozen=True):
    """`shellExecution` of a tool."""

    exitCode: int | None = None  # noqa: N815 - the CLI's name


class Data(msgspec.Struct, frozen=True):
    """`data` of an event."""

    # session.*
    sessionId: str | None = None  # noqa: N815 - the CLI's name
    copilotVersion: str | None = None  # noqa: N815
    selectedModel: str | None = None  # noqa: N815
    usage: Tokens | None = None
    errorType: str | None = None  # noqa: N815
    message: str | None = None
    statusCode: int | None = None  # noqa: N815
    # messages
    content: str | None = None
    deltaContent: str | None = None  # noqa: N815
    messageId: str | None = None  # noqa: N815
    reasoningId: str | None = None  # noqa: N815
    reasoningText: str | None = None  # noqa: N815
    model: str | None = None
    toolRequests: list[object] | None = None  # noqa: N815
    # tools
    toolCallId: str | None = None  # noqa: N815
    toolName: str | None = None  # noqa: N815
    arguments: object = None
    partialOutput: str | None = None  # noqa: N815
    success: bool | None = None
    result: ToolResult | str | None = None
    error: Failure | None = None
    shellExecution: Shell | None = None  # noqa: N815
    # requests
    errorMessage: str | None = None  # noqa: N815
    retryAttempt: int | None = None  # noqa: N815
    reason: str | None = None
    aborted: bool | None = None
    requestId: str | None = None  # noqa: N815
    permissionRequest: object = None  # noqa: N815


class Line(msgspec.Struct, frozen=True):
    """One event."""

    type: str = ""
    id: str | None = None
    data: Data | None = None
    # result
    sessionId: str | None = None  # noqa: N815 - the CLI's name
    exitCode: int | None = None  # noqa: N815


LINE_DECODER: Final = msgspec.json.Decoder(Line)


def events_path(env: Mapping[str, str], session_id: str) -> str:
    """Return where a session's events are, or will be; empty if its id is unknown."""
    if not session_id or "/" in session_id:
        return ""
    base = env.get("COPILOT_HOME") or f"{home(env)}/.copilot"
    return f"{base}/session-state/{session_id}/events.jsonl"


class CopilotEvents:
    """Turns events into facts.

    Args:
        cwd: The agent's folder.
    """

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self.last = ""
        """The model's last words."""
        self.open_tools = False
        """The last message asked for tools: the turn goes on."""
        self._status: int | None = None
        self._failed = ""
        self._attempt = 0

    def facts(self, kind: str, data: Data) -> Iterable[AnyFact]:
        """Return the facts of an event of the conversation; none for the other kinds."""
        group = kind.partition(".")[0]
        match group:
            case "assistant":
                return self._assistant(kind, data)
            case "tool":
                return self._tool(kind, data)
            case "model":
                return self._model(kind, data)
            case _ if kind == "user.message":
                self.last, self.open_tools = "", False
                return [f.TurnStarted(prompt=bounded(data.content or ""))]
            case _ if kind == "session.error":
                return self._error(data)
            case _:
                return []

    def _assistant(self, kind: str, data: Data) -> Iterable[AnyFact]:
        block = one_line(data.messageId or "")
        match kind:
            case "assistant.message_delta" if data.deltaContent:
                return [f.TextDelta(text=bounded(data.deltaContent), block=block)]
            case "assistant.reasoning_delta" if data.deltaContent:
                return [
                    f.ThinkingDelta(text=bounded(data.deltaContent), block=one_line(data.reasoningId or ""))
                ]
            case "assistant.message":
                return self._message(data, block)
            case "assistant.turn_retry":
                return [
                    f.Retrying(
                        attempt=self._attempt,
                        status=self._status,
                        error=one_line(_REASONS.get(data.reason or "", data.reason or "") or self._failed),
                    )
                ]
            case _:
                return []

    def _message(self, data: Data, block: str) -> Iterable[AnyFact]:
        self.open_tools = bool(data.toolRequests)
        if data.reasoningText:
            yield f.Thinking(text=bounded(data.reasoningText), block=f"{block}:thinking")
        if data.content:
            self.last = bounded(data.content)
            yield f.Text(text=self.last, block=block)

    def _tool(self, kind: str, data: Data) -> Iterable[AnyFact]:
        key = one_line(data.toolCallId or "")
        match kind:
            case "tool.execution_start":
                arguments = data.arguments
                yield f.ToolCalled(
                    call_id=key,
                    name=one_line(data.toolName or "tool", limit=80),
                    title=telling(arguments, self._cwd),
                    arguments=bounded(json.dumps(arguments, ensure_ascii=False), ARGUMENTS_MAX)
                    if arguments
                    else "",
                )
            case "tool.execution_partial_result" if data.partialOutput:
                yield f.ToolOutput(call_id=key, text=bounded(data.partialOutput))
            case "tool.execution_complete":
                yield _finished(key, data)

    def _model(self, kind: str, data: Data) -> Iterable[AnyFact]:
        match kind:
            case "model.call_start":
                return [f.RequestStarted()]
            case "model.call_failure":
                self._status, self._attempt = data.statusCode, count(data.retryAttempt) + 1
                self._failed = one_line(data.errorMessage or "")
        return []

    def _error(self, data: Data) -> Iterable[AnyFact]:
        text = one_line(data.message or data.errorType or "error", limit=300)
        yield f.ErrorReported(text=text, code=one_line(data.errorType or ""))
        if data.errorType in ("rate_limit", "quota") or data.statusCode == 429:
            yield f.RateLimited(text=text)


def usage_fact(data: Data, key: str) -> f.UsageReported | None:
    """Return the fact of a `session.usage_record`, or None if it holds no usage."""
    told = data.usage
    if told is None:
        return None
    usage = inclusive(
        told.inputTokens, told.outputTokens, told.cacheReadTokens, told.cacheWriteTokens, requests=1
    )
    return f.UsageReported(
        usage=usage,
        key=one_line(told.apiCallId or key),
        model=one_line(told.model or ""),
        context_tokens=size(usage),
        context_window=count(told.maxPromptTokens),
    )


def file_facts(data: bytes) -> list[AnyFact]:
    """Return the facts of a line of the session's file that come nowhere else: usage, the model, the version."""
    text = data.strip()
    if text[:1] != b"{" or b'"session.' not in text[:200]:
        return []
    try:
        line = decode(LINE_DECODER, text)
    except msgspec.DecodeError:
        return []  # what it says besides usage comes on the output, too
    if line.data is None:
        return []
    if line.type == "session.usage_record":
        fact = usage_fact(line.data, line.id or "")
        return [fact] if fact else []
    if line.type == "session.start" and line.data.sessionId:
        started = f.SessionStarted(
            session_id=one_line(line.data.sessionId),
            model=one_line(line.data.selectedModel or ""),
            version=one_line(line.data.copilotVersion or ""),
        )
        return [started]
    return []


def session_error(data: bytes) -> str:
    """Return the error that a line of the session's file tells; empty if it tells none."""
    if b'"session.error"' not in data[:200]:
        return ""
    try:
        line = decode(LINE_DECODER, data.strip())
    except msgspec.DecodeError:
        return ""
    if line.type != "session.error" or line.data is None:
        return ""
    return line.data.message or line.data.errorType or "error"


def _finished(key: str, data: Data) -> f.ToolFinished:
    result, error = data.result, data.error
    text = result if isinstance(result, str) else (result.content or "") if result else ""
    detail = (result.detailedContent or "") if isinstance(result, ToolResult) else ""
    code = data.shellExecution.exitCode if data.shellExecution else None
    return f.ToolFinished(
        call_id=key,
        ok=bool(data.success) and not code,
        output=output(text or (error.message or error.code or "" if error else "")),
        exit_code=code,
        denied=bool(error and error.code in ("denied", "rejected")),
        diff=output(detail.lstrip("\n")) if detail.lstrip("\n").startswith("diff --git") else "",
    )
