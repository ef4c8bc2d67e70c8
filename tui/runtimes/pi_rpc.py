"""Pi spoken with (`--mode rpc`): prompts, interrupts and the answers to what its extensions ask go in on its input.

Its events are those of its JSON stream. When a turn ended in an error it is asked for its state: what it tells before the answer is
a retry, and if that answers first, the turn is over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import ClassVar, Final

from tui.core import facts as f
from tui.core.commands import Answer
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.runtimes import pi_asking
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.conversing import ConversingReader, Reply
from tui.runtimes.counts import count
from tui.runtimes.endings import line_with
from tui.runtimes.pi_asking import Asked
from tui.runtimes.pi_events import LINE_DECODER, Events, Line, State
from tui.runtimes.pi_stream import REFUSED
from tui.runtimes.texts import bounded

BEGIN: Final = "begin"
OVER: Final = "over"
"""Names of the requests for its state: at the beginning, and after what may have been the end of a turn."""


class PiRpcReader(ConversingReader[Line, Asked]):
    """Reads and steers one run."""

    takes_instructions: ClassVar[bool] = True

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._events = Events(info.launch.cwd)
        self._command = False
        """The prompt is a command of an extension, which may end without a turn."""
        self._times: dict[str, float] = {}
        """Seconds until a request answers itself."""

    # -- what it is told -------------------------------------------------------------------------------------------

    def started(self, pid: int) -> Iterable[Observed]:
        """Ask for its session and model."""
        self._tell(type="get_state", id=BEGIN)
        return super().started(pid)

    def say(self, text: str) -> None:
        """Give it a prompt."""
        self._command = text.startswith("/")
        self._tell(type="prompt", id="prompt", message=text)

    def cancel(self) -> None:
        """Abort its turn, or the wait before a retry."""
        self._tell(type="abort")

    def withdrawn(self, asked: Asked) -> bytes:
        """Dismiss what is asked."""
        return pi_asking.withdrawn(asked)

    def reply(self, asked: Asked, answer: Answer) -> Reply | None:
        """Return the response. It has no place for the reason of a refusal."""
        line = pi_asking.response(asked, answer)
        if line is None:
            return None
        refuses = pi_asking.allows(asked, answer) is False
        return Reply(line, refuses, answer.text if refuses else "")

    def _tell(self, **line: object) -> None:
        self.send(json.dumps(line).encode() + b"\n")

    # -- what it says ----------------------------------------------------------------------------------------------

    def facts(self, line: Line) -> Iterable[AnyFact]:
        """Return the facts of one line."""
        match line.type:
            case "response":
                return self._answered(line)
            case "extension_ui_request" if line.id:
                return self._asks(line)
            case "extension_error":
                return [f.ErrorReported(text=bounded(line.error or "an extension failed"))]
            case "agent_start":
                self._command = False
                return []
            case "agent_end" if self._events.end is not None:
                if self._events.end.ok or self._events.end.interrupted:
                    return self._ended(self._events.end)
                self._tell(type="get_state", id=OVER)
                return []
            case "auto_retry_end" if line.success is False:
                return [*self._events.facts(line), *self._maybe_over()]
            case _:
                return self._events.facts(line)

    def _answered(self, line: Line) -> Iterable[AnyFact]:
        match line.id:
            case "begin":
                return self._opened(line.data or State())
            case "prompt" if line.success is False:
                error = one_line(line.error or "it took no prompt", limit=300)
                return [f.ErrorReported(text=error), *self.turn_over(error, "", interrupted=False)]
            case "prompt" if self._command:
                self._tell(type="get_state", id=OVER)
                return []
            case "over" if self._command and not (line.data and line.data.isStreaming):
                return self.turn_over("", "", interrupted=False)
            case "over":
                return self._maybe_over()
            case _:
                return []

    def _opened(self, state: State) -> Iterable[AnyFact]:
        events = self._events
        self.session = events.session = state.sessionId or ""
        if state.model is not None:
            events.model, events.window = state.model.id or "", count(state.model.contextWindow)
        yield events.session_fact()
        self.give()

    def _maybe_over(self) -> Iterable[AnyFact]:
        end = self._events.end
        return self._ended(end) if end is not None and self._in_turn else []

    def _ended(self, end: f.TurnEnded) -> Iterable[AnyFact]:
        self._events.end = None
        return self.turn_over(end.error, end.text, interrupted=end.interrupted or self.cancelled)

    def failed(self, error: str) -> Iterable[AnyFact]:
        """Return nothing: its messages have told it."""
        return []

    # -- what is asked ---------------------------------------------------------------------------------------------

    def _asks(self, line: Line) -> Iterable[AnyFact]:
        asked = pi_asking.asked(line)
        if asked is None:
            told = pi_asking.words(line) if line.method == "notify" else ""
            return [f.LogLine(text=one_line(told, limit=2_000))] if told else []
        if asked.timeout_s:
            self._times[asked.wire_id] = asked.timeout_s
        return self.requests.ask(asked)

    def gone_on(self) -> Iterable[AnyFact]:
        """Return what is told when it goes on; a request whose time is over has answered itself."""
        yield from super().gone_on()
        for wire_id in [wire_id for wire_id, left_s in self._times.items() if left_s <= 0]:
            del self._times[wire_id]
            yield from self.requests.over(wire_id)

    def tick(self) -> Iterable[Observed]:
        """A second passed."""
        self._times = {wire_id: left_s - 1 for wire_id, left_s in self._times.items()}
        return super().tick()

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a last turn that ended without an error."""
        if self.info.kind is RunKind.RESUME and not self.session:
            self._refused = line_with(REFUSED, tail)
        return super().exit(code, signal, tail)
