"""One interactive run of a CLI that the user described: three patterns over its screen and its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tui.core.activity import Activity, Source
from tui.core.clidef import CliDefinition
from tui.core.facts import ActivitySignalled, RunExited, RunKind
from tui.core.signals import TerminalSignal, TitleChanged
from tui.core.text import one_line
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.command import TerminalReader
from tui.runtimes.dialogs import drawn
from tui.runtimes.endings import judge_drawn, line_with


class DefinedScreenReader(TerminalReader):
    """Reads one run; the first pattern that is found counts: waiting, then working, then idle."""

    def __init__(self, info: RunInfo, definition: CliDefinition) -> None:
        super().__init__(info)
        self._refused = definition.refused
        self._patterns = [
            (activity, re.compile(pattern))
            for activity, pattern in (
                (Activity.NEEDS_ANSWER, definition.waiting),
                (Activity.WORKING, definition.working),
                (Activity.IDLE, definition.idle),
            )
            if pattern
        ]
        self._said: Activity | None = None
        self._began = False

    def signal(self, signal: TerminalSignal) -> Iterable[Observed]:
        """A title that shows a pattern, else what every terminal tells."""
        if isinstance(signal, TitleChanged):
            return self._look([signal.title], "title")
        return super().signal(signal)

    def screen(self, lines: Sequence[str]) -> Iterable[Observed]:
        """Look for the patterns."""
        return self._look(drawn(lines), "screen")

    def _look(self, lines: Sequence[str], where: str) -> Iterable[Observed]:
        for activity, pattern in self._patterns:
            found = next((line for line in reversed(lines) if pattern.search(line)), None)
            if found is not None:
                self._began = True
                if activity is self._said:
                    return []
                self._said = activity
                text = one_line(f"{where}: {found.strip()}")
                return [(Source.SCREEN, ActivitySignalled(activity=activity, text=text))]
        return []

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: exit 0 is a user's leaving."""
        resumed = self.info.kind is RunKind.RESUME and bool(self._refused)
        refused = line_with(re.compile(self._refused), tail) if resumed else ""
        return judge_drawn(code, signal, tail, refused, began=self._began)
