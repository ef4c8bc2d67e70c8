"""What a pane says in our own words: the announced step and the open request."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.core.spec import Step
from tui.core.status import Request
from tui.core.text import one_line, plain
from tui.ui.answers import OpenStrip
from tui.ui.fit import ALWAYS, Piece, fit, text, wrap_cells
from tui.ui.look import AgentRow

_STEPS = {
    Step.NOTIFY: "Notify",
    Step.INTERRUPT: "Interrupt",
    Step.RESUME: "Resume",
    Step.RESTART: "Restart",
    Step.KILL: "Kill",
}


def key(name: str, label: str, style: str = "") -> Content:
    """Return a key with what it does: `x cancel`."""
    return text(name, "$primary") + text(f" {label}", style)


def ladder_line(row: AgentRow, now: Now, width: int) -> Content | None:
    """Return the strip of an announced step, or None."""
    step = row.status.ladder
    if step is None or not step.announced:
        return None
    left = figures.duration(step.due.mono - now.mono)
    head = text(" ▲ ", "$state-stalled") + text(f"{_STEPS[step.step]} in {left}", "bold")
    return fit(
        [Piece(ALWAYS, head), Piece(2, text(f"  {step.number} of {step.of}", "$foreground-muted"))],
        [
            Piece(ALWAYS, key("x", "cancel")),
            Piece(3, Content("   ") + key("+", "5 min")),
            Piece(1, Content("   ") + key("w", "why")),
            Piece(ALWAYS, Content(" ")),
        ],
        width,
    )


def request_words(request: Request) -> str:
    """Return what is asked, on one line."""
    title = one_line(request.title or request.detail)
    if not request.permission:
        return f"“{title}”"
    tool = one_line(request.tool, limit=40)
    return f"{tool}  {title}" if tool and tool.casefold() != title.casefold() else title


def strip_lines(strip: OpenStrip, width: int, most: int, *, head: bool = True) -> list[Content]:
    """Return the answer strip.

    Args:
        strip: The open strip.
        width: Cells.
        most: Lines at most.
        head: Say what is asked, too.
    """
    if strip.gone_at is not None:
        return [text(" already answered", "$foreground-muted")]
    if strip.sent:
        return [text(" sending…", "$foreground-muted")]
    request = strip.request
    mark = "!" if request.permission else "?"
    asked = text(f" {mark} ", "bold $warning") + text(request_words(request), "bold")
    lines = [fit([Piece(ALWAYS, asked)], [], width)] if head else []
    if not request.answerable:
        return [
            *lines,
            fit([Piece(ALWAYS, Content(" ") + key("enter", "answer on its own screen"))], [], width),
        ]
    detail = plain(request.detail, limit=2_000).strip()
    if head and detail and one_line(detail) != one_line(request.title):
        room = max(0, most - 2)
        lines += [text(f"   {line}", "$foreground-muted") for line in _wrapped(detail, width - 4)][:room]
    return [*lines, *_choice_lines(strip, width)][: max(most, 2)]


def _choice_lines(strip: OpenStrip, width: int) -> Iterator[Content]:
    line = Content("")
    for choice in strip.shown:
        piece = text(" " if not line else "   ") + key(choice.key, one_line(choice.label, limit=48), "bold")
        if line and line.cell_length + piece.cell_length > width:
            yield line
            line, piece = Content(""), text(" ") + key(choice.key, one_line(choice.label, limit=48), "bold")
        line += piece
    yield line


def _wrapped(value: str, width: int) -> Iterator[str]:
    for line in value.splitlines():
        yield from wrap_cells(line.expandtabs(4), max(8, width))


def paragraphs(value: str, width: int) -> list[str]:
    """Break prose at blanks, at most `width` cells a line."""
    lines: list[str] = []
    for paragraph in value.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > width:
                lines += wrap_cells(line, width)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines += wrap_cells(line, width)
    return lines
