"""An agent as a client sees it: a frozen snapshot, replaced on every change."""

from __future__ import annotations

import enum

import msgspec

from tui.core.activity import Activity
from tui.core.attention import RowState, row_state
from tui.core.lifecycle import OVER
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.core.text import one_line


class Contact(enum.StrEnum):
    """How a client stands with an agent's host."""

    CONNECTING = "connecting"
    LIVE = "live"
    OVER = "over"
    """The agent is over and has no host; its files tell everything."""
    LOST = "lost"
    """The host is proved to be gone although the agent was not over."""
    SILENT = "no contact"
    """The host lives and does not answer; it is tried again."""


class AgentView(msgspec.Struct, frozen=True):
    """What is known of an agent now."""

    status: Status
    contact: Contact = Contact.CONNECTING
    seen: bool = False
    """The user looked at it since it was done."""
    contact_since: float = 0.0
    """Monotonic, seconds."""
    spec: AgentSpec | None = None
    """None where its file cannot be read."""
    problem: str = ""
    """Why there is no contact, one sentence; empty otherwise."""
    foreign: bool = False
    """Its host is of another version of the program: only its files and signals tell and reach it."""
    damaged: str = ""
    """Which of its files cannot be read and why, one sentence; empty otherwise."""

    @property
    def id(self) -> str:
        """The agent's id."""
        return self.status.id

    @property
    def name(self) -> str:
        """The agent's name, inert whatever its file says."""
        name = self.status.name
        return name if name.isprintable() else one_line(name)

    @property
    def state(self) -> RowState:
        """The state that its row shows."""
        if self.damaged:
            return RowState.DAMAGED
        return row_state(self.status, seen=self.seen, contact_lost=self.contact is Contact.LOST)

    @property
    def trouble(self) -> str:
        """What is wrong with its files, or with its host for good, and what to do, one sentence; empty if nothing is."""
        if self.damaged:
            return f"{self.damaged} Restart begins it anew, forget removes it."
        return self.problem if self.contact is Contact.SILENT and self.foreign else ""

    @property
    def over(self) -> bool:
        """No child, and none is coming by itself."""
        return self.contact is Contact.LOST or self.status.lifecycle in OVER


def is_seen(status: Status, seen_at: float) -> bool:
    """Return whether a look at a moment (wall clock) was after the agent became done."""
    if status.activity is not Activity.DONE:
        return False
    return seen_at >= max(status.activity_since.wall, 1e-9)
