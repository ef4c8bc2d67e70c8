"""Answers to the child's questions, in the order of the questions.

Never answered: what would put text of the child's own choice into its input (titles, ENQ), and the clipboard.
Sources: xterm ctlseqs; https://sw.kovidgoyal.net/kitty/keyboard-protocol/; https://contour-terminal.org/vt-extensions/.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from typing import Final

import tui
from tui.terminal import sgr
from tui.terminal.colours import format_colour
from tui.terminal.modes import ALWAYS_SET, KNOWN_PRIVATE, NEVER_SET, ModeSetting
from tui.terminal.state import DECOM, private

CELL_HEIGHT: Final = 16
CELL_WIDTH: Final = 8
"""Pixels of a cell, as children are told. Plausible; nothing here draws pixels."""

_CAPABILITIES: Final = {"TN": "xterm-256color", "Co": "256", "colors": "256", "RGB": "8/8/8"}


class Replies(ModeSetting):
    """Handlers that answer."""

    def write_process_input(self, data: str) -> None:
        """Answer the child."""
        self.reply(data.encode())

    def report_device_attributes(self, mode: int = 0, **kwargs: bool) -> None:
        """DA1: a VT220 with colours."""
        if mode == 0:
            self.write_process_input("\x1b[?62;22c")

    def report_secondary_attributes(self, mode: int = 0) -> None:
        """DA2."""
        if mode == 0:
            self.write_process_input("\x1b[>1;10;0c")

    def report_tertiary_attributes(self, mode: int = 0) -> None:
        """DA3."""
        if mode == 0:
            self.write_process_input("\x1bP!|00000000\x1b\\")

    def report_version(self, mode: int = 0) -> None:
        """XTVERSION."""
        if mode == 0:
            self.write_process_input(f"\x1bP>|agent-tui({tui.__version__})\x1b\\")

    def report_device_status(self, mode: int = 0) -> None:
        """DSR: 5 all well, 6 cursor position."""
        if mode == 5:
            self.write_process_input("\x1b[0n")
        elif mode == 6:
            self.write_process_input(f"\x1b[{self._position()}R")

    def report_private_status(self, mode: int = 0) -> None:
        """Private DSR: 6 cursor position, 15 printer, 25 keys, 26 keyboard, 996 dark or light."""
        fixed = {15: "13", 25: "21", 26: "27;1;0;0", 53: "53", 55: "53", 56: "57;0", 75: "70"}
        if mode == 6:
            self.write_process_input(f"\x1b[?{self._position()}R")
        elif mode == 996:
            self.report_theme()
        elif mode in fixed:
            self.write_process_input(f"\x1b[?{fixed[mode]}n")

    def _position(self) -> str:
        y = self.cursor.y - (self.top if DECOM in self.mode else 0)
        return f"{y + 1};{min(self.cursor.x, self.columns - 1) + 1}"

    def report_theme(self) -> None:
        """Whether the pane is dark (1) or light (2)."""
        self.write_process_input(f"\x1b[?997;{1 if self.palette.is_dark else 2}n")

    def request_mode(self, mode: int = 0) -> None:
        """DECRQM for ANSI modes."""
        value = 0 if mode not in (4, 20) else 1 if mode in self.mode else 2
        self.write_process_input(f"\x1b[{mode};{value}$y")

    def request_private_mode(self, mode: int = 0) -> None:
        """DECRQM: 0 unknown, 1 set, 2 reset, 3 always set, 4 never set."""
        value = 3 if mode in ALWAYS_SET else 4 if mode in NEVER_SET else 0
        if mode in KNOWN_PRIVATE:
            value = 1 if private(mode) in self.mode else 2
        self.write_process_input(f"\x1b[?{mode};{value}$y")

    def report_keyboard(self, mode: int = 0) -> None:
        """Kitty `CSI ? u`."""
        self.write_process_input(f"\x1b[?{self.keyboard[self.is_alternate][-1]}u")

    def report_key_modifiers(self, resource: int = 0) -> None:
        """XTQMODKEYS."""
        if resource == 4:
            self.write_process_input(f"\x1b[>4;{self.modify_other_keys}m")

    def window_operation(self, operation: int = 0, which: int = 0) -> None:
        """XTWINOPS: sizes are told, titles stacked; nothing is moved, resized or read."""
        rows, columns = self.lines, self.columns
        if operation == 14:
            self.write_process_input(f"\x1b[4;{rows * CELL_HEIGHT};{columns * CELL_WIDTH}t")
        elif operation == 16:
            self.write_process_input(f"\x1b[6;{CELL_HEIGHT};{CELL_WIDTH}t")
        elif operation == 18:
            self.write_process_input(f"\x1b[8;{rows};{columns}t")
        elif operation == 19:
            self.write_process_input(f"\x1b[9;{rows};{columns}t")
        elif operation == 22 and which in (0, 2):
            self.push_title()
        elif operation == 23 and which in (0, 2) and self.titles:
            self.set_title(self.titles.pop())

    def set_title(self, param: str) -> None:
        """OSC 0, 2."""
        raise NotImplementedError

    def device_control(self, payload: str, terminator: str) -> None:
        """DCS: DECRQSS and XTGETTCAP are answered, the rest does nothing."""
        if payload.startswith("$q"):
            self._report_setting(payload[2:])
        elif payload.startswith("+q"):
            for name in payload[2:].split(";", 32)[:32]:
                self._report_capability(name)

    def _report_setting(self, name: str) -> None:
        settings: dict[str, Callable[[], str]] = {
            "m": lambda: sgr.format_style(self.style),
            "r": lambda: f"{self.top + 1};{self.bottom + 1}",
            " q": lambda: str(self.shape),
            '"p': lambda: "62;1",
        }
        found = settings.get(name)
        answer = f"1$r{found()}{name}" if found else "0$r"
        self.write_process_input(f"\x1bP{answer}\x1b\\")

    def _report_capability(self, name: str) -> None:
        try:
            value = _CAPABILITIES.get(binascii.unhexlify(name).decode("ascii"))
        except ValueError:
            return
        if value is None:
            self.write_process_input(f"\x1bP0+r{name}\x1b\\")
        else:
            self.write_process_input(f"\x1bP1+r{name}={value.encode().hex().upper()}\x1b\\")

    def report_colour(self, which: str, terminator: str) -> None:
        """OSC 10, 11, 12 and `4;n` with `?`; answered with the terminator of the question."""
        colour = self.own_colours.get(which)
        if colour is None:
            defaults = {
                "10": self.palette.foreground,
                "11": self.palette.background,
                "12": self.palette.cursor,
            }
            colour = defaults[which] if which in defaults else self.palette.indexed(int(which[2:]))
        end = "\x07" if terminator == "\x07" else "\x1b\\"
        self.write_process_input(f"\x1b]{which};{format_colour(colour)}{end}")
