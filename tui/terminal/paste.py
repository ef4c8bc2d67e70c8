"""Pasted text as bytes for the child: nothing in it can act as a key or end the bracket early."""

from __future__ import annotations

import re
from typing import Final

_START: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
_NEWLINE: Final = re.compile("\r\n|\n")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def encode_paste(text: str, *, bracketed: bool) -> bytes:
    """Return pasted text as the child gets it.

    End marks, ESC and the other control characters but tab are taken out; newlines become CR, as Enter sends.

    Args:
        text: Anything from a clipboard.
        bracketed: The child asked for bracketed paste (mode 2004).
    """
    previous = None
    while previous != text:
        # Taking one mark out may join the halves of another.
        previous, text = text, text.replace(_END, "").replace(_START, "")
    text = _CONTROLS.sub("", _NEWLINE.sub("\r", text))
    if bracketed:
        text = f"{_START}{text}{_END}"
    return text.encode("utf-8", "replace")
