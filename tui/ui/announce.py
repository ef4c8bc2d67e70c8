"""What is said about agents that are not looked at: who began to wait, finished, failed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.content import Content

from tui.core.attention import LOOK, RowState
from tui.core.news import Stand, is_news
from tui.core.notify import WAITS
from tui.core.text import one_line
from tui.ui.agents import state_of
from tui.ui.fit import text
from tui.ui.look import View

_MADE: Final = Stand(RowState.STARTING)


class Announcer:
    """Remembers how all stood, so that the same event is told once."""

    def __init__(self) -> None:
        self._stood: dict[str, Stand] | None = None

    def news(self, views: Mapping[str, View]) -> list[View]:
        """Return the agents whose state can be told, and was not before. The first call tells nothing."""
        stands = {agent_id: _stand(view) for agent_id, view in views.items()}
        before, self._stood = self._stood, stands
        if before is None:
            return []
        # One that was not there before was just made: how it stands is news.
        return [
            views[agent_id]
            for agent_id, stand in stands.items()
            if is_news(before.get(agent_id, _MADE), stand)
        ]


def same_news(then: View, now: View | None) -> bool:
    """True while what was told of an agent still holds."""
    return now is not None and _stand(then) == _stand(now)


def _stand(view: View) -> Stand:
    request = view.status.request
    return Stand(state_of(view), request.request_id if request is not None else "")


def waits(view: View) -> bool:
    """True if the news is that it waits for the user."""
    return state_of(view) in WAITS


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
