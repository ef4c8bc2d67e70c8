"""Pi's events as facts: the same in its JSON stream (`--mode json`) and in its RPC mode.

Each `message_update` repeats the whole message so far; only its delta is decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes import pi_messages
from tui.runtimes.pi_messages import Block, Message
from tui.runtimes.texts import bounded

_STATUS: Final = re.compile(r"^(\d{3})\b")


class Update(msgspec.Struct, frozen=True, gc=False):
    """`assistantMessageEvent`, without the whole message in it."""

    type: str = ""
    contentIndex: int = 0  # noqa: N815 - the CLI's name
    delta: str | None = None


class Result(msgspec.Struct, frozen=True):
    """`result` or `partialResult` of a tool."""

    content: list[Block] | None = None
    details: object = None


class Model(msgspec.Struct, frozen=True):
    """`model` of its state."""

    id: str | None = None
    contextWindow: float | None = None  # noqa: N815 - the CLI's name


class State(msgspec.Struct, frozen=True):
    """`data` of an answer that tells its state; of other answers nothing is read."""

    sessionId: str | None = None  # noqa: N815 - the CLI's name
    model: Model | None = None
    isStreaming: bool | None = None  # noqa: N815


class Line(msgspec.Struct, frozen=True):
    """One line of the stream."""

    type: str = ""
    id: str | None = None
    message: msgspec.Raw = msgspec.Raw()
    assistantMessageEvent: Update | None = None  # noqa: N815 - the CLI's name
    toolCallId: str | None = None  # noqa: N815
    toolName: str | None = None  # noqa: N815
    args: object = None
    result: Result | None = None
    partialResult: Result | None = None  # noqa: N815
    isError: bool | None = None  # noqa: N815
    attempt: int | None = None
    maxAttempts: int | None = None  # noqa: N815
    delayMs: float | None = None  # noqa: N815
    errorMessage: str | None = None  # noqa: N815
    success: bool | None = None
    finalError: str | None = None  # noqa: N815
    reason: str | None = None
    # Of its RPC mode: answers, and what extensions ask.
    command: str | None = None
    error: str | None = None
    data: State | None = None
    method: str | None = None
    title: str | None = None
    options: list[str] | None = None
    timeout: float | None = None
    placeholder: str | None = None
    prefill: str | None = None


LINE_DECODER: Final = msgspec.json.Decoder(Line)
_MESSAGE: Final = msgspec.json.Decoder(Message)


class Events:
    """Turns events into facts.

    Args:
        cwd: The agent's folder.
    """

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self._messages = 0
        self.model = ""
        self.session = ""
        self.window = 0
        self.end: f.TurnEnded | None = None
        """How the last message ended; true only when no retry follows."""
        self._shown: dict[str, int] = {}
        """Characters told of each running tool's output."""

    def facts(self, line: Line) -> Iterable[AnyFact]:
        """Return the facts of what is said within a turn."""
        match line.type:
            case "turn_start":
                return [f.RequestStarted()]
            case "message_update" if line.assistantMessageEvent:
                return self._update(line.assistantMessageEvent)
            case "message_end":
                return self._message(_MESSAGE.decode(line.message))
            case "tool_execution_start" | "tool_execution_update" | "tool_execution_end":
                return self._tool(line)
            case "auto_retry_start":
                return [self._retry(line)]
            case "auto_retry_end" if line.success is False:
                self.end = f.TurnEnded(
                    ok=False, error=one_line(line.finalError or "gave up after retries", limit=300)
                )
            case "compaction_start":
                return [
                    f.ErrorReported(text=f"The context is being compacted: {one_line(line.reason or 'full')}")
                ]
            case _:
                pass
        return []

    def session_fact(self) -> f.SessionStarted:
        """Return the fact of the session and its model."""
        return f.SessionStarted(
            session_id=one_line(self.session), model=one_line(self.model), context_window=self.window
        )

    def _update(self, update: Update) -> Iterable[AnyFact]:
        block = f"{self._messages}:{update.contentIndex}"
        match update.type:
            case "text_delta" if update.delta:
                return [f.TextDelta(text=bounded(update.delta), block=block)]
            case "thinking_delta" if update.delta:
                return [f.ThinkingDelta(text=bounded(update.delta), block=block)]
            case _:
                return []

    def _message(self, message: Message) -> Iterable[AnyFact]:
        if message.role != "assistant":
            return
        if message.model and message.model != self.model:
            self.model = message.model
            yield self.session_fact()
        yield from pi_messages.said(message, str(self._messages))
        self._messages += 1
        self.end = pi_messages.ended(message)
        if message.stopReason == "error":
            error = pi_messages.failure(message)
            yield f.ErrorReported(text=error)
            if error.startswith("429"):
                yield f.RateLimited(text=error)

    def _tool(self, line: Line) -> Iterable[AnyFact]:
        call_id = line.toolCallId or ""
        match line.type:
            case "tool_execution_start":
                yield pi_messages.called(call_id, line.toolName or "tool", line.args, self._cwd)
            case "tool_execution_update" if line.partialResult:
                text = "\n".join(block.text or "" for block in line.partialResult.content or ())
                new = text[self._shown.get(call_id, 0) :]
                self._shown[call_id] = len(text)
                if new:
                    yield f.ToolOutput(call_id=one_line(call_id), text=bounded(new))
            case "tool_execution_end":
                self._shown.pop(call_id, None)
                told = line.result or Result()
                yield pi_messages.finished(call_id, told.content or (), told.details, ok=not line.isError)

    def _retry(self, line: Line) -> f.Retrying:
        self.end = None
        error = one_line(line.errorMessage or "")
        status = _STATUS.match(error)
        return f.Retrying(
            attempt=max(0, line.attempt or 0),
            max_attempts=max(0, line.maxAttempts or 0),
            delay_s=min(max(0.0, line.delayMs or 0.0) / 1000, 86_400.0),
            status=int(status[1]) if status else None,
            error=error,
        )
