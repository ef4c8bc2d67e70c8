"""Prompts that wait until an agent rests: given one by one, in order, never into a turn or a question, never lost silently."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_reduce import Driver, kinds, spec
from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.later import TAKEN_UP_S, WAITING_MAX
from tui.core.spec import Mode


def working() -> Driver:
    run = Driver(spec(mode=Mode.INTERACTIVE, on_inactive=[])).start()
    signal(run, Activity.WORKING)
    return run


def signal(run: Driver, activity: Activity) -> list[e.Effect]:
    done = run.hear(f.ActivitySignalled(activity=activity), source=Source.HOOK)
    return done + run.advance(1.0)  # a change settles first


def typed(done: list[e.Effect]) -> list[str]:
    return [effect.text for effect in kinds(done, e.TypePrompt)]


def later(run: Driver, text: str) -> list[e.Effect]:
    return run.ask(c.Prompt(text=text, when_idle=True))


def test_a_prompt_for_later_waits_for_the_end_of_the_turn() -> None:
    run = working()
    assert typed(later(run, "next")) == []
    assert run.status.queued_prompts == 1
    assert typed(signal(run, Activity.IDLE)) == ["next"]
    assert run.status.queued_prompts == 0


def test_an_agent_that_rests_takes_it_at_once() -> None:
    run = working()
    signal(run, Activity.IDLE)
    assert typed(later(run, "now")) == ["now"]


def test_two_are_given_one_turn_after_the_other() -> None:
    run = working()
    later(run, "one")
    later(run, "two")
    assert typed(signal(run, Activity.IDLE)) == ["one"]
    assert typed(signal(run, Activity.WORKING)) == []
    assert typed(signal(run, Activity.IDLE)) == ["two"]


def test_an_agent_that_never_seemed_to_work_gets_the_second_after_a_while() -> None:
    run = working()
    later(run, "one")
    later(run, "two")
    assert typed(signal(run, Activity.IDLE)) == ["one"]
    assert typed(run.advance(TAKEN_UP_S - 2)) == []
    assert typed(run.advance(3)) == ["two"]


def test_nothing_is_typed_into_a_question_or_a_paused_agent() -> None:
    run = working()
    later(run, "next")
    run.hear(f.PermissionAsked(request_id="r", tool="Bash", options=["yes", "no"]), source=Source.HOOK)
    assert typed(run.advance(60)) == []
    run.hear(f.RequestResolved(request_id="r"), source=Source.HOOK)
    run.ask(c.Pause())
    assert typed(signal(run, Activity.IDLE)) == []
    assert typed(run.ask(c.Continue()) + run.advance(1)) == ["next"]


def test_without_the_wish_it_is_typed_into_the_turn() -> None:
    assert typed(working().ask(c.Prompt(text="steer"))) == ["steer"]


def test_what_waits_for_a_program_that_ends_is_said() -> None:
    run = working()
    later(run, "one")
    later(run, "two")
    run.exit()
    assert run.status.queued_prompts == 0
    assert run.status.note == "It ended while 2 prompts waited for it: l shows them."


def test_there_is_an_end_to_what_may_wait() -> None:
    run = working()
    for number in range(WAITING_MAX):
        later(run, str(number))
    refused = kinds(later(run, "too much"), e.Refuse)
    assert [each.reason for each in refused] == ["100 prompts wait for api already."]


@given(st.lists(st.sampled_from(["later", "work", "rest", "wait"]), max_size=40))
def test_each_is_given_once_in_the_order_of_asking(steps: list[str]) -> None:
    run = working()
    asked: list[str] = []
    got: list[str] = []
    for step in steps:
        done: list[Any] = []
        if step == "later":
            asked.append(f"p{len(asked)}")
            done = later(run, asked[-1])
        elif step == "wait":
            done = run.advance(20)
        else:
            done = signal(run, Activity.IDLE if step == "rest" else Activity.WORKING)
        got += typed(done)
    assert got == asked[: len(got)]
    assert run.status.queued_prompts == len(asked) - len(got)
