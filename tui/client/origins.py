"""What an agent runs with, and where each value comes from."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.core.spec import AgentSpec
from tui.system import store
from tui.system.configsources import HIDDEN, Origin, effective
from tui.system.paths import Paths

_HIDDEN_FIELDS: Final = frozenset(
    {"version", "origins", "cli", "created_at", "rows", "cols", "id", "first_name"}
)


class Setting(msgspec.Struct, frozen=True):
    """One setting."""

    name: str
    value: Any
    """Plain: text, number, list, table; None: none. Values of variables are hidden."""
    source: str
    """Where it comes from, in words."""
    is_default: bool


async def settings_of(paths: Paths, agent_id: str, spec: AgentSpec | None) -> list[Setting]:
    """Return an agent's settings; reads the config files, and its own where its spec is not known.

    Raises:
        StoreError: Its settings cannot be read.
        DecodeError: They make no sense.
    """
    return await asyncio.to_thread(lambda: _settings(paths, spec or store.read_spec(paths.agent(agent_id))))


def _settings(paths: Paths, spec: AgentSpec) -> list[Setting]:
    files = _default_files(paths, spec.cwd)
    fields = {field.name: field for field in msgspec.structs.fields(AgentSpec)}
    found = []
    for name, field in fields.items():
        if name in _HIDDEN_FIELDS:
            continue
        value = getattr(spec, name)
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        else:
            default = None if field.default is msgspec.NODEFAULT else field.default
        origin = spec.origins.get(name, "")
        is_default = value == default and origin in ("", "given")
        found.append(
            Setting(name, _shown(name, value), _words(name, origin, is_default, spec, files), is_default)
        )
    return found


def _default_files(paths: Paths, cwd: str) -> dict[str, str]:
    """Return the file that each of the `[defaults]` stands in now."""
    folder = Path(cwd)
    values = effective(paths, folder) if folder.is_dir() else []
    return {
        value.key.removeprefix("defaults."): value.file
        for value in values
        if value.key.startswith("defaults.") and value.origin is not Origin.DEFAULT
    }


def _words(name: str, origin: str, is_default: bool, spec: AgentSpec, files: dict[str, str]) -> str:
    if name == "project" and not origin:
        return "its folder"
    if is_default:
        return "default"
    match origin:
        case "defaults":
            return f"[defaults] in {files[name]}" if name in files else "[defaults] of the config"
        case "agent":
            return "[[agent]] of the config"
        case "given":
            return "given when it was made"
        case _:
            # Made before origins were kept, or chosen by the program.
            return (
                "the runtime's"
                if name in ("mode", "inactivity_timeout_s") and not spec.origins
                else "given when it was made"
            )


def _shown(name: str, value: Any) -> Any:
    plain = msgspec.to_builtins(value, builtin_types=(Decimal,))
    return dict.fromkeys(plain, HIDDEN) if name == "env" and isinstance(plain, dict) else plain
