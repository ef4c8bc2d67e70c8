"""What a pane says in our own words: the announced step and the open request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.core.spec import Step
from tui.core.status import Request
from tui.core.text import one_line, plain
from tui.ui.answers import REPLIES, OpenStrip
from tui.ui.fit import ALWAYS, Piece, fit, text, wrap_cells
from tui.ui.keymap import BY_ID, entry_label, key_in_words
from tui.ui.look import AgentRow

_STEPS = {
    Step.NOTIFY: "Notify",
    Step.INTERRUPT: "Interrupt",
    Step.RESUME: "Resume",
    Step.RESTART: "Restart",
    Step.KILL: "Kill",
}

_ANSWERS: Final = {choice: f"ask.{how}" for how, choice in REPLIES.items()}


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
            Piece(ALWAYS, key(key_in_words("agent.cancel"), "cancel")),
            Piece(3, Content("   ") + key(key_in_words("look.more").split()[0], "5 min")),
            Piece(1, Content("   ") + key(key_in_words("look.why"), "why")),
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


def answer_key(choice: str) -> str:
    """Return the key of an answer for people; empty where the user took it away.

    Args:
        choice: `y`, `n`, `e`, `a`, or the number of an option.
    """
    return entry_label(BY_ID[_ANSWERS.get(choice, f"go.{choice}")])


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
            fit(
                [Piece(ALWAYS, Content(" ") + key(key_in_words("go.type"), "answer on its own screen"))],
                [],
                width,
            ),
        ]
    detail = plain(request.detail, limit=2_000).strip()
    if head and detail and one_line(detail) != one_line(request.title):
        room = max(0, most - 2)
        lines += [text(f"   {line}", "$foreground-muted") for line in _wrapped(detail, width - 4)][:room]
    return [*lines, *_choice_lines(strip, width)][: max(most, 2)]


def _choice_lines(strip: OpenStrip, width: int) -> Iterator[Content]:
    line = Content("")
    for choice in strip.shown:
        if not (name := answer_key(choice.key)):
            continue
        piece = key(name, one_line(choice.label, limit=48), "bold")
        if line and line.cell_length + 3 + piece.cell_length > width:
            yield line
            line = Content("")
        line += text("   " if line else " ") + piece
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
