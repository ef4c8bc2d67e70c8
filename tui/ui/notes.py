"""What a pane says in our own words: the announced step, the open request, why there is nothing to see."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from tui.core import figures
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.spec import Mode, Step
from tui.core.status import Request
from tui.core.text import one_line, plain
from tui.ui.answers import OpenStrip, choices
from tui.ui.fit import ALWAYS, Piece, cut_path, fit, text, wrap_cells
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
    for choice in choices(strip.request):
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


def notice_lines(row: AgentRow, now: Now, width: int, *, has_content: bool) -> list[Content]:
    """Return why there is nothing to see, what is safe, and the keys; empty for an agent that shows itself.

    Args:
        row: The agent.
        now: The present.
        width: Cells.
        has_content: The pane has a screen or events to show below.
    """
    status, state = row.status, row.state
    reason = one_line(status.exit.reason) if status.exit else ""
    said: list[tuple[str, str]] = []
    keys: list[tuple[str, str]] = []
    if state is RowState.LOST:
        said.append((f"{reason or 'Its host is gone'}. Nothing runs.".replace("..", "."), ""))
        if status.session_id:
            said.append(
                (f"Session {one_line(status.session_id, limit=40)} can be resumed.", "$foreground-muted")
            )
        keys = [("r", "resume the session"), ("R", "restart"), ("del", "forget")]
    elif state is RowState.FAILED:
        said.append((status.note or reason or "It ended with an error.", ""))
        if not status.pid and status.runs <= 1 and reason.startswith("Cannot start"):
            said.append(("Not tried again, it would fail the same way.", "$foreground-muted"))
        keys = [("r", "try again"), ("R", "restart"), ("del", "forget")]
    elif state is RowState.STARTING and not has_content:
        where = cut_path(status.cwd, max(12, width - 40))
        pid = f" · pid {status.pid}" if status.pid else ""
        said.append((f"Starting {row.runtime} in {where}{pid} · no session yet", "$foreground-muted"))
    elif state is RowState.QUEUED:
        said.append(("Waits for a free slot.", "$foreground-muted"))
    elif status.note:
        said.append((f"! {status.note}", "$warning"))
    elif not has_content and status.mode is Mode.STREAM and not status.runs:
        said.append(("Nothing here yet.", "$foreground-muted"))
    return _notice(said, keys, width)


def _notice(said: list[tuple[str, str]], keys: list[tuple[str, str]], width: int) -> list[Content]:
    if not said:
        return []
    lines = [
        text(f" {line}", style)
        for value, style in said
        for line in paragraphs(one_line(value, limit=400), width - 2)
    ]
    if keys:
        row = Content(" ")
        for index, (name, label) in enumerate(keys):
            row += Content("   " if index else "") + key(name, label, "bold" if not index else "")
        lines.append(fit([Piece(ALWAYS, row)], [], width))
    return lines
