"""What the user's command was not told in quiet hours, and how it is told when they are over: once, in one sentence. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from tui.core.attention import LOOK, RowState
from tui.core.news import FACTS
from tui.core.notify import WAITS

EVENT: Final = "quiet-over"
"""Stands as the event where several are told together."""
NAMES_MAX: Final = 5


class Held(msgspec.Struct, frozen=True):
    """The last news of an agent that was held back."""

    id: str
    name: str
    state: str
    """A `RowState`'s value."""
    key: str
    """Names the event (`tui.core.news.key`): it holds while the agent's present one is the same."""
    at: float
    """Wall clock."""
    facts: dict[str, str]
    """As the command would have been told."""


def facts(held: Sequence[Held]) -> dict[str, str]:
    """Return the variables for the command: a single event's own, or one summary; nothing if there is nothing to tell."""
    if not held:
        return {}
    if len(held) == 1:
        return dict(held[0].facts)
    values = {
        "EVENT": EVENT,
        "AGENT": " ".join(each.id for each in held),
        "NAME": ", ".join(each.name for each in held),
        "REASON": _counts(held),
        "TEXT": f"While it was quiet: {_sentence(held)}",
        "TOKENS": str(sum(int(each.facts.get("AGENT_TUI_TOKENS") or 0) for each in held)),
    }
    return {f"AGENT_TUI_{name}": values.get(name, "") for name in FACTS}


def _by_state(held: Sequence[Held]) -> list[tuple[RowState, list[Held]]]:
    order = sorted(RowState, key=lambda state: state not in WAITS)
    groups = [(state, [each for each in held if each.state == state.value]) for state in order]
    return [(state, found) for state, found in groups if found]


def _counts(held: Sequence[Held]) -> str:
    """As `2 permission, 1 failed`, what waits first."""
    return ", ".join(f"{len(found)} {LOOK[state].word}" for state, found in _by_state(held))


def _sentence(held: Sequence[Held]) -> str:
    """As `2 permission (api, web), 1 failed (docs)`."""
    return ", ".join(f"{len(found)} {LOOK[state].word} ({_names(found)})" for state, found in _by_state(held))


def _names(held: Sequence[Held]) -> str:
    names = [each.name for each in held[:NAMES_MAX]]
    more = len(held) - len(names)
    return ", ".join([*names, *([f"{more} more"] if more else [])])
