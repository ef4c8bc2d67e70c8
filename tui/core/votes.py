"""From facts to an activity: what each source says, and who is believed."""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.activity import NEEDS_YOU, STRENGTH, Activity, Evidence, Source, Vote
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.judge import RETRY_GRACE_S, judge, lifted, overdue
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.core.text import one_line
from tui.core.triage import Quiet, Triage

BYTES_WORKING_S: Final = 10.0
"""A terminal that showed a new line within this time counts as working, if nothing better is known."""

SILENT_S: Final = 20.0
"""A source that only said "working" is not believed any longer when weaker ones have told something else for so long."""

SETTLE_S: Final = 0.7
"""A terminal that worked has to rest for so long before it is called idle."""

BEGIN_S: Final = 0.3
"""A terminal that rested or waited has to work for so long before it is said to work."""

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
        case f.ActivitySignalled(activity=Activity.STALLED):
            return Activity.WORKING  # whether that is too long is our own conclusion
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
    if isinstance(fact, f.RequestResolved) and (before is None or not is_needed(before.activity)):
        return votes  # nothing was open as far as this source knew: it tells nothing of what comes
    words = in_words(fact)
    if before is not None and before.activity is activity:
        if before.fact == words:
            return votes
        return {**votes, source: Vote(source, activity, words, before.since)}
    return {**votes, source: Vote(source, activity, words, now)}


def listened(agent: Agent, source: Source, fact: f.AnyFact, now: Now) -> Agent:
    """Return the agent after a source said something."""
    if source is Source.HOST:
        return agent
    if isinstance(fact, f.SourceEnded):
        return msgspec.structs.replace(
            agent,
            votes={each: vote for each, vote in agent.votes.items() if each is not source},
            heard={each: at for each, at in agent.heard.items() if each is not source},
        )
    return msgspec.structs.replace(
        agent,
        votes=cast(agent.votes, source, fact, agent.spec.mode, now),
        heard={**agent.heard, source: now},
    )


def ranked(votes: dict[Source, Vote]) -> list[Vote]:
    """Return the votes, strongest source first."""
    return [votes[source] for source in STRENGTH if source in votes]


def believed(agent: Agent, now: Now) -> Vote | None:
    """Return the vote that counts: the strongest of a source that is alive.

    A source that said "working" and then nothing more, while a weaker one has told something else since for a good while,
    fell silent: its word lapses. What waits for the user does not lapse: waiting is silent by its nature.
    """
    votes = ranked(agent.votes)
    for at, vote in enumerate(votes):
        due = lapses_at(agent, vote, votes[at + 1 :])
        if due is None or now.mono < due:
            return vote
    return None


def lapses_at(agent: Agent, vote: Vote, weaker: list[Vote]) -> float | None:
    """Return when a vote stops counting because its source says nothing while weaker ones tell something else."""
    if vote.activity is not Activity.WORKING:
        return None
    heard = agent.heard.get(vote.source, vote.since)
    others = (
        other.since.mono + SILENT_S
        for other in weaker
        if other.source is not Source.BYTES
        and other.activity is not Activity.WORKING
        and other.since.mono > heard.mono
    )
    return min(others, default=None)


def conclude(agent: Agent, now: Now) -> tuple[Activity, Evidence, Triage | None]:
    """Return what a running agent does, why we say so, and why it is quiet if it is.

    The strongest live source wins. On top of it two rules of ours: what was to wait until a time waits no longer when that
    is past, and what should work and has been quiet for longer than its kind of quiet may be is stalled.
    """
    activity, evidence = _told(agent, now)
    found = judge(agent, activity, now)
    if overdue(agent, activity, found, now):
        assert found is not None
        limit = f", no progress for {found.limit_s:g} s" if found.limit_s else ""
        why = found.what if found.kind is Quiet.LOOPING else evidence.fact
        times = f" {found.times} times" if found.times else ""
        return Activity.STALLED, Evidence(evidence.source, f"{why}{times}{limit}", found.counts_from), found
    return activity, evidence, found


def _told(agent: Agent, now: Now) -> tuple[Activity, Evidence]:
    best, status = believed(agent, now), agent.status
    if best is None:
        since = status.lifecycle_since
        if status.last_byte.mono > status.last_progress.mono:
            return Activity.UNKNOWN, Evidence(
                Source.BYTES, "bytes only: it prints nothing that looks new", since
            )
        return Activity.UNKNOWN, Evidence(Source.HOST, "nothing heard yet", since)
    if best.source is Source.BYTES and now.mono >= status.last_progress.mono + BYTES_WORKING_S:
        return Activity.UNKNOWN, Evidence(
            Source.BYTES, "bytes only: nothing that looks new", status.last_progress
        )
    if best.activity is Activity.RATE_LIMITED:
        until = lifted(agent)
        if until.mono and now.mono >= until.mono + RETRY_GRACE_S:
            return Activity.WORKING, Evidence(best.source, f"{best.fact}, whose time is over", until)
    return best.activity, Evidence(best.source, best.fact, best.since)


def settling_s(agent: Agent, activity: Activity) -> float:
    """Return how long a change of activity has to last before it is believed; 0 for most, above all for a question.

    Only terminals flicker: they rest between two pieces of work, blink at their start, and the end of a dialog does not tell
    what follows it.
    """
    before, status = agent.status.activity, agent.status
    if agent.spec.mode is not Mode.INTERACTIVE or before is activity:
        return 0.0
    if activity in (Activity.IDLE, Activity.DONE) and before in (Activity.WORKING, Activity.STALLED):
        return SETTLE_S
    if activity is Activity.WORKING and (before is Activity.IDLE or is_needed(before)):
        return BEGIN_S if status.lifecycle is Lifecycle.RUNNING else 0.0
    return 0.0


def settled(agent: Agent, activity: Activity, now: Now) -> tuple[Agent, bool]:
    """Return whether a change of activity is to be believed now."""
    wait_s = settling_s(agent, activity)
    if not wait_s:
        return (msgspec.structs.replace(agent, settling=None) if agent.settling else agent), True
    if agent.settling is None or agent.settling[0] is not activity:
        return msgspec.structs.replace(
            agent, settling=(activity, Now(now.mono + wait_s, now.wall + wait_s))
        ), False
    if now.mono < agent.settling[1].mono:
        return agent, False
    return msgspec.structs.replace(agent, settling=None), True


def deadlines(agent: Agent) -> list[float]:
    """Return when what is concluded may change though nothing is said."""
    due: list[float] = []
    status, votes = agent.status, ranked(agent.votes)
    if status.evidence.source is Source.BYTES and status.activity is Activity.WORKING:
        due.append(status.last_progress.mono + BYTES_WORKING_S)
    for at, vote in enumerate(votes):
        lapse = lapses_at(agent, vote, votes[at + 1 :])
        if vote.source is status.evidence.source and lapse is not None:
            due.append(lapse)
    return due


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
            detail = f"{attempt} of {most} {error}" if most else f"{attempt} {error}"
        case f.RateLimited(text=text):
            detail = text
        case f.TurnEnded(ok=ok, error=error):
            detail = "ok" if ok else error
        case _:
            detail = ""
    return one_line(f"{name} {detail}", limit=120)
