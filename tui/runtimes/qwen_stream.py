"""One headless run of Qwen Code. The usage of its result is the session's so far, hidden requests and earlier runs included.

It is silent while it retries. An API error ends a run with exit 0 and a "success" whose text is the error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.claude_types import LINE_DECODER, Line
from tui.runtimes.endings import judge, line_with
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.qwen_events import API_ERROR, QwenEvents, tokens
from tui.runtimes.texts import bounded, telling

REFUSED: Final = re.compile(r"No saved session found with ID")
DENIALS_MAX: Final = 5
_LIMIT: Final = re.compile(r"\b429\b|rate limit|quota", re.IGNORECASE)


class QwenStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._events = QwenEvents(info.launch.cwd)
        self._scope = "session"
        self._model = ""
        self._end: f.TurnEnded | None = None

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one line."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "system" if line.subtype == "init":
                return self._init(line)
            case "result":
                return self._result(line)
            case _:
                return self._events.facts(line)

    def _init(self, line: Line) -> Iterable[AnyFact]:
        session = line.session_id or ""
        if self.info.kind is RunKind.RESUME and session != self.info.launch.session_id:
            self._scope = "run"  # another session than asked for: its counter is new
        self._model = one_line(line.model or "")
        yield f.SessionStarted(session_id=one_line(session), model=self._model)
        yield f.TurnStarted(prompt=bounded(self.info.prompt))

    def _result(self, line: Line) -> Iterable[AnyFact]:
        usage = tokens(line.usage)
        if usage.total:
            yield f.UsageReported(usage=usage, scope=self._scope, model=self._model)
        for denial in (line.permission_denials or ())[:DENIALS_MAX]:
            what = f"{denial.tool_name} {telling(denial.tool_input, self.info.launch.cwd)}"
            yield f.ErrorReported(text=one_line(f"Refused without asking: {what}"), code="permission_denied")
        error = self._error(line)
        if error and _LIMIT.search(error):
            yield f.RateLimited(text=error)
        self._end = f.TurnEnded(
            ok=not error,
            text="" if error else bounded(line.result or self._events.last),
            error=error,
            turns=max(0, line.num_turns or 0),
            duration_s=max(0.0, line.duration_ms or 0.0) / 1000,
        )
        yield self._end

    def _error(self, line: Line) -> str:
        told = line.result or ""
        failed = bool(line.is_error) or (line.subtype or "success") != "success"
        # Texts of a repeated request are glued together: an error counts if it stands at the end.
        if not failed and told.startswith(API_ERROR) and self._events.error:
            return self._events.error
        if not failed:
            return ""
        inner = line.error.get("message") if isinstance(line.error, dict) else None
        told = inner if isinstance(inner, str) else told
        return one_line(told or (line.subtype or "error").replace("_", " "), limit=300)

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a result without an error."""
        refused = line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME and self._end is None else ""
        return judge(code, signal, tail, self._end, refused)
