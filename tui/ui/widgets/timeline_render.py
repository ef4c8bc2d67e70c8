"""One item of a timeline as lines of content at a width. Pure.

13:32 ✓ Grep writerow|join                              3 hits  0.1 s
time  mark title argument                                result, right
      │ output of the call above
"""

from __future__ import annotations

from typing import Final

import msgspec
from rich.cells import cell_len
from textual.content import Content

from tui.core import figures
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_end, fit, text
from tui.ui.widgets.markdown_lines import markdown_lines, plain_lines
from tui.ui.widgets.timeline_frame import KEY, MUTED, PROSE, UNFOLDED_MAX, Frame, hang, head, more, room_of
from tui.ui.widgets.timeline_item import Item, Kind
from tui.ui.widgets.timeline_notices import spell
from tui.ui.widgets.timeline_tools import has_body, summary_of, tool_lines
from tui.ui.widgets.wrapping import wrap

_PROMPT_FEW: Final = 8
_LOG_FEW: Final = 3


_MARK_STYLE: Final = {
    "✗": "$error",
    "◇": "$error",
    "!": "bold $warning",
    "▲": "$state-stalled",
    "↻": "$state-stalled",
    "◔": "$secondary",
}


def item_lines(item: Item, frame: Frame) -> list[Content]:
    """Return the lines of an item, without the blank one above it."""
    inset = 2 * item.depth
    inner = frame._replace(width=max(12, frame.width - inset)) if inset else frame
    lines = _LINES[item.kind](item, inner)
    if item.lead:
        lines.insert(0, hang(inner, [text(cut_end(f"└ {one_line(item.lead)}", room_of(inner)), MUTED)])[0])
    return [Content(" " * inset) + line for line in lines] if inset else lines


def is_compact(item: Item, frame: Frame) -> bool:
    """Return whether an item is one line of many, with no blank line between it and its like."""
    if item.kind is Kind.TOOL:
        return not has_body(item, frame)
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
        bool(said) and (item.unfolded or not item.ok or summary_of(said) != one_line(said))
    )


def estimate(item: Item, frame: Frame) -> int:
    """Return about how many lines an item takes, without drawing it."""
    if item.lead:
        return 1 + estimate(msgspec.structs.replace(item, lead=""), frame)
    if item.kind in (Kind.TEXT, Kind.PROMPT):
        prose = max(8, min(PROSE, frame.width - frame.indent))
        return 1 + item.body.count("\n") + len(item.body) // prose
    if item.unfolded:
        return 2 + min(UNFOLDED_MAX, item.body.count("\n") + item.diff.count("\n"))
    return 4 if item.kind is Kind.TOOL and has_body(item, frame) else 1


# -- kinds -------------------------------------------------------------------------------------------------------------


def _prompt(item: Item, frame: Frame) -> list[Content]:
    lines = wrap(Content(item.body.strip().expandtabs(4)), room_of(frame))
    lines = [line.stylize_before("bold") for line in lines]
    hidden = len(lines) - _PROMPT_FEW
    if hidden > 0 and not item.unfolded:
        lines = [*lines[: _PROMPT_FEW - 1], more(f"{hidden + 1} more lines", "unfold", frame)]
    first = head(item, frame, text("›", KEY)) + lines[0]
    return [first, *hang(frame, lines[1:])]


def _text(item: Item, frame: Frame) -> list[Content]:
    room = min(PROSE, max(4, frame.width - frame.indent))
    body = item.body.strip("\n")
    lines = plain_lines(body, room) if item.live else markdown_lines(body, room)
    if not lines:
        lines = [EMPTY]
    return [head(item, frame, EMPTY) + lines[0], *hang(frame, lines[1:])]


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
    room = room_of(frame)
    said = EMPTY
    if words and not item.unfolded:
        left = room - cell_len(title) - 4 - (12 if right else 0)
        if left >= 12:
            said = text(f": “{cut_end(words, left)}”", MUTED)
    first = fit([Piece(ALWAYS, text(title, MUTED) + said)], right, room)
    lines = [head(item, frame, EMPTY) + first]
    if item.unfolded:
        body = plain_lines(item.body, min(PROSE, room))[:UNFOLDED_MAX]
        lines += hang(frame, [line.stylize_before(MUTED) for line in body], rule=True)
    return lines


