"""One headless run of Copilot CLI: its events on the output, its token counts from the session's file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.copilot_events import LINE_DECODER, CopilotEvents, Line, events_path, file_facts
from tui.runtimes.endings import judge, line_with
from tui.runtimes.json_lines import JsonReader

EVENTS: Final = "events"
REFUSED: Final = re.compile(r"No session, task, or name matched")


class CopilotStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._events = CopilotEvents(info.launch.cwd)
        self._session = ""
        self._error = ""
        self._aborted = False
        self._end: f.TurnEnded | None = None
        path = events_path(info.launch.env, info.launch.session_id)
        if path:
            fresh = info.kind is not RunKind.RESUME
            self.follows = [Follow(EVENTS, path, lines=True, from_start=fresh)]

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one line."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        if not self._session and self.info.launch.session_id:
            # It is told at the very end; that it got so far means that it took the one we asked for.
            yield self._started(self.info.launch.session_id)
        if line.type == "result":
            yield from self._result(line)
        elif line.type == "abort":
            self._aborted = True
        elif line.data is not None:
            for fact in self._events.facts(line.type, line.data):
                if isinstance(fact, f.ErrorReported):
                    self._error = fact.text
                yield fact

    def _started(self, session_id: str) -> f.SessionStarted:
        self._session = session_id
        return f.SessionStarted(session_id=one_line(session_id))

    def _result(self, line: Line) -> Iterable[AnyFact]:
        if line.sessionId and line.sessionId != self._session:
            yield self._started(line.sessionId)
        error = self._error if line.exitCode else ""
        error = error or (f"exit {line.exitCode}" if line.exitCode else "")
        if self._aborted:
            error = "the turn was interrupted"
        self._end = f.TurnEnded(
            ok=not error,
            text="" if error else self._events.last,
            error=one_line(error, limit=300),
            interrupted=self._aborted,
        )
        yield self._end

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The session's file grew: what it counts is told nowhere else."""
        return [(Source.TRANSCRIPT, fact) for fact in file_facts(data)]

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a result that says so."""
        refused = line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME and self._end is None else ""
        return judge(code, signal, tail, self._end, refused)
