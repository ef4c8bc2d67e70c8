"""Requests that a CLI has open at once: they are shown to the user one after the other, and each is answered once."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from tui.core import facts as f
from tui.core.facts import AnyFact, PermissionAsked, QuestionAsked
from tui.core.status import Request


class Asked(Protocol):
    """An open request of a CLI."""

    @property
    def wire_id(self) -> str:
        """What the CLI calls it."""

    @property
    def fact(self) -> PermissionAsked | QuestionAsked:
        """What the user is shown."""


A = TypeVar("A", bound=Asked)


class OpenRequests(Generic[A]):
    """What one run waits for, oldest first: several sub-agents may ask at once, one is shown after the other."""

    def __init__(self) -> None:
        self._open: dict[str, A] = {}
        self._answered: set[str] = set()

    def ask(self, asked: A) -> list[AnyFact]:
        """Take a request; return what is to be shown now."""
        self._open[asked.wire_id] = asked
        return [asked.fact] if len(self._open) == 1 else []

    def over(self, wire_id: str) -> list[AnyFact]:
        """Return the facts of a request that is answered or withdrawn: the next one is shown."""
        shown = self.shown
        over = self._open.pop(wire_id, None)
        self._answered.discard(wire_id)
        if over is None or over is not shown:
            return []
        resolved = f.RequestResolved(request_id=over.fact.request_id)
        later = self.shown
        return [resolved, later.fact] if later is not None else [resolved]

    def all_over(self) -> list[AnyFact]:
        """Return the facts of the end of a turn: nothing is asked any longer."""
        return [fact for wire_id in list(self._open) for fact in self.over(wire_id)]

    def heard(self) -> list[AnyFact]:
        """Return the facts of the CLI's going on: it has heard the answers."""
        return [fact for wire_id in list(self._answered) for fact in self.over(wire_id)]

    @property
    def shown(self) -> A | None:
        """The request that the user is shown."""
        return next(iter(self._open.values()), None)

    @property
    def waiting(self) -> list[A]:
        """The requests without an answer, oldest first."""
        return [asked for wire_id, asked in self._open.items() if wire_id not in self._answered]

    def open(self, request: Request) -> A | None:
        """Return the request that the user means, if it is the one that is shown and has no answer yet."""
        shown = self.shown
        if shown is None or shown.fact.request_id != request.request_id or shown.wire_id in self._answered:
            return None
        return shown

    def answered(self, asked: A) -> None:
        """Take note that a request has its answer."""
        self._answered.add(asked.wire_id)
