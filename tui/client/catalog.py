"""The runtimes as a user chooses among them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from tui.core.clidef import CliDefinition
from tui.core.spec import Mode
from tui.runtimes import registry
from tui.runtimes.about import SignIn, Tells


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
    tested: str = ""
    """The version that all was proved with."""
    sign_in: SignIn = SignIn()
    tells: Mapping[Mode, Tells] = {}


def runtimes(env: Mapping[str, str] = os.environ, defined: Iterable[CliDefinition] = ()) -> list[RuntimeInfo]:
    """Return all runtimes, looked for on the PATH of `env`, in the order in which they are offered; the config's own last."""
    found = []
    for runtime in [*registry.all_runtimes(), *map(registry.defined, defined)]:
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
                tested=runtime.tested,
                sign_in=runtime.sign_in,
                tells=runtime.tells,
            )
        )
    return found


def seen_signed_in(sign_in: SignIn, env: Mapping[str, str] = os.environ) -> str:
    """Say what shows that a CLI was signed in, or nothing. No file is opened, no variable's content kept."""
    for name in sign_in.variables:
        if env.get(name):
            return f"{name} is set"
    for path in sign_in.files:
        start, _, rest = path.partition("/")
        base = env.get("HOME", "") if start == "~" else env.get(start.removeprefix("$"), "")
        if base and Path(base, rest).exists():
            return f"{path} is there"
    return ""


def runtime_names() -> list[str]:
    """Return the names of all runtimes without looking for anything."""
    return registry.names()
