"""An agent CLI that a user describes in the config, so that no code is needed: pure values."""

from __future__ import annotations

import re
from typing import Final

import msgspec

PLACES: Final = frozenset({"prompt", "session", "model", "cwd"})
"""What may stand in braces in an argument."""
_PLACE: Final = re.compile(r"\{(\w+)\}")


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the figures of a JSON line are: dotted paths, such as `usage.input_tokens`; empty: nowhere."""

    input: str = ""
    """Input that came from no cache."""
    output: str = ""
    cache_read: str = ""
    cache_write: str = ""
    reasoning: str = ""
    cost: str = ""
    """Dollars."""
    total: bool = False
    """True: each line tells the sum of the run; False: each tells what was used since the one before."""


class Events(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the JSON lines of a headless run mean: dotted paths into a line."""

    session: str = ""
    text: str = ""
    model: str = ""
    error: str = ""
    end: str = ""
    """The line that ends the turn: a path that it has, or `path=value`. Empty: exit 0 is success."""
    usage: Counts = Counts()


class CliDefinition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`[runtime.NAME]`. Regular expressions are Python's, searched in each line."""

    name: str
    command: list[str]
    """Program and leading arguments."""
    start: list[str] = msgspec.field(default_factory=list)
    """Further arguments; `{prompt}` and the like are filled in."""
    resume: list[str] = msgspec.field(default_factory=list)
    """Arguments that go on with `{session}`; empty: it cannot be resumed."""
    model: list[str] = msgspec.field(default_factory=list)
    """Arguments before those, where the agent has a model."""
    working: str = ""
    """Seen on the screen or in the title while it works."""
    waiting: str = ""
    """… while it waits for the user; wins over the others."""
    idle: str = ""
    refused: str = ""
    """In its last lines: it does not know the session."""
    stream: Events | None = None
    """Given: it runs headless and prints JSON lines."""


def fill(arguments: list[str], values: dict[str, str]) -> list[str]:
    """Return arguments with their places filled; one whose only content is an empty place is left out."""
    filled = [
        (argument, _PLACE.sub(lambda found: values.get(found[1], found[0]), argument))
        for argument in arguments
    ]
    return [made for argument, made in filled if made or not _PLACE.fullmatch(argument)]


def unknown_places(arguments: list[str]) -> list[str]:
    """Return what stands in braces and is no place."""
    return [name for argument in arguments for name in _PLACE.findall(argument) if name not in PLACES]
