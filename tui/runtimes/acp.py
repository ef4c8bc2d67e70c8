"""A headless CLI that speaks the Agent Client Protocol (https://agentclientprotocol.com): its turns, and what it asks.

How a CLI counts, and how it hides an error, its subclass says.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tui.core import facts as f
from tui.core.commands import Answer
from tui.core.facts import AnyFact
from tui.runtimes import acp_answers
from tui.runtimes.acp_content import Content
from tui.runtimes.acp_ends import INTERRUPTED, error_words, is_limit, stopped
from tui.runtimes.acp_session import AcpSessionReader
from tui.runtimes.acp_types import PROMPTED, Failure, Params, Prompted, Update
from tui.runtimes.base import RunInfo
from tui.runtimes.conversing import Reply
from tui.runtimes.json_lines import decode


class AcpReader(AcpSessionReader):
    """Reads and steers one run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self.content = Content(info.launch.cwd)
        self._refusals: list[str] = []
        """Tool calls that the user refused, until it has gone on."""

    # -- what it is told -------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Give it a prompt."""
        blocks = [{"type": "text", "text": text}]
        self.send(self._wire.request("session/prompt", sessionId=self.session, prompt=blocks))

    def cancel(self) -> None:
        """Ask it to end its turn."""
        self.send(self._wire.notify("session/cancel", sessionId=self.session))

    def withdrawn(self, asked: acp_answers.Asked) -> bytes:
        """Return the answer of a request whose turn is cancelled."""
        return self._wire.answer(asked.rpc_id, acp_answers.CANCELLED)

    def reply(self, asked: acp_answers.Asked, answer: Answer) -> Reply | None:
        """Return the response. The protocol has no place for the reason of a refusal."""
        result = acp_answers.outcome(asked, answer)
        if result is None:
            return None
        refuses = acp_answers.refuses(asked, answer)
        return Reply(self._wire.answer(asked.rpc_id, result), refuses, answer.text if refuses else "")

    def turned_down(self, asked: acp_answers.Asked) -> None:
        """The user refused."""
        self._refusals.append(asked.call_id)

    # -- what it says ----------------------------------------------------------------------------------------------

    def gone_on(self) -> Iterable[AnyFact]:
        """Return what is told when it goes on: a refused call is over."""
        yield from super().gone_on()
        refusals, self._refusals = self._refusals, []
        for call_id in refusals:
            yield from self.content.calls.refused(call_id)

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
        yield from self.requests.ask(asked)

    # -- the end of a turn -----------------------------------------------------------------------------------------

    def _result(self, method: str, result: msgspec.Raw) -> Iterable[AnyFact]:
        if method != "session/prompt":
            yield from super()._result(method, result)
            return
        told = decode(PROMPTED, bytes(result)) or Prompted()
        yield from self.content.flush()
        yield from self.turn_counted(told)
        error = stopped(told.stopReason) or self.hidden_error(told)
        yield from self.turn_over(error, self.content.last, interrupted=told.stopReason == "cancelled")

    def _failed(self, method: str, failure: Failure) -> Iterable[AnyFact]:
        if method != "session/prompt":
            yield from super()._failed(method, failure)
            return
        yield from self.content.flush()
        # Some answer a cancelled turn with an error.
        error = INTERRUPTED if self.cancelled else error_words(failure)
        yield from self.turn_over(error, self.content.last, interrupted=self.cancelled)

    def failed(self, error: str) -> Iterable[AnyFact]:
        """Return what is told of a turn's error: a provider's refusal may be because of a limit."""
        return [*super().failed(error), *([f.RateLimited(text=error)] if is_limit(error) else ())]

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
