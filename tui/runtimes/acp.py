"""A headless CLI that speaks the Agent Client Protocol (https://agentclientprotocol.com): prompt after prompt in one session.

It works on one prompt at a time; later ones wait here. What it may not do by itself it asks for and is answered. When a turn
is over and no prompt waits, its input is closed and it ends, so that a finished agent costs no memory; after an interrupt it
stays for what is said next. How a CLI counts, and how it hides an error, its subclass says.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import ClassVar

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.commands import Answer
from tui.core.facts import AnyFact, RunExited
from tui.core.status import Request
from tui.runtimes import acp_answers
from tui.runtimes.acp_content import Content
from tui.runtimes.acp_ends import INTERRUPTED, error_words, is_limit, stopped
from tui.runtimes.acp_session import AcpSessionReader
from tui.runtimes.acp_types import PROMPTED, Failure, Line, Params, Prompted, Update
from tui.runtimes.arguments import instructed
from tui.runtimes.asking import OpenRequests
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.endings import judge
from tui.runtimes.json_lines import decode
from tui.runtimes.texts import bounded


class AcpReader(AcpSessionReader):
    """Reads and steers one run."""

    takes_instructions: ClassVar[bool] = False
    """A system prompt is one of its arguments; else a fresh session's first prompt begins with it."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self.content = Content(info.launch.cwd)
        self._requests: OpenRequests[acp_answers.Asked] = OpenRequests()
        self._refusals: list[str] = []
        """Tool calls that the user refused, until it has gone on."""
        self._waiting: deque[str] = deque([info.prompt])
        """Prompts that it was not given yet."""
        self._untold: list[AnyFact] = []
        """Facts of what we did, told with the next that it says."""
        self._in_turn = False
        self._cancelled = False

    # -- what it is told -------------------------------------------------------------------------------------------

    @property
    def takes_prompts(self) -> bool:
        """True until its input is closed."""
        return not self.input_over

    def prompt(self, text: str) -> bytes | None:
        """Take a prompt: for now, or for when the turn is over."""
        if self.input_over:
            return None
        self._waiting.append(text)
        if self.settled and not self._in_turn:
            self._give()
        return b""

    def _give(self) -> None:
        """Give it the prompt that has waited longest."""
        self._in_turn, self._cancelled = True, False
        text = self._waiting.popleft()
        self._untold += [f.TurnStarted(prompt=bounded(text)), f.RequestStarted()]
        if self._end is None and not self.takes_instructions:
            text = instructed(self.info.spec, self.info.kind, text)
        blocks = [{"type": "text", "text": text}]
        self._send(self._wire.request("session/prompt", sessionId=self.session, prompt=blocks))

    def interrupt(self) -> bytes | None:
        """Ask it to end its turn, and withdraw what it asks for with it; before its first turn it gets the signal."""
        if self.input_over or not self._in_turn:
            return None
        self._cancelled = True
        for asked in self._requests.waiting:
            self._send(self._wire.answer(asked.rpc_id, acp_answers.CANCELLED))
            self._requests.answered(asked)
        self._send(self._wire.notify("session/cancel", sessionId=self.session))
        return b""

    def can_answer(self, request: Request) -> bool:
        """True for the request that is shown, until it is answered."""
        return self._requests.open(request) is not None

    def answer(self, request: Request, answer: Answer, screen: object) -> bytes | None:
        """Return the response. The protocol has no place for the reason of a refusal: that becomes the next prompt."""
        asked = self._requests.open(request)
        result = acp_answers.outcome(asked, answer) if asked is not None else None
        if asked is None or result is None:
            return None
        self._requests.answered(asked)
        if acp_answers.refuses(asked, answer):
            self._refusals.append(asked.call_id)
            if answer.text:
                self._waiting.appendleft(answer.text)  # it speaks of what was just refused
        return self._wire.answer(asked.rpc_id, result)

    # -- what it says ----------------------------------------------------------------------------------------------

    def tick(self) -> Iterable[Observed]:
        """A second passed: what we did is told though it works in silence."""
        before = super().tick()
        return [*before, *((Source.STREAM, fact) for fact in self._gone_on())]

    def _gone_on(self) -> Iterable[AnyFact]:
        untold, self._untold = self._untold, []
        yield from untold
        yield from self._requests.heard()
        refusals, self._refusals = self._refusals, []
        for call_id in refusals:
            yield from self.content.calls.refused(call_id)

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        yield from self._gone_on()
        yield from super()._facts(line)
        untold, self._untold = self._untold, []
        yield from untold

    def opened(self) -> Iterable[AnyFact]:
        """It has a session: the first prompt goes in."""
        self._give()
        return []

    def updated(self, update: Update) -> Iterable[AnyFact]:
        """It said something in its session."""
        yield from self.content.update(update)
        yield from self.counted(update)

    def _requested(self, rpc_id: int | str, method: str, params: Params) -> Iterable[AnyFact]:
        if method != "session/request_permission" or params.toolCall is None:
            yield from super()._requested(rpc_id, method, params)
            return
        yield from self.content.flush()
        call, began = self.content.calls.asked(params.toolCall)
        yield from began
        options = params.options or []
        asked = acp_answers.asked(rpc_id, call, self.content.calls, options, self.info.launch.cwd)
        yield from self._requests.ask(asked)

    # -- the end of a turn -----------------------------------------------------------------------------------------

    def _result(self, method: str, result: msgspec.Raw) -> Iterable[AnyFact]:
        if method != "session/prompt":
            yield from super()._result(method, result)
            return
        told = decode(PROMPTED, bytes(result)) or Prompted()
        yield from self.content.flush()
        yield from self.turn_counted(told)
        error = stopped(told.stopReason) or self.hidden_error(told)
        yield from self._turn_over(error, interrupted=told.stopReason == "cancelled")

    def _failed(self, method: str, failure: Failure) -> Iterable[AnyFact]:
        if method != "session/prompt":
            yield from super()._failed(method, failure)
            return
        yield from self.content.flush()
        # Some answer a cancelled turn with an error.
        yield from self._turn_over(
            INTERRUPTED if self._cancelled else error_words(failure), interrupted=self._cancelled
        )

    def _turn_over(self, error: str, *, interrupted: bool) -> Iterable[AnyFact]:
        self._in_turn = False
        yield from self._requests.all_over()
        if error and not interrupted:
            yield f.ErrorReported(text=error)
            if is_limit(error):
                yield f.RateLimited(text=error)
        self._end = f.TurnEnded(
            ok=not error, text="" if error else self.content.last, error=error, interrupted=interrupted
        )
        yield self._end
        if self._waiting:
            self._give()
        elif not interrupted:
            self.input_over = True

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a last turn that ended without an error."""
        end = None if self._in_turn else self._end
        return judge(code, signal, tail, end, self._refused)

    # -- what differs by CLI ---------------------------------------------------------------------------------------

    def counted(self, update: Update) -> Iterable[AnyFact]:
        """Return the usage that an update tells."""
        return []

    def turn_counted(self, told: Prompted) -> Iterable[AnyFact]:
        """Return the usage that the end of a turn tells."""
        return []

    def hidden_error(self, told: Prompted) -> str:
        """Return the error of a turn that is said to have ended well; empty if it did."""
        return ""
