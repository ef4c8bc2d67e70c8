"""One headless run of Pi (`--mode json`). It exits 0 after every API error: the last message tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.endings import judge, line_with
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.pi_events import LINE_DECODER, Events, Line
from tui.runtimes.texts import bounded

REFUSED: Final = re.compile(r"No session found matching")


class PiStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._events = Events(info.launch.cwd)
        self._begun = False

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one line."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        events = self._events
        if line.type == "session" and line.id:
            events.session = line.id
            yield events.session_fact()
        if line.type == "turn_start" and not self._begun:
            self._begun = True
            yield f.TurnStarted(prompt=bounded(self.info.prompt))
        yield from events.facts(line)
        given_up = line.type == "auto_retry_end" and line.success is False
        # An error may still be tried again.
        over = (
            line.type == "agent_end" and events.end is not None and (events.end.ok or events.end.interrupted)
        )
        if events.end is not None and (given_up or over):
            yield events.end

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a last message that stopped by itself."""
        resumed = self.info.kind is RunKind.RESUME and not self._events.session
        return judge(code, signal, tail, self._events.end, line_with(REFUSED, tail) if resumed else "")
