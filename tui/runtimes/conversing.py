"""A headless CLI that is spoken with while it runs: prompt after prompt in one session, questions and their answers, interrupts.

It works on one prompt at a time; later ones wait here. What it may not do by itself it asks for and is answered. When a turn
is over and no prompt waits, its input is closed and it ends, so that a finished agent costs no memory; after an interrupt it
stays for what is said next. How a prompt, an answer and an interrupt look on the wire, a protocol's reader says.
"""

from __future__ import annotations

import abc
from collections import deque
from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.commands import Answer
from tui.core.facts import AnyFact, RunExited
from tui.core.status import Request
from tui.core.text import one_line
from tui.runtimes.arguments import instructed
from tui.runtimes.asking import Asked, OpenRequests
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.endings import REASON_MAX, judge
from tui.runtimes.json_lines import JsonReader
from tui.runtimes.texts import bounded

L = TypeVar("L")
"""A line of the protocol."""
A = TypeVar("A", bound=Asked)
"""An open request of the protocol."""


class Reply(msgspec.Struct, frozen=True):
    """What an answer becomes."""

    line: bytes
    """For the CLI; may be empty, where more answers are awaited."""
    refuses: bool = False
    reason: str = ""
    """Of a refusal, where the line has no place for it: it becomes the next prompt."""


class ConversingReader(JsonReader[L], Generic[L, A]):
    """Reads and steers one run."""

    takes_instructions: ClassVar[bool] = False
    """A system prompt went in with the session or as an argument; else a fresh session's first prompt begins with it."""

    def __init__(self, info: RunInfo, decoder: msgspec.json.Decoder[L]) -> None:
        super().__init__(info, decoder)
        self.session = ""
        """Its session, once it has one."""
        self.requests: OpenRequests[A] = OpenRequests()
        self.cancelled = False
        """The user has interrupted the turn."""
        self._waiting: deque[str] = deque([info.prompt])
        """Prompts that it was not given yet."""
        self._untold: list[AnyFact] = []
        """Facts of what we did, told with the next that it says."""
        self._in_turn = False
        self._refused = ""
        self._end: f.TurnEnded | None = None

    def event(self, event: L) -> Iterable[Observed]:
        """Return the facts of one message."""
        return [(Source.STREAM, fact) for fact in self._told(event)]

    def _told(self, line: L) -> Iterable[AnyFact]:
        yield from self.gone_on()
        yield from self.facts(line)
        untold, self._untold = self._untold, []
        yield from untold

    def tick(self) -> Iterable[Observed]:
        """A second passed: what we did is told though it works in silence."""
        before = super().tick()
        return [*before, *((Source.STREAM, fact) for fact in self.gone_on())]

    def gone_on(self) -> Iterable[AnyFact]:
        """Return what is told when it goes on: what we did, and that it has heard our answers."""
        untold, self._untold = self._untold, []
        yield from untold
        yield from self.requests.heard()

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
            self.give()
        return b""

    def give(self) -> None:
        """Give it the prompt that has waited longest."""
        self._in_turn, self.cancelled = True, False
        text = self._waiting.popleft()
        self._untold += [f.TurnStarted(prompt=bounded(text)), f.RequestStarted()]
        if self._end is None and not self.takes_instructions:
            text = instructed(self.info.spec, self.info.kind, text)
        self.say(text)

    def interrupt(self) -> bytes | None:
        """Ask it to end its turn, and withdraw what it asks for with it; before its first turn it gets the signal."""
        if self.input_over or not self._in_turn:
            return None
        self.cancelled = True
        for asked in self.requests.waiting:
            if withdrawn := self.withdrawn(asked):
                self.send(withdrawn)
            self.requests.answered(asked)
        self.cancel()
        return b""

    def can_answer(self, request: Request) -> bool:
        """True for the request that is shown, until it is answered."""
        return self.requests.open(request) is not None

    def answer(self, request: Request, answer: Answer, screen: object) -> bytes | None:
        """Return the line that answers; None for an answer that does not fit."""
        asked = self.requests.open(request)
        reply = self.reply(asked, answer) if asked is not None else None
        if asked is None or reply is None:
            return None
        self.requests.answered(asked)
        if reply.refuses:
            self.turned_down(asked)
        if reply.reason:
            self._waiting.appendleft(reply.reason)  # it speaks of what was just refused
        return reply.line

    def send(self, line: bytes) -> None:
        """Tell it a line."""
        self.outbox.append(line)

    # -- ends ------------------------------------------------------------------------------------------------------

    def turn_over(self, error: str, text: str, *, interrupted: bool) -> Iterable[AnyFact]:
        """The turn has ended: give the next prompt, or let it end.

        Args:
            error: Why it was no success; empty if it was.
            text: Its last words.
            interrupted: The user wanted it.
        """
        self._in_turn = False
        yield from self.requests.all_over()
        if error and not interrupted:
            yield from self.failed(error)
        self._end = f.TurnEnded(
            ok=not error, text="" if error else text, error=error, interrupted=interrupted
        )
        yield self._end
        if self._waiting:
            self.give()
        elif not interrupted:
            self.input_over = True

    def unknown(self, why: str) -> Iterable[AnyFact]:
        """It does not know the session that it was to resume: let it end, a fresh one follows."""
        self._refused = one_line(why, limit=REASON_MAX)
        self.input_over = True
        yield f.ErrorReported(text=self._refused, code="unknown_session", fatal=True)

    def over(self, error: str) -> Iterable[AnyFact]:
        """It cannot work: say why and let it end."""
        self.input_over = True
        error = one_line(error, limit=REASON_MAX)
        self._end = f.TurnEnded(ok=False, error=error)
        yield f.ErrorReported(text=error, fatal=True)
        yield self._end

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: success needs exit 0 and a last turn that ended without an error."""
        end = None if self._in_turn else self._end
        return judge(code, signal, tail, end, self._refused)

    # -- what a protocol says --------------------------------------------------------------------------------------

    @property
    def settled(self) -> bool:
        """It can take its first prompt."""
        return bool(self.session)

    @abc.abstractmethod
    def facts(self, line: L) -> Iterable[AnyFact]:
        """Return the facts of one message."""

    @abc.abstractmethod
    def say(self, text: str) -> None:
        """Give it a prompt on the wire."""

    @abc.abstractmethod
    def cancel(self) -> None:
        """Ask it on the wire to end its turn."""

    def withdrawn(self, asked: A) -> bytes:
        """Return the line that withdraws a request with its turn; empty where nothing is to be said."""
        return b""

    @abc.abstractmethod
    def reply(self, asked: A, answer: Answer) -> Reply | None:
        """Return what answers a request; None if the answer does not fit it."""

    def turned_down(self, asked: A) -> None:
        """The user refused."""

    def failed(self, error: str) -> Iterable[AnyFact]:
        """Return what is told of a turn's error beside its end."""
        return [f.ErrorReported(text=error)]
