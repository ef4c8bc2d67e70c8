"""What an agent was started with, and where each value comes from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from textual.content import Content

from tui.client.origins import Setting
from tui.core import figures
from tui.core.text import one_line, plain
from tui.ui.fit import EMPTY, cut_end, pad_right, text
from tui.ui.notes import paragraphs
from tui.ui.pages.parts import READ_COLS, heading

_GROUPS: Final = (
    ("what it is", ("name", "runtime", "mode", "model", "cwd", "project", "tags")),
    ("what it was told", ("prompt", "system_prompt", "fresh_prompt", "resume_prompt")),
    ("how it is run", ("command", "args", "env", "channel", "priority", "history_lines", "record_bytes")),
    (
        "what it may use",
        ("budget", "max_turns", "max_budget_usd", "restart", "restarts_per_hour", "on_rate_limit"),
    ),
    ("when it is quiet", ("inactivity_timeout_s", "on_inactive", "inactivity", "stop_wait_s")),
)
_LABEL: Final = 22
_SOURCE: Final = 26
_PROMPT_LINES: Final = 8


def settings_lines(settings: Sequence[Setting], width: int) -> list[Content]:
    """Write the page: defaults are muted, what was said stands out."""
    width = min(width, READ_COLS + 20)
    by_name = {each.name: each for each in settings}
    told = {name for _, names in _GROUPS for name in names}
    rest = tuple(name for name in by_name if name not in told)
    lines: list[Content] = []
    for title, names in (*_GROUPS, ("else", rest)):
        known = [by_name[name] for name in names if name in by_name]
        if known:
            lines += [*([EMPTY] if lines else []), heading(title, "" if lines else "comes from", width)]
            lines += [line for each in known for line in _setting(each, width)]
    return lines


def _setting(each: Setting, width: int) -> list[Content]:
    source = _SOURCE if width >= _LABEL + _SOURCE + 24 else 0
    room = max(10, width - _LABEL - (source + 2 if source else 0))
    style = "$foreground-muted" if each.is_default else ""
    rows = _value(each, room)
    label = pad_right(text(each.name, "$foreground-muted"), _LABEL)
    first = pad_right(text(rows[0], style), room)
    if source:
        first += text("  ") + text(cut_end(one_line(each.source), source), "$foreground-muted").pad_left(
            max(0, source - len(cut_end(one_line(each.source), source)))
        )
    lines = [label + first]
    lines += [Content(" " * _LABEL) + text(row, style) for row in rows[1:]]
    if not source and not each.is_default:
        lines.append(Content(" " * _LABEL) + text(cut_end(one_line(each.source), room), "$foreground-muted"))
    return lines


def _value(each: Setting, room: int) -> list[str]:
    if each.name.endswith("prompt") and each.value:
        rows = paragraphs(plain(str(each.value), limit=4_000), room)
        more = [f"… {len(rows) - _PROMPT_LINES} more lines"] if len(rows) > _PROMPT_LINES else []
        return rows[:_PROMPT_LINES] + more
    return [cut_end(one_line(_words(each.name, each.value), limit=600), room)]


def _words(name: str, value: Any) -> str:
    match value:
        case _ if value is None or value in ("", [], {}):
            return figures.NOTHING
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return figures.money(value)
        case int() | float() if name.endswith("_s"):
            return figures.duration(value) if value else "never"
        case int() if name.endswith("_bytes"):
            return figures.size(value)
        case list():
            return " ".join(str(part) for part in value)
        case dict():
            return "  ".join(f"{key} {_words(str(key), part)}" for key, part in value.items())
        case _:
            return str(value)
