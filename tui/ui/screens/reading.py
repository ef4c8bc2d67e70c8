"""Scrolling, searching and copying in a pane. A part of the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.ui.layout import Arrangement, PaneKind
from tui.ui.screens.moves import Moves

if TYPE_CHECKING:
    from tui.ui.widgets.copy_mode import CopyTerminal
    from tui.ui.widgets.mouse_terminal import MouseTerminal
    from tui.ui.widgets.pane import Pane

_PAGE: Final = 0.9
_WAIT_S: Final = 0.02
_WAIT_TRIES: Final = 100


class Reading(Moves):
    """Actions on what a pane shows, over those on the screen."""

    _zoomed_for_reading = False
    reading_soon = False
    """A pane is made larger to be read in: keys wait for nobody and are dropped."""

    def action_copy_mode(self) -> None:
        """Scroll, search and mark in the selected agent's terminal."""
        self._read()

    def action_scroll_pane(self, by: int) -> None:
        """Show older or newer lines of the selected agent."""
        pane = self.board.pane_of(self.agents.selected)
        if pane is None:
            return
        if pane.shows_timeline:
            pane.scroll_pages(by * _PAGE)
        elif by < 0 and pane.terminal.has_frame:
            self._read(pages=by)
        else:
            pane.terminal.scroll_back(-max(1, pane.terminal.size.height - 1))

    def _read(self, pages: int = 0) -> None:
        pane = self.board.pane_of(self.agents.selected)
        if pane is None:
            return
        if pane.shows_timeline:
            self._read_timeline(pane, search=False)
        elif self.board.kind is PaneKind.LIVE:
            self._begin(pane.terminal, pages)
        else:
            self._zoomed_for_reading = self.reading_soon = True
            self.board.zoom(True)
            self.sync()
            self.app.call_later_s(_WAIT_S, self._begin_zoomed, self.agents.selected, pages, _WAIT_TRIES)

    def _read_timeline(self, pane: Pane, *, search: bool) -> None:
        from tui.ui.screens.timeline import TimelineScreen

        page = pane.timeline
        at = None if page.following or not page.rail else int(page.scroll_offset.y)
        self.app.push_screen(TimelineScreen(pane.agent_id or "", search=search, at=at))

    def action_filter(self) -> None:
        """Look for words: in a timeline that is alone on the screen in it, else among the agents."""
        pane = self.board.pane_of(self.agents.selected)
        if pane is not None and pane.shows_timeline and self.board.arrangement is Arrangement.ZOOM:
            self._read_timeline(pane, search=True)
        else:
            super().action_filter()

    def _begin_zoomed(self, agent_id: str | None, pages: int, tries: int) -> None:
        pane = self.board.pane_of(agent_id)
        ready = pane is not None and pane.kind is PaneKind.LIVE and pane.terminal.has_frame
        if pane is not None and ready and pane.terminal.size.height:
            self.reading_soon = False
            self._begin(pane.terminal, pages)
        elif tries and agent_id == self.agents.selected:
            self.app.call_later_s(_WAIT_S, self._begin_zoomed, agent_id, pages, tries - 1)
        else:
            self.reading_soon = False
            self._unzoom()

    def _begin(self, terminal: CopyTerminal, pages: int) -> None:
        terminal.begin_copy(leaves_at_end=bool(pages))
        if terminal.copying and pages:
            terminal.action_page(pages)
        self.show_footer()

    def _unzoom(self) -> None:
        if self._zoomed_for_reading:
            self._zoomed_for_reading = False
            if self.board.arrangement is Arrangement.ZOOM:
                self.board.zoom(False)
                self.sync()

    # -- what terminals say --------------------------------------------------------------------------------------------

    def on_mouse_terminal_copied(self, message: MouseTerminal.Copied) -> None:
        """Send text to the clipboard."""

        async def copy() -> None:
            self.app.copy(await message.cut.text())

        self.app.run_task(copy())

    def on_copy_terminal_open_asked(self, message: CopyTerminal.OpenAsked) -> None:
        """Open all lines in the user's editor or pager."""

        async def show() -> None:
            from tui.ui import outside

            texts = await message.view.read(0)
            await outside.open_lines(self.app, texts, message.program)

        self.app.run_task(show())

    def on_terminal_view_scrolled(self) -> None:
        """Footer and band say how far back."""
        self.show_footer()

    def on_copy_terminal_mode_changed(self, message: CopyTerminal.ModeChanged) -> None:
        """Footer and band say what the reader does."""
        if not message.view.copying:
            self._unzoom()
            self.return_keyboard()
        self.show_footer()

    def on_descendant_blur(self) -> None:
        """Copy mode or the filter was left."""
        self.show_footer()
