"""`show` for people: one agent on one page."""

from __future__ import annotations

import shlex

from tui.cli.output import has_unicode, labelled, marks, muted, paint
from tui.client.view import AgentView, Contact
from tui.core import amounts, budget, figures
from tui.core.attention import LOOK, row_timer
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.limits import AtLimit, Kind
from tui.core.status import Limit, Status, no_progress_s, quiet_s
from tui.core.text import one_line, plain
from tui.core.triage import sentences
from tui.core.usage import Usage, UsageSource
from tui.system.paths import Paths
from tui.system.reasons import shown

_SOURCES = {
    UsageSource.REPORTED: "reported by the CLI",
    UsageSource.COMPUTED: "computed from its events and a price list",
    UsageSource.ESTIMATED: "estimated",
}


def page(paths: Paths, view: AgentView, now: Now) -> list[str]:
    """Return the lines of `show`."""
    status = view.status
    look, timer = LOOK[view.state], row_timer(view.status, view.state, now)
    glyph = look.glyph if has_unicode() else look.ascii
    state = paint(f"{glyph} {look.word}", look.colour, bold=True)
    head = f"{state}  {one_line(view.name)}  {timer.text}"
    parts = [
        [head],
        _sentences(view),
        labelled(_who(view)),
        labelled(_why(view, now)),
        _request(status),
        _usage(status, now),
        _budget(status, now),
        _past(status, now),
        labelled([("folder", shown(paths.agent(view.id))), ("log", shown(paths.log / f"{view.id}.log"))]),
    ]
    lines: list[str] = []
    for part in parts:
        if part:
            lines += ["", *part] if lines else part
    return lines


def _sentences(view: AgentView) -> list[str]:
    status = view.status
    silent = f"not recording: {status.recording_note}" if not status.recording else ""
    found = [view.damaged, view.problem, status.note, silent, status.headline]
    if view.contact is Contact.LOST:
        found.insert(
            0,
            "Its host ended before its turn came: agent-tui resume starts it."
            if status.lifecycle is Lifecycle.QUEUED
            else "Its host is gone."
            + (" agent-tui resume goes on with its session." if status.session_id else ""),
        )
    return [one_line(text) for text in dict.fromkeys(found) if text]


def _who(view: AgentView) -> list[tuple[str, str]]:
    status, spec = view.status, view.spec
    child = (
        f"{status.pid}, {figures.counted(status.processes, 'process', 'processes')}"
        if status.pid and status.processes
        else str(status.pid or "")
    )
    command = shlex.join([*spec.command, *spec.args]) if spec else ""
    old = ", ".join(status.old_session_ids)
    return [
        ("id", view.id),
        (
            "runtime",
            one_line(" ".join(filter(None, [status.runtime, status.cli_version, f"({status.mode})"]))),
        ),
        ("model", one_line(status.model)),
        ("command", one_line(command)),
        ("folder", shown(status.cwd)),
        (
            "project",
            one_line(" ".join(filter(None, [status.project, status.branch and f"({status.branch})"]))),
        ),
        ("tags", one_line(" ".join(status.tags))),
        ("session", one_line(status.session_id)),
        ("earlier sessions", one_line(old)),
        ("process", child),
        ("runs", str(status.runs)),
        ("exit", one_line(status.exit.reason or f"exit {status.exit.code}") if status.exit else ""),
    ]


def _why(view: AgentView, now: Now) -> list[tuple[str, str]]:
    status = view.status
    lifecycle = Lifecycle.LOST if view.contact is Contact.LOST else status.lifecycle
    evidence = status.evidence
    pairs = [
        ("lifecycle", str(lifecycle)),
        ("activity", status.activity.word),
        (
            "evidence",
            f"{evidence.source}: {one_line(evidence.fact)}{_ago(evidence.since.wall, now)}"
            if evidence.fact
            else "",
        ),
    ]
    pairs += [
        (f"  {vote.source} says", f"{vote.activity.word}: {one_line(vote.fact)}{_ago(vote.since.wall, now)}")
        for vote in status.votes
    ]
    if not view.over:
        pairs += [
            ("quiet", figures.duration(quiet_s(status, now))),
            ("no progress", figures.duration(no_progress_s(status, now))),
        ]
    found = status.triage
    if found is not None and not view.over:
        pairs.append(("quiet because", " ".join(sentences(found, now))))
    if status.ladder_note:
        pairs.append(("given up", one_line(status.ladder_note)))
    step = status.ladder
    if step is not None and not view.over:
        pairs.append(
            (
                "next step",
                f"{step.step} in {figures.duration(step.due.mono - now.mono)}, {step.number} of {step.of}",
            )
        )
    return pairs


