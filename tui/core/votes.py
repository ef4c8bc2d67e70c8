"""From facts to an activity: what each source says, and who is believed."""

from __future__ import annotations

from typing import Final

from tui.core import facts as f
from tui.core.activity import NEEDS_YOU, STRENGTH, Activity, Evidence, Source, Vote
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.spec import Mode
from tui.core.text import one_line

BYTES_WORKING_S: Final = 10.0
"""A terminal that showed a new line within this time counts as working, if nothing better is known."""

_WORKING: Final = (
    f.TurnStarted,
    f.RequestStarted,
    f.TextDelta,
    f.Text,
    f.ThinkingDelta,
    f.Thinking,
    f.ToolCalled,
    f.ToolOutput,
    f.ToolFinished,
    f.RequestResolved,
)


def says(fact: f.AnyFact, mode: Mode) -> Activity | None:
    """Return the activity that a fact speaks for; None if it says nothing about it."""
    match fact:
        case f.ActivitySignalled(activity=activity):
            return activity
        case f.PermissionAsked():
            return Activity.NEEDS_PERMISSION
        case f.QuestionAsked():
            return Activity.NEEDS_ANSWER
        case f.TurnEnded(ok=ok):
            return Activity.DONE if ok and mode is Mode.STREAM else Activity.IDLE
        case f.RateLimited() | f.Retrying(status=429):
            return Activity.RATE_LIMITED
        case f.Retrying():
            return Activity.WORKING
        case f.SessionStarted():
            return Activity.WORKING if mode is Mode.STREAM else None
        case f.ScreenAdvanced():
            return Activity.WORKING
        case _:
            return Activity.WORKING if isinstance(fact, _WORKING) else None


def cast(
    votes: dict[Source, Vote], source: Source, fact: f.AnyFact, mode: Mode, now: Now
) -> dict[Source, Vote]:
    """Return the votes after a fact; the same object if nothing changed."""
    activity = says(fact, mode)
    if activity is None or source is Source.HOST:
        return votes
    if isinstance(fact, f.ScreenAdvanced):
        source = Source.BYTES
    before = votes.get(source)
    words = in_words(fact)
    if before is not None and before.activity is activity:
        if before.fact == words:
            return votes
        return {**votes, source: Vote(source, activity, words, before.since)}
    return {**votes, source: Vote(source, activity, words, now)}


def ranked(votes: dict[Source, Vote]) -> list[Vote]:
    """Return the votes, strongest source first."""
    return [votes[source] for source in STRENGTH if source in votes]


def conclude(agent: Agent, now: Now) -> tuple[Activity, Evidence]:
    """Return what a running agent does, and why we say so.

    The strongest source wins. On top of it one rule of ours: what should work and made no progress for its limit is
    stalled.
    """
    best = next(iter(ranked(agent.votes)), None)
    if best is None:
        since = agent.status.lifecycle_since
        activity, evidence = Activity.UNKNOWN, Evidence(Source.HOST, "nothing heard yet", since)
        if agent.status.last_byte.mono > agent.status.last_progress.mono:
            evidence = Evidence(Source.BYTES, "bytes only: it prints nothing that looks new", since)
    else:
        activity, evidence = best.activity, Evidence(best.source, best.fact, best.since)
    age_s = now.mono - agent.status.last_progress.mono
    if best is not None and best.source is Source.BYTES and age_s >= BYTES_WORKING_S:
        activity = Activity.UNKNOWN
        evidence = Evidence(Source.BYTES, "bytes only: nothing that looks new", agent.status.last_progress)
    if can_stall(agent, activity) and age_s >= agent.spec.inactivity_timeout_s:
        words = f"{evidence.fact}, no progress for {agent.spec.inactivity_timeout_s:g} s"
        return Activity.STALLED, Evidence(evidence.source, words, agent.status.last_progress)
    return activity, evidence


def can_stall(agent: Agent, activity: Activity) -> bool:
    """Return True if silence means something for an agent that does this."""
    return (
        agent.spec.inactivity_timeout_s > 0
        and agent.alive
        and not agent.paused
        and activity in (Activity.WORKING, Activity.UNKNOWN, Activity.STALLED)
    )


def is_needed(activity: Activity) -> bool:
    """Return True if this activity waits for the user."""
    return activity in NEEDS_YOU


def in_words(fact: f.AnyFact) -> str:
    """Return a fact as one line for the evidence: its name and what tells it from others."""
    name = type(fact).__name__
    match fact:
        case f.ToolCalled(name=tool, title=title):
            detail = f"{tool} {title}"
        case f.ToolFinished(ok=ok):
            detail = "ok" if ok else "failed"
        case f.PermissionAsked(tool=tool, title=title):
            detail = f"{tool} {title}"
        case f.QuestionAsked(text=text):
            detail = text
        case f.ActivitySignalled(text=text):
            return one_line(text, limit=120)
        case f.Retrying(attempt=attempt, max_attempts=most, error=error):
            detail = f"{attempt} of {most} {error}"
        case f.RateLimited(text=text):
            detail = text
        case f.TurnEnded(ok=ok, error=error):
            detail = "ok" if ok else error
        case _:
            detail = ""
    return one_line(f"{name} {detail}", limit=120)
