"""Check of `doctor`: what the terminal is and can do, as far as its environment and tmux tell; it is asked nothing itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from tui.cli.checks import Problem
from tui.cli.output import has_unicode

TMUX_S: Final = 2.0
ESCAPE_MS_MAX: Final = 50
"""A longer wait after Esc is felt."""
_KITTY_PROGRAMS: Final = frozenset({"ghostty", "kitty", "rio"})
_KITTY_TERMS: Final = ("xterm-kitty", "xterm-ghostty", "foot", "foot-extra", "rio")
_NO_KITTY_PROGRAMS: Final = frozenset({"Apple_Terminal"})

Ask = Callable[[str], str]
"""Gives the value of a server option of tmux; empty if it has none."""


def terminal(problems: list[Problem], env: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return what the terminal is and can do."""
    size = shutil.get_terminal_size((0, 0))
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    around = [
        name
        for name, variable in (("tmux", "TMUX"), ("screen", "STY"), ("ssh", "SSH_CONNECTION"))
        if env.get(variable)
    ]
    found: list[Problem] = []
    _drawing(env, size, found)
    multiplexer = tmux(found) if "tmux" in around else {}
    if interactive:  # a pipe is no terminal to mend
        problems += found
    return {
        "interactive": interactive,
        "term": env.get("TERM", ""),
        "true_colour": true_colour(env),
        "no_color": bool(env.get("NO_COLOR")),
        "utf8": has_unicode(),
        "size": f"{size.columns}x{size.lines}" if size.columns else "",
        "inside": ", ".join(around),
        "kitty_keys": kitty_keys(env),
        **multiplexer,
    }


def _drawing(env: Mapping[str, str], size: os.terminal_size, problems: list[Problem]) -> None:
    if env.get("TERM", "") in ("", "dumb"):
        problems.append(
            Problem("This terminal cannot draw a dashboard.", "Set TERM, such as xterm-256color.")
        )
    elif not true_colour(env) and not env.get("NO_COLOR"):
        problems.append(
            Problem(
                "This terminal does not say that it has true colour.",
                'If it has: export COLORTERM=truecolor. If not: theme = "ansi" under [dashboard].',
            )
        )
    if not has_unicode():
        problems.append(
            Problem(
                "The locale is not UTF-8.",
                'Set LANG, such as C.UTF-8; or glyphs = "ascii" under [dashboard].',
            )
        )
    if size.columns and (size.columns < 80 or size.lines < 24):
        problems.append(
            Problem(
                f"The terminal is {size.columns}×{size.lines}; below 80×24 only the list is shown.",
                "Make its window larger.",
            )
        )


def true_colour(env: Mapping[str, str]) -> bool:
    """Return whether the terminal says that it has 24-bit colour (https://github.com/termstandard/colors)."""
    return env.get("COLORTERM", "") in ("truecolor", "24bit") or env.get("TERM", "").endswith("-direct")


def kitty_keys(env: Mapping[str, str]) -> bool | None:
    """Return whether the terminal tells keys such as shift+enter apart by kitty's protocol; None if it must be asked."""
    if env.get("TMUX") or env.get("STY"):
        return False  # tmux has extended-keys instead; screen has nothing
    program, term = env.get("TERM_PROGRAM", ""), env.get("TERM", "")
    if program in _KITTY_PROGRAMS or term in _KITTY_TERMS or env.get("KITTY_WINDOW_ID"):
        return True
    return False if program in _NO_KITTY_PROGRAMS or term == "linux" else None


def _ask_tmux(option: str) -> str:
    try:
        done = subprocess.run(
            ["tmux", "show-options", "-sv", option],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TMUX_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()


def tmux(problems: list[Problem], ask: Ask = _ask_tmux) -> dict[str, Any]:
    """Return the options of tmux that matter here."""
    escape, clipboard, keys = (ask(name) for name in ("escape-time", "set-clipboard", "extended-keys"))
    if escape.isdecimal() and int(escape) > ESCAPE_MS_MAX:
        problems.append(
            Problem(
                f"tmux waits {escape} ms after each Esc.", "Put `set -s escape-time 10` into ~/.tmux.conf."
            )
        )
    if clipboard == "off":
        problems.append(
            Problem(
                "tmux gives nothing to the clipboard.",
                "Put `set -s set-clipboard external` into ~/.tmux.conf.",
            )
        )
    if keys == "off":
        problems.append(
            Problem(
                "tmux does not tell keys such as shift+enter and ctrl+enter apart.",
                "Put `set -s extended-keys on` into ~/.tmux.conf.",
            )
        )
    return {"tmux_escape_time_ms": escape, "tmux_clipboard": clipboard, "tmux_extended_keys": keys}
