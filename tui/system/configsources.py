"""Every setting in force in a folder, with the file it comes from: what `tui.system.config` merges, told apart again."""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.core.notify import Notify
from tui.core.settings import Dashboard
from tui.core.spec import AgentSpec, Inactivity
from tui.system.config import find_project
from tui.system.confignotify import NOTIFY
from tui.system.configrules import DASHBOARD, DEFAULTS, INACTIVITY
from tui.system.paths import Paths
from tui.system.reasons import shown

HIDDEN: Final = "(set)"
"""Stands for the value of a variable: it may be a secret."""


class Origin(enum.StrEnum):
    """Where a value comes from; a project's file wins over the user's."""

    DEFAULT = "default"
    USER = "user"
    PROJECT = "project"


class Value(msgspec.Struct, frozen=True):
    """One setting."""

    key: str
    """Dotted: `dashboard.theme`."""
    value: Any
    origin: Origin
    file: str = ""
    """The file, as it is shown to people; empty for a default."""


def effective(paths: Paths, folder: Path) -> list[Value]:
    """Return all settings in force in a folder, sorted by key; the files have been judged before.

    Values of variables are hidden. Agents come last, one entry each, in the order of the files.
    """
    found = {key: Value(key, value, Origin.DEFAULT) for key, value in _defaults()}
    agents: dict[str, Value] = {}
    user, project = paths.user_config(), find_project(folder)
    for origin, file in ((Origin.USER, user), (Origin.PROJECT, project)):
        if file is None or (origin is Origin.PROJECT and file == user):
            continue
        data = _read(file)
        name = shown(file)
        for entry in data.pop("agent", []):
            agent = _agent_name(entry)
            told = {key: _hide(key, value) for key, value in entry.items() if key != "name"}
            agents[agent] = Value(f"agent {agent}", told, origin, name)
        for key, value in _flat(data):
            found[key] = Value(key, value, origin, name)
    return [*(found[key] for key in sorted(found)), *agents.values()]


def default_values() -> dict[str, Any]:
    """Return what holds where nothing is said, by dotted key; keys without a default are left out."""
    return {key: value for key, value in _defaults() if value is not None}


def _defaults() -> Iterator[tuple[str, Any]]:
    for table, kind, keys in (
        ("defaults", AgentSpec, DEFAULTS),
        ("dashboard", Dashboard, DASHBOARD),
        ("inactivity", Inactivity, INACTIVITY),
        ("notify", Notify, NOTIFY),
    ):
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        for key in keys:
            field = fields.get(key)
            value: Any = None
            if field is not None and field.default is not msgspec.NODEFAULT:
                value = field.default
            elif field is not None and field.default_factory is not msgspec.NODEFAULT:
                value = field.default_factory()
            if isinstance(value, dict) and not value:
                continue  # an empty table says nothing
            yield f"{table}.{key}", msgspec.to_builtins(value, builtin_types=(Decimal,))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(), parse_float=Decimal)
    except (OSError, ValueError):
        return {}


def _flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{path}.{name}" if path else name
        if isinstance(value, dict) and value:
            yield from _flat(value, key)
        else:
            yield key, HIDDEN if path.endswith("env") else value


def _hide(key: str, value: Any) -> Any:
    return dict.fromkeys(value, HIDDEN) if key == "env" and isinstance(value, dict) else value


def _agent_name(entry: Mapping[str, Any]) -> str:
    if entry.get("name"):
        return str(entry["name"])
    if entry.get("cwd"):
        return Path(str(entry["cwd"])).expanduser().resolve().name
    command = entry.get("command")
    return Path(str(command[0])).name if command else str(entry.get("runtime", "agent"))
