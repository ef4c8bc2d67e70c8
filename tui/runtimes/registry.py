"""Which runtimes there are. Modules are imported when asked for: a host needs one of them only."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Final

from tui.core.clidef import CliDefinition
from tui.core.errors import RuntimeNotFound
from tui.core.spec import AgentSpec
from tui.runtimes.base import Runtime

_WHERE: Final[dict[str, tuple[str, str]]] = {
    "claude-code": ("tui.runtimes.claude_code", "ClaudeCode"),
    "codex": ("tui.runtimes.codex", "Codex"),
    "gemini": ("tui.runtimes.gemini", "Gemini"),
    "opencode": ("tui.runtimes.opencode", "OpenCode"),
    "qwen": ("tui.runtimes.qwen", "Qwen"),
    "copilot": ("tui.runtimes.copilot", "Copilot"),
    "pi": ("tui.runtimes.pi", "Pi"),
    "cline": ("tui.runtimes.cline", "Cline"),
    "aider": ("tui.runtimes.aider", "Aider"),
    "command": ("tui.runtimes.command", "Command"),
    "demo": ("tui.runtimes.demo", "Demo"),
}
"""Name → module and class, in the order in which they are offered."""


def names() -> list[str]:
    """Return the names of all runtimes, in the order in which they are offered."""
    return list(_WHERE)


@cache
def get(name: str) -> Runtime:
    """Return a runtime by its name.

    Raises:
        RuntimeNotFound: There is none of that name; the sentence lists those that there are.
    """
    try:
        module, attribute = _WHERE[name]
    except KeyError:
        raise RuntimeNotFound(f"There is no runtime {name!r}.", f"Known: {', '.join(_WHERE)}.") from None
    runtime: Runtime = getattr(importlib.import_module(module), attribute)()
    return runtime


def of(spec: AgentSpec) -> Runtime:
    """Return the runtime of an agent: its own definition, where it has one.

    Raises:
        RuntimeNotFound: There is none of that name.
    """
    return defined(spec.cli) if spec.cli is not None else get(spec.runtime)


def defined(definition: CliDefinition) -> Runtime:
    """Return a runtime that the config describes."""
    from tui.runtimes.defined import runtime_of

    return runtime_of(definition)


def all_runtimes() -> list[Runtime]:
    """Return all runtimes, in the order in which they are offered."""
    return [get(name) for name in _WHERE]
