"""What happened while nobody looked."""

from __future__ import annotations

from decimal import Decimal

from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.digest import Counts, Had, counted, digest, story
from tui.core.facts import Event
from tui.core.spec import Mode
from tui.core.status import Status
from tui.core.usage import Usage


def event(at: float, fact: f.AnyFact) -> Event:
    return Event(seq=1, at=at, run=1, source=Source.STREAM, fact=fact)


def status(name: str, since: float, usd: str = "1") -> Status:
    return Status(
        id=name, name=name, runtime="claude-code", mode=Mode.STREAM, cwd="/w", activity=Activity.IDLE,
        activity_since=Now(since, since), usage=Usage(input=1_000, cost_usd=Decimal(usd)),
    )  # fmt: skip


def test_only_what_came_after_counts() -> None:
    events = [
        event(5, f.TurnEnded()),
        event(11, f.ToolCalled(call_id="1", name="Edit", title="a.py")),
        event(12, f.ToolFinished(call_id="1", diff="@@")),
        event(13, f.ToolCalled(call_id="2", name="Edit", title="a.py")),
        event(14, f.ToolFinished(call_id="2", diff="@@")),
        event(15, f.PermissionAsked(request_id="r")),
        event(16, f.TurnEnded(ok=False)),
        event(17, f.RunExited(code=2)),
    ]
    assert counted(events, 10) == Counts(turns=1, tool_calls=2, files=1, asked=1, failed=2)


def test_an_agent_to_which_nothing_happened_is_left_out() -> None:
    had = Had(1_000, Decimal(1))
    assert story(status("a", 5), RowState.IDLE, Counts(), had, 10) is None
    assert story(status("a", 15), RowState.DONE, Counts(), had, 10) is not None
    waits = story(status("a", 5), RowState.PERMISSION, Counts(), had, 10)
    assert waits is not None
    assert waits.is_news


def test_those_that_need_somebody_stand_first_and_all_adds_up() -> None:
    had = Had(400, Decimal("0.25"))
    found = digest(
        [
            story(status("b", 15), RowState.DONE, Counts(turns=2), had, 10),
            story(status("a", 5), RowState.WORKING, Counts(turns=1, files=3), None, 10),
            story(status("c", 5), RowState.PERMISSION, Counts(asked=1), had, 10),
            None,
        ],
        10,
        70,
    )
    assert [each.name for each in found.stories] == ["c", "b", "a"]
    assert found.counts == Counts(turns=3, files=3, asked=1)
    assert (found.tokens, found.usd) == (600 + 1_000 + 600, Decimal("2.50"))
