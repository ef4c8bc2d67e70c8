"""From a control function's bytes to the method that performs it.

The tables start from `pyte.Stream`'s (final character → name of the handler) and go on with what pyte does not know.
What is in no table is consumed and does nothing. Sources: ECMA-48; DEC STD 070; xterm ctlseqs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from tui.terminal import sgr
from tui.terminal.parser import PARAMETERS_MAX
from tui.terminal.resize import Resizing

_SEQUENCE: Final = re.compile("([<=>?]?)([0-9;:]*)").fullmatch
_POSITION: Final = re.compile("([0-9]{0,5});?([0-9]{0,5})").fullmatch
_CACHED_MAX: Final = 4096
_VALUE_MAX: Final = 0xFFFF
_VALUES_MAX: Final = 32

CONTROL_SEQUENCES: Final[dict[str, str]] = {
    "S": "scroll_up",
    "T": "scroll_down",
    "b": "repeat",
    "I": "tab_forward",
    "Z": "tab_back",
    "`": "cursor_to_column",
    "f": "cursor_position",
    "j": "cursor_back",
    "e": "line_forward",
    "s": "save_cursor",
    "u": "restore_cursor",
    "t": "window_operation",
    " @": "shift_left",
    " A": "shift_right",
    "'}": "insert_columns",
    "'~": "delete_columns",
    "!p": "soft_reset",
    " q": "cursor_style",
    "$p": "request_mode",
    "?$p": "request_private_mode",
    "?h": "set_private_mode",
    "?l": "reset_private_mode",
    "?s": "save_private_modes",
    "?r": "restore_private_modes",
    "?J": "erase_in_display",
    "?K": "erase_in_line",
    "?W": "reset_tab_stops",
    "?n": "report_private_status",
    ">c": "report_secondary_attributes",
    "=c": "report_tertiary_attributes",
    ">q": "report_version",
    ">m": "set_key_modifiers",
    "?m": "report_key_modifiers",
    ">u": "push_keyboard",
    "<u": "pop_keyboard",
    "=u": "set_keyboard",
    "?u": "report_keyboard",
}
"""Prefix, intermediates and final → handler, added to pyte's."""

_VALUES: Final[dict[str, int]] = {
    "cursor_position": 2,
    "set_margins": 2,
    "set_keyboard": 2,
    "set_key_modifiers": 2,
    "window_operation": 2,
    "set_mode": _VALUES_MAX,
    "reset_mode": _VALUES_MAX,
    "set_private_mode": _VALUES_MAX,
    "reset_private_mode": _VALUES_MAX,
    "save_private_modes": _VALUES_MAX,
    "restore_private_modes": _VALUES_MAX,
    "scroll_down": 2,
    "save_cursor": 1,
    "restore_cursor": 0,
    "soft_reset": 0,
}
"""How many parameters a handler takes, if not one; more are ignored."""

ESCAPES: Final[dict[str, str]] = {
    "E": "next_line",
    "Z": "report_device_attributes",
    "=": "application_keypad",
    ">": "numeric_keypad",
    "#8": "alignment_display",
}
"""Intermediates and final → handler, added to pyte's."""

Handler = Callable[..., Any]


class Dispatch(Resizing):
    """Find the handler of a control function and call it. Implements `parser.Listener`."""

    pens: dict[tuple[str, str], str]
    """SGR parameters already seen: (pen, parameters) → pen."""
    positions: dict[str, tuple[int, int]]
    """CUP parameters already seen: → (row, column), 0-based, not clamped."""
    controls: dict[str, Handler]
    escapes: dict[str, Handler]
    sequences: dict[str, tuple[Handler, int]]
    strings: dict[str, Callable[[str, str], None]]

    def bind_handlers(self, basic: dict[str, str], escape: dict[str, str], csi: dict[str, str]) -> None:
        """Make the tables: pyte's names, then ours, as bound methods."""
        self.controls = {code: getattr(self, name) for code, name in basic.items()}
        self.escapes = {code: getattr(self, name) for code, name in (escape | ESCAPES).items()}
        self.sequences = {
            code: (getattr(self, name), _VALUES.get(name, 1))
            for code, name in (csi | CONTROL_SEQUENCES).items()
            if name != "select_graphic_rendition"
            and code != "'"  # SGR has its own way; pyte's HPA is no final
        }
        self.strings = {"]": self.operating_system_command, "P": self.device_control}

    def execute(self, control: str) -> None:
        """A C0 control character; unknown ones, and C1, do nothing."""
        handler = self.controls.get(control)
        if handler is not None:
            handler()

    def escape(self, intermediates: str, final: str) -> None:
        """An escape sequence."""
        if intermediates and intermediates in "()":
            self.define_charset(final, intermediates)
            return
        handler = self.escapes.get(intermediates + final)
        if handler is not None:
            handler()

    def control(self, parameters: str, final: str) -> None:
        """A control sequence. Parameters: missing is 0; too large is 65535; sub-parameters are left out."""
        match = _SEQUENCE(parameters)
        if match is None or len(parameters) > PARAMETERS_MAX:
            return
        prefix, values = match.groups()
        if final == "m" and not prefix:
            self.pen = self._new_pen(self.pen, values)
            return
        if final == "H":
            self.remember_position(values)
        found = self.sequences.get(prefix + final)
        if found is None:
            return
        handler, most = found
        if not values:
            handler()
            return
        parts = values.split(";", most)[:most]
        handler(*[min(int(part.partition(":")[0] or 0), _VALUE_MAX) for part in parts])

    def string(self, kind: str, payload: str, terminator: str) -> None:
        """A control string; APC, PM and SOS do nothing."""
        handler = self.strings.get(kind)
        if handler is not None:
            handler(payload, terminator)

    def _new_pen(self, pen: str, parameters: str) -> str:
        """The pen after `CSI parameters m`, remembered."""
        styles = self.styles
        style = (
            sgr.apply(styles.by_number[ord(pen)], parameters) if len(parameters) <= PARAMETERS_MAX else None
        )
        if style is None:
            self.control(parameters, "m")
            return self.pen
        new = chr(styles.number(style))
        if len(self.pens) >= _CACHED_MAX:
            self.pens.clear()
        self.pens[pen, parameters] = new
        return new

    def remember_position(self, parameters: str) -> None:
        """Keep a position for the loop, if it is a plain one."""
        match = _POSITION(parameters)
        if match is None:
            return
        if len(self.positions) > 4 * _CACHED_MAX:
            self.positions.clear()
        self.positions[parameters] = max(1, int(match[1] or 1)) - 1, max(1, int(match[2] or 1)) - 1
