"""Events as lines for people: time, mark, what happened. Long texts are cut to what a log needs; `--json` has them whole."""

from __future__ import annotations

from typing import Final

from tui.cli.output import has_unicode, muted, paint
from tui.core import facts as f
from tui.core import figures
from tui.core.activity import in_words
from tui.core.figures import counted
from tui.core.text import one_line, plain

TEXT_LINES: Final = 12
"""Lines shown of one text."""
OUTPUT_LINES: Final = 4

_PLAIN: Final = {"›": ">", "✓": "v", "✗": "x", "▸": ">", "▲": "^", "●": "*", "·": "-", "│": "|", "→": "->"}


def line(event: f.Event, now: float) -> str | None:
    """Return an event as text, its further lines indented; None for what is of no use to people.

    Args:
        event: The event.
        now: Wall clock, seconds since the epoch.
    """
    told = _tell(event.fact)
    if told is None:
        return None
    mark, colour, text = told
    if not has_unicode():
        mark = _PLAIN.get(mark, mark)
    stamp = figures.log_time(event.at, now)
    first, *rest = plain(text).split("\n")
    indent = " " * (len(stamp) + 4)
    painted = paint(f"{mark} {first}", colour) if colour else f"{mark} {first}"
    return "\n".join([f"{muted(stamp)}  {painted}".rstrip(), *(f"{indent}{each}".rstrip() for each in rest)])


_Told = tuple[str, str, str]
"""Mark, colour, text."""


def _tell(fact: f.AnyFact) -> _Told | None:
    if fact.ephemeral:
        return None
    return _tell_conversation(fact) or _tell_run(fact) or _tell_signals(fact)


def _tell_conversation(fact: f.AnyFact) -> _Told | None:
    match fact:
        case f.TurnStarted(prompt=prompt):
            return "›", "", _some(prompt, TEXT_LINES) or "a turn began"
        case f.Text(text=text):
            return " ", "", _some(text, TEXT_LINES)
        case f.Thinking(text=text):
            return "▸", "foreground-muted", f"thought: {one_line(text)}"
        case f.ToolCalled(name=name, title=title):
            return "●", "", one_line(f"{name}  {title}")
        case f.ToolFinished():
            return _tell_tool(fact)
        case f.PermissionAsked(tool=tool, title=title):
            return "!", "warning", one_line(f"asks for permission  {tool}  {title}")
        case f.QuestionAsked(text=text, options=options):
            listed = "".join(f"\n{number}. {one_line(option)}" for number, option in enumerate(options, 1))
            return "?", "warning", _some(text, TEXT_LINES) + listed
        case f.RequestResolved(how=how):
            return "·", "", one_line(f"the request is settled  {how}")
        case f.TurnEnded():
            return _tell_turn_end(fact)
        case _:
            return None


def _tell_tool(fact: f.ToolFinished) -> _Told:
    how = (
        "denied"
        if fact.denied
        else f"exit {fact.exit_code}"
        if fact.exit_code
        else ""
        if fact.ok
        else "failed"
    )
    output = _some(fact.output, OUTPUT_LINES, last=not fact.ok)
    text = "\n".join(filter(None, [how, *(f"│ {each}" for each in output.splitlines())]))
    return ("✓", "", text) if fact.ok else ("✗", "error", text)


def _tell_turn_end(fact: f.TurnEnded) -> _Told:
    if fact.interrupted:
        return "·", "", "the turn was interrupted"
    parts = ["the turn is done" if fact.ok else f"the turn failed: {one_line(fact.error)}"]
    if fact.duration_s:
        parts.append(figures.duration(fact.duration_s))
    if fact.cost_usd is not None:
        parts.append(figures.money(fact.cost_usd))
    return ("✓", "success", ", ".join(parts)) if fact.ok else ("✗", "error", ", ".join(parts))


def _tell_run(fact: f.AnyFact) -> _Told | None:
    match fact:
        case f.RunStarted(pid=pid, kind=kind, session_id=session):
            return (
                "→",
                "",
                one_line(f"run began ({kind}), pid {pid}{f', session {session}' if session else ''}"),
            )
        case f.SpawnFailed(reason=reason, hint=hint):
            return "✗", "error", one_line(f"{reason} {hint}")
        case f.RunExited(reason=reason, ok=ok, code=code):
            return (
                ("→" if ok else "✗"),
                ("" if ok else "error"),
                one_line(f"run ended: {reason or f'exit {code}'}"),
            )
        case f.FellBack(old_session_id=old, reason=reason, gone=gone):
            what = reason if gone else f"was refused ({reason})"
            return "▲", "state-stalled", one_line(f"session {old} {what}; a fresh one was begun")
        case f.HostLost(reason=reason):
            return "✗", "error", one_line(f"its host was lost: {reason}")
        case f.SessionStarted(session_id=session, model=model):
            return "·", "", one_line(f"session {session}  {model}")
        case f.UserActed(action=action, text=text):
            return "›", "", one_line(f"{action}  {text}")
        case f.StepAnnounced(step=step, number=number, of=of, in_s=in_s):
            return "▲", "state-stalled", f"{step} in {figures.duration(in_s)}, {number} of {of}"
        case f.StepTaken(step=step, no_progress_s=idle_s):
            return "▲", "state-stalled", f"{step} after {figures.duration(idle_s)} without progress"
        case f.StepCancelled(step=step, later_s=later_s):
            return (
                "▲",
                "",
                f"{step} " + (f"put off by {figures.duration(later_s)}" if later_s else "cancelled"),
            )
        case f.RunPlanned(in_s=in_s, why=why):
            return "↻", "state-stalled", one_line(f"another run in {figures.duration(in_s)}  {why}".rstrip())
        case f.BudgetChanged(what=what, text=text):
            return "$", "warning", one_line(f"budget: {what}  {text}".rstrip())
        case f.RecordingChanged(on=on, reason=reason):
            return (
                "·",
                "" if on else "warning",
                one_line("recording goes on" if on else f"not recording: {reason}"),
            )
        case _:
            return None


def _tell_signals(fact: f.AnyFact) -> _Told | None:
    match fact:
        case f.StateChanged(lifecycle=lifecycle, activity=activity, because=because):
            return "·", "foreground-muted", one_line(f"{lifecycle}, {in_words(activity)}: {because}")
        case f.ErrorReported(text=text):
            return "✗", "error", _some(text, OUTPUT_LINES)
        case f.Retrying(attempt=attempt, delay_s=delay_s, error=error):
            when = f" in {figures.duration(delay_s)}" if delay_s else ""  # some do not say
            return "·", "state-stalled", one_line(f"retry {attempt}{when}: {error}")
        case f.RateLimited(text=text, limit=limit):
            return "·", "secondary", one_line(f"limited: {text or limit}")
        case f.Notified(title=title, text=text):
            return "·", "", one_line(f"{title}  {text}") or "bell"
        case f.LogLine(text=text):
            return "│", "", one_line(text)
        case f.Unparsed(text=text, reason=reason):
            return "│", "foreground-muted", one_line(f"not understood ({reason}): {text}")
        case f.Oversized(size_bytes=size):
            return "│", "foreground-muted", f"a line of {figures.size(size)} was passed over"
        case _:
            # Usage and weak signals: figures that `show` sums up.
            return None


def _some(text: str, most: int, *, last: bool = False) -> str:
    lines = plain(text, limit=8_000).strip("\n").splitlines()
    if len(lines) <= most:
        return "\n".join(lines)
    left_out = f"… {counted(len(lines) - most, 'more line')}"
    kept = [left_out, *lines[-most:]] if last else [*lines[:most], left_out]
    return "\n".join(kept)
