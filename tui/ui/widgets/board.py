"""The space between header and footer: the list and the panes, where the tiler puts them."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from tui.ui.agents import Agents
from tui.ui.beat import Beat
from tui.ui.borders import Border, border_at, dragged, list_resized, pane_resized
from tui.ui.fit import text
from tui.ui.layout import (
    GRID_AGENTS,
    PANES_MAX,
    TINY,
    WALK,
    Arrangement,
    PaneKind,
    Plan,
    Rect,
    Sizes,
    first_arrangement,
)
from tui.ui.sections import CROWD, list_lines
from tui.ui.tiler import plan
from tui.ui.widgets.agent_list import AgentList
from tui.ui.widgets.lines import LineStrip
from tui.ui.widgets.pane import Pane


class _Tiled(Layout):
    name = "tiled"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        assert isinstance(parent, Board)
        return [
            WidgetPlacement(Region(*rect), NULL_OFFSET, NULL_SPACING, widget)
            for widget, rect in parent.places(size)
            if widget in children
        ]


class Board(Widget):
    """Holds the list and as many panes as the plan has."""

    ALLOW_SELECT = False

    class BorderMoved(Message):
        """The user made something larger or smaller."""

    class Replanned(Message):
        """The size changed: other agents may have a pane now."""

    def __init__(
        self, agent_list: AgentList, *, glyphs: str = "unicode", leader: str = "ctrl+]", once: bool = False
    ) -> None:
        super().__init__(id="board")
        self.agent_list = agent_list
        self.tabs = LineStrip(classes="tabs")
        self.more = LineStrip(classes="more")
        self.arrangement = Arrangement.LIST
        self.is_chosen = False
        """The user chose the arrangement, now or the last time."""
        self.before_zoom = Arrangement.LIST
        self.panes_wanted = PANES_MAX
        self.sizes = Sizes()
        self.agents = 0
        """Those that could have a pane."""
        self.lines = 0
        """That the list would take where it has the full width."""
        self._held: Border | None = None
        self._beat = Beat()
        self.panes: list[Pane] = []
        self._glyphs = glyphs
        self._leader = leader
        self._once = once
        self._tiled = _Tiled()
        self._worn = False
        """Panes have to be made anew: they are drawn with other characters now."""
        self._laid_out: Plan | None = None
        self._planned: tuple[tuple[object, ...], Plan] | None = None
        """The last plan, and what it was made for: it is asked for by many, every second."""

    def compose(self) -> ComposeResult:
        """The list and the tabs; panes come as they are needed."""
        yield self.agent_list
        yield self.tabs
        yield self.more

    @property
    def layout(self) -> Layout:
        """Our own layout."""
        return self._tiled

    def count(self, agents: Agents, screen: Size) -> None:
        """Take how many could have a pane, and how long the list is; `screen` is the whole terminal."""
        listing = agents.listing
        self.agents = len(agents.panes)
        captions = listing.captions or listing.number > CROWD or bool(listing.filter)
        lines = list_lines(listing.sections, agents.selected, captions=captions)
        self.lines = lines + (2 if listing.filter else 0)
        self.agent_list.names_only = screen.width < TINY[0] or screen.height < TINY[1]

    def plan(self, size: Size | None = None) -> Plan:
        """Return where things go at this size."""
        wanted = (self.arrangement, *(size or self.size), self.agents)
        rest = (self.panes_wanted, self.lines, self.sizes)
        if self._planned is None or self._planned[0] != (*wanted, *rest):
            made = plan(*wanted, panes=self.panes_wanted, lines=self.lines, sizes=self.sizes)
            self._planned = ((*wanted, *rest), made)
        return self._planned[1]

    def places(self, size: Size) -> list[tuple[Widget, Rect]]:
        """Return each widget that is on the board with its place."""
        now = self._laid_out = self.plan(size)
        found: list[tuple[Widget, Rect]] = list(zip(self.panes, now.panes, strict=False))
        if now.agent_list is not None:
            found.append((self.agent_list, now.agent_list))
        if now.tabs is not None:
            found.append((self.tabs, now.tabs))
        if now.more is not None:
            found.append((self.more, now.more))
        return found

    def say_more(self, hint: str) -> None:
        """Say how many agents have no pane, where the plan has a line for it."""
        now = self.plan()
        if now.more is None:
            self.more.show([])
            return
        number = self.agents - len(now.panes)
        words = f" {number} more agent has no pane" if number == 1 else f" {number} more agents have no pane"
        self.more.show(
            [text(f"{words}   {hint}", "$foreground-muted").truncate(now.more.width, ellipsis=True)]
        )

    def needs_layout(self, now: Plan) -> bool:
        """True if what is on the screen was laid out by another plan."""
        return now != self._laid_out

    def relayout(self) -> None:
        """Put everything where it belongs now."""
        # Asked for by a child: Textual keeps an arrangement until a child wants another one.
        self.agent_list.refresh(layout=True)

    def dress(self, glyphs: str, leader: str, *, once: bool = False) -> None:
        """Make panes with other characters from now on."""
        self._glyphs, self._leader, self._once = glyphs, leader, once
        self._worn = True

    async def hold(self, count: int) -> list[Pane]:
        """Have exactly this many panes; returns them in the order of their places."""
        if self._worn:
            self._worn = False
            await self.hold(0)
        while len(self.panes) > count:
            await self.panes.pop().remove()
        while len(self.panes) < count:
            pane = Pane(self._glyphs, self._leader, once=self._once, beat=self._beat)
            self.panes.append(pane)
            await self.mount(pane)
        return self.panes

    @property
    def numbers_panes(self) -> bool:
        """Number keys go by panes: there are several, and no list beside them."""
        now = self.plan()
        return now.agent_list is None and len(now.panes) > 1

    @property
    def kind(self) -> PaneKind:
        """What panes may do here."""
        return self.plan().kind

    def walk(self) -> Arrangement:
        """Go to the next arrangement."""
        self.is_chosen = True
        now = self.before_zoom if self.arrangement is Arrangement.ZOOM else self.arrangement
        self.arrangement = WALK[(WALK.index(now) + 1) % len(WALK)]
        self.relayout()
        return self.arrangement

    def choose(self, arrangement: Arrangement) -> None:
        """Take the arrangement that was chosen the last time."""
        self.is_chosen = True
        self._arrange(arrangement)

    def suggest(self, width: int, height: int, running: int) -> None:
        """Take the arrangement that suits the terminal, if the user has not chosen one.

        A grid stays while the terminal has room for it, whatever ends: nothing may jump because an agent is done.
        """
        if self.is_chosen or self.arrangement is Arrangement.ZOOM:
            return
        was_grid = self.arrangement is Arrangement.GRID
        self._arrange(first_arrangement(width, height, GRID_AGENTS if was_grid else running))

    def _arrange(self, arrangement: Arrangement) -> None:
        if arrangement is not self.arrangement:
            self.arrangement = arrangement
            self.relayout()

    def zoom(self, on: bool) -> None:
        """Show one pane alone, or go back."""
        if on and self.arrangement is not Arrangement.ZOOM:
            self.before_zoom, self.arrangement = self.arrangement, Arrangement.ZOOM
        elif not on and self.arrangement is Arrangement.ZOOM:
            self.arrangement = self.before_zoom
        self.relayout()

    # -- borders -------------------------------------------------------------------------------------------------------

    def resize_list(self, by: int) -> None:
        """Make the list `by` steps wider, or higher where it stands above a pane."""
        self._take(list_resized(self.plan(), by, self.sizes, self._space()))

    def resize_pane(self, index: int, by: int) -> None:
        """Make a pane `by` steps larger."""
        self._take(pane_resized(self.plan(), index, by, self.sizes))

    def even_out(self) -> None:
        """Let everything be as large as the tiler thinks best."""
        self.panes_wanted = PANES_MAX
        self._take(Sizes())

    def _take(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.relayout()
        self.post_message(self.BorderMoved())

    def _space(self) -> tuple[int, int]:
        return self.size.width, self.size.height

    def _spot(self, event: events.MouseEvent) -> tuple[int, int]:
        return int(event.screen_x) - self.region.x, int(event.screen_y) - self.region.y

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the border under the pointer."""
        self._held = border_at(self.plan(), *self._spot(event)) if event.button == 1 else None
        if self._held is not None:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Let the border follow."""
        if self._held is None:
            return
        event.stop()
        now = self.plan()
        sizes = dragged(now, self._held, *self._spot(event), self.sizes, self._space())
        if sizes != self.sizes:
            self._take(sizes)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        if self._held is not None:
            event.stop()
            self._held = None
            self.release_mouse()

    def on_resize(self, event: events.Resize) -> None:
        """Another size may hold other panes."""
        self.post_message(self.Replanned())

    def pane_of(self, agent_id: str | None) -> Pane | None:
        """Return the pane that shows an agent."""
        return next((pane for pane in self.panes if pane.agent_id == agent_id), None)

    def beside(self, pane: Pane, x: int, y: int) -> Pane | None:
        """Return the nearest pane in a direction."""
        here = pane.region
        ahead = [
            other
            for other in self.panes
            if other is not pane
            and ((other.region.x - here.x) * x > 0 or (other.region.y - here.y) * y > 0)
            and (y or other.region.y == here.y)
        ]

        def distance(other: Pane) -> int:
            return abs(other.region.x - here.x) + 2 * abs(other.region.y - here.y)

        return min(ahead, key=distance, default=None)
