"""Codex's rollout file: the record of a thread that it writes as it goes, headless and interactive.

It has what the stream does not tell: the model, the size of each request, the context window and the account's limits.
Approvals are not in it. Its token counter is the thread's own, over all its processes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.core.usage import ZERO
from tui.runtimes.codex_items import ARGUMENTS_MAX
from tui.runtimes.codex_limits import AccountLimits
from tui.runtimes.codex_types import ROLLOUT_DECODER, Payload, RolloutItem, RolloutLine
from tui.runtimes.counts import count
from tui.runtimes.environment import home
from tui.runtimes.json_lines import decode, unparsed
from tui.runtimes.texts import bounded, output, spoken, telling

_ABORTED: Final = "aborted by user"


def rollout_pattern(env: Mapping[str, str], thread_id: str) -> str:
    """Return where a thread's rollout is, or will be; empty if its id does not tell.

    The folder is the local day of the thread's birth, which its id (UUID version 7, RFC 9562 §5.7) begins with.
    """
    digits = thread_id.replace("-", "")
    if len(digits) != 32 or digits[12:13] != "7" or not all(c in "0123456789abcdef" for c in digits):
        return ""
    try:
        born = time.localtime(int(digits[:12], 16) / 1000)
    except (OverflowError, ValueError, OSError):
        return ""
    base = env.get("CODEX_HOME") or f"{home(env)}/.codex"
    return f"{base}/sessions/{time.strftime('%Y/%m/%d', born)}/rollout-*-{thread_id}.jsonl"


class Rollout:
    """Reads a rollout line by line.

    Args:
        cwd: The agent's folder.
        thread_id: The thread that it is of; the first line may tell it instead.
        whole: Tell the conversation, too; False where the stream does: then only model, usage and limits.
        scope: What the counter counts: `session`, or `run` for a thread that was not there before this run.
        forked: The thread began as a copy of another in this run: its counter goes on from that one's.
    """

    def __init__(
        self, cwd: str, thread_id: str, *, whole: bool, scope: str = "session", forked: bool = False
    ) -> None:
        self.counts = not forked
        """It is known where its counter began."""
        self._began = False
        self._cwd = cwd
        self.thread_id = thread_id
        self._whole = whole
        self._scope = scope
        self.model = ""
        """The model of the present turn, as far as it was told."""
        self._version = ""
        self.limits = AccountLimits()

    def line(self, data: bytes) -> Iterable[AnyFact]:
        """Return the facts of one line; never raises."""
        text = data.strip()
        if text[:1] != b"{":
            return []
        try:
            return list(self._facts(decode(ROLLOUT_DECODER, text)))
        except msgspec.DecodeError as error:
            return [unparsed(text, str(error))]
        except RecursionError:
            return [unparsed(text, "nested too deeply")]

    def _facts(self, line: RolloutLine) -> Iterable[AnyFact]:
        payload = line.payload
        if payload is None:
            return []
        match line.type:
            case "session_meta":
                self.thread_id = payload.id or self.thread_id
                self._version = payload.cli_version or ""
                return []
            case "turn_context" if payload.model and payload.model != self.model:
                self.model = payload.model
                return [
                    f.SessionStarted(
                        session_id=one_line(self.thread_id),
                        model=one_line(self.model),
                        version=one_line(self._version),
                    )
                ]
            case "event_msg" if payload.type == "token_count":
                return self._tokens(payload)
            case "event_msg" if payload.type == "task_started":
                self._began = True
                return []
            case "event_msg" if self._whole:
                return self._event(payload)
            case "response_item" if self._whole:
                return self._response(payload)
            case _:
                return []

    # -- usage and limits ----------------------------------------------------------------------------------------------

    def _tokens(self, payload: Payload) -> Iterable[AnyFact]:
        info = payload.info
        if info is not None and info.total_token_usage is not None:
            last = info.last_token_usage
            if not self.counts:
                self.counts = True
                # Before a turn, the last request is the other thread's.
                own = last.usage() if last and self._began else ZERO
                yield f.UsageReported(usage=info.total_token_usage.usage() - own, scope="start")
                if not self._began:
                    return
            yield f.UsageReported(
                usage=info.total_token_usage.usage(),
                scope=self._scope,
                model=one_line(self.model),
                context_tokens=count(last.total_tokens) if last else 0,
                context_window=count(info.model_context_window),
            )
        if payload.rate_limits is not None:
            yield from self.limits.told(payload.rate_limits)

    # -- the conversation ----------------------------------------------------------------------------------------------

    def _event(self, payload: Payload) -> Iterable[AnyFact]:
        match payload.type:
            case "item_completed" if payload.item:
                return self._item(payload.item)
            case "task_complete":
                error = one_line(spoken(payload.error.message), limit=300) if payload.error else ""
                return [
                    *([f.ErrorReported(text=error)] if error else []),
                    f.TurnEnded(
                        ok=payload.error is None,
                        error=error,
                        text=bounded(payload.last_agent_message or ""),
                        duration_s=max(0.0, payload.duration_ms or 0.0) / 1000,
                    ),
                ]
            case "turn_aborted":
                return [
                    f.TurnEnded(
                        ok=False,
                        interrupted=payload.reason == "interrupted",
                        error=f"the turn was {one_line(payload.reason or 'aborted')}",
                        duration_s=max(0.0, payload.duration_ms or 0.0) / 1000,
                    )
                ]
            case "error" | "stream_error" if payload.message:
                return [f.ErrorReported(text=bounded(spoken(payload.message)))]
            case _:
                return []

    def _item(self, item: RolloutItem) -> Iterable[AnyFact]:
        text = "\n".join(part.text for part in item.content or () if part.text)
        match item.type:
            case "UserMessage" if text:
                return [f.TurnStarted(prompt=bounded(text))]
            case "AgentMessage" if text:
                return [f.Text(text=bounded(text), block=one_line(item.id))]
            case "Reasoning":
                return [f.Thinking(text=bounded("\n".join(item.summary_text or ())), block=one_line(item.id))]
            case "CommandExecution":
                code = item.exit_code
                return [
                    f.ToolFinished(
                        call_id=one_line(item.id),
                        ok=code == 0 if code is not None else item.status != "failed",
                        output=output(item.aggregated_output or ""),
                        exit_code=code,
                    )
                ]
            case "FileChange":
                return [
                    f.ToolFinished(
                        call_id=one_line(item.id), ok=item.status not in ("failed", "declined", "Failed")
                    )
                ]
            case _:
                return []

    def _response(self, payload: Payload) -> Iterable[AnyFact]:
        call_id = one_line(payload.call_id or "")
        match payload.type:
            case "function_call" | "custom_tool_call":
                arguments = _arguments(payload.arguments if payload.arguments is not None else payload.input)
                return [
                    f.ToolCalled(
                        call_id=call_id,
                        name=one_line(payload.name or "tool", limit=80),
                        title=telling(arguments, self._cwd),
                        arguments=bounded(
                            arguments if isinstance(arguments, str) else json.dumps(arguments), ARGUMENTS_MAX
                        ),
                    )
                ]
            case "function_call_output" | "custom_tool_call_output" if _ABORTED in str(payload.output)[-80:]:
                # Only what ended by itself has an item of its own.
                return [f.ToolFinished(call_id=call_id, ok=False, output=_ABORTED)]
            case _:
                return []


def _arguments(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return msgspec.json.decode(given)
    except (msgspec.DecodeError, RecursionError):
        return given
