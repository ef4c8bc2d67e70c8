"""Files that changed: as git tells of the agent's folder, and as its own tool calls tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

import msgspec
from textual.content import Content

from tui.core import changes as c
from tui.core import facts as f
from tui.core import figures
from tui.core.clock import Now
from tui.core.facts import Event
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_path, fit, pad_right, text
from tui.ui.pages.parts import READ_COLS, heading
from tui.ui.widgets.diff_lines import hunk_lines, hunks

_PATH_KEYS: Final = ("file_path", "path", "filePath", "notebook_path", "absolute_path", "filename")
_WRITERS: Final = ("edit", "write", "patch", "replace", "create", "update", "notebook")
_WORDS: Final = {
    c.Kind.ADDED: ("added", "$add"),
    c.Kind.DELETED: ("deleted", "$del"),
    c.Kind.MODIFIED: ("changed", ""),
    c.Kind.RENAMED: ("renamed", ""),
    c.Kind.RETYPED: ("changed", ""),
    c.Kind.CONFLICT: ("conflict", "$warning"),
    c.Kind.UNTRACKED: ("new", "$add"),
}
_WORD: Final = 10
DIFF_LINES: Final = 3_000
"""Lines of one file's diff that are drawn."""


class Change(NamedTuple):
    """One change of one file by a tool call."""

    path: str
    at: float
    tool: str
    diff: str
    ok: bool


class FileRow(NamedTuple):
    """One file of the page."""

    path: str
    """From the agent's folder where it lies below, inert."""
    word: str
    style: str
    added: int
    removed: int
    note: str
    """Instead of counts, such as `binary`."""
    last: str
    """The tool call that changed it last, `13:33 Edit`."""
    source: c.FileChange | None
    """What git told of it."""


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


def git_rows(found: c.Changes, tools: Iterable[Change], now: Now, cwd: str) -> list[FileRow]:
    """Return the files that git tells of, each with the tool call that changed it last."""
    last = {_inside(change.path, cwd): change for change in tools if change.ok}
    rows = []
    for each in found.files:
        path = shown_path(each.path)
        word, style = _WORDS[each.kind]
        note = "binary" if each.binary else "" if each.counted else "large"
        if each.old_path:
            note = f"was {shown_path(each.old_path)}" + (f" · {note}" if note else "")
        change = last.get(path)
        rows.append(FileRow(path, word, style, each.added, each.removed, note, _told(change, now), each))
    return rows


def tool_rows(tools: Iterable[Change], now: Now, cwd: str) -> list[FileRow]:
    """Return the files that tool calls told of, in the order of their first change."""
    by_path: dict[str, list[Change]] = {}
    for change in tools:
        by_path.setdefault(_inside(change.path, cwd), []).append(change)
    rows = []
    for path, each in by_path.items():
        counts = [_counts(change.diff) for change in each]
        done = [change for change in each if change.ok]
        word, style = ("changed", "") if done else ("not done", "$error")
        added, removed = sum(a for a, _ in counts), sum(r for _, r in counts)
        rows.append(FileRow(path, word, style, added, removed, "", _told(each[-1], now), None))
    return rows


def tool_diff(tools: Iterable[Change], path: str, cwd: str) -> str:
    """Return all diffs that tool calls gave of a file, one after the other."""
    return "\n".join(change.diff for change in tools if change.diff and _inside(change.path, cwd) == path)


def shown_path(path: str) -> str:
    """Return a path as it may be shown."""
    return one_line(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), limit=400)


def _inside(path: str, cwd: str) -> str:
    return path[len(cwd) + 1 :] if cwd and path.startswith(f"{cwd}/") else path


def _told(change: Change | None, now: Now) -> str:
    return f"{figures.clock(change.at, now.wall)} {one_line(change.tool, limit=16)}" if change else ""


def _counts(diff: str) -> tuple[int, int]:
    lines = [line for hunk in hunks(diff) for line in hunk.lines]
    return sum(line.sign == "+" for line in lines), sum(line.sign == "-" for line in lines)


class Written(NamedTuple):
    """The page, and on which line each file stands."""

    lines: list[Content]
    places: list[int]


