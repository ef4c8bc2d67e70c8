"""From when on others may have an agent's slot."""

from __future__ import annotations

import pytest

from tests.core.driving import Driver, spec
from tui.core import commands as c
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.queueing import REST_S, yields_at
from tui.core.spec import Mode


def interactive() -> Driver:
    one = Driver(spec(mode=Mode.INTERACTIVE)).start()
    one.hear(f.TurnStarted(), f.TurnEnded())
    one.advance(5)
    assert one.status.activity is Activity.IDLE
    return one


def yields(one: Driver) -> float | None:
    return yields_at(one.agent, held=False)


def test_one_that_rests_at_its_prompt_yields_soon_and_one_that_works_does_not() -> None:
    one = interactive()
    assert yields(one) == one.status.activity_since.mono + REST_S
    one.hear(f.TurnStarted())
    one.advance(1)
    assert one.status.activity is Activity.WORKING
    assert yields(one) is None


@pytest.mark.parametrize(
    "asks",
    [
        f.PermissionAsked(request_id="r", tool="Bash", title="ls"),
        f.QuestionAsked(request_id="r", text="which?"),
    ],
)
def test_one_that_asks_is_in_the_middle_of_its_work(asks: f.AnyFact) -> None:
    one = interactive()
    one.hear(asks)
    assert one.status.request is not None
    assert yields(one) is None


def test_one_for_which_a_prompt_waits_keeps_its_slot() -> None:
    one = interactive()
    one.ask(c.Prompt(text="first"))
    one.ask(c.Prompt(text="then", when_idle=True))
    assert one.agent.queue
    assert yields(one) is None


def test_one_that_its_user_paused_or_that_stalls_keeps_it() -> None:
    one = interactive()
    one.ask(c.Pause())
    assert yields(one) is None
    stalled = Driver(spec(inactivity_timeout_s=10.0, on_inactive=[])).start()
    stalled.advance(60)
    assert stalled.status.activity is Activity.STALLED
    assert yields(stalled) is None


def test_one_in_back_off_or_held_for_its_budget_yields_at_once() -> None:
    assert yields_at(interactive().agent, held=True) == 0.0
    one = Driver(spec(restart="always")).start()
    one.advance(60)
    one.hear(f.RunExited(code=1, reason="broke"), source=Source.HOST)
    assert yields(one) == 0.0
