"""What is typed into an interactive child on the user's behalf."""

from __future__ import annotations

import re
from typing import Final

PASTE_BEGIN: Final = b"\x1b[200~"
PASTE_END: Final = b"\x1b[201~"
ENTER: Final = b"\r"
ENTER_AFTER_S: Final = 0.3
"""Pause between a paste and its Enter; agent CLIs gather the pieces of a paste for about 0.1 s."""
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
    """Return one line as if typed; control characters are left out."""
    return _UNSAFE.sub("", text.replace("\n", " ")).encode()