def _request(status: Status) -> list[str]:
    request = status.request
    if request is None:
        return []
    head = "it asks for permission" if request.permission else "it asks"
    lines = [
        paint(head, "warning", bold=True),
        f"  {one_line(' '.join(filter(None, [request.tool, request.title])))}",
    ]
    if request.detail.strip() != request.title.strip():
        lines += [f"  {line}" for line in plain(request.detail, limit=4_000).splitlines()[:40]]
    lines += [f"  {number}. {one_line(option)}" for number, option in enumerate(request.options, 1)]
    return lines


def _usage(status: Status, now: Now) -> list[str]:
    limits = [(one_line(limit.limit), limit_words(limit, now)) for limit in status.limits]
    if status.usage_source is UsageSource.NONE:
        return labelled(limits)
    drawn = marks()

    def kinds(title: str, used: Usage) -> tuple[str, str]:
        money = figures.money(used.cost_usd, source=status.cost_source, marks=drawn)
        named = [
            (used.input, "input"), (used.output, "output"), (used.cache_read, "cache read"),
            (used.cache_write, "cache write"), (used.reasoning, "reasoning"),
        ]  # fmt: skip
        parts = ", ".join(f"{count} {name}" for count, name in named if count)
        return (
            title,
            f"{used.total} tokens ({parts}), {money}" if used.total else f"{used.total} tokens, {money}",
        )

    pairs = [kinds("usage", status.usage), ("source", _source(status))]
    if status.runs > 1:
        pairs.insert(1, kinds("last run", status.run_usage))
    if status.context_tokens:
        window = f" of {status.context_window}" if status.context_window else ""
        share = f", {figures.percent(status.context_share)}" if status.context_share is not None else ""
        pairs.append(("context", f"{status.context_tokens}{window} tokens{share}"))
    return labelled([*pairs, *limits])


def limit_words(limit: Limit, now: Now) -> str:
    """Return how much of a provider's limit is used, and how long until it is emptied."""
    used = f"{limit.used_percent:.0f}% used"
    if not limit.resets_at:
        return used
    left_s = limit.resets_at - now.wall
    return f"{used}, resets in {figures.duration(left_s)}" if left_s > 0 else f"{used} until it was reset"


def _budget(status: Status, now: Now) -> list[str]:
    pairs = []
    for each in budget.measures(status, now):
        words = f"{amounts.amount(each.kind, each.used)} of {amounts.amount(each.kind, each.limit)}"
        if each.kind is Kind.USD and status.usage.cost_usd is None and status.usage.total:
            words += ", but what it costs is not known"
        pairs.append(("budget", f"{words}, {figures.percent(each.share)}"))
    if pairs:
        pairs.append(
            ("when it is used up", "pause and ask" if status.budget.at_limit is AtLimit.ASK else "kill")
        )
    return labelled(pairs)


def _source(status: Status) -> str:
    words = _SOURCES.get(status.usage_source, "")
    if status.cost_source is UsageSource.COMPUTED and status.usage_source is UsageSource.REPORTED:
        return f"{words}; the cost computed from a price list"
    return words


def _past(status: Status, now: Now) -> list[str]:
    return [
        f"{muted(figures.log_time(each.at, now.wall))}  {each.lifecycle}, {each.activity.word}  {muted(one_line(each.because))}".rstrip()
        for each in status.transitions
    ]


def _ago(wall: float, now: Now) -> str:
    return muted(f", since {figures.duration(now.wall - wall)}") if wall else ""
