"""The dashboard as a Textual app: who gets each key, the terminal's back-pressure, signals, the fleet's life.

It looks at hosts through the fleet it is given and owns nothing that must survive it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec
from textual import events
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen

from tui.core.clock import Clock
from tui.core.errors import AgentTuiError
from tui.core.settings import Settings
from tui.ui import clipboard, keymap
from tui.ui.agents import is_alive, needs_you
from tui.ui.bridge import Bridge
from tui.ui.dispatch import Dispatch
from tui.ui.keyboard import made_for
from tui.ui.keyparser import PasteCut
from tui.ui.leftovers import LOOK_S, Leftovers
from tui.ui.live import LiveConfig, Watch, set_motion, user_keys
from tui.ui.look import View
from tui.ui.memory import update
from tui.ui.notifying import Notifier
from tui.ui.ports import Fleet
from tui.ui.rates import rates
from tui.ui.resources import style_sheets
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.main import MainScreen
from tui.ui.talking_app import TalkingApp
from tui.ui.theme import DEFAULT_THEME, THEMES, variable_defaults
from tui.ui.urgency import pace_on

if TYPE_CHECKING:
    from tui.system.paths import Paths

Connect = Callable[[Callable[[frozenset[str]], None]], Fleet]
"""Makes the fleet, given whom to tell of changes."""

AWAY_S: Final = 1.0
"""So long after the start is said what happened while nobody looked: by then all agents are read."""
STOP_S: Final = 3.0
"""A dashboard that was told to end and has not is ended after this."""

log = logging.getLogger(__name__)


# The first frame needs none of what is imported below and in the actions of screens: see `tests/ui/test_start.py`.


def _key_commands() -> type[Provider]:
    from tui.ui.screens.palette import KeyCommands

    return KeyCommands


def _agent_commands() -> type[Provider]:
    from tui.ui.screens.palette import AgentCommands

    return AgentCommands


class DashboardApp(TalkingApp[int], inherit_bindings=False):
    """The dashboard.

    Args:
        connect: Makes the fleet.
        paths: Where files are.
        settings: The user's configuration.
        clock: Given in tests.
        attach: Id of an agent to open alone.
        theme: Theme instead of the configured one: what `auto` turned out to be.
        rescuer: Process that puts the terminal right when this one dies; when it is gone, this one ends.
        watch: Makes the watch over the config files; None leaves the settings as they are.
    """

    TITLE = "agent-tui"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    COMMANDS: ClassVar[set[Any]] = {_key_commands, _agent_commands}
    AUTO_FOCUS = None
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "close", show=False, id="app.quit-anywhere", priority=True),
        Binding("ctrl+c", "hint_quit", "how to leave", show=False, id="app.hint-quit"),
    ]

    def __init__(
        self,
        connect: Connect,
        paths: Paths,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        attach: str | None = None,
        theme: str = "",
        rescuer: int = 0,
        watch: Watch | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.user_keys = keymap.usable(user_keys(self.settings))  # those that are in force
        keymap.put_in_force(self.user_keys)
        super().__init__(clock=clock, css_path=list(style_sheets()))
        self.animation_default = self.animation_level
        set_motion(self)
        self.paths = paths
        self.dispatch = Dispatch(self)
        self.keyboard = made_for(self.settings.dashboard)
        self.rates = rates()
        self._watch = watch
        self._live: LiveConfig | None = None
        self.notifier = Notifier(self)
        self._leftovers = Leftovers(self)
        self.bridge = Bridge(self._fleet_changed, lambda agent_id: pace_on(self.main, agent_id))
        self.fleet = connect(self.bridge.changed)
        self.drafts: dict[str, str] = {}
        """Prompts that were begun and not sent, by agent."""
        self.mouse_on = True
        self.attached = attach
        self.rescuer = rescuer
        self.going_on = self.still_waiting = 0
        """Agents that run, and that wait for the user, when the dashboard was closed."""
        self.main = MainScreen(
            paths.state,
            glyphs=self.settings.dashboard.glyphs.value,
            leader=self.keyboard.label,
            once=self.keyboard.once,
        )
        for own in THEMES:
            self.register_theme(own)
        wanted = theme or self.settings.dashboard.theme
        self.theme = wanted if wanted in self.available_themes else DEFAULT_THEME

    # -- Textual's hooks -----------------------------------------------------------------------------------------------

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Name our own variables before the first style sheet is read."""
        return variable_defaults()

    def get_default_screen(self) -> Screen[Any]:
        """Return the one screen."""
        return self.main

    def on_mount(self) -> None:
        """Begin after the first frame."""
        self._watch_signals()
        for problem in keymap.problems(user_keys(self.settings)):
            self.say(problem, severity="warning")
        self.call_after_refresh(lambda: self.run_task(self._start()))

    def look_first(self) -> None:
        """Show at once what the files tell: the first frame has the fleet in it."""
        with contextlib.suppress(AgentTuiError):  # the start says so
            self.fleet.read()
        if self.fleet.agents:
            self.main.apply()
            self.attach()

    async def _start(self) -> None:
        await self.fleet.start()
        self.main.apply()
        self.attach()
        self.call_later_s(AWAY_S, self.main.away.start)
        await self.notifier.start()
        if self._watch is not None:
            self._live = LiveConfig(self, self._watch)
            self._live.start()
        self.call_later_s(LOOK_S, lambda: self.run_task(self._leftovers.look()))
        if not self.is_headless:
            self.call_after_refresh(_settle_memory)

    def attach(self) -> None:
        """Open the agent that was asked for alone, as soon as it is known."""
        if self.attached is not None and self.attached in self.fleet.agents:
            self.main.select(self.attached)
            self.main.action_zoom()
            self.attached = None

    async def find_runtimes(self) -> None:
        """Look what is installed, for the first run."""
        from tui.client import catalog

        found = await asyncio.to_thread(catalog.runtimes)
        self.main.first_run.show(found, len(self.settings.agents))

    async def on_unmount(self) -> None:
        """Let go of the hosts; agents go on."""
        views = self.fleet.agents.values()
        self.going_on = sum(is_alive(view) for view in views)
        self.still_waiting = sum(needs_you(view) for view in views)
        self.bridge.close()
        self.main.desk.close()
        if self._live is not None:
            self._live.close()
        self.drop_tasks()
        await self.fleet.close()

    def _fleet_changed(self, ids: frozenset[str]) -> None:
        if self.is_running:
            with (
                self._context()
            ):  # called from a socket or a watcher's thread: timers begun here have to know the app
                self.main.apply()
                self.notifier.changed()

    # -- keys ----------------------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Decide who gets a key before anything else sees it.

        While an agent has the keyboard its keys never enter Textual. On the main screen bindings run here, one after the
        other, so that no key can overtake the one before it.
        """
        if isinstance(event, events.Key | events.Paste):
            if not event.is_forwarded and self.screen is self.main and await self.dispatch.take(event):
                return
            if isinstance(self.screen, Dialog) and event.time < self.screen.shown_at:
                return  # typed before it could be read; bubbled ones too
        elif isinstance(event, events.AppBlur | events.AppFocus):
            self.dispatch.tell_focus(isinstance(event, events.AppFocus))
        await super().on_event(event)

    def release_keyboard(self, *, by_leader: bool = False) -> None:
        """Take the keyboard back, at once."""
        if self.keyboard.release(by_leader=by_leader) is not None:
            self.main.keyboard_released()

    def on_paste_cut(self, message: PasteCut) -> None:
        """A paste was longer than what is taken."""
        self.say(f"The paste was cut: {message.dropped:,} characters too many.", severity="warning")

    @property
    def is_read(self) -> bool:
        """Somebody reads an agent's terminal, or what it asks."""
        return self.main.reader is not None or self.main.strip is not None

    @property
    def is_typed_into(self) -> bool:
        """Somebody types into an agent, too."""
        return self.keyboard.owner is not None or super().is_typed_into

    # -- small services for screens ------------------------------------------------------------------------------------

    def action_press(self, keys: str) -> None:
        """Do what keys do that were clicked in the footer."""
        for key in keys.split():
            self.simulate_key(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No palette over a dialog: what it offers is for what lies below."""
        return not (action == "command_palette" and isinstance(self.screen, Dialog))

    def action_sweep(self) -> None:
        """End what lost hosts left running; asks."""
        self.run_task(self._leftovers.ask())

    def action_test_notification(self) -> None:
        """Tell of nothing, to see that it arrives."""
        self.run_task(self.notifier.test())

    def event_clock(self) -> float:
        """Return the clock that events are stamped with."""
        return time.monotonic()

    def copy(self, text: str) -> None:
        """Send text to the clipboard as far as the terminal takes it."""
        if text:
            self.run_task(clipboard.send(self, text))

    async def save_moment(self, view: View) -> None:
        """Save what is known of an agent now."""
        from tui.client import moments

        screen: list[str] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                screen = await self.fleet.link(view.status.id).text()
        status, now = view.status, self.clock.now()

        def write() -> Path:
            moment = moments.gather(
                self.paths, status, now, spec=view.spec, contact=str(view.contact), screen=screen
            )
            return moments.save(self.paths, moment)

        self.say(f"Saved: {await asyncio.to_thread(write)}")

    def choose_theme(self, name: str) -> None:
        """Change the theme, and remember it."""
        self.theme = name
        update(self.paths.state, lambda memory: msgspec.structs.replace(memory, theme=name))

    def turn_mouse(self) -> None:
        """Report the mouse to us, or leave it to the terminal."""
        self.mouse_on = not self.mouse_on
        self.set_mouse(self.mouse_on)
        self.say(
            "The mouse is ours."
            if self.mouse_on
            else f"The mouse is the terminal's: select freely. {keymap.key_in_words('app.mouse')} takes it back."
        )

    # -- the end -------------------------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Close the dashboard; agents go on."""
        self.exit(0)

    def action_hint_quit(self) -> None:
        """Say how to leave."""
        self.say(f"{self.way_out()} {keymap.key_in_words('app.stop-all')} stops them all.")

    def way_out(self) -> str:
        """Say how the dashboard is closed."""
        return f"{keymap.key_in_words('app.quit')} closes, agents go on."

    def _watch_signals(self) -> None:
        if self.is_headless or threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            loop.add_signal_handler(number, self._told_to_end, 128 + number)

    def _told_to_end(self, code: int) -> None:
        # A loop that hangs in a dead terminal never gets to exit; SIGKILL lets the parent restore the terminal.
        watchdog = threading.Timer(STOP_S, os.kill, (os.getpid(), signal.SIGKILL))
        watchdog.daemon = True
        watchdog.start()
        self.exit(None, code)


def _settle_memory() -> None:
    """What was made so far stays: looking through it again and again is what makes frames late."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 50, 1000)
