"""From what a user typed to one agent: an id, a unique beginning of an id, or a name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from tui.core.errors import AgentNotFound
from tui.core.text import one_line

_LISTED_MAX: Final = 6


def resolve(wanted: str, agents: Iterable[tuple[str, str]]) -> str:
    """Return the id of the one agent that is meant.

    Args:
        wanted: An id, a unique beginning of one, or a name; an exact match wins.
        agents: Ids and names of all agents.

    Raises:
        AgentNotFound: There is none, or more than one; the sentence names those that are near.
    """
    known = list(agents)
    if any(agent_id == wanted for agent_id, _ in known):
        return wanted
    for found in (
        [agent_id for agent_id, name in known if name == wanted],
        [agent_id for agent_id, _ in known if wanted and agent_id.startswith(wanted)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise AgentNotFound(f"{one_line(wanted)!r} could be {_listed(sorted(found))}.", "Say which.")
    if not known:
        raise AgentNotFound("There are no agents.", "Start one: agent-tui run -- COMMAND")
    candidates = {name: agent_id for agent_id, name in known} | {agent_id: agent_id for agent_id, _ in known}
    near = difflib.get_close_matches(wanted, candidates, n=3, cutoff=0.5)
    hint = f"Near: {_listed(near)}." if near else "agent-tui ls lists them."
    raise AgentNotFound(f"There is no agent {one_line(wanted)!r}.", hint)


def _listed(names: list[str]) -> str:
    shown = [one_line(name, limit=40) for name in names[:_LISTED_MAX]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
