"""One item of a timeline as lines of content at a width. Pure.

13:32 ✓ Grep writerow|join                              3 hits  0.1 s
time  mark title argument                                result, right
      │ output of the call above
"""

from __future__ import annotations

from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from tui.core import figures
from tui.core.attention import LOOK, RowState
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_end, cut_path, fit, text
from tui.ui.widgets.diff_lines import Hunk, changes, hunk_lines, hunks
from tui.ui.widgets.markdown_lines import markdown_lines, plain_lines
from tui.ui.widgets.timeline_items import Item, Kind, spell
from tui.ui.widgets.wrapping import wrap

PROSE: Final = 88
"""Cells at which prose wraps."""
TIME_FROM: Final = 64
"""Columns below which the time of day is left out."""
_TIME: Final = 6
_MARK: Final = 2
_FOLDED_OUTPUT: Final = 3
_OUTPUT_FEW: Final = 4
_PROMPT_FEW: Final = 8
_LOG_FEW: Final = 3
_UNFOLDED_MAX: Final = 2_000
"""Lines of one item that are drawn at most; the log keeps the rest."""
_RESULT_SHORT: Final = 24

MUTED: Final = "$foreground-muted"
_KEY: Final = "$primary"

_MARK_STYLE: Final = {
    "✗": "$error",
    "◇": "$error",
    "!": "bold $warning",
    "▲": "$state-stalled",
    "↻": "$state-stalled",
    "◔": "$secondary",
}


class Frame(NamedTuple):
    """Where an item is drawn, and when."""

    width: int
    """Cells."""
    now: float
    """Wall clock, seconds since the epoch."""
    glyphs: str = "unicode"
    diffs: bool = True
    """Show the first hunk of a diff; in a low pane its figure is enough."""

    @property
    def main(self) -> int:
        """Cells to the right end of results: far apart things are not read together."""
        return min(self.width, PROSE + _TIME + _MARK)

    @property
    def timed(self) -> bool:
        """The time of day stands in front."""
        return self.width >= TIME_FROM

    @property
    def indent(self) -> int:
        """Cells before the text."""
        return _MARK + (_TIME if self.timed else 0)


def item_lines(item: Item, frame: Frame) -> list[Content]:
    """Return the lines of an item, without the blank one above it."""
    inset = 2 * item.depth
    inner = frame._replace(width=max(12, frame.width - inset)) if inset else frame
    lines = _LINES[item.kind](item, inner)
    return [Content(" " * inset) + line for line in lines] if inset else lines


def is_compact(item: Item, frame: Frame) -> bool:
    """Return whether an item is one line of many, with no blank line between it and its like."""
    if item.kind is Kind.TOOL:
        return not _has_body(item, frame)
    return item.kind in (Kind.THINKING, Kind.NOTE, Kind.LOG, Kind.NOTICE) and not item.unfolded


def needs_gap(before: Item | None, item: Item, frame: Frame) -> bool:
    """Return whether a blank line parts an item from the one above it."""
    if before is None:
        return False
    inside = (Kind.THINKING, Kind.TOOL, Kind.NOTE, Kind.LOG, Kind.NOTICE)
    return not (is_compact(before, frame) and item.kind in inside)


def is_foldable(item: Item) -> bool:
    """Return whether an item has more to show than it does folded."""
    if item.kind in (Kind.THINKING, Kind.LOG, Kind.PROMPT):
        return item.body.count("\n") >= _LOG_FEW or item.kind is Kind.THINKING
    if item.kind is not Kind.TOOL or item.live:
        return False
    said = item.body.strip()
    return bool(item.diff) or (
        bool(said) and (item.unfolded or not item.ok or _summary(said) != one_line(said))
    )


def estimate(item: Item, frame: Frame) -> int:
    """Return about how many lines an item takes, without drawing it."""
    if item.kind in (Kind.TEXT, Kind.PROMPT):
        prose = max(8, min(PROSE, frame.width - frame.indent))
        return 1 + item.body.count("\n") + len(item.body) // prose
    if item.unfolded:
        return 2 + min(_UNFOLDED_MAX, item.body.count("\n") + item.diff.count("\n"))
    return 4 if item.kind is Kind.TOOL and _has_body(item, frame) else 1


# -- pieces ------------------------------------------------------------------------------------------------------------


def _head(item: Item, frame: Frame, mark: Content, *, timed: bool = True) -> Content:
    """Return time and mark: what stands before the first line."""
    parts = [mark + Content(" " * (_MARK - mark.cell_length))]
    if frame.timed:
        clock = figures.clock(item.at, frame.now) if timed else ""
        parts.insert(0, text(f"{clock:>5} ", MUTED))
    return EMPTY.join(parts)


def _hang(frame: Frame, lines: list[Content], rule: bool = False) -> list[Content]:
    """Put lines below the text of the first one, with the rule of output if asked."""
    time = " " * (frame.indent - _MARK)
    start = Content(time) + text("│ ", "$line") if rule else Content(" " * frame.indent)
    return [start + line for line in lines]


