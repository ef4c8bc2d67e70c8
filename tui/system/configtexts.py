"""`[templates]`: prompts that are written once and sent often."""

from __future__ import annotations

from typing import Final

from tui.core.errors import ConfigError
from tui.system import configchecks as checks

NAME_MAX: Final = 40
TEXT_MAX: Final = 100_000


def templates_table(file: str, value: object) -> dict[str, str]:
    """Judge `[templates]`: a name, and the prompt that it stands for.

    Raises:
        ConfigError: Something is not allowed.
    """
    if not isinstance(value, dict):
        raise ConfigError(file, "templates", checks.describe(value), "a table")
    for name, words in value.items():
        key = f"templates.{name}"
        if not (name.strip() and name.isprintable() and len(name) <= NAME_MAX):
            raise ConfigError(file, key, "that name", f"1 to {NAME_MAX} printable characters as a name")
        if not isinstance(words, str) or not words.strip() or len(words) > TEXT_MAX:
            raise ConfigError(
                file, key, checks.describe(words), f"the prompt, a text of 1 to {TEXT_MAX:,} characters"
            )
    return dict(value)
