"""Who has the keyboard: the dashboard, or one agent.

Kept apart from Textual's focus, which a terminal takes away whenever its window loses it. Decisions are synchronous:
the key right after the leader already belongs to the dashboard.
"""

from __future__ import annotations

from typing import Final

from tui.core.keynames import canonical, variants
from tui.core.settings import DEFAULT_LEADER, Dashboard, LeaderMode
from tui.ui.keymap import key_label

PAUSE_S: Final = 0.7
"""Somebody who types makes no longer pauses within a word."""
UNNOTICED_MAX_S: Final = 5.0

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
        once: It does so for one key only.
    """

    def __init__(self, leader: str = DEFAULT_LEADER, *, once: bool = False) -> None:
        self.leaders = variants(leader) or variants(DEFAULT_LEADER)
        self.key = canonical(leader) or canonical(DEFAULT_LEADER) or ""
        """Textual's name of it: what is sent when it is meant for the agent."""
        self.label = key_label(self.key)
        self.owner: str | None = None
        """Id of the agent that is typed to; None: the dashboard."""
        self.last: str | None = None
        """Id of the agent that gave the keyboard back by the leader, until another key is pressed."""
        self.once = once
        self.lent_by: str | None = None
        """Id of the agent that gets the keyboard back after one key of the dashboard."""
        self.hint = ""
        """What is said beside the leader while keys go to an agent, until the next one."""
        self._lost_at = self._heard_at = 0.0

    def take(self, agent_id: str) -> None:
        """Give the keyboard to an agent."""
        self.owner = agent_id
        self.last = self.lent_by = None
        self.hint = ""
        self._lost_at = 0.0

    def release(self, *, by_leader: bool = False) -> str | None:
        """Take the keyboard back; return who had it."""
        was, self.owner = self.owner, None
        self.last = was if by_leader else None
        self.lent_by = was if by_leader and self.once else None
        return was

    def lose(self, now: float) -> None:
        """The agent that was typed to is gone: what was meant for it must not become the dashboard's keys.

        Args:
            now: Seconds on the clock of key events.
        """
        self.release()
        self._lost_at = self._heard_at = now

    def was_meant_for_the_lost(self, now: float) -> bool:
        """True for keys of a typist who has not noticed yet: the first ones, until there was a pause."""
        if not self._lost_at:
            return False
        late = now - self._lost_at >= UNNOTICED_MAX_S or (
            now - self._heard_at >= PAUSE_S and now - self._lost_at >= PAUSE_S
        )
        self._heard_at = now
        if late:
            self._lost_at = 0.0
        return not late

    def is_leader(self, key: str) -> bool:
        """True if this key is the leader, under whichever name."""
        return key in self.leaders


def made_for(settings: Dashboard) -> Keyboard:
    """Return the keyboard as it is configured."""
    return Keyboard(settings.leader, once=settings.leader_mode is LeaderMode.ONCE)
