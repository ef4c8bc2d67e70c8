"""Which agents have a pane: those that have one keep their place. Pure."""

from __future__ import annotations

from collections.abc import Collection


def fill_slots(
    slots: list[str], shown: list[str], selected: str | None, count: int, pinned: Collection[str] = ()
) -> list[str]:
    """Return which agents have a pane, keeping those that have one in their place.

    The selected agent always has one, then the pinned ones: if there is no room, the pane that matters least gives way.

    Args:
        slots: Agents in panes so far, in pane order.
        shown: All agents in order of need.
        selected: The selected one.
        count: Number of panes.
        pinned: Those that are to have one before others.
    """
    if count <= 0:
        return []
    kept = [agent_id for agent_id in slots if agent_id in shown]
    first = [agent_id for agent_id in shown if agent_id in pinned]
    rank = {
        agent_id: place for place, agent_id in enumerate([*first, *(a for a in shown if a not in pinned)])
    }
    while len(kept) > count:
        kept.remove(max((a for a in kept if a != selected), key=rank.__getitem__, default=kept[-1]))
    kept += [agent_id for agent_id in rank if agent_id not in kept][: count - len(kept)]
    wanted = first if selected not in rank or selected is None else [*first, selected]
    for agent_id in wanted[-count:]:
        if agent_id not in kept:
            others = [a for a in kept if a not in wanted[-count:]] or kept
            kept[kept.index(max(others, key=rank.__getitem__))] = agent_id
    return kept
