"""Claude Code's headless stream (`--output-format stream-json`), read as facts.

Counting: an API message is known by its id. Its `message_start` and its `assistant` lines carry a place-holder for the
output tokens; `message_delta` has the final figure. `result.modelUsage` is the total of the process and replaces what was
counted before; `result.usage` is zero after a repeated request or a used-up budget, so it only counts where there is no
`modelUsage`. A message that an interrupt cut off is in no total: what was announced of it is counted beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes.base import Observed, RunInfo, exit_words
from tui.runtimes.claude_content import Content
from tui.runtimes.claude_types import LINE_DECODER, ApiEvent, Block, Line, Message, Tokens, count, money
from tui.runtimes.claude_words import (
    REASON_MAX,
    limit_facts,
    limit_reset,
    refused_words,
    result_error,
    retrying,
)
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.texts import bounded, last_words, telling

SYNTHETIC: Final = "<synthetic>"
"""Model name of messages that the CLI wrote itself: errors, mostly. Never counted."""

RECENT_MAX: Final = 128
"""API messages whose blocks are still counted."""

DENIALS_MAX: Final = 5
"""Refused tool calls named one by one at the end of a turn."""

_WINDOW: Final = re.compile(r"\[1m\]$")


class ClaudeStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._content = Content(info.launch.cwd)
        self._model = ""
        self._prompt = info.prompt
        self._message_of: dict[str, str] = {}
        """Message that streams now, by sub-agent (`parent_tool_use_id`)."""
        self._started: dict[str, Tokens] = {}
        """`message_start` usage of recent messages, by id."""
        self._blocks: dict[str, int] = {}
        """Blocks seen complete, by message id."""
        self._open: dict[str, tuple[Tokens, str]] = {}
        """Messages whose final figure has not come: what they began with, and the model of a sub-agent's."""
        self._cut_off: dict[str, tuple[Tokens, str]] = {}
        """Of those, the ones that an interrupt ended."""
        self._requests = 0
        self._counted = False
        self._end: f.TurnEnded | None = None
        self._refused = ""
        self.asked_about: set[str] = set()
        """Tool calls whose leave someone was asked for."""

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one line; kinds that nobody told us of mean nothing to us."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "stream_event" if line.event:
                return self._streamed(line.event, line.parent_tool_use_id or "")
            case "assistant" if line.message:
                return self._said(line, line.message)
            case "user" if line.isReplay:
                return []
            case "user" if line.message and not isinstance(line.message.content, str):
                blocks = line.message.content or ()
                return self._content.finished(blocks, line.tool_use_result)
            case "system":
                return self._system(line)
            case "result":
                return self._result(line)
            case "rate_limit_event" if line.rate_limit_info:
                return limit_facts(line.rate_limit_info)
            case _:
                return []

    # -- system ----------------------------------------------------------------------------------------------------

    def _system(self, line: Line) -> Iterable[AnyFact]:
        match line.subtype:
            case "init":
                return self._init(line)
            case "api_retry":
                return [retrying(line)]
            case "status" if line.status == "requesting":
                return [f.RequestStarted()]
            case "thinking_tokens":
                return [
                    f.ThinkingDelta(block=self._message_of.get("", ""), tokens=count(line.estimated_tokens))
                ]
            case _:
                return []

    def _init(self, line: Line) -> Iterable[AnyFact]:
        self._model = line.model or ""
        yield f.SessionStarted(
            session_id=one_line(line.session_id or ""),
            model=one_line(self._model),
            version=one_line(line.claude_code_version or ""),
            context_window=1_000_000 if _WINDOW.search(self._model) else 0,
        )
        yield f.TurnStarted(prompt=bounded(self.prompted()))

    def prompted(self) -> str:
        """Return the prompt of the turn that begins now; the process may go on by itself: then nobody prompted."""
        prompt, self._prompt = self._prompt, ""
        return prompt

    # -- messages --------------------------------------------------------------------------------------------------

    def _streamed(self, event: ApiEvent, parent: str) -> Iterable[AnyFact]:
        parent = one_line(parent)
        match event.type:
            case "message_start" if event.message and event.message.id:
                return self._message_began(event.message, one_line(event.message.id), parent)
            case "content_block_delta" if event.delta:
                block = f"{self._message_of.get(parent, '')}:{event.index}"
                if event.delta.text:
                    return [f.TextDelta(text=bounded(event.delta.text), block=block, parent=parent)]
                if event.delta.thinking and not parent:
                    return [f.ThinkingDelta(text=bounded(event.delta.thinking), block=block)]
            case "message_delta" if event.usage:
                key = self._message_of.get(parent, "")
                if key:
                    self._open.pop(key, None)
                    return [self._usage(key, event.usage.over(self._started.get(key, Tokens())), parent)]
        return []

    def _message_began(self, message: Message, key: str, parent: str) -> Iterable[AnyFact]:
        self._message_of[parent] = key
        if key not in self._started:
            self._requests += 1
            self._remember(key, message.usage or Tokens())
        if message.usage is None:
            return [f.RequestStarted()]
        self._open[key] = message.usage, one_line(message.model or "") if parent else ""
        return [f.RequestStarted(), self._usage(key, message.usage, parent, message.model or "")]

    def _remember(self, key: str, tokens: Tokens) -> None:
        for known in (self._started, self._blocks, self._message_of):
            if len(known) > RECENT_MAX:
                del known[next(iter(known))]
        self._started[key] = tokens

    def _usage(self, key: str, tokens: Tokens, parent: str, model: str = "") -> f.UsageReported:
        self._counted = True
        usage = tokens.usage()
        size = usage.input + usage.cache_read + usage.cache_write
        # A sub-agent has a conversation of its own: its size says nothing about this one.
        return f.UsageReported(
            usage=usage,
            key=key,
            billed_model=one_line(model) if parent else "",
            context_tokens=0 if parent else size,
        )

    def _said(self, line: Line, message: Message) -> Iterable[AnyFact]:
        parent = one_line(line.parent_tool_use_id or "")
        blocks = (
            [Block("text", message.content)] if isinstance(message.content, str) else message.content or []
        )
        if message.model == SYNTHETIC and line.error:
            return self._error(blocks, str(line.error))
        key = one_line(message.id or "")
        told: list[AnyFact] = []
        for block in blocks:
            at = self._blocks.get(key, 0)
            self._blocks[key] = at + 1
            fact = self._content.said(block, f"{key}:{at}", parent)
            if fact is not None:
                told.append(fact)
        if message.usage and message.model != SYNTHETIC and key and key not in self._started:
            self._requests += 1
            self._remember(key, message.usage)
            told.append(self._usage(key, message.usage, parent))
        return told

    def _error(self, blocks: list[Block], code: str) -> Iterable[AnyFact]:
        text = bounded("\n".join(block.text or "" for block in blocks))
        yield f.ErrorReported(text=text, code=one_line(code))
        if code == "rate_limit":
            yield f.RateLimited(text=one_line(text), resets_at=limit_reset(text))

    # -- the end ---------------------------------------------------------------------------------------------------

    def _result(self, line: Line) -> Iterable[AnyFact]:
        error = result_error(line, self.info.spec)
        self._refused = self._refused or (refused_words(error) if not line.num_turns else "")
        if self._refused:
            yield f.ErrorReported(text=error, code="unknown_session", fatal=True)
            return
        interrupted = (line.terminal_reason or "").startswith("aborted")
        if interrupted:
            self._cut_off |= self._open
        self._open.clear()
        for total in self._total(line):
            yield total
            yield from (self._announced(key, *told) for key, told in self._cut_off.items())
        alone = [each for each in line.permission_denials or () if each.tool_use_id not in self.asked_about]
        for denial in alone[:DENIALS_MAX]:
            what = f"{denial.tool_name} {telling(denial.tool_input, self.info.launch.cwd)}"
            yield f.ErrorReported(text=one_line(f"Refused without asking: {what}"), code="permission_denied")
        self._end = f.TurnEnded(
            ok=not error,
            text=bounded(line.result or "") if not error else "",
            error=error,
            turns=max(0, line.num_turns or 0),
            cost_usd=money(line.total_cost_usd),
            duration_s=max(0.0, line.duration_ms or 0.0) / 1000,
            interrupted=interrupted,
        )
        yield self._end

    def _announced(self, key: str, tokens: Tokens, model: str) -> f.UsageReported:
        """What a message began with, again: a total has just replaced what was counted."""
        return f.UsageReported(usage=tokens.usage(), key=one_line(key), billed_model=model)

    def _total(self, line: Line) -> Iterable[AnyFact]:
        models = line.modelUsage
        if models is None:
            if line.usage is None:
                return
            usage = line.usage.usage() + Usage(cost_usd=money(line.total_cost_usd))
            window = 0
        elif models or not self._counted:
            usage = Usage(cost_usd=None if models else money(line.total_cost_usd))
            for model in models.values():
                usage = usage + model.usage()
            main = models.get(self._model) or max(
                models.values(), key=lambda m: m.usage().total, default=None
            )
            window = count(main.contextWindow) if main else 0
        else:
            return
        usage = Usage(
            usage.input, usage.output, usage.cache_read, usage.cache_write, 0, self._requests, usage.cost_usd
        )
        yield f.UsageReported(usage=usage, scope="run", context_window=window)

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a result without an error."""
        end = self._end
        refused = self.info.kind is RunKind.RESUME and bool(self._refused or refused_words(tail))
        if code == 0 and end is not None and end.ok:
            return RunExited(code=code, ok=True, done=True)
        if refused:
            reason = self._refused or refused_words(tail)
        elif end is not None and not end.ok:
            reason = end.error
        elif code == 0:
            reason = "ended without a result" if end is None else ""
        elif signal is not None:
            reason = exit_words(code, signal)
        else:
            reason = last_words(tail) or exit_words(code, signal)
        return RunExited(code=code, signal=signal, refused=refused, reason=one_line(reason, limit=REASON_MAX))
