"""One headless run of Gemini CLI. Its usage comes with the result, for the whole process; until then its chat file tells.

It exits 0 after a broken stream, and when it was ended by a signal; it retries in silence but for a line on standard
error. Thoughts are not told.
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
from tui.runtimes.endings import judge, line_with
from tui.runtimes.gemini_chat import ARGUMENTS_MAX, Chat, chat_pattern
from tui.runtimes.gemini_retries import LIMIT, Retries
from tui.runtimes.gemini_types import LINE_DECODER, Line, Stats
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.texts import bounded, output, spoken, telling

CHAT: Final = "chat"
WORDS_MAX: Final = 64_000
"""Characters kept of an answer while it streams."""

REFUSED: Final = re.compile(r"Invalid session identifier|No previous sessions found for this project")
_SAYS: Final = re.compile(
    r"^(?:Unknown arguments?: |Error |Invalid values:|Not enough arguments)|you must specify|set an Auth method"
)
_CODE: Final = re.compile(r'"code"\s*:\s*(\d{3})')


class GeminiStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._chat = Chat(info.launch.cwd, whole=False)
        self._parts: list[str] = []
        """What the model said since the last other event, as far as it is kept."""
        self._size = 0
        """Characters of that."""
        self._blocks = 0
        self._last = ""
        self._retries = Retries()
        self._error = ""
        self._says = ""
        """The first line that says why it cannot start."""
        self._end: f.TurnEnded | None = None

    def line(self, data: bytes) -> Iterable[Observed]:
        """Return the facts of one line; retries are told on standard error only."""
        for source, fact in super().line(data):
            yield source, fact
            if isinstance(fact, f.LogLine):
                self._says = self._says or (fact.text if _SAYS.search(fact.text) else "")
                yield from ((Source.STREAM, again) for again in self._retries.heard(fact.text))

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one JSON line."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        if line.type != "message" or line.role != "assistant":
            yield from self._flush()
        match line.type:
            case "init":
                yield from self._init(line)
            case "message" if line.role == "assistant" and line.content:
                if self._size < 2 * WORDS_MAX:
                    self._parts.append(line.content[: 2 * WORDS_MAX])
                    self._size += len(line.content)
                yield f.TextDelta(text=bounded(line.content), block=str(self._blocks))
            case "tool_use":
                yield f.ToolCalled(
                    call_id=one_line(line.tool_id or ""),
                    name=one_line(line.tool_name or "tool", limit=80),
                    title=telling(line.parameters, self.info.launch.cwd),
                    arguments=bounded(json.dumps(line.parameters, ensure_ascii=False), ARGUMENTS_MAX),
                )
            case "tool_result":
                ok = line.status == "success"
                told = line.output or ("" if ok or line.error is None else line.error.message)
                yield f.ToolFinished(call_id=one_line(line.tool_id or ""), ok=ok, output=output(told))
            case "error":
                self._error = one_line(line.message or "error", limit=300)
                yield f.ErrorReported(text=bounded(line.message or ""))
            case "result":
                yield from self._result(line)

    def _init(self, line: Line) -> Iterable[AnyFact]:
        session = line.session_id or ""
        pattern = chat_pattern(self.info.launch.env, self.info.launch.cwd, session)
        if pattern:
            fresh = self.info.kind is not RunKind.RESUME or session != self.info.launch.session_id
            self.follows = [Follow(CHAT, pattern, lines=True, from_start=fresh)]
        model = "" if line.model in (None, "auto") else one_line(line.model or "")
        yield f.SessionStarted(session_id=one_line(session), model=model)
        yield f.TurnStarted(prompt=bounded(self.info.prompt))

    def _flush(self) -> Iterable[AnyFact]:
        """The model's words are complete: what came in pieces is told whole."""
        if self._parts:
            self._last = bounded("".join(self._parts)[: 2 * WORDS_MAX], WORDS_MAX)
            self._parts, self._size = [], 0
            yield f.Text(text=self._last, block=str(self._blocks))
            self._blocks += 1

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The chat file grew: it counts until the result has told the total."""
        if self._end is not None:
            return []
        return [(Source.TRANSCRIPT, fact) for fact in self._chat.line(data)]

    # -- the end ---------------------------------------------------------------------------------------------------

    def _result(self, line: Line) -> Iterable[AnyFact]:
        ok = line.status == "success"
        error = "" if ok else self._reason(line)
        if line.stats is not None:
            yield f.UsageReported(usage=line.stats.usage(), scope="run", model=_main_model(line.stats))
        if not ok and LIMIT.search(error):
            yield f.RateLimited(text=error)
        self._end = f.TurnEnded(
            ok=ok,
            text=self._last if ok else "",
            error=error,
            duration_s=max(0.0, line.stats.duration_ms or 0.0) / 1000 if line.stats else 0.0,
        )
        yield self._end

    def _reason(self, line: Line) -> str:
        message = line.error.message if line.error else ""
        inner, code = spoken(message), _CODE.search(message)
        if inner != message:
            message = f"API error {code[1] if code else ''}: {inner}".replace(" :", ":")
        return one_line(message or self._error or self._retries.error or "the turn failed", limit=300)

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a result that says so."""
        refused = line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME and self._end is None else ""
        return judge(code, signal, self._says or tail, self._end, refused)


def _main_model(stats: Stats) -> str:
    """Return the model that used most: a router may have used another."""
    models = stats.models or {}
    most = max(models.items(), key=lambda item: item[1].usage().total, default=("", Stats()))
    return one_line(most[0]) if most[1].usage().total else ""
