"""What a child tells its terminal besides text: titles, bells, notifications, progress, state.

Values only; `tui.terminal` makes them, runtimes turn them into facts. All texts are inert (`tui.core.text.plain`) and at
most 1,000 characters, a clipboard text at most 1,000,000.
"""

from __future__ import annotations

import msgspec


class TitleChanged(msgspec.Struct, frozen=True):
    """OSC 0 or 2."""

    title: str


class Bell(msgspec.Struct, frozen=True):
    """BEL outside of a string."""


class Notification(msgspec.Struct, frozen=True):
    """OSC 9, 777 or 99."""

    title: str
    body: str


class Progress(msgspec.Struct, frozen=True):
    """OSC 9;4 (ConEmu): state 0 none, 1 normal, 2 error, 3 busy without a figure, 4 paused."""

    state: int
    percent: int


class Cwd(msgspec.Struct, frozen=True):
    """OSC 7: the folder, decoded from its file URI."""

    path: str


class AgentState(msgspec.Struct, frozen=True):
    """OSC 7501: an agent CLI says what it does: `idle`, `working`, `blocked`, `done`, `clear`."""

    state: str
    attributes: dict[str, str]


class ClipboardWrite(msgspec.Struct, frozen=True):
    """OSC 52 with text; whether it is obeyed is a policy."""

    text: str


class PromptMark(msgspec.Struct, frozen=True):
    """OSC 133: `A` prompt, `B` input, `C` output, `D` end."""

    kind: str


TerminalSignal = (
    TitleChanged | Bell | Notification | Progress | Cwd | AgentState | ClipboardWrite | PromptMark
)
