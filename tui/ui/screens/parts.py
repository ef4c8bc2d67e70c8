"""What the parts of the main screen share: declared here, made in `tui.ui.screens.main`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.widget import Widget
    from textual.widgets import Input

    from tui.core.clock import Now
    from tui.ui.agents import Agents
    from tui.ui.answers import OpenStrip
    from tui.ui.app import DashboardApp
    from tui.ui.away import Away
    from tui.ui.before import Decisions
    from tui.ui.desk import DeskKeeper
    from tui.ui.screens.keyed import Bound
    from tui.ui.standing import Standing
    from tui.ui.tour import TourGuide
    from tui.ui.widgets.board import Board
    from tui.ui.widgets.copy_mode import CopyTerminal


class Part:
    """A part of the main screen, mixed into it."""

    if TYPE_CHECKING:
        app: DashboardApp
        agents: Agents
        board: Board
        desk: DeskKeeper
        decisions: Decisions
        standing: Standing
        tour: TourGuide
        away: Away
        strip: OpenStrip | None
        strip_awaited: str | None
        slots: list[str]
        filter_field: Input

        _places: list[str]
        _timeline: dict[str, bool]
        _chosen_at: float
        _zoomed_for_typing: bool

        @property
        def reader(self) -> CopyTerminal | None:
            """The terminal that is in copy mode."""

        def now(self) -> Now:
            """Return the present moment."""

        def select(self, agent_id: str | None) -> None:
            """Select an agent; what was open for another closes."""

        def sync(self) -> None:
            """Bring the screen up to date."""

        def action_enter(self) -> None:
            """Give the keyboard to the selected agent."""

        def return_keyboard(self) -> None:
            """Give the keyboard back to the agent that lent it."""

        def set_focus(
            self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
        ) -> None:
            """Give the focus to a widget, at once."""

        def leave_field(self) -> None:
            """Take the focus from whatever has it."""

        def is_answer_key(self, key: str) -> bool:
            """True for a key that answers a request while its answers are open."""

        def show_all(self) -> None:
            """Draw list, header, panes and footer as they are now."""

        def bound(self, node: DOMNode | None = None) -> list[Bound]:
            """Return what keys do now."""

        def show_footer(self) -> None:
            """Name the keys that work now."""

        def call_after_refresh(self, callback: object, *args: object) -> bool:
            """Call after the next paint."""
