"""Checks of single values in a config file: each returns the value as the settings hold it, or raises `Wrong`."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tui.core.keynames import can_lead
from tui.core.limits import AtLimit, Budget
from tui.core.settings import THEMES, Column
from tui.core.spec import Step

NAME_MAX: Final = 40
"""Characters of an agent's name."""
TAG_MAX: Final = 24
"""Characters of a tag."""
_ENV_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Check = Callable[[Any, Path], Any]
"""Takes what stands there and the config's folder."""


class Wrong(Exception):  # noqa: N818 - never leaves this package
    """A value is not allowed; the text, if any, says what stands there."""


def describe(value: object) -> str:
    """Return what stands there, in words: `the text "fast"`, `the number 3`, `a list`."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'the text "{value[:40]}{"…" if len(value) > 40 else ""}"'
        case int() | Decimal():
            return f"the number {value}"
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "a table"
        case _:
            return f"the date or time {value}"


def text(value: Any, _: Path) -> str:
    """Text."""
    if not isinstance(value, str) or "\0" in value:
        raise Wrong
    return value


def name(value: Any, _: Path) -> str:
    """A name of an agent or runtime."""
    if not isinstance(value, str) or not valid_name(value):
        raise Wrong
    return value


def valid_name(text: str) -> bool:
    """Return whether a text may name an agent: 1 to 40 printable characters, no space at its ends, not beginning with `-`."""
    return 0 < len(text) <= NAME_MAX and text == text.strip() and text.isprintable() and text[0] != "-"


def texts(value: Any, _: Path) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) and "\0" not in each for each in value):
        raise Wrong
    return value


def valid_tag(text: str) -> bool:
    """Return whether a text is one word that can be a tag: it can be typed after `tag:`."""
    return 0 < len(text) <= TAG_MAX and text.isprintable() and not set(text) & set(' ,:"')


def tags(value: Any, _: Path) -> list[str]:
    """A list of tags, each kept once."""
    if not isinstance(value, list) or not all(isinstance(each, str) and valid_tag(each) for each in value):
        raise Wrong
    return list(dict.fromkeys(value))


def command(value: Any, folder: Path) -> list[str]:
    """An argv; a path in it starts from the config's folder."""
    if not texts(value, folder) or not value[0]:
        raise Wrong
    first = value[0]
    if first.startswith("~"):
        first = str(_home(first))
    elif "/" in first:
        first = str(folder / first)
    return [first, *value[1:]]


def env(value: Any, _: Path) -> dict[str, str]:
    """Variables."""
    if not isinstance(value, dict):
        raise Wrong
    for name, each in value.items():
        if not _ENV_NAME.fullmatch(name):
            raise Wrong(f"the variable name {name!r}")
        if not isinstance(each, str) or "\0" in each:
            # Its value may be a secret: only its kind is said.
            raise Wrong(f"{type(each).__name__} as {name}")
    return value


def folder(value: Any, folder: Path) -> str:
    """A folder, made absolute."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise Wrong
    return str((folder / _home(value)).resolve())


def _home(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise Wrong(f"the home folder of an unknown user, {path!r}") from error


def one_of(kind: type[enum.StrEnum]) -> Check:
    """Check a word of an enum."""

    def check(value: Any, _: Path) -> enum.StrEnum:
        try:
            return kind(value)
        except ValueError:
            raise Wrong from None

    return check


def columns(value: Any, _: Path) -> tuple[Column, ...]:
    """Columns of a row, each once."""
    if not isinstance(value, list):
        raise Wrong
    found: list[Column] = []
    for each in value:
        try:
            found.append(Column(each))
        except ValueError:
            raise Wrong(describe(each)) from None
    if len(set(found)) != len(found):
        raise Wrong("a column twice")
    return tuple(found)


def steps(value: Any, _: Path) -> list[Step]:
    """Steps of the ladder."""
    wanted = value if isinstance(value, list) else [value]
    steps: list[Step] = []
    for each in wanted:
        try:
            steps.append(Step(each))
        except ValueError:
            raise Wrong(describe(each)) from None
    if len(set(steps)) < len(steps):
        raise Wrong("a step twice")
    return steps


def whole(low: int, high: int) -> Callable[[Any, Path], int]:
    """Check a whole number."""

    def check(value: Any, _: Path) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Wrong
        return value

    return check


def repeats(value: Any, folder: Path) -> int:
    """How many make a loop."""
    found = whole(0, 32)(value, folder)
    if found == 1:
        raise Wrong
    return found


def number(low: float, high: float) -> Callable[[Any, Path], Decimal]:
    """Check a number, kept exact."""

    def check(value: Any, _: Path) -> Decimal:
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            raise Wrong
        exact = Decimal(value)
        if not exact.is_finite() or not low <= exact <= high:
            raise Wrong
        return exact

    return check


def seconds(high: float) -> Callable[[Any, Path], float]:
    """Check seconds."""
    check = number(0, high)
    return lambda value, folder: float(check(value, folder))


def money(value: Any, folder: Path) -> Decimal:
    """Dollars, above zero."""
    exact = number(0, 1_000_000)(value, folder)
    if exact <= 0:
        raise Wrong
    return exact


def budget(value: Any, folder: Path) -> Budget:
    """What an agent may use over all its runs."""
    if not isinstance(value, dict) or not value:
        raise Wrong
    known: dict[str, Check] = {
        "tokens": whole(1, 10**15),
        "usd": money,
        "turns": whole(1, 10**9),
        "time_s": seconds(366 * 86_400.0),
        "at_limit": one_of(AtLimit),
    }
    given: dict[str, Any] = {}
    for key, each in value.items():
        if key not in known:
            meant = " (time is written time_s, in seconds)" if key == "time" else ""
            raise Wrong(f"the key {key}, where there are {', '.join(known)}{meant}")
        try:
            given[key] = known[key](each, folder)
        except Wrong:
            raise Wrong(f"{describe(each)} as {key}") from None
    found = Budget(**given)
    if not found.bounds() or found.time_s == 0:
        raise Wrong("no bound")
    return found


def switch(value: Any, _: Path) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong
    return value


def theme(value: Any, _: Path) -> str:
    """A theme."""
    if value not in THEMES:
        raise Wrong
    return str(value)


def leader(value: Any, _: Path) -> str:
    """A key that can lead."""
    if not isinstance(value, str) or not can_lead(value):
        raise Wrong
    return value.strip()


def any_table(value: Any, _: Path) -> Any:
    """A table."""
    if not isinstance(value, dict):
        raise Wrong
    return value


def any_tables(value: Any, _: Path) -> Any:
    """A list of tables."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Wrong
    return value
