"""What a quiet agent is about: the kinds of quiet, and a finding as the status carries it. Rules are `tui.core.judge`."""

from __future__ import annotations

import enum

import msgspec

from tui.core import figures
from tui.core.clock import Now
from tui.core.text import one_line

_NEVER = Now(0.0, 0.0)


class Quiet(enum.StrEnum):
    """Why an agent says nothing."""

    THINKING = "thinking"
    """A model request is in flight and nothing of its answer came yet."""
    TOOL = "tool"
    """A tool runs."""
    RETRYING = "retrying"
    """A request failed and is tried again, or the provider refuses until a time."""
    WAITING = "waiting"
    """For you."""
    LOOPING = "looping"
    """The same call, or the same error, again and again. Not quiet, but as little use."""
    HUNG = "hung"
    """Nothing is in flight that could explain it, or an answer stopped in its middle."""


class Triage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found, with its figures."""

    kind: Quiet
    since: Now
    """Since when it is so: the request, the call, the first failure, the first of the equal calls."""
    counts_from: Now = _NEVER
    """What its limit counts from."""
    limit_s: float = 0.0
    """0: none."""
    what: str = ""
    """The call, the error or the question, one line."""
    output: bool = False
    """The tool that runs has printed something."""
    busy: bool = False
    """The tool that runs used the processor or moved data a moment ago."""
    cpu_percent: float | None = None
    """Of the processes of the tool; None if it was not measured."""
    io_bytes_s: float | None = None
    process: str = ""
    """The busiest of those processes, or the last one started."""
    attempt: int = 0
    max_attempts: int = 0
    until: Now = _NEVER
    """When the next attempt is due, or the limit is lifted; 0 if not told."""
    times: int = 0
    """How often the same came."""


def words(triage: Triage, now: Now) -> str:
    """Return a finding as one line for a row, without its time: `Bash alembic upgrade head, no output, 0 % CPU`."""
    what = one_line(triage.what, limit=160)
    match triage.kind:
        case Quiet.THINKING:
            return "thinking: a request is in flight, no token yet"
        case Quiet.TOOL:
            parts = [what or "a tool", "printing" if triage.output else "no output"]
            if triage.cpu_percent is not None:
                parts.append(f"{triage.cpu_percent:.0f} % CPU")
            return ", ".join(parts)
        case Quiet.RETRYING:
            return _retrying(triage, what, now)
        case Quiet.WAITING:
            return f"waits for you: {what}" if what else "waits for you"
        case Quiet.LOOPING:
            return f"looping: {what} {triage.times} times"
        case Quiet.HUNG:
            return f"hung: {what}" if what else "hung: nothing is in flight"


def stall_words(found: Triage | None, note: str, said: str, now: Now) -> str:
    """Return the headline of a stalled agent: why it is quiet, and why nothing more is done about it.

    Args:
        found: What was found.
        note: Why the ladder gave up, or nothing.
        said: Its headline.
        now: The time.
    """
    why = words(found, now) if found is not None else said
    return " · ".join(part for part in (why, note) if part)


def _retrying(triage: Triage, what: str, now: Now) -> str:
    number = f" {triage.attempt}" if triage.attempt else ""
    count = f"{number} of {triage.max_attempts}" if triage.attempt and triage.max_attempts else number
    left_s = max(0.0, triage.until.mono - now.mono) if triage.until.mono else 0.0
    when = f", next in {figures.duration(left_s)}" if left_s else ""
    return f"retry{count}{': ' + what if what else ''}{when}"
