"""Who has the keyboard: the dashboard, or one agent.

Kept apart from Textual's focus, which a terminal takes away whenever its window loses it. Decisions are synchronous:
the key right after the leader already belongs to the dashboard.
"""

from __future__ import annotations

from typing import Final

from tui.core.keynames import canonical, variants
from tui.core.settings import DEFAULT_LEADER
from tui.ui.keymap import key_label

_MODIFIERS: Final = frozenset(
    f"{side}_{name}"
    for side in ("left", "right")
    for name in ("shift", "control", "alt", "super", "hyper", "meta")
) | {"caps_lock", "num_lock", "scroll_lock", "menu", "iso_level3_shift", "iso_level5_shift"}


def is_ignorable(key: str) -> bool:
    """True for keys that are no keys: lone modifiers, as kitty terminals report them."""
    return key in _MODIFIERS


class Keyboard:
    """The owner of the keyboard.

    Args:
        leader: The key that gives the keyboard back, as people write it.
    """

    def __init__(self, leader: str = DEFAULT_LEADER) -> None:
        self.leaders = variants(leader) or variants(DEFAULT_LEADER)
        self.key = canonical(leader) or canonical(DEFAULT_LEADER) or ""
        """Textual's name of it: what is sent when it is meant for the agent."""
        self.label = key_label(self.key)
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
