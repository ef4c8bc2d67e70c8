"""The dashboard's own terminal driver: Textual's, with an input thread that no byte can end.

It was checked with Textual 8.2.8 and uses a few private names of it (a test pins them). With any other version the
stock driver is taken and a line in the log says so: keys that only ours knows (alt with digits, …) are lost then.
"""

from __future__ import annotations

import logging
import os
import selectors
import time
from pathlib import Path
from typing import ClassVar, Final

import textual
from textual import events
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.ui.jobs import can_be_woken
from tui.ui.keyparser import InputDecoder

CHECKED_TEXTUAL: Final = "8.2.8"
GONE_EXIT: Final = 129
"""Exit code when the terminal vanished: 128 + SIGHUP."""

TITLE_ASIDE: Final = "\x1b[22;0t"
TITLE_BACK: Final = "\x1b]0;\x07\x1b[23;0t"
"""Emptied first, for terminals without a stack of titles."""

_READ_BYTES: Final = 65_536
_IDLE_S: Final = 0.1
_PENDING_S: Final = 0.01
_EVERY_MOVE: Final = "\x1b[?1003h"

log = logging.getLogger(__name__)


def entitle(title: str) -> str:
    """Return the sequence that names the terminal's window and tab (OSC 0); the title holds no control characters."""
    return f"\x1b]0;{title}\x07"


def installed_textual() -> str:
    """Return Textual's version. Its folder of metadata is named for it; whoever reads metadata loads `email` and more."""
    site = Path(textual.__file__).parent.parent
    if (site / f"textual-{CHECKED_TEXTUAL}.dist-info").is_dir():
        return CHECKED_TEXTUAL
    from importlib.metadata import version

    return version("textual")


def choose_driver(stock: type[Driver]) -> type[Driver]:
    """Return our driver in place of the stock one, if this Textual is the one it was checked with."""
    if stock is not LinuxDriver:
        return stock  # headless tests, textual-serve, Windows
    found = installed_textual()
    if found != CHECKED_TEXTUAL:
        log.warning("Textual %s instead of %s: the stock terminal driver is used", found, CHECKED_TEXTUAL)
        return stock
    return TerminalDriver


class TerminalDriver(LinuxDriver):
    """Linux and macOS terminals."""

    typed_before: ClassVar[bytes] = b""
    """What was typed while the terminal was asked for its colours."""
    _title: str | None = None
    """As set by us."""
    _aside: bool = False
    """The terminal's own is kept aside."""
    _reports = True
    """The mouse is reported to us; it stays so, or not, over a suspension."""
    _motion = False

    def run_input_thread(self) -> None:
        """Read until told to stop, or until the terminal is gone."""
        decoder = InputDecoder()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            early, TerminalDriver.typed_before = TerminalDriver.typed_before, b""
            for message in decoder.feed(early, time.monotonic()):
                self.process_message(message)
            while not self.exit_event.is_set():
                ready = selector.select(_PENDING_S if decoder.waiting else _IDLE_S)
                if ready and not self._read(decoder):
                    return
                for message in decoder.tick(time.monotonic()):
                    self.process_message(message)

    def _read(self, decoder: InputDecoder) -> bool:
        try:
            data = os.read(self.fileno, _READ_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            # Nobody reads this any more. Without SIGHUP (nohup) the stock driver spins here for ever.
            self._app.call_later(self._app.exit, None, GONE_EXIT)
            return False
        for message in decoder.feed(data, time.monotonic()):
            self.process_message(message)
        return True

    def process_message(self, message: Message) -> None:
        """Hand a message to the app; a size that came in the input was never asked for."""
        if not isinstance(message, events.Resize):
            super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return columns and rows, as the terminal tells them; an exported COLUMNS or LINES is of another time."""
        try:
            size = os.get_terminal_size(self.fileno)
        except OSError:
            return super()._get_terminal_size()
        return (size.columns, size.lines) if size.columns and size.lines else super()._get_terminal_size()

    def _sigtstp_application(self, *arguments: object) -> None:
        # It comes to us too when the editor that we wait for is put to sleep.
        if can_be_woken():
            super()._sigtstp_application(*arguments)

    # Drags, not every move: a moving mouse costs a millisecond of drawing a step (mode 1003). SGR coordinates only.
    def _enable_mouse_support(self) -> None:
        if self._mouse and self._reports:
            self.write(f"\x1b[?1000h\x1b[?1002h{_EVERY_MOVE if self._motion else ''}\x1b[?1006h")
            self.flush()

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l")
            self.flush()

    def set_mouse(self, on: bool) -> None:
        """Report the mouse to us, or leave it to the terminal for its own selection, until the next word."""
        self._reports = on
        if on:
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()

    def set_motion(self, on: bool) -> None:
        """Report every move of the pointer, or drags alone."""
        if on != self._motion:
            self._motion = on
            if self._mouse and self._reports:
                # Where these modes are one setting (xterm), the end of 1003 is the end of 1002 too.
                self.write(_EVERY_MOVE if on else "\x1b[?1003l\x1b[?1002h")
                self.flush()

    def set_title(self, title: str | None) -> None:
        """Give the terminal a title, its own one kept aside (XTWINOPS 22), or give that back with None (23)."""
        if title is None:
            self._take_title_back()
        else:
            self.write(("" if self._aside else TITLE_ASIDE) + entitle(title))
            self._aside = True
        self._title = title
        self.flush()

    def _take_title_back(self) -> None:
        if self._aside:
            self.write(TITLE_BACK)
        self._aside = False

    def start_application_mode(self) -> None:
        """Begin, or go on after the terminal was lent to another program."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # as Textual has it
        if self._title is not None:
            self.set_title(self._title)

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was."""
        self._take_title_back()
        super().stop_application_mode()

    def backlog(self) -> int:
        """Writes that the terminal has not taken yet."""
        writer = self._writer_thread
        return writer._queue.qsize() if writer is not None else 0
