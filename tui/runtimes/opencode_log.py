"""OpenCode's log, into which all of its processes write: which session is whose, which model it asks, what it tries again.

Its lines name the process only by a random `run`. It logs each config file that it loads, so a run that is handed one of its
own (`OPENCODE_CONFIG`, which only adds to the user's) is known by that path: `run=1aac08fc message=loading path=…`.
Observed with 1.18.33; a log without these lines tells nothing, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes.environment import home

LOG: Final = "log"
CONFIG: Final = "opencode.json"
"""The file that marks a run, in its folder."""
CONFIG_TEXT: Final = '{"$schema": "https://opencode.ai/config.json"}\n'
"""Sets nothing."""

_FIELD: Final = re.compile(r'([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)')
_NONE: Final = "undefined"
_LIMIT: Final = re.compile(r"too many requests|rate.?limit|\b429\b", re.IGNORECASE)
_ERROR_NAME: Final = re.compile(r"^\w*Error: ")


def data_folder(env: Mapping[str, str]) -> str:
    """Return the folder in which OpenCode keeps its database and its log."""
    return f"{env.get('XDG_DATA_HOME') or f'{home(env)}/.local/share'}/opencode"


def log_path(env: Mapping[str, str]) -> str:
    """Return where the log is, or will be."""
    return f"{data_folder(env)}/log/opencode.log"


class OpenCodeLog:
    """Reads the lines of one process.

    Args:
        mark: Path of the config file that only this process loads; empty: it cannot be told apart.
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._run = ""
        self._children: set[str] = set()
        """Sessions of sub-agents."""
        self._refused = ""
        """Why the last request failed, while it is not known whether it is tried again."""
        self._attempt = 0
        self.session = ""
        """The one that is spoken in, or was last."""
        self.sessions: dict[str, None] = {}
        """All that were spoken in, in their order."""
        self.model = ""

    def line(self, data: bytes) -> list[AnyFact]:
        """Return the facts of one line; never raises."""
        if not self._mark:
            return []
        if self._run and self._run.encode() not in data[:120]:
            return []
        known = fields(data.decode("utf-8", "replace"))
        if not self._run:
            if known.get("message") == "loading" and known.get("path") == self._mark:
                self._run = known.get("run", "")
            return []
        return self._facts(known) if known.get("run") == self._run else []

    def _facts(self, known: Mapping[str, str]) -> list[AnyFact]:
        session = known.get("session.id", "")
        match known.get("message"):
            case "created" if known.get("id", "").startswith("ses_"):
                if known.get("parentID", _NONE) != _NONE:
                    self._children.add(known["id"])
                    return []
                return self._spoken_in(known["id"])
            case "loop" if session not in self._children:
                self._refused, self._attempt = "", 0
                return self._spoken_in(session)
            case "stream" if known.get("small") == "false":
                return [*self._asked(known, session), *self.due()]
            case "stream error" if known.get("small") == "false":
                self._refused = known.get("error.error", "") or "error"
            case "process" if "error" in known:
                self._refused = ""  # it gave up
            case "exiting loop" | "cancel":
                self._refused, self._attempt = "", 0
        return []

    def _asked(self, known: Mapping[str, str], session: str) -> list[AnyFact]:
        model = one_line(known.get("modelID", ""))
        if session in self._children or not model or model == self.model:
            return []
        self.model = model
        return [f.SessionStarted(session_id=one_line(self.session), model=model)] if self.session else []

    def _spoken_in(self, session: str) -> list[AnyFact]:
        if not session or session == self.session:
            return []
        self.session = session
        self.sessions[session] = None
        return [f.SessionStarted(session_id=one_line(session), model=self.model)]

    def due(self) -> list[AnyFact]:
        """Return the retry that is known by now: one that it gives up is followed by that at once."""
        if not self._refused:
            return []
        words, self._refused = one_line(_ERROR_NAME.sub("", self._refused), limit=300), ""
        self._attempt += 1
        status = 429 if _LIMIT.search(words) else None
        return [f.Retrying(attempt=self._attempt, status=status, error=words)]


def fields(line: str) -> dict[str, str]:
    """Return the fields of a line, `name=value` or `name="a JSON string"`; the first of a name counts."""
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(line[:8_000]):
        if name not in found:
            found[name] = _unquoted(value)
    return found


def _unquoted(value: str) -> str:
    if value[:1] != '"':
        return value
    try:
        return msgspec.json.decode(value, type=str)
    except msgspec.DecodeError:
        return value
