"""The life of runs: how one begins, is stopped, ends, and what follows."""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Activity, Evidence, Source
from tui.core.agent import Agent, Goal
from tui.core.clock import Now
from tui.core.cutoff import SHUTDOWN
from tui.core.doing import NOTHING
from tui.core.figures import counted
from tui.core.lifecycle import Lifecycle
from tui.core.looping import NONE
from tui.core.spec import Mode
from tui.core.status import NEVER, Exit, Status

START_S: Final = 2.0
"""A run that stayed up this long runs, even if it said nothing."""

Decided = tuple[Agent, list[e.Effect]]


def with_status(agent: Agent, /, **changes: object) -> Agent:
    """Return the agent with fields of its status replaced."""
    status: Status = msgspec.structs.replace(agent.status, **changes)
    return msgspec.structs.replace(agent, status=status)


def begin(
    agent: Agent, kind: f.RunKind, session_id: str, prompt: str, now: Now, *, hand_over: bool = False
) -> Decided:
    """Spawn a run; everything that belonged to the one before is cleared, its usage is settled."""
    status = agent.status
    same = kind is f.RunKind.RESUME and session_id == status.session_id
    old = status.old_session_ids
    if status.session_id and not same and status.session_id not in old:
        old = [*old, status.session_id]
    first = status.runs == 0
    agent = msgspec.structs.replace(
        agent,
        began=now,
        kind=kind,
        asked_session=session_id,
        answered=False,
        asked_prompt=prompt,
        goal=Goal.NONE,
        goal_prompt="",
        stage=None,
        stage_due=0.0,
        killed_by="",
        votes={},
        heard={},
        settling=None,
        doing=NOTHING,
        circles=NONE,
        request=None,
        cancelled_at=NEVER,
        postponed_s=0.0,
        announced=0,
        interrupted="",
        meter=agent.meter if first else agent.meter.next_run(same_session=same),
    )
    agent = with_status(
        agent,
        lifecycle=Lifecycle.STARTING,
        lifecycle_since=now,
        session_id=session_id if same else "",
        old_session_ids=old,
        started_at=now.wall,
        runs=status.runs + 1,
        last_byte=now,
        last_progress=now,
        pid=None,
        exit=None,
        note=status.note if kind is f.RunKind.FALLBACK else "",
        headline=status.headline if kind is f.RunKind.FALLBACK else "",
        retry=None,
        limited_until=0.0,
        triage=None,
        ladder=None,
        paused_since=NEVER,
        next_try=NEVER,
        queue_place=0,
        request=None,
        run_usage=agent.meter.run,
    )
    return agent, [e.Spawn(kind, session_id, prompt, hand_over)]


def stop(agent: Agent, goal: Goal, now: Now, *, prompt: str = "", by: str = "") -> Decided:
    """Begin to end the present run; asked again, go on to the harder signal at once."""
    if by == SHUTDOWN and agent.goal is Goal.KILL:
        by = agent.killed_by  # who was ended by its user stays so, though the machine goes down meanwhile
    if agent.stage is not None:
        agent = msgspec.structs.replace(agent, goal=goal, goal_prompt=prompt, killed_by=by)
        return harder(agent, now)
    agent = msgspec.structs.replace(
        agent,
        goal=goal,
        goal_prompt=prompt,
        killed_by=by,
        stage=e.Stage.INTERRUPT,
        stage_due=now.mono + agent.spec.stop_wait_s,
    )
    done: list[e.Effect] = [e.SignalTree(e.Stage.INTERRUPT)]
    if agent.paused:
        # A stopped process takes no signal but SIGKILL until it goes on.
        done.append(e.FreezeTree(frozen=False))
    return with_status(agent, lifecycle=Lifecycle.STOPPING, lifecycle_since=now, paused_since=NEVER), done


def is_another(agent: Agent, fact: f.SessionStarted) -> bool:
    """Return whether the CLI answers a resume with another session than the one asked for."""
    asked = agent.asked_session if agent.kind is f.RunKind.RESUME else ""
    return bool(asked) and not agent.answered and fact.session_id != asked


def harder(agent: Agent, now: Now) -> Decided:
    """Send the next, harder signal; SIGKILL is repeated until the exit is reaped."""
    stage = e.Stage.TERMINATE if agent.stage is e.Stage.INTERRUPT else e.Stage.KILL
    agent = msgspec.structs.replace(agent, stage=stage, stage_due=now.mono + agent.spec.stop_wait_s)
    return agent, [e.SignalTree(stage)]


