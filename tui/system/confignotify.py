"""What may stand in `[notify]`. States and quiet hours are said for all channels, or in a table per channel.

The command and its bounds stand in the user's own file alone: a folder that somebody else wrote must not name a program that
is run unasked, whenever an agent in it stops.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from tui.core.errors import ConfigError
from tui.core.notify import NAMES, QUIETED, Channel, Desktop, Hours
from tui.system import configchecks as checks
from tui.system.configchecks import Wrong, describe
from tui.system.configrules import Rule, Table, table

_USERS: Final = ("command", "timeout_s", "at_once")
_HOURS: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)")


def _states(value: Any, _: Path) -> dict[Channel, list[str]]:
    if isinstance(value, list):
        return dict.fromkeys(Channel, _list(value))
    return {channel: _list(each) for channel, each in _by_channel(value, tuple(Channel)).items()}


def _list(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Wrong(describe(value))
    for each in value:
        if each not in NAMES:
            raise Wrong(describe(each))
    return list(dict.fromkeys(value))


def _quiet(value: Any, _: Path) -> dict[Channel, Hours | None]:
    if isinstance(value, str):
        return dict.fromkeys(QUIETED, _hours(value))
    return {channel: _hours(each) for channel, each in _by_channel(value, QUIETED).items()}


def _hours(value: Any) -> Hours | None:
    if value == "":
        return None
    found = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Wrong(describe(value))
    begin, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    if begin == end:
        raise Wrong(f"{describe(value)}, which is no time or all day")
    return Hours(begin, end)


def _by_channel(value: Any, channels: tuple[Channel, ...]) -> dict[Channel, Any]:
    if not isinstance(value, dict):
        raise Wrong
    for name in value:
        if name not in channels:
            raise Wrong(f"the channel {name!r}, where there are {', '.join(channels)}")
    return {Channel(name): each for name, each in value.items()}


NOTIFY: Final[dict[str, Rule]] = {
    "states": Rule(f"a list of states ({', '.join(NAMES)}), or a table of such lists by channel", _states),
    "quiet": Rule('hours such as "22:00-07:00", "" for none, or a table of such by channel', _quiet),
    "desktop": Rule(", ".join(Desktop), checks.one_of(Desktop)),
    "title": Rule("true or false", checks.switch),
    "command": Rule('a list of texts, such as ["notify-send", "agent-tui"]', checks.command),
    "timeout_s": Rule("seconds from 0.1 to 300", lambda value, _: float(checks.number(0.1, 300)(value, _))),
    "at_once": Rule("a whole number from 1 to 32", checks.whole(1, 32)),
}


def notify_table(file: str, value: object, folder: Path, *, users: bool) -> Table:
    """Judge `[notify]`.

    Args:
        file: Name of the file, for errors.
        value: What stands there.
        folder: Folder that relative paths start from.
        users: It is the user's own file.

    Raises:
        ConfigError: Something is not allowed.
    """
    found = table(file, "notify", value, NOTIFY, folder)
    if not users and (own := next((key for key in _USERS if key in found), None)):
        raise ConfigError(
            file,
            f"notify.{own}",
            "a setting of a project's",
            "in your own config alone: the command is run unasked",
        )
    return found
