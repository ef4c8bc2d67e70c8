"""Codex spoken with (`codex app-server`): threads, turns and approvals over JSON-RPC on its standard input and output.

Usage is the thread's counter over all its processes, told before the first turn of a resumed thread and after each request.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

import msgspec

from tui.core import facts as f
from tui.core.commands import Answer
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.core.usage import ZERO
from tui.runtimes import codex_answers
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.codex_answers import Asked
from tui.runtimes.codex_flags import thread_settings
from tui.runtimes.codex_items import Items
from tui.runtimes.codex_limits import AccountLimits
from tui.runtimes.codex_server_types import (
    BEGAN,
    LINE_DECODER,
    OPENED,
    Began,
    Line,
    Opened,
    Params,
    TokenUsage,
    Turn,
    TurnError,
)
from tui.runtimes.codex_types import Change, is_limit, retrying
from tui.runtimes.conversing import ConversingReader, Reply
from tui.runtimes.counts import count
from tui.runtimes.json_lines import decode
from tui.runtimes.json_rpc import METHOD_NOT_FOUND, Wire, wire_id
from tui.runtimes.plans import Plan
from tui.runtimes.texts import bounded, spoken

CLIENT: Final = {"name": "agent-tui", "title": "agent-tui", "version": "1"}
OPENS: Final = frozenset({"thread/start", "thread/resume", "thread/fork"})


class CodexServerReader(ConversingReader[Line, Asked]):
    """Reads and steers one run."""

    takes_instructions: ClassVar[bool] = True

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._wire = Wire()
        self._items = Items(info.launch.cwd)
        self._limits = AccountLimits()
        self._plan = Plan()
        self._changes: dict[str, list[Change]] = {}
        """Of the changes of files that are under way."""
        self._turn = ""
        self._model = ""
        self._scope = "session"
        self._began = not (info.launch.session_id or info.launch.forked_id)
        """It is known where the thread's counter began."""

    # -- what it is told -------------------------------------------------------------------------------------------

    def started(self, pid: int) -> Iterable[Observed]:
        """Greet it."""
        self.send(self._wire.request("initialize", clientInfo=CLIENT))
        return super().started(pid)

    def _open(self) -> None:
        """Begin, resume or copy a thread."""
        self.send(self._wire.notify("initialized"))
        launch = self.info.launch
        settings = {"cwd": launch.cwd, **thread_settings(self.info.spec)}
        if not (launch.forked_id or launch.session_id):
            self.send(self._wire.request("thread/start", **settings))
            return
        method = "thread/fork" if launch.forked_id else "thread/resume"
        thread = launch.forked_id or launch.session_id
        self.send(self._wire.request(method, threadId=thread, excludeTurns=True, **settings))

    def say(self, text: str) -> None:
        """Begin a turn."""
        self._turn = ""
        words = [{"type": "text", "text": text}]
        self.send(self._wire.request("turn/start", threadId=self.session, input=words))

    def cancel(self) -> None:
        """Interrupt the turn, now or as soon as it has a name."""
        if self._turn:
            self.send(self._wire.request("turn/interrupt", threadId=self.session, turnId=self._turn))

    def reply(self, asked: Asked, answer: Answer) -> Reply | None:
        """Return the response. It has no place for the reason of a refusal."""
        result = codex_answers.result(asked, answer)
        if result is None:
            return None
        refuses = codex_answers.refuses(asked, answer)
        line = self._wire.answer(asked.rpc_id, result) if result else b""
        return Reply(line, refuses, answer.text if refuses else "")

    def withdrawn(self, asked: Asked) -> bytes:
        """Say nothing: it withdraws what it asks with the turn."""
        return b""

    # -- what it says ----------------------------------------------------------------------------------------------

    def facts(self, line: Line) -> Iterable[AnyFact]:
        """Return the facts of one message."""
        if line.method is None:
            method = self._wire.result_of(line.id)
            if line.error is not None:
                return self._failed(method, line.error.message or f"error {line.error.code}")
            return self._result(method, line.result)
        params = line.params or Params()
        if line.id is not None:
            return self._requested(line.id, line.method, params)
        if params.thread_id not in (None, self.session):
            return []  # a thread of a sub-agent
        return self._told_of(line.method, params)

    def _result(self, method: str, result: msgspec.Raw) -> Iterable[AnyFact]:
        match method:
            case "initialize":
                self._open()
            case "thread/start" | "thread/resume" | "thread/fork":
                return self._opened(decode(OPENED, bytes(result)) or Opened())
            case "turn/start":
                self._named((decode(BEGAN, bytes(result)) or Began()).turn)
        return []

    def _failed(self, method: str, words: str) -> Iterable[AnyFact]:
        words = one_line(spoken(words), limit=300)
        if method in ("thread/resume", "thread/fork"):
            return self.unknown(words)
        if method == "turn/start":
            return self.turn_over(words, "", interrupted=False)
        return self.over(words) if method in (*OPENS, "initialize") else []

    def _opened(self, told: Opened) -> Iterable[AnyFact]:
        thread = told.thread
        if thread is None or not thread.id:
            yield from self.over("It began no thread.")
            return
        asked = self.info.launch.session_id
        if asked and thread.id != asked:
            self._scope, self._began = "run", True
        self.session, self._model = thread.id, told.model or ""
        yield f.SessionStarted(
            session_id=one_line(thread.id),
            model=one_line(self._model),
            version=one_line(thread.cli_version or ""),
        )
        self.give()

    def _named(self, turn: Turn | None) -> None:
        """The turn has a name, by which it can be interrupted."""
        if turn is None or self._turn == turn.id or not self._in_turn:
            return
        self._turn = turn.id
        if self.cancelled:
            self.cancel()

    def _told_of(self, method: str, params: Params) -> Iterable[AnyFact]:
        match method:
            case "turn/started":
                self._named(params.turn)
            case "turn/completed" if params.turn:
                return self._ended(params.turn)
            case "item/started" if params.item:
                return self._item_began(params)
            case "item/completed" if params.item:
                self._changes.pop(params.item.id, None)
                return self._items.completed(params.item.common())
            case "thread/tokenUsage/updated" if params.token_usage:
                return self._used(params.token_usage)
            case "account/rateLimits/updated" if params.rate_limits:
                return self._limits.told(params.rate_limits.common())
            case "error" if params.will_retry and params.error:
                return self._retries(params.error)
            case "turn/plan/updated":
                return self._plan.told((step.status or "", step.step) for step in params.plan or ())
            case "serverRequest/resolved" if params.request_id is not None:
                return self.requests.over(wire_id(params.request_id))
            case "warning" | "configWarning" if words := params.message or params.summary:
                return [f.LogLine(text=one_line(words))]
            case _:
                return self._piece(method, params)
        return []

    def _piece(self, method: str, params: Params) -> Iterable[AnyFact]:
        text, item = bounded(params.delta or ""), one_line(params.item_id or "")
        if not text:
            return []
        match method:
            case "item/agentMessage/delta":
                return [f.TextDelta(text=text, block=item)]
            case "item/reasoning/summaryTextDelta" | "item/reasoning/textDelta":
                return [f.ThinkingDelta(text=text, block=item)]
            case "item/commandExecution/outputDelta":
                return [f.ToolOutput(call_id=item, text=text)]
            case _:
                return []

    def _item_began(self, params: Params) -> Iterable[AnyFact]:
        item = params.item
        if item is None:
            return []
        if item.changes:
            self._changes[item.id] = item.changes
        return self._items.began(item.common())

    def _requested(self, rpc_id: int | str, method: str, params: Params) -> Iterable[AnyFact]:
        asked = codex_answers.asked(rpc_id, method, params, self._would_change, self.info.launch.cwd)
        if not asked:
            self.send(self._wire.refuse(rpc_id, METHOD_NOT_FOUND, f"There is no {method} here."))
        for each in asked:
            yield from self.requests.ask(each)

    def _would_change(self, item_id: str) -> str:
        return self._items.diff(self._changes.get(item_id, ()))

    def _used(self, told: TokenUsage) -> Iterable[AnyFact]:
        if told.total is None:
            return
        total, last = told.total.common().usage(), told.last
        if not self._began:
            # Before its first turn here, the counter stands where it stood.
            self._began = True
            own = last.common().usage() if last and self._turn else ZERO
            yield f.UsageReported(usage=total - own, scope="start")
            if not self._turn:
                return
        yield f.UsageReported(
            usage=total,
            scope=self._scope,
            model=one_line(self._model),
            context_tokens=count(last.total_tokens) if last else 0,
            context_window=count(told.model_context_window),
        )

    def _retries(self, error: TurnError) -> Iterable[AnyFact]:
        again = retrying(error.message or "")
        if again is None:
            return [f.ErrorReported(text=bounded(spoken(error.message or "")))]
        why = one_line(error.additional_details or "") or again.error
        return [msgspec.structs.replace(again, status=error.status or again.status, error=why)]

    def _ended(self, turn: Turn) -> Iterable[AnyFact]:
        error = ""
        if turn.status == "interrupted":
            error = "the turn was interrupted"
        elif turn.status != "completed" or turn.error is not None:
            error = one_line(spoken((turn.error and turn.error.message) or "the turn failed"), limit=300)
        return self.turn_over(error, self._items.words, interrupted=turn.status == "interrupted")

    def failed(self, error: str) -> Iterable[AnyFact]:
        """Return what is told of a turn's error: a limit may be the reason, and the account's own tells when it is emptied."""
        return [*super().failed(error), *([self._limits.limited(error)] if is_limit(error) else ())]
