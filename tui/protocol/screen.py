"""Screen content as values: what a host's emulator shows and a dashboard draws.

A row is a list of runs; a run is text of one style with its width in cells. Styles are numbered per message
(`Frame.styles`), so that a message stands alone and no table grows with the connection.

Text in runs never holds control characters (C0, DEL, C1): the emulator keeps them out, the view asserts it.
"""

from __future__ import annotations

from typing import Final

import msgspec

DEFAULT_COLOUR: Final = -1
"""The terminal's own foreground or background."""

TRUE_COLOUR: Final = 1 << 24
"""Bit that marks a colour as `0x1RRGGBB`; smaller values are palette indexes 0..255."""

OWN_FOREGROUND: Final = 256
OWN_BACKGROUND: Final = 257
OWN_CURSOR: Final = 258
"""Keys of `Frame.colours` beyond the palette, as xterm numbers them."""

BOLD: Final = 1 << 0
DIM: Final = 1 << 1
ITALIC: Final = 1 << 2
UNDERLINE: Final = 1 << 3
"""Single underline; double, curly, dotted and dashed add their own bit."""
BLINK: Final = 1 << 4
REVERSE: Final = 1 << 5
CONCEAL: Final = 1 << 6
STRIKE: Final = 1 << 7
OVERLINE: Final = 1 << 8
DOUBLE: Final = 1 << 9
CURLY: Final = 1 << 10
DOTTED: Final = 1 << 11
DASHED: Final = 1 << 12


class WinSize(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Size of a terminal in cells. Mind the orders: pyte takes (columns, lines), ptyprocess (rows, cols)."""

    rows: int
    cols: int


class CellStyle(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How a cell looks. Colours: `DEFAULT_COLOUR`, 0..255, or `TRUE_COLOUR | 0xRRGGBB`."""

    fg: int = DEFAULT_COLOUR
    bg: int = DEFAULT_COLOUR
    attrs: int = 0
    """Sum of the bits above."""
    underline_colour: int = DEFAULT_COLOUR
    link: str = ""
    """URI of an OSC 8 link, at most 2 kB of printable ASCII; empty for none."""


class Run(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Text of one style on one row."""

    text: str
    cells: int
    """Width in cells: a wide glyph counts two."""
    style: int
    """Index into the message's `styles`."""


Line = list[Run]
"""One row from column 0; missing cells at the right are blank in the default style."""


class Cursor(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where the cursor stands, 0-based, always inside the screen."""

    x: int = 0
    y: int = 0
    visible: bool = True
    shape: int = 0
    """DECSCUSR: 0 default, 1/2 block, 3/4 underline, 5/6 bar (odd blinks)."""


class Modes(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the child asked of its terminal, as far as a dashboard must know it."""

    alternate: bool = False
    mouse: int = 0
    """0 none, or 9, 1000, 1002, 1003: which events the child wants."""
    bracketed_paste: bool = False
    focus_events: bool = False
    application_cursor: bool = False
    kitty_flags: int = 0
    reverse_screen: bool = False
    """DECSCNM: swap default foreground and background when drawing."""


class Frame(msgspec.Struct, frozen=True, tag="frame"):
    """The rows that changed since the last frame sent on this connection, and the state around them."""

    seq: int
    size: WinSize
    lines: dict[int, Line]
    """Row (0-based from the top of the screen) to its whole new content."""
    styles: list[CellStyle]
    cursor: Cursor
    modes: Modes
    title: str = ""
    history: int = 0
    """Lines in the scrollback now, 0..its bound."""
    history_pushed: int = 0
    """Lines ever pushed into the scrollback: a view scrolled back stays still by the difference."""
    complete: bool = False
    """True if `lines` holds every row (first frame, resize)."""
    wrapped: list[int] = []
    """Rows that go on in the next one (soft wrap), of the whole screen."""
    colours: dict[int, int] = {}
    """Colours that the child changed (OSC 4, 10, 11, 12), `0xRRGGBB` by palette index; see `OWN_FOREGROUND`."""


class History(msgspec.Struct, frozen=True, tag="history"):
    """Part of the scrollback, pulled by a request."""

    first: int
    """Index of the first line, 0 = the oldest line kept."""
    lines: list[Line]
    wrapped: list[bool]
    """Per line: True if it goes on in the next one (soft wrap)."""
    styles: list[CellStyle]
    history: int
    history_pushed: int
    texts: list[str] = []
    """The lines as text, in place of `lines`, where that was asked for."""
    prompts: list[int] = []
    """Absolute numbers of the lines where prompts begin, in scrollback and screen, ascending."""
