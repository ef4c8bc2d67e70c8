"""What a key press sends to the child: xterm's codes, modifyOtherKeys, and flag 1 of kitty's keyboard protocol.

Keys come in Textual's names (`ctrl+a`, `shift+up`, `f5`, `full_stop`), with the character that they produce, if any.
Sources: xterm ctlseqs "PC-Style Function Keys", "Alt and Meta Keys"; https://invisible-island.net/xterm/modified-keys.html;
https://sw.kovidgoyal.net/kitty/keyboard-protocol/.
"""

from __future__ import annotations

from typing import Final

import msgspec

KITTY_HONOURED: Final = 1
"""Flags of the kitty protocol that are honoured: 1, disambiguate escape codes. The others need what no host can know:
releases, alternate layouts, text of keys that made none."""


class KeyModes(msgspec.Struct, frozen=True):
    """Modes of the child that change what keys send."""

    application_cursor: bool = False
    """DECCKM."""
    application_keypad: bool = False
    """DECKPAM. Keys of the keypad arrive like the others, so it changes nothing."""
    newline: bool = False
    """LNM: Enter sends CR LF."""
    modify_other_keys: int = 0
    """XTMODKEYS resource 4: 0, 1 or 2."""
    kitty_flags: int = 0


SHIFT: Final = 1
ALT: Final = 2
CTRL: Final = 4
SUPER: Final = 8
_MODIFIERS: Final = {"shift": SHIFT, "alt": ALT, "ctrl": CTRL, "super": SUPER, "hyper": 16, "meta": 32}

_LETTERS: Final = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_SS3: Final = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_TILDES: Final = {"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6} | {
    f"f{n}": code
    for n, code in zip(
        range(5, 21), (15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34), strict=True
    )
}
_KITTY_F13: Final = 57376
"""F13; F14 and up follow."""
_NAMED: Final = {"enter": 13, "return": 13, "tab": 9, "escape": 27, "backspace": 127, "space": 32}
_IGNORED: Final = frozenset(
    {
        f"{side}_{name}"
        for side in ("left", "right")
        for name in ("shift", "control", "alt", "super", "hyper", "meta")
    }
    | {"caps_lock", "num_lock", "scroll_lock", "menu", "print_screen", "pause", "<ignore>", "ignore"}
    | {"iso_level3_shift", "iso_level5_shift"}
)
_PUNCTUATION: Final = {
    "at": "@",
    "minus": "-",
    "plus": "+",
    "slash": "/",
    "backslash": "\\",
    "underscore": "_",
    "circumflex_accent": "^",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "full_stop": ".",
    "comma": ",",
    "semicolon": ";",
    "colon": ":",
    "apostrophe": "'",
    "quotation_mark": '"',
    "grave_accent": "`",
    "tilde": "~",
    "exclamation_mark": "!",
    "number_sign": "#",
    "dollar_sign": "$",
    "percent_sign": "%",
    "ampersand": "&",
    "asterisk": "*",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "equals_sign": "=",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "question_mark": "?",
    "vertical_line": "|",
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "decimal": ".",
    "separator": ",",
    "equal": "=",
}
_CONTROLS: Final = {
    " ": "\0", "@": "\0", "2": "\0", "3": "\x1b", "[": "\x1b", "4": "\x1c", "\\": "\x1c", "5": "\x1d", "]": "\x1d",
    "6": "\x1e", "^": "\x1e", "~": "\x1e", "7": "\x1f", "/": "\x1f", "_": "\x1f", "-": "\x1f", "8": "\x7f", "?": "\x7f",
}  # fmt: skip


def encode_key(key: str, character: str | None, modes: KeyModes) -> bytes:
    """Return what a key sends; nothing for keys that send nothing (modifiers alone, unknown names).

    Args:
        key: Textual's name: modifiers joined by `+`, then the key.
        character: What the key types, if it types something.
        modes: What the child asked for.
    """
    modifiers, name = split_key(key)
    if name in _IGNORED:
        return b""
    if name == "backspace" and not modifiers and character == "\b" and not modes.kitty_flags & 1:
        return b"\b"  # what that terminal sends for it, or ctrl+h: a child of the terminal itself would get it, too
    if name == "@" and modifiers & CTRL:
        name = (
            "space"  # the byte NUL, which terminals send for ctrl+space; kitty's own name of ctrl+@ is `at`
        )
    code = _function_key(name, modifiers, modes)
    if code is None:
        code = (
            _named_key(name, modifiers, modes)
            if name in _NAMED
            else _text_key(name, modifiers, character, modes)
        )
    return code.encode("utf-8", "replace")


def split_key(key: str) -> tuple[int, str]:
    """Modifier bits and bare name of a key in Textual's spelling; `+` itself is named `plus`, or stands alone."""
    modifiers = 0
    name = key
    while "+" in name[:-1]:
        first, _, rest = name.partition("+")
        if first not in _MODIFIERS:
            break
        modifiers |= _MODIFIERS[first]
        name = rest
    return modifiers, name


