"""Claude Code's status line, as a source: model, context window, size of the last request, money.

Claude Code runs a command of its settings for the line below its prompt, and gives it what it knows as JSON
(https://docs.claude.com/en/docs/claude-code/statusline). An interactive run is handed settings with a command of ours, which keeps
that JSON in the run's folder and then runs the user's own command with it, so that their line stays as it was. Nothing is
written into their settings; of the settings files only `statusLine` is read, as it stood when the run began.

Its money is a counter of the session, which a resumed process takes up again where the one before wrote it down.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.spec import AgentSpec
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes.arguments import value_of, without
from tui.runtimes.claude_files import config_folder
from tui.runtimes.counts import count, money
from tui.runtimes.json_lines import decode

TOLD: Final = "told"
SETTINGS_FILE: Final = "claude-settings.json"
SCRIPT_FILE: Final = "statusline.sh"
TOLD_FILE: Final = "statusline.json"
SETTINGS_MAX_BYTES: Final = 1024 * 1024
_FLAG: Final = "--settings"

_SCRIPT: Final = """\
#!/bin/sh
# Keeps what Claude Code tells its status line for agent-tui, then draws the user's own line.
told={told}
(umask 077; cat > "$told.$$") && mv -f "$told.$$" "$told"
{theirs}
"""


class Handed(msgspec.Struct, frozen=True):
    """What an interactive run is handed."""

    args: list[str]
    """The user's extra arguments, their settings taken up."""
    flags: list[str] = []
    files: dict[str, str] = {}


def hand_over(spec: AgentSpec, env: Mapping[str, str], run_dir: Path) -> Handed:
    """Return settings that keep the user's, with our command in front of their status line.

    Where that cannot be done (the CLI runs elsewhere, settings that cannot be read, a status line of another kind), nothing is.
    """
    given = value_of(spec.args, (_FLAG,))
    theirs = _given_settings(given, spec.cwd) if given else {}
    if theirs is None or not _is_here(spec):
        return Handed(list(spec.args))
    line = theirs.get("statusLine") or _their_line(spec, env)
    if not isinstance(line, dict) or line.get("type", "command") != "command":
        return Handed(list(spec.args))
    script, settings = run_dir / SCRIPT_FILE, run_dir / SETTINGS_FILE
    ours = {**line, "type": "command", "command": f"sh {shlex.quote(str(script))}"}
    return Handed(
        without(spec.args, (_FLAG,)),
        [_FLAG, str(settings)],
        {
            str(settings): json.dumps({**theirs, "statusLine": ours}),
            str(script): _script(run_dir / TOLD_FILE, line.get("command")),
        },
    )


def _script(told: Path, command: object) -> str:
    theirs = f'exec sh -c {shlex.quote(command)} < "$told"' if isinstance(command, str) and command else ""
    return _SCRIPT.format(told=shlex.quote(str(told)), theirs=theirs)


def _is_here(spec: AgentSpec) -> bool:
    return not spec.command or os.path.basename(spec.command[0]) == "claude"  # noqa: PTH119 - a string


def _given_settings(given: str, cwd: str) -> dict[str, Any] | None:
    """Return what the user's own `--settings` says, JSON or a file; None if it cannot be read."""
    if given.lstrip().startswith("{"):
        return _object(given.encode("utf-8", "surrogateescape"))
    return _read(Path(cwd, given).expanduser())


def _their_line(spec: AgentSpec, env: Mapping[str, str]) -> object:
    """Return the status line that is in force: the nearest settings win."""
    for path in (
        Path(spec.cwd, ".claude", "settings.local.json"),
        Path(spec.cwd, ".claude", "settings.json"),
        Path(config_folder(env), "settings.json"),
    ):
        line = (_read(path) or {}).get("statusLine")
        if line:
            return line
    return {}


def _read(path: Path) -> dict[str, Any] | None:
    try:
        # A folder's settings are its agent's to make: a pipe in their place is not waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            return _object(file.read(SETTINGS_MAX_BYTES))
    except OSError:
        return None


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def told_path(files: Mapping[str, str]) -> str:
    """Return where our command keeps what it was told; empty if the run was handed none."""
    script = next((path for path in files if path.endswith(f"/{SCRIPT_FILE}")), "")
    return f"{script.removesuffix(SCRIPT_FILE)}{TOLD_FILE}" if script else ""


# -- what it is told ---------------------------------------------------------------------------------------------------


class Model(msgspec.Struct, frozen=True):
    """`model`."""

    id: str = ""


class Cost(msgspec.Struct, frozen=True):
    """`cost`."""

    total_cost_usd: Decimal | None = None


class Request(msgspec.Struct, frozen=True):
    """`current_usage`: of the last request."""

    input_tokens: float | None = None
    cache_creation_input_tokens: float | None = None
    cache_read_input_tokens: float | None = None


class Window(msgspec.Struct, frozen=True):
    """`context_window`."""

    context_window_size: float | None = None
    current_usage: Request | None = None


class Told(msgspec.Struct, frozen=True):
    """What a status line command is told."""

    session_id: str = ""
    version: str = ""
    model: Model = Model()
    cost: Cost = Cost()
    context_window: Window = Window()


TOLD_DECODER: Final = msgspec.json.Decoder(Told)


class StatusLine:
    """Turns what the command was told into facts.

    Args:
        fresh: The session began with this run, so its money did.
    """

    def __init__(self, *, fresh: bool) -> None:
        self._known: tuple[str, str, int] = ("", "", 0)
        self._seen: Decimal | None = Decimal(0) if fresh else None
        """The counter when it was read last; None: not yet."""
        self._spent = Decimal(0)
        self.model = ""

    def told(self, data: bytes, *, counted: bool) -> Sequence[AnyFact]:
        """Return what is new.

        Args:
            data: The JSON.
            counted: A message of this run was counted already: a counter that is read for the first time holds it.
        """
        try:
            told = decode(TOLD_DECODER, data) if data else Told()
        except (msgspec.DecodeError, RecursionError):
            return []
        if not told.session_id:
            return []
        facts: list[AnyFact] = []
        self.model, window = one_line(told.model.id), count(told.context_window.context_window_size)
        known = (told.session_id, self.model, window)
        if known != self._known:
            self._known = known
            facts.append(
                f.SessionStarted(
                    session_id=one_line(told.session_id),
                    model=self.model,
                    version=one_line(told.version),
                    context_window=window,
                )
            )
        spent = self._grown(money(told.cost.total_cost_usd), counted)
        if spent is not None:
            facts.append(
                f.UsageReported(
                    usage=Usage(cost_usd=spent),
                    scope="money",
                    context_tokens=_size(told.context_window.current_usage),
                    context_window=window,
                )
            )
        return facts

    def _grown(self, counter: Decimal | None, counted: bool) -> Decimal | None:
        """Return what the run has spent, if that changed; None where nobody can tell."""
        if counter is None:
            return None
        before, self._seen = self._seen, counter
        if before is None:
            if counted:
                self._seen = None  # what of it is this run's is lost
            return None
        if counter == before:
            return None
        # A counter that fell began anew: /clear.
        self._spent += counter - before if counter > before else counter
        return self._spent


def _size(request: Request | None) -> int:
    if request is None:
        return 0
    parts = (request.input_tokens, request.cache_creation_input_tokens, request.cache_read_input_tokens)
    return sum(count(part) for part in parts)
