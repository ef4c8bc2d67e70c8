"""How soon a change of an agent has to be seen. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.core.status import LadderStep, Status
from tui.ui.agents import state_of
from tui.ui.look import View

if TYPE_CHECKING:
    from tui.ui.screens.main import MainScreen

URGENT_S: Final = 0.05
"""Someone needs you, failed, goes on: at once."""
VISIBLE_S: Final = 0.25
"""Figures and words of an agent that has a pane or is selected."""
OTHER_S: Final = 1.0
"""Those of all others: figures tick once a second anyway."""


def is_urgent(before: View | None, now: View | None) -> bool:
    """True if a change is more than a figure or a word: what an agent is, asks or announces, or that it came or went."""
    if before is None or now is None:
        return before is not now
    if before is now:
        return False
    was, status = before.status, now.status
    return (
        state_of(before) is not state_of(now)
        or before.contact != now.contact
        or was.lifecycle is not status.lifecycle
        or was.request != status.request
        or _announced(was) != _announced(status)
        or was.note != status.note
        or was.recording is not status.recording
    )


def _announced(status: Status) -> LadderStep | None:
    """Return the step that is announced; one that is not yet is put off by every word that an agent says."""
    return status.ladder if status.ladder is not None and status.ladder.announced else None


def pace_on(main: MainScreen, agent_id: str) -> float:
    """Return how long a change of an agent may wait on a screen."""
    visible = agent_id in main.slots or agent_id == main.agents.selected
    return pace(main.agents.views.get(agent_id), main.app.fleet.agents.get(agent_id), visible=visible)


def pace(before: View | None, now: View | None, *, visible: bool) -> float:
    """Return how long a change may wait, in seconds.

    Args:
        before: The agent as it is shown.
        now: As it is.
        visible: It has a pane or is selected.
    """
    if is_urgent(before, now):
        return URGENT_S
    return VISIBLE_S if visible else OTHER_S
