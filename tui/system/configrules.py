"""What may stand in a config file: every key with its check, and the words for what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from tui.core.errors import ConfigError
from tui.core.keynames import canonical
from tui.core.limits import AtLimit, OnRateLimit, RestartPolicy
from tui.core.settings import THEMES, AgentSettings, Column, Glyphs, Keymap, LeaderMode, ShiftEnter
from tui.core.spec import Channel, Inactivity, Mode, Step
from tui.system import configchecks as checks

Table = dict[str, Any]
T = TypeVar("T")

_ACTION: Final = re.compile(r"[a-z]+(?:[.-][a-z0-9]+)*")


class Rule(msgspec.Struct, frozen=True):
    """Check of one key."""

    allowed: str
    """In words, for the error."""
    check: Callable[[Any, Path], Any]
    """Returns the value as the settings hold it; raises `Wrong`. The path is the config's folder."""


class Wrongs:
    """Gathers all that is wrong, so that it can be told, and mended, at once."""

    def __init__(self) -> None:
        self._found: list[ConfigError] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, error: ConfigError) -> None:
        """Keep an error with those that came with it."""
        self._found += error.all()

    def take(self, judge: Callable[[], T], otherwise: T) -> T:
        """Return what a judge returns; what stands for it if it refuses."""
        try:
            return judge()
        except ConfigError as error:
            self.add(error)
            return otherwise

    def tell(self) -> None:
        """End the judging.

        Raises:
            ConfigError: Something was wrong; it has the rest in `others`.
        """
        if self._found:
            first, *others = self._found
            first.others = tuple(others)
            raise first


def table(
    file: str,
    key: str,
    value: object,
    rules: Mapping[str, Rule],
    folder: Path | None = None,
    wrongs: Wrongs | None = None,
) -> Table:
    """Judge one table.

    Args:
        file: Name of the file, for errors.
        key: Dotted path of the table; empty for the whole file.
        value: What stands there.
        rules: What may stand in it.
        folder: Folder that relative paths start from.
        wrongs: Takes what is wrong, and what is good is returned; none: it is raised.

    Raises:
        ConfigError: Something is not allowed.
    """
    if not isinstance(value, dict):
        raise ConfigError(file, key, checks.describe(value), "a table")
    found: Table = {}
    gathered = wrongs if wrongs is not None else Wrongs()
    for name, each in value.items():
        path = f"{key}.{name}" if key else name
        rule = rules.get(name)
        if rule is None:
            gathered.add(ConfigError(file, path, "an unknown key", near(name, list(rules))))
            continue
        try:
            found[name] = rule.check(each, folder or Path())
        except checks.Wrong as error:
            gathered.add(ConfigError(file, path, str(error) or checks.describe(each), rule.allowed))
    if wrongs is None:
        gathered.tell()
    return found


def near(name: str, known: list[str]) -> str:
    """List what is allowed, beginning with what was probably meant."""
    listed = ", ".join(known)
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f"{listed} (did you mean {close[0]}?)" if close else listed


def keys_table(file: str, value: object) -> dict[str, str]:
    """Judge `[keys]`: `agent.kill = "K"`, or a list, or "" for no key. Which actions there are, the dashboard knows.

    Raises:
        ConfigError: Something is not allowed.
    """
    found: dict[str, str] = {}
    wrongs = Wrongs()

    def visit(path: str, each: object) -> None:
        if isinstance(each, dict):
            for name, inner in each.items():
                visit(f"{path}.{name}" if path else name, inner)
            return
        if not _ACTION.fullmatch(path):
            wrongs.add(ConfigError(file, f"keys.{path}", "no name of an action", "names such as agent.kill"))
            return
        wanted = each if isinstance(each, list) else [each]
        names: list[str] = []
        for key in wanted:
            if key == "" and not isinstance(each, list):
                continue
            name = canonical(key) if isinstance(key, str) else None
            if name is None:
                allowed = 'a key such as "K", "ctrl+k" or "f5", or a list of keys'
                wrongs.add(ConfigError(file, f"keys.{path}", checks.describe(key), allowed))
                return
            names.append(name)
        found[path] = ",".join(names)

    if not isinstance(value, dict):
        raise ConfigError(file, "keys", checks.describe(value), "a table")
    visit("", value)
    wrongs.tell()
    return found


def agent_name(agent: AgentSettings) -> str:
    """Return the name of an agent that was given none: its folder's, or its program's."""
    if agent.cwd:
        return Path(agent.cwd).name[: checks.NAME_MAX] or "agent"
    return Path(agent.command[0]).name[: checks.NAME_MAX] if agent.command else agent.runtime or "agent"


def inactivity_table(file: str, key: str, value: object) -> Inactivity:
    """Judge `[inactivity]`, or an agent's own.

    Raises:
        ConfigError: Something is not allowed.
    """
    return Inactivity(**table(file, key, value, INACTIVITY))


_TEXT: Final = Rule("text in quotes", checks.text)
_DAY_S: Final = 86_400.0
_LIMIT: Final = Rule("seconds from 0 (never) to 604800", checks.seconds(7 * _DAY_S))
_STEPS: Final = Rule(f"one of {', '.join(Step)}, or a list of them, each once", checks.steps)