def _function_key(name: str, modifiers: int, modes: KeyModes) -> str | None:
    """Arrows, F keys and the block of six; None for other keys."""
    if name in _LETTERS:
        if modifiers:
            return f"\x1b[1;{modifiers + 1}{_LETTERS[name]}"
        return ("\x1bO" if modes.application_cursor else "\x1b[") + _LETTERS[name]
    if name in _SS3:
        kitty = modes.kitty_flags & 1
        if kitty and name == "f3":
            return _tilde(13, modifiers)
        return (
            f"\x1b[1;{modifiers + 1}{_SS3[name]}" if modifiers else f"\x1b{'[' if kitty else 'O'}{_SS3[name]}"
        )
    if name in _TILDES:
        number = int(name[1:]) if name[1:].isdigit() else 0
        if number > 12 and modes.kitty_flags & 1:
            return _csi_u(_KITTY_F13 + number - 13, modifiers)
        return _tilde(_TILDES[name], modifiers)
    return None


def _tilde(code: int, modifiers: int) -> str:
    return f"\x1b[{code};{modifiers + 1}~" if modifiers else f"\x1b[{code}~"


def _csi_u(code: int, modifiers: int) -> str:
    return f"\x1b[{code};{modifiers + 1}u" if modifiers else f"\x1b[{code}u"


def _named_key(name: str, modifiers: int, modes: KeyModes) -> str:
    """Enter, tab, escape, backspace, space."""
    code = _NAMED[name]
    if (
        modes.kitty_flags & 1
        and (modifiers or name == "escape")
        and not (name == "space" and modifiers == SHIFT)
    ):
        return _csi_u(code, modifiers)
    other = modes.modify_other_keys
    legacy = _legacy_named(name, modifiers, modes)
    if other and modifiers and (legacy is None or (other == 2 and not _keeps_legacy(name, modifiers))):
        return f"\x1b[27;{modifiers + 1};{code}~"
    if legacy is not None:
        return legacy
    # No code of its own: Shift or Ctrl with Enter is the newline of Alt+Enter, the rest the bare key.
    if chr(code) == "\r":
        return "\x1b\r"
    return ("\x1b" if modifiers & ALT else "") + chr(code)


def _legacy_named(name: str, modifiers: int, modes: KeyModes) -> str | None:
    """The code from before modifiers had codes; None if there is none of its own."""
    plain = modifiers & ~ALT
    escape = "\x1b" if modifiers & ALT else ""
    if plain == 0:
        enter = "\r\n" if modes.newline else "\r"
        return escape + (enter if _NAMED[name] == 13 else chr(_NAMED[name]))
    if name == "tab" and plain == SHIFT:
        return f"{escape}\x1b[Z"
    if name == "backspace" and plain in (CTRL, CTRL | SHIFT):
        return f"{escape}\x08"
    if name == "backspace" and plain == SHIFT:
        return f"{escape}\x7f"
    if name == "space" and plain & SHIFT == plain:
        return f"{escape} "
    if name == "space" and plain in (CTRL, CTRL | SHIFT):
        return f"{escape}\0"
    if name == "escape" and plain == SHIFT:
        return f"{escape}\x1b"
    return None


def _keeps_legacy(name: str, modifiers: int) -> bool:
    """Named keys whose legacy code xterm keeps at modifyOtherKeys 2."""
    return (name == "tab" and modifiers == SHIFT) or (name == "backspace" and modifiers == CTRL)


def _text_key(name: str, modifiers: int, character: str | None, modes: KeyModes) -> str:
    """Keys that type something, alone or with modifiers."""
    held = modifiers & ~SHIFT
    if not held:
        if character is not None and _is_typed(character):
            return character
        text = _base_character(name)
        if text is None:
            return ""
        return text.upper() if modifiers & SHIFT and text.isalpha() else text
    base = _base_character(name)
    if base is None:
        if character is None or not _is_typed(character):
            return character or "" if held == CTRL else ""
        base = character
    if base.isalpha() and base.lower() != base:
        base = base.lower()
        modifiers |= SHIFT
    if modes.kitty_flags & 1:
        return _csi_u(ord(base), modifiers)
    if modes.modify_other_keys == 2 or (
        modes.modify_other_keys == 1 and _legacy_text(base, modifiers) is None
    ):
        typed = base.upper() if modifiers & SHIFT and base.isalpha() else base
        return f"\x1b[27;{modifiers + 1};{ord(typed)}~"
    legacy = _legacy_text(base, modifiers)
    if legacy is None:
        return "" if modifiers & ~(SHIFT | ALT | CTRL) else base  # keys of the desktop type nothing
    return legacy


def _legacy_text(base: str, modifiers: int) -> str | None:
    """Control characters and ESC prefixes; None if the combination has no code of its own."""
    escape = "\x1b" if modifiers & ALT else ""
    if modifiers & ~(SHIFT | ALT | CTRL):
        return None
    if modifiers & CTRL:
        if "a" <= base <= "z":
            return escape + chr(ord(base) & 0x1F)
        return escape + _CONTROLS[base] if base in _CONTROLS else None
    return escape + (base.upper() if modifiers & SHIFT and base.isalpha() else base)


def _base_character(name: str) -> str | None:
    """The character that a key's name stands for."""
    if len(name) == 1:
        return name
    if name in _PUNCTUATION:
        return _PUNCTUATION[name]
    if name == "kp_enter":
        return "\r"
    import unicodedata  # a megabyte, for keys beyond ASCII

    try:
        return unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return None


def _is_typed(character: str) -> bool:
    """Whether it is text, not a control character."""
    return bool(character) and all(char >= " " and not "\x7f" <= char <= "\x9f" for char in character)
