"""A tool call as lines: what was called, what came of it at the right, output and diffs below. Pure."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from textual.content import Content

from tui.core import figures
from tui.core.attention import LOOK, RowState
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_end, cut_path, fit, text
from tui.ui.widgets.diff_lines import Hunk, changes, hunk_lines, hunks
from tui.ui.widgets.timeline_frame import MUTED, UNFOLDED_MAX, Frame, hang, head, more, room_of
from tui.ui.widgets.timeline_item import Item
from tui.ui.widgets.timeline_notices import spell
from tui.ui.widgets.wrapping import wrap

_FOLDED_OUTPUT: Final = 3
_OUTPUT_FEW: Final = 4
_RESULT_SHORT: Final = 24


def tool_lines(item: Item, frame: Frame) -> list[Content]:
    """Return the lines of a call; where the time has no room, a result that has none either moves under it."""
    right = _result(item, frame)
    mark = _tool_mark(item)
    room = room_of(frame)
    ends = sum(piece.content.cell_length for piece in right)
    under = bool(right) and not frame.timed and room - cell_len(item.title) - ends < 12
    left = [Piece(ALWAYS, text(item.title, "bold"))]
    space = room - cell_len(item.title) - 1 - (0 if under else ends + 2)
    if item.detail and space > 3:
        cut = cut_path if "/" in item.detail and " " not in item.detail else cut_end
        left.append(Piece(50, text(f" {cut(item.detail, space)}", MUTED)))
    lines = [head(item, frame, mark) + fit(left, () if under else right, room)]
    if under:
        lines += hang(frame, [fit([Piece(p.priority, p.content) for p in right], (), room)])
    return lines + hang(frame, _body(item, frame), rule=True)


def _tool_mark(item: Item) -> Content:
    if item.live:
        return text(LOOK[RowState.WORKING].glyph, "$state-working")
    if item.denied:
        return text("!", "$warning")
    return text("✓", "$success") if item.ok else text("✗", "$error")


def _result(item: Item, frame: Frame) -> list[Piece]:
    if item.live:
        return [Piece(ALWAYS, text(f"running {figures.duration(frame.now - item.at)}", "$state-working"))]
    pieces: list[Piece] = []
    if item.denied:
        pieces.append(Piece(ALWAYS, text("denied", "$warning")))
    elif not item.ok:
        code = f"exit {item.exit_code}" if item.exit_code else "failed"
        pieces.append(Piece(ALWAYS, text(code, "$error")))
    elif item.diff:
        pieces.append(Piece(ALWAYS, diff_figure(changes(item.diff, item.detail))))
    elif summary := summary_of(item.body):
        pieces.append(Piece(20, text(summary, MUTED)))
    took = item.ended - item.at
    if item.ended and took >= 0.05 and not (item.diff and took < 1):
        pieces.append(Piece(10, text(("  " if pieces else "") + spell(took), MUTED)))
    return pieces


def diff_figure(by_file: dict[str, tuple[int, int]]) -> Content:
    """Return `+6 −3` in the colours of diffs; a zero side is left out."""
    added = sum(a for a, _ in by_file.values())
    removed = sum(r for _, r in by_file.values())
    parts = [text(f"+{added}", "$add")] if added else []
    if removed:
        parts.append(text(f"−{removed}", "$del"))
    return Content(" ").join(parts) if parts else EMPTY


def summary_of(body: str) -> str:
    """Return a result in few words: its only line if that is short, else the number of lines."""
    lines = [line for line in body.splitlines() if line.strip()]
    if not lines:
        return ""
    only = one_line(lines[0])
    if len(lines) == 1 and cell_len(only) <= _RESULT_SHORT:
        return only
    return f"{len(lines)} line{'s' if len(lines) != 1 else ''}"


def has_body(item: Item, frame: Frame) -> bool:
    """Return whether lines stand below the call's first one."""
    if item.unfolded or (item.diff and frame.diffs):
        return True
    return not item.diff and bool(item.body.strip()) and (item.live or not item.ok)


def _body(item: Item, frame: Frame) -> list[Content]:
    room = room_of(frame)
    if item.diff:
        return _diff_body(item, frame) if item.unfolded or frame.diffs else []
    output = item.body.strip("\n").expandtabs(4).split("\n") if item.body.strip() else []
    if item.unfolded:
        lines = [line for row in output[:UNFOLDED_MAX] for line in wrap(text(row, MUTED), room)]
        return lines[:UNFOLDED_MAX]
    if item.live:
        return [text(cut_end(row, room), MUTED) for row in output[-2:]]
    if item.ok or not output:
        return []
    if len(output) <= _OUTPUT_FEW:
        return [text(cut_end(row, room)) for row in output]
    shown = [text(cut_end(row, room)) for row in output[-_FOLDED_OUTPUT:-1]]
    return [*shown, more(cut_end(output[-1], room // 2), f"all {len(output)} lines", frame)]


def _diff_body(item: Item, frame: Frame) -> list[Content]:
    room = room_of(frame)
    found = hunks(item.diff, item.detail)
    if not found:
        return []
    if item.unfolded:
        lines: list[Content] = []
        path = found[0].path
        for hunk in found:
            if hunk.path != path:
                path = hunk.path
                lines.append(text(cut_path(one_line(path), room), "bold"))
            lines += hunk_lines(hunk, room)
        return lines[:UNFOLDED_MAX]
    first = found[0]
    shown = hunk_lines(_start(first), room)
    left = len(found) - 1
    hidden = len(first.lines) - len(_start(first).lines)
    if left:
        shown.append(more(f"{left} more hunk{'s' if left != 1 else ''}", "unfold", frame))
    elif hidden:
        shown.append(more(f"{hidden} more lines", "unfold", frame))
    return shown


def _start(hunk: Hunk, most: int = 12) -> Hunk:
    """Return the telling part of a hunk: from just before its first change on."""
    change = next((i for i, line in enumerate(hunk.lines) if line.sign != " "), 0)
    begin = max(0, change - 1)
    lines = hunk.lines[begin : begin + most]
    while lines and lines[-1].sign == " " and len(lines) > 2 and lines[-2].sign == " ":
        lines.pop()
    return hunk._replace(lines=lines)
