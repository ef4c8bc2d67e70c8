"""What ground the terminal has: asked once, before Textual reads it, for the theme `auto`."""

from __future__ import annotations

import contextlib
import os
import re
import select
import sys
import termios
import time
import tty
from typing import Final

WAIT_S: Final = 0.15
"""A terminal that knows the answer gives it in a few milliseconds; one over SSH in a round trip."""

_ASK: Final = b"\x1b]11;?\x1b\\\x1b[c"
"""OSC 11, then DA1, which every terminal answers: when that reply is there nothing more comes."""
_COLOUR: Final = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F/]+)(?:\x07|\x1b\\)")
_DA1: Final = re.compile(rb"\x1b\[\?[0-9;]*c")


def ask(wait_s: float = WAIT_S) -> tuple[str, bytes]:
    """Return `dark` or `light`, and what was typed meanwhile."""
    reply = b""
    with contextlib.suppress(termios.error, ValueError, OSError):
        reply = _exchange(sys.stdin.fileno(), sys.stdout.fileno(), wait_s)
    typed = _DA1.sub(b"", _COLOUR.sub(b"", reply))
    return ("light" if is_light(reply) else "dark"), typed


def _exchange(source: int, target: int, wait_s: float) -> bytes:
    before = termios.tcgetattr(source)
    tty.setcbreak(source, termios.TCSANOW)
    try:
        os.write(target, _ASK)
        found, limit = b"", time.monotonic() + wait_s
        while _DA1.search(found) is None and (left := limit - time.monotonic()) > 0:
            if select.select([source], [], [], left)[0]:
                found += os.read(source, 4096)
        return found
    finally:
        termios.tcsetattr(source, termios.TCSANOW, before)


def is_light(reply: bytes) -> bool:
    """Return whether a reply names a light ground (relative luminance over a half)."""
    match = _COLOUR.search(reply)
    if match is None:
        return False
    try:
        parts = [int(part, 16) / (16 ** len(part) - 1) for part in match.group(1).split(b"/")[:3]]
    except ValueError:
        return False
    if len(parts) != 3:
        return False
    red, green, blue = parts
    luminance: float = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return luminance > 0.5
