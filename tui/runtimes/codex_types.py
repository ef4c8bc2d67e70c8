"""The lines of `codex exec --json` and of Codex's rollout files, as far as they are read.

Lenient on purpose: every field is optional, unknown ones are passed over. Names are the CLI's own
(https://github.com/openai/codex, `codex-rs/exec`); what was observed of them is in `tests/corpus/codex`.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from tui.core.facts import Retrying
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes.counts import inclusive


class Tokens(msgspec.Struct, frozen=True, gc=False):
    """A reading of the thread's counter, or one request; input holds what was read from and written to caches."""

    input_tokens: float | None = None
    cached_input_tokens: float | None = None
    cache_write_input_tokens: float | None = None
    output_tokens: float | None = None
    total_tokens: float | None = None

    def usage(self) -> Usage:
        """Return each kind of token in one field."""
        return inclusive(
            self.input_tokens, self.output_tokens, self.cached_input_tokens, self.cache_write_input_tokens
        )


class Change(msgspec.Struct, frozen=True):
    """A file of a `file_change`."""

    path: str = ""
    kind: object = None
    diff: str = ""
    """Of a file that is new or gone its content, else hunks; told by the app server only."""


class Failure(msgspec.Struct, frozen=True):
    """An `error` object."""

    message: str = ""


class Item(msgspec.Struct, frozen=True):
    """A piece of a turn."""

    id: str = ""
    type: str = ""
    text: str | None = None
    message: str | None = None
    status: str | None = None
    # command_execution
    command: str | None = None
    aggregated_output: str | None = None
    exit_code: int | None = None
    # file_change
    changes: list[Change] | None = None
    # mcp_tool_call, web_search, todo_list
    server: str | None = None
    tool: str | None = None
    arguments: object = None
    query: str | None = None
    items: list[object] | None = None
    result: object = None
    error: Failure | None = None


class Line(msgspec.Struct, frozen=True):
    """One line of the stream."""

    type: str = ""
    thread_id: str | None = None
    item: Item | None = None
    usage: Tokens | None = None
    message: str | None = None
    error: Failure | None = None


class Window(msgspec.Struct, frozen=True, gc=False):
    """How full one of the account's limits is."""

    used_percent: float | None = None
    window_minutes: float | None = None
    resets_at: float | None = None


class Limits(msgspec.Struct, frozen=True):
    """`rate_limits` of a `token_count`."""

    primary: Window | None = None
    secondary: Window | None = None


class Info(msgspec.Struct, frozen=True):
    """`info` of a `token_count`."""

    total_token_usage: Tokens | None = None
    last_token_usage: Tokens | None = None
    model_context_window: float | None = None


class Part(msgspec.Struct, frozen=True):
    """A piece of a message's content."""

    text: str | None = None


class RolloutItem(msgspec.Struct, frozen=True):
    """`item` of an `item_completed` event."""

    type: str = ""
    id: str = ""
    content: list[Part] | None = None
    summary_text: list[str] | None = None
    command: list[str] | str | None = None
    aggregated_output: str | None = None
    exit_code: int | None = None
    status: str | None = None
    changes: object = None


class Payload(msgspec.Struct, frozen=True):
    """`payload` of a rollout line."""

    type: str = ""
    id: str | None = None
    thread_id: str | None = None
    cli_version: str | None = None
    model: str | None = None
    info: Info | None = None
    rate_limits: Limits | None = None
    item: RolloutItem | None = None
    name: str | None = None
    arguments: object = None
    input: object = None
    call_id: str | None = None
    output: object = None
    last_agent_message: str | None = None
    duration_ms: float | None = None
    reason: str | None = None
    message: str | None = None
    error: Failure | None = None


class RolloutLine(msgspec.Struct, frozen=True):
    """One line of a rollout file."""

    type: str = ""
    payload: Payload | None = None


LINE_DECODER: Final = msgspec.json.Decoder(Line)
ROLLOUT_DECODER: Final = msgspec.json.Decoder(RolloutLine)

_RECONNECTING: Final = re.compile(r"^Reconnecting\.{3} (\d{1,4})/(\d{1,4})(?: \((.*)\))?", re.DOTALL)
_STATUS: Final = re.compile(r"\bstatus:? (\d{3})\b")
_SHELL: Final = re.compile(r"^\S*/(?:ba|z|da|k)?sh -l?c ('.*'|\".*\"|\S+)$", re.DOTALL)
_LIMIT: Final = re.compile(
    r"usage limit|rate limit|\b429\b|quota|out of credits", re.IGNORECASE
)  # in the CLI's own errors only, never in what a model said


def retrying(message: str) -> Retrying | None:
    """Return the fact of `Reconnecting... 1/5 (why)`, or None for another message."""
    found = _RECONNECTING.match(message)
    if found is None:
        return None
    why = found[3] or ""
    status = _STATUS.search(why)
    return Retrying(
        attempt=int(found[1]),
        max_attempts=int(found[2]),
        status=int(status[1]) if status else None,
        error=one_line(why or "the connection was lost"),
    )


def is_limit(message: str) -> bool:
    """Return True if an error says that the account's limit is reached."""
    return bool(_LIMIT.search(message))


def bare(command: str) -> str:
    """Return a command without the shell that Codex wraps around it: `/bin/bash -lc 'ls -la'` is `ls -la`."""
    found = _SHELL.match(command)
    if found is None:
        return command
    inner = found[1]
    if inner[:1] == "'":
        return inner[1:-1].replace("'\\''", "'").replace("'\"'\"'", "'")
    return inner[1:-1] if inner[:1] == '"' else inner
