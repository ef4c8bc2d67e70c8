"""What a row, a band, a tile and the header say of an agent, as plain values and styled pieces.

Built on `tui.core.attention` (which state, which timer, in which order) and `tui.core.figures` (how a number is written).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final, Protocol

import msgspec
from textual.content import Content

from tui.core import figures
from tui.core.amounts import told
from tui.core.attention import LOOK, Group, Look, RowState, RowTimer, order, row_timer
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.core.text import one_line, plain
from tui.core.triage import stall_words, working_words
from tui.ui.fit import EMPTY, text
from tui.ui.keymap import key_in_words

SPARK_CELLS: Final = 7
SPARK_MINUTES: Final = 2
"""Minutes of one cell in the list."""

_DATE: Final = re.compile(r"-20\d{6}$|-latest$")
_VERSION: Final = re.compile(r"(?<=\d)-(?=\d)")


class View(Protocol):
    """What the fleet knows of an agent; `tui.client.fleet.AgentView` is one."""

    @property
    def status(self) -> Status:
        """Last status."""
        ...

    @property
    def contact(self) -> str:
        """State of the connection, such as `live`, `lost` or `no contact`."""
        ...

    @property
    def seen(self) -> bool:
        """The user looked since it was done."""
        ...

    @property
    def state(self) -> RowState:
        """The state that its row shows."""
        ...

    @property
    def trouble(self) -> str:
        """What is wrong with its files or its host and what to do, one sentence; empty if nothing is."""
        ...

    @property
    def contact_since(self) -> float:
        """Monotonic."""
        ...

    @property
    def spec(self) -> AgentSpec | None:
        """Settings, once read."""
        ...


_NAMELESS: Final = ("demo",)
"""Runtimes that stand for others: their limits say whose they are."""

SILENT: Final = "no contact"
LOST: Final = "lost"


class AgentRow(msgspec.Struct, frozen=True):
    """One agent as it is shown at one moment."""

    status: Status
    state: RowState
    timer: RowTimer
    runtime: str
    """Short name of the CLI: `claude`."""
    silent_s: float = -1.0
    """Seconds without contact to its host; negative while there is contact."""
    trouble: str = ""
    """What is wrong with its files or its host and what to do, one sentence."""

    @property
    def id(self) -> str:
        """The agent's id."""
        return self.status.id

    @property
    def look(self) -> Look:
        """Glyph, word, colour and group of its state."""
        return LOOK[self.state]

    @property
    def loud(self) -> bool:
        """It wants to be looked at: name and word are bold."""
        return self.look.group in (Group.NEEDS_YOU, Group.LOOK_AT) and self.state is not RowState.BACKOFF

    @property
    def needs_you(self) -> bool:
        """A permission or a question is open."""
        return self.look.group is Group.NEEDS_YOU


def row_of(view: View, now: Now) -> AgentRow:
    """Return what to show of an agent now."""
    status = view.status
    state = view.state
    return AgentRow(
        status=status,
        state=state,
        timer=row_timer(status, state, now),
        runtime=short_runtime(status.runtime, view.spec),
        silent_s=max(0.0, now.mono - view.contact_since) if view.contact == SILENT else -1.0,
        trouble=view.trouble,
    )


_RESTING: Final = frozenset(
    {
        *(state for state, seen in LOOK.items() if seen.group in (Group.QUIET, Group.OVER)),
        RowState.PAUSED,
        RowState.FAILED,
        RowState.LOST,
        RowState.DAMAGED,
        RowState.DONE,
    }
)


def is_at_rest(row: AgentRow) -> bool:
    """True where nothing is going on and nothing is about to: its timer tells minutes."""
    return row.state in _RESTING and row.timer.limit_s <= 0


def rows_of(views: Iterable[View], now: Now) -> list[AgentRow]:
    """Return all rows, what wants you most first."""
    return order(row_of(view, now) for view in views)


# -- names -------------------------------------------------------------------------------------------------------------


def short_runtime(runtime: str, spec: AgentSpec | None = None) -> str:
    """Return `claude` for `claude-code`; for a plain command its program's name."""
    if runtime == "command" and spec is not None and spec.command:
        return one_line(PurePosixPath(spec.command[0]).name, limit=24)
    return runtime.split("-", 1)[0]


