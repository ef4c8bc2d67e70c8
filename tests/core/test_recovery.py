"""What an agent was, told by its log and its meter alone."""

from __future__ import annotations

from tests.core.driving import spec
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import Event
from tui.core.lifecycle import Lifecycle
from tui.core.recovery import recovered
from tui.core.usage import Meter, Usage, UsageSource, no_price


def log(*facts: f.AnyFact) -> list[Event]:
    return [
        Event(seq=number, at=1_000.0 + number, run=1, source=Source.STREAM, fact=fact)
        for number, fact in enumerate(facts, start=1)
    ]


def test_the_last_session_and_those_before_it_the_runs_and_what_was_used() -> None:
    meter = Meter().message("m", Usage(input=700), UsageSource.REPORTED, model="x", price=no_price)
    found = recovered(
        spec(),
        log(
            f.RunStarted(pid=1, kind=f.RunKind.START),
            f.SessionStarted(session_id="s-1", model="old"),
            f.TurnEnded(),
            f.RunStarted(pid=2, kind=f.RunKind.FALLBACK),
            f.SessionStarted(session_id="s-2", model="new"),
            f.TurnEnded(ok=False),
            f.RunStarted(pid=3, kind=f.RunKind.RESUME),
            f.SessionStarted(session_id="s-2"),
        ),
        meter,
    )
    assert (found.session_id, found.old_session_ids, found.model) == ("s-2", ["s-1"], "new")
    assert (found.lifecycle, found.runs, found.turns) == (Lifecycle.LOST, 3, 1)
    assert found.usage.total == 700
    assert (found.started_at, found.lifecycle_since.wall, found.lifecycle_since.mono) == (
        1_007.0,
        1_008.0,
        0.0,
    )


def test_one_that_never_ran_is_as_new() -> None:
    found = recovered(spec(), log(f.UserActed(action="start by user")), None)
    assert (found.lifecycle, found.runs, found.session_id) == (Lifecycle.QUEUED, 0, "")
