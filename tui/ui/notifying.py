"""Tells the user of news: toast, bell, desktop, the terminal's title. The user's command is the hosts' to run."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.client import telling
from tui.core import news
from tui.core.attention import LOOK, RowState
from tui.core.desktop import BELL, Way, choose, sequence, title_text
from tui.core.figures import counted
from tui.core.notify import WAITS, Channel, Desktop
from tui.ui.agents import state_of
from tui.ui.announce import Announcer, line, same_news, waits
from tui.ui.look import View
from tui.ui.toasts import Severity, Toast

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

CLAIM_S: Final = 0.3
"""News for the desktop are gathered for so long; a dashboard that has the agent in focus claims them before."""
QUIET_LOOK_S: Final = 20.0
"""Between looks whether quiet hours are over, while they hold something back."""
APART_MAX: Final = 3
"""More news than that at a time become one notification."""


class Notifier:
    """Tells, for one dashboard.

    Args:
        app: The dashboard.
    """

    def __init__(self, app: DashboardApp) -> None:
        self._app = app
        self._announcer = Announcer()
        self._way = Way(Desktop.OFF)
        self._known: tuple[object, ...] = ()
        self._gathered: dict[str, View] = {}
        self._held: dict[str, View] = {}
        """What quiet hours hold back."""
        self._focus: str | None = None
        self._title = ""
        self._problems: set[str] | None = None

    async def start(self) -> None:
        """Take the fleet as it is for known, and find out how the desktop is reached."""
        self._announcer.news(self._app.fleet.agents)
        self._tell_problems()
        self.follow()
        await self.way()

    async def way(self) -> Way:
        """Return how the desktop is reached with the settings in force; asks tmux when it is not known yet."""
        wanted = self._app.settings.notify.desktop
        if self._known != (wanted,):
            tmux = await asyncio.to_thread(telling.ask_tmux)
            self._way, self._known = choose(wanted, os.environ, tmux), (wanted,)
        return self._way

    async def renew(self) -> None:
        """The settings changed."""
        await self.way()

    def changed(self) -> None:
        """The fleet changed."""
        found = self._announcer.news(self._app.fleet.agents)
        for view in found:
            if self._tells(Channel.TOAST, view):
                self._toast(view)
        elsewhere = [view for view in found if not self.is_in_focus(view.status.id)]
        self._ring(elsewhere)
        self._gather(found)
        self._hold(elsewhere)
        self._tell_problems()
        self.follow()
        self._app.show_toasts()

    def _tells(self, channel: Channel, view: View) -> bool:
        notify = self._app.settings.notify
        quiet = notify.is_quiet(channel, self._app.clock.now().wall)
        return notify.tells(channel, state_of(view)) and not quiet

    # -- toast and bell ------------------------------------------------------------------------------------------------

    def _toast(self, view: View) -> None:
        agent_id = view.status.id

        def is_news() -> bool:
            return not self.is_in_sight(agent_id) and same_news(view, self._app.fleet.agents.get(agent_id))

        severity = Severity.WARNING if waits(view) else Severity.INFORMATION
        key = "space" if waits(view) else ""
        self._app.toasts.add(Toast(line(view, key=key), severity, self._app.clock.now(), is_news))

    def _ring(self, views: list[View]) -> None:
        if self._app.settings.dashboard.bell and any(self._tells(Channel.BELL, view) for view in views):
            self._app.bell()

    def _hold(self, views: list[View]) -> None:
        """Keep what bell or desktop would have told of, until their quiet hours are over."""
        notify, first = self._app.settings.notify, not self._held
        for view in views:
            if any(notify.tells(channel, state_of(view)) for channel in self._quiet()):
                self._held[view.status.id] = view
        if self._held and first:
            self._app.call_later_s(QUIET_LOOK_S, self._after_quiet)

    def _quiet(self) -> list[Channel]:
        notify, wall = self._app.settings.notify, self._app.clock.now().wall
        return [channel for channel in (Channel.BELL, Channel.DESKTOP) if notify.is_quiet(channel, wall)]

    def _after_quiet(self) -> None:
        """Tell of all that still holds, as of what comes at the same time."""
        if self._quiet():
            self._app.call_later_s(QUIET_LOOK_S, self._after_quiet)
            return
        held, self._held = list(self._held.values()), {}
        agents = self._app.fleet.agents
        views = [
            view
            for view in held
            if same_news(view, agents.get(view.status.id)) and not self.is_in_focus(view.status.id)
        ]
        self._ring(views)
        self._gather(views)

    def _tell_problems(self) -> None:
        """Say once what is wrong with the user's command; what was so before we came is known."""
        found = {view.status.notify_problem for view in self._app.fleet.agents.values()} - {""}
        known, self._problems = self._problems, found
        if known is not None:
            for sentence in sorted(found - known):
                self._app.say(sentence, severity="warning")

    # -- focus ---------------------------------------------------------------------------------------------------------

    def is_in_sight(self, agent_id: str) -> bool:
        """Return whether an agent is on the screen, in a terminal that has the focus."""
        app = self._app
        if not app.app_focus:
            return False
        if app.screen is app.main:
            return agent_id in app.main.slots
        from tui.ui.screens.inbox import InboxScreen

        view = app.fleet.agents.get(agent_id)
        return isinstance(app.screen, InboxScreen) and view is not None and waits(view)

    def is_in_focus(self, agent_id: str) -> bool:
        """Return whether the user looks at this very agent."""
        app = self._app
        if not app.app_focus or not app.screen_stack:
            return False
        if app.screen is app.main:
            return app.main.agents.selected == agent_id and agent_id in app.main.slots
        from tui.ui.screens.inbox import InboxScreen
        from tui.ui.screens.view import ViewScreen

        if isinstance(app.screen, InboxScreen):
            return app.screen.selected == agent_id
        if isinstance(app.screen, ViewScreen):
            return app.screen.agent_id == agent_id
        return False

    def follow(self) -> None:
        """Tell hosts who is in focus, and the terminal how many wait; cheap where nothing changed."""
        app = self._app
        agents = app.fleet.agents
        focus = next(
            (each for each in (self._focus, app.main.agents.selected) if each and self.is_in_focus(each)),
            None,
        )
        if focus != self._focus:
            before, self._focus = self._focus, focus
            for agent_id, looks in ((before, False), (focus, True)):
                if agent_id is not None and agent_id in agents:
                    app.fleet.link(agent_id).look(looks)
        if app.settings.notify.title:
            self._entitle()
        elif self._title:
            self._title = ""
            app.set_title(None)

    def _entitle(self) -> None:
        app = self._app
        waiting = len(app.main.agents.waiting())
        project = app.settings.project or Path.cwd().name
        ascii_only = app.settings.dashboard.glyphs.value == "ascii"
        wanted = title_text(waiting, project, ascii_only=ascii_only)
        if wanted != self._title and app.set_title(wanted):
            self._title = wanted

    # -- desktop -------------------------------------------------------------------------------------------------------

    def _gather(self, views: list[View]) -> None:
        if self._way.kind is Desktop.OFF and not self._way.rings:
            return
        told = [view for view in views if self._tells(Channel.DESKTOP, view)]
        for view in told:
            if self.is_in_focus(view.status.id):
                self._claim(view)  # before another dashboard does
            else:
                if not self._gathered:
                    self._app.call_later_s(CLAIM_S, self._flush)
                self._gathered[view.status.id] = view

    def _claim(self, view: View) -> bool:
        return telling.claim(self._app.paths, news.key(view.status, state_of(view)))

    def _flush(self) -> None:
        gathered, self._gathered = list(self._gathered.values()), {}
        mine = [
            view
            for view in gathered
            if same_news(view, self._app.fleet.agents.get(view.status.id))
            and not self.is_in_focus(view.status.id)
            and self._claim(view)
        ]
        if not mine:
            return
        if self._way.rings:
            # Those that the bell tells of anyway rang already.
            rang = self._app.settings.dashboard.bell and any(self._tells(Channel.BELL, view) for view in mine)
            self._app.tell_terminal("" if rang else BELL)
        elif len(mine) > APART_MAX:
            self._app.tell_terminal(
                sequence(self._way, f"agent-tui: {counted(len(mine), 'agent')}", _summary(mine))
            )
        else:
            now = self._app.clock.now()
            for view in mine:
                body = news.sentence(view.status, state_of(view), now)
                self._app.tell_terminal(sequence(self._way, view.status.name, body, view.status.id))

    # -- a trial -------------------------------------------------------------------------------------------------------

    async def test(self) -> None:
        """Tell of nothing, in every way that is set up, and say which those are."""
        app, now = self._app, self._app.clock.now()
        way, notify = await self.way(), app.settings.notify
        app.tell_terminal(sequence(way, "test", "this is a test", "test"))
        said = [f"bell ({way.why})" if way.rings else way.why]
        if notify.command:
            cwd = str(Path.cwd())
            problem = await asyncio.to_thread(
                telling.try_command, app.paths, app.settings.own_notify, cwd, now
            )
            if problem:
                app.say(problem, severity="warning")
            else:
                said.append("command run")
        app.say(f"Notification sent: {', '.join(said)}.")


def _summary(views: list[View]) -> str:
    """Return `2 permission, 3 failed`, what waits first."""
    states = [state_of(view) for view in views]
    order = [
        *(state for state in RowState if state in WAITS),
        *(state for state in RowState if state not in WAITS),
    ]
    return ", ".join(f"{states.count(state)} {LOOK[state].word}" for state in order if state in states)
