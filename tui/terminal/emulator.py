"""The emulator: pyte's screen with everything that modern full-screen programs need, and its face to the host.

`Screen` is a `pyte.Screen`. It keeps pyte's names, tables, cursor, tab stops and conventions and replaces what is wrong
or slow (cells, parser, printing, scrolling, resizing); ARCHITECTURE.md says what and why. This is the only module that
imports pyte. It runs on one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, Literal

import pyte.charsets
import pyte.escape
import pyte.screens
import pyte.streams

from tui.protocol.screen import (
    OWN_BACKGROUND,
    OWN_CURSOR,
    OWN_FOREGROUND,
    CellStyle,
    Cursor,
    Line,
    Modes,
    WinSize,
)
from tui.terminal.cells import Clusters, Row
from tui.terminal.colours import DEFAULT_PALETTE, Palette
from tui.terminal.feeding import Feeding
from tui.terminal.keys import KeyModes
from tui.terminal.modes import WHEEL_KEYS
from tui.terminal.mouse import MouseModes
from tui.terminal.parser import Decoder, Machine
from tui.terminal.prompts import Prompts
from tui.terminal.runs import StyleTable, row_line
from tui.terminal.scrollback import Scrollback
from tui.terminal.signals import Bell, PromptMark, TerminalSignal
from tui.terminal.state import SYNCHRONIZED, private
from tui.terminal.styles import Styles

_BEYOND: Final = {"10": OWN_FOREGROUND, "11": OWN_BACKGROUND, "12": OWN_CURSOR}

Damage = set[int] | Literal["all"]
"""Rows that changed, 0-based, or all of them."""


class Screen(Feeding, pyte.screens.Screen):
    """pyte's screen, made complete and fast."""

    cursor: pyte.screens.Cursor
    mode: set[int]
    line_drawing: ClassVar[dict[int, str]] = {
        code: pyte.charsets.VT100_MAP[code] for code in range(0x60, 0x7F)
    } | {ord("h"): "\u2424"}  # pyte has the Linux console's shade there

    def __init__(
        self,
        columns: int,
        lines: int,
        history_lines: int,
        palette: Palette,
        reply: Callable[[bytes], None],
        signal: Callable[[TerminalSignal], None],
    ) -> None:
        self.styles = Styles()
        self.clusters = Clusters()
        self.scrollback = Scrollback(history_lines, self.styles)
        self.machine = Machine(self)
        self.decoder = Decoder()
        self.palette = palette
        self.reply = reply
        self.signal = signal
        self.has_focus = False
        self.pens, self.positions, self.fills = {}, {}, {}
        super().__init__(columns, lines)
        self.mode.add(WHEEL_KEYS)  # pyte's constructor sets its own modes after the reset
        stream = pyte.streams.Stream
        self.bind_handlers(stream.basic, stream.escape, stream.csi)

    def reset(self) -> None:
        """RIS: as after power on."""
        title = getattr(self, "title", "")
        super().reset()
        self.title = title
        self.hard_reset()

    def bell(self, *args: object) -> None:
        """BEL."""
        self.signal(Bell())


