"""Facts that stand alone in a timeline as a mark and a sentence: runs, errors, limits, what the user did. Pure."""

from __future__ import annotations

from tui.core import facts as f
from tui.core.facts import Event
from tui.core.text import one_line
from tui.ui.widgets.timeline_item import Item, Kind


def notice(event: Event) -> Item | None:
    """Return the item of a fact that stands alone, or None if it says nothing in a timeline.

    `title` is the mark, `detail` the words; the renderer knows the marks' colours.
    """
    at = event.at

    def say(mark: str, words: str, body: str = "", kind: Kind = Kind.NOTICE) -> Item:
        return Item(kind, at, mark, one_line(words, limit=600), one_line(body, limit=600))

    match event.fact:
        case f.RunStarted(kind=kind, session_id=session) if event.run > 1 or kind is not f.RunKind.START:
            how = {
                f.RunKind.START: "started",
                f.RunKind.RESUME: "session resumed",
                f.RunKind.RESTART: "restarted with a fresh session",
                f.RunKind.FALLBACK: "started with a fresh session",
            }[kind]
            return say("·", f"run {event.run}: {how}" + (f" {session[:12]}" if session else ""))
        case f.SessionStarted(session_id=session, model=model, version=version):
            words = " · ".join(w for w in (model, version, f"session {session[:12]}") if w)
            return say("·", words, kind=Kind.NOTE)
        case f.SpawnFailed(reason=reason, hint=hint):
            return say("✗", reason, hint, Kind.ERROR)
        case f.RunExited(ok=False, reason=reason, code=code, signal=signal, refused=False):
            ending = f"signal {signal}" if signal else f"exit {code}"
            return say("✗", f"{reason} · {ending}" if reason else ending, kind=Kind.ERROR)
        case f.RunExited(ok=True, done=False, code=code):
            return say("□", f"exit {code}", kind=Kind.NOTE)
        case f.FellBack(old_session_id=old, reason=reason, prompt=prompt, gone=gone):
            given = {"fresh": " with its own prompt", "hand-over": " with a hand-over"}.get(prompt, "")
            said = f" {reason}" if reason and not gone else ""
            what = f"Session {old} {reason}" if gone else f"The CLI did not know session {old}"
            return say(
                "!",
                f"{what}. A fresh one was started{given}.{said}",
                "The old id is kept.",
            )
        case f.HostLost(reason=reason):
            return say("◇", f"Its host is gone: {reason}" if reason else "Its host is gone", kind=Kind.ERROR)
        case f.RateLimited(text=text, resets_at=resets):
            item = say("◔", text or "limit reached", kind=Kind.LIMIT)
            item.ended = resets
            return item
        case f.ErrorReported(text=text, code=code):
            return say("✗", f"{text} · {code}" if code and code not in text else text, kind=Kind.ERROR)
        case f.Notified(title=title, text=text) if title or text:
            return say("·", " · ".join(w for w in (title, text) if w), kind=Kind.NOTE)
        case _:
            return _ours(event)


def _ours(event: Event) -> Item | None:
    at = event.at
    match event.fact:
        case f.UserActed(action=action, text=text) if action != "prompt":
            words = f"you: {action}" + (f"  {text}" if text else "")
            return Item(Kind.NOTE, at, "·", one_line(words, limit=300))
        case f.StepAnnounced(step=step, number=number, of=of, in_s=in_s):
            return Item(Kind.NOTICE, at, "▲", f"{step} in {spell(in_s)} · {number} of {of}")
        case f.StepTaken(step=step, number=number, of=of, no_progress_s=quiet):
            return Item(
                Kind.NOTICE, at, "▲", f"{step} after {spell(quiet)} without progress · {number} of {of}"
            )
        case f.StepCancelled(step=step, later_s=later):
            how = f"put off by {spell(later)}" if later else "cancelled"
            return Item(Kind.NOTE, at, "·", f"{step} {how}")
        case f.RunPlanned(in_s=in_s, why=why):
            return Item(
                Kind.NOTICE, at, "↻", f"another run in {spell(in_s)}" + (f" · {one_line(why)}" if why else "")
            )
        case f.BudgetChanged(what=what, text=told):
            kind = Kind.NOTE if what in ("allowed", "goes on") else Kind.NOTICE
            return Item(kind, at, "$", f"budget: {what}" + (f" · {one_line(told)}" if told else ""))
        case f.RecordingChanged(on=on, reason=reason):
            words = "recording goes on" if on else "not recording"
            return Item(
                Kind.NOTE if on else Kind.NOTICE,
                at,
                "·" if on else "!",
                one_line(f"{words} · {reason}" if reason else words),
            )
        case _:
            return None


def spell(seconds: float) -> str:
    """Return a duration as a sentence writes it: `0.4 s`, `12 s`, `1m 48s`, `2h 05m`."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60}m {whole % 60:02}s"
    return f"{whole // 3_600}h {whole % 3_600 // 60:02}m"
