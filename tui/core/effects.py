"""What `reduce` wants done. `tui.host.agent` performs these; nothing here does anything."""

from __future__ import annotations

import enum

import msgspec

from tui.core.commands import Answer
from tui.core.facts import AnyFact, RunKind


class Spawn(msgspec.Struct, frozen=True):
    """Start a child; answered by `RunStarted` or `SpawnFailed`."""

    kind: RunKind
    session_id: str = ""
    """Session to resume; empty: a fresh one."""
    prompt: str = ""
    hand_over: bool = False
    """Put what was done before (from the event log) in front of the prompt."""


class Stage(enum.StrEnum):
    """How hard a child is asked to end."""

    INTERRUPT = "SIGINT"
    TERMINATE = "SIGTERM"
    KILL = "SIGKILL"


class SignalTree(msgspec.Struct, frozen=True):
    """Signal the process group and every descendant that left it."""

    stage: Stage


class FreezeTree(msgspec.Struct, frozen=True):
    """SIGSTOP the whole tree, or SIGCONT it."""

    frozen: bool


class InterruptTurn(msgspec.Struct, frozen=True):
    """Stop the turn as this runtime does: keys, or SIGINT to the group."""


class TypePrompt(msgspec.Struct, frozen=True):
    """Give a prompt to the running child."""

    text: str


class TypeAnswer(msgspec.Struct, frozen=True):
    """Hand over the answer to the open request."""

    answer: Answer


class Log(msgspec.Struct, frozen=True):
    """Write a fact of ours to the event log and push it (it is not reduced again)."""

    fact: AnyFact


class Refuse(msgspec.Struct, frozen=True):
    """The command that was just given cannot be done; one sentence for who asked."""

    reason: str


class Leave(msgspec.Struct, frozen=True):
    """Nothing runs and nothing is pending: the host may write its last state and exit."""


Effect = Spawn | SignalTree | FreezeTree | InterruptTurn | TypePrompt | TypeAnswer | Log | Refuse | Leave