def files_lines(
    rows: list[FileRow],
    head: Content,
    width: int,
    *,
    selected: int = -1,
    unfolded: Collection[str] = (),
    diffs: Mapping[str, str | None] | None = None,
) -> Written:
    """Write the page: a line per file, below an unfolded one its diff.

    Args:
        rows: The files.
        head: Where this is known from, one line.
        width: Columns.
        selected: Index of the selected file.
        unfolded: Paths of files with their diffs.
        diffs: By path; None: it is being read.
    """
    width = min(width, READ_COLS + 20)
    lines, places = [head, EMPTY], []
    for number, row in enumerate(rows):
        places.append(len(lines))
        is_open = row.path in unfolded
        lines.append(_row(row, width, selected=number == selected, is_open=is_open))
        if is_open:
            lines += [*_body(row, (diffs or {}).get(row.path), width - 2), EMPTY]
    return Written(lines, places)


def head_line(found: c.Changes | None, rows: list[FileRow], width: int) -> Content:
    """Return the first line: which branch, since when, how many files and lines."""
    width = min(width, READ_COLS + 20)
    if found is None:
        return heading("asking git…", "", width)
    if found.problem:
        where = found.problem
    elif not found.repository:
        where = "no repository: as its tool calls tell"
    else:
        since = "since it began at" if found.since_start else "since the last commit"
        base = "no commit" if found.base.startswith("4b825dc6") else found.base[:7]
        where = f"{since} {base}"
    left = [Piece(ALWAYS, text(one_line(found.branch, limit=60), "bold"))] if found.branch else []
    left.append(Piece(5, text(("  " if left else "") + where, "$foreground-muted")))
    count = text(
        f"{len(rows)}{'+' if found.more else ''} file{'s' if len(rows) != 1 else ''}", "$foreground-muted"
    )
    added, removed = sum(row.added for row in rows), sum(row.removed for row in rows)
    return fit(left, [Piece(ALWAYS, count), Piece(ALWAYS, _figure(added, removed, lead="  "))], width)


def _figure(added: int, removed: int, lead: str = "") -> Content:
    parts = [text(f"+{added}", "$add")] if added else []
    parts += [text(f"−{removed}", "$del")] if removed else []
    return text(lead) + Content(" ").join(parts) if parts else EMPTY


def _row(row: FileRow, width: int, *, selected: bool, is_open: bool) -> Content:
    mark = text("▌" if selected else " ", "$primary") + text("▾ " if is_open else "▸ ", "$foreground-muted")
    word = pad_right(text(row.word, row.style or "$foreground-muted"), _WORD)
    right = [Piece(2, text(f"{row.note}  ", "$foreground-muted"))] if row.note else []
    right += [Piece(3, text(f"{row.last}  ", "$foreground-muted"))] if row.last else []
    right.append(Piece(ALWAYS, pad_figure(_figure(row.added, row.removed))))
    used = sum(piece.content.cell_length for piece in right) + 3 + _WORD + 2
    name = text(cut_path(row.path, max(12, width - used)), "bold" if selected else "")
    line = fit([Piece(ALWAYS, mark + word + name)], right, width)
    return line.stylize_before("on $select") if selected else line


def pad_figure(figure: Content, cells: int = 10) -> Content:
    """Return a figure right-aligned, so that rows stand in one column."""
    return figure.pad_left(max(0, cells - figure.cell_length))


def _body(row: FileRow, diff: str | None, width: int) -> list[Content]:
    if diff is None:
        said = "binary: nothing to show" if row.note.endswith("binary") else "reading…"
        return [text(f"   {said}", "$foreground-muted")]
    found = hunks(diff, row.path)
    if not found:
        told = "renamed, not changed" if "rename from" in diff else "no lines to show"
        return [text(f"   {told}", "$foreground-muted")]
    lines = [line for hunk in found for line in hunk_lines(hunk, width)]
    if len(lines) > DIFF_LINES:
        lines = [*lines[:DIFF_LINES], text(f"{len(lines) - DIFF_LINES} more lines", "$foreground-muted")]
    return [Content("  ") + line for line in lines]
