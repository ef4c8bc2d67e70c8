"""One headless run of Pi (`--mode json`). It exits 0 after every API error: the last message tells.

Each `message_update` repeats the whole message so far; only its delta is decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.runtimes import pi_messages
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.endings import judge, line_with
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.pi_messages import Block, Message
from tui.runtimes.texts import bounded

REFUSED: Final = re.compile(r"No session found matching")
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


LINE_DECODER: Final = msgspec.json.Decoder(Line)
_MESSAGE: Final = msgspec.json.Decoder(Message)


class PiStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._messages = 0
        self._model = ""
        self._begun = False
        self._session = ""
        self._end: f.TurnEnded | None = None
        """How the last message ended; said when no retry follows."""
        self._shown: dict[str, int] = {}
        """Characters told of each running tool's output."""

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one line."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "session" if line.id:
                self._session = line.id
                return [f.SessionStarted(session_id=one_line(line.id))]
            case "turn_start":
                return self._turn()
            case "message_update" if line.assistantMessageEvent:
                return self._update(line.assistantMessageEvent)
            case "message_end":
                return self._message(_MESSAGE.decode(line.message))
            case "tool_execution_start" | "tool_execution_update" | "tool_execution_end":
                return self._tool(line)
            case "auto_retry_start":
                return [self._retry(line)]
            case "agent_end" if self._end is not None and (self._end.ok or self._end.interrupted):
                return [self._end]  # an error may still be tried again
            case "auto_retry_end" if line.success is False:
                error = one_line(line.finalError or "gave up after retries", limit=300)
                self._end = f.TurnEnded(ok=False, error=error)
                return [self._end]
            case "compaction_start":
                return [
                    f.ErrorReported(text=f"The context is being compacted: {one_line(line.reason or 'full')}")
                ]
            case _:
                pass
        return []

    def _turn(self) -> Iterable[AnyFact]:
        if not self._begun:
            self._begun = True
            yield f.TurnStarted(prompt=bounded(self.info.prompt))
        yield f.RequestStarted()

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
        if message.model and message.model != self._model:
            self._model = message.model
            yield f.SessionStarted(session_id=one_line(self._session), model=one_line(self._model))
        yield from pi_messages.said(message, str(self._messages))
        self._messages += 1
        self._end = pi_messages.ended(message)
        if message.stopReason == "error":
            error = pi_messages.failure(message)
            yield f.ErrorReported(text=error)
            if error.startswith("429"):
                yield f.RateLimited(text=error)

    def _tool(self, line: Line) -> Iterable[AnyFact]:
        call_id = line.toolCallId or ""
        match line.type:
            case "tool_execution_start":
                yield pi_messages.called(call_id, line.toolName or "tool", line.args, self.info.launch.cwd)
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
        self._end = None
        error = one_line(line.errorMessage or "")
        status = _STATUS.match(error)
        return f.Retrying(
            attempt=max(0, line.attempt or 0),
            max_attempts=max(0, line.maxAttempts or 0),
            delay_s=min(max(0.0, line.delayMs or 0.0) / 1000, 86_400.0),
            status=int(status[1]) if status else None,
            error=error,
        )

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a last message that stopped by itself."""
        refused = line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME and not self._session else ""
        return judge(code, signal, tail, self._end, refused)
