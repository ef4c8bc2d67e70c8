"""`[runtime.NAME]`: an agent CLI described in the config, judged strictly."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from tui.core.clidef import PLACES, CliDefinition, Counts, Events, unknown_places
from tui.core.errors import ConfigError
from tui.system import configchecks as checks
from tui.system.configchecks import Wrong, describe
from tui.system.configrules import Rule, table

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
_PATH: Final = re.compile(r"[^.=\s]+(?:\.[^.=\s]+)*")
_END: Final = re.compile(r"[^.=\s]+(?:\.[^.=\s]+)*(?:=.+)?")
PATTERN_MAX: Final = 1_000


def _template(value: Any, folder: Path) -> list[str]:
    """Arguments with places."""
    arguments = checks.texts(value, folder)
    unknown = unknown_places(arguments)
    if unknown:
        raise Wrong(f"{{{unknown[0]}}}")
    return arguments


def _pattern(value: Any, folder: Path) -> str:
    """A regular expression."""
    text = checks.text(value, folder)
    if not text or len(text) > PATTERN_MAX:
        raise Wrong
    try:
        re.compile(text)
    except (re.error, RecursionError) as error:
        raise Wrong(f"{describe(text)}, which is none ({error})") from error
    return text


def _matching(shape: re.Pattern[str]) -> Any:
    def check(value: Any, folder: Path) -> str:
        text = checks.text(value, folder)
        if not shape.fullmatch(text):
            raise Wrong
        return text

    return check


_ARGUMENTS: Final = Rule(
    f"a list of texts, in which {', '.join(f'{{{name}}}' for name in sorted(PLACES))} are filled in",
    _template,
)
_REGEX: Final = Rule("a regular expression, such as 'esc to interrupt'", _pattern)
_DOTTED: Final = Rule('a dotted path into a JSON line, such as "usage.input_tokens"', _matching(_PATH))

RUNTIME: Final[dict[str, Rule]] = {
    "command": Rule('a list of texts, such as ["robo", "--quiet"]', checks.command),
    "start": _ARGUMENTS,
    "resume": _ARGUMENTS,
    "model": _ARGUMENTS,
    "working": _REGEX,
    "waiting": _REGEX,
    "idle": _REGEX,
    "refused": _REGEX,
    "stream": Rule("a table, [runtime.NAME.stream]", checks.any_table),
}
STREAM: Final[dict[str, Rule]] = {
    "session": _DOTTED,
    "text": _DOTTED,
    "model": _DOTTED,
    "error": _DOTTED,
    "end": Rule(
        'a dotted path that the last line has, or "path=value", such as "type=result"', _matching(_END)
    ),
    "usage": Rule("a table, [runtime.NAME.stream.usage]", checks.any_table),
}
USAGE: Final[dict[str, Rule]] = {
    **dict.fromkeys(("input", "output", "cache_read", "cache_write", "reasoning", "cost"), _DOTTED),
    "total": Rule("true where each line tells the sum of the run, else false", checks.switch),
}


def definitions(
    file: str, found: dict[str, Any], folder: Path, taken: Collection[str]
) -> dict[str, CliDefinition]:
    """Judge all of a file.

    Args:
        file: Its name, for errors.
        found: What stands below `runtime`.
        folder: Where relative programs start from.
        taken: Names that there are already.

    Raises:
        ConfigError: Something is not allowed.
    """
    return {name: _definition(file, name, value, folder, taken) for name, value in found.items()}


def _definition(file: str, name: str, value: object, folder: Path, taken: Collection[str]) -> CliDefinition:
    key = f"runtime.{name}"
    if not _NAME.fullmatch(name):
        raise ConfigError(file, key, describe(name), "a name of small letters, digits and -, such as robo")
    if name in taken:
        raise ConfigError(file, key, f"{name!r}, which there is already", "a name of its own")
    values = table(file, key, value, RUNTIME, folder)
    if "command" not in values:
        raise ConfigError(file, f"{key}.command", "nothing", RUNTIME["command"].allowed)
    if "stream" in values:
        for each in ("working", "waiting", "idle"):
            if each in values:
                raise ConfigError(
                    file,
                    f"{key}.{each}",
                    "a pattern beside [stream]",
                    "patterns for a screen, or a stream of JSON",
                )
        values["stream"] = _stream(file, f"{key}.stream", values["stream"])
        if not any("{prompt}" in argument for argument in values.get("start", ())):
            raise ConfigError(
                file, f"{key}.start", "no {prompt}", "arguments with {prompt}: a headless run needs one"
            )
    if "resume" in values and not any("{session}" in argument for argument in values["resume"]):
        raise ConfigError(file, f"{key}.resume", "no {session}", "arguments with {session}")
    return CliDefinition(name=name, **values)


def _stream(file: str, key: str, value: object) -> Events:
    values = table(file, key, value, STREAM)
    if "usage" in values:
        values["usage"] = Counts(**table(file, f"{key}.usage", values["usage"], USAGE))
    return Events(**values)
