"""What the parts of the emulated screen share: its fields, by their types, and nothing that acts.

The parts (`feeding`, `drawing`, `editing`, `motion`, `modes`, `strings`, `replies`, `resize`) are mixed into one
subclass of `pyte.Screen` in `emulator`, the only place that knows pyte. They override pyte's handlers under pyte's names
and keep its conventions: modes are numbers in a set, private ones shifted by five bits; the cursor counts from 0; a
cursor at `x == columns` has just filled the last column and wraps before the next character.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from tui.protocol.screen import CellStyle
from tui.terminal.cells import Clusters, Row
from tui.terminal.colours import Palette
from tui.terminal.parser import Machine
from tui.terminal.scrollback import Scrollback
from tui.terminal.signals import TerminalSignal
from tui.terminal.styles import Styles


def private(mode: int) -> int:
    """A DEC private mode as pyte keeps it in `mode`."""
    return mode << 5


IRM: Final = 4
LNM: Final = 20
DECSCNM: Final = private(5)
DECOM: Final = private(6)
DECAWM: Final = private(7)
DECTCEM: Final = private(25)
SYNCHRONIZED: Final = private(2026)


class CursorLike(Protocol):
    """pyte's cursor, as far as the parts use it."""

    x: int
    y: int
    hidden: bool


class Saved(msgspec.Struct, frozen=True):
    """What DECSC keeps."""

    x: int = 0
    y: int = 0
    style: CellStyle = CellStyle()
    graphics: tuple[bool, bool] = (False, False)
    """Whether G0 and G1 are the line drawing set."""
    charset: int = 0
    is_origin: bool = False


class ScreenState:
    """Fields of the screen. Annotations only; `emulator` fills them."""

    columns: int
    lines: int
    cursor: CursorLike
    mode: set[int]
    tabstops: set[int]
    title: str
    charset: int

    rows: list[Row]
    """The rows shown: one of the two below."""
    main_rows: list[Row]
    alternate_rows: list[Row]
    top: int
    """First row of the scrolling region."""
    bottom: int
    """Last row of the scrolling region."""

    pen: str
    """Style of what is printed, as a member of `Row.styles`."""
    blank_pen: str
    """The pen after SGR 0: the default style, in the open OSC 8 link if there is one."""
    last: str
    """Text directly before the control function being performed; REP repeats its last glyph."""
    was_text: bool
    """The output so far ends in text, which a following mark or joiner goes on."""
    is_direct: bool
    """No insert mode and no line drawing: text goes to the cells as it is."""
    graphics: list[bool]
    """Whether G0 and G1 are the line drawing set."""
    shape: int
    """DECSCUSR."""

    saved: list[Saved]
    """DECSC slots of the main and the alternate screen."""
    keyboard: list[list[int]]
    """Kitty keyboard flags of the main and the alternate screen, the newest last; never empty."""
    modify_other_keys: int
    saved_modes: dict[int, bool]
    """XTSAVE: private modes and whether they were set."""
    fills: dict[str, str]
    """Style of blanks by pen; see `Editing.fill`."""
    titles: list[str]

    styles: Styles
    clusters: Clusters
    scrollback: Scrollback
    machine: Machine
    palette: Palette
    own_colours: dict[str, int]
    """Colours that the child set by OSC, by the number that it used (`10`, `4;7`)."""
    has_focus: bool

    reply: Callable[[bytes], None]
    signal: Callable[[TerminalSignal], None]

    @property
    def is_alternate(self) -> bool:
        """Whether the alternate screen is shown."""
        return self.rows is self.alternate_rows

    @property
    def style(self) -> CellStyle:
        """Style of what is printed."""
        return self.styles.by_number[ord(self.pen)]