INACTIVITY: Final[dict[str, Rule]] = {
    "thinking_s": _LIMIT,
    "on_thinking": _STEPS,
    "tool_busy_s": _LIMIT,
    "on_tool_busy": _STEPS,
    "tool_idle_s": _LIMIT,
    "on_tool_idle": _STEPS,
    "retrying_s": _LIMIT,
    "on_retrying": _STEPS,
    "loop_repeats": Rule("a whole number from 2 to 32, or 0 (never)", checks.repeats),
    "loop_tokens": Rule("a whole number from 0 (never) to 1000000000", checks.whole(0, 10**9)),
    "on_loop": _STEPS,
    "tries": Rule("a whole number from 0 to 100", checks.whole(0, 100)),
}

_COMMON: Final[dict[str, Rule]] = {
    "runtime": Rule('text in quotes, such as "claude-code"; agent-tui doctor lists them', checks.name),
    "mode": Rule(", ".join(Mode), checks.one_of(Mode)),
    "command": Rule('a list of texts, such as ["aider", "--yes"]', checks.command),
    "args": Rule('a list of texts, such as ["--verbose"]', checks.texts),
    "env": Rule("a table of texts", checks.env),
    "cwd": Rule("a folder, relative to this file, absolute or beginning with ~", checks.folder),
    "fresh_prompt": _TEXT,
    "resume_prompt": _TEXT,
    "system_prompt": _TEXT,
    "model": _TEXT,
    "channel": Rule(", ".join(Channel), checks.one_of(Channel)),
    "max_turns": Rule("a whole number from 1 to 100000", checks.whole(1, 100_000)),
    "max_budget_usd": Rule("a number above 0", checks.money),
    "budget": Rule(
        'a table such as { tokens = 20000, usd = 2.5, turns = 30, time_s = 3600, at_limit = "ask" }',
        checks.budget,
    ),
    "restart": Rule(", ".join(RestartPolicy), checks.one_of(RestartPolicy)),
    "restarts_per_hour": Rule("a whole number from 0 to 1000", checks.whole(0, 1_000)),
    "on_rate_limit": Rule(", ".join(OnRateLimit), checks.one_of(OnRateLimit)),
    "inactivity_timeout_s": _LIMIT,
    "on_inactive": _STEPS,
    "stop_wait_s": Rule("seconds from 0 to 600", checks.seconds(600)),
    "history_lines": Rule("a whole number from 0 to 1000000", checks.whole(0, 1_000_000)),
    "priority": Rule("a whole number from -1000 to 1000", checks.whole(-1000, 1000)),
    "tags": Rule('a list of single words, such as ["backend", "urgent"]', checks.tags),
    "record_bytes": Rule("a whole number from 0 to 100000000000", checks.whole(0, 100_000_000_000)),
}

DEFAULTS: Final = _COMMON
AGENT: Final[dict[str, Rule]] = {
    "name": Rule(f"1 to {checks.NAME_MAX} printable characters, not beginning with -", checks.name),
    "prompt": _TEXT,
    "inactivity": Rule("a table, [agent.inactivity]", checks.any_table),
    **_COMMON,
}
DASHBOARD: Final[dict[str, Rule]] = {
    "theme": Rule(", ".join(THEMES), checks.theme),
    "leader": Rule(
        'a key with ctrl, or a function key, such as "ctrl+]", "ctrl+space" or "f12"', checks.leader
    ),
    "leader_mode": Rule(", ".join(LeaderMode), checks.one_of(LeaderMode)),
    "keymap": Rule(", ".join(Keymap), checks.one_of(Keymap)),
    "glyphs": Rule(", ".join(Glyphs), checks.one_of(Glyphs)),
    "reduced_motion": Rule("true or false", checks.switch),
    "row": Rule(f"a list of columns, each once, of {', '.join(Column)}", checks.columns),
    "shift_enter": Rule(", ".join(ShiftEnter), checks.one_of(ShiftEnter)),
    "bell": Rule("true or false", checks.switch),
    "away_after_s": _LIMIT,
}
_USD: Final = Rule("USD per million tokens, a number from 0 to 1000000", checks.number(0, 1_000_000))
PRICE: Final[dict[str, Rule]] = {
    "input": _USD,
    "output": _USD,
    "cache_read": _USD,
    "cache_write": _USD,
    "context_window": Rule("a whole number from 1 to 1000000000", checks.whole(1, 10**9)),
}
BUDGET: Final[dict[str, Rule]] = {
    "tokens": Rule("a whole number from 1", checks.whole(1, 10**15)),
    "usd": Rule("a number above 0", checks.money),
    "tokens_per_day": Rule("a whole number from 1", checks.whole(1, 10**15)),
    "usd_per_day": Rule("a number above 0", checks.money),
    "at_limit": Rule(", ".join(AtLimit), checks.one_of(AtLimit)),
}
LIMITS: Final[dict[str, Rule]] = {
    "max_running": Rule("a whole number from 1 to 1000, or 0 (no limit)", checks.whole(0, 1000)),
}
TOP: Final[dict[str, Rule]] = {
    "limits": Rule("a table, [limits]", checks.any_table),
    "defaults": Rule("a table, [defaults]", checks.any_table),
    "agent": Rule("tables, each begun by [[agent]]", checks.any_tables),
    "inactivity": Rule("a table, [inactivity]", checks.any_table),
    "notify": Rule("a table, [notify]", checks.any_table),
    "budget": Rule("a table, [budget]", checks.any_table),
    "dashboard": Rule("a table, [dashboard]", checks.any_table),
    "keys": Rule("a table, [keys]", checks.any_table),
    "runtime": Rule("tables, each begun by [runtime.NAME]", checks.any_table),
    "templates": Rule("a table, [templates]", checks.any_table),
    "prices": Rule('a table, [prices."model"]', checks.any_table),
}
