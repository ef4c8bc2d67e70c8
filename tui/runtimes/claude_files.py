"""What Claude Code writes about itself on disk: its transcripts, and the state file of each living process."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes.claude_content import Content
from tui.runtimes.claude_stream import SYNTHETIC
from tui.runtimes.claude_types import LINE_DECODER, SESSION_DECODER, Block, Line, Message, SessionFile
from tui.runtimes.environment import home
from tui.runtimes.json_lines import decode, unparsed
from tui.runtimes.texts import bounded

SLUG_MAX: Final = 200
"""Longest folder name that Claude Code uses as it is; a longer one ends in a hash of its own."""

_PERMISSIONS: Final = frozenset({"permission prompt", "sandbox request", "worker request"})
_INTERRUPTED: Final = "[Request interrupted by user"
_COMMAND: Final = re.compile(r"<(?:command-name|local-command-stdout|local-command-caveat|bash-input)>")


def config_folder(env: Mapping[str, str]) -> str:
    """Return the folder in which Claude Code keeps its files."""
    return env.get("CLAUDE_CONFIG_DIR") or os.path.join(home(env), ".claude")  # noqa: PTH118 - no I/O, a string


def transcript_path(env: Mapping[str, str], cwd: str, session_id: str) -> str:
    """Return where a session's transcript is, or will be; empty if that cannot be told."""
    slug = re.sub(r"[^a-zA-Z0-9]", "-", os.path.realpath(cwd))
    if len(slug) > SLUG_MAX or not session_id or "/" in session_id:
        return ""
    return f"{config_folder(env)}/projects/{slug}/{session_id}.jsonl"


def state_path(env: Mapping[str, str], pid: int | str) -> str:
    """Return where a process keeps its state while it lives."""
    return f"{config_folder(env)}/sessions/{pid}.json"


def session_file(data: bytes) -> SessionFile | None:
    """Return a state file's content, or None if it cannot be read (it is being written, or gone)."""
    try:
        return decode(SESSION_DECODER, data) if data else None
    except msgspec.DecodeError:
        return None


def state(file: SessionFile) -> tuple[Activity, str] | None:
    """Return what a state file says, with its words; None for a status that we do not know."""
    words = one_line(f"session file: {file.status} {file.waitingFor}")
    match file.status:
        case "busy":
            return Activity.WORKING, words
        case "idle" | "shell":
            # `shell`: idle, with a command running in the background.
            return Activity.IDLE, words
        case "waiting" if file.waitingFor in _PERMISSIONS:
            return Activity.NEEDS_PERMISSION, words
        case "waiting":
            return Activity.NEEDS_ANSWER, words
        case _:
            return None


class Transcript:
    """Reads a session's transcript line by line, as it grows.

    Unlike the stream, its usage is final from the first line of a message on, and is repeated with each block.

    Args:
        cwd: The agent's folder.
        since: Lines that were written before this moment (as the CLI writes it, ISO 8601 in UTC) are another session's, of
            which this one is a copy.
    """

    def __init__(self, cwd: str, since: str = "") -> None:
        self._since = since
        self._content = Content(cwd)
        self._message = ""
        self._blocks = 0
        self._words = ""
        self._error = ""
        """The error that the turn ended with, while no answer followed."""

    def line(self, data: bytes) -> Iterable[AnyFact]:
        """Return the facts of one line; never raises."""
        text = data.strip()
        if text[:1] != b"{":
            return []
        try:
            return list(self._facts(decode(LINE_DECODER, text)))
        except msgspec.DecodeError as error:
            return [unparsed(text, str(error))]
        except RecursionError:
            return [unparsed(text, "nested too deeply")]

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        if line.isMeta or line.isCompactSummary or (line.timestamp or self._since) < self._since:
            return []
        match line.type:
            case "assistant" if line.message:
                return self._said(line, line.message)
            case "user" if line.message and not line.isSidechain:
                return self._heard(line, line.message)
            case "system" if line.subtype == "turn_duration":
                words, self._words = self._words, ""
                error, self._error = self._error, ""
                took_s = max(0.0, line.durationMs or 0.0) / 1000
                return [f.TurnEnded(ok=not error, text=words, error=error, duration_s=took_s)]
            case _:
                return []

    def _said(self, line: Line, message: Message) -> Iterable[AnyFact]:
        parent = "sidechain" if line.isSidechain else ""
        blocks = (
            [Block("text", message.content)] if isinstance(message.content, str) else message.content or []
        )
        if message.model == SYNTHETIC and line.error:
            text = bounded("\n".join(block.text or "" for block in blocks))
            self._words, self._error = "", one_line(text, limit=300)
            yield f.ErrorReported(text=text, code=one_line(str(line.error)))
            return
        key = one_line(message.id or "")
        if key != self._message:
            self._message, self._blocks = key, 0
        for block in blocks:
            fact = self._content.said(block, f"{key}:{self._blocks}", parent)
            self._blocks += 1
            if isinstance(fact, f.Text) and not parent:
                self._words, self._error = fact.text, ""
            if fact is not None:
                yield fact
        if message.usage and key and message.model != SYNTHETIC:
            usage = message.usage.usage()
            size = usage.input + usage.cache_read + usage.cache_write
            model = one_line(message.model or "")
            yield f.UsageReported(
                usage=usage,
                key=key,
                model="" if parent else model,
                billed_model=model if parent else "",
                context_tokens=0 if parent else size,
            )

    def _heard(self, line: Line, message: Message) -> Iterable[AnyFact]:
        if isinstance(message.content, str):
            if not _COMMAND.search(message.content[:200]):
                self._words = self._error = ""
                yield f.TurnStarted(prompt=bounded(message.content))
            return
        blocks = message.content or []
        yield from self._content.finished(blocks, line.toolUseResult)
        words = "\n".join(block.text for block in blocks if block.type == "text" and block.text)
        if words.startswith(_INTERRUPTED):
            self._words = ""
            yield f.TurnEnded(ok=False, interrupted=True, error="the turn was interrupted")
        elif words:
            self._words = self._error = ""
            yield f.TurnStarted(prompt=bounded(words))
