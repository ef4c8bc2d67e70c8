"""What is said about agents that are not looked at: who began to wait, finished, failed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.content import Content

from tui.core.attention import LOOK, RowState
from tui.core.text import one_line
from tui.ui.agents import state_of
from tui.ui.fit import text
from tui.ui.look import View

_TOLD: Final = frozenset(
    {
        RowState.PERMISSION,
        RowState.ANSWER,
        RowState.BUDGET,
        RowState.STALLED,
        RowState.LOOPING,
        RowState.FAILED,
        RowState.LOST,
        RowState.DONE,
    }
)
_WAITS: Final = frozenset({RowState.PERMISSION, RowState.ANSWER, RowState.BUDGET})


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


def same_news(then: View, now: View | None) -> bool:
    """True while what was told of an agent still holds."""
    return now is not None and (state_of(then), _request(then)) == (state_of(now), _request(now))


def _request(view: View) -> str:
    return view.status.request.request_id if view.status.request is not None else ""


def waits(view: View) -> bool:
    """True if the news is that it waits for the user."""
    return state_of(view) in _WAITS


def line(view: View, *, key: str = "") -> Content:
    """Return one line for a toast.

    Args:
        view: Whose news it is.
        key: The key that leads there.
    """
    look = LOOK[state_of(view)]
    said = one_line(view.status.headline, limit=60)
    return (
        text(f"{look.glyph} ", f"bold ${look.colour}")
        + text(view.status.name, "bold")
        + text(f" {look.word}" + (f": {said}" if said else ""))
        + (text(f"  {key}", "$primary") if key else Content(""))
    )
