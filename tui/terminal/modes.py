"""Modes: set and reset, the two screens, resets, the keyboard protocols' state."""

from __future__ import annotations

import msgspec

from tui.protocol.screen import CellStyle, Modes
from tui.terminal.cells import PLAIN, Row
from tui.terminal.drawing import Drawing
from tui.terminal.keys import KITTY_HONOURED, KeyModes
from tui.terminal.state import DECAWM, DECOM, DECSCNM, DECTCEM, IRM, Saved, private

COLUMN_SWITCH = 40
"""Whether DECCOLM (3) does anything: as in xterm, programs have to ask for it first."""
MOUSE_MODES = (9, 1000, 1002, 1003)
ALTERNATE_MODES = (47, 1047, 1049)

_FULL_SCREEN_MODES = (*ALTERNATE_MODES, 1048)
_KEPT_MODES = (
    1,
    5,
    6,
    7,
    12,
    25,
    COLUMN_SWITCH,
    45,
    66,
    1004,
    1005,
    1006,
    1007,
    1015,
    1016,
    2004,
    2026,
    2031,
    2048,
)

KNOWN_PRIVATE = frozenset((*_KEPT_MODES, *MOUSE_MODES, *_FULL_SCREEN_MODES))
"""Private modes that are kept and reported as set or reset."""
ALWAYS_SET = frozenset((2027,))
"""Grapheme clusters: always laid out as such."""
NEVER_SET = frozenset((3, 67))
"""Known and never set: 132 columns; the keyboard's backspace key."""

WHEEL_KEYS = private(1007)
"""On from the start, as in most terminals: the wheel scrolls pagers and editors that know no mouse."""
_INPUT_MODES = (1, 66, *MOUSE_MODES, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048)
_KEYBOARDS_MAX = 32
_TITLES_MAX = 10


