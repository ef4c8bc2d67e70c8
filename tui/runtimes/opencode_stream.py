"""One headless run of OpenCode (`run --format json`). No event says that all is done: the last step does, by its reason.

Usage is the sum over its steps; input and output leave out what was cached and reasoned, which stand beside them. It does
not name its model, tells a tool only when it has ended, and retries in silence: of these its log tells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.counts import count, money, size
from tui.runtimes.endings import judge, line_with
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.opencode_log import CONFIG, LOG, OpenCodeLog, log_path
from tui.runtimes.texts import bounded, output, telling

ARGUMENTS_MAX: Final = 8_000
REFUSED: Final = re.compile(r"Session not found")
_ASKED: Final = re.compile(r"permission requested: (.*); auto-rejecting")
_DENIED: Final = re.compile(r"rejected permission|user has specified a rule which prevents")


class Cache(msgspec.Struct, frozen=True, gc=False):
    """`cache` of a step's tokens."""

    read: float | None = None
    write: float | None = None


class Tokens(msgspec.Struct, frozen=True):
    """`tokens` of a step."""

    input: float | None = None
    output: float | None = None
    reasoning: float | None = None
    cache: Cache | None = None

    def usage(self, cost: Decimal | None) -> Usage:
        """Return each kind of token in one field, as it comes."""
        cache = self.cache or Cache()
        return Usage(
            input=count(self.input),
            output=count(self.output),
            cache_read=count(cache.read),
            cache_write=count(cache.write),
            reasoning=count(self.reasoning),
            requests=1,
            cost_usd=money(cost),
        )


class State(msgspec.Struct, frozen=True):
    """`state` of a tool call."""

    status: str = ""
    input: object = None
    output: str | None = None
    error: str | None = None
    metadata: dict[str, object] | None = None


class Part(msgspec.Struct, frozen=True):
    """`part` of an event."""

    id: str = ""
    text: str | None = None
    tool: str | None = None
    callID: str | None = None  # noqa: N815 - the CLI's name
    state: State | None = None
    reason: str | None = None
    tokens: Tokens | None = None
    cost: Decimal | None = None


class Details(msgspec.Struct, frozen=True):
    """`data` of an error."""

    message: str | None = None
    statusCode: int | None = None  # noqa: N815 - the CLI's name


class Failure(msgspec.Struct, frozen=True):
    """`error` of an error event."""

    name: str = ""
    data: Details | None = None


class Line(msgspec.Struct, frozen=True):
    """One line of the stream."""

    type: str = ""
    sessionID: str | None = None  # noqa: N815 - the CLI's name
    part: Part | None = None
    error: Failure | None = None


LINE_DECODER: Final = msgspec.json.Decoder(Line)


def marked_by(info: RunInfo) -> str:
    """Return the config file that marks a run in the log; empty if it was handed none."""
    return next((path for path in info.launch.files if path.endswith(f"/{CONFIG}")), "")


class OpenCodeStreamReader(JsonReader[Line]):
    """Reads one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._session = ""
        self._words = ""
        self._error = ""
        self._denied = ""
        self._end: f.TurnEnded | None = None
        self._log = OpenCodeLog(marked_by(info))
        self.follows = [Follow(LOG, log_path(info.launch.env), lines=True, from_start=False)]

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """Its log grew."""
        return self._logged(self._log.line(data))

    def tick(self) -> Iterable[Observed]:
        """A second passed: a retry that was not given up by now is one."""
        return self._logged(self._log.due())

    def _logged(self, facts: Iterable[AnyFact]) -> list[Observed]:
        # Its own events are silent until the first answer and while it retries, so the log speaks for them.
        known = (f.Retrying,) if self._session else (f.Retrying, f.SessionStarted)
        return [(Source.STREAM, fact) for fact in facts if isinstance(fact, known)]

    def line(self, data: bytes) -> Iterable[Observed]:
        """Return the facts of one line; what it refused by itself stands on standard error only."""
        for source, fact in super().line(data):
            yield source, fact
            if isinstance(fact, f.LogLine) and (asked := _ASKED.search(fact.text)):
                self._denied = one_line(f"Refused without asking: {asked[1]}")
                yield Source.STREAM, f.ErrorReported(text=self._denied, code="permission_denied")

    def event(self, event: Line) -> Iterable[Observed]:
        """Return the facts of one JSON line."""
        return [(Source.STREAM, fact) for fact in self._facts(event)]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        if line.sessionID and not self._session:
            self._session = line.sessionID
            if self._log.session != self._session:  # else the log has named it
                yield f.SessionStarted(session_id=one_line(self._session))
            yield f.TurnStarted(prompt=bounded(self.info.prompt))
        if line.type == "error":
            yield from self._failed(line.error or Failure())
        elif line.part is not None:
            yield from self._part(line.type, line.part)

    def _part(self, kind: str, part: Part) -> Iterable[AnyFact]:
        match kind:
            case "step_start":
                yield f.RequestStarted()
            case "text" if part.text:
                self._words = bounded(part.text)
                yield f.Text(text=self._words, block=one_line(part.id))
            case "reasoning":
                yield f.Thinking(text=bounded(part.text or ""), block=one_line(part.id))
            case "tool_use" if part.state:
                yield from self._tool(part, part.state)
            case "step_finish":
                yield from self._step(part)

    def _tool(self, part: Part, state: State) -> Iterable[AnyFact]:
        key = one_line(part.callID or part.id)
        yield f.ToolCalled(
            call_id=key,
            name=one_line(part.tool or "tool", limit=80),
            title=telling(state.input, self.info.launch.cwd),
            arguments=bounded(json.dumps(state.input, ensure_ascii=False), ARGUMENTS_MAX),
        )
        about = state.metadata or {}
        exit_code, diff = about.get("exit"), about.get("diff")
        code = exit_code if isinstance(exit_code, int) and not isinstance(exit_code, bool) else None
        yield f.ToolFinished(
            call_id=key,
            ok=state.status == "completed" and not code,
            output=output(state.output or state.error or ""),
            exit_code=code,
            denied=bool(_DENIED.search(state.error or "")),
            diff=output(diff) if isinstance(diff, str) else "",
        )

    def _step(self, part: Part) -> Iterable[AnyFact]:
        if part.tokens is not None:
            usage = part.tokens.usage(part.cost or None)  # 0 is what it says where it knows no price
            yield f.UsageReported(
                usage=usage, key=one_line(part.id), model=self._log.model, context_tokens=size(usage)
            )
        if part.reason in ("stop", "length"):
            cut = part.reason == "length"
            self._end = f.TurnEnded(
                ok=not cut,
                text="" if cut else self._words,
                error="the answer was cut off: it reached the model's limit of output tokens" if cut else "",
            )
            yield self._end
        else:
            self._end = None

    def _failed(self, error: Failure) -> Iterable[AnyFact]:
        data = error.data or Details()
        text = one_line(data.message or error.name or "error", limit=300)
        if text == self._error:
            return  # it may come twice
        self._error = text
        yield f.ErrorReported(text=text, code=one_line(error.name))
        if data.statusCode == 429:
            yield f.RateLimited(text=text)
        self._end = f.TurnEnded(
            ok=False,
            error=f"API error {data.statusCode}: {text}" if data.statusCode else text,
            interrupted=error.name == "MessageAbortedError",
        )
        yield self._end

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a last step that stopped by itself."""
        refused = line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME and not self._session else ""
        # A refusal ends the run with exit 0 and no further step.
        end = self._end or (f.TurnEnded(ok=False, error=self._denied) if self._denied else None)
        return judge(code, signal, tail, end, refused)