def _room(frame: Frame) -> int:
    return max(4, frame.main - frame.indent)


def _more(words: str, key_words: str, frame: Frame) -> Content:
    """Return a last line of output: what there is, and the key that shows the rest."""
    right = text("tab", _KEY) + text(f" {key_words}", MUTED)
    return fit([Piece(10, text(words, MUTED))], [Piece(ALWAYS, right)], _room(frame))


# -- kinds -------------------------------------------------------------------------------------------------------------


def _prompt(item: Item, frame: Frame) -> list[Content]:
    lines = wrap(Content(item.body.strip().expandtabs(4)), _room(frame))
    lines = [line.stylize_before("bold") for line in lines]
    hidden = len(lines) - _PROMPT_FEW
    if hidden > 0 and not item.unfolded:
        lines = [*lines[: _PROMPT_FEW - 1], _more(f"{hidden + 1} more lines", "unfold", frame)]
    first = _head(item, frame, text("›", _KEY)) + lines[0]
    return [first, *_hang(frame, lines[1:])]


def _text(item: Item, frame: Frame) -> list[Content]:
    room = min(PROSE, max(4, frame.width - frame.indent))
    body = item.body.strip("\n")
    lines = plain_lines(body, room) if item.live else markdown_lines(body, room)
    if not lines:
        lines = [EMPTY]
    return [_head(item, frame, EMPTY) + lines[0], *_hang(frame, lines[1:])]


def _thinking(item: Item, frame: Frame) -> list[Content]:
    words = one_line(item.body, limit=300)
    if item.live:
        time = figures.duration(max(0.0, frame.now - item.at))
        title = f"▸ thinking {time}"
        words = words[-120:] if words else ""
    else:
        took = item.ended - item.at
        title = ("▾ " if item.unfolded else "▸ ") + "thought" + (f" {spell(took)}" if took >= 1 else "")
    right = [Piece(10, text(f"{figures.tokens(item.tokens)} tok", MUTED))] if item.tokens else []
    room = _room(frame)
    said = EMPTY
    if words and not item.unfolded:
        left = room - cell_len(title) - 4 - (12 if right else 0)
        if left >= 12:
            said = text(f": “{cut_end(words, left)}”", MUTED)
    first = fit([Piece(ALWAYS, text(title, MUTED) + said)], right, room)
    lines = [_head(item, frame, EMPTY) + first]
    if item.unfolded:
        body = plain_lines(item.body, min(PROSE, room))[:_UNFOLDED_MAX]
        lines += _hang(frame, [line.stylize_before(MUTED) for line in body], rule=True)
    return lines


def _tool(item: Item, frame: Frame) -> list[Content]:
    right = _result(item, frame)
    mark = _tool_mark(item)
    room = _room(frame)
    ends = sum(piece.content.cell_length for piece in right)
    under = bool(right) and not frame.timed and room - cell_len(item.title) - ends < 12
    left = [Piece(ALWAYS, text(item.title, "bold"))]
    space = room - cell_len(item.title) - 1 - (0 if under else ends + 2)
    if item.detail and space > 3:
        cut = cut_path if "/" in item.detail and " " not in item.detail else cut_end
        left.append(Piece(50, text(f" {cut(item.detail, space)}", MUTED)))
    lines = [_head(item, frame, mark) + fit(left, () if under else right, room)]
    if under:
        lines += _hang(frame, [fit([Piece(p.priority, p.content) for p in right], (), room)])
    return lines + _hang(frame, _body(item, frame), rule=True)


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
    elif summary := _summary(item.body):
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


def _summary(body: str) -> str:
    lines = [line for line in body.splitlines() if line.strip()]
    if not lines:
        return ""
    only = one_line(lines[0])
    if len(lines) == 1 and cell_len(only) <= _RESULT_SHORT:
        return only
    return f"{len(lines)} line{'s' if len(lines) != 1 else ''}"


def _has_body(item: Item, frame: Frame) -> bool:
    if item.unfolded or (item.diff and frame.diffs):
        return True
    return not item.diff and bool(item.body.strip()) and (item.live or not item.ok)


