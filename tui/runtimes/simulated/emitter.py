"""Writes what happens in a story as JSON lines: Claude Code's stream format, and kinds of our own.

`demo_usage` and `demo_history` tell the run's totals with their cost, `demo_output` a line that a running tool printed; no CLI's stream has
either while it works.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from tui.runtimes.simulated.cues import Cues
from tui.runtimes.simulated.steps import Spent

RESUMED_SHARE: Final = 0.03
"""What a step of a resumed session uses of its story's figures."""
CONTEXT_MAX_PERCENT: Final = 94


class Emitter:
    """Writes JSON lines.

    Args:
        write: Takes one line, with its end.
        session: The session's id.
        model: As it is shown.
        spent: Totals at the story's middle.
        share: Part of them that one step uses.
        deltas: Write texts piece by piece before they are complete.
        context: Share of the story's context that is filled from the start: 1 in a resumed session.
        cues: Tell the time and what was used, in a directed story.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        session: str,
        model: str,
        spent: Spent,
        share: float,
        *,
        deltas: bool,
        context: float = 0.0,
        cues: Cues | None = None,
    ) -> None:
        self._write = write
        self._session = session
        self._model = model
        self._spent = spent
        self._share = share
        self.deltas = deltas
        self._filled = context
        self._steps = 0
        self._number = 0
        self._cues = cues
        self.started = self._now()

    def _now(self) -> float:
        return time.monotonic() if self._cues is None else self._cues.wall

    def line(self, **fields: Any) -> None:
        """Write one line."""
        fields["session_id"] = self._session
        self._write(json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n")
        if self._cues is not None:
            self._cues.wrote()

    def init(self, cwd: str) -> None:
        """A turn begins."""
        self.started = self._now()
        self.line(type="system", subtype="init", cwd=cwd, model=self._model, claude_code_version="demo")

    def message(self) -> str:
        """Begin a message of the model; return its id."""
        self._number += 1
        key = f"msg_{self._session[:8]}_{self._number}"
        if self.deltas:
            self.line(type="system", subtype="status", status="requesting")
            self._event(type="message_start", message={"id": key})
        return key

    def delta(self, kind: str, text: str) -> None:
        """A piece of a `text` or a `thinking` block."""
        if self.deltas:
            delta = {"type": f"{kind}_delta", kind: text}
            self._event(type="content_block_delta", index=0, delta=delta)

    def _event(self, **event: Any) -> None:
        self.line(type="stream_event", event=event, parent_tool_use_id=None)

    def block(self, key: str, **block: Any) -> None:
        """A complete block of a message."""
        message = {"id": key, "role": "assistant", "model": self._model, "content": [block]}
        self.line(type="assistant", message=message, parent_tool_use_id=None)

    def call(self, key: str, tool: str, args: dict[str, Any]) -> str:
        """A tool call; return its id."""
        call_id = f"toolu_{key[4:]}"
        self.block(key, type="tool_use", id=call_id, name=tool, input=args)
        return call_id

    def output(self, call_id: str, text: str) -> None:
        """A running tool printed a line."""
        self.line(type="demo_output", request_id=call_id, result=text + "\n")

    def finished(
        self, call_id: str, text: str, *, ok: bool, path: str = "", hunks: Sequence[Any] = ()
    ) -> None:
        """The result of a tool call."""
        block = {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": not ok}
        patch = (
            {"tool_use_result": {"type": "update", "filePath": path, "structuredPatch": hunks}}
            if hunks
            else {}
        )
        self.line(type="user", message={"role": "user", "content": [block]}, parent_tool_use_id=None, **patch)

    def control(self, request_id: str, tool: str, args: dict[str, Any], *, always: bool) -> None:
        """Ask the user for leave, or a question."""
        suggestions = [{"type": "addRules", "behavior": "allow"}] if always else []
        request = {
            "subtype": "can_use_tool", "tool_name": tool, "input": args, "permission_suggestions": suggestions,
        }  # fmt: skip
        self.line(type="control_request", request_id=request_id, request=request)

    def resolved(self, request_id: str) -> None:
        """What was asked is answered."""
        self.line(type="control_cancel_request", request_id=request_id)

    def used(self) -> None:
        """A step used its share of tokens and money."""
        self._steps += 1
        self.totals()

    def totals(self, *, earlier: bool = False) -> None:
        """Tell the run's totals; `earlier`: they were used before anybody looked."""
        self.line(
            # A story shows hours in seconds: until its middle its figures are a past that is caught up with.
            type="demo_history" if earlier or (self._cues is None and self._part() <= 1) else "demo_usage",
            modelUsage={self._model: self._usage()},
            num_turns=self._number,
            estimated_tokens=self._context(),
        )
        if self._cues is not None:
            self._cues.tell(round(self._spent.output * self._part()))

    def _usage(self) -> dict[str, Any]:
        part, spent = self._part(), self._spent
        return {
            "inputTokens": round(spent.input * part),
            "outputTokens": round(spent.output * part),
            "cacheReadInputTokens": round(spent.cache_read * part),
            "cacheCreationInputTokens": round(spent.cache_write * part),
            "costUSD": round(spent.cost_usd * part, 4),
            "contextWindow": spent.window,
        }

    def _part(self) -> float:
        # Past its middle a story that goes on for hours must not cost hundreds of dollars.
        if self._cues is not None:
            return self._cues.part
        part = self._steps * self._share
        return part if part <= 1 else 1 + (part - 1) * 0.01

    def _context(self) -> int:
        done = self._steps * self._share if self._cues is None else self._cues.part
        share = self._filled + (1 - self._filled) * min(done, 1.0)
        percent = min(self._spent.context_percent * share + max(0.0, self._part() - 1), CONTEXT_MAX_PERCENT)
        return round(self._spent.window * percent / 100)

    def retry(self, attempt: int, attempts: int, delay_s: float) -> None:
        """The provider refused a request."""
        self.line(
            type="system", subtype="api_retry", attempt=attempt, max_retries=attempts,
            retry_delay_ms=delay_s * 1000, error_status=429, error="rate_limit",
        )  # fmt: skip

    def limit(self, name: str, percent: float, resets_in_s: float) -> None:
        """How one of the provider's limits stands."""
        self._limit("allowed", name, resets_in_s, utilization=percent / 100)

    def refused(self, name: str, resets_in_s: float) -> None:
        """A limit is reached."""
        self._limit("rejected", name, resets_in_s)

    def _limit(self, status: str, name: str, resets_in_s: float, **more: float) -> None:
        at = round((time.time() if self._cues is None else self._cues.wall) + resets_in_s)
        self.line(
            type="rate_limit_event",
            rate_limit_info={"status": status, "resetsAt": at, "rateLimitType": name, **more},
        )

    def result(self, text: str, *, turns: int, error: str = "", interrupted: bool = False) -> None:
        """The turn is over."""
        usage = self._usage()
        self.line(
            type="result",
            subtype="error_during_execution" if interrupted else "success",
            is_error=bool(error) or interrupted,
            result=error or text or None,
            num_turns=turns,
            duration_ms=round((self._now() - self.started) * 1000),
            total_cost_usd=usage["costUSD"],
            modelUsage={self._model: usage},
            terminal_reason="aborted_tools" if interrupted else "completed",
        )
