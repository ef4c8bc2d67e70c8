"""One headless run of Cline (`--json`). Errors come as JSON on standard error; a signal ends it with exit 0.

`usage` events carry totals of the run; input holds what was cached. It names no session, and takes none in this mode.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.counts import count, inclusive
from tui.runtimes.endings import judge
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.texts import bounded, output, telling

ARGUMENTS_MAX: Final = 8_000
_NOISE: Final = "hook dispatch failed"


class Tokens(msgspec.Struct, frozen=True):
    """`usage` of a result."""

    inputTokens: float | None = None  # noqa: N815 - the CLI's name
    outputTokens: float | None = None  # noqa: N815
    cacheReadTokens: float | None = None  # noqa: N815
    cacheWriteTokens: float | None = None  # noqa: N815
    totalCost: Decimal | None = None  # noqa: N815


class Event(msgspec.Struct, frozen=True):
    """`event` of an `agent_event`."""

    type: str = ""
    contentType: str | None = None  # noqa: N815 - the CLI's name
    text: str | None = None
    reasoning: str | None = None
    toolName: str | None = None  # noqa: N815
    toolCallId: str | None = None  # noqa: N815
    input: object = None
    output: object = None
    error: object = None
    update: object = None
    iteration: int | None = None
    inputTokens: float | None = None  # noqa: N815
    outputTokens: float | None = None  # noqa: N815
    cacheReadTokens: float | None = None  # noqa: N815
    cacheWriteTokens: float | None = None  # noqa: N815
    totalInputTokens: float | None = None  # noqa: N815
    totalOutputTokens: float | None = None  # noqa: N815
    totalCacheReadTokens: float | None = None  # noqa: N815
    totalCacheWriteTokens: float | None = None  # noqa: N815
    totalCost: Decimal | None = None  # noqa: N815


class Model(msgspec.Struct, frozen=True):
    """`model` of a result."""

    id: str = ""


class Line(msgspec.Struct, frozen=True):
    """One line, of standard output or standard error."""

    type: str = ""
    event: Event | None = None
    finishReason: str | None = None  # noqa: N815 - the CLI's name
    usage: Tokens | None = None
    durationMs: float | None = None  # noqa: N815
    text: str | None = None
    model: Model | None = None
    message: str | None = None


LINE_DECODER: Final = msgspec.json.Decoder(Line)


class ClineStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._begun = False
        self._iteration = 0
        self._requests = 0
        self._error = ""
        self._calls: set[str] = set()
        self._end: f.TurnEnded | None = None

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one line."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "agent_event" if line.event:
                if not self._begun:
                    self._begun = True
                    yield f.TurnStarted(prompt=bounded(self.info.prompt))
                yield from self._event(line.event)
            case "run_result":
                yield from self._result(line)
            case "run_aborted":
                self._end = f.TurnEnded(ok=False, error="the turn was interrupted", interrupted=True)
                yield self._end
            case "error" if line.message and not line.message.startswith(_NOISE):
                self._error = one_line(line.message, limit=300)
                yield f.ErrorReported(text=bounded(line.message))

    def _event(self, event: Event) -> Iterable[AnyFact]:
        match event.type:
            case "iteration_start":
                self._iteration = count(event.iteration)
                return [f.RequestStarted()]
            case "usage":
                return [self._usage(event)]
            case "content_start" | "content_update" | "content_end":
                return self._content(event)
            case _:
                return []

    def _content(self, event: Event) -> Iterable[AnyFact]:
        block = f"{self._iteration}:{event.contentType}"
        ended = event.type == "content_end"
        match event.contentType:
            case "text" if event.text:
                text = bounded(event.text)
                return [f.Text(text=text, block=block) if ended else f.TextDelta(text=text, block=block)]
            case "reasoning" if event.reasoning:
                text = bounded(event.reasoning)
                return [
                    f.Thinking(text=text, block=block) if ended else f.ThinkingDelta(text=text, block=block)
                ]
            case "tool":
                return self._tool(event)
            case _:
                return []

    def _tool(self, event: Event) -> Iterable[AnyFact]:
        key = one_line(event.toolCallId or "")
        if key not in self._calls:
            self._calls.add(key)
            yield f.ToolCalled(
                call_id=key,
                name=one_line(event.toolName or "tool", limit=80),
                title=_title(event.input, self.info.launch.cwd),
                arguments=bounded(json.dumps(event.input, ensure_ascii=False), ARGUMENTS_MAX),
            )
        if event.type == "content_update" and isinstance(event.update, Mapping):
            chunk = event.update.get("chunk")
            if isinstance(chunk, str) and chunk:
                yield f.ToolOutput(call_id=key, text=bounded(chunk))
        elif event.type == "content_end":
            self._calls.discard(key)
            text, ok = _result_text(event.output)
            failed = event.error is not None
            yield f.ToolFinished(
                call_id=key, ok=ok and not failed, output=output(str(event.error) if failed else text)
            )

    def _usage(self, event: Event) -> f.UsageReported:
        self._requests += 1
        last = count(event.inputTokens)
        usage = inclusive(
            event.totalInputTokens,
            event.totalOutputTokens,
            event.totalCacheReadTokens,
            event.totalCacheWriteTokens,
            requests=self._requests,
            cost_usd=event.totalCost or None,
        )
        return f.UsageReported(usage=usage, scope="run", context_tokens=last)

    # -- the end ---------------------------------------------------------------------------------------------------

    def _result(self, line: Line) -> Iterable[AnyFact]:
        model = one_line(line.model.id) if line.model else ""
        usage = _total(line.usage, self._requests)
        if usage.total:
            yield f.UsageReported(usage=usage, scope="run", model=model)
        ok = line.finishReason == "completed"
        error = "" if ok else one_line(line.text or self._error or line.finishReason or "failed", limit=300)
        aborted = line.finishReason == "aborted"
        self._end = f.TurnEnded(
            ok=ok,
            text=bounded(line.text or "") if ok else "",
            error="the turn was interrupted" if aborted else error,
            duration_s=max(0.0, line.durationMs or 0.0) / 1000,
            interrupted=aborted,
        )
        if not aborted:  # `run_aborted` follows
            yield self._end

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a result that says so."""
        end = self._end or (f.TurnEnded(ok=False, error=self._error) if self._error else None)
        return judge(code, signal, tail, end)


def _total(told: Tokens | None, requests: int) -> Usage:
    if told is None:
        return Usage()
    # A cost of 0 is what it says where it knows no price.
    return inclusive(
        told.inputTokens,
        told.outputTokens,
        told.cacheReadTokens,
        told.cacheWriteTokens,
        requests=requests,
        cost_usd=told.totalCost or None,
    )


def _title(arguments: object, cwd: str) -> str:
    commands = arguments.get("commands") if isinstance(arguments, Mapping) else None
    if isinstance(commands, list) and commands and all(isinstance(one, str) for one in commands):
        return one_line(" && ".join(commands), limit=400)
    return telling(arguments, cwd)


def _result_text(result: object) -> tuple[str, bool]:
    """Return what a tool printed, and whether all of it succeeded."""
    if isinstance(result, str):
        return result, True
    if isinstance(result, list):
        parts = [part for part in result if isinstance(part, Mapping)]
        texts = [part.get("result") or part.get("error") for part in parts]
        ok = all(part.get("success") is not False for part in parts)
        return "\n".join(text for text in texts if isinstance(text, str)), ok
    return ("" if result is None else json.dumps(result, ensure_ascii=False)), True