def ended(agent: Agent, fact: f.RunExited, now: Now) -> Decided:
    """Decide what follows from the end of a run."""
    agent = settle(agent, fact, now)
    goal, prompt = agent.goal, agent.goal_prompt
    agent = msgspec.structs.replace(
        agent, goal=Goal.NONE, goal_prompt="", stage=None, stage_due=0.0, votes={}, request=None
    )
    if goal is Goal.KILL:
        return over(agent, Lifecycle.KILLED, Activity.UNKNOWN, "killed", now)
    if goal is Goal.RESTART:
        return begin(agent, f.RunKind.RESTART, "", prompt or agent.spec.prompt, now)
    if goal is Goal.RESUME:
        return resume(agent, prompt, now)
    if goal is Goal.FALLBACK:
        what = f"The CLI did not resume session {agent.asked_session} but began another one"
        return fall_back(agent, what, "another session answered", now)
    if fact.refused and agent.kind is f.RunKind.RESUME:
        what = f"The CLI did not know session {agent.asked_session}"
        return fall_back(agent, what, fact.reason, now)
    if fact.ok and agent.queue and agent.status.session_id and agent.spec.mode is Mode.STREAM:
        text, rest = agent.queue[0], agent.queue[1:]
        agent = with_status(msgspec.structs.replace(agent, queue=rest), queued_prompts=len(rest))
        return begin(agent, f.RunKind.RESUME, agent.status.session_id, text, now)
    if fact.ok:
        activity = Activity.DONE if fact.done else Activity.UNKNOWN
        return over(agent, Lifecycle.EXITED, activity, fact.reason or "ended by itself", now)
    if agent.interrupted:
        return over(agent, Lifecycle.EXITED, Activity.IDLE, "the turn was interrupted", now)
    return over(agent, Lifecycle.FAILED, Activity.UNKNOWN, fact.reason or "failed", now)


def settle(agent: Agent, fact: f.RunExited, now: Now) -> Agent:
    """Note how a run ended."""
    reason, by = fact.reason, ""
    if agent.goal is Goal.KILL:
        by = agent.killed_by
        words = f"killed by {'you' if agent.killed_by == 'user' else agent.killed_by}"
        left = (
            f"{counted(fact.left, 'process', 'processes')} could not be ended" if fact.left else "none left"
        )
        reason = f"{words}, {left}"
    elif agent.interrupted and not fact.ok:
        reason = f"interrupted by {'you' if agent.interrupted == 'user' else agent.interrupted}"
    return with_status(
        agent,
        exit=Exit(fact.code, fact.signal, reason, now.wall, by),
        pid=None,
        processes=fact.left,
        request=None,
        triage=None,
        ladder=None,
        retry=None,
        paused_since=NEVER,
    )


def over(agent: Agent, lifecycle: Lifecycle, activity: Activity, because: str, now: Now) -> Decided:
    """Nothing runs and nothing is pending."""
    agent = with_status(
        agent,
        lifecycle=lifecycle,
        lifecycle_since=now,
        activity=activity,
        activity_since=now,
        evidence=Evidence(Source.HOST, because, now),
        queue_place=0,
        triage=None,
        ladder=None,
        votes=[],
    )
    if lifecycle is Lifecycle.FAILED and because:
        agent = with_status(agent, note=because)
    return agent, [e.Leave()]


def resume(agent: Agent, prompt: str, now: Now) -> Decided:
    """Begin a run on the recorded session, or a fresh one where there is none."""
    session = agent.status.session_id
    if not session:
        return begin(agent, f.RunKind.RESTART, "", prompt or agent.spec.prompt, now)
    if not prompt and agent.spec.mode is Mode.STREAM:
        prompt = agent.spec.resume_prompt
    return begin(agent, f.RunKind.RESUME, session, prompt, now)


def no_session(agent: Agent, why: str, where: str, now: Now) -> Decided:
    """The session to resume is gone, seen before anything was spawned: the run that never was is not counted."""
    agent = with_status(agent, runs=agent.status.runs - 1)
    reason = f"{why}: looked into {where}" if where else why
    return fall_back(agent, f"Session {agent.asked_session} {why}", reason, now, gone=True)


def fall_back(agent: Agent, what: str, reason: str, now: Now, *, gone: bool = False) -> Decided:
    """The session cannot be resumed: begin a fresh one, say so, and keep the old id.

    Args:
        agent: Its last run was to resume the session.
        what: What is the matter, a sentence without its full stop, for the row.
        reason: The same in the CLI's or our own words, for the log.
        now: This moment.
        gone: We saw it; the CLI was not asked.
    """
    spec, asked = agent.spec, agent.asked_prompt
    wanted = asked if asked not in ("", spec.resume_prompt) else ""
    if spec.fresh_prompt:
        prompt = f"{spec.fresh_prompt}\n\n{wanted}" if wanted else spec.fresh_prompt
    else:
        prompt = wanted or spec.prompt
    hand_over = not spec.fresh_prompt
    told = "hand-over" if hand_over else "fresh"
    old = agent.asked_session
    note = f"{what}. A fresh one was started with " + ("a hand-over." if hand_over else "its fresh prompt.")
    agent = with_status(agent, note=note, headline=note)
    agent, done = begin(agent, f.RunKind.FALLBACK, "", prompt, now, hand_over=hand_over)
    return agent, [e.Log(f.FellBack(old_session_id=old, reason=reason, prompt=told, gone=gone)), *done]


def cannot_start(agent: Agent, fact: f.SpawnFailed, now: Now) -> Decided:
    """A child could not be started; trying again would fail the same way."""
    words = f"{fact.reason} {fact.hint}".strip()
    agent = msgspec.structs.replace(agent, goal=Goal.NONE, stage=None, stage_due=0.0, votes={}, request=None)
    agent = with_status(
        agent,
        request=None,
        triage=None,
        retry=None,
        paused_since=NEVER,
        pid=None,
        exit=Exit(reason=fact.reason, at=now.wall),
        headline=fact.reason,
    )
    return over(agent, Lifecycle.FAILED, Activity.UNKNOWN, words, now)
