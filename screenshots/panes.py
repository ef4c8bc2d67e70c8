"""Draw real programs in a pane: `python -m screenshots.panes [--to FOLDER] [NAME …]`.

vttest's menus 1 and 2 and some full-screen programs, driven under a pseudo-terminal with the emulator as their terminal, and
agent CLIs as recorded; drawn with the dashboard's own code and colours. They depend on what is installed, so no check compares them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from rich.segment import Segment, Segments

from screenshots.render import FOLDER
from screenshots.svg import png_of, svg
from tests.oracle.session import Session
from tests.oracle.shell import shell
from tui.protocol.screen import WinSize
from tui.terminal.emulator import Emulator
from tui.ui.cellstyle import StyleTable
from tui.ui.theme import terminal_palette

_VTTEST: Final = WinSize(24, 80)
_SIZE: Final = WinSize(30, 100)
_PIXELS_A_COLUMN: Final = 9
_WIDE: Final = "ünïcödé"
"""In place of wide glyphs, which the pictures' font lacks."""

RECORDINGS: Final = Path(__file__).parent.parent / "tests" / "corpus" / "terminal"
AGENTS: Final = (
    ("claude", "claude-turn", 0.42),
    ("codex", "codex-inline", 1.0),
    ("copilot", "copilot-turn", 0.75),
)
"""Name of the picture, recording, and how much of it is played."""


class Recorded(NamedTuple):
    """What somebody else's session left on the screen."""

    emulator: Emulator


Shots = Iterator[tuple[str, Session | Recorded]]


def picture(session: Session | Recorded) -> bytes | None:
    """What a session shows, as PNG; None without the fonts."""
    palette = terminal_palette("dark")
    table = StyleTable(palette.foreground, palette.background, palette.colours)
    emulator = session.emulator
    size = emulator.size
    parts: list[Segment] = []
    for y in range(size.rows):
        strip = table.strip(*emulator.line(y), size.cols, reverse_screen=emulator.modes.reverse_screen)
        parts += [*strip, Segment.line()]
    drawn = svg(Segments(parts), (size.cols, size.rows), palette.background)
    return png_of(drawn, size.cols * _PIXELS_A_COLUMN)


def vttest(folder: Path) -> Shots:
    """Menus 1 and 2, each of their screens."""
    with Session(["vttest", "24x80.80"], {"PATH": "/usr/bin:/bin", "LANG": "C"}, folder, _VTTEST) as session:
        for menu in "12":
            session.until("Enter choice number")
            session.keys(f"{menu}\r")
            session.until(lambda: "Enter choice number" not in session.text)
            for number in range(1, 40):
                session.until(lambda: "RETURN" in session.text or "Enter choice number" in session.text)
                if "Enter choice number" in session.text:
                    break
                yield f"vttest-{menu}-{number:02}", session
                session.keys("\r")


def vim(folder: Path) -> Shots:
    """An editor with windows, colours and a search."""
    with shell(folder, _SIZE, wide=_WIDE) as session:
        session.keys("vim -u NONE -N -i NONE -n code.py\r")
        session.until("def f0")
        session.keys(":syntax on\r:set number ruler hlsearch\r:vsplit long.txt\r:split code.py\r/number\r")
        session.until("long.txt")
        yield "pane-vim", session


def midnight_commander(folder: Path) -> Shots:
    """Boxes, menus and many colours."""
    with shell(folder, _SIZE, wide=_WIDE) as session:
        session.keys("mc -u\r")
        session.until("code.py")
        session.keys("\x1b[20~\r")
        session.until("File listing")
        yield "pane-mc", session


def tig(folder: Path) -> Shots:
    """A log beside a change."""
    with shell(folder, _SIZE, wide=_WIDE) as session:
        session.keys("tig\r")
        session.until("Change 5")
        session.keys("j\r")
        session.until("diff --git")
        yield "pane-tig", session


def agents(folder: Path) -> Shots:
    """Agent CLIs as they drew themselves when they were recorded: a turn of Claude Code, Codex, and Copilot."""
    del folder
    for name, recording, share in AGENTS:
        data = (RECORDINGS / f"{recording}.bin").read_bytes()
        emulator = Emulator(_SIZE)
        emulator.feed(data[: round(len(data) * share)])
        yield f"pane-{name}", Recorded(emulator)


DRAWINGS: Final[dict[str, Callable[[Path], Shots]]] = {
    "vttest": vttest,
    "vim": vim,
    "mc": midnight_commander,
    "tig": tig,
    "agents": agents,
}


def main() -> int:
    """Draw; returns the exit code."""
    parser = argparse.ArgumentParser(prog="screenshots.panes", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(DRAWINGS)}; all if none is named")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the pictures")
    given = parser.parse_args()
    if unknown := set(given.names) - DRAWINGS.keys():
        parser.error(f"no such drawing: {', '.join(sorted(unknown))}")
    given.to.mkdir(parents=True, exist_ok=True)
    for name in given.names or DRAWINGS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for shot, session in DRAWINGS[name](Path(folder)):
                drawn = picture(session)
                if drawn is None:
                    sys.stderr.write("no picture: the DejaVu fonts are missing\n")
                    return 1
                (given.to / f"{shot}.png").write_bytes(drawn)
                sys.stdout.write(f"{shot}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
