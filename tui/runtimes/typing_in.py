"""What is typed into an interactive child on the user's behalf."""

from __future__ import annotations

import re
from typing import Final

PASTE_BEGIN: Final = b"\x1b[200~"
PASTE_END: Final = b"\x1b[201~"
ENTER: Final = b"\r"
ESCAPE: Final = b"\x1b"
INTERRUPT: Final = b"\x03"

_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def paste(text: str) -> bytes:
    r"""Return a text as a bracketed paste (xterm ctlseqs, "Bracketed Paste Mode").

    Control characters but tab and newline are left out, so nothing in the text can end the paste or act as a key;
    line ends become `\r`, as terminals send them.
    """
    inert = _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return PASTE_BEGIN + inert.replace("\n", "\r").encode() + PASTE_END


def typed(text: str) -> bytes:
    """Return one line as if typed, and Enter; control characters are left out."""
    return _UNSAFE.sub("", text.strip()).encode() + ENTER


def prompt(text: str) -> bytes:
    """Return a prompt as a bracketed paste and the Enter that sends it."""
    return paste(text.strip()) + ENTER
