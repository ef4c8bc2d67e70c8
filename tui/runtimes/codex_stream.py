"""One headless run of Codex: its JSON events, and beside them its rollout file for model, limits and live usage.

Usage is a counter of the thread over all its processes. Only `turn.failed` is fatal: an item of type `error` is a notice,
and `Reconnecting...` a retry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.codex_items import Items
from tui.runtimes.codex_limits import AccountLimits
from tui.runtimes.codex_rollout import Rollout, rollout_pattern
from tui.runtimes.codex_types import LINE_DECODER, Line, is_limit, retrying
from tui.runtimes.endings import judge, line_with
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.texts import bounded, spoken

ROLLOUT: Final = "rollout"

REFUSED: Final = re.compile(r"no rollout found for thread id|No saved session found with ID")
_UNTRUSTED: Final = "--skip-git-repo-check was not specified"


class CodexStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._rollout: Rollout | None = None
        self._scope = "session"
        self._items = Items(info.launch.cwd)
        self._end: f.TurnEnded | None = None

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one line."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "thread.started" if line.thread_id:
                return self._thread(line.thread_id)
            case "turn.started":
                self._end = None
                return [f.TurnStarted(prompt=bounded(self.info.prompt))]
            case "item.started" if line.item:
                return self._items.began(line.item)
            case "item.updated" if line.item and line.item.type == "todo_list":
                return self._items.began(line.item)
            case "item.completed" if line.item:
                return self._items.completed(line.item)
            case "turn.completed":
                return self._turn_completed(line)
            case "error":
                again = retrying(line.message or "")
                return [again] if again else [f.ErrorReported(text=bounded(spoken(line.message or "")))]
            case "turn.failed":
                return self._turn_failed(line.error.message if line.error else "")
            case _:
                return []

    def _thread(self, thread_id: str) -> Iterable[AnyFact]:
        asked = self.info.launch.session_id if self.info.kind is RunKind.RESUME else ""
        if thread_id != asked:
            # Whatever was asked for, this thread is new: so is its counter.
            self._scope = "run" if asked else "session"
        forked = self.info.kind is RunKind.FORK
        self._rollout = Rollout(
            self.info.launch.cwd, thread_id, whole=False, scope=self._scope, forked=forked
        )
        pattern = rollout_pattern(self.info.launch.env, thread_id)
        if pattern:
            self.follows = [Follow(ROLLOUT, pattern, lines=True, from_start=thread_id != asked)]
        return [f.SessionStarted(session_id=one_line(thread_id))]

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The rollout grew."""
        facts = self._rollout.line(data) if self._rollout is not None else []
        return [(Source.TRANSCRIPT, fact) for fact in facts]

    # -- the end ---------------------------------------------------------------------------------------------------

    def _turn_completed(self, line: Line) -> Iterable[AnyFact]:
        # The counter of a forked thread goes on from the other's: its rollout tells where that stood, and what was used.
        if line.usage is not None and self._rollout is not None and self._rollout.counts:
            model = one_line(self._rollout.model)
            yield f.UsageReported(usage=line.usage.usage(), scope=self._scope, model=model)
        self._end = f.TurnEnded(text=self._items.words)
        yield self._end

    def _turn_failed(self, message: str) -> Iterable[AnyFact]:
        message = spoken(message) or "the turn failed"
        if is_limit(message):
            limits = self._rollout.limits if self._rollout is not None else AccountLimits()
            yield limits.limited(message)
        self._end = f.TurnEnded(ok=False, error=one_line(message, limit=300))
        yield self._end

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a completed turn."""
        refused = line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME else ""
        ended = judge(code, signal, tail, self._end, refused)
        if _UNTRUSTED in tail and not ended.ok:
            # Its guard against unversioned folders is the user's to lift, so the sentence says how.
            reason = "Not inside a trusted directory: add --skip-git-repo-check to this agent's arguments to allow it."
            return RunExited(code=code, signal=signal, reason=reason)
        return ended
