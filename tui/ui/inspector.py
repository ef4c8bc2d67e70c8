"""The live key inspector of `doctor --keys`: each key's raw bytes, its name, and what an agent gets for it."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from collections.abc import Iterator
from typing import Final

from textual import events

from tui.terminal.keys import KeyModes, encode_key
from tui.ui.keyboard import Keyboard, is_ignorable
from tui.ui.keyparser import InputDecoder
from tui.ui.rescue import RESET

MODES: Final = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[>25u"
"""What the dashboard asks of a terminal: mouse, focus, pastes, kitty keys."""
END: Final = "ctrl+c"
_TICK_S: Final = 0.01
_ROW: Final = "{:<26}{:<26}{:<14}{:<18}{}"
_KITTY: Final = KeyModes(kitty_flags=1)
_OTHER: Final = KeyModes(modify_other_keys=2)


class Inspector:
    """Turns bytes into lines to print.

    Args:
        leader: The configured leader, as people write it.
    """

    def __init__(self, leader: str) -> None:
        self._keyboard = Keyboard(leader)
        self._decoder = InputDecoder()
        self._raw = b""
        self.is_over = False
        """Ctrl+c was pressed twice in a row."""
        self._ending = False
        self.kitty_seen = False
        """The terminal sent a key as kitty's protocol has it."""

    def begin(self) -> list[str]:
        """Return what is said first."""
        return [
            "Press keys. ctrl+c twice ends. What an agent gets depends on the protocol that it asked for.",
            "",
            _ROW.format("sent by your terminal", "key", "agent: plain", "kitty", "modifyOtherKeys"),
        ]

    def feed(self, data: bytes, now: float) -> list[str]:
        """Take bytes from the terminal."""
        lines: list[str] = []
        for value in data:
            byte = bytes([value])
            self._raw += byte
            lines += self._lines(self._decoder.feed(byte, now))
        return lines

    def tick(self, now: float) -> list[str]:
        """Let time pass."""
        lines = self._lines(self._decoder.tick(now))
        if self._raw and not self._decoder.waiting:
            lines.append(f"{visible(self._raw):<26}no key: an answer, a release or something unknown")
            self._raw = b""
        return lines

    def end(self) -> str:
        """Return what was learned of the terminal."""
        if self.kitty_seen:
            return "This terminal speaks the kitty keyboard protocol: every key with every modifier arrives."
        return (
            "No key came as the kitty protocol has it: ctrl+enter, ctrl+i and the like arrive as their plain keys. "
            "Nothing of agent-tui needs them."
        )

    def _lines(self, messages: Iterator[object]) -> list[str]:
        lines = []
        for message in messages:
            raw, self._raw = self._raw, b""
            lines.append(self._line(message, raw))
        return lines

    def _line(self, message: object, raw: bytes) -> str:
        shown = visible(raw)
        if isinstance(message, events.Key):
            return self._key(message, raw, shown)
        self._ending = False
        if isinstance(message, events.Paste):
            return f"{visible(raw[:9])} …  a paste of {len(message.text):,} characters"
        if isinstance(message, events.MouseEvent):
            where = f"column {int(message.x) + 1}, row {int(message.y) + 1}"
            return f"{shown:<26}{type(message).__name__}  button {message.button}  {where}"
        return f"{shown:<26}{type(message).__name__}"

    def _key(self, event: events.Key, raw: bytes, shown: str) -> str:
        self.is_over = self._ending and event.key == END
        self._ending = event.key == END
        self.kitty_seen = self.kitty_seen or (raw.startswith(b"\x1b[") and raw.endswith(b"u"))
        if is_ignorable(event.key):
            return f"{shown:<26}{event.key}  a modifier alone: goes nowhere"
        sent = [
            visible(encode_key(event.key, event.character, modes)) for modes in (KeyModes(), _KITTY, _OTHER)
        ]
        if event.key == "shift+enter":
            sent[0] = "as configured"
        line = _ROW.format(shown, event.key, *(each or "nothing" for each in sent))
        if self._keyboard.is_leader(event.key):
            line += "  the leader"
        return line.rstrip()


def visible(data: bytes) -> str:
    """Return bytes as people read them: `ESC [1;5A`, `^C`, `é`."""
    text = data.decode("utf-8", "backslashreplace")
    shown = []
    for character in text:
        if character == "\x1b":
            shown.append("ESC " if len(text) > 1 else "ESC")
        elif character < " ":
            shown.append("^" + chr(ord(character) + 64))
        elif character == "\x7f":
            shown.append("DEL")
        elif not character.isprintable():
            shown.append(f"U+{ord(character):04X}")
        else:
            shown.append("space" if data == b" " else character)
    return "".join(shown)


def inspect(leader: str) -> None:
    """Show what is pressed until ctrl+c is pressed twice; the terminal is left as it was.

    Raises:
        termios.error: Standard input is no terminal.
    """
    source, target = sys.stdin.fileno(), sys.stdout.fileno()
    before = termios.tcgetattr(source)
    inspector = Inspector(leader)
    tty.setraw(source)
    try:
        _write(target, inspector.begin())
        os.write(target, MODES)
        while not inspector.is_over:
            if select.select([source], [], [], _TICK_S)[0]:
                data = os.read(source, 4096)
                if not data:
                    return
                _write(target, inspector.feed(data, time.monotonic()))
            _write(target, inspector.tick(time.monotonic()))
    finally:
        os.write(target, RESET.replace(b"\x1b[?1049l", b""))
        termios.tcsetattr(source, termios.TCSADRAIN, before)
    print(f"\n{inspector.end()}")  # noqa: T201 - this is the command's own output


def _write(target: int, lines: list[str]) -> None:
    for line in lines:
        os.write(target, f"{line}\r\n".encode(errors="replace"))
