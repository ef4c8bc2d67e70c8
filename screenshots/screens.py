"""What the interactive agents of the pictures draw: bytes for a terminal of any size, fed through the real emulator."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import Final

from tui.protocol.screen import Frame, WinSize
from tui.terminal.emulator import Emulator
from tui.terminal.frames import FrameSource

Drawing = Callable[[WinSize], str]

_RESET: Final = "\x1b[0m"


def _ink(colour: str, text: str, *, bold: bool = False) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"\x1b[{'1;' if bold else ''}38;2;{red};{green};{blue}m{text}{_RESET}"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}{_RESET}"


def _muted(text: str) -> str:
    return f"\x1b[90m{text}{_RESET}"


def _ansi(number: int, text: str, *, bold: bool = False) -> str:
    return f"\x1b[{'1;' if bold else ''}{number}m{text}{_RESET}"


def _page(lines: Sequence[str], size: WinSize, *, cursor: str = "") -> str:
    """Show the last lines that fit, as a program that scrolls does; then put the cursor where it belongs."""
    return "\x1b[2J\x1b[H" + "\r\n".join(lines[-size.rows :]) + cursor


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest)


def codex(size: WinSize) -> str:
    """An agent that asks for leave to run a command."""
    width = size.cols
    code = {"time.time": _ansi(33, "time.time"), "time.monotonic": _ansi(33, "time.monotonic")}
    prose = _wrapped(
        "The fixture freezes time.time and forgets time.monotonic; the retry loop reads both. "
        "I will clear the cache and reproduce it before changing code.",
        min(width, 82),
        "• ",
        "  ",
    )
    for plain, coloured in code.items():
        prose = [line.replace(plain, coloured) for line in prose]
    prose[0] = prose[0].replace("•", _muted("•"), 1)
    command = _wrapped(
        "$ rm -rf .pytest_cache && pytest -x -q --count 50 tests/test_clock.py", width - 2, "  ", "    "
    )
    command[0] = command[0].replace("$", _ansi(34, "$"), 1)
    choices = [
        _ansi(34, "› 1. Yes, proceed (y)", bold=True),
        *_wrapped(
            "2. Yes, and don't ask again for commands that start with `pytest` (p)", width, "  ", "     "
        ),
        "  3. No, and tell Codex what to do differently (esc)",
    ]
    lines = [
        f"› {_bold('the clock tests fail about once in fifty runs, find out why and fix it')}",
        "",
        f"{_muted('•')} {_bold('Explored')}",
        f"  {_muted('└')} {_ansi(34, 'Read')} tests/test_clock.py, src/clock.py",
        f"    {_ansi(34, 'Search')} time.time in src/",
        "",
        *prose,
        "",
        f"  {_bold('Would you like to run the following command?')}",
        "",
        *(
            _muted(line)
            for line in _wrapped(
                "Reason: clear stale results, then repeat the clock tests until one fails", width, "  ", "  "
            )
        ),
        *command,
        "",
        *choices,
    ]
    return _page(lines, size, cursor="\x1b[?25l")


_GROUNDS: Final = {
    "dark": ("\x1b[48;2;49;25;31m", "\x1b[48;2;22;41;31m"),
    "light": ("\x1b[48;2;248;224;224m", "\x1b[48;2;224;240;219m"),
}
_ORANGE: Final = {"dark": "#ff9a66", "light": "#ad3f0a"}


def _diff(number: int, sign: str, code: str, width: int, theme: str) -> str:
    """Draw a line of a diff as claude does: its ground fills the line."""
    if sign == " ":
        return f"     {_muted(f'{number:>2}')}   {code}"
    removed, added = _GROUNDS[theme]
    ground, tone = (removed, 31) if sign == "-" else (added, 32)
    text = f"     {number:>2} {sign}{code}"
    head = f"{ground}     \x1b[90m{number:>2} \x1b[{tone}m{sign}\x1b[39m{code}"
    return head + " " * max(0, width - len(text)) + _RESET


def claude(size: WinSize, typed: str = "", theme: str = "dark") -> str:
    """An agent in the middle of an edit, with its input line below."""
    width = size.cols
    orange = _ORANGE[theme]
    name = "App.__call__"
    prose = [
        line.replace(name, _ansi(34, name)).replace("let App", f"let {_ansi(34, 'App')}")
        for line in _wrapped(
            f"The router and the middleware chain are tangled in {name}. "
            "I'll move the table first, then let App delegate to it.",
            min(width, 80),
            "● ",
            "  ",
        )
    ]
    done = _ansi(32, "●")
    lines = [
        f"{_ink(orange, '✻')} {_bold('Claude Code')} {_muted('v2.1   opus-4.5 · ~/src/shop-api')}",
        "",
        f"> {_bold('move routing out of app.py; keep the public names')}",
        "",
        f"{done} {_bold('Read')}(src/app.py)",
        f"  {_muted('└  Read 412 lines')}",
        "",
        *prose,
        "",
        f"{done} {_bold('Update')}(src/http/router.py)",
        f"  {_muted('└')}  Added {_bold('38')} lines, removed {_bold('4')} lines",
        _diff(21, " ", "    def match(self, path: str) -> Match | None:", width, theme),
        _diff(22, "-", "         for r in self.routes:", width, theme),
        _diff(22, "+", "         for route in self._by_method[path.method]:", width, theme),
        _diff(23, "+", "             if params := route.parse(path):", width, theme),
        _diff(24, "+", "                 return Match(route, params)", width, theme),
        _diff(25, " ", "        return None", width, theme),
        "",
    ]
    if size.rows >= 24:
        dots = "." * min(54, width - 28)
        lines += [
            f"{done} {_bold('Bash')}(pytest tests/http -q)",
            f"  {_muted(f'└  {dots}')}  54 passed in 2.31s",
            "",
            f"● Routing is out of {_ansi(34, 'app.py')}. {_ansi(34, 'App.add_route')} now delegates, so no caller changes.",
            "",
        ]
    busy = "Writing the changelog…" if typed else "Untangling…"
    lines += [
        f"{_ink(orange, f'✽ {busy}')} {_muted('(1m 12s · ↓ 4.1k tokens · esc to interrupt)')}",
        "",
        _muted("─" * width),
        f"> {typed}",
        _muted("─" * width),
        f"  {_muted('? for shortcuts')}",
    ]
    return _page(lines, size, cursor=f"\x1b[2A\r\x1b[{2 + len(typed)}C")


def claude_typed(size: WinSize) -> str:
    """The same with a sentence half typed."""
    return claude(size, "also rename match() to resolve(), keep an alias")


def claude_light(size: WinSize) -> str:
    """The same in the colours that it takes on a light ground."""
    return claude(size, theme="light")


def idle(size: WinSize) -> str:
    """An agent that waits for a prompt."""
    return _page([f"{_ink('#ff9a66', '✻')} {_bold('Claude Code')}", "", _muted("─" * size.cols), "> "], size)


def frame(drawing: Drawing, size: WinSize) -> Frame:
    """Return what the emulator shows of a drawing."""
    emulator = Emulator(size)
    emulator.feed(drawing(size).encode())
    found = FrameSource(emulator).frame(force_full=True)
    assert found is not None, "a full frame was asked for"
    return found
