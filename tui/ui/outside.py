"""An agent's lines in the user's own editor or pager, with the dashboard out of the way meanwhile."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from textual.app import SuspendNotSupported

from tui.ui.clipboard import to_file
from tui.ui.reading import Texts
from tui.ui.rescue import Terminal

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

_VARIABLES: Final = {"editor": ("VISUAL", "EDITOR"), "pager": ("PAGER",)}
_USUAL: Final = {"editor": ("nano", "vim", "vi"), "pager": ("less", "more")}


def whole_text(texts: Texts) -> str:
    """Return lines as a file: soft wraps joined, no blank lines at the end."""
    joined: list[str] = []
    goes_on = False
    for line in texts.lines:
        cut = line.text if line.wrapped else line.text.rstrip()
        if goes_on:
            joined[-1] += cut
        else:
            joined.append(cut)
        goes_on = line.wrapped
    return "\n".join(joined).rstrip("\n") + "\n"


def command(kind: str, environment: Mapping[str, str]) -> Sequence[str] | None:
    """Return the user's editor or pager as a command line, or a usual one; None if there is none.

    Raises:
        ValueError: The variable cannot be read as a command line.
    """
    for name in _VARIABLES[kind]:
        if value := environment.get(name, "").strip():
            return shlex.split(value)
    return next(((each,) for each in _USUAL[kind] if shutil.which(each, path=environment.get("PATH"))), None)


async def open_lines(app: DashboardApp, texts: Texts, kind: str) -> None:
    """Show lines in the user's editor or pager; the dashboard comes back when it ends."""
    try:
        argv = command(kind, os.environ)
    except ValueError as error:
        app.say(f"${_VARIABLES[kind][0]} is no command line: {error}.", severity="error")
        return
    if argv is None:
        app.say(f"No {kind} was found: set ${_VARIABLES[kind][-1]}.", severity="error")
        return
    path = await asyncio.to_thread(to_file, whole_text(texts).encode(errors="replace"))
    try:
        with app.suspend():
            end = run_outside([*argv, str(path)])
    except SuspendNotSupported:
        app.say(f"This terminal cannot be left. The lines are in {path}")
        return
    finally:
        app.redraw()
    _tidy(app, path, argv, end, kind)


def _tidy(app: DashboardApp, path: Path, argv: Sequence[str], end: int | OSError, kind: str) -> None:
    name = Path(argv[0]).name  # a line said in passing is short: what matters must fit
    if isinstance(end, OSError):
        path.unlink(missing_ok=True)
        app.say(f"Cannot start {name}: {end.strerror or end}.", severity="error")
    elif end < 0:
        app.say(f"{name} was ended by {signal.Signals(-end).name}. The lines: {path}", severity="warning")
    elif end:
        app.say(f"{name} ended with {end}. The lines: {path}", severity="warning")
    elif kind == "pager":
        path.unlink(missing_ok=True)
    else:
        app.say(
            f"The lines stay in {path}"
        )  # an editor may have a window of its own, and still need the file


def run_outside(argv: Sequence[str]) -> int | OSError:
    """Run a program on our terminal, and put the terminal right after one that failed.

    Returns:
        Its exit code, below zero for a signal; or why it could not be started. Nothing may be raised here: the dashboard
        would not get its terminal back.
    """
    before = Terminal()
    with _signals_left_alone():
        try:
            code = subprocess.run(argv, check=False).returncode
        except OSError as error:
            return error
    if code:
        before.mend()
    return code


@contextmanager
def _signals_left_alone() -> Iterator[None]:
    """Keep ctrl+c and the like from us: in the other program they are not meant for us.

    Handlers that do nothing, for an ignored signal would stay ignored in that program; and no word of it to the loop,
    which would hear of it afterwards.
    """
    wakeup = signal.set_wakeup_fd(-1)
    before = {number: signal.signal(number, _nothing) for number in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
            signal.siginterrupt(number, False)
        signal.set_wakeup_fd(wakeup)


def _nothing(number: int, frame: FrameType | None) -> None:
    """Take a signal that was not meant for us."""
