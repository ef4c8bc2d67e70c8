"""Text from a child made inert: no control characters, no direction overrides, cut by length.

Everything that a child says and that is shown outside its own terminal passes through here once, at the edge where it
becomes a fact. What is left is plain text: safe in a row, a title, a toast, a log and an outer terminal.
"""

from __future__ import annotations

import re
from typing import Final

_CONTROLS: Final = re.compile(
    # C0 but tab and newline, DEL, C1, bidi embeddings/overrides/isolates and marks, line and paragraph separators,
    # interlinear and tag characters, byte order mark. Unicode TR9 §2, TR36 §3.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_ESCAPES: Final = re.compile(
    # Whole sequences first, so that no `[31m` is left behind. Strings end at BEL, ST or the end of the text.
    "\x1b(?:\\[[0-?]*[ -/]*[@-~]?|[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\|$)|[ -/]*[0-~])?"
    # The same in their eight-bit forms.
    "|\x9b[0-?]*[ -/]*[@-~]?|[\x90\x98\x9d-\x9f][^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\\\|$)"
)
_UNSEEN: Final = re.compile(f"{_CONTROLS.pattern}|[\u00ad\u034f\u115f\u1160\u180e\u3164\uffa0]")
"""Also what is drawn as nothing, or as a space that is none."""
_JOINER: Final = re.compile("[\u200c\u200d\U000e0020-\U000e007f]")
_SPACES: Final = re.compile(r"\s+")

ONE_LINE_MAX: Final = 200
"""Characters kept by `one_line` unless told otherwise."""


def plain(text: str, *, limit: int | None = None) -> str:
    r"""Return text without escape sequences, control characters and direction overrides.

    Args:
        text: Anything a child said; newlines and tabs are kept, `\r\n` becomes `\n`.
        limit: Characters to keep; a longer text is cut and ends in a note of how many were left out.
    """
    text = _ESCAPES.sub("", text)
    text = _CONTROLS.sub("", text.replace("\r\n", "\n"))
    if limit is not None and len(text) > limit:
        return f"{text[:limit]}… ({len(text) - limit} more characters)"
    return text


def revealed(text: str) -> str:
    r"""Return text with its control characters and direction overrides written out, as in `\x1b`, not left out.

    For what somebody is asked to allow: `ls ESC ]; rm -rf ~ BEL` is a shell's command whole, but `ls` to a terminal. Newlines and
    tabs are kept, `\r\n` becomes a newline.
    """
    return _UNSEEN.sub(_written, text.replace("\r\n", "\n"))


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def joins(character: str) -> bool:
    """Return whether a character is text without a glyph of its own: it joins or shapes those beside it.

    The zero width joiner and non-joiner (👩\u200d🔧, Persian and Indic words), and the tags that make a black flag England's.
    """
    return _JOINER.fullmatch(character) is not None


def one_line(text: str, *, limit: int = ONE_LINE_MAX) -> str:
    """Return the text on one line, white space folded, inert, at most `limit` characters ending in `…` if cut."""
    # A cheap bound first: a megabyte of text is not cleaned for the sake of 200 characters.
    text = _SPACES.sub(" ", plain(text[: limit * 8])).strip()
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