def _body(item: Item, frame: Frame) -> list[Content]:
    room = _room(frame)
    if item.diff:
        return _diff_body(item, frame) if item.unfolded or frame.diffs else []
    output = item.body.strip("\n").expandtabs(4).split("\n") if item.body.strip() else []
    if item.unfolded:
        lines = [line for row in output[:_UNFOLDED_MAX] for line in wrap(text(row, MUTED), room)]
        return lines[:_UNFOLDED_MAX]
    if item.live:
        return [text(cut_end(row, room), MUTED) for row in output[-2:]]
    if item.ok or not output:
        return []
    if len(output) <= _OUTPUT_FEW:
        return [text(cut_end(row, room)) for row in output]
    shown = [text(cut_end(row, room)) for row in output[-_FOLDED_OUTPUT:-1]]
    return [*shown, _more(cut_end(output[-1], room // 2), f"all {len(output)} lines", frame)]


def _diff_body(item: Item, frame: Frame) -> list[Content]:
    room = _room(frame)
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
        return lines[:_UNFOLDED_MAX]
    first = found[0]
    shown = hunk_lines(_start(first), room)
    left = len(found) - 1
    hidden = len(first.lines) - len(_start(first).lines)
    if left:
        shown.append(_more(f"{left} more hunk{'s' if left != 1 else ''}", "unfold", frame))
    elif hidden:
        shown.append(_more(f"{hidden} more lines", "unfold", frame))
    return shown


def _start(hunk: Hunk, most: int = 12) -> Hunk:
    """Return the telling part of a hunk: from just before its first change on."""
    change = next((i for i, line in enumerate(hunk.lines) if line.sign != " "), 0)
    begin = max(0, change - 1)
    lines = hunk.lines[begin : begin + most]
    while lines and lines[-1].sign == " " and len(lines) > 2 and lines[-2].sign == " ":
        lines.pop()
    return hunk._replace(lines=lines)


def _ask(item: Item, frame: Frame) -> list[Content]:
    open_, question = item.live, item.ok
    style = "bold $warning" if open_ else MUTED
    mark = text("?" if question else "!", style)
    lines = wrap(Content(item.title), _room(frame))
    if question:
        lines = [line.stylize_before(style) for line in lines]
    else:
        lead = text("wants to run " if open_ else "wanted to run ", MUTED)
        lines = wrap(lead + text(item.title, "bold" if open_ else MUTED), _room(frame))
    if not open_ and item.detail:
        lines[-1] = lines[-1] + text(f"  {item.detail}", MUTED)
    if open_:
        lines += _options(item.body, _room(frame))
    return [_head(item, frame, mark) + lines[0], *_hang(frame, lines[1:])]


def _options(body: str, room: int) -> list[Content]:
    options = [option for option in body.split("\n") if option]
    found: list[Content] = []
    line = EMPTY
    for number, option in enumerate(options, 1):
        piece = text(str(number), _KEY) + text(f" {cut_end(option, room - 2)}")
        if line and line.cell_length + 3 + piece.cell_length > room:
            found.append(line)
            line = EMPTY
        line = line + Content("   ") + piece if line else piece
    return [*found, line] if line else found


def _end(item: Item, frame: Frame) -> list[Content]:
    if item.ok:
        mark, style = text("✓", "$success"), "$success"
    else:
        mark, style = text("✗", "$error"), "$error"
        if item.title == "interrupted":
            mark, style = text("□", MUTED), MUTED
    words = text(item.title, style) + text(f" · {item.detail}" if item.detail else "", MUTED)
    lines = [_head(item, frame, mark) + words.truncate(_room(frame), ellipsis=True)]
    if item.body:
        lines += _hang(frame, wrap(text(one_line(item.body, limit=600)), _room(frame)))
    return lines


def _limit(item: Item, frame: Frame) -> list[Content]:
    lines = wrap(text(item.detail, "bold $secondary"), _room(frame))
    if item.ended:
        left = item.ended - frame.now
        clock = figures.clock(item.ended, frame.now)
        words = f"Goes on by itself at {clock}" + (f", in {figures.duration(left)}." if left > 0 else ".")
        lines += wrap(text(words, MUTED), _room(frame))
    return [_head(item, frame, text("◔", "$secondary")) + lines[0], *_hang(frame, lines[1:])]


def _sentence(item: Item, frame: Frame) -> list[Content]:
    """Draw an error, a notice or a note: a mark and a sentence, small print below."""
    style = _MARK_STYLE.get(item.title, MUTED)
    words = MUTED if item.kind is Kind.NOTE else "$error" if item.kind is Kind.ERROR else ""
    lines = wrap(text(item.detail, words), _room(frame))
    if item.body:
        lines += wrap(text(item.body, MUTED), _room(frame))
    return [_head(item, frame, text(item.title[:1], style)) + lines[0], *_hang(frame, lines[1:])]


def _log(item: Item, frame: Frame) -> list[Content]:
    room = _room(frame)
    output = item.body.strip("\n").expandtabs(4).split("\n")
    hidden = len(output) - _LOG_FEW
    if hidden > 0 and not item.unfolded:
        shown = [text(cut_end(row, room), MUTED) for row in output[-(_LOG_FEW - 1) :]]
        shown.insert(0, _more(f"{hidden + 1} more lines", f"all {len(output)} lines", frame))
    else:
        shown = [line for row in output[:_UNFOLDED_MAX] for line in wrap(text(row, MUTED), room)]
    lines = _hang(frame, shown, rule=True)
    lines[0] = _head(item, frame, text("│", "$line")) + shown[0]
    return lines


_LINES: Final = {
    Kind.PROMPT: _prompt,
    Kind.TEXT: _text,
    Kind.THINKING: _thinking,
    Kind.TOOL: _tool,
    Kind.ASK: _ask,
    Kind.END: _end,
    Kind.LIMIT: _limit,
    Kind.ERROR: _sentence,
    Kind.NOTICE: _sentence,
    Kind.NOTE: _sentence,
    Kind.LOG: _log,
}
