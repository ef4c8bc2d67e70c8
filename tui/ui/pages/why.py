"""Why a state is what it is: the verdict, who says what, the clocks, what happened, the ladder."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from tui.core import figures
from tui.core.activity import STRENGTH, Activity, Source
from tui.core.attention import LOOK, RowState
from tui.core.clock import Now
from tui.core.lifecycle import OVER
from tui.core.policies import policy
from tui.core.spec import Step
from tui.core.status import Status, no_progress_s, quiet_s
from tui.core.text import one_line
from tui.core.triage import Quiet, sentences
from tui.core.triage import words as words_of
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, fit, pad_left, pad_right, text
from tui.ui.look import AgentRow, View
from tui.ui.notes import paragraphs
from tui.ui.pages.parts import RAIL_COLS, beside, heading, main_cols, pair

_SOURCES: Final = {
    Source.STREAM: "JSON stream",
    Source.HOOK: "hooks",
    Source.TRANSCRIPT: "transcript",
    Source.OSC: "title, bell",
    Source.SCREEN: "screen",
    Source.BYTES: "bytes",
    Source.HOST: "its host",
}
_STATES: Final = {
    Activity.WORKING: RowState.WORKING,
    Activity.NEEDS_PERMISSION: RowState.PERMISSION,
    Activity.NEEDS_ANSWER: RowState.ANSWER,
    Activity.IDLE: RowState.IDLE,
    Activity.DONE: RowState.DONE,
    Activity.STALLED: RowState.STALLED,
    Activity.RATE_LIMITED: RowState.LIMITED,
    Activity.UNKNOWN: RowState.UNKNOWN,
}

_CLOCKS: Final = {
    Quiet.TOOL: "this tool",
    Quiet.THINKING: "request",
    Quiet.RETRYING: "retrying",
    Quiet.LOOPING: "loop",
}


def why_lines(view: View, now: Now, width: int) -> list[Content]:
    """Return the page."""
    row = look.row_of(view, now)
    main = main_cols(width)
    left = [
        *_verdict(row, now, main),
        EMPTY,
        *_evidence(row, now, main),
        EMPTY,
        *_clocks(row, now, main),
        EMPTY,
        *_happened(row, now, main),
    ]
    return beside(left, _rail(row, view, now), width)


def _word(activity: Activity, *, loud: bool = False) -> Content:
    shown = LOOK[_STATES[activity]]
    return text(shown.word, f"${shown.colour}" + (" bold" if loud else ""))


def _verdict(row: AgentRow, now: Now, width: int) -> list[Content]:
    status = row.status
    since = status.activity_since.wall or status.lifecycle_since.wall
    right = f"since {figures.log_time(since, now.wall)} · {look.timer_text(row)}" if since else ""
    head = look.glyph(row) + text(f" {row.look.word}", f"bold ${row.look.colour}")
    first = fit([Piece(ALWAYS, head)], [Piece(1, text(right, "$foreground-muted"))], width)
    said = one_line(status.evidence.fact) or look.headline(row, now)
    lines = [first, EMPTY, *(Content(line) for line in paragraphs(said, width))]
    if status.triage is not None:
        told = " ".join(sentences(status.triage, now))
        lines += [Content(line) for line in paragraphs(told, width)]
    if status.ladder_note:
        told = f"Nothing more is done about it: {one_line(status.ladder_note)}. Whatever you do begins the ladder anew."
        lines += [text(line, "$state-stalled") for line in paragraphs(told, width)]
    if row.state is RowState.UNKNOWN:
        lines.append(text("No rule knows what it shows. W saves this moment for one.", "$foreground-muted"))
    if status.note:
        lines += [text(line, "$warning") for line in paragraphs(one_line(status.note, limit=400), width)]
    return lines


def _evidence(row: AgentRow, now: Now, width: int) -> list[Content]:
    status = row.status
    votes = {vote.source: vote for vote in status.votes}
    says, age = 12, 7
    room = max(8, width - 16 - says - age - 3)
    lines = [
        fit(
            [Piece(ALWAYS, text("evidence, strongest first", "bold $foreground-muted"))],
            [Piece(1, text(f"{'says':<{says}}{'age':>{age}}   ", "$foreground-muted"))],
            width,
        )
    ]
    for number, source in enumerate(STRENGTH, start=1):
        vote, won = votes.get(source), status.evidence.source is source
        name = pad_right(text(f"{number} ", "$primary") + text(_SOURCES[source], "bold" if won else ""), 16)
        if vote is None:
            fact, word, old = text("nothing", "$foreground-muted"), text(figures.NOTHING), figures.NOTHING
        else:
            fact = text(one_line(vote.fact), "$foreground-muted")
            word = _word(vote.activity, loud=won)
            old = figures.duration(now.mono - vote.since.mono)
        mark = text(" ◂ ", "$primary") if won else Content("   ")
        lines.append(
            name + pad_right(fact, room) + pad_right(word, says) + pad_left(Content(old), age) + mark
        )
    outcome = _outcome(status)
    if not outcome:
        return lines
    return [*lines, EMPTY, *(text(line, "$foreground-muted") for line in paragraphs(outcome, width))]


def _outcome(status: Status) -> str:
    """Return who is believed, and what the others would say."""
    won = status.evidence.source
    if won is Source.HOST:
        return "Its host says so: it started, ended or signalled it." if status.evidence.fact else ""
    others = [
        vote for vote in status.votes if vote.source is not won and vote.activity is not status.activity
    ]
    if not others:
        return ""
    said = {vote: f"{_SOURCES[vote.source]} {LOOK[_STATES[vote.activity]].word}" for vote in others}
    silent = [vote for vote in others if STRENGTH.index(vote.source) < STRENGTH.index(won)]
    weaker = ", ".join(words for vote, words in said.items() if vote not in silent)
    return " ".join(
        [
            f"Believed: {_SOURCES[won]}.",
            *(f"Fell silent and counts no more: {said[vote]}." for vote in silent),
            *([f"Weaker ones would say: {weaker}."] if weaker else []),
        ]
    )


def _clocks(row: AgentRow, now: Now, width: int) -> list[Content]:
    status, found = row.status, row.status.triage
    if status.lifecycle in OVER or row.state is RowState.LOST:
        ended = status.exit.at if status.exit is not None and status.exit.at else status.lifecycle_since.wall
        said = (
            f"It ended at {figures.log_time(ended, now.wall)}: none of them runs."
            if ended
            else "None of them runs."
        )
        return [heading("clocks", "", width), text(said, "$foreground-muted")]
    limit = found.limit_s if found is not None and found.limit_s else status.inactivity_timeout_s
    clocks = [
        ("quiet", quiet_s(status, now), "no byte from the child"),
        ("no progress", no_progress_s(status, now), "no fact, token or changed file"),
    ]
    if found is not None and found.kind in _CLOCKS:
        clocks.append((_CLOCKS[found.kind], max(0.0, now.mono - found.since.mono), words_of(found, now)))
    lines = [heading("clocks", "", width)]
    for label, seconds, words in clocks:
        share = seconds / limit if limit > 0 else 0.0
        bar = look.bar(share, 10, look.clock_style(share)) if limit > 0 else EMPTY
        line = pad_right(text(label, "$foreground-muted"), 13) + bar
        room = max(0, width - 40)
        lines.append(
            line
            + text(f"  {figures.timer(seconds, limit):>11}   ")
            + text(one_line(words, limit=room), "$foreground-muted")
        )
    return lines


def _happened(row: AgentRow, now: Now, width: int) -> list[Content]:
    lines = [heading("what happened", "newest first", width)]
    for change in reversed(row.status.transitions):
        shown = LOOK[_STATES[change.activity]]
        at = pad_right(text(figures.log_time(change.at, now.wall), "$foreground-muted"), 10)
        mark = text(f"{shown.glyph} ", f"${shown.colour}") + pad_right(text(shown.word), 12)
        begin = at + mark
        lifecycle = change.lifecycle.value
        # A reason is told whole: it is what one came for.
        first, *rest = paragraphs(
            one_line(change.because), max(20, width - begin.cell_length - len(lifecycle) - 2)
        )
        why = text(first, "$foreground-muted")
        lines.append(
            fit([Piece(ALWAYS, begin + why)], [Piece(1, text(lifecycle, "$foreground-muted"))], width)
        )
        lines += [Content(" " * begin.cell_length) + text(line, "$foreground-muted") for line in rest]
    return lines


def _steps(view: View) -> list[Step]:
    """Return the ladder of what it does now."""
    if view.spec is None:
        return []
    found = view.status.triage
    return (
        policy(view.spec, found.kind, busy=found.busy).steps if found is not None else view.spec.on_inactive
    )


def _ladder(status: Status, steps: list[Step], now: Now, width: int) -> list[Content]:
    step = status.ladder
    lines = [heading("ladder", f"{step.number} of {step.of}" if step else "", width)]
    for number, name in enumerate(steps, start=1):
        taken = step is not None and number < step.number
        next_one = step is not None and number == step.number
        mark = "✓ " if taken else "▸ " if next_one else "· "
        right = f"in {figures.duration(step.due.mono - now.mono)}" if step and next_one else ""
        style = "bold" if next_one else "$foreground-muted"
        line = pair(mark + name.value, text(right, "bold $state-stalled"), width)
        lines.append(line.stylize(style, 2, 12))
    tries = status.ladder_tries
    if tries:
        lines.append(pair("tries that did not help", str(tries), width))
    lines.append(text("given up" if status.ladder_note else "then stop and say why", "$foreground-muted"))
    return lines


def _rail(row: AgentRow, view: View, now: Now) -> list[Content]:
    status, width = row.status, RAIL_COLS
    lines: list[Content] = []
    steps = _steps(view)
    if steps:
        lines += [*_ladder(status, steps, now, width), EMPTY]
    lines.append(heading("process", "", width))
    lines.append(pair("lifecycle", status.lifecycle.value, width))
    lines.append(pair("pid", str(status.pid or figures.NOTHING), width))
    lines.append(pair("processes", str(status.processes or figures.NOTHING), width))
    lines.append(pair("runs", str(status.runs), width))
    lines.append(pair("host", str(status.host_pid or figures.NOTHING), width))
    if status.exit is not None:
        lines += [text(line) for line in paragraphs(one_line(status.exit.reason), width)]
    session = one_line(status.session_id, limit=80) or "none yet"
    lines += [EMPTY, heading("session", "", width), text(session)]
    lines += [text(one_line(old, limit=80), "$foreground-muted") for old in status.old_session_ids[-3:]]
    mend = [
        text("W", "$primary") + Content(" saves this moment as a"),
        Content("file that a test can replay"),
    ]
    return [*lines, EMPTY, heading("not right?", "", width), *mend]
