"""What a mouse event in the pane sends to the child, if the child asked for the mouse.

Source: xterm ctlseqs "Mouse Tracking". Coordinates of other encodings than SGR (1006) and X10 (1005, 1015, 1016 in
pixels) are not sent: children that ask for them ask for 1006 too.
"""

from __future__ import annotations

from typing import Final

import msgspec

_WHEELS: Final = {"wheel_up": 64, "wheel_down": 65, "wheel_left": 66, "wheel_right": 67}
_NO_BUTTON: Final = 3
_MOTION: Final = 32
_X10_MAX: Final = 222
_WHEEL_KEYS: Final = 3


class MouseEvent(msgspec.Struct, frozen=True):
    """A mouse event inside the pane."""

    kind: str
    """`press`, `release`, `move`, `wheel_up`, `wheel_down`, `wheel_left`, `wheel_right`."""
    button: int = 0
    """0 none, 1 left, 2 middle, 3 right."""
    x: int = 0
    """Cell, 0-based."""
    y: int = 0
    shift: bool = False
    alt: bool = False
    ctrl: bool = False


class MouseModes(msgspec.Struct, frozen=True):
    """What the child asked for."""

    tracking: int = 0
    """0 nothing; 9 presses; 1000 presses and releases; 1002 and drags; 1003 and every move."""
    sgr: bool = False
    """Mode 1006."""
    alternate: bool = False
    """The alternate screen is shown."""
    wheel_keys: bool = True
    """Mode 1007: on the alternate screen, the wheel sends arrow keys if nothing else is asked for."""
    application_cursor: bool = False


def encode_mouse(event: MouseEvent, modes: MouseModes) -> bytes:
    """Return what the event sends; nothing if the child does not want it."""
    if not modes.tracking:
        return _wheel_as_keys(event, modes)
    if not _is_wanted(event, modes.tracking):
        return b""
    code = _code(event)
    if modes.sgr:
        final = "m" if event.kind == "release" else "M"
        return f"\x1b[<{code};{max(0, event.x) + 1};{max(0, event.y) + 1}{final}".encode()
    if not (0 <= event.x <= _X10_MAX and 0 <= event.y <= _X10_MAX):
        return b""
    if event.kind == "release":
        code = code & ~3 | _NO_BUTTON
    return b"\x1b[M" + bytes((32 + code, 33 + event.x, 33 + event.y))


def _is_wanted(event: MouseEvent, tracking: int) -> bool:
    if event.kind == "press":
        return event.button in (1, 2, 3)
    if event.kind in _WHEELS:
        return tracking != 9
    if event.kind == "release":
        return tracking != 9 and event.button in (1, 2, 3)
    if event.kind == "move":
        return tracking == 1003 or (tracking == 1002 and event.button in (1, 2, 3))
    return False


def _code(event: MouseEvent) -> int:
    code = _WHEELS.get(event.kind)
    if code is None:
        code = event.button - 1 if event.button in (1, 2, 3) else _NO_BUTTON
        if event.kind == "move":
            code += _MOTION
    return code + 4 * event.shift + 8 * event.alt + 16 * event.ctrl


def _wheel_as_keys(event: MouseEvent, modes: MouseModes) -> bytes:
    """Arrow keys for a full-screen program that knows no mouse."""
    if not (modes.alternate and modes.wheel_keys) or event.kind not in ("wheel_up", "wheel_down"):
        return b""
    introducer = b"\x1bO" if modes.application_cursor else b"\x1b["
    return (introducer + (b"A" if event.kind == "wheel_up" else b"B")) * _WHEEL_KEYS
