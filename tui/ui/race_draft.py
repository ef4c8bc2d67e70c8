"""From what is marked in the dialog for a new agent to a race."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tui.client.catalog import RuntimeInfo
from tui.client.racing import Entrant, Wanted
from tui.core.errors import SpecError
from tui.core.settings import AgentSettings
from tui.core.spec import Mode

COMMAND: Final = "command"


def first_two(infos: Iterable[RuntimeInfo], used: str = "") -> list[str]:
    """Return the runtimes that a new race is offered with: what was used last, and the next that is installed."""
    installed = [info.name for info in infos if info.installed and info.name not in (COMMAND, "demo")]
    return sorted(installed, key=lambda name: name != used)[:2]


def common_modes(infos: Sequence[RuntimeInfo]) -> list[Mode]:
    """Return the modes that all of them have, headless first: it ends by itself, and no CLI asks whether it trusts the new folder."""
    found = [mode for mode in infos[0].modes if all(mode in info.modes for info in infos)]
    return sorted(found, key=lambda mode: mode is not Mode.STREAM)


def about(infos: Sequence[RuntimeInfo]) -> str:
    """Say what a race does, or who cannot take part."""
    missing = [info.title for info in infos if not info.installed]
    if missing:
        return f"not found on PATH: {', '.join(missing)}"
    return f"{len(infos)} racers, each in a git worktree of its own"


def wanted(
    marked: Sequence[str],
    *,
    prompt: str,
    cwd: str,
    name: str,
    mode: str,
    quiet: float | None,
    budget: Decimal | None,
) -> Wanted:
    """Return the race that is described.

    Raises:
        SpecError: It cannot be one.
    """
    if COMMAND in marked:
        raise SpecError("A command takes no prompt: it cannot race.", "space takes its mark away.")
    return Wanted(
        prompt=prompt,
        cwd=cwd,
        entrants=[Entrant(each) for each in marked],
        name=name,
        mode=Mode(mode) if mode else None,
        each=AgentSettings(inactivity_timeout_s=quiet, max_budget_usd=budget),
    )
