"""The environment that a child gets: the user's own, without what belongs to the terminal or agent around us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AGENT_ID: Final = "AGENT_TUI_AGENT_ID"
"""Marks every process below an agent with its id, so that one that left its group is still found."""

_DROPPED: Final = frozenset(
    {
        # An agent CLI that finds these thinks that it runs inside another one, and behaves or refuses accordingly.
        "AI_AGENT", "CLAUDECODE", "CLAUDE_CODE_CHILD_SESSION", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_EXECPATH",
        "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_SESSION_KIND", "CLAUDE_CODE_SSE_PORT", "CODEX_SANDBOX",
        "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_THREAD_ID", "COPILOT_CLI", "CURSOR_AGENT", "GEMINI_CLI", "OPENCODE",
        "OPENCODE_PID", "QWEN_CODE", "PI_CODING_AGENT",
        # The terminal that we run in is not the one that the child sees.
        "COLORFGBG", "COLUMNS", "ITERM_PROFILE", "LC_TERMINAL", "LC_TERMINAL_VERSION", "LINES", "STY", "TERMCAP",
        "TERMINAL_EMULATOR", "TERMINFO", "TERMINFO_DIRS", "TERM_FEATURES", "TERM_SESSION_ID", "VTE_VERSION", "WINDOW",
        "WINDOWID", "XTERM_VERSION",
    }
)  # fmt: skip
_DROPPED_PREFIXES: Final = (
    "ALACRITTY_", "GHOSTTY_", "ITERM_", "KITTY_", "KONSOLE_", "TERM_PROGRAM", "TMUX", "WEZTERM_", "WT_", "ZELLIJ",
)  # fmt: skip


def clean(env: Mapping[str, str], *, agent_id: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child.

    Args:
        env: The host's own.
        agent_id: Whose child it is.
        extra: Settings of the agent; they win over everything but the mark.
    """
    kept = {
        name: value
        for name, value in env.items()
        if name not in _DROPPED and not name.startswith(_DROPPED_PREFIXES)
    }
    kept |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    kept |= extra or {}
    kept[AGENT_ID] = agent_id
    return kept


def home(env: Mapping[str, str]) -> str:
    """Return the home folder that a child with this environment sees."""
    return env.get("HOME") or "/"
