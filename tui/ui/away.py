"""Coming back: when the user looked last, what was spent by then, and what happened since. Says so in one line, once."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Final

from textual import events

from tui.ui.agents import state_of
from tui.ui.toasts import Severity, Toast

if TYPE_CHECKING:
    from tui.core.digest import Digest, Had
    from tui.ui.app import DashboardApp
    from tui.ui.screens.main import MainScreen

NOTE_S: Final = 5.0
"""What was spent is noted at most so often while the user is there …"""
WRITE_S: Final = 60.0
"""… and written down so often."""
SHOWN_S: Final = 20.0
_SIGNS: Final = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)

log = logging.getLogger(__name__)


class Away:
    """Follows one dashboard's user.

    Args:
        screen: A screen of the dashboard.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._last = 0.0
        """Wall clock of the last sign of the user; 0 before the first."""
        self._had: dict[str, Had] = {}
        self._noted_at = self._written_at = 0.0
        self.digest: Digest | None = None
        """What happened while nobody looked, until it was read."""
        self._opened = False

    @property
    def _app(self) -> DashboardApp:
        return self._screen.app

    @property
    def _limit_s(self) -> float:
        return self._app.settings.dashboard.away_after_s

    def start(self) -> None:
        """Look when somebody was here last, before this dashboard was opened."""
        from tui.client.digests import read_away

        before = read_away(self._app.paths)
        now = self._app.clock.now().wall
        if before is not None and self._limit_s and now - before.at >= self._limit_s:
            self._had = before.had
            self._come_back(before.at)
        self._last = now
        self._app.listener = self.notice
        self._note(now)

    def notice(self, event: events.Event) -> None:
        """Take anything that may be a sign of the user. Cheap."""
        is_sign = isinstance(event, _SIGNS)
        if not self._last or not (is_sign or isinstance(event, events.AppFocus)):
            return
        now = self._app.clock.now().wall
        if self._limit_s and now - self._last >= self._limit_s:
            self._come_back(self._last)
        elif not is_sign:
            return
        self._last = now
        if now - self._noted_at >= NOTE_S:
            self._note(now)

    def _note(self, now: float) -> None:
        from tui.core.digest import Had

        self._noted_at = now
        self._had = {
            agent_id: Had(view.status.usage.total, view.status.usage.cost_usd or Had().usd)
            for agent_id, view in self._app.fleet.agents.items()
        }
        if now - self._written_at >= WRITE_S:
            self.close()

    def close(self) -> None:
        """Write down when somebody was here last."""
        if self._last:
            from tui.client.digests import AwayNote, write_away

            self._written_at = self._last
            with contextlib.suppress(OSError):
                write_away(self._app.paths, AwayNote(at=self._last, had=self._had))

    def _come_back(self, since: float) -> None:
        from tui.client.digests import digest_of
        from tui.ui.pages.away import summary

        had = self._had

        async def tell() -> None:
            views = list(self._app.fleet.agents.values())
            states = {view.status.id: state_of(view) for view in views}
            now = self._app.clock.now()
            found = await digest_of(
                self._app.paths, [view.status for view in views], states, had, since, now.wall
            )
            if not found.stories:
                return
            self.digest, self._opened = found, False
            line = summary(found, "e")
            self._app.toasts.add(
                Toast(
                    line,
                    Severity.INFORMATION,
                    now,
                    lambda: self.digest is found and not self._opened,
                    for_s=SHOWN_S,
                )
            )
            self._app.show_toasts()

        self._app.run_task(tell())

    def opened(self) -> None:
        """Its page is open: no toast need say that there is something to read."""
        self._opened = True
        self._app.show_toasts()

    def done(self) -> None:
        """It was read."""
        self.digest = None
        self._app.show_toasts()
