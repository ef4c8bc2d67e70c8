"""What stood before a request: an agent's last words and its screen; and what the user decided since the dashboard opened."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from tui.core.commands import Answer, Verdict
from tui.core.facts import Event, Text
from tui.core.spec import Mode
from tui.core.status import Request
from tui.ui.look import View
from tui.ui.notes import request_words
from tui.ui.ports import Link, Subscription

if TYPE_CHECKING:
    from tui.client.proposals import Proposal

DECISIONS_MAX: Final = 50
_WORDS: Final = {
    Verdict.ALLOW: "allowed",
    Verdict.ALLOW_ALWAYS: "always",
    Verdict.DENY: "denied",
    Verdict.CHOOSE: "answered",
}


class Decision(msgspec.Struct, frozen=True):
    """An answer that was given here."""

    at: float
    """Wall clock."""
    agent: str
    asked: str
    """In one line."""
    word: str
    """`allowed`, `denied`, …"""


class Decisions:
    """The answers given in this dashboard, newest first."""

    def __init__(self) -> None:
        self._given: deque[Decision] = deque(maxlen=DECISIONS_MAX)

    def note(self, view: View, answer: Answer, at: float, word: str = "") -> None:
        """Remember an answer to the request that an agent has open, under its own word if it has one."""
        request = view.status.request
        if request is not None and request.request_id == answer.request_id:
            given = Decision(at, view.status.name, request_words(request), word or _WORDS[answer.verdict])
            self._given.appendleft(given)

    @property
    def newest(self) -> list[Decision]:
        """All that are remembered."""
        return list(self._given)


class Before:
    """Follows one agent while its request is looked at.

    Args:
        changed: Called when there is more to show.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._agent = ""
        self._watch: Subscription | None = None
        self._task: asyncio.Task[None] | None = None
        self._judging: asyncio.Task[None] | None = None
        self.words = ""
        """The last that it said, Markdown."""
        self.screen: list[str] = []
        """The lines of its own screen; none for a headless agent."""
        self.proposal: Proposal | None = None
        """What it would write; None until that is known."""

    def look(self, view: View | None, link: Link | None) -> None:
        """Look at another agent, or at the same one again."""
        self.close()
        self.words, self.screen, self.proposal = "", [], None
        if view is None or link is None:
            return
        if view.status.request is not None and view.status.request.permission:
            self._judging = asyncio.create_task(
                self._judge(view.status.request, view.status.cwd), name="inbox proposal"
            )
        self._agent = view.status.id
        self._watch = link.watch_events(self._take)
        if view.status.mode is Mode.INTERACTIVE:
            self._task = asyncio.create_task(self._read(link), name="inbox screen")

    def close(self) -> None:
        """Look no more."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        for task in (self._task, self._judging):
            if task is not None:
                task.cancel()
        self._task = self._judging = None

    def _take(self, events: list[Event]) -> None:
        said = [event.fact.text for event in events if isinstance(event.fact, Text) and not event.fact.parent]
        if said:
            self.words = said[-1]
            self._changed()

    async def _judge(self, request: Request, cwd: str) -> None:
        from tui.client.proposals import proposal

        self.proposal = await proposal(request, cwd)
        self._changed()

    async def _read(self, link: Link) -> None:
        try:
            self.screen = await link.text()
        except Exception:  # noqa: BLE001 - a host that does not answer shows no screen; the request stands without it
            return
        self._changed()
