"""Prompts that were sent before, to be sent again: kept in the state folder, the newest last.

A convenience: a file that cannot be read or written is as good as none.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

import msgspec

from tui.ui.memory import write_private

KEPT_MAX: Final = 200
LENGTH_MAX: Final = 20_000
"""Characters; a longer prompt is not kept."""
_FILE: Final = "prompts.json"


def sent_before(folder: Path) -> list[str]:
    """Return them, the oldest first."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=list[str])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return []


def keep_sent(folder: Path, words: str) -> None:
    """Keep one more; one that was sent before moves to the end."""
    if len(words) > LENGTH_MAX:
        return
    others = [each for each in sent_before(folder) if each != words]
    with contextlib.suppress(OSError):
        write_private(folder / _FILE, msgspec.json.encode([*others, words][-KEPT_MAX:]))


class Recall:
    """Goes through them, and back to what was begun.

    Args:
        earlier: The oldest first.
    """

    def __init__(self, earlier: list[str]) -> None:
        self._earlier = earlier
        self._at = len(earlier)
        self._begun = ""

    def older(self, words: str) -> str | None:
        """Return the one before, given what is written now; None at the oldest."""
        if self._at == 0:
            return None
        if self._at == len(self._earlier):
            self._begun = words
        self._at -= 1
        return self._earlier[self._at]

    def newer(self) -> str | None:
        """Return the one after, at last what was begun; None if that is shown."""
        if self._at == len(self._earlier):
            return None
        self._at += 1
        return self._begun if self._at == len(self._earlier) else self._earlier[self._at]
