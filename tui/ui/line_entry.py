"""A line that is typed: its text and cursor, changed key by key, so that no key can overtake the one before it."""

from __future__ import annotations

import enum
import re
from typing import Final

from tui.core.text import joins, one_line

LENGTH_MAX: Final = 1_000
_WORD_BACK: Final = re.compile(r"\S*\s*$")


class Did(enum.Enum):
    """What a key did to the line."""

    NOTHING = "nothing"
    CHANGED = "changed"
    DONE = "done"
    LEFT = "left"


class LineEntry:
    """One line of input.

    Args:
        text: What stands in it at first.
    """

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.cursor = len(text)

    def key(self, key: str, character: str | None) -> Did:
        """Take a key, in Textual's names."""
        match key:
            case "enter":
                return Did.DONE
            case "escape" | "ctrl+c" | "ctrl+g":
                return Did.LEFT
            case "left" | "ctrl+b":
                self.cursor = max(0, self.cursor - 1)
            case "right" | "ctrl+f":
                self.cursor = min(len(self.text), self.cursor + 1)
            case "home" | "ctrl+a":
                self.cursor = 0
            case "end" | "ctrl+e":
                self.cursor = len(self.text)
            case "backspace" | "ctrl+h":
                if not self.text:
                    return Did.LEFT
                self._cut(self.cursor - 1, self.cursor)
            case "delete" | "ctrl+d":
                self._cut(self.cursor, self.cursor + 1)
            case "ctrl+u":
                self._cut(0, self.cursor)
            case "ctrl+k":
                self._cut(self.cursor, len(self.text))
            case "ctrl+w" | "alt+backspace":
                found = _WORD_BACK.search(self.text[: self.cursor])
                self._cut(found.start() if found else 0, self.cursor)
            case _:
                if character is None or not (character.isprintable() or joins(character)) or not _types(key):
                    return Did.NOTHING
                return self.paste(character)
        return Did.CHANGED

    def paste(self, text: str) -> Did:
        """Put text at the cursor; line ends become blanks."""
        text = one_line(text, limit=LENGTH_MAX) if not text.isprintable() else text
        text = text[: LENGTH_MAX - len(self.text)]
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)
        return Did.CHANGED

    def _cut(self, start: int, stop: int) -> None:
        start = max(0, start)
        self.text = self.text[:start] + self.text[stop:]
        self.cursor = min(self.cursor, start) if start < self.cursor else self.cursor


def _types(key: str) -> bool:
    """True if no modifier but shift is held."""
    *modifiers, _ = key.split("+") if key != "+" else [key]
    return not set(modifiers) - {"shift"}
