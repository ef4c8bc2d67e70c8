"""Claude Code that asks: requests on its output, one open at a time for the user, answers on its input."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core import facts as f
from tui.core.commands import Answer
from tui.core.facts import AnyFact
from tui.core.status import Request
from tui.runtimes import claude_answers
from tui.runtimes.base import RunInfo
from tui.runtimes.claude_stream import ClaudeStreamReader
from tui.runtimes.claude_types import Line


class ClaudeAskingReader(ClaudeStreamReader):
    """Reads one headless run that asks for leave and puts questions."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._asked: dict[str, claude_answers.Asked] = {}
        """What it waits for, oldest first: several sub-agents may ask at once, one is shown after the other."""
        self._answered: set[str] = set()

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "control_request" if line.request and line.request_id:
                return self._asks(claude_answers.asked(line.request_id, line.request, self.info.launch.cwd))
            case "control_response" if line.response:
                return self._over(line.response.request_id)
            case "control_cancel_request" if line.request_id:
                return self._over(line.request_id)
            case "result":
                gone = [fact for wire_id in list(self._asked) for fact in self._over(wire_id)]
                return [*gone, *super()._facts(line)]
            case "assistant" | "user" if self._answered:
                # It goes on: it has heard the answers.
                gone = [fact for wire_id in list(self._answered) for fact in self._over(wire_id)]
                return [*gone, *super()._facts(line)]
            case _:
                return super()._facts(line)

    def _asks(self, asked: claude_answers.Asked | None) -> Iterable[AnyFact]:
        if asked is None:
            return []
        self.asked_about.add(asked.request.tool_use_id)
        self._asked[asked.wire_id] = asked
        return [asked.fact] if len(self._asked) == 1 else []

    def _over(self, wire_id: str) -> Iterable[AnyFact]:
        """A request is answered or withdrawn: the next one is shown."""
        shown = self._shown()
        over = self._asked.pop(wire_id, None)
        self._answered.discard(wire_id)
        if over is None or over is not shown:
            return []
        resolved = f.RequestResolved(request_id=over.fact.request_id)
        later = self._shown()
        return [resolved, later.fact] if later else [resolved]

    def _shown(self) -> claude_answers.Asked | None:
        return next(iter(self._asked.values()), None)

    def can_answer(self, request: Request) -> bool:
        """True for the request that is shown, until it is answered."""
        shown = self._shown()
        return (
            shown is not None
            and shown.fact.request_id == request.request_id
            and shown.wire_id not in self._answered
        )

    def answer(self, request: Request, answer: Answer, screen: object) -> bytes | None:
        """Return the control response."""
        shown = self._shown()
        if shown is None or not self.can_answer(request):
            return None
        data = claude_answers.response(shown, answer)
        if data is not None:
            self._answered.add(shown.wire_id)
        return data
