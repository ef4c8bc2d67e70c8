"""The one function that decides: `reduce(agent, input, now)` → the agent's next state and what is to be done."""

from __future__ import annotations

import msgspec

from tui.core.activity import Source
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.commands import AnyCommand
from tui.core.effects import Effect
from tui.core.facts import AnyFact


class Heard(msgspec.Struct, frozen=True):
    """A fact arrived."""

    source: Source
    fact: AnyFact


class Asked(msgspec.Struct, frozen=True):
    """Someone wants something."""

    command: AnyCommand


class BytesSeen(msgspec.Struct, frozen=True):
    """The child printed something (given at most a few times a second)."""


class Tick(msgspec.Struct, frozen=True):
    """Time passed; given at `next_deadline`."""


Input = Heard | Asked | BytesSeen | Tick


def reduce(agent: Agent, what: Input, now: Now) -> tuple[Agent, list[Effect]]:
    """Return the agent's state after an input, and the effects to perform in order."""
    raise NotImplementedError


def next_deadline(agent: Agent) -> float | None:
    """Return the monotonic time at which a `Tick` is due, or None."""
    raise NotImplementedError
