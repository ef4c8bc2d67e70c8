"""The agent's terminal as users see and touch it: its screen over all runs, keys, pastes, sizes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.host.run import Run
from tui.protocol import messages as m
from tui.protocol.screen import Frame, WinSize

if TYPE_CHECKING:
    from tui.host.colours import Colours
    from tui.terminal.emulator import Emulator

RESIZE_S: Final = 0.05
"""A drag sends many sizes; the last one counts."""
ROWS_MAX: Final = 500
COLS_MAX: Final = 1000

_log = logging.getLogger(__name__)


class Pane:
    """What is shown of an agent, and what is typed into it.

    Args:
        size: Of its terminal.
        show: Called with each new run's terminal, or None.
        state: The state folder: dashboards say there in which colours they draw.
    """

    def __init__(self, size: WinSize, show: Callable[[Emulator | None], None], state: Path) -> None:
        self.size = size
        self._show = show
        self._state = state
        self._colours: Colours | None = None
        self._run: Run | None = None
        self._last: Run | None = None
        self._timer: asyncio.TimerHandle | None = None

    def attach(self, run: Run) -> None:
        """A run begins."""
        self._run = self._last = run
        self.follow_colours()
        self._show(self.emulator)

    def detach(self) -> None:
        """The run is over; its screen stays until the next one."""
        self._run = None

    @property
    def emulator(self) -> Emulator | None:
        """The terminal of the present or last run, if it draws one."""
        screen = self._last.screen if self._last is not None else None
        return screen.emulator if screen is not None else None

    def follow_colours(self) -> None:
        """Answer the child with the colours in which its pane is drawn now."""
        emulator = self.emulator
        if emulator is not None:
            if self._colours is None:
                from tui.host.colours import Colours  # with the emulator, its modules are there

                self._colours = Colours(self._state)
            emulator.set_colours(self._colours.read())

    def text(self) -> list[str]:
        """Return the screen as text, or the last lines of the log of a stream."""
        emulator = self.emulator
        if emulator is not None:
            return emulator.text()
        return self._last.log_lines() if self._last is not None else []

    def frame(self) -> Frame | None:
        """Return the whole screen, or None if there is none."""
        emulator = self.emulator
        if emulator is None:
            return None
        from tui.terminal.frames import FrameSource  # with the emulator, its modules are there

        return FrameSource(emulator).frame(force_full=True)

    def input(self, message: m.Key | m.Paste | m.Mouse | m.Focus | m.Resize) -> None:
        """Take what a user did."""
        run, emulator = self._run, self.emulator
        if isinstance(message, m.Resize):
            self._resize_soon(message.size)
        elif run is None or emulator is None:
            return
        elif isinstance(message, m.Focus):
            emulator.set_focus(message.focused)
        else:
            from tui.host.inputs import encode

            if isinstance(message, m.Key) and message.key == "enter":
                emulator.prompt_typed()

            data = encode(message, emulator)
            if data and not run.type(data):
                _log.warning("%d bytes of input were dropped: the child does not read", len(data))

    def _resize_soon(self, size: WinSize) -> None:
        self.size = WinSize(min(max(size.rows, 1), ROWS_MAX), min(max(size.cols, 2), COLS_MAX))
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(RESIZE_S, self._resize)

    def _resize(self) -> None:
        self._timer = None
        if self._run is not None:
            self._run.resize(self.size)

    def close(self) -> None:
        """No more sizes."""
        if self._timer is not None:
            self._timer.cancel()
