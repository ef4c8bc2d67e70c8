"""Files that an agent changed, as its events tell, with the diffs that the CLI gave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec
from textual.content import Content

from tui.core import facts as f
from tui.core import figures
from tui.core.clock import Now
from tui.core.facts import Event
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_path, fit, text
from tui.ui.pages.parts import READ_COLS, heading
from tui.ui.widgets.diff_lines import hunk_lines, hunks

_PATH_KEYS: Final = ("file_path", "path", "filePath", "notebook_path", "absolute_path", "filename")
_WRITERS: Final = ("edit", "write", "patch", "replace", "create", "update", "notebook")


class Change(NamedTuple):
    """One change of one file."""

    path: str
    at: float
    tool: str
    diff: str
    ok: bool


def changes(events: Iterable[Event]) -> list[Change]:
    """Return the changes that tool calls report, oldest first."""
    open_calls: dict[str, f.ToolCalled] = {}
    found: list[Change] = []
    for event in events:
        fact = event.fact
        if isinstance(fact, f.ToolCalled):
            open_calls[fact.call_id] = fact
        elif isinstance(fact, f.ToolFinished):
            call = open_calls.pop(fact.call_id, None)
            writes = call is not None and any(word in call.name.casefold() for word in _WRITERS)
            if call is not None and (fact.diff or writes):
                path = _path(call) or one_line(call.title) or call.name
                found.append(Change(path, event.at, call.name, fact.diff, fact.ok and not fact.denied))
    return found


def _path(call: f.ToolCalled) -> str:
    try:
        arguments = msgspec.json.decode(call.arguments or "{}")
    except msgspec.MsgspecError:
        return ""
    if not isinstance(arguments, dict):
        return ""
    return next((one_line(str(arguments[key])) for key in _PATH_KEYS if arguments.get(key)), "")


def files_lines(events: Iterable[Event], now: Now, width: int, cwd: str = "") -> list[Content]:
    """Return the page: every file with its counts, then its diffs."""
    found = changes(events)
    width = min(width, READ_COLS + 20)
    if not found:
        return [text("No tool call changed a file, as far as the CLI tells.", "$foreground-muted")]
    by_path: dict[str, list[Change]] = {}
    for change in found:
        by_path.setdefault(change.path, []).append(change)
    lines = [heading(f"{len(by_path)} file{'s' if len(by_path) > 1 else ''}", "", width)]
    lines += [_summary(path, each, now, width, cwd) for path, each in by_path.items()]
    for path, each in by_path.items():
        lines += [EMPTY, text(_short(path, cwd, width), "bold")]
        for change in each:
            lines += _diff(change, now, width)
    return lines


def _short(path: str, cwd: str, width: int) -> str:
    inside = cwd and path.startswith(f"{cwd}/")
    return cut_path(path[len(cwd) + 1 :] if inside else path, max(10, width))


def _summary(path: str, each: list[Change], now: Now, width: int, cwd: str) -> Content:
    counts = [_counts(change.diff) for change in each]
    added, removed = sum(a for a, _ in counts), sum(r for _, r in counts)
    figures_ = text(f"+{added} ", "$add") + text(f"−{removed}", "$del") if added or removed else EMPTY
    at = text(f"  {figures.clock(each[-1].at, now.wall)}", "$foreground-muted")
    return fit([Piece(ALWAYS, Content(_short(path, cwd, width - 24)))], [Piece(ALWAYS, figures_ + at)], width)


def _counts(diff: str) -> tuple[int, int]:
    lines = [line for hunk in hunks(diff) for line in hunk.lines]
    return sum(line.sign == "+" for line in lines), sum(line.sign == "-" for line in lines)


def _diff(change: Change, now: Now, width: int) -> list[Content]:
    words = change.tool if change.ok else f"{change.tool}, not done"
    head = text(f"{figures.clock(change.at, now.wall)} {words}", "$foreground-muted")
    body = [line for hunk in hunks(change.diff, change.path) for line in hunk_lines(hunk, width)]
    return [head, *body]
