"""What a quiet agent is about: the kinds of quiet, and a finding as the status carries it. Rules are `tui.core.judge`."""

from __future__ import annotations

import enum
from typing import Final

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


def sentences(found: Triage, now: Now) -> list[str]:
    """Return what was found and measured, in full sentences, for who asks why."""
    took = figures.duration(now.mono - found.since.mono)
    what = one_line(found.what, limit=160)
    told = {
        Quiet.THINKING: [f"A model request is in flight for {took}, and no word of its answer came yet."],
        Quiet.TOOL: _tool_sentences(found, what, took),
        Quiet.RETRYING: [
            f"{_retrying(found, what, now)[:1].upper()}{_retrying(found, what, now)[1:]}. It failed first {took} ago."
        ],
        Quiet.WAITING: [f"It waits for you for {took}{': ' + what if what else ''}."],
        Quiet.LOOPING: [
            f"{what[:1].upper()}{what[1:]} came {found.times} times in {took}, with no file changed between."
        ],
        Quiet.HUNG: [
            f"{what[:1].upper()}{what[1:]}, {took} ago."
            if what
            else f"For {took} nothing is known to be in flight: no request, no tool."
        ],
    }[found.kind]
    if found.limit_s:
        told.append(f"The limit for {_LIMITS[found.kind, found.busy]} is {figures.duration(found.limit_s)}.")
    return told


def _tool_sentences(found: Triage, what: str, took: str) -> list[str]:
    printed = "has printed something" if found.output else "has printed nothing"
    told = [f"{what or 'A tool'} runs for {took} and {printed}."]
    if found.cpu_percent is None:
        return [*told, "It has no process of its own, or was not measured yet."]
    process = one_line(found.process, limit=40)  # a process may name itself as it likes
    its = f"Its {process}" if process else "It"
    moved = f"moves {figures.size(round(found.io_bytes_s))} a second" if found.io_bytes_s else "moves no data"
    return [*told, f"{its} uses {found.cpu_percent:.0f} % CPU and {moved}."]


_LIMITS: Final = {
    (Quiet.THINKING, False): "a request without an answer",
    (Quiet.TOOL, True): "a tool that does something",
    (Quiet.TOOL, False): "a tool that does nothing",
    (Quiet.RETRYING, False): "retries",
    (Quiet.HUNG, False): "silence",
}


def working_words(found: Triage | None, now: Now, *, retries: bool) -> str:
    """Return what a row tells of a quiet that has not reached its limit: an answer that stopped in its middle, and retries; else nothing.

    Args:
        found: What was found.
        now: The time.
        retries: It is known which attempt it is.
    """
    tells = found is not None and (found.kind is Quiet.HUNG or (found.kind is Quiet.RETRYING and retries))
    return words(found, now) if found is not None and tells else ""


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
