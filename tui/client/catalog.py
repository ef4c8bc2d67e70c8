"""The runtimes as a user chooses among them."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from tui.core.spec import Mode
from tui.runtimes import registry


class RuntimeInfo(msgspec.Struct, frozen=True):
    """One family of agent CLIs."""

    name: str
    title: str
    modes: tuple[Mode, ...]
    """The default first."""
    installed: bool
    path: str = ""
    """Where it was found."""
    install: str = ""
    """The command that installs it."""
    executable: str = ""
    resumable: bool = False


def runtimes(env: Mapping[str, str] = os.environ) -> list[RuntimeInfo]:
    """Return all runtimes, looked for on the PATH of `env`, in the order in which they are offered."""
    found = []
    for runtime in registry.all_runtimes():
        path = runtime.find(env) or ""
        found.append(
            RuntimeInfo(
                name=runtime.name,
                title=runtime.title,
                modes=runtime.modes,
                installed=bool(path) or not runtime.executable,
                path=path,
                install=runtime.install,
                executable=runtime.executable,
                resumable=runtime.resumable,
            )
        )
    return found


def runtime_names() -> list[str]:
    """Return the names of all runtimes without looking for anything."""
    return registry.names()
