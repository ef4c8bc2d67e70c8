"""What is said about agents that are not looked at: who began to wait, finished, failed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tui.core.attention import LOOK, RowState
from tui.core.text import one_line
from tui.ui.agents import state_of
from tui.ui.look import View

_TOLD: Final = frozenset(
    {RowState.PERMISSION, RowState.ANSWER, RowState.STALLED, RowState.FAILED, RowState.LOST, RowState.DONE}
)
_WAITS: Final = frozenset({RowState.PERMISSION, RowState.ANSWER})


class Announcer:
    """Remembers the last states, so that the same event is told once."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[RowState, str]] | None = None

    def news(self, views: Mapping[str, View]) -> list[View]:
        """Return the agents whose state wants to be told, and was not before. The first call tells nothing."""
        states = {agent_id: (state_of(view), _request(view)) for agent_id, view in views.items()}
        before, self._states = self._states, states
        if before is None:
            return []
        return [
            views[agent_id]
            for agent_id, (state, request) in states.items()
            if state in _TOLD and before.get(agent_id, (None, "")) != (state, request)
        ]


def _request(view: View) -> str:
    return view.status.request.request_id if view.status.request is not None else ""


def waits(view: View) -> bool:
    """True if the news is that it waits for the user."""
    return state_of(view) in _WAITS


def sentence(news: list[View]) -> str:
    """Return one line for a toast."""
    if len(news) == 1:
        view = news[0]
        look = LOOK[state_of(view)]
        said = one_line(view.status.headline, limit=60)
        return f"{look.glyph} {view.status.name} {look.word}" + (f": {said}" if said else "")
    named = ", ".join(f"{view.status.name} {LOOK[state_of(view)].word}" for view in news[:3])
    more = f" and {len(news) - 3} more" if len(news) > 3 else ""
    return f"{named}{more}"
