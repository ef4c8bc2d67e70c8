"""What a user does in a pane, as bytes for the child, in the modes that its terminal is in."""

from __future__ import annotations

from typing import Final

from tui.protocol.messages import Key, Mouse, Paste
from tui.terminal.emulator import Emulator
from tui.terminal.keys import encode_key
from tui.terminal.mouse import MouseEvent, encode_mouse
from tui.terminal.paste import encode_paste

_PASTE_BEGIN: Final = b"\x1b[200~"
_PASTE_END: Final = b"\x1b[201~"


def encode(message: Key | Paste | Mouse, emulator: Emulator) -> bytes:
    """Return what to type; nothing if the child does not want it."""
    match message:
        case Key(key=key, character=character, legacy=legacy):
            modes = emulator.key_modes
            if legacy and not (modes.kitty_flags & 1 or modes.modify_other_keys):
                key, character = legacy, None
            return encode_key(key, character, modes)
        case Paste(text=text, first=first, last=last):
            # A paste in pieces is one paste for the child: its marks stand around all of it.
            bracketed = emulator.modes.bracketed_paste
            data = encode_paste(text, bracketed=False)
            return (
                (_PASTE_BEGIN if bracketed and first else b"")
                + data
                + (_PASTE_END if bracketed and last else b"")
            )
        case Mouse():
            event = MouseEvent(
                message.kind, message.button, message.x, message.y, message.shift, message.alt, message.ctrl
            )
            return encode_mouse(event, emulator.mouse_modes)
