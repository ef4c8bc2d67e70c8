r"""Cut the child's output into text and control functions.

Two ways to the same result. `tokens` cuts a piece of text with one regular expression, which is where nearly all of it
goes. What that does not cover (a sequence that the piece ends in, a control character inside a sequence, a string with
a long payload) goes character by character through `Machine`, after the state diagram of a VT500
(https://vt100.net/emu/dec_ansi_parser), whose state stays over from one piece to the next.

Differences from the diagram: text is Unicode, so there are no 8-bit controls; U+0080 to U+009F are dropped everywhere;
a character beyond ASCII inside a sequence ends it and is printed; BEL ends an OSC string (xterm).
"""

from __future__ import annotations

import codecs
import re
from enum import Enum, auto
from typing import Final, Protocol

PARAMETERS_MAX: Final = 512
"""Characters of a control sequence's parameters; one with more is ignored."""

STRING_MAX: Final = 1 << 20
"""Characters of a string's payload; one with more is consumed to its end and ignored."""

tokens: Final = re.compile(
    "([^\x00-\x1f\x7f-\x9f]*+)"  # 1: text
    "(?:\x1b\\[([0-?]*+)([ -/]*+[@-~])"  # 2, 3: parameters; intermediates and final of CSI
    "|(\r\n"  # 4: anything else
    "|[\x00-\x1a\x1c-\x1f\x7f-\x9f]"
    "|\x1b(?:[ -/]++[0-~]|[0-OQ-WYZ\\\\`-~])"  # ESC, but not what opens CSI, OSC, DCS, SOS, PM, APC
    "|\x1b\\][^\x00-\x1f\x7f-\x9f]*+(?:\x07|\x1b\\\\|(?=\x1b))"  # OSC
    "|\x1b(?s:.*)"  # the rest, for the machine
    ")|\\Z)"
).findall
"""Tuples of (text, parameters, final, other): a stretch of text and the one control function after it.

Contiguous; only the last tuple may hold a rest for the machine (`other` begins with ESC and `is_rest` matches).
"""

is_whole: Final = re.compile(
    "\x1b(?:[ -/]++[0-~]|[0-OQ-WYZ\\\\`-~])|\x1b\\][^\x00-\x1f\x7f-\x9f]*+(?:\x07|\x1b\\\\?)"
).fullmatch
"""Whether an `other` that begins with ESC is one complete function."""


class Listener(Protocol):
    """Who performs the control functions that the machine finds."""

    def execute(self, control: str) -> None:
        """A C0 control character."""

    def escape(self, intermediates: str, final: str) -> None:
        """An escape sequence."""

    def control(self, parameters: str, final: str) -> None:
        """A control sequence; `final` with its intermediates in front."""

    def string(self, kind: str, payload: str, terminator: str) -> None:
        """A control string of kind `]`, `P`, `X`, `^` or `_`."""


class State(Enum):
    """Where in a sequence the machine is."""

    GROUND = auto()
    ESCAPE = auto()
    INTERMEDIATE = auto()
    PARAMETERS = auto()
    CSI_INTERMEDIATE = auto()
    CSI_IGNORE = auto()
    STRING = auto()


_STRING_END: Final = {
    "]": re.compile("[\x07\x18\x1a\x1b]"),
    "P": re.compile("[\x18\x1a\x1b]"),
}


class Machine:
    """The state diagram, for what `tokens` leaves over."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.state = State.GROUND
        self._collected = ""
        self._parameters = ""
        self._kind = ""
        self._pieces: list[str] = []
        self._size = 0

    def run(self, text: str) -> str:
        """Consume text until the machine is in the ground state.

        Returns:
            What is left: it begins in the ground state.
        """
        at = 0
        end = len(text)
        while at < end:
            if self.state is State.STRING:
                at = self._string(text, at)
            else:
                at += self._step(text[at])
            if self.state is State.GROUND:
                break
        return text[at:]

    def _step(self, char: str) -> int:
        """Take one character outside of strings; returns how many were consumed, 0 or 1."""
        if char == "\x1b":
            self._enter(State.ESCAPE)
        elif char in "\x18\x1a":
            self.state = State.GROUND
        elif char < " ":
            self._listener.execute(char)
        elif "\x7f" <= char <= "\x9f":
            pass
        elif char > "\x9f":
            self.state = State.GROUND
            return 0
        elif self.state is State.ESCAPE or self.state is State.INTERMEDIATE:
            self._escape(char)
        else:
            self._control(char)
        return 1

    def _enter(self, state: State) -> None:
        self.state = state
        self._collected = self._parameters = ""

    def _escape(self, char: str) -> None:
        if char < "0":
            self.state = State.INTERMEDIATE
            if len(self._collected) < 4:
                self._collected += char
            return
        if self.state is State.ESCAPE:
            if char == "[":
                self._enter(State.PARAMETERS)
                return
            if char in "]PX^_":
                self.state = State.STRING
                self._kind, self._pieces, self._size = char, [], 0
                return
        self.state = State.GROUND
        self._listener.escape(self._collected, char)

    def _control(self, char: str) -> None:
        if char >= "@":
            ignored = self.state is State.CSI_IGNORE
            self.state = State.GROUND
            if not ignored:
                self._listener.control(self._parameters, self._collected + char)
        elif char < "0":
            if self.state is State.PARAMETERS:
                self.state = State.CSI_INTERMEDIATE
            if len(self._collected) < 4:
                self._collected += char
        elif self.state is State.PARAMETERS:
            if len(self._parameters) <= PARAMETERS_MAX:
                self._parameters += char
        else:
            self.state = State.CSI_IGNORE

    def _string(self, text: str, at: int) -> int:
        """Take string payload from `at`; returns where it stopped."""
        match = _STRING_END.get(self._kind, _STRING_END["P"]).search(text, at)
        stop = match.start() if match else len(text)
        self._size += stop - at
        if self._size <= STRING_MAX:
            self._pieces.append(text[at:stop])
        else:
            self._pieces.clear()
        if match is None:
            return stop
        payload = "".join(self._pieces)
        self._pieces = []
        if match[0] == "\x1b":
            self._enter(State.ESCAPE)
        else:
            self.state = State.GROUND
        if match[0] in "\x07\x1b" and self._size <= STRING_MAX:
            self._listener.string(self._kind, payload, match[0])
        return stop + 1


class Decoder:
    """UTF-8 that may be cut anywhere; one U+FFFD for each maximal invalid part (Unicode 3.9, "U+FFFD substitution")."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_clean = True

    def decode(self, data: bytes) -> str:
        """The text of the bytes so far, without an unfinished character at the end."""
        if self._is_clean and data.isascii():
            return data.decode("ascii")
        text = self._decoder.decode(data)
        self._is_clean = not self._decoder.getstate()[0]
        return text
