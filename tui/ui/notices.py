"""Why a pane has nothing to show, or not what one expects: what happened, what comes of it, which keys help. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from textual.content import Content

from tui.core import figures
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.spec import Mode
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_path, fit, text
from tui.ui.keymap import key_in_words
from tui.ui.look import AgentRow
from tui.ui.widgets.wrapping import wrap

MUTED: Final = "$foreground-muted"
_SESSION: Final = 9
"""Cells of a session's id that are shown whole."""
_OVER_KEYS: Final = (("agent.restart", "restart"), ("agent.forget", "forget"))


class _Notice(NamedTuple):
    said: list[Content]
    """Paragraphs."""
    keys: tuple[tuple[str, str], ...] = ()
    """Actions and what they are called; the first is what one wants most."""
    mark: Content = EMPTY
    """Stands before the first line; the others are set under its words."""


def notice_lines(
    row: AgentRow, now: Now, width: int, *, has_content: bool, roomy: bool = True
) -> list[Content]:
    """Return why there is nothing to see, what is safe, and the keys; empty for an agent that shows itself.

    Args:
        row: The agent.
        now: The present.
        width: Cells.
        has_content: The pane has a screen or events to show below.
        roomy: There is room for blank lines around it.
    """
    notice = _notice(row, now, width, has_content)
    if notice is None:
        return []
    blank = [EMPTY] if roomy else []
    lines = [*blank, *_said(notice, width), *blank]
    if notice.keys:
        lines += [_key_line(notice.keys, width), *blank]
    return lines


def _notice(row: AgentRow, now: Now, width: int, has_content: bool) -> _Notice | None:
    status = row.status
    if row.trouble:
        keys = _OVER_KEYS if row.state is RowState.DAMAGED else ()
        return _Notice([text(one_line(row.trouble, limit=400))], keys, mark=text("! ", "bold $warning"))
    match row.state:
        case RowState.LOST:
            return _lost(row, now)
        case RowState.FAILED:
            return _failed(row)
        case RowState.BACKOFF:
            return _backoff(row)
        case RowState.STARTING if not has_content:
            return _starting(row, width)
        case RowState.QUEUED:
            place = (
                f" It is #{status.queue_place}; {key_in_words('agent.resume')} starts it now."
                if status.queue_place
                else ""
            )
            return _Notice([text(f"Waits for a free slot.{place}", MUTED)])
    if status.note:
        return _Notice(
            [_marked_session(row, one_line(status.note, limit=400))], mark=text("! ", "bold $warning")
        )
    if not has_content and status.mode is Mode.STREAM and not status.runs:
        return _Notice([text("Nothing here yet.", MUTED)])
    return None


def _lost(row: AgentRow, now: Now) -> _Notice:
    status = row.status
    reason = one_line(status.exit.reason, limit=200).rstrip(".") if status.exit else ""
    what = reason or "its host is gone"
    since = (
        f", last seen at {figures.clock(status.last_byte.wall, now.wall)}" if status.last_byte.wall else ""
    )
    said = [text(f"{what[:1].upper()}{what[1:]}{since}. Nothing runs.")]
    if not status.session_id:
        return _Notice(
            [*said, text("It has no session to resume.", MUTED)],
            (("agent.restart", "restart"), ("agent.forget", "forget")),
        )
    said.append(text("Session ", MUTED) + _session(status.session_id) + text(" can be resumed.", MUTED))
    return _Notice(said, (("agent.resume", "resume the session"), *_OVER_KEYS))


def _failed(row: AgentRow) -> _Notice:
    status = row.status
    reason = one_line(status.exit.reason, limit=300) if status.exit else ""
    told = one_line(status.note, limit=400) or reason
    if reason and told.startswith(reason):
        hint, told = told.removeprefix(reason).strip(), reason
    else:
        hint = ""
    said = [text(told or "It ended with an error.")]
    if told.startswith("Cannot start"):
        said.append(text("Not tried again, it would fail the same way.", MUTED))
    else:
        said.append(text("Not tried again by itself.", MUTED))
    if hint:
        said.append(text(hint, "$code"))
    if not status.session_id:
        return _Notice(said, (("agent.restart", "try again"), ("agent.forget", "forget")))
    return _Notice(said, (("agent.resume", "try again"), *_OVER_KEYS))


def _backoff(row: AgentRow) -> _Notice:
    reason = one_line(row.status.exit.reason, limit=300) if row.status.exit else ""
    left = figures.duration(row.timer.seconds)
    said = [text(reason)] if reason else []
    return _Notice(
        [*said, text(f"Tried again in {left}.", MUTED)],
        (("agent.resume", "try now"), ("agent.cancel", "give up")),
    )


def _starting(row: AgentRow, width: int) -> _Notice:
    status = row.status
    pid = f" · pid {status.pid}" if status.pid else ""
    before, after = f"Starting {row.runtime} in ", f"{pid} · no session yet"
    where = cut_path(status.cwd, max(12, width - 2 - len(before) - len(after)))
    return _Notice([text(f"{before}{where}{after}", MUTED)])


def _session(session_id: str) -> Content:
    name = one_line(session_id, limit=80)
    return text(name if len(name) <= _SESSION else f"{name[:4]}…{name[-2:]}", "$code")


def _marked_session(row: AgentRow, said: str) -> Content:
    """Return the sentence with the id of a session in it shortened and coloured."""
    for old in (*reversed(row.status.old_session_ids), row.status.session_id):
        before, found, after = said.partition(one_line(old, limit=80)) if old else (said, "", "")
        if found:
            return text(before) + _session(old) + text(after)
    return text(said)


def _said(notice: _Notice, width: int) -> Iterator[Content]:
    margin = Content(" ")
    under = Content(" " * notice.mark.cell_length)
    first = True
    for paragraph in notice.said:
        for line in wrap(paragraph, max(1, width - 2 - under.cell_length)):
            yield margin + (notice.mark if first else under) + line
            first = False


def _key_line(keys: tuple[tuple[str, str], ...], width: int) -> Content:
    row = Content(" ")
    for index, (action, label) in enumerate(keys):
        style = "bold" if not index else ""
        row += (
            Content("   " if index else "")
            + text(key_in_words(action), f"{style} $primary".strip())
            + text(f" {label}", style)
        )
    return fit([Piece(ALWAYS, row)], [], width)
