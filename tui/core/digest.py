"""What happened while nobody looked, told without asking anybody: from events, states and what was spent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tui.core import facts as f
from tui.core.attention import LOOK, Group, RowState
from tui.core.facts import Event
from tui.core.status import Status


class Had(msgspec.Struct, frozen=True):
    """What an agent had spent at a moment."""

    tokens: int = 0
    usd: Decimal = Decimal(0)


class Counts(NamedTuple):
    """What was done."""

    turns: int = 0
    tool_calls: int = 0
    files: int = 0
    asked: int = 0
    failed: int = 0

    def __or__(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Story(NamedTuple):
    """One agent's."""

    id: str
    name: str
    state: RowState
    """As it is now."""
    is_news: bool
    """It came to that state meanwhile."""
    counts: Counts
    tokens: int
    usd: Decimal


class Digest(NamedTuple):
    """All of it."""

    since: float
    """Wall clock."""
    until: float
    stories: list[Story]
    """What wants to be looked at first."""

    @property
    def counts(self) -> Counts:
        """What all did."""
        found = Counts()
        for story in self.stories:
            found |= story.counts
        return found

    @property
    def usd(self) -> Decimal:
        """What all spent."""
        return sum((story.usd for story in self.stories), Decimal(0))

    @property
    def tokens(self) -> int:
        """Tokens of all."""
        return sum(story.tokens for story in self.stories)


def counted(events: Iterable[Event], since: float) -> Counts:
    """Count what events tell from a moment on."""
    turns = tools = asked = failed = 0
    files: set[str] = set()
    titles: dict[str, str] = {}
    for event in events:
        if event.at <= since:
            continue
        match event.fact:
            case f.TurnEnded(ok=ok, interrupted=interrupted):
                turns += 1
                failed += not ok and not interrupted
            case f.ToolCalled(call_id=call, title=title):
                tools += 1
                titles[call] = title
            case f.ToolFinished(call_id=call, ok=True, diff=diff) if diff:
                files.add(titles.get(call, call))
            case f.PermissionAsked() | f.QuestionAsked():
                asked += 1
            case f.RunExited(ok=False, code=code) if code:
                failed += 1
            case _:
                pass
    return Counts(turns, tools, len(files), asked, failed)


def story(status: Status, state: RowState, counts: Counts, had: Had | None, since: float) -> Story | None:
    """Return an agent's story; None where nothing happened.

    Args:
        status: As it is now.
        state: As its row shows it.
        counts: What its events tell.
        had: What it had spent at that moment; None: it was not there.
        since: The moment, wall clock.
    """
    usd = (status.usage.cost_usd or Decimal(0)) - (had.usd if had is not None else 0)
    tokens = status.usage.total - (had.tokens if had is not None else 0)
    changed = max(status.activity_since.wall, status.lifecycle_since.wall) > since
    waits = LOOK[state].group is Group.NEEDS_YOU
    if not (changed or waits or any(counts) or tokens > 0):
        return None
    return Story(
        status.id, status.name, state, changed or waits, counts, max(0, tokens), max(Decimal(0), usd)
    )


_ORDER = {group: number for number, group in enumerate(Group)}


def digest(stories: Iterable[Story | None], since: float, until: float) -> Digest:
    """Return the digest; those that need somebody stand first, then what changed."""
    told = [each for each in stories if each is not None]
    told.sort(key=lambda each: (not each.is_news, _ORDER[LOOK[each.state].group], each.name))
    return Digest(since, until, told)