class Emulator:
    """One child's terminal.

    Args:
        size: Rows and columns, each at least 1.
        history_lines: Bound of the scrollback.
        reply: Gets the answers to the child's questions, in order, for the child's input.
        signal: Gets what the child tells its terminal besides text.
        colours: The pane's colours, for children that ask.
    """

    def __init__(
        self,
        size: WinSize,
        *,
        history_lines: int = 10_000,
        reply: Callable[[bytes], None] | None = None,
        signal: Callable[[TerminalSignal], None] | None = None,
        colours: Palette = DEFAULT_PALETTE,
    ) -> None:
        self.prompts = Prompts()
        """Where prompts began, to jump to."""
        self._signal = signal or _nothing
        self._screen = Screen(
            max(1, size.cols),
            max(1, size.rows),
            history_lines,
            colours,
            reply or _nothing,
            self._signalled,
        )
        self._taken: list[tuple[str, str]] = []
        self._taken_of: object = None

    def feed(self, data: bytes) -> None:
        """Apply output from the child.

        Args:
            data: Raw bytes; may end inside a UTF-8 character or a control sequence. However the output is cut into
                calls, the screen is the same.

        Note:
            Never raises: unknown sequences are dropped.
        """
        self._screen.feed(data)

    def resize(self, size: WinSize) -> None:
        """Take a new size. Soft-wrapped lines of the main screen flow anew; the scrollback gives and takes rows."""
        screen = self._screen
        before, here = self._wraps(), self._here()
        first = here - len(before) + 1
        screen.resize(size.rows, size.cols)
        self.prompts.reflow(before, first, here, self._wraps(), self._here())

    def prompt_typed(self) -> None:
        """The user sent something from the line that the cursor is on."""
        if not self._screen.is_alternate:
            self.prompts.typed(self._here())

    def _signalled(self, signal: TerminalSignal) -> None:
        if isinstance(signal, PromptMark) and signal.kind == "A" and not self._screen.is_alternate:
            self.prompts.marked(self._here())
        self._signal(signal)

    def _here(self) -> int:
        """Absolute number of the main screen's line that the cursor is on."""
        screen = self._screen
        y = screen.saved[0].y if screen.is_alternate else screen.cursor.y
        return screen.scrollback.pushed + min(y, len(screen.main_rows) - 1)

    def _wraps(self) -> list[bool]:
        """For each line from the oldest to the cursor's, whether it goes on in the next; nothing if no prompt is known."""
        if not self.prompts.numbers:
            return []
        screen = self._screen
        upto = self._here() - screen.scrollback.pushed + 1
        return [*screen.scrollback.wraps, *(row.wrapped for row in screen.main_rows[:upto])]

    @property
    def size(self) -> WinSize:
        """Rows and columns."""
        return WinSize(self._screen.lines, self._screen.columns)

    @property
    def title(self) -> str:
        """The title that the child set; inert text."""
        return self._screen.title

    @property
    def modes(self) -> Modes:
        """What a dashboard must know of the child's modes."""
        return self._screen.modes

    @property
    def key_modes(self) -> KeyModes:
        """What `encode_key` must know."""
        return self._screen.key_modes

    @property
    def mouse_modes(self) -> MouseModes:
        """What `encode_mouse` must know."""
        screen = self._screen
        return MouseModes(
            tracking=screen.mouse_mode,
            sgr=private(1006) in screen.mode,
            alternate=screen.is_alternate,
            wheel_keys=WHEEL_KEYS in screen.mode,
            application_cursor=private(1) in screen.mode,
        )

    @property
    def private_modes(self) -> set[int]:
        """Numbers of the DEC private modes that are set."""
        return {mode >> 5 for mode in self._screen.mode if mode >= 32}

    @property
    def cursor(self) -> Cursor:
        """Where the cursor stands, always inside the screen."""
        screen = self._screen
        cursor = screen.cursor
        x = min(cursor.x, screen.columns - 1)
        return Cursor(x, cursor.y, not cursor.hidden, screen.shape)

    @property
    def synchronized(self) -> bool:
        """Whether the child holds back its screen (mode 2026)."""
        return SYNCHRONIZED in self._screen.mode

    @property
    def rows(self) -> list[Row]:
        """The rows shown, to read."""
        return self._screen.rows

    @property
    def styles(self) -> Styles:
        """Meaning of the rows' styles."""
        return self._screen.styles

    @property
    def clusters(self) -> Clusters:
        """Meaning of the rows' private code points."""
        return self._screen.clusters

    @property
    def scrollback(self) -> Scrollback:
        """The lines above the main screen."""
        return self._screen.scrollback

    @property
    def own_colours(self) -> dict[int, int]:
        """Colours that the child changed, as frames carry them."""
        return {
            _BEYOND[which] if which in _BEYOND else int(which[2:]): colour
            for which, colour in self._screen.own_colours.items()
        }

    def take_damage(self) -> Damage:
        """Return the rows whose content changed since the last call; `"all"` at first and after a resize."""
        styles, clusters = self.styles, self.clusters
        of = (self.size, styles.generation, clusters.generation)
        before, self._taken = self._taken, [(row.text, row.styles) for row in self.rows]
        if of != self._taken_of:
            self._taken_of = of
            return "all"
        return {y for y, (old, new) in enumerate(zip(before, self._taken, strict=True)) if old != new}

    def line(self, y: int) -> tuple[Line, list[CellStyle]]:
        """One row as runs, with the styles that they number."""
        table = StyleTable()
        return row_line(self.rows[y], self.styles, self.clusters, table), table.styles

    def text(self) -> list[str]:
        """The rows as text, without blanks at their ends."""
        expand = self.clusters.expand
        return [expand(row.text).rstrip(" ") for row in self.rows]

    def set_colours(self, palette: Palette) -> None:
        """The pane has other colours now; the child is told if it asked to be (mode 2031)."""
        screen = self._screen
        changed = screen.palette.is_dark != palette.is_dark
        screen.palette = palette
        if changed and private(2031) in screen.mode:
            screen.report_theme()

    def set_focus(self, focused: bool) -> None:
        """The pane got or lost the keyboard; the child is told if it asked to be (mode 1004)."""
        screen = self._screen
        if screen.has_focus != focused:
            screen.has_focus = focused
            if private(1004) in screen.mode:
                screen.report_focus()

    def finish(self) -> None:
        """The child has ended: what it asked of keys, mouse, paste and cursor is undone; the screen stays."""
        self._screen.reset_input()


def _nothing(_: object) -> None:
    """Who does not listen."""


__all__ = ["Damage", "Emulator", "Screen"]
