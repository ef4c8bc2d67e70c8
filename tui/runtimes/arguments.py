"""Command lines: prompts that fit an argument, flags taken out of a user's extra arguments, environments with defaults."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from tui.core.errors import SpawnError
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec
from tui.runtimes.environment import clean

ARGUMENT_MAX: Final = 131_071
"""Bytes of one argument that Linux takes (MAX_ARG_STRLEN less its end); longer ones end in E2BIG."""


def as_argument(prompt: str, cwd: str = "") -> str:
    """Return a prompt that fits an argument: without NUL.

    Raises:
        SpawnError: It is too long for one.
    """
    prompt = prompt.replace("\0", "")
    size = len(prompt.encode("utf-8", "surrogateescape"))
    if size > ARGUMENT_MAX:
        raise SpawnError(
            f"Cannot start: the prompt has {size:,} bytes, and one argument holds {ARGUMENT_MAX:,}.",
            "Put the text into a file and let the prompt name it.",
            cwd=cwd,
        )
    return prompt


def headless_prompt(spec: AgentSpec, prompt: str) -> str:
    """Return the prompt of a headless run, fit for an argument.

    Raises:
        SpawnError: There is none, or it is too long.
    """
    return as_argument(needed(spec, prompt), spec.cwd)


def needed(spec: AgentSpec, prompt: str) -> str:
    """Return the prompt of a headless run, of whatever length.

    Raises:
        SpawnError: There is none.
    """
    if not prompt.strip():
        raise SpawnError(
            "Cannot start: a headless agent needs a prompt.", "Give it one with --prompt.", cwd=spec.cwd
        )
    return prompt


def instructed(spec: AgentSpec, kind: RunKind, prompt: str) -> str:
    """Return the prompt of a CLI that takes no system prompt: a fresh session's begins with it."""
    if kind in (RunKind.RESUME, RunKind.FORK) or not spec.system_prompt or not prompt.strip():
        return prompt
    return f"{spec.system_prompt}\n\n{prompt}"


def without(args: Sequence[str], valued: Collection[str], switches: Collection[str] = ()) -> list[str]:
    """Return arguments without some flags.

    Args:
        args: A user's extra arguments.
        valued: Flags to leave out together with their value, given as `--flag value` or `--flag=value`.
        switches: Flags to leave out that take no value.
    """
    kept: list[str] = []
    skip = False
    for at, word in enumerate(args):
        if skip:
            skip = False
        elif word in valued:
            skip = at + 1 < len(args) and not args[at + 1].startswith("-")
        elif word not in switches and word.partition("=")[0] not in valued:
            kept.append(word)
    return kept


def value_of(args: Sequence[str], flags: Collection[str]) -> str:
    """Return the value that a user's extra arguments give to the first of some flags, or nothing."""
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name in flags:
            if equals:
                return value
            return args[at + 1] if at + 1 < len(args) and not args[at + 1].startswith("-") else ""
    return ""


def toml_string(text: str) -> str:
    """Return a text as a TOML basic string (https://toml.io/en/v1.0.0#string), for overrides like `-c key="value"`."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def environment(env: Mapping[str, str], spec: AgentSpec, quiet: Mapping[str, str] = {}) -> dict[str, str]:
    """Return the environment of a child.

    Args:
        env: The host's own.
        spec: The agent; its settings win.
        quiet: Defaults for what neither the user's environment nor the agent sets.
    """
    return {**quiet, **clean(env, agent_id=spec.id, extra=spec.env)}
