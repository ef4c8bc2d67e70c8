"""Opening the dashboard: in a process of its own, so that a terminal is put right whatever happens to it.

This module is what the command line imports: it loads no Textual. The process that does is `tui.ui.child`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final

import msgspec

from tui.client.places import Paths
from tui.core.settings import Settings
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


class Opening:
    """The dashboard's process, begun before it is known what it shall show: it loads what it needs meanwhile.

    Leave it as a context: a dashboard that was never told anything ends without a trace.
    """

    def __init__(self) -> None:
        read, self._write = os.pipe()
        # -P: a file of the folder we stand in must not be taken for one of the standard library.
        argv = [sys.executable, "-P", "-m", "tui.ui.child", str(read)]
        try:
            self.child = subprocess.Popen(argv, pass_fds=(read,))
        finally:
            os.close(read)

    def __enter__(self) -> Opening:
        return self

    def __exit__(self, *_: object) -> None:
        if self._write >= 0:
            self.child.kill()  # nothing of it was seen
            self.child.wait()
            os.close(self._write)

    def tell(self, order: Order) -> None:
        """Say what to show."""
        handle, self._write = self._write, -1
        with os.fdopen(handle, "wb") as file, contextlib.suppress(BrokenPipeError):
            file.write(msgspec.json.encode(order))


def run_dashboard(
    paths: Paths,
    settings: Settings,
    *,
    attach: str | None = None,
    demo: bool = False,
    tour: bool = False,
    opening: Opening | None = None,
) -> int:
    """Open the dashboard and wait until it is closed.

    Args:
        paths: Where everything is.
        settings: The user's and the project's configuration.
        attach: Id of an agent to open alone.
        demo: The fleet is a simulated one.
        tour: Begin with the tour.
        opening: Its process, where that was begun before.

    Returns:
        An exit code; 128 + the signal's number if the dashboard was ended by one.
    """
    order = Order(
        folders=(str(paths.state), str(paths.runtime), str(paths.config), str(paths.log)),
        settings=settings,
        attach=attach,
        demo=demo,
        tour=tour,
        parent=os.getpid(),
    )
    terminal = Terminal()
    with _forwarding() as told, opening or Opening() as begun:
        child = begun.child
        told.append(child)
        try:
            begun.tell(order)
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


@contextlib.contextmanager
def _forwarding() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Hand signals on to the dashboard, where nobody else wants them."""
    children: list[subprocess.Popen[bytes]] = []

    def forward(number: int, frame: FrameType | None) -> None:
        for child in children:
            child.send_signal(number)

    before = {}
    for number in _FORWARDED:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            before[number] = signal.signal(number, forward)
    try:
        yield children
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for the dashboard; when it is put to sleep sleep too, so that the shell gets its prompt."""
    while child.returncode is None:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            os.kill(os.getpid(), signal.SIGSTOP)
            _wake(child)
            continue
        child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode


def _wake(child: subprocess.Popen[bytes]) -> None:
    """Wake the dashboard if we alone were woken. `fg` wakes the whole group, and a second SIGCONT would start it twice."""
    limit = time.monotonic() + WAKE_S
    while time.monotonic() < limit:
        pid, status = os.waitpid(child.pid, os.WNOHANG | os.WCONTINUED)
        if pid and os.WIFCONTINUED(status):
            return
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return
        time.sleep(0.01)
    child.send_signal(signal.SIGCONT)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is not None:
        return
    child.terminate()
    limit = time.monotonic() + LEAVE_S
    while child.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    if child.poll() is None:
        child.kill()
        child.wait()
