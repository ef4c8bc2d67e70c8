"""Who has the keyboard: the dashboard, or one agent.

Kept apart from Textual's focus, which a terminal takes away whenever its window loses it. Decisions are synchronous:
the key right after the leader already belongs to the dashboard.
"""

from __future__ import annotations

from typing import Final

DEFAULT_LEADER: Final = "ctrl+right_square_bracket"

_SAME_KEY: Final[tuple[frozenset[str], ...]] = (
    # One byte on a legacy terminal, several names where the kitty protocol tells them apart.
    frozenset({"ctrl+right_square_bracket", "ctrl+5"}),
    frozenset({"ctrl+@", "ctrl+space", "ctrl+at", "ctrl+2"}),
    frozenset({"ctrl+backslash", "ctrl+4"}),
    frozenset({"ctrl+circumflex_accent", "ctrl+6"}),
)
_MODIFIERS: Final = frozenset(
    f"{side}_{name}"
    for side in ("left", "right")
    for name in ("shift", "control", "alt", "super", "hyper", "meta")
) | {"caps_lock", "num_lock", "scroll_lock", "menu", "iso_level3_shift", "iso_level5_shift"}

_SHORT: Final = {"right_square_bracket": "]", "left_square_bracket": "[", "backslash": "\\", "@": "space"}


def leader_keys(leader: str) -> frozenset[str]:
    """Return all names under which the leader may arrive."""
    return next((group for group in _SAME_KEY if leader in group), frozenset({leader}))


def leader_label(leader: str) -> str:
    """Return the leader for people: `ctrl+]`."""
    head, _, tail = leader.rpartition("+")
    return f"{head}+{_SHORT.get(tail, tail)}" if head else tail.upper()


def is_ignorable(key: str) -> bool:
    """True for keys that are no keys: lone modifiers, as kitty terminals report them."""
    return key in _MODIFIERS


class Keyboard:
    """The owner of the keyboard.

    Args:
        leader: The key that gives the keyboard back.
    """

    def __init__(self, leader: str = DEFAULT_LEADER) -> None:
        self.leader = leader
        self.leaders = leader_keys(leader)
        self.label = leader_label(leader)
        self.owner: str | None = None
        """Id of the agent that is typed to; None: the dashboard."""
        self.last: str | None = None
        """Id of the agent that gave the keyboard back by the leader, until another key is pressed."""

    def take(self, agent_id: str) -> None:
        """Give the keyboard to an agent."""
        self.owner = agent_id
        self.last = None

    def release(self, *, by_leader: bool = False) -> str | None:
        """Take the keyboard back; return who had it."""
        was, self.owner = self.owner, None
        self.last = was if by_leader else None
        return was

    def is_leader(self, key: str) -> bool:
        """True if this key is the leader, under whichever name."""
        return key in self.leaders
