"""The reducer: one test per edge, named for it, and invariants over random histories."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.agent import Agent, new_agent
from tui.core.clock import Now
from tui.core.lifecycle import ALIVE, OVER, Lifecycle
from tui.core.queueing import Queued
from tui.core.reduce import Asked, BytesSeen, Heard, Input, NoSession, Tick, next_deadline, reduce
from tui.core.spec import AgentSpec, Mode, Step
from tui.core.usage import Usage


def spec(**changes: Any) -> AgentSpec:
    settings: dict[str, Any] = {
        "id": "a1",
        "name": "api",
        "runtime": "claude-code",
        "mode": Mode.STREAM,
        "cwd": "/tmp",
        "prompt": "do it",
        "inactivity_timeout_s": 100.0,
    }
    return AgentSpec(**(settings | changes))


class Driver:
    """Runs the reducer with a clock of its own and collects the effects."""

    def __init__(self, agent_spec: AgentSpec | None = None) -> None:
        self.agent: Agent = new_agent(agent_spec or spec())
        self.mono = 1_000.0
        self.effects: list[e.Effect] = []

    @property
    def now(self) -> Now:
        return Now(self.mono, 1_700_000_000.0 + self.mono)

    @property
    def status(self) -> Any:
        return self.agent.status

    def give(self, what: Input) -> list[e.Effect]:
        self.agent, done = reduce(self.agent, what, self.now)
        self.effects += done
        return done

    def hear(self, *facts: f.AnyFact, source: Source = Source.STREAM) -> list[e.Effect]:
        return [effect for fact in facts for effect in self.give(Heard(source, fact))]

    def ask(self, command: c.AnyCommand) -> list[e.Effect]:
        return self.give(Asked(command))

    def advance(self, seconds: float) -> list[e.Effect]:
        """Let time pass, with a tick at every deadline on the way."""
        end, done = self.mono + seconds, []
        for _ in range(1_000):
            due = next_deadline(self.agent)
            if due is None or due > end:
                break
            self.mono = max(self.mono, due)
            done += self.give(Tick())
        self.mono = end
        return done + self.give(Tick())

    def start(self, **changes: Any) -> Driver:
        self.ask(c.Start())
        self.hear(f.RunStarted(pid=7, kind=f.RunKind.START), source=Source.HOST)
        self.hear(f.SessionStarted(session_id="s-1", model="opus"))
        return self

    def exit(self, **changes: Any) -> list[e.Effect]:
        return self.hear(f.RunExited(**({"code": 0, "ok": True} | changes)), source=Source.HOST)


def kinds(effects: list[e.Effect], kind: type) -> list[Any]:
    return [effect for effect in effects if isinstance(effect, kind)]


def logged(effects: list[e.Effect], kind: type) -> list[Any]:
    return [effect.fact for effect in kinds(effects, e.Log) if isinstance(effect.fact, kind)]


def test_start_spawns_with_the_prompt() -> None:
    run = Driver()
    done = run.ask(c.Start())
    assert kinds(done, e.Spawn) == [e.Spawn(f.RunKind.START, "", "do it")]
    assert run.status.lifecycle is Lifecycle.STARTING
    assert run.status.runs == 1


def test_second_start_is_refused() -> None:
    run = Driver().start()
    assert kinds(run.ask(c.Start()), e.Refuse)


def test_first_fact_from_the_child_makes_it_run() -> None:
    run = Driver().start()
    assert run.status.lifecycle is Lifecycle.RUNNING
    assert run.status.activity is Activity.WORKING
    assert run.status.session_id == "s-1"


def test_a_silent_child_runs_after_staying_up() -> None:
    run = Driver()
    run.ask(c.Start())
    run.advance(1.0)
    assert run.status.lifecycle is Lifecycle.STARTING
    run.advance(1.5)
    assert run.status.lifecycle is Lifecycle.RUNNING


def test_what_cannot_start_is_failed_and_not_tried_again() -> None:
    run = Driver()
    run.ask(c.Start())
    done = run.hear(
        f.SpawnFailed(reason="Cannot start: no such folder.", hint="Make it."), source=Source.HOST
    )
    assert run.status.lifecycle is Lifecycle.FAILED
    assert "no such folder" in run.status.note
    assert kinds(done, e.Leave)
    assert not kinds(done, e.Spawn)


def test_a_finished_turn_is_done() -> None:
    run = Driver().start()
    run.hear(f.TurnEnded(ok=True, text="All green."))
    done = run.exit(done=True)
    assert (run.status.lifecycle, run.status.activity) == (Lifecycle.EXITED, Activity.DONE)
    assert run.status.headline == "All green."
    assert kinds(done, e.Leave)


def test_exit_zero_without_proof_is_failed() -> None:
    run = Driver().start()
    run.exit(ok=False, reason="API Error: 400")
    assert run.status.lifecycle is Lifecycle.FAILED
    assert run.status.note == "API Error: 400"


def test_kill_escalates_within_the_grace_periods_and_waits_for_the_exit() -> None:
    run = Driver().start()
    assert kinds(run.ask(c.Kill()), e.SignalTree) == [e.SignalTree(e.Stage.INTERRUPT)]
    assert run.status.lifecycle is Lifecycle.STOPPING
    assert kinds(run.advance(4.9), e.SignalTree) == []
    assert kinds(run.advance(0.2), e.SignalTree) == [e.SignalTree(e.Stage.TERMINATE)]
    assert kinds(run.advance(5.0), e.SignalTree) == [e.SignalTree(e.Stage.KILL)]
    assert run.status.lifecycle is Lifecycle.STOPPING
    run.exit(ok=False, code=None, signal=9)
    assert run.status.lifecycle is Lifecycle.KILLED
    assert run.status.exit.reason == "killed by you, none left"
    assert run.status.exit.signal == 9


def test_kill_again_goes_on_to_the_harder_signal_at_once() -> None:
    run = Driver().start()
    run.ask(c.Kill())
    assert kinds(run.ask(c.Kill()), e.SignalTree) == [e.SignalTree(e.Stage.TERMINATE)]


def test_kill_of_what_does_not_run_is_refused() -> None:
    assert kinds(Driver().ask(c.Kill()), e.Refuse)


def test_restart_begins_a_new_session_and_keeps_the_old_id() -> None:
    run = Driver().start()
    run.ask(c.Restart())
    done = run.exit(ok=False, code=None, signal=2)
    assert kinds(done, e.Spawn) == [e.Spawn(f.RunKind.RESTART, "", "do it")]
    assert run.status.session_id == ""
    assert run.status.old_session_ids == ["s-1"]


def test_resume_goes_on_in_the_same_session() -> None:
    run = Driver().start()
    run.exit(done=True)
    done = run.ask(c.Resume(prompt="more"))
    assert kinds(done, e.Spawn) == [e.Spawn(f.RunKind.RESUME, "s-1", "more")]
    run.hear(f.SessionStarted(session_id="s-1"))
    assert run.status.session_id == "s-1"
    assert run.status.old_session_ids == []


def test_a_new_run_does_not_keep_the_headline_of_the_old_one() -> None:
    run = Driver().start()
    run.hear(f.ErrorReported(text="API Error"))
    run.exit(ok=False)
    run.ask(c.Resume())
    assert run.status.headline == ""


def test_resume_without_a_prompt_uses_the_resume_prompt_when_headless() -> None:
    run = Driver().start()
    run.exit(done=True)
    (spawn,) = kinds(run.ask(c.Resume()), e.Spawn)
    assert spawn.prompt == run.agent.spec.resume_prompt


def test_resume_without_a_session_is_refused() -> None:
    assert kinds(Driver().ask(c.Resume()), e.Refuse)


@pytest.mark.parametrize(
    ("fresh_prompt", "prompt", "hand_over"), [("begin anew", "begin anew", False), ("", "do it", True)]
)
def test_refused_resume_falls_back_to_a_fresh_session(
    fresh_prompt: str, prompt: str, hand_over: bool
) -> None:
    run = Driver(spec(fresh_prompt=fresh_prompt)).start()
    run.exit(done=True)
    run.ask(c.Resume())
    run.hear(f.RunStarted(pid=8, kind=f.RunKind.RESUME, session_id="s-1"), source=Source.HOST)
    done = run.exit(ok=False, code=1, refused=True, reason="No conversation found")
    assert kinds(done, e.Spawn) == [e.Spawn(f.RunKind.FALLBACK, "", prompt, hand_over)]
    (fell,) = logged(done, f.FellBack)
    assert fell.old_session_id == "s-1"
    assert not kinds(done, e.Leave)
    run.hear(f.SessionStarted(session_id="s-2"))
    assert run.status.session_id == "s-2"
    assert run.status.old_session_ids == ["s-1"]
    assert "did not know session s-1" in run.status.note


def test_a_place_in_the_queue_is_shown_and_given_up_by_kill() -> None:
    run = Driver()
    run.give(Queued(2))
    since = run.status.lifecycle_since
    assert (run.status.lifecycle, run.status.queue_place) == (Lifecycle.QUEUED, 2)
    run.mono += 5
    run.give(Queued(1))
    assert (run.status.queue_place, run.status.lifecycle_since) == (1, since)
    assert kinds(run.ask(c.Kill()), e.Leave)
    assert (run.status.lifecycle, run.status.queue_place) == (Lifecycle.KILLED, 0)


def test_what_waited_begins_as_ever() -> None:
    run = Driver()
    run.give(Queued(1))
    assert kinds(run.ask(c.Start()), e.Spawn)
    assert (run.status.lifecycle, run.status.queue_place, run.status.runs) == (Lifecycle.STARTING, 0, 1)


@pytest.mark.parametrize("why", ["is gone", "belongs to another folder"])
def test_a_session_seen_to_be_gone_falls_back_before_anything_is_spawned(why: str) -> None:
    run = Driver().start()
    run.exit(done=True)
    run.ask(c.Resume(prompt="and the tests"))
    done = run.give(NoSession(why, "/home/dev/.claude/projects"))
    assert kinds(done, e.Spawn) == [e.Spawn(f.RunKind.FALLBACK, "", "and the tests", hand_over=True)]
    (fell,) = logged(done, f.FellBack)
    assert (fell.old_session_id, fell.gone) == ("s-1", True)
    assert fell.reason == f"{why}: looked into /home/dev/.claude/projects"
    assert run.status.note == f"Session s-1 {why}. A fresh one was started with a hand-over."
    assert run.status.old_session_ids == ["s-1"]
    assert run.status.runs == 2  # the resume that never was is no run


def test_fall_back_does_not_lose_what_the_user_asked() -> None:
    run = Driver(spec(fresh_prompt="begin anew")).start()
    run.exit(done=True)
    run.ask(c.Resume(prompt="and the tests"))
    (spawn,) = kinds(run.exit(ok=False, code=1, refused=True), e.Spawn)
    assert spawn.prompt == "begin anew\n\nand the tests"


def test_refused_fallback_is_not_repeated() -> None:
    run = Driver().start()
    run.exit(done=True)
    run.ask(c.Resume())
    run.exit(ok=False, code=1, refused=True)
    done = run.exit(ok=False, code=1, refused=True, reason="again")
    assert not kinds(done, e.Spawn)
    assert run.status.lifecycle is Lifecycle.FAILED


def test_a_silently_new_session_of_a_screen_is_told() -> None:
    run = Driver(spec(mode=Mode.INTERACTIVE)).start()
    run.hear(f.SessionStarted(session_id="s-1"))
    run.exit(done=True)
    run.ask(c.Resume())
    done = run.hear(f.SessionStarted(session_id="s-9"))
    assert logged(done, f.FellBack)
    assert run.status.old_session_ids == ["s-1"]
    assert "did not resume" in run.status.note


def test_a_session_that_the_user_changes_to_is_no_fall_back() -> None:
    run = Driver(spec(mode=Mode.INTERACTIVE)).start()
    run.hear(f.SessionStarted(session_id="s-1"))
    run.exit(done=True)
    run.ask(c.Resume())
    run.hear(f.SessionStarted(session_id="s-1"))
    assert not logged(run.hear(f.SessionStarted(session_id="s-2")), f.FellBack)
    assert (run.status.session_id, run.status.note) == ("s-2", "")


def test_another_session_that_answers_a_headless_resume_is_ended_and_fallen_back_from() -> None:
    run = Driver(spec(mode=Mode.STREAM)).start()
    run.exit(done=True)
    run.ask(c.Resume())
    done = run.hear(f.SessionStarted(session_id="s-9"))
    assert kinds(done, e.SignalTree) == [e.SignalTree(e.Stage.INTERRUPT)]
    assert run.status.session_id == "s-1"
    assert not kinds(run.hear(f.SessionStarted(session_id="s-9")), e.SignalTree)
    assert run.status.session_id == "s-1"
    done = run.exit(ok=False, signal=2)
    (spawn,) = kinds(done, e.Spawn)
    assert (spawn.kind, spawn.hand_over) == (f.RunKind.FALLBACK, True)
    (fell,) = logged(done, f.FellBack)
    assert (fell.old_session_id, fell.prompt) == ("s-1", "hand-over")
    assert "did not resume session s-1 but began another one. A fresh one" in run.status.note
    run.hear(f.SessionStarted(session_id="s-10"))
    assert (run.status.session_id, run.status.old_session_ids) == ("s-10", ["s-1"])


def test_a_fork_begins_on_the_other_s_session_and_is_restarted_afresh() -> None:
    run = Driver(spec(fork="s-0"))
    (spawn,) = kinds(run.ask(c.Start()), e.Spawn)
    assert (spawn.kind, spawn.session_id) == (f.RunKind.FORK, "s-0")
    assert (run.status.session_id, run.status.old_session_ids) == ("", [])
    run.hear(f.SessionStarted(session_id="s-1"))
    assert (run.status.session_id, run.status.note) == ("s-1", "")
    run.exit(done=True)
    (spawn,) = kinds(run.ask(c.Restart()), e.Spawn)
    assert (spawn.kind, spawn.session_id) == (f.RunKind.RESTART, "")


def test_permission_waits_for_the_user_and_goes_on() -> None:
    run = Driver().start()
    run.hear(f.PermissionAsked(request_id="r1", tool="Bash", title="rm -rf x"))
    assert run.status.activity is Activity.NEEDS_PERMISSION
    assert run.status.request.title == "rm -rf x"
    answer = c.Answer(request_id="r1", verdict=c.Verdict.ALLOW)
    assert kinds(run.ask(answer), e.TypeAnswer) == [e.TypeAnswer(answer)]
    run.hear(f.RequestResolved(request_id="r1"))
    assert run.status.activity is Activity.WORKING
    assert run.status.request is None
    assert kinds(run.ask(answer), e.Refuse)


@pytest.mark.parametrize(
    ("asked", "answer", "logged"),
    [
        (f.PermissionAsked(request_id="r", tool="Bash", title="rm -rf x"), {"verdict": c.Verdict.ALLOW}, "allow · Bash rm -rf x"),
        (
            f.PermissionAsked(request_id="r", tool="Bash", title="rm -rf x"),
            {"verdict": c.Verdict.DENY, "text": "not there"},
            "deny · not there · Bash rm -rf x",
        ),
        (
            f.QuestionAsked(request_id="r", text="Which?", options=["the old", "the new"]),
            {"verdict": c.Verdict.CHOOSE, "choice": 2},
            "the new · Which?",
        ),
        (f.QuestionAsked(request_id="r", text="Which?"), {"verdict": c.Verdict.CHOOSE, "text": "blue"}, "blue · Which?"),
    ],
)  # fmt: skip
def test_the_log_tells_what_was_answered_to_what(
    asked: f.AnyFact, answer: dict[str, Any], logged: str
) -> None:
    run = Driver().start()
    run.hear(asked)
    noted = kinds(run.ask(c.Answer(request_id="r", **answer)), e.Log)[0].fact
    assert (noted.action, noted.text) == ("answer by user", logged)


def test_answer_to_another_request_is_refused() -> None:
    run = Driver().start()
    run.hear(f.PermissionAsked(request_id="r2"))
    assert kinds(run.ask(c.Answer(request_id="r1", verdict=c.Verdict.ALLOW)), e.Refuse)


def test_waiting_for_the_user_never_stalls() -> None:
    run = Driver().start()
    run.hear(f.QuestionAsked(request_id="q", text="Which?"))
    assert logged(run.advance(10_000), f.StepTaken) == []
    assert run.status.activity is Activity.NEEDS_ANSWER


def test_a_weaker_source_never_overrides_a_stronger_one() -> None:
    run = Driver(spec(mode=Mode.INTERACTIVE)).start()
    run.hear(f.ActivitySignalled(activity=Activity.IDLE, text="status idle"), source=Source.HOOK)
    run.hear(f.ActivitySignalled(activity=Activity.WORKING, text="title"), source=Source.OSC)
    assert run.status.activity is Activity.IDLE
    assert run.status.evidence.source is Source.HOOK
    assert [vote.source for vote in run.status.votes] == [Source.HOOK, Source.OSC]


def test_silence_stalls_at_the_limit_and_the_ladder_begins() -> None:
    run = Driver(spec(on_inactive=[Step.NOTIFY, Step.INTERRUPT])).start()
    assert logged(run.advance(99.9), f.StepTaken) == []
    assert run.status.activity is Activity.WORKING
    done = run.advance(0.2)
    assert run.status.activity is Activity.STALLED
    assert [step.step for step in logged(done, f.StepTaken)] == ["notify"]
    because = run.status.transitions[-1].because
    assert "; " in because
    assert "no progress for 100 s" in because
    assert run.status.ladder.step is Step.INTERRUPT
    announced = logged(run.advance(31), f.StepAnnounced)
    assert [step.step for step in announced] == ["interrupt"]
    done = run.advance(20)
    assert kinds(done, e.InterruptTurn)
    assert run.status.ladder is None


def test_a_spinner_does_not_reset_no_progress() -> None:
    run = Driver(spec(mode=Mode.INTERACTIVE, on_inactive=[Step.INTERRUPT])).start()
    run.hear(f.ActivitySignalled(activity=Activity.WORKING), source=Source.HOOK)
    for _ in range(101):
        run.give(BytesSeen())
        done = run.advance(1.0)
    assert run.status.activity is Activity.STALLED
    assert logged(run.effects, f.StepTaken)
    assert logged(run.effects, f.StepTaken)[0].quiet_s <= 1.0
    assert done is not None


def test_progress_restarts_the_clock() -> None:
    run = Driver().start()
    run.advance(90)
    run.hear(f.TextDelta(text="hm"))
    assert logged(run.advance(90), f.StepTaken) == []


def test_work_after_a_long_rest_is_not_stalled() -> None:
    run = Driver(spec(mode=Mode.INTERACTIVE)).start()
    run.hear(f.ActivitySignalled(activity=Activity.IDLE), source=Source.HOOK)
    run.advance(5_000)
    run.hear(f.ActivitySignalled(activity=Activity.WORKING), source=Source.HOOK)
    run.advance(0.3)
    assert run.status.activity is Activity.WORKING
    run.advance(101)
    assert run.status.activity is Activity.STALLED


def test_a_step_can_be_cancelled() -> None:
    run = Driver(spec(on_inactive=[Step.KILL])).start()
    run.advance(90)
    assert run.status.ladder.announced
    assert logged(run.ask(c.CancelStep()), f.StepCancelled)
    assert run.status.ladder is None
    assert not kinds(run.advance(1_000), e.SignalTree)


def test_a_step_can_be_postponed() -> None:
    run = Driver(spec(on_inactive=[Step.KILL])).start()
    run.advance(90)
    run.ask(c.CancelStep(later_s=300))
    assert not kinds(run.advance(300), e.SignalTree)
    assert kinds(run.advance(20), e.SignalTree)


def test_ladder_of_resumes_is_bounded() -> None:
    run = Driver(spec(on_inactive=[Step.RESUME, Step.RESTART, Step.KILL])).start()
    spawned = []
    for _ in range(40):
        done = run.advance(60)
        if kinds(done, e.SignalTree):
            done += run.exit(ok=False, code=None, signal=2)
            if kinds(done, e.Spawn):
                run.hear(f.SessionStarted(session_id=run.status.session_id or "s-2"))
        spawned += [spawn.kind for spawn in kinds(done, e.Spawn)]
    assert spawned == [f.RunKind.RESUME, f.RunKind.RESTART]
    assert run.status.lifecycle is Lifecycle.KILLED
    assert run.status.exit.reason.startswith("killed by inactivity")


def test_interrupt_by_the_ladder_goes_on_with_its_next_step_when_the_run_ends() -> None:
    run = Driver(spec(on_inactive=[Step.INTERRUPT, Step.RESUME])).start()
    run.advance(101)
    done = run.exit(ok=False, code=0)
    assert [spawn.kind for spawn in kinds(done, e.Spawn)] == [f.RunKind.RESUME]
    assert not kinds(done, e.SignalTree)


def test_an_interrupted_turn_of_a_process_that_stays_is_followed_by_the_next_step_too() -> None:
    run = Driver(spec(on_inactive=[Step.INTERRUPT, Step.RESUME])).start()
    run.hear(f.RunStarted(pid=7, kind=f.RunKind.START, takes_prompts=True), source=Source.HOST)
    run.advance(101)
    assert kinds(run.hear(f.TurnEnded(ok=False, interrupted=True)), e.SignalTree)
    done = run.exit(ok=False, code=1)
    assert [spawn.kind for spawn in kinds(done, e.Spawn)] == [f.RunKind.RESUME]


def test_what_an_interrupted_turn_still_says_is_no_progress() -> None:
    run = Driver(spec(on_inactive=[Step.NOTIFY, Step.INTERRUPT, Step.RESUME])).start()
    run.advance(151)
    run.hear(f.ToolFinished(call_id="t1", ok=False), f.TurnEnded(ok=False, interrupted=True))
    done = run.exit(ok=False, code=1)
    assert [spawn.kind for spawn in kinds(done, e.Spawn)] == [f.RunKind.RESUME]


def test_interrupted_headless_run_is_not_a_failure() -> None:
    run = Driver().start()
    assert kinds(run.ask(c.Interrupt()), e.InterruptTurn)
    run.exit(ok=False, code=0)
    assert run.status.lifecycle is Lifecycle.EXITED
    assert run.status.exit.reason == "interrupted by you"


def test_prompt_while_a_headless_turn_runs_is_queued_and_sent_after_it() -> None:
    run = Driver().start()
    run.ask(c.Prompt(text="next"))
    assert run.status.queued_prompts == 1
    done = run.exit(done=True)
    assert kinds(done, e.Spawn) == [e.Spawn(f.RunKind.RESUME, "s-1", "next")]
    assert run.status.queued_prompts == 0


def test_prompt_to_a_terminal_is_typed() -> None:
    run = Driver(spec(mode=Mode.INTERACTIVE)).start()
    assert kinds(run.ask(c.Prompt(text="hi")), e.TypePrompt) == [e.TypePrompt("hi")]


def test_prompt_to_a_finished_agent_resumes_it() -> None:
    run = Driver().start()
    run.exit(done=True)
    assert kinds(run.ask(c.Prompt(text="hi")), e.Spawn) == [e.Spawn(f.RunKind.RESUME, "s-1", "hi")]


def test_prompt_to_a_finished_program_without_a_session_does_not_run_it_again() -> None:
    run = Driver()
    run.ask(c.Start())
    run.exit()
    done = run.ask(c.Prompt(text="hi"))
    assert kinds(done, e.Refuse)
    assert not kinds(done, e.Spawn)


def test_pause_holds_the_clocks() -> None:
    run = Driver(spec(on_inactive=[Step.KILL])).start()
    assert kinds(run.ask(c.Pause()), e.FreezeTree) == [e.FreezeTree(frozen=True)]
    assert not kinds(run.advance(5_000), e.SignalTree)
    assert kinds(run.ask(c.Continue()), e.FreezeTree) == [e.FreezeTree(frozen=False)]
    assert not kinds(run.advance(99), e.SignalTree)
    assert kinds(run.advance(2), e.SignalTree)


def test_usage_of_a_resumed_run_is_added() -> None:
    run = Driver().start()
    run.hear(f.UsageReported(usage=Usage(input=10, output=5), key="m1"))
    run.hear(f.UsageReported(usage=Usage(input=10, output=50), key="m1"))
    run.hear(f.UsageReported(usage=Usage(input=12, output=50, requests=1), scope="run"))
    run.exit(done=True)
    run.ask(c.Resume())
    run.hear(f.UsageReported(usage=Usage(input=3, output=4, requests=1), scope="run"))
    assert run.status.usage == Usage(input=15, output=54, requests=2)
    assert run.status.run_usage == Usage(input=3, output=4, requests=1)


def test_cumulative_session_counter_is_not_added_to_itself() -> None:
    run = Driver().start()
    run.hear(f.UsageReported(usage=Usage(input=100), scope="session"))
    run.exit(done=True)
    run.ask(c.Resume())
    run.hear(f.UsageReported(usage=Usage(input=150), scope="session"))
    assert run.status.usage.input == 150
    assert run.status.run_usage.input == 50


def test_what_was_spent_earlier_counts_but_not_for_the_rate() -> None:
    run = Driver().start()
    run.hear(f.UsageReported(usage=Usage(input=900), scope="run", earlier=True))
    run.hear(f.UsageReported(usage=Usage(input=905), scope="run"))
    assert run.status.usage.input == 905
    assert [tokens for _, tokens in run.status.minutes] == [5]


def test_rate_limit_is_shown_until_work_goes_on() -> None:
    run = Driver().start()
    run.hear(f.RateLimited(text="5-hour limit", resets_at=1_700_009_000.0))
    assert run.status.activity is Activity.RATE_LIMITED
    assert run.status.limited_until == 1_700_009_000.0
    run.hear(f.TextDelta(text="on"))
    assert run.status.activity is Activity.WORKING
    assert run.status.limited_until == 0.0


def test_every_change_of_state_is_logged_before_what_follows() -> None:
    run = Driver().start()
    done = run.exit(done=True)
    names = [type(x.fact if isinstance(x, e.Log) else x).__name__ for x in done]
    assert names == ["StateChanged", "Leave"]


SOURCES = st.sampled_from(list(Source))
FACTS = st.one_of(
    st.builds(f.RunStarted, pid=st.integers(2, 9), kind=st.sampled_from(f.RunKind)),
    st.builds(f.SpawnFailed, reason=st.just("no")),
    st.builds(
        f.RunExited,
        code=st.sampled_from([None, 0, 1]),
        ok=st.booleans(),
        refused=st.booleans(),
        done=st.booleans(),
    ),
    st.builds(f.SessionStarted, session_id=st.sampled_from(["s-1", "s-2"])),
    st.builds(f.TextDelta, text=st.just("x")),
    st.builds(f.TurnEnded, ok=st.booleans()),
    st.builds(f.PermissionAsked, request_id=st.sampled_from(["r1", "r2"])),
    st.builds(f.RequestResolved),
    st.builds(f.ActivitySignalled, activity=st.sampled_from(Activity)),
    st.builds(f.ScreenAdvanced),
    st.builds(f.UsageReported, usage=st.builds(Usage, input=st.integers(0, 9)), key=st.sampled_from("abc")),
    st.builds(f.Retrying, status=st.sampled_from([None, 429, 529])),
)
COMMANDS = st.one_of(
    st.builds(c.Start),
    st.builds(c.Kill),
    st.builds(c.Interrupt),
    st.builds(c.Restart),
    st.builds(c.Resume),
    st.builds(c.Pause),
    st.builds(c.Continue),
    st.builds(c.CancelStep, later_s=st.sampled_from([0.0, 60.0])),
    st.builds(c.Prompt, text=st.just("p")),
    st.builds(c.Answer, request_id=st.sampled_from(["r1", "r2"]), verdict=st.sampled_from(c.Verdict)),
)
INPUTS = st.one_of(
    st.builds(Heard, SOURCES, FACTS), st.builds(Asked, COMMANDS), st.builds(BytesSeen), st.builds(Tick)
)


@given(
    steps=st.lists(st.tuples(INPUTS, st.floats(0, 200)), max_size=60),
    ladder=st.lists(st.sampled_from(list(Step)), max_size=5),
    mode=st.sampled_from(list(Mode)),
)
@settings(max_examples=300, deadline=None)
def test_invariants_over_random_histories(
    steps: list[tuple[Input, float]], ladder: list[Step], mode: Mode
) -> None:
    run = Driver(spec(mode=mode, on_inactive=ladder))
    sessions: set[str] = set()
    for what, seconds in steps:
        usage, runs = run.status.usage.total, run.status.runs
        if isinstance(what, Heard) and isinstance(what.fact, f.RunExited | f.SpawnFailed | f.RunStarted):
            what = Heard(Source.HOST, what.fact)
            if not run.agent.alive:
                continue  # the host reports these only of a run that it spawned
        done = run.give(what)
        status = run.status
        spawned = kinds(done, e.Spawn)
        assert status.runs == runs + len(spawned)
        assert len(spawned) + len(kinds(done, e.Leave)) <= 1
        if any(effect.stage is e.Stage.KILL for effect in kinds(done, e.SignalTree)):
            assert status.lifecycle is Lifecycle.STOPPING
        if status.lifecycle in OVER:
            assert status.pid is None
            assert status.ladder is None
            assert status.request is None
        if spawned:
            assert status.lifecycle is Lifecycle.STARTING
        assert status.usage.total >= usage or isinstance(what, Heard)
        sessions |= {status.session_id} - {""}
        assert sessions <= {status.session_id, *status.old_session_ids}, "a session id was forgotten"
        assert len(run.agent.taken) <= len(ladder) + 2
        due = next_deadline(run.agent)
        assert due is None or status.lifecycle in ALIVE
        assert msgspec.json.decode(msgspec.json.encode(status), type=type(status)) == status
        run.advance(seconds)
