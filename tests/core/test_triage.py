"""Why an agent is quiet: each kind is named, has its own limit and its own ladder."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.core.driving import Driver, agent, kinds, logged, spec
from tests.core.test_reduce import FACTS, INPUTS, SOURCES
from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.attention import RowState, row_state, row_timer
from tui.core.clock import Now
from tui.core.doing import TOOLS_MAX
from tui.core.looping import WINDOW
from tui.core.policies import policy, tries_max
from tui.core.reduce import Asked, BytesSeen, Heard, Input, Tick, next_deadline
from tui.core.spec import AgentSpec, Inactivity, Mode, Step
from tui.core.status import Status
from tui.core.triage import Quiet, Triage, sentences, stall_words, words
from tui.core.usage import Usage

CALL = f.ToolCalled(call_id="t1", name="Bash", title="alembic upgrade head")


def kind(status: Status) -> Quiet | None:
    return status.triage.kind if status.triage else None


# -- kinds -------------------------------------------------------------------------------------------------------------


def test_a_request_without_an_answer_is_thinking_and_only_told_after_its_limit() -> None:
    run = agent(steps=[Step.KILL])
    run.hear(f.TurnStarted(prompt="x"), f.RequestStarted())
    assert kind(run.status) is Quiet.THINKING
    run.advance(599)
    assert run.status.activity is Activity.WORKING
    done = run.advance(2)
    assert run.status.activity is Activity.STALLED
    assert [step.step for step in logged(done, f.StepTaken)] == ["notify"]
    assert not kinds(run.advance(10_000), e.SignalTree)


def test_thinking_that_is_told_is_thinking_too() -> None:
    run = agent()
    run.hear(f.TurnStarted(), f.ThinkingDelta(tokens=5))
    run.advance(500)
    assert (kind(run.status), run.status.activity) == (Quiet.THINKING, Activity.WORKING)


def test_an_answer_that_stops_in_the_middle_hangs() -> None:
    run = agent(steps=[Step.INTERRUPT])
    run.hear(f.RequestStarted(), f.TextDelta(text="The answer"))
    assert kind(run.status) is None
    run.advance(3.1)
    assert (kind(run.status), run.status.activity) == (Quiet.HUNG, Activity.WORKING)
    run.hear(f.TextDelta(text=" is"))
    assert kind(run.status) is None
    done = run.advance(301)
    assert run.status.activity is Activity.STALLED
    assert kinds(done, e.InterruptTurn)


def test_a_silent_tool_is_named_with_what_it_uses() -> None:
    run = agent()
    run.hear(CALL)
    assert kind(run.status) is Quiet.TOOL
    for _ in range(31):
        run.advance(10)
        run.hear(f.TreeSampled(processes=2, cpu_percent=0.2, name="psql"), source=Source.HOST)
    assert run.status.activity is Activity.STALLED
    assert row_state(run.status) is RowState.STALLED
    assert words(run.status.triage, run.now) == "Bash alembic upgrade head, no output, 0 % CPU"
    assert run.status.triage.process == "psql"
    assert row_timer(run.status, RowState.STALLED, run.now).limit_s == 300


def test_a_tool_that_computes_has_the_longer_limit() -> None:
    run = agent()
    run.hear(CALL)
    for _ in range(179):
        run.advance(10)
        run.hear(f.TreeSampled(processes=1, cpu_percent=98.0, name="cc1"), source=Source.HOST)
    assert (run.status.activity, run.status.triage.busy) == (Activity.WORKING, True)
    run.advance(11)
    assert run.status.activity is Activity.STALLED


def test_a_tool_that_stops_computing_has_the_shorter_limit_from_there() -> None:
    run = agent()
    run.hear(CALL)
    for _ in range(60):
        run.advance(10)
        run.hear(f.TreeSampled(io_bytes_s=9_000.0), source=Source.HOST)
    run.advance(290)
    assert (run.status.activity, run.status.triage.busy) == (Activity.WORKING, False)
    run.advance(11)
    assert run.status.activity is Activity.STALLED


def test_the_last_of_several_tools_is_named_and_the_result_goes_to_the_model() -> None:
    run = agent()
    run.hear(CALL, f.ToolCalled(call_id="t2", name="Grep", title="x"))
    assert run.status.triage.what == "Grep x"
    run.hear(f.ToolFinished(call_id="t2"))
    assert run.status.triage.what == "Bash alembic upgrade head"
    run.hear(f.ToolOutput(call_id="t1", text="…"))
    assert "printing" in words(run.status.triage, run.now)
    run.hear(f.ToolFinished(call_id="t1"))
    assert kind(run.status) is Quiet.THINKING


def test_retries_are_counted_told_and_never_interrupted() -> None:
    run = agent(steps=[Step.KILL])
    run.hear(f.RequestStarted())
    done: list[e.Effect] = []
    for attempt in range(1, 40):
        run.hear(f.Retrying(attempt=attempt, max_attempts=50, delay_s=10.0, status=529, error="overloaded"))
        assert kind(run.status) is Quiet.RETRYING
        assert words(run.status.triage, run.now) == f"retry {attempt} of 50: overloaded, next in 0:10"
        done += run.advance(10)
    assert run.status.activity is Activity.WORKING
    assert [step.step for step in logged(done, f.StepTaken)] == ["notify"]
    assert not kinds(done, e.SignalTree)


def test_an_attempt_that_is_under_way_for_long_is_thinking_again() -> None:
    run = agent()
    run.hear(f.Retrying(attempt=1, delay_s=10.0, status=429, error="rate limit"))
    assert run.status.activity is Activity.RATE_LIMITED
    run.advance(16)
    assert (kind(run.status), run.status.activity) == (Quiet.THINKING, Activity.WORKING)
    run.advance(600)
    assert run.status.activity is Activity.STALLED


def test_a_limit_that_was_to_be_lifted_and_was_not_hangs() -> None:
    run = agent()
    run.hear(f.RateLimited(text="5-hour limit", resets_at=run.now.wall + 7_200))
    run.advance(7_190)
    assert (kind(run.status), run.status.activity) == (Quiet.RETRYING, Activity.RATE_LIMITED)
    run.advance(320)
    assert (kind(run.status), run.status.activity) == (Quiet.HUNG, Activity.STALLED)


def test_what_waits_for_you_has_no_ladder() -> None:
    run = agent(steps=[Step.KILL])
    run.hear(CALL, f.PermissionAsked(request_id="r", tool="Bash", title="rm -rf x"))
    assert kind(run.status) is Quiet.WAITING
    assert words(run.status.triage, run.now) == "waits for you: Bash rm -rf x"
    assert run.status.ladder is None
    assert logged(run.advance(100_000), f.StepTaken) == []


def test_what_rests_is_not_quiet() -> None:
    run = agent()
    run.hear(CALL, f.TurnEnded(ok=True))
    assert run.status.triage is None


def test_nothing_known_hangs_at_its_limit() -> None:
    run = agent(steps=[Step.NOTIFY])
    run.advance(299)
    assert kind(run.status) is None
    run.advance(2)
    assert (kind(run.status), run.status.activity) == (Quiet.HUNG, Activity.STALLED)
    assert words(run.status.triage, run.now) == "hung: nothing is in flight"


# -- circles -----------------------------------------------------------------------------------------------------------


def call(
    number: int, output: str = "no such file", *, ok: bool = False, name: str = "Bash"
) -> list[f.AnyFact]:
    return [
        f.ToolCalled(call_id=f"c{number}", name=name, title="cat missing"),
        f.ToolFinished(call_id=f"c{number}", ok=ok, output=output),
    ]


def test_the_same_call_again_and_again_loops() -> None:
    run = agent(steps=[Step.KILL])
    for number in range(5):
        run.advance(2)
        run.hear(*call(number))
    assert kind(run.status) is Quiet.THINKING
    done = run.hear(*call(5))
    assert (kind(run.status), run.status.activity) == (Quiet.LOOPING, Activity.STALLED)
    assert words(run.status.triage, run.now) == "looping: the same Bash call 6 times"
    assert row_state(run.status) is RowState.LOOPING
    assert [step.step for step in logged(done, f.StepTaken)] == ["notify"]
    assert run.status.ladder.step is Step.INTERRUPT
    for number in range(6, 26):
        done = run.advance(2) + run.hear(*call(number))
        if kinds(done, e.InterruptTurn):
            break
    assert kinds(done, e.InterruptTurn)
    assert 28 <= run.mono - 1_012 <= 34


def test_a_circle_of_two_calls_is_one() -> None:
    run = agent()
    for number in range(11):
        run.hear(*call(number, output=f"answer {number % 2}", ok=True, name=("Read", "Grep")[number % 2]))
    assert kind(run.status) is Quiet.LOOPING


@pytest.mark.parametrize(
    "between",
    [
        [f.ToolCalled(call_id="e", name="Edit", title="a.py"), f.ToolFinished(call_id="e", ok=True)],
        [
            f.ToolCalled(call_id="e", name="Bash", title="sed"),
            f.ToolFinished(call_id="e", ok=True, diff="+x"),
        ],
        [f.FileChanged(path="a.py")],
        [f.TurnStarted(prompt="go on")],
    ],
)
def test_a_changed_file_or_a_new_turn_begins_the_count_anew(between: list[f.AnyFact]) -> None:
    run = agent()
    for number in range(20):
        run.hear(*call(number))
        if number % 5 == 4:
            run.hear(*between)
    assert kind(run.status) is not Quiet.LOOPING


def test_other_results_are_no_circle_and_another_call_ends_one() -> None:
    run = agent()
    for number in range(12):
        run.hear(*call(number, output=f"{number} of 12 tests pass", ok=True))
    assert kind(run.status) is not Quiet.LOOPING
    for number in range(12, 18):
        run.hear(*call(number))
    assert kind(run.status) is Quiet.LOOPING
    run.hear(*call(99, output="something else", ok=True, name="Read"))
    assert (kind(run.status), run.status.activity) == (Quiet.THINKING, Activity.WORKING)


def test_many_tokens_without_a_changed_file_make_half_as_many_enough() -> None:
    run = agent()
    run.hear(f.UsageReported(usage=Usage(input=600_000), key="m"))
    for number in range(3):
        run.hear(*call(number))
    assert kind(run.status) is Quiet.LOOPING


def test_the_same_error_again_and_again_loops() -> None:
    run = agent()
    for number in range(6):
        run.hear(f.ErrorReported(text=f"tool {number} failed: connection refused"))
    assert kind(run.status) is Quiet.LOOPING
    assert "the same error" in words(run.status.triage, run.now)


def test_circles_can_be_allowed() -> None:
    run = agent(loop_repeats=0)
    for number in range(40):
        run.hear(*call(number))
    assert kind(run.status) is Quiet.THINKING


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quiet", "busy", "default", "own_limit"),
    [
        (Quiet.THINKING, False, (600, ["notify"]), (60, ["kill"])),
        (Quiet.TOOL, True, (1800, ["kill"]), (60, ["kill"])),
        (Quiet.TOOL, False, (300, ["kill"]), (60, ["kill"])),
        (Quiet.RETRYING, False, (300, ["notify"]), (60, ["notify"])),
        (Quiet.LOOPING, False, (0, ["notify", "interrupt"]), (0, ["notify", "interrupt"])),
        (Quiet.HUNG, False, (300, ["kill"]), (60, ["kill"])),
        (Quiet.WAITING, False, (0, []), (0, [])),
    ],
)
def test_rules_by_default_and_with_a_limit_of_the_user_s(
    quiet: Quiet, busy: bool, default: tuple[float, list[str]], own_limit: tuple[float, list[str]]
) -> None:
    def rule(limit_s: float) -> tuple[float, list[Step]]:
        spec = AgentSpec(
            id="a", name="a", runtime="x", mode=Mode.STREAM, cwd="/",
            inactivity_timeout_s=limit_s, on_inactive=[Step.KILL],
        )  # fmt: skip
        found = policy(spec, quiet, busy=busy)
        return found.limit_s, found.steps

    assert rule(300) == default
    assert rule(60) == own_limit


def test_what_is_configured_counts_whatever_the_usual_limit_is() -> None:
    own = Inactivity(thinking_s=5, on_thinking=[], tool_idle_s=0, loop_repeats=3)
    spec = AgentSpec(
        id="a", name="a", runtime="x", mode=Mode.STREAM, cwd="/", inactivity_timeout_s=0, inactivity=own
    )
    assert (policy(spec, Quiet.THINKING).limit_s, policy(spec, Quiet.THINKING).steps) == (5, [])
    assert not policy(spec, Quiet.TOOL).begins
    assert not policy(spec, Quiet.HUNG).begins
    assert policy(spec, Quiet.LOOPING).begins


# -- the ladder --------------------------------------------------------------------------------------------------------


def test_tries_are_counted_backed_off_and_given_up_with_a_reason() -> None:
    run = agent(limit_s=100, steps=[Step.INTERRUPT], tries=3)
    at: list[float] = []
    for _ in range(6):
        run.hear(f.RequestStarted(), f.TextDelta(text="again"))
        for _ in range(80):
            if kinds(run.advance(10), e.InterruptTurn):
                at.append(run.mono - run.status.last_progress.mono)
                break
        run.hear(f.TurnEnded(ok=False, interrupted=True), f.TurnStarted(prompt="go on"))
    assert len(at) == 3
    assert at == sorted(at)
    assert at[2] > at[0]
    assert run.status.ladder_tries == 3
    assert run.status.ladder_note == "3 tries did not help, so no interrupt again"
    assert logged(run.effects, f.LadderEnded)[0].tries == 3
    assert len(logged(run.effects, f.LadderEnded)) == 1
    said = stall_words(run.status.triage, run.status.ladder_note, "", Now(0, 0))
    assert said.endswith("3 tries did not help, so no interrupt again")


@pytest.mark.parametrize("mends", ["turn", "user"])
def test_a_good_end_or_the_user_begins_the_ladder_anew(mends: str) -> None:
    run = agent(limit_s=100, steps=[Step.INTERRUPT], tries=0)
    run.hear(f.RequestStarted())
    run.advance(200)
    assert run.status.ladder_note
    if mends == "turn":
        run.hear(f.TurnEnded(ok=True))
    else:
        run.ask(c.Interrupt())
    assert (run.status.ladder_note, run.status.ladder_tries) == ("", 0)


def test_a_cancelled_step_of_a_loop_stays_cancelled_while_it_loops() -> None:
    run = agent()
    for number in range(6):
        run.advance(1)
        run.hear(*call(number))
    run.advance(1)
    assert run.status.ladder.step is Step.INTERRUPT
    run.ask(c.CancelStep())
    for number in range(6, 60):
        assert not kinds(run.advance(2) + run.hear(*call(number)), e.InterruptTurn)


def test_a_pause_holds_the_triage() -> None:
    run = agent()
    run.hear(CALL)
    run.ask(c.Pause())
    assert run.status.triage is None
    run.advance(5_000)
    run.ask(c.Continue())
    assert (kind(run.status), run.status.activity) == (Quiet.TOOL, Activity.WORKING)


# -- any history -------------------------------------------------------------------------------------------------------

CALLS = st.sampled_from("abc")
ANY_FACT = st.one_of(
    FACTS,
    st.builds(f.TurnStarted),
    st.builds(f.RequestStarted),
    st.builds(f.ThinkingDelta),
    st.builds(f.ToolCalled, call_id=CALLS, name=st.sampled_from(["Bash", "Edit"]), title=st.just("x")),
    st.builds(f.ToolOutput, call_id=CALLS, text=st.just("x")),
    st.builds(f.ToolFinished, call_id=CALLS, ok=st.booleans()),
    st.builds(f.TreeSampled, cpu_percent=st.sampled_from([0.0, 90.0])),
    st.builds(f.Retrying, attempt=st.integers(0, 9), delay_s=st.sampled_from([0.0, 1.0, 600.0])),
    st.builds(f.RateLimited, resets_at=st.sampled_from([0.0, 1_700_001_500.0])),
    st.builds(f.ErrorReported, text=st.just("no")),
    st.builds(f.SourceEnded),
)
OWN = st.builds(
    Inactivity,
    thinking_s=st.sampled_from([None, 0.0, 5.0]),
    tool_idle_s=st.sampled_from([None, 7.0]),
    loop_repeats=st.sampled_from([None, 0, 2]),
    tries=st.sampled_from([None, 0, 1]),
    on_loop=st.sampled_from([None, [], [Step.KILL]]),
)


START = (Asked(c.Start()), 0.0)
LIMITED = f.RateLimited(resets_at=1_700_001_500.0)


@example([(BytesSeen(), 0.1), (START[0], 400.0)], Inactivity(), Mode.STREAM, 60.0, [])
@example(
    [(START[0], 400.0), (Heard(Source.STREAM, LIMITED), 400.0), (Heard(Source.STREAM, f.Retrying()), 0.0)],
    Inactivity(),
    Mode.STREAM,
    0.0,
    [],
)
@example(
    [START, (Heard(Source.STREAM, f.Retrying(delay_s=600.0)), 400.0)], Inactivity(), Mode.STREAM, 60.0, []
)
@example(
    [START, (Heard(Source.STREAM, f.ActivitySignalled(activity=Activity.STALLED)), 0.0)],
    Inactivity(),
    Mode.STREAM,
    0.0,
    [],
)
@given(
    steps=st.lists(
        st.tuples(
            st.one_of(st.builds(Heard, SOURCES, ANY_FACT), INPUTS),
            st.sampled_from([0.0, 0.1, 1.0, 25.0, 400.0]),
        ),
        max_size=30,
    ),
    own=OWN,
    mode=st.sampled_from(Mode),
    limit_s=st.sampled_from([0.0, 60.0, 300.0]),
    ladder=st.lists(st.sampled_from(Step), max_size=5, unique=True),
)
def test_whatever_happens_the_judgement_holds(
    steps: list[tuple[Input, float]], own: Inactivity, mode: Mode, limit_s: float, ladder: list[Step]
) -> None:
    run = Driver(spec(mode=mode, inactivity_timeout_s=limit_s, inactivity=own, on_inactive=ladder))
    for what, seconds in steps:
        if isinstance(what, Heard) and isinstance(what.fact, f.RunExited | f.SpawnFailed | f.RunStarted):
            what = Heard(Source.HOST, what.fact)
            if not run.agent.alive:
                continue
        run.give(what)
        end, ticks = run.mono + seconds, 0
        while (due := next_deadline(run.agent)) is not None and due <= end:
            run.mono = max(run.mono, due)
            run.give(Tick())
            ticks += 1
            assert ticks < 200, "a deadline that does not go away"
            holds(run)
        run.mono = end
        holds(run)


def holds(run: Driver) -> None:
    """What is true of every agent at every time."""
    status, found = run.status, run.status.triage
    if status.activity is Activity.STALLED and run.agent.alive:
        assert found is not None, "stalled without a reason"
        assert found.kind not in (Quiet.WAITING, Quiet.RETRYING)
    if not run.agent.alive:
        assert (found, status.ladder) == (None, None)
    if found is not None:
        assert found.since.mono <= run.mono + 600.0
        assert words(found, run.now).isprintable()
        assert all(sentence.endswith(".") for sentence in sentences(found, run.now))
        assert msgspec.json.decode(msgspec.json.encode(found), type=Triage) == found
    if status.activity in (Activity.NEEDS_PERMISSION, Activity.NEEDS_ANSWER, Activity.IDLE, Activity.DONE):
        assert status.ladder is None, "what waits or rests has no ladder"
    assert status.ladder_tries <= max(tries_max(run.agent.spec), 0)
    assert len(run.agent.circles.seen) <= WINDOW
    assert len(run.agent.doing.tools) <= TOOLS_MAX
