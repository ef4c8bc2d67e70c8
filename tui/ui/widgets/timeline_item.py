"""One entry of a timeline, as a value that grows while its block streams or its tool runs."""

from __future__ import annotations

import enum

import msgspec


class Kind(enum.Enum):
    """What an item is."""

    PROMPT = "prompt"
    TEXT = "text"
    THINKING = "thinking"
    TOOL = "tool"
    ASK = "ask"
    END = "end"
    LIMIT = "limit"
    ERROR = "error"
    NOTICE = "notice"
    """What stays worth reading: a fallback, a step of the ladder, a new run."""
    NOTE = "note"
    """Small print: session, state of the recording, what the user did."""
    LOG = "log"


class Item(msgspec.Struct):
    """One entry of the timeline."""

    kind: Kind
    at: float
    title: str = ""
    """First line: a tool's name, a sentence."""
    detail: str = ""
    """Argument of a tool, small print behind a title."""
    body: str = ""
    """Text, output or options below the first line."""
    diff: str = ""
    depth: int = 0
    """How deep in sub-agents."""
    parent: int = -1
    """Index of the call whose sub-agent it is of; -1: the agent itself."""
    lead: str = ""
    """Whose it is, where the entry before is of another: several sub-agents may work at once."""
    live: bool = False
    """It still grows or runs."""
    ok: bool = True
    denied: bool = False
    exit_code: int | None = None
    ended: float = 0.0
    """When it ended, wall clock; 0 if it did not or never takes time."""
    tokens: int = 0
    version: int = 0
    unfolded: bool = False

    def touch(self) -> None:
        """Say that it has to be drawn anew."""
        self.version += 1
