"""One headless run of a CLI that the user described: dotted paths into its JSON lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.clidef import CliDefinition, Events
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.counts import count, money
from tui.runtimes.endings import judge, line_with
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.texts import bounded


def at(line: Any, path: str) -> Any:
    """Return what a dotted path leads to, numbers counting in lists; None where there is nothing, or no path."""
    for step in path.split(".") if path else ("",):
        if isinstance(line, dict):
            line = line.get(step)
        elif isinstance(line, list) and step.isdecimal() and int(step) < len(line):
            line = line[int(step)]
        else:
            return None
    return line


def text_at(line: Any, path: str) -> str:
    """Return the text or number at a path, or nothing."""
    found = at(line, path)
    return (
        found
        if isinstance(found, str)
        else ""
        if found is None or isinstance(found, bool | dict | list)
        else str(found)
    )


class DefinedStreamReader(JsonReader[dict[str, Any]]):
    """Reads one run."""

    def __init__(self, info: RunInfo, definition: CliDefinition) -> None:
        super().__init__(info, msgspec.json.Decoder(dict[str, Any]))
        self._paths = definition.stream or Events()
        self._refused = definition.refused
        self._session = self._model = self._error = self._words = ""
        self._began = False
        self._lines = 0
        self._end: f.TurnEnded | None = None

    def event(self, event: dict[str, Any]) -> Iterable[Observed]:
        """Return the facts of one line."""
        self._lines += 1
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: dict[str, Any]) -> Iterable[AnyFact]:
        paths = self._paths
        session, model = one_line(text_at(line, paths.session)), one_line(text_at(line, paths.model))
        if (session and session != self._session) or (model and model != self._model):
            self._session, self._model = session or self._session, model or self._model
            if self._session:
                yield f.SessionStarted(session_id=self._session, model=self._model)
        if not self._began:
            self._began = True
            yield f.TurnStarted(prompt=bounded(self.info.prompt))
        words = bounded(text_at(line, paths.text))
        if words.strip():
            self._words = words
            yield f.Text(text=words)
        usage = self._usage(line)
        if usage is not None:
            scope = "run" if paths.usage.total else "message"
            yield f.UsageReported(usage=usage, scope=scope, key=str(self._lines), model=self._model)
        error = one_line(text_at(line, paths.error))
        if error:
            self._error = error
            yield f.ErrorReported(text=error)
        if self._is_end(line):
            self._end = f.TurnEnded(
                ok=not self._error, text="" if self._error else self._words, error=self._error
            )
            yield self._end

    def _usage(self, line: dict[str, Any]) -> Usage | None:
        paths = self._paths.usage
        usd = _dollars(at(line, paths.cost)) if paths.cost else None
        usage = Usage(
            input=_count(line, paths.input),
            output=_count(line, paths.output),
            cache_read=_count(line, paths.cache_read),
            cache_write=_count(line, paths.cache_write),
            reasoning=_count(line, paths.reasoning),
            cost_usd=usd,
        )
        return usage if usage.total or usd is not None else None

    def _is_end(self, line: dict[str, Any]) -> bool:
        path, equals, value = self._paths.end.partition("=")
        if not path:
            return False
        return text_at(line, path) == value if equals else at(line, path) is not None

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: exit 0, the line that ends a turn where there is one, and no error."""
        end = self._end
        if end is None and (self._error or not self._paths.end):
            end = f.TurnEnded(ok=not self._error, error=self._error)
        resumed = self.info.kind is RunKind.RESUME and bool(self._refused)
        refused = line_with(re.compile(self._refused), f"{tail}\n{self._error}") if resumed else ""
        return judge(code, signal, tail, end, refused)


def _count(line: Any, path: str) -> int:
    found = at(line, path) if path else None
    return count(found) if isinstance(found, int | float) and not isinstance(found, bool) else 0


def _dollars(value: Any) -> Decimal | None:
    try:
        return money(Decimal(str(value))) if isinstance(value, int | float | str) else None
    except InvalidOperation:
        return None
