"""The signals that an emulator gives: values of the core, named here for users of the emulator."""

from __future__ import annotations

from tui.core.signals import (
    AgentState,
    Bell,
    ClipboardWrite,
    Cwd,
    Notification,
    Progress,
    PromptMark,
    TerminalSignal,
    TitleChanged,
)

__all__ = [
    "AgentState",
    "Bell",
    "ClipboardWrite",
    "Cwd",
    "Notification",
    "Progress",
    "PromptMark",
    "TerminalSignal",
    "TitleChanged",
]
