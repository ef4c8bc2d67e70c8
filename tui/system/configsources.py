"""Every setting in force in a folder, with the file it comes from: what `tui.system.config` merges, told apart again."""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.core.clidef import CliDefinition
from tui.core.limits import FleetBudget
from tui.core.notify import Notify
from tui.core.policies import LOOP_REPEATS, LOOP_TOKENS, TRIES, policy
from tui.core.settings import Dashboard
from tui.core.spec import DEFAULT_INACTIVITY_TIMEOUT_S, AgentSpec, Mode, Step
from tui.core.triage import Quiet
from tui.system.config import find_project
from tui.system.confignotify import NOTIFY
from tui.system.configrules import BUDGET, DASHBOARD, DEFAULTS
from tui.system.configruntimes import RUNTIME
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
    described: dict[str, Value] = {}
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
        for runtime in data.get("runtime", {}):
            described |= {key: Value(key, value, Origin.DEFAULT) for key, value in _of_runtime(runtime)}
    found = {**described, **{value.key: value for value in _kinds_of_quiet(found)}, **found}
    return [*(found[key] for key in sorted(found)), *agents.values()]


def default_values() -> dict[str, Any]:
    """Return what holds where nothing is said, by dotted key; keys without a default are left out."""
    return {key: value for key, value in _defaults() if value is not None}


def _defaults() -> Iterator[tuple[str, Any]]:
    for table, kind, keys in (
        ("defaults", AgentSpec, DEFAULTS),
        ("dashboard", Dashboard, DASHBOARD),
        ("budget", FleetBudget, BUDGET),
        ("notify", Notify, NOTIFY),
    ):
        yield from _fields(table, kind, keys)
    yield "limits.max_running", 0


def _fields(table: str, kind: type[msgspec.Struct], keys: Iterable[str]) -> Iterator[tuple[str, Any]]:
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


_KINDS: Final = (
    ("thinking", Quiet.THINKING, False),
    ("tool_busy", Quiet.TOOL, True),
    ("tool_idle", Quiet.TOOL, False),
    ("retrying", Quiet.RETRYING, False),
)


def _kinds_of_quiet(found: Mapping[str, Value]) -> Iterator[Value]:
    """Give what `[inactivity]` leaves open: it follows the limit and the steps of all agents where those were set."""
    limit, steps = found["defaults.inactivity_timeout_s"], found["defaults.on_inactive"]
    listed = [steps.value] if isinstance(steps.value, str) else steps.value
    spec = AgentSpec(
        id="x",
        name="x",
        runtime="x",
        mode=Mode.STREAM,
        cwd="/",
        inactivity_timeout_s=float(limit.value),
        on_inactive=[Step(each) for each in listed],
    )
    usual = spec.inactivity_timeout_s == DEFAULT_INACTIVITY_TIMEOUT_S
    own = Value("", None, Origin.DEFAULT)
    for name, kind, busy in _KINDS:
        rule = policy(spec, kind, busy=busy)
        follows = steps if kind is Quiet.TOOL or (kind is Quiet.THINKING and not usual) else own
        yield _as(own if usual else limit, f"inactivity.{name}_s", rule.limit_s)
        yield _as(follows, f"inactivity.on_{name}", [str(step) for step in rule.steps])
    yield _as(own, "inactivity.on_loop", [str(step) for step in policy(spec, Quiet.LOOPING).steps])
    yield _as(own if usual else limit, "inactivity.loop_repeats", LOOP_REPEATS if limit.value else 0)
    yield _as(own, "inactivity.loop_tokens", LOOP_TOKENS)
    yield _as(own, "inactivity.tries", TRIES)


def _as(source: Value, key: str, value: Any) -> Value:
    return Value(key, value, source.origin, source.file)


def _of_runtime(name: str) -> Iterator[tuple[str, Any]]:
    """Give what a described CLI has where its table says nothing."""
    yield from (
        (key, value)
        for key, value in _fields(f"runtime.{name}", CliDefinition, RUNTIME)
        if value is not None and not isinstance(value, dict)
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
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
