"""Claude Code that asks: requests on its output, one open at a time for the user, answers on its input."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.commands import Answer
from tui.core.facts import AnyFact
from tui.core.status import Request
from tui.runtimes import claude_answers
from tui.runtimes.asking import OpenRequests
from tui.runtimes.base import RunInfo
from tui.runtimes.claude_stream import ClaudeStreamReader
from tui.runtimes.claude_types import Line


class ClaudeAskingReader(ClaudeStreamReader):
    """Reads one headless run that asks for leave and puts questions."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._requests_open: OpenRequests[claude_answers.Asked] = OpenRequests()

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "control_request" if line.request and line.request_id:
                return self._asks(claude_answers.asked(line.request_id, line.request, self.info.launch.cwd))
            case "control_response" if line.response:
                return self._requests_open.over(line.response.request_id)
            case "control_cancel_request" if line.request_id:
                return self._requests_open.over(line.request_id)
            case "result":
                return [*self._requests_open.all_over(), *super()._facts(line)]
            case "assistant" | "user":
                return [*self._requests_open.heard(), *super()._facts(line)]
            case _:
                return super()._facts(line)

    def _asks(self, asked: claude_answers.Asked | None) -> Iterable[AnyFact]:
        if asked is None:
            return []
        self.asked_about.add(asked.request.tool_use_id)
        return self._requests_open.ask(asked)

    def can_answer(self, request: Request) -> bool:
        """True for the request that is shown, until it is answered."""
        return self._requests_open.open(request) is not None

    def answer(self, request: Request, answer: Answer, screen: object) -> bytes | None:
        """Return the control response."""
        asked = self._requests_open.open(request)
        data = claude_answers.response(asked, answer) if asked is not None else None
        if asked is not None and data is not None:
            self._requests_open.answered(asked)
        return data