def _ask(item: Item, frame: Frame) -> list[Content]:
    open_, question = item.live, item.ok
    style = "bold $warning" if open_ else MUTED
    mark = text("?" if question else "!", style)
    lines = wrap(Content(item.title), room_of(frame))
    if question:
        lines = [line.stylize_before(style) for line in lines]
    else:
        lead = text("wants to run " if open_ else "wanted to run ", MUTED)
        lines = wrap(lead + text(item.title, "bold" if open_ else MUTED), room_of(frame))
    if not open_ and item.detail:
        lines[-1] = lines[-1] + text(f"  {item.detail}", MUTED)
    if open_:
        lines += _options(item.body, room_of(frame))
    return [head(item, frame, mark) + lines[0], *hang(frame, lines[1:])]


def _options(body: str, room: int) -> list[Content]:
    options = [option for option in body.split("\n") if option]
    found: list[Content] = []
    line = EMPTY
    for number, option in enumerate(options, 1):
        piece = text(str(number), KEY) + text(f" {cut_end(option, room - 2)}")
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
    lines = [head(item, frame, mark) + words.truncate(room_of(frame), ellipsis=True)]
    if item.body:
        lines += hang(frame, wrap(text(one_line(item.body, limit=600)), room_of(frame)))
    return lines


def _limit(item: Item, frame: Frame) -> list[Content]:
    lines = wrap(text(item.detail, "bold $secondary"), room_of(frame))
    if item.ended:
        left = item.ended - frame.now
        clock = figures.clock(item.ended, frame.now)
        words = f"Goes on by itself at {clock}" + (f", in {figures.duration(left)}." if left > 0 else ".")
        lines += wrap(text(words, MUTED), room_of(frame))
    return [head(item, frame, text("◔", "$secondary")) + lines[0], *hang(frame, lines[1:])]


def _sentence(item: Item, frame: Frame) -> list[Content]:
    """Draw an error, a notice or a note: a mark and a sentence, small print below."""
    style = _MARK_STYLE.get(item.title, MUTED)
    words = MUTED if item.kind is Kind.NOTE else "$error" if item.kind is Kind.ERROR else ""
    lines = wrap(text(item.detail, words), room_of(frame))
    if item.body:
        lines += wrap(text(item.body, MUTED), room_of(frame))
    return [head(item, frame, text(item.title[:1], style)) + lines[0], *hang(frame, lines[1:])]


def _log(item: Item, frame: Frame) -> list[Content]:
    room = room_of(frame)
    output = item.body.strip("\n").expandtabs(4).split("\n")
    hidden = len(output) - _LOG_FEW
    if hidden > 0 and not item.unfolded:
        shown = [text(cut_end(row, room), MUTED) for row in output[-(_LOG_FEW - 1) :]]
        shown.insert(0, more(f"{hidden + 1} more lines", f"all {len(output)} lines", frame))
    else:
        shown = [line for row in output[:UNFOLDED_MAX] for line in wrap(text(row, MUTED), room)]
    lines = hang(frame, shown, rule=True)
    lines[0] = head(item, frame, text("│", "$line")) + shown[0]
    return lines


_LINES: Final = {
    Kind.PROMPT: _prompt,
    Kind.TEXT: _text,
    Kind.THINKING: _thinking,
    Kind.TOOL: tool_lines,
    Kind.ASK: _ask,
    Kind.END: _end,
    Kind.LIMIT: _limit,
    Kind.ERROR: _sentence,
    Kind.NOTICE: _sentence,
    Kind.NOTE: _sentence,
    Kind.LOG: _log,
}
