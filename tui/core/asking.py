"""What is asked of an agent: commands, and why one is refused. Part of `tui.core.reduce`, and as pure."""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import budget, gate, ladder, later, queueing
from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.agent import Agent, Goal
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.renaming import renamed
from tui.core.runs import Decided, begin, resume, stop, with_status
from tui.core.status import NEVER

_UP: Final = (Lifecycle.STARTING, Lifecycle.RUNNING)


def asked(agent: Agent, command: c.AnyCommand, now: Now) -> Decided:
    """Do what someone asks, or refuse it, and note that it was asked."""
    before = agent
    agent, done = gate.asked(agent, command, now) or _do(agent, command, now)
    if not any(isinstance(effect, e.Refuse) for effect in done):
        text = _words(before, command)
        action = "cancel" if isinstance(command, c.CancelStep) else type(command).__name__.lower()
        agent = ladder.acted(agent, command, now)
        done.insert(0, e.Log(f.UserActed(action=f"{action} by {command.by}", text=text[: f.TEXT_MAX])))
    return agent, done


def _words(agent: Agent, command: c.AnyCommand) -> str:
    """Return what was asked, in words: of an answer also to what, so that the log tells who allowed it."""
    match command:
        case c.Prompt(text=text) | c.Rename(name=text):
            return text
        case c.Answer() if (request := agent.status.request) is not None:
            asked_for = f"{request.tool} {request.title}" if request.permission else request.title
            chosen = request.options[command.choice - 1 : command.choice] if command.choice else []
            said = [] if command.verdict is c.Verdict.CHOOSE else [command.verdict.value]
            return " · ".join(filter(None, [*said, *chosen, command.text, asked_for]))
        case _:
            return ""


def _do(agent: Agent, command: c.AnyCommand, now: Now) -> Decided:
    status, name = agent.status, agent.spec.name
    match command:
        case c.Start():
            if agent.alive:
                return agent, [e.Refuse(f"{name} already runs.")]
            if agent.spec.fork and not status.runs:
                return begin(agent, f.RunKind.FORK, agent.spec.fork, agent.spec.prompt, now)
            return begin(agent, f.RunKind.START, "", agent.spec.prompt, now)
        case c.Kill(by=by):
            if status.queue_place:
                return queueing.drop(agent, by, now)
            if not agent.alive:
                return agent, [e.Refuse(f"{name} does not run.")]
            return stop(agent, Goal.KILL, now, by=by)
        case c.Restart():
            agent = _fresh_ladder(agent)
            if agent.alive:
                return stop(agent, Goal.RESTART, now, by=command.by)
            return begin(agent, f.RunKind.RESTART, "", agent.spec.prompt, now)
        case c.Resume(prompt=prompt):
            if not status.session_id:
                return agent, [e.Refuse(f"{name} has no session to resume; restart begins a fresh one.")]
            agent = _fresh_ladder(agent)
            return (
                stop(agent, Goal.RESUME, now, prompt=prompt, by=command.by)
                if agent.alive
                else resume(agent, prompt, now)
            )
        case c.Rename(name=called):
            return renamed(agent, called), []
        case c.Prompt():
            return _prompt(agent, command, now)
        case c.Answer():
            return _answer(agent, command, now)
        case _:
            return _steer(agent, command, now)


def _steer(agent: Agent, command: c.AnyCommand, now: Now) -> Decided:
    name = agent.spec.name
    if agent.status.lifecycle not in _UP:
        return agent, [e.Refuse(f"{name} does not run.")]
    match command:
        case c.Interrupt(by=by):
            return msgspec.structs.replace(agent, interrupted=by), [e.InterruptTurn()]
        case c.CancelStep(later_s=later_s):
            step = agent.status.ladder
            if step is None:
                return agent, [e.Refuse(f"No step is due for {name}.")]
            log = e.Log(f.StepCancelled(step=step.step, later_s=later_s))
            if later_s > 0:
                postponed_s = agent.postponed_s + later_s
                return msgspec.structs.replace(agent, postponed_s=postponed_s, announced=0), [log]
            return msgspec.structs.replace(agent, cancelled_at=now), [log]
        case c.Pause():
            if agent.paused:
                return agent, [e.Refuse(f"{name} is paused already.")]
            return with_status(agent, paused_since=now, ladder=None), [e.FreezeTree(frozen=True)]
        case _:
            if not agent.paused:
                return agent, [e.Refuse(f"{name} is not paused.")]
            # The pause was ours: neither clock counts it.
            agent = with_status(agent, paused_since=NEVER, last_progress=now, last_byte=now)
            return agent, [e.FreezeTree(frozen=False)]


def _prompt(agent: Agent, command: c.Prompt, now: Now) -> Decided:
    status, text = agent.status, command.text
    if status.lifecycle is Lifecycle.STOPPING:
        return agent, [e.Refuse(f"{agent.spec.name} is being stopped.")]
    if not agent.alive:
        agent = _fresh_ladder(agent)
        if status.session_id:
            return begin(agent, f.RunKind.RESUME, status.session_id, text, now)
        if status.runs:
            # Its program would run again and the text might never reach it.
            return agent, [
                e.Refuse(f"{agent.spec.name} does not run and has no session; restart begins anew.")
            ]
        return begin(agent, f.RunKind.START, "", text, now)
    if later.is_live(agent) and not command.when_idle:
        return later.give(agent, text, now)
    return later.keep(agent, text)


def _answer(agent: Agent, answer: c.Answer, now: Now) -> Decided:
    if budget.is_held(agent.status):
        return stop(agent, Goal.KILL, now, by=answer.by)
    if agent.request is None or agent.request.request_id != answer.request_id:
        return agent, [e.Refuse("That request is already answered.")]
    return agent, [e.TypeAnswer(answer)]


def _fresh_ladder(agent: Agent) -> Agent:
    return ladder.begin_anew(msgspec.structs.replace(agent, cancelled_at=NEVER))
