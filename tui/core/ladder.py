"""The inactivity ladder: which step is next, when it is due, when it is announced."""

from __future__ import annotations

from typing import Final

from tui.core import facts as f
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.spec import Step
from tui.core.status import LadderStep
from tui.core.votes import can_stall

GAP_MIN_S: Final = 5.0
GAP_MAX_S: Final = 120.0
"""Between two steps of one stall: half the limit, within these bounds."""

LEAD_MAX_S: Final = 60.0
"""A step is announced this long before at most, and a fifth of the limit at most."""


def next_step(agent: Agent, now: Now) -> LadderStep | None:
    """Return the ladder's next step, or None while there is none.

    The first step is due when the limit is reached; each further one a gap after the one before, or a limit after the
    last progress, whichever is later.
    """
    steps = agent.spec.on_inactive
    status = agent.status
    if (
        not can_stall(agent, status.activity)
        or agent.stage is not None
        or agent.steps_taken >= len(steps)
        or agent.cancelled_at.mono > status.last_progress.mono
    ):
        return None
    limit_s = agent.spec.inactivity_timeout_s
    gap_s = min(max(limit_s / 2, GAP_MIN_S), GAP_MAX_S)
    due = status.last_progress.mono + limit_s
    if agent.steps_taken:
        due = max(due, agent.step_at + gap_s)
    due += agent.postponed_s
    step = steps[agent.steps_taken]
    return LadderStep(
        step=step,
        number=agent.steps_taken + 1,
        of=len(steps),
        due=Now(due, now.wall + due - now.mono),
        announced=step is not Step.NOTIFY and now.mono >= due - lead_s(limit_s),
    )


def lead_s(limit_s: float) -> float:
    """Return how long before it is due a step is announced."""
    return min(LEAD_MAX_S, limit_s / 5)


def is_real_progress(fact: f.AnyFact, agent: Agent) -> bool:
    """Return True if a fact proves that the ladder helped, so that it begins again from its first step.

    A fresh start, a new turn or a redrawn screen only follow from our own steps. After nothing but a notice, any
    progress will do.
    """
    if not fact.progress or agent.interrupted:
        # What still comes from an interrupted turn (a refused tool call, its end) is our own doing, too.
        return False
    if not isinstance(fact, f.SessionStarted | f.TurnStarted | f.ScreenAdvanced | f.ThinkingDelta):
        return True
    return agent.steps_taken > 0 and agent.spec.on_inactive[agent.steps_taken - 1] is Step.NOTIFY
