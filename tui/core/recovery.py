"""An agent's status as its event log and its meter tell, where its own file was torn by a power cut or a full disk. Pure.

What matters most is kept in two places: the session that resumes the conversation, and what was used of a budget.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tui.core import facts as f
from tui.core.agent import new_agent
from tui.core.clock import Now
from tui.core.facts import Event
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec
from tui.core.status import NEVER, Status
from tui.core.usage import Meter


def recovered(spec: AgentSpec, events: Iterable[Event], meter: Meter | None) -> Status:
    """Return what is known of an agent without its status: it was lost, at the latest with its last event.

    Args:
        spec: Its settings.
        events: Its log, oldest first.
        meter: What it used; None: that is gone as well.
    """
    sessions: list[str] = []
    model, runs, turns, began, last = spec.model, 0, 0, 0.0, 0.0
    for event in events:
        last = max(last, event.at)
        match event.fact:
            case f.RunStarted():
                runs, began = runs + 1, event.at
            case f.SessionStarted(session_id=session_id, model=told) if session_id:
                sessions = [*(each for each in sessions if each != session_id), session_id]
                model = told or model
            case f.TurnEnded(ok=True):
                turns += 1
            case _:
                pass
    status = new_agent(spec, None, meter).status
    if not runs:
        return status
    usage = meter.total if meter is not None else status.usage
    return msgspec.structs.replace(
        status,
        lifecycle=Lifecycle.LOST,
        # Its monotonic readings are of nobody knows which boot.
        lifecycle_since=Now(NEVER.mono, last),
        last_progress=Now(NEVER.mono, last),
        session_id=sessions[-1] if sessions else "",
        old_session_ids=sessions[:-1],
        model=model,
        runs=runs,
        turns=turns,
        started_at=began,
        usage=usage,
        run_usage=usage,
    )
