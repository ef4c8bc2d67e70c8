"""Notifications of the desktop through a terminal: which sequence it understands, and the bytes. Pure.

Sources: OSC 9 iTerm2 "Proprietary Escape Codes"; OSC 777 rxvt-unicode's notify extension, also of WezTerm, Ghostty and foot;
OSC 99 kitty "Desktop notifications"; tmux(1) allow-passthrough. A terminal does not answer to the first two, so it is known by name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from tui.core.notify import Desktop
from tui.core.text import one_line

BELL: Final = "\x07"
TITLE_MAX: Final = 80
BODY_MAX: Final = 240
"""Characters; base64 of four bytes each stays below the 2,048 bytes that kitty takes in one piece."""

_BY_NAME: Final = (
    (Desktop.OSC99, ("kitty",)),
    (Desktop.OSC777, ("ghostty", "wezterm", "foot", "rxvt", "contour")),
    (Desktop.OSC9, ("iterm", "warp")),
)
_NAMED_BY: Final = ("TERM_PROGRAM", "TERM", "LC_TERMINAL")
_MARKED_BY: Final = {
    "KITTY_WINDOW_ID": "kitty",
    "WEZTERM_PANE": "wezterm",
    "GHOSTTY_RESOURCES_DIR": "ghostty",
}
_NO_ID: Final = re.compile(r"[^a-zA-Z0-9_-]")


class Tmux(NamedTuple):
    """What tmux says of itself."""

    passes: bool
    """It hands on what is wrapped for the terminal around it."""
    terminal: str
    """How that terminal is called."""


class Way(NamedTuple):
    """How the desktop is reached."""

    kind: Desktop
    """OFF: not at all, or by the bell."""
    wrapped: bool = False
    """For tmux."""
    rings: bool = False
    """The bell stands for it."""
    why: str = ""
    """In words, for whoever wonders."""


def choose(wanted: Desktop, env: Mapping[str, str], tmux: Tmux | None) -> Way:
    """Return how the desktop is reached.

    Args:
        wanted: As configured.
        env: The dashboard's environment.
        tmux: What tmux says, inside one.
    """
    if wanted is Desktop.OFF:
        return Way(Desktop.OFF, why="desktop is off")
    if env.get("STY") or env.get("ZELLIJ"):
        return _ring(f"{'GNU screen' if env.get('STY') else 'Zellij'} hands no notification on")
    inside = bool(env.get("TMUX"))
    if inside and (tmux is None or not tmux.passes):
        return _ring("tmux hands nothing on: set -g allow-passthrough on")
    # What the environment of a tmux says of terminals is that of whoever started it.
    name = tmux.terminal if inside and tmux is not None else _name(env)
    kind = wanted if wanted is not Desktop.AUTO else _known(name)
    if kind is None:
        return _ring(f"{one_line(name, limit=40) or 'this terminal'} is not known to show notifications")
    return Way(kind, wrapped=inside, why=f"{kind} for {one_line(name, limit=40) or 'this terminal'}")


def _ring(why: str) -> Way:
    return Way(Desktop.OFF, rings=True, why=why)


def _name(env: Mapping[str, str]) -> str:
    marks = [name for variable, name in _MARKED_BY.items() if env.get(variable)]
    return " ".join([*(env[name] for name in _NAMED_BY if env.get(name)), *marks])


def _known(name: str) -> Desktop | None:
    lower = name.lower()
    return next((kind for kind, words in _BY_NAME if any(word in lower for word in words)), None)


def read_tmux(answer: str) -> Tmux:
    """Return what `tmux display-message -p` says to `ASK_TMUX`."""
    passes, _, terminal = answer.strip().partition("\t")
    # Before 3.4 it was a flag, written 1.
    return Tmux(passes in ("1", "on", "all"), terminal.replace("\t", " "))


ASK_TMUX: Final = "#{allow-passthrough}\t#{client_termtype}\t#{client_termname}"


def sequence(way: Way, title: str, body: str, name: str = "") -> str:
    """Return what the terminal is sent.

    Args:
        way: How.
        title: Shown large.
        body: One line.
        name: Of what it is about: the next of the same name takes its place, where the terminal can.
    """
    title, body = one_line(title, limit=TITLE_MAX), one_line(body, limit=BODY_MAX)
    match way.kind:
        case Desktop.OSC9:
            # Never a digit in front: `9;4;…` is a progress bar.
            made = f"\x1b]9;{'' if title[:1].isalpha() else 'agent-tui '}{title}: {body}\x07"
        case Desktop.OSC777:
            made = f"\x1b]777;notify;{title.replace(';', ',')};{body.replace(';', ',')}\x07"
        case Desktop.OSC99:
            about = f"i={_NO_ID.sub('-', name)[:60] or 'agent-tui'}:e=1"
            made = (
                f"\x1b]99;{about}:d=0;{_base64(title)}\x1b\\\x1b]99;{about}:d=1:p=body;{_base64(body)}\x1b\\"
            )
        case _:
            return BELL if way.rings else ""
    return wrap(made) if way.wrapped else made


def wrap(made: str) -> str:
    """Return a sequence so that tmux hands it on to the terminal around it."""
    return "\x1bPtmux;" + made.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def title_text(waiting: int, project: str, *, ascii_only: bool = False) -> str:
    """Return the terminal's title: `(2) agent-tui · shop-api`."""
    parts = [f"({waiting}) agent-tui" if waiting else "agent-tui"]
    if project := one_line(project, limit=TITLE_MAX):
        parts.append(project)
    return (" - " if ascii_only else " · ").join(parts)
