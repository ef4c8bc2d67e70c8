"""One headless run of Codex: its JSON events, and beside them its rollout file for model, limits and live usage.

Usage is a counter of the thread over all its processes. Only `turn.failed` is fatal: an item of type `error` is a notice,
and `Reconnecting...` a retry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.codex_rollout import ARGUMENTS_MAX, Rollout, rollout_pattern
from tui.runtimes.codex_types import LINE_DECODER, Item, Line, bare, is_limit, retrying
from tui.runtimes.endings import judge, line_with
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.texts import bounded, output, relative, spoken, telling

ROLLOUT: Final = "rollout"

REFUSED: Final = re.compile(r"no rollout found for thread id|No saved session found with ID")
_UNTRUSTED: Final = "--skip-git-repo-check was not specified"


class CodexStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._rollout: Rollout | None = None
        self._scope = "session"
        self._words = ""
        self._open: set[str] = set()
        """Items that were told as begun."""
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
                return self._began(line.item)
            case "item.updated" if line.item and line.item.type == "todo_list":
                return self._began(line.item)
            case "item.completed" if line.item:
                return self._completed(line.item)
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

    # -- items -----------------------------------------------------------------------------------------------------

    def _began(self, item: Item) -> Iterable[AnyFact]:
        name, title, arguments = self._call(item)
        if not name:
            return []
        self._open.add(item.id)
        return [f.ToolCalled(call_id=one_line(item.id), name=name, title=title, arguments=arguments)]

    def _call(self, item: Item) -> tuple[str, str, str]:
        """Return name, title and arguments of an item that is a tool call; no name for another item."""
        cwd = self.info.launch.cwd
        match item.type:
            case "command_execution":
                command = bare(item.command or "")
                return "shell", one_line(command, limit=400), bounded(command, ARGUMENTS_MAX)
            case "file_change":
                paths = [relative(change.path, cwd) for change in item.changes or ()]
                title = paths[0] if len(paths) == 1 else f"{len(paths)} files: {', '.join(paths[:8])}"
                return "apply_patch", one_line(title, limit=400), bounded("\n".join(paths), ARGUMENTS_MAX)
            case "mcp_tool_call":
                name = one_line(f"{item.server or 'mcp'}.{item.tool or 'tool'}", limit=80)
                return name, telling(item.arguments, cwd), bounded(json.dumps(item.arguments), ARGUMENTS_MAX)
            case "web_search":
                return "web_search", one_line(item.query or ""), ""
            case "todo_list":
                return "update_plan", f"{len(item.items or ())} steps", ""
            case _:
                return "", "", ""

    def _completed(self, item: Item) -> Iterable[AnyFact]:
        key = one_line(item.id)
        match item.type:
            case "agent_message":
                self._words = bounded(item.text or "")
                yield f.Text(text=self._words, block=key)
            case "reasoning":
                yield f.Thinking(text=bounded(item.text or ""), block=key)
            case "error":
                yield f.ErrorReported(text=bounded(item.message or item.text or ""))
            case _:
                if item.id not in self._open:
                    yield from self._began(item)
                if item.id in self._open:
                    self._open.discard(item.id)
                    yield self._finished(item, key)

    def _finished(self, item: Item, key: str) -> f.ToolFinished:
        told = item.aggregated_output or (item.error.message if item.error else "")
        if not told and item.result is not None:
            told = item.result if isinstance(item.result, str) else json.dumps(item.result)
        return f.ToolFinished(
            call_id=key,
            ok=item.status not in ("failed", "declined") and not item.error,
            output=output(told),
            exit_code=item.exit_code,
            denied=item.status == "declined",
        )

    # -- the end ---------------------------------------------------------------------------------------------------

    def _turn_completed(self, line: Line) -> Iterable[AnyFact]:
        # The counter of a forked thread goes on from the other's: its rollout tells where that stood, and what was used.
        if line.usage is not None and self._rollout is not None and self._rollout.counts:
            model = one_line(self._rollout.model)
            yield f.UsageReported(usage=line.usage.usage(), scope=self._scope, model=model)
        self._end = f.TurnEnded(text=self._words)
        yield self._end

    def _turn_failed(self, message: str) -> Iterable[AnyFact]:
        message = spoken(message) or "the turn failed"
        if is_limit(message):
            rollout = self._rollout or Rollout("", "", whole=False)
            yield rollout.limited(message)
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