class ModeSetting(Drawing):
    """What the child sets and resets."""

    def set_mode(self, *modes: int, **kwargs: object) -> None:
        """SM: insert mode and newline mode."""
        self.mode.update(mode for mode in modes if mode in (4, 20))
        self.choose_path()

    def reset_mode(self, *modes: int, **kwargs: object) -> None:
        """RM."""
        self.mode.difference_update(mode for mode in modes if mode in (4, 20))
        self.choose_path()

    def set_private_mode(self, *modes: int) -> None:
        """DECSET. Unknown modes are ignored."""
        for mode in modes:
            if mode in KNOWN_PRIVATE or mode == 3:
                self._change(mode, True)

    def reset_private_mode(self, *modes: int) -> None:
        """DECRST."""
        for mode in modes:
            if mode in KNOWN_PRIVATE or mode == 3:
                self._change(mode, False)

    def save_private_modes(self, *modes: int) -> None:
        """XTSAVE."""
        for mode in modes:
            if mode in KNOWN_PRIVATE:
                self.saved_modes[mode] = private(mode) in self.mode

    def restore_private_modes(self, *modes: int) -> None:
        """XTRESTORE."""
        for mode in modes:
            if mode in self.saved_modes:
                self._change(mode, self.saved_modes[mode])

    def _change(self, mode: int, on: bool) -> None:
        if mode in ALTERNATE_MODES:
            self._switch(mode, on)
            return
        if mode == 3:
            self._switch_columns()
            return
        if mode == 1048:
            (self.save_cursor if on else self.restore_cursor)()
            return
        if mode in MOUSE_MODES:
            self.mode.difference_update(private(other) for other in MOUSE_MODES)
        (self.mode.add if on else self.mode.discard)(private(mode))
        if mode == 6:
            self.cursor_position()
        elif mode == 25:
            self.cursor.hidden = not on
        elif mode == 1004 and on:
            self.report_focus()
        elif mode == 2048 and on:
            self.report_size()

    def _switch_columns(self) -> None:
        """DECCOLM, where it is allowed: a blank screen and full margins. The width is the pane's and stays."""
        if private(COLUMN_SWITCH) in self.mode:
            self.set_region(0, self.lines - 1)
            self.cursor_position()
            self.erase_in_display(2)

    def report_focus(self) -> None:
        """Tell the child whether its pane has the keyboard."""
        self.reply(b"\x1b[I" if self.has_focus else b"\x1b[O")

    def report_size(self) -> None:
        """In-band size report of mode 2048."""
        self.reply(f"\x1b[48;{self.lines};{self.columns};{self.lines * 16};{self.columns * 8}t".encode())

    def _switch(self, mode: int, on: bool) -> None:
        """Show the alternate or the main screen; 1049 saves and clears, 1047 clears when leaving."""
        if on:
            if mode == 1049 and not self.is_alternate:
                self.save_cursor()
            if not self.is_alternate:
                self.rows = self.alternate_rows
                if mode == 1049:
                    self._clear_alternate()
            self.mode.add(private(mode))
            return
        if self.is_alternate:
            if mode == 1047:
                self._clear_alternate()
            self.rows = self.main_rows
        self.mode.difference_update(private(other) for other in ALTERNATE_MODES)
        if mode == 1049:
            self.restore_saved()

    def _clear_alternate(self) -> None:
        fill = self.fill()
        for row in self.alternate_rows:
            row.clear(fill, self.columns)

    def application_keypad(self) -> None:
        """DECKPAM."""
        self.mode.add(private(66))

    def numeric_keypad(self) -> None:
        """DECKPNM."""
        self.mode.discard(private(66))

    def cursor_style(self, shape: int = 0) -> None:
        """DECSCUSR."""
        if shape <= 6:
            self.shape = shape

    def soft_reset(self) -> None:
        """DECSTR: modes, margins, style and saved cursor, but neither cells nor cursor position."""
        self.mode.difference_update((IRM, DECOM, private(1), private(66)))
        self.mode.update((DECAWM, DECTCEM))
        self.cursor.hidden = False
        self.pen = self.blank_pen = PLAIN
        self.graphics[:] = [False, False]
        self.charset = 0
        self.saved[self.is_alternate] = Saved()
        self.set_region(0, self.lines - 1)
        self.choose_path()

    def hard_reset(self) -> None:
        """RIS, but for what pyte resets."""
        self.main_rows = [Row() for _ in range(self.lines)]
        self.alternate_rows = [Row() for _ in range(self.lines)]
        self.rows = self.main_rows
        self.scrollback.clear()
        self.set_region(0, self.lines - 1)
        self.pen = self.blank_pen = PLAIN
        self.last = ""
        self.was_text = False
        self.graphics = [False, False]
        self.shape = 0
        self.saved = [Saved(), Saved()]
        self.saved_modes = {}
        self.keyboard = [[0], [0]]
        self.modify_other_keys = 0
        self.titles = []
        self.own_colours = {}
        self.mode.add(WHEEL_KEYS)
        self.choose_path()

    def reset_input(self) -> None:
        """The child is gone: nothing of what it asked of keys, mouse and cursor stays."""
        self.mode.difference_update(private(mode) for mode in _INPUT_MODES)
        self.mode.add(DECTCEM)
        self.cursor.hidden = False
        self.keyboard = [[0], [0]]
        self.modify_other_keys = 0
        self.shape = 0

    def set_key_modifiers(self, resource: int = 0, value: int | None = None) -> None:
        """XTMODKEYS: `CSI > 4 ; n m`; without a value the resource is reset."""
        if resource in (0, 4):
            self.modify_other_keys = min(value or 0, 2) if resource else 0

    def push_keyboard(self, flags: int = 0) -> None:
        """Kitty `CSI > flags u`."""
        stack = self.keyboard[self.is_alternate]
        stack.append(flags & KITTY_HONOURED)
        del stack[:-_KEYBOARDS_MAX]

    def pop_keyboard(self, count: int | None = None) -> None:
        """Kitty `CSI < count u`."""
        stack = self.keyboard[self.is_alternate]
        del stack[max(0, len(stack) - (count or 1)) :]
        if not stack:
            stack.append(0)

    def set_keyboard(self, flags: int = 0, how: int | None = None) -> None:
        """Kitty `CSI = flags ; how u`: 1 set, 2 add, 3 remove."""
        stack = self.keyboard[self.is_alternate]
        flags &= KITTY_HONOURED
        stack[-1] = flags if (how or 1) == 1 else stack[-1] | flags if how == 2 else stack[-1] & ~flags

    def push_title(self) -> None:
        """`CSI 22 t`."""
        self.titles.append(self.title)
        del self.titles[:-_TITLES_MAX]

    def set_link(self, uri: str) -> None:
        """OSC 8: what is printed from now on is a link."""
        style: CellStyle = msgspec.structs.replace(self.style, link=uri)
        self.pen = chr(self.styles.number(style))
        self.blank_pen = chr(self.styles.number(CellStyle(link=uri)))

    @property
    def mouse_mode(self) -> int:
        """Which mouse events the child wants: 0, 9, 1000, 1002 or 1003."""
        return next((mode for mode in MOUSE_MODES if private(mode) in self.mode), 0)

    @property
    def modes(self) -> Modes:
        """The modes that a dashboard must know."""
        return Modes(
            alternate=self.is_alternate,
            mouse=self.mouse_mode,
            bracketed_paste=private(2004) in self.mode,
            focus_events=private(1004) in self.mode,
            application_cursor=private(1) in self.mode,
            kitty_flags=self.keyboard[self.is_alternate][-1],
            reverse_screen=DECSCNM in self.mode,
        )

    @property
    def key_modes(self) -> KeyModes:
        """The modes that decide what a key sends."""
        return KeyModes(
            application_cursor=private(1) in self.mode,
            application_keypad=private(66) in self.mode,
            newline=20 in self.mode,
            modify_other_keys=self.modify_other_keys,
            kitty_flags=self.keyboard[self.is_alternate][-1],
        )