def short_model(model: str) -> str:
    """Return `opus-4.5` for `claude-opus-4-5-20251101`, `kimi-k2` for `moonshot/kimi-k2`."""
    name = _DATE.sub("", one_line(model, limit=60).rsplit("/", 1)[-1]).removeprefix("claude-")
    return _VERSION.sub(".", name)


# -- pieces ------------------------------------------------------------------------------------------------------------


def glyph(row: AgentRow, glyphs: str = "unicode") -> Content:
    """Return the state's mark in its colour."""
    mark = row.look.ascii if glyphs == "ascii" else row.look.glyph
    return text(mark, f"${row.look.colour}" + (" bold" if row.look.bold else ""))


def word(row: AgentRow) -> Content:
    """Return the state's word in its colour."""
    return text(row.look.word, f"${row.look.colour}" + (" bold" if row.loud else ""))


def timer_text(row: AgentRow, *, limit: bool = False) -> str:
    """Return the row's timer, with its limit if asked and if one runs."""
    if is_at_rest(row):
        return figures.rested(row.timer.seconds)
    timer = row.timer
    return timer.text if limit or timer.countdown else figures.duration(timer.seconds)


def timer_bar(row: AgentRow, marks: figures.Marks = figures.UNICODE, cells: int = 5) -> Content:
    """Return the meter of the timer against its limit; empty where no limit runs."""
    if row.timer.limit_s <= 0:
        return EMPTY
    share = row.timer.seconds / row.timer.limit_s
    colour = row.look.colour if share < 0.8 else "warning" if share < 1 else "state-stalled"
    return bar(share, cells, f"${colour}", marks)


def bar(share: float, cells: int, style: str, marks: figures.Marks = figures.UNICODE) -> Content:
    """Return a meter whose empty cells are faint."""
    full = figures.filled(share, cells)
    return text(marks.full * full, style) + text(marks.empty * (cells - full), "$faint")


def share_style(share: float) -> str:
    """Return the colour of a share of something that ends: context, a limit, a budget."""
    return "$error" if share >= 0.95 else "$warning" if share >= 0.8 else "$foreground"


def clock_style(share: float) -> str:
    """Return the colour of a clock that runs against a limit."""
    return "$state-stalled" if share >= 1 else "$warning" if share >= 0.8 else "$foreground"


def money(row: AgentRow, marks: figures.Marks = figures.UNICODE) -> str:
    """Return what the agent cost, marked where it is an estimate."""
    return figures.money(row.status.usage.cost_usd, source=row.status.cost_source, marks=marks)


def tokens(row: AgentRow, marks: figures.Marks = figures.UNICODE) -> str:
    """Return the agent's tokens over all runs."""
    return figures.tokens(row.status.usage.total, source=row.status.usage_source, marks=marks)


def context_share(row: AgentRow) -> float | None:
    """Return the share of the context window in use; None if unknown."""
    return row.status.context_share


# -- activity ----------------------------------------------------------------------------------------------------------


