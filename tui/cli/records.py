"""Agents as JSON objects: the shape that scripts rely on, documented in the README."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tui.client.view import AgentView, Contact
from tui.core import budget
from tui.core.clock import Now
from tui.core.lifecycle import ALIVE, Lifecycle
from tui.core.status import Status, no_progress_s, quiet_s
from tui.core.triage import words
from tui.core.usage import Usage, UsageSource

_encoder: Final = msgspec.json.Encoder(decimal_format="number")
"""Money as exact JSON numbers."""


def encode(value: object) -> str:
    """Return one line of JSON."""
    return _encoder.encode(value).decode()


def record(view: AgentView, now: Now) -> dict[str, Any]:
    """Return the object of `ls --json`.

    Moments are seconds since the epoch; what is not known is null.
    """
    status = view.status
    lost = view.contact is Contact.LOST
    quiet, idle = _clocks(status, now, running=status.lifecycle in ALIVE and not lost)
    left = status.exit
    return {
        "id": status.id,
        "name": status.name,
        "runtime": status.runtime,
        "mode": status.mode,
        "cwd": status.cwd,
        "pid": None if lost else status.pid,
        "lifecycle": Lifecycle.LOST if lost else status.lifecycle,
        "activity": status.activity,
        "evidence": {
            "source": status.evidence.source,
            "fact": status.evidence.fact,
            "since": _moment(status.evidence.since.wall),
        },
        "session_id": status.session_id or None,
        "model": status.model or None,
        "started_at": _moment(status.started_at),
        "triage": None if lost else triage(status, now),
        "quiet_s": quiet,
        "no_progress_s": idle,
        "inactivity_timeout_s": status.inactivity_timeout_s,
        "usage": usage(status.usage, status.usage_source),
        "context_share": None if status.context_share is None else round(status.context_share, 4),
        "exit": None if left is None else {"code": left.code, "signal": left.signal, "reason": left.reason},
        "runs": status.runs,
        "old_session_ids": status.old_session_ids,
        "note": status.note,
        "damaged": view.damaged or None,
        "budget": _budget(status, now),
        "queue_place": None if lost else status.queue_place or None,
        "next_try": _moment(status.next_try.wall) if status.lifecycle is Lifecycle.BACKOFF else None,
    }


def triage(status: Status, now: Now) -> dict[str, Any] | None:
    """Return why an agent is quiet, for how long, how long it may, and what of it was measured."""
    found = status.triage
    if found is None:
        return None
    return {
        "kind": found.kind,
        "words": words(found, now),
        "what": found.what,
        "for_s": round(max(0.0, now.mono - found.since.mono), 1),
        "limit_s": found.limit_s or None,
        "cpu_percent": found.cpu_percent,
        "io_bytes_s": found.io_bytes_s,
        "process": found.process or None,
        "attempt": found.attempt or None,
        "max_attempts": found.max_attempts or None,
        "until": _moment(found.until.wall),
        "times": found.times or None,
        "tries": status.ladder_tries,
        "given_up": status.ladder_note or None,
    }


def _budget(status: Status, now: Now) -> dict[str, Any] | None:
    """Return what is used of each bound; None without one."""
    bounds = {
        each.kind.value: {"used": _figure(each.used), "limit": _figure(each.limit)}
        for each in budget.measures(status, now)
    }
    if not bounds:
        return None
    return {**bounds, "at_limit": status.budget.at_limit, "held": budget.is_held(status)}


def _figure(value: float) -> float:
    return int(value) if value == int(value) else round(value, 4)


def usage(used: Usage, source: UsageSource) -> dict[str, Any]:
    """Return tokens by kind, their sum and the money."""
    return {
        "input": used.input,
        "output": used.output,
        "cache_read": used.cache_read,
        "cache_write": used.cache_write,
        "reasoning": used.reasoning,
        "total": used.total,
        "cost_usd": used.cost_usd,
        "source": source,
    }


def full_record(view: AgentView, now: Now) -> dict[str, Any]:
    """Return the object of `show --json`: that of `ls`, and all else that is known."""
    status, spec = view.status, view.spec
    return {
        **record(view, now),
        "state": view.state.value,
        "contact": view.contact,
        "project": status.project,
        "branch": status.branch,
        "tags": status.tags,
        "cli_version": status.cli_version or None,
        "host_pid": status.host_pid or None,
        "created_at": _moment(status.created_at),
        "headline": status.headline,
        "votes": [
            {
                "source": vote.source,
                "activity": vote.activity,
                "fact": vote.fact,
                "since": _moment(vote.since.wall),
            }
            for vote in status.votes
        ],
        "transitions": status.transitions,
        "request": status.request,
        "ladder": _ladder(status, now),
        "limits": status.limits,
        "limited_until": _moment(status.limited_until),
        "run_usage": usage(status.run_usage, status.usage_source),
        "turns": status.turns,
        "requests": status.usage.requests,
        "context_tokens": status.context_tokens or None,
        "context_window": status.context_window or None,
        "queued_prompts": status.queued_prompts,
        "recording": status.recording,
        "settings": None if spec is None else _settings(spec),
    }


def _settings(spec: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(spec, builtin_types=(_decimal(),))
    # Their values may be secrets.
    found["env"] = sorted(spec.env)
    return found


def _decimal() -> type:
    from decimal import Decimal

    return Decimal


def _ladder(status: Status, now: Now) -> dict[str, Any] | None:
    step = status.ladder
    if step is None:
        return None
    due = round(max(0.0, step.due.mono - now.mono), 1)
    return {"step": step.step, "number": step.number, "of": step.of, "in_s": due, "announced": step.announced}


def _clocks(status: Status, now: Now, *, running: bool) -> tuple[float, float]:
    if running:
        return round(quiet_s(status, now), 1), round(no_progress_s(status, now), 1)
    # Only the wall clock tells of a run that is over: the machine may have been started anew since.
    moments = (status.last_byte.wall, status.last_progress.wall)
    quiet, idle = (round(max(0.0, now.wall - at), 1) if at else 0.0 for at in moments)
    return quiet, idle


def _moment(wall: float) -> float | None:
    return round(wall, 3) if wall else None
