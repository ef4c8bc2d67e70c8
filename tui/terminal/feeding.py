"""The way of the child's bytes onto the screen: the loop that everything else is built around.

The loop takes the functions that make up nearly all output (text, newline, SGR, CUP, EL) in place, for a call costs as
much as the work; everything else goes through the tables of `dispatch`. That is why `_consume` is long: it is one loop.
"""

from __future__ import annotations

import logging
from typing import Final

from tui.terminal.cells import PLAIN
from tui.terminal.dispatch import Dispatch
from tui.terminal.parser import Decoder, State, is_whole, tokens
from tui.terminal.state import DECOM
from tui.terminal.width import FORMAT_CONTROLS, is_special, may_join

_log = logging.getLogger(__name__)

_SLICE_BYTES: Final = 16 * 1024
"""Bytes taken at a time: bounds what tables can grow by between two looks at them."""


class Feeding(Dispatch):
    """Bytes in, cells changed."""

    decoder: Decoder

    def feed(self, data: bytes) -> None:
        """Apply output from the child; see `Emulator.feed`."""
        for start in range(0, len(data), _SLICE_BYTES):
            text = self.decoder.decode(data[start : start + _SLICE_BYTES])
            if not text.isascii():
                text = FORMAT_CONTROLS.sub("", text)
            try:
                self._take(text)
            except Exception:  # noqa: BLE001  # the last net: a bug in one function must not end the agent's screen
                _log.exception("a control function failed")
            self._tidy()

    def _take(self, text: str) -> None:
        if text and self.machine.state is not State.GROUND:
            text = self._run_machine(text)
        while text:
            rest = self._consume(text)
            if not rest:
                return
            text = self._run_machine(rest)

    def _run_machine(self, text: str) -> str:
        text = self.machine.run(text)
        if self.machine.state is State.GROUND:
            self.last = ""
        return text

    def _consume(self, text: str) -> str:
        """Apply a piece of output that begins in the ground state; returns what the machine has to take."""
        if self.was_text and text[0] > "\xa8" and may_join(text[0]):
            text = self._attach(text)
            if not text:
                return ""
        carried = self.last if self.was_text else ""
        self.was_text = False
        cut = tokens(text)
        if carried and cut[0][2] == "b" and not cut[0][0]:
            self.control(cut[0][1], "b")
            cut[0] = ("", "", "", "")
        run, parameters, final, other = cut[-2]
        rest = ""
        ends_in_text = not final and not other
        if other and other[0] == "\x1b" and not is_whole(other):
            rest = other
            cut[-2] = (run, "", "", "")

        rows = self.rows
        cursor = self.cursor
        columns = self.columns
        pen = self.pen
        is_direct = self.is_direct
        is_ascii = text.isascii()
        last = run or (carried if len(cut) == 2 else "")
        for run, parameters, final, other in cut:
            if run:
                if is_direct and (is_ascii or run.isascii() or not is_special(run)):
                    x = cursor.x
                    end = x + len(run)
                    if end <= columns:
                        row = rows[cursor.y]
                        old = row.text
                        if old.isascii() or (old[x : x + 1] != "\0" and old[end : end + 1] != "\0"):
                            length = len(old)
                            if x == length:
                                row.text = old + run
                            elif end >= length:
                                row.text = old[:x].ljust(x) + run
                            else:
                                row.text = old[:x] + run + old[end:]
                            old = row.styles
                            length = len(old)
                            if x == length:
                                if pen != PLAIN:
                                    row.styles = old + pen * (end - x)
                            elif x < length or pen != PLAIN:
                                row.styles = old[:x].ljust(x, PLAIN) + pen * (end - x) + old[end:]
                        else:
                            row.write(x, run, pen)
                        cursor.x = end
                    else:
                        self._put(run)
                else:
                    self.draw(run)
            if final:
                if final == "m":
                    if not parameters or parameters == "0":
                        pen = self.pen = self.blank_pen
                        continue
                    new = self.pens.get((pen, parameters))
                    pen = self.pen = self._new_pen(pen, parameters) if new is None else new
                    continue
                if final == "H":
                    position = self.positions.get(parameters)
                    if position is not None and DECOM not in self.mode:
                        y, x = position
                        cursor.y = y if y < self.lines else self.lines - 1
                        cursor.x = x if x < columns else columns - 1
                        continue
                elif final == "K" and pen == PLAIN:
                    y = cursor.y
                    if parameters == "2":
                        row = rows[y]
                        row.text = row.styles = ""
                        row.wrapped = False
                        if y:
                            rows[y - 1].wrapped = False
                        continue
                    x = cursor.x
                    if not parameters and 0 < x < columns and rows[y].text.isascii():
                        row = rows[y]
                        row.text = row.text[:x]
                        row.styles = row.styles[:x]
                        row.wrapped = False
                        continue
                self.last = run
                self.control(parameters, final)
            elif other == "\r\n":
                cursor.x = 0
                y = cursor.y
                if y == self.bottom:
                    self._scroll_up(1)
                elif y < self.lines - 1:
                    cursor.y = y + 1
                continue
            elif other == "\r":
                cursor.x = 0
                continue
            elif other:
                if other[0] == "\x1b":
                    self._escape_token(other)
                else:
                    self.execute(other)
            else:
                continue
            rows = self.rows
            cursor = self.cursor
            pen = self.pen
            is_direct = self.is_direct
            columns = self.columns
        self.last = last if ends_in_text or rest else ""
        self.was_text = ends_in_text
        return rest

    def _escape_token(self, token: str) -> None:
        """A whole escape sequence or OSC string."""
        if token[1] != "]":
            self.escape(token[1:-1], token[-1])
        elif token[-1] == "\x07":
            self.string("]", token[2:-1], "\x07")
        else:
            self.string("]", token[2:].removesuffix("\x1b\\"), "\x1b")

    def _tidy(self) -> None:
        """Free the numbers of styles and clusters that are not used any more."""
        styles, clusters = self.styles, self.clusters
        if len(styles) >= styles.sweep_at:
            live = {self.pen, self.blank_pen}
            for row in (*self.main_rows, *self.alternate_rows):
                live.update(row.styles)
            styles.sweep(live)
            self.pens.clear()
            self.fills.clear()
        self.scrollback.sweep_links()
        if clusters.wants_sweep:
            texts = [row.text for row in (*self.main_rows, *self.alternate_rows)]
            clusters.sweep((*texts, *self.scrollback.texts()))