def activity(status: Status, now: Now, cells: int = SPARK_CELLS, minutes: int = SPARK_MINUTES) -> list[int]:
    """Return tokens per `minutes`, oldest first, for the last `cells` intervals ending now."""
    current = int(now.wall // 60)
    buckets = [0] * cells
    for minute, used in status.minutes:
        index = cells - 1 - (current - minute) // minutes
        if 0 <= index < cells:
            buckets[index] += used
    return buckets


def rate(statuses: Iterable[Status], now: Now) -> float:
    """Return tokens in the last 60 seconds: this minute's, and of the one before what is not yet a minute old."""
    current, second = divmod(now.wall, 60)
    rest = 1 - second / 60
    found = 0.0
    for status in statuses:
        for minute, used in status.minutes:
            if minute == int(current):
                found += used
            elif minute == int(current) - 1:
                found += used * rest
    return found


# -- headline ----------------------------------------------------------------------------------------------------------


def headline(row: AgentRow, now: Now) -> str:
    """Return the one line that says what the agent does, said last, or why it does nothing."""
    status = row.status
    if row.trouble:
        return one_line(row.trouble)
    if row.silent_s >= 0:
        return f"no contact {figures.duration(row.silent_s)}, trying again"
    if status.note and row.state not in (
        RowState.PERMISSION,
        RowState.ANSWER,
        RowState.BUDGET,
        RowState.BACKOFF,
    ):
        return one_line(status.note)
    said = _special(row, now) or _said(status)
    return (
        f"{told(status.budget_notice)} · {said}"
        if status.budget_notice and row.look.group is not Group.OVER
        else said
    )


def _said(status: Status) -> str:
    # Made by `tui.core.headline`, with two cells between verb and object: folding them again would lose that.
    return plain(status.headline, limit=300).replace("\n", " ")


def _special(row: AgentRow, now: Now) -> str:
    status, state = row.status, row.state
    reason = one_line(status.exit.reason) if status.exit else ""
    match state:
        case RowState.STALLED | RowState.LOOPING:
            what = stall_words(status.triage, status.ladder_note, _said(status), now)
            if status.ladder is None or not status.ladder.announced:
                return what
            left = figures.duration(status.ladder.due.mono - now.mono)
            return " · ".join(p for p in (what, f"{status.ladder.step.value} in {left}") if p)
        case RowState.LIMITED if status.limited_until:
            goes_on = f"goes on at {figures.clock(status.limited_until, now.wall)}"
            return " · ".join(p for p in (goes_on, _said(status)) if p)
        case RowState.WORKING | RowState.LIMITED if quiet := working_words(
            status.triage, now, retries=status.retry is not None
        ):
            return quiet
        case RowState.BACKOFF:
            left = figures.duration(row.timer.seconds)
            return " · ".join(p for p in (reason, f"tries again in {left}") if p)
        case RowState.LOST if status.lifecycle is Lifecycle.QUEUED:
            return f"its host ended before its turn came · {key_in_words('agent.resume')} starts it"
        case RowState.LOST:
            way = (
                f"{key_in_words('agent.resume')} resumes"
                if status.session_id
                else f"{key_in_words('agent.restart')} restarts"
            )
            return " · ".join((reason or "its host is gone", way))
        case RowState.PAUSED:
            return f"paused by you · {key_in_words('agent.pause')} goes on"
        case RowState.QUEUED:
            place = f"#{status.queue_place} · " if status.queue_place else ""
            return f"{place}waits for a free slot" + (
                f" · {key_in_words('agent.resume')} starts it now" if place else ""
            )
        case RowState.STARTING:
            return _said(status) or "session not yet known"
        case RowState.FAILED | RowState.KILLED | RowState.EXITED:
            return reason or _said(status)
        case RowState.IDLE:
            return _said(status) or "ready for a prompt"
        case RowState.UNKNOWN:
            return _said(status) or one_line(status.evidence.fact)
        case _:
            return ""


# -- limits ------------------------------------------------------------------------------------------------------------


class LimitRow(msgspec.Struct, frozen=True):
    """Use of one provider's limit, over all agents that report it."""

    runtime: str
    limit: str
    share: float
    resets_at: float

    @property
    def label(self) -> str:
        """What it is called where several are listed: `claude 5 h`."""
        limit = self.limit.replace("claude-code", "claude")
        named = self.runtime in _NAMELESS or limit.split(" ", 1)[0] == self.runtime
        return limit if named else f"{self.runtime} {limit}"


def limits_of(rows: Sequence[AgentRow], now: Now) -> list[LimitRow]:
    """Return each limit once, as the agent heard that was told last; those that were reset since are left out."""
    newest: dict[tuple[str, str], tuple[float, LimitRow]] = {}
    for row in rows:
        for limit in row.status.limits:
            if limit.resets_at and limit.resets_at <= now.wall:
                continue
            key = (row.runtime, one_line(limit.limit, limit=24))
            heard = row.status.last_progress.wall
            if key not in newest or heard > newest[key][0]:
                newest[key] = (heard, LimitRow(*key, limit.used_percent / 100, limit.resets_at))
    return sorted((row for _, row in newest.values()), key=lambda r: (r.runtime, r.resets_at, r.limit))
