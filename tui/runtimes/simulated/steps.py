"""What stories are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Say:
    """A paragraph of the answer (Markdown)."""

    text: str


@dataclass(frozen=True, slots=True)
class Think:
    """A thought that takes a while."""

    text: str
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call with its result."""

    tool: str
    args: dict[str, Any]
    result: str = ""
    seconds: float = 0.6
    ok: bool = True
    progress: tuple[str, ...] = ()
    """Lines that it prints while it runs."""
    hunks: tuple[dict[str, Any], ...] = ()
    """Of an edit: hunks as `structuredPatch` has them."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Asks for leave to run a command."""

    call: Call
    reason: str
    denied: tuple[Step, ...] = ()
    """What happens when it is not allowed; else the command runs."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Asks the user to choose."""

    question: str
    options: tuple[str, ...]
    replies: tuple[tuple[Step, ...], ...] = ()
    """What follows each option; the last is also for an answer in the user's own words."""


@dataclass(frozen=True, slots=True)
class Hang:
    """A tool call that never comes back."""

    tool: str
    args: dict[str, Any]
    progress: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Used:
    """How full one of the provider's limits is."""

    limit: str
    percent: float
    resets_in_s: float


@dataclass(frozen=True, slots=True)
class Limited:
    """The provider refuses until a limit is reset; then the story goes on."""

    limit: str
    resets_in_s: float
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Mid:
    """Where a frozen story stands still."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing happens for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Die:
    """The process is killed from outside."""


@dataclass(frozen=True, slots=True)
class Fail:
    """The turn ends with an error."""

    error: str


@dataclass(frozen=True, slots=True)
class Loop:
    """Steps that are repeated for ever; `{n}` in their texts is the number of the round."""

    steps: tuple[Step, ...]


Step = Say | Think | Call | Permit | Ask | Hang | Used | Limited | Mid | Rest | Die | Fail | Loop


@dataclass(frozen=True, slots=True)
class Spent:
    """What a story has used where it stands still, or ends."""

    input: int
    output: int
    cache_read: int
    cache_write: int
    cost_usd: float
    context_percent: int
    window: int = 200_000


@dataclass(frozen=True, slots=True)
class Story:
    """A simulated agent."""

    name: str
    look: str
    """`stream`, `claude` or `codex`: JSON lines, or whose screen it draws."""
    model: str
    branch: str
    prompt: str
    spent: Spent
    steps: tuple[Step, ...]
    resumed: tuple[Step, ...] = ()
    """What a resumed session does; empty: the end of `steps` again."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Settings of the agent besides its name, mode, folder and prompt."""
