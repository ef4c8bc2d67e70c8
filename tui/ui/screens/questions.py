"""What confirmations ask: the thing by its name, what it does now, what will happen, what is kept."""

from __future__ import annotations

from collections.abc import Sequence

from tui.core import figures
from tui.core.attention import LOOK
from tui.core.text import one_line
from tui.ui import look
from tui.ui.agents import is_alive, state_of
from tui.ui.look import View


class Question:
    """What a confirmation says.

    Attributes:
        title: Names the thing: `Kill api-refactor?`.
        said: What it does now and what will happen, a paragraph each.
        kept: What is not lost; muted.
    """

    def __init__(self, title: str, said: list[str], kept: str = "") -> None:
        self.title = title
        self.said = said
        self.kept = kept

    def same(self, other: Question) -> bool:
        """True if it would read the same."""
        return (self.title, self.said, self.kept) == (other.title, other.said, other.kept)


def _doing(view: View) -> str:
    status = view.status
    word = LOOK[state_of(view)].word
    headline = one_line(status.headline, limit=80)
    waits = f"It waits for you ({word})" if status.request is not None else f"It is {word}"
    return f"{waits}: {headline.removeprefix(f'{word.capitalize()}: ')}" if headline else f"{waits}."


def _kept(view: View) -> str:
    return "Its session can be resumed." if view.status.session_id else "It has no session to resume."


def kill_question(view: View) -> Question:
    """Ask before an agent is killed."""
    status = view.status
    below = max(0, status.processes - 1)
    processes = f" and {figures.counted(below, 'process', 'processes')} below it" if below else ""
    spec = view.spec
    wait = f"{spec.stop_wait_s:g} s" if spec is not None else "5 s"
    runtime = look.short_runtime(status.runtime, spec)
    pid = f" (pid {status.pid})" if status.pid else ""
    what = f"{runtime}{pid}{processes} {'get' if below else 'gets'} SIGINT, SIGTERM after {wait}, SIGKILL after {wait} more."
    return Question(f"Kill {status.name}?", [_doing(view), what], _kept(view))


def restart_question(view: View) -> Question:
    """Ask before an agent is started anew."""
    status = view.status
    alive = "Its run is ended first. " if is_alive(view) else ""
    what = f"{alive}A new run starts with the original prompt and a fresh session."
    return Question(f"Restart {status.name}?", [_doing(view), what], _kept(view))


def resume_question(view: View) -> Question:
    """Ask before an agent that has stalled is ended, to go on with its session."""
    what = "Its run is ended first: SIGINT, then harder. Then a new run goes on with its session."
    return Question(f"Resume {view.status.name}?", [_doing(view), what], "The session is kept.")


_NAMED = 8
"""So many agents are named in a question; of the rest the number is told."""
_WHAT = {
    "resume": "Their runs are ended first, then new ones go on with their sessions.",
    "kill": "Each gets SIGINT, then SIGTERM, then SIGKILL, with everything below it.",
    "restart": "Runs are ended first. New ones start with the original prompts and fresh sessions.",
}


def many_question(verb: str, views: Sequence[View]) -> Question:
    """Ask before something happens to several agents."""
    named = [f"{view.status.name} ({LOOK[state_of(view)].word})" for view in views[:_NAMED]]
    rest = f" and {len(views) - _NAMED} more" if len(views) > _NAMED else ""
    kept = "" if verb == "restart" else _all_kept(views)
    title = f"{verb.capitalize()} {len(views)} agent{'s' if len(views) != 1 else ''}?"
    return Question(title, [f"{', '.join(named)}{rest}.", _WHAT[verb]], kept)


def forget_question(view: View) -> Question:
    """Ask before a finished agent is removed."""
    said = "Its settings, event log and recording are deleted. Files that it wrote stay."
    return Question(f"Forget {view.status.name}?", [said])


def stop_question(views: Sequence[View]) -> Question:
    """Ask before all agents are stopped."""
    states: dict[str, int] = {}
    for view in views:
        word = LOOK[state_of(view)].word
        states[word] = states.get(word, 0) + 1
    said = ", ".join(f"{number} {word}" for word, number in states.items())
    title = f"Stop all {len(views)} agents?" if len(views) > 1 else f"Stop {views[0].status.name}?"
    return Question(title, [f"{said}. The dashboard closes."], _all_kept(views))


def _all_kept(views: Sequence[View]) -> str:
    """Say how many sessions can be resumed."""
    with_one = sum(bool(view.status.session_id) for view in views)
    if len(views) == 1:
        return _kept(views[0])
    if with_one == len(views):
        return "Their sessions can be resumed."
    if not with_one:
        return "None of them has a session to resume."
    rest = len(views) - with_one
    sessions = "The session of 1" if with_one == 1 else f"The sessions of {with_one}"
    return f"{sessions} can be resumed; {rest} {'has' if rest == 1 else 'have'} none."
