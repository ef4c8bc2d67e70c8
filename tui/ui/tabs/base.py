"""What every view of an agent can do: write its lines, take events, have a place that keys move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.content import Content

from tui.core.facts import Event
from tui.core.turns import TurnMeter
from tui.ui.look import View

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp


class Stage(NamedTuple):
    """What a view works with."""

    app: DashboardApp
    agent_id: str
    events: Sequence[Event]
    """What is known of what happened, oldest first; grows."""
    meter: TurnMeter
    """What its turns used, as its events tell."""
    changed: Callable[[], None]
    """Called when there is something else to show."""

    @property
    def view(self) -> View | None:
        """The agent as it is now."""
        return self.app.fleet.agents.get(self.agent_id)


class Tab:
    """One view. Lives as long as the screen of views; its lines are written while it is open.

    Args:
        stage: What it works with.
    """

    keys: ClassVar[tuple[str, ...]] = ()
    """Actions that the footer names besides the common ones."""
    ticks: ClassVar[bool] = False
    """It changes by the second."""
    follows: ClassVar[bool] = False
    """It changes with each event."""
    at_end: ClassVar[bool] = False
    """What matters stands at its end."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.place = -1
        """Line of what is selected, once written; below 0: nothing can be."""

    def open(self) -> None:
        """It is looked at from now on."""

    def close(self) -> None:
        """It is looked at no more."""

    def second(self) -> None:
        """A second passed while it was open."""

    def lines(self, width: int) -> list[Content]:
        """Write it."""
        raise NotImplementedError

    def move(self, by: int) -> bool:
        """Select another thing; False: there is nothing to select, scroll instead."""
        del by
        return False

    def press(self, line: int) -> bool:
        """A line was clicked; False: nothing happens there."""
        del line
        return False

    def fold(self, *, everything: bool = False) -> None:
        """Unfold or fold what is selected, or everything."""

    def search(self, words: str) -> None:
        """Words were typed, or dropped (empty); what is written is searched in any case."""

    async def copied(self) -> str:
        """Return what a copy of this view's selected thing is; empty: the view is copied as it is written."""
        return ""

    @property
    def count(self) -> int | None:
        """A figure for its tab."""
        return None
