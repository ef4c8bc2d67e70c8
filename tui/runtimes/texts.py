"""Words and text of agent CLIs made fit for facts: inert, bounded, and the one argument that tells a tool call."""

from __future__ import annotations

import json
import os.path
import re
from collections.abc import Mapping, Sequence
from typing import Final

from tui.core.facts import TEXT_MAX
from tui.core.text import one_line, plain, revealed

TAIL: Final = TEXT_MAX // 4
"""Characters kept of the end of a tool's output: errors stand there."""

_ERROR: Final = re.compile(
    r"\berror\b|cannot|could not|failed|invalid|not found|unable|denied", re.IGNORECASE
)

_MESSAGE: Final = re.compile(r'"message"\s*:\s*"((?:[^"\\]|\\.)*)"')

TITLE_MAX: Final = 400
"""Characters of a tool call's telling argument."""

_TELLING: Final = (
    "command", "cmd", "script", "file_path", "filePath", "path", "absolute_path", "notebook_path", "dir_path",
    "directory", "pattern", "query", "url", "description", "subject", "question", "prompt", "name", "id",
)  # fmt: skip
_PATHS: Final = frozenset(
    {"file_path", "filePath", "path", "absolute_path", "notebook_path", "dir_path", "directory"}
)
_UNTOLD: Final = frozenset({"command", "description", "timeout"})
"""Arguments of a shell tool that change nothing of what it does."""


def bounded(text: str, limit: int = TEXT_MAX) -> str:
    """Return an inert text of at most about `limit` characters, its end cut off.

    Megabytes are cut before they are cleaned, so that a huge text costs little.
    """
    if len(text) <= 2 * limit:
        return plain(text, limit=limit)
    return f"{plain(text[:limit])}… ({len(text) - limit} more characters)"


def spoken(text: str) -> str:
    """Return the message in an API's error document where a text holds one (`{"error":{"message":…}}`), else the text."""
    found = _MESSAGE.search(text)
    if found is None or "{" not in text[: found.start()]:
        return text
    try:
        words = json.loads(f'"{found[1]}"', strict=False)
    except ValueError:
        return found[1]
    return words if isinstance(words, str) and words.strip() else text


def output(text: str, limit: int = TEXT_MAX) -> str:
    """Return a tool's output, inert; of a long one the beginning and the end."""
    if len(text) <= limit:
        return plain(text)
    head, tail = plain(text[: limit - TAIL]), plain(text[-TAIL:])
    return f"{head}\n… ({len(text) - limit} characters left out)\n{tail}"


def telling(arguments: object, cwd: str = "") -> str:
    """Return the argument that tells a tool call, on one line: the command, the file, the pattern and where.

    Args:
        arguments: As the model gave them; anything.
        cwd: The agent's folder, left out of paths.
    """
    if isinstance(arguments, str):
        return _shown(arguments)
    if not isinstance(arguments, Mapping):
        return ""
    if "pattern" in arguments or "query" in arguments:
        what = _first(arguments, ("pattern", "query"), cwd)
        where = _first(arguments, ("path", "dir_path", "glob", "include"), cwd)
        return _shown(f"{what} in {where}" if what and where else what or where)
    return _shown(_first(arguments, _TELLING, cwd) or _listed(arguments))


def _shown(argument: str) -> str:
    return one_line(revealed(argument[: TITLE_MAX * 8]), limit=TITLE_MAX)


def command_asked(command: str, arguments: Mapping[str, object], cwd: str) -> str:
    """Return a command that somebody is asked to allow, with the arguments that change what it does: another folder, no sandbox.

    Args:
        command: The command itself.
        arguments: All that its tool was given.
        cwd: The agent's folder, which goes without saying.
    """
    beside = (
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in arguments.items()
        if value
        and key not in _UNTOLD
        and not (isinstance(value, str) and value.rstrip("/") == cwd.rstrip("/"))
    )
    return "\n".join([command, *beside])


def asked(text: str, limit: int) -> str:
    """Return what somebody is asked to allow, bounded: nothing in it is left out of sight."""
    return bounded(revealed(text[: 2 * limit]) + text[2 * limit :], limit)


def relative(path: str, cwd: str) -> str:
    """Return a path as seen from `cwd` if it lies below."""
    base = cwd.rstrip(os.path.sep) + os.path.sep
    return path[len(base) :] if cwd and path.startswith(base) else path


def _first(arguments: Mapping[str, object], keys: Sequence[str], cwd: str) -> str:
    for key in keys:
        value = arguments.get(key)
        if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
            value = " ".join(value)
        if isinstance(value, str) and value.strip():
            return relative(value, cwd) if key in _PATHS else value[: TITLE_MAX * 8]
    return ""


def _listed(arguments: Mapping[str, object]) -> str:
    """Return how many things a list argument holds (`todos`, `edits`), or the first plain value."""
    for key, value in arguments.items():
        if isinstance(value, list) and value:
            first = value[0]
            inner = _first(first, _TELLING, "") if isinstance(first, Mapping) else ""
            return inner if len(value) == 1 and inner else f"{len(value)} {key}"
    for value in arguments.values():
        if isinstance(value, str) and value.strip():
            return value[: TITLE_MAX * 8]
    return ""


def last_words(tail: str) -> str:
    """Return the line of a program's last output that says why it ended: an error if one is named, else the last."""
    lines = [line.strip() for line in plain(tail).splitlines() if line.strip()]
    named = [line for line in lines if _ERROR.search(line)]
    return one_line((named or lines or [""])[-1], limit=TITLE_MAX)
