"""Text as a model may write it to harm who reads it, and what has to become of it."""

from __future__ import annotations

import unicodedata
from typing import Any, Final, TypeVar, cast

import msgspec

from tui.core.spec import AgentSpec

MARKUP: Final = "[bold red]m[/]"
"""Stays as it is: markup is only text."""
HOSTILE: Final = {
    "colour": f"\x1b[31mred\x1b[0m {MARKUP}",
    "title": f"\x1b]0;pwned\x07 {MARKUP}",
    "clipboard": f"\x1b]52;c;aGk=\x1b\\{MARKUP}",
    "clear": f"\x1b[2J\x1b[H{MARKUP}",
    "eight-bit": f"\x9b2J\x9d0;pwned\x9c{MARKUP}",
    "bell and backspace": f"a\x07\x08\x08{MARKUP}",
    "carriage return": f"safe\rrm -rf{MARKUP}",
    "bidi": f"\u202e\u2066evil\u2069\u202c{MARKUP}",
    "invisible": f"\u200b\u2060\ufeff\U000e0041{MARKUP}",
    "line separators": f"a\u2028b\u2029c\x85d{MARKUP}",
    "half a sequence": f"{MARKUP}\x1b[",
    "click": f"[@click=app.quit]here[/] {MARKUP}",
    "link": f"[link='http://evil']x[/] {MARKUP}",
    "broken markup": f"[/] [/nothing] [ {MARKUP}",
}
"""Each kind once, by what it tries."""

_LAYOUT: Final = "\n\t"


def alive(text: str) -> set[str]:
    """The characters that would do something to a terminal, or to the order in which others are read."""
    return {c for c in text if c not in _LAYOUT and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


def alive_in(fact: object) -> set[str]:
    """The same in all texts of a value."""
    match msgspec.to_builtins(fact):
        case str() as text:
            return alive(text)
        case list() as values:
            return set().union(*map(alive_in, values))
        case dict() as values:
            return set().union(*map(alive_in, [*values, *values.values()]))
        case _:
            return set()


ALL: Final = "".join(HOSTILE.values())

T = TypeVar("T")


def spoiled(value: T, bad: str, keep: frozenset[str] = frozenset({"id"})) -> T:
    """The same value, every text in it hostile; fields of `keep` and words of enumerations stay."""
    made: Any = value
    if type(value) is str:
        made = value + bad
    elif isinstance(value, list):
        made = [spoiled(each, bad, keep) for each in value]
    elif isinstance(value, msgspec.Struct) and not isinstance(value, AgentSpec):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        made = msgspec.structs.replace(
            value, **{name: spoiled(inner, bad, keep) for name, inner in fields.items() if name not in keep}
        )
    return cast(T, made)
