"""Opening the dashboard: in a process of its own, so that a terminal is put right whatever happens to it.

This module is what the command line imports: it loads no Textual. The process that does is `tui.ui.child`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final

import msgspec

from tui.client.places import Paths
from tui.core.settings import Settings
from tui.ui.background import ask
from tui.ui.memory import recall
from tui.ui.opening import Opening
from tui.ui.rescue import Terminal

LEAVE_S: Final = 4.0
"""How long a dashboard that was told to end may take."""
WAKE_S: Final = 0.5
_FORWARDED: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the dashboard's process is told."""

    folders: tuple[str, str, str, str]
    """State, runtime, config, log."""
    settings: Settings
    attach: str | None = None
    demo: bool = False
    tour: bool = False
    """Begin with the tour."""
    parent: int = 0
    """The process that waits for it; when it is gone nobody puts the terminal right, so the dashboard ends."""
    theme: str = "dark"
    """Instead of the configured one: what `auto` turned out to be."""
    typed: bytes = b""
    """What was typed while the terminal was asked for its colours."""
    environment: dict[str, str] = {}
    """Variables that whatever it starts has to have."""


def run_dashboard(
    paths: Paths,
    settings: Settings,
    *,
    attach: str | None = None,
    demo: bool = False,
    tour: bool = False,
    opening: Opening | None = None,
    environment: dict[str, str] | None = None,
) -> int:
    """Open the dashboard and wait until it is closed.

    Args:
        paths: Where everything is.
        settings: The user's and the project's configuration.
        attach: Id of an agent to open alone.
        demo: The fleet is a simulated one.
        tour: Begin with the tour.
        opening: Its process, where that was begun before.
        environment: Variables that it lacks since it was begun before they were set.

    Returns:
        An exit code; 128 + the signal's number if the dashboard was ended by one.
    """
    terminal = Terminal()
    with opening or Opening() as child, _forwarding(child):
        try:
            theme, typed = _theme(paths, settings)  # asked while the toolkit is loaded
            order = Order(
                folders=(str(paths.state), str(paths.runtime), str(paths.config), str(paths.log)),
                settings=settings,
                attach=attach,
                demo=demo,
                tour=tour,
                parent=os.getpid(),
                theme=theme,
                typed=typed,
                environment=environment or {},
            )
            child.tell(msgspec.json.encode(order))
            code = _wait(child)
        except BaseException:
            _end(child)
            terminal.restore()
            raise
    if code < 0:
        terminal.restore()
        sys.stderr.write(f"The dashboard was ended by {signal.Signals(-code).name}. The agents go on.\n")
        return 128 - code
    return code


def _theme(paths: Paths, settings: Settings) -> tuple[str, bytes]:
    """Return the theme, and what was typed while the terminal was asked for it."""
    theme = settings.dashboard.theme
    if theme == "auto":
        theme = recall(paths.state).theme  # what was chosen in the palette
    return (theme, b"") if theme else ask()


@contextlib.contextmanager
def _forwarding(child: Opening) -> Iterator[None]:
    """Hand signals on to the dashboard, where nobody else wants them."""

    def forward(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    before = {}
    for number in _FORWARDED:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            before[number] = signal.signal(number, forward)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(child: Opening) -> int:
    """Wait for the dashboard; when it is put to sleep sleep too, so that the shell gets its prompt."""
    while child.returncode is None:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            os.kill(os.getpid(), signal.SIGSTOP)
            _wake(child)
            continue
        child.took(status)
    return child.returncode


def _wake(child: Opening) -> None:
    """Wake the dashboard if we alone were woken. `fg` wakes the whole group, and a second SIGCONT would start it twice."""
    limit = time.monotonic() + WAKE_S
    while time.monotonic() < limit:
        pid, status = os.waitpid(child.pid, os.WNOHANG | os.WCONTINUED)
        if pid and os.WIFCONTINUED(status):
            return
        if pid:
            child.took(status)
            return
        time.sleep(0.01)
    child.send_signal(signal.SIGCONT)


def _end(child: Opening) -> None:
    if child.returncode is not None:
        return
    child.send_signal(signal.SIGTERM)
    limit = time.monotonic() + LEAVE_S
    while child.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    if child.returncode is None:
        child.took(os.waitpid(child.pid, 0)[1])
