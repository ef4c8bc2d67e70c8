"""An app on our driver that never waits for a terminal: frames that it does not take are skipped, the newest wins."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Generic, TypeVar

from rich.console import RenderableType
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.app import App
from textual.driver import Driver
from textual.geometry import Region
from textual.screen import Screen

from tui.ui.driver import GONE_EXIT, TITLE_BACK, TerminalDriver, choose_driver, entitle
from tui.ui.jobs import can_be_woken
from tui.ui.styling import OnceParsed

T = TypeVar("T")

_CATCH_UP_S: Final = (0.005, 0.01, 0.02, 0.05)
"""Pauses before it is looked whether the terminal reads again, the last one over and over."""
_LOST_MAX: Final = 2_000
"""Parts of lines that are remembered; more are the whole screen."""
_QUEUE_OK: Final = 1
"""Writes that may wait while a frame is drawn: a frame is three."""
_SEQUENCES_OK: Final = 8
"""… and while a sequence is sent; well below the thirty at which writing waits."""


class TerminalApp(App[T], Generic[T], inherit_bindings=False):
    """Base of the dashboard: everything about the terminal underneath, nothing about agents."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.stylesheet = OnceParsed(variables=self.get_css_variables())
        self.listener: Callable[[events.Event], None] | None = None
        """Told of every event from the terminal."""
        self._lost: set[Region] = set()
        """What frames that were skipped would have shown; drawn as soon as the terminal reads again."""
        self._lost_on: Screen[Any] | None = None
        """The screen that it is of; None while none was skipped."""

    async def on_event(self, event: events.Event) -> None:
        """Tell of signs of the user, then do as always."""
        if self.listener is not None:
            self.listener(event)
        await super().on_event(event)

    def run(self, **options: Any) -> T | None:
        """Run to the end. What is left to say to a terminal that vanished goes nowhere.

        The interpreter's last flush would fail and turn the exit code into 120.
        """
        result = super().run(**options)
        if self.return_code == GONE_EXIT:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for fd in (1, 2):
                os.dup2(nowhere, fd)
        return result

    def get_driver_class(self) -> type[Driver]:
        """Return our driver where it fits."""
        return choose_driver(super().get_driver_class())

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        # The queue of writes is short and putting blocks: a terminal that does not read (ctrl+s, a dead SSH link) would
        # stop the loop and with it every key.
        if isinstance(renderable, CompositorUpdate) and self._is_behind():
            self._lose(screen, renderable)
            return
        super()._display(screen, renderable)

    def _lose(self, screen: Screen[Any], update: CompositorUpdate) -> None:
        if self._lost_on is None:
            self.set_timer(_CATCH_UP_S[0], self._catch_up)
        if isinstance(update, ChopsUpdate) and self._lost_on in (None, screen):
            self._lost.update(Region(start, y, stop - start, 1) for y, start, stop in update.spans)
        if (
            not isinstance(update, ChopsUpdate)
            or len(self._lost) > _LOST_MAX
            or self._lost_on not in (None, screen)
        ):
            self._lost = {screen.size.region}
        self._lost_on = screen

    def _is_behind(self) -> bool:
        driver = self._driver
        return isinstance(driver, TerminalDriver) and driver.backlog() > _QUEUE_OK

    def _catch_up(self, tries: int = 1) -> None:
        """Draw what was skipped, as it is now: no more than that, or the terminal falls behind again."""
        if not self._screen_stack:
            return  # it was closed meanwhile
        if self._is_behind():
            pause_s = _CATCH_UP_S[min(tries, len(_CATCH_UP_S) - 1)]
            self.set_timer(pause_s, partial(self._catch_up, tries + 1))
            return
        (lost, self._lost), (lost_on, self._lost_on) = (self._lost, set()), (self._lost_on, None)
        if self.screen is lost_on:
            self.screen.refresh(*lost)
        else:
            self.screen.refresh()

    def action_suspend_process(self) -> None:
        """Stop, as ctrl+z does for any program, where somebody can wake us."""
        if isinstance(self._driver, TerminalDriver) and not can_be_woken():
            self.notify(f"No shell is there to wake it again. {self.way_out()}")
        elif self._driver is None or not self._driver.can_suspend:
            self.notify(f"This terminal cannot be left for a while. {self.way_out()}")
        else:
            super().action_suspend_process()

    def way_out(self) -> str:
        """Say how this app is left for good."""
        return "ctrl+q closes it."

    def redraw(self) -> None:
        """Draw everything anew."""
        self.refresh(layout=True)
        self.screen.refresh(layout=True)

    def tell_terminal(self, sequence: str) -> bool:
        """Send the terminal a whole sequence; False where it takes none now: it must never be waited for."""
        driver = self._driver
        if driver is None or not sequence:
            return False
        if isinstance(driver, TerminalDriver) and driver.backlog() > _SEQUENCES_OK:
            return False
        driver.write(sequence)
        driver.flush()
        return True

    def set_title(self, title: str | None) -> bool:
        """Give the terminal a title, or its own back with None; False where it takes none now."""
        driver = self._driver
        if not isinstance(driver, TerminalDriver):
            return self.tell_terminal(entitle(title) if title is not None else TITLE_BACK)
        if driver.backlog() > _SEQUENCES_OK:
            return False
        driver.set_title(title)
        return True

    def set_mouse(self, on: bool) -> None:
        """Report the mouse to us, or leave it to the terminal."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.set_mouse(on)

    def set_motion(self, on: bool) -> None:
        """Report every move of the pointer to us, or drags alone."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.set_motion(on)
