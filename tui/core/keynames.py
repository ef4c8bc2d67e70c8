"""Names of keys: as people write them (`ctrl+]`), and as Textual delivers them (`ctrl+right_square_bracket`)."""

from __future__ import annotations

import unicodedata
from typing import Final

_RENAMED: Final = {
    # Textual's own short forms of Unicode's names (textual.keys.KEY_NAME_REPLACEMENTS).
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_ALIASES: Final = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
}
_MODIFIERS: Final = ("ctrl", "alt", "shift", "super", "hyper", "meta")
_NAMED: Final = frozenset(
    (
        *[
            "up",
            "down",
            "left",
            "right",
            "home",
            "end",
            "pageup",
            "pagedown",
            "insert",
            "delete",
            "backspace",
            "enter",
            "tab",
            "escape",
            "space",
        ],
        *(f"f{number}" for number in range(1, 36)),
    )
)

_SAME: Final = (
    # What one press is called by different terminals: the legacy byte, and the kitty protocol's names.
    # Source: xterm ctlseqs; https://sw.kovidgoyal.net/kitty/keyboard-protocol/
    frozenset({"ctrl+right_square_bracket", "ctrl+5"}),
    frozenset({"ctrl+@", "ctrl+space", "ctrl+at", "ctrl+2"}),
    frozenset({"ctrl+backslash", "ctrl+4"}),
    frozenset({"ctrl+circumflex_accent", "ctrl+6"}),
    frozenset({"ctrl+underscore", "ctrl+7", "ctrl+slash", "ctrl+minus"}),
)


def canonical(written: str) -> str | None:
    """Return Textual's name of a key as people write it, or None if it is no key.

    Args:
        written: Such as `ctrl+]`, `?`, `K`, `F12`, `ctrl+space`, or already Textual's own name.
    """
    text = written.strip()
    if not text:
        return None
    head, last = ("", text) if len(text) == 1 else _split(text)
    modifiers = [part.strip().lower() for part in head.split("+")] if head else []
    modifiers = ["ctrl" if part in ("control", "^") else part for part in modifiers]
    name = _key(last, modified=bool(modifiers))
    if name is None or len(set(modifiers)) < len(modifiers) or not set(modifiers) <= set(_MODIFIERS):
        return None
    return "+".join([*sorted(modifiers), name])


def variants(written: str) -> frozenset[str]:
    """Return every name under which terminals may deliver a key; none if it is no key."""
    name = canonical(written)
    if name is None:
        return frozenset()
    return next((names | {name} for names in _SAME if name in names), frozenset({name}))


def can_lead(written: str) -> bool:
    """Return whether a key may take the keyboard back from an agent: one that is not typed, edited or sent with."""
    name = canonical(written)
    if name is None:
        return False
    if name in {"ctrl+c", "ctrl+m", "ctrl+j", "ctrl+i", "ctrl+h", "ctrl+left_square_bracket"}:
        return False  # interrupt, enter, line feed, tab, backspace, escape
    return name.startswith("ctrl+") or (name[0] == "f" and name[1:].isdecimal())


def _split(text: str) -> tuple[str, str]:
    if text.endswith("++"):  # ctrl and plus
        return text[:-2], "+"
    head, _, last = text.rpartition("+")
    return head, last


def _key(text: str, *, modified: bool) -> str | None:
    if len(text) == 1:
        if text.isalnum():
            return text.lower() if modified else text
        if text == " ":
            return "space"
        name = unicodedata.name(text, "").lower().replace("-", "_").replace(" ", "_")
        if modified and text == "@":
            return "@"  # the one control code that Textual names by its character
        return _RENAMED.get(name, name) or None
    name = _ALIASES.get(text.lower(), text.lower())
    return name if name in _NAMED or name in _symbols() else None


def _symbols() -> frozenset[str]:
    found = set()
    for code in range(0x21, 0x7F):
        if not chr(code).isalnum():
            name = unicodedata.name(chr(code)).lower().replace("-", "_").replace(" ", "_")
            found.add(_RENAMED.get(name, name))
    return frozenset(found)
