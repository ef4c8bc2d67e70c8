"""docs/settings.md, from the rules that judge the config: `python -m tui.system.configpage docs/settings.md` writes it again."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tui.core import markdown
from tui.system.confignotify import NOTIFY
from tui.system.configrules import AGENT, BUDGET, DASHBOARD, INACTIVITY, LIMITS, PRICE, Rule
from tui.system.configruntimes import RUNTIME, STREAM, USAGE
from tui.system.configsources import default_values

_HEAD: Final = """# Every setting

Made by `nox -s table` from the rules that judge `agent-tui.toml`; [the config](configuration.md) tells what they are for. A project's file lies
over your own. `agent-tui config` shows what is in force, and which file it comes from.
"""
_TABLES: Final[tuple[tuple[str, str, Mapping[str, Rule]], ...]] = (
    (
        "[[agent]]",
        "One agent each; in `[defaults]` the same keys but `name` and `prompt` hold for all of them.",
        AGENT,
    ),
    ("[inactivity]", "Below an agent as `[agent.inactivity]`.", INACTIVITY),
    ("[budget]", "Of all agents together; one agent's own is its key `budget`.", BUDGET),
    ("[limits]", "", LIMITS),
    ("[dashboard]", "", DASHBOARD),
    ("[notify]", "", NOTIFY),
    ("[runtime.NAME]", "A CLI of your own.", RUNTIME),
    ("[runtime.NAME.stream]", "What its JSON lines mean.", STREAM),
    ("[runtime.NAME.stream.usage]", "Where its tokens stand.", USAGE),
    ('[prices."model"]', "USD per million tokens.", PRICE),
)
_TAIL: Final = """
## `[keys]`

`id = "key"`, a list of keys, or `""` for none; [the ids](keys.md#all-actions).

## `[templates]`

`name = "text"`: a prompt of 1 to 100,000 characters under a name of 1 to 40.
"""


def page() -> str:
    """Return the page."""
    return _HEAD + "".join(_section(*each) for each in _TABLES) + _TAIL


def _section(name: str, about: str, rules: Mapping[str, Rule]) -> str:
    known = default_values()
    table = "defaults" if name == "[[agent]]" else name.strip("[]")
    words = f"{about}\n\n" if about else ""
    return f"\n## `{name}`\n\n{words}" + markdown.table(
        ("Key", "Allowed", "Default"), _rows(table, rules, known)
    )


def _rows(table: str, rules: Mapping[str, Rule], known: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, rule in rules.items():
        yield f"`{key}`", rule.allowed.replace("|", "\\|"), _written(known.get(f"{table}.{key}"))


def _written(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f'`"{value}"`'
        case list():
            return f"`[{', '.join(_written(each).strip('`') for each in value)}]`"
        case float() if value == int(value):
            return f"`{int(value)}`"
        case _:
            return f"`{value}`"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
