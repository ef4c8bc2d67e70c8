"""What a terminal sends, as Textual's messages: pastes whole, alt keys kept, nothing that ends the program.

Textual's own parser does the grammar. This one mends what it gets wrong for a program whose keys are handed on:
ESC inside a paste, alt with digits and punctuation, kitty sequences with sub-parameters, replies typed as keys.
Sources: xterm ctlseqs "PC-Style Function Keys" and "Bracketed Paste Mode"; kitty "Comprehensive keyboard handling".
Runs on the input thread; owns no file descriptor.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from textual import constants, events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._parser import Read1
from textual._xterm_parser import XTermParser
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key
from textual.message import Message

from tui.core.text import joins

PASTE_MAX: Final = 8_000_000
"""Characters of one paste at most; the rest is dropped and said so."""
PASTE_PATIENCE_S: Final = 2.0
"""A paste whose end does not come is over after this long without a byte."""
ESCAPE_DELAY_S: Final = constants.ESCAPE_DELAY if "ESCDELAY" in os.environ else 0.05
"""How long a lone ESC may still begin a sequence. Long enough for SSH to split one."""

_START: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
_NO_ALT: Final = frozenset("[O]P_^X\x1b")
"""Second characters that begin a longer sequence (CSI, SS3, OSC, DCS, APC, PM, SOS, ESC ESC)."""
_KITTY: Final = re.compile(r"\x1b\[([\d:;]+)([u~ABCDEFHPQRS])")
_CSI: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_MOUSE: Final = re.compile(r"\x1b\[<[-\d;]+[mM]")
_MODE_REPORT: Final = re.compile(r"\x1b\[\?\d+;\d\$y")
_RESIZE: Final = re.compile(r"\x1b\[48;[\d:;]+t")
_REPLIES: Final = re.compile(r"\x1b\](?:\d+;)[^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[0-9>!$+|;]*[^\x1b]*\x1b\\")
"""Replies to OSC and DCS queries. We send none while reading, but one can come late."""
_REPLY_BEGUN: Final = re.compile(
    r"\x1b(?:\](?:\d{1,5}(?:;[^\x07\x1b]*\x1b?)?)?|P(?:[0-9>!$+|;]+[^\x1b]*\x1b?)?)\Z"
)
"""The start of such a reply at the end of what was read; of at most this length it is waited for."""
_REPLY_MAX: Final = 4096
REPLY_PATIENCE_S: Final = 1.0
_LEGACY_F: Final = {
    code: 57376 + n for n, code in enumerate(("25", "26", "28", "29", "31", "32", "33", "34"))
}
"""F13 to F20 as `CSI code ~`, and kitty's numbers of them: Textual takes the code for a character."""
_KEYPAD: Final = {
    "\x1bOl": ("comma", ","), "\x1bOX": ("equals_sign", "="), "\x1bOI": ("tab", "\t"), "\x1bO ": ("space", " "),
}  # fmt: skip
"""Keys of an application keypad that Textual does not know."""
_SHIFT, _ALT, _CTRL = 1, 2, 4
_HELD: Final = ((_ALT, "alt"), (_CTRL, "ctrl"), (32, "meta"), (16, "hyper"), (_SHIFT, "shift"), (8, "super"))
"""Modifiers in the order in which Textual names them."""
_BITS_MAX: Final = 255
"""All eight modifiers and locks of the kitty protocol."""


class PasteCut(Message):
    """A paste was longer than `PASTE_MAX`."""

    def __init__(self, dropped: int) -> None:
        super().__init__()
        self.dropped = dropped
        """Characters left out."""


class TypedJoiner(events.Key):
    """A key that types no glyph of its own: it joins or shapes those beside it, as in 👩\u200d🔧, Persian and Indic words.

    Python calls such a character unprintable, so that Textual's fields would leave it out, and show two glyphs.
    """

    @property
    def is_printable(self) -> bool:
        """It is text."""
        return True


TypedJoiner.handler_name = events.Key.handler_name  # it goes where keys go


class KeyParser(XTermParser):
    """Textual's parser with the mendings named above."""

    @staticmethod
    def read1(timeout: float | None = None) -> Read1:  # type: ignore[override]  # the base holds the class itself
        """Wait for one character; the escape delay is ours."""
        return Read1(None if timeout is None else ESCAPE_DELAY_S)

    @property
    def waiting(self) -> bool:
        """An escape sequence may be going on: call `tick` soon."""
        return self._timeout_time is not None

    def parse_mouse_code(self, code: str) -> Message | None:
        """Return the mouse event; buttons 8 to 11 are none of ours, and we never ask for pixels."""
        self.mouse_pixels = False
        match = self._re_sgr_mouse.match(code)
        if match is None or int(match.group(1)) & 128:
            return None
        return super().parse_mouse_code(code)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if alt and len(sequence) == 1:
            return [_alt_key(sequence)]
        if len(sequence) == 2 and sequence[0] == "\x1b" and sequence[1] not in _NO_ALT:
            return [_alt_key(sequence[1])]
        if known := _KEYPAD.get(sequence):
            return [events.Key(*known)]
        if match := _KITTY.fullmatch(sequence):
            normal = _normal_kitty(match.group(1), match.group(2))
            if normal is None:
                return [_ignored(sequence)]
            sequence = normal
        try:
            keys = list(super()._sequence_to_key_events(sequence, alt=alt))
        except (ValueError, OverflowError):
            return [_ignored(sequence)]
        if not keys and _is_stray_reply(sequence):
            return [_ignored(sequence)]
        return [TypedJoiner(key.key, key.character) if joins(key.character or "") else key for key in keys]


def _not_asked(message: Message) -> Message:
    """Return F3 with modifiers, `CSI 1 ; m R`, as the key that it is: we never ask where the cursor stands."""
    if not isinstance(message, events.CursorPosition):
        return message
    bits = message.x
    if message.y != 0 or not 1 <= bits <= _BITS_MAX:
        return _ignored("")
    held = [name for bit, name in _HELD if bits & bit]
    return events.Key("+".join([*held, "f3"]), None)


def _is_stray_reply(sequence: str) -> bool:
    """A whole CSI sequence that is no key, mouse event, resize or mode report: nobody typed it."""
    if _CSI.fullmatch(sequence) is None or sequence[-1] == "[" or sequence == "\x1b[M":
        return False
    known = (_MOUSE, _MODE_REPORT, _RESIZE)
    return sequence not in ("\x1b[I", "\x1b[O") and not any(pattern.fullmatch(sequence) for pattern in known)


def _ignored(sequence: str) -> events.Key:
    return events.Key(Keys.Ignore.value, sequence)


def _alt_key(character: str) -> events.Key:
    """Return alt with one character. It carries no text, so that no input field inserts the letter."""
    known = ANSI_SEQUENCES_KEYS.get(character)
    if isinstance(known, tuple) and known:
        name = known[0].value
        if character == "\x7f":
            name = "backspace"
    elif character.isalnum():
        name = f"shift+{character.lower()}" if character.isupper() else character
    else:
        name = _character_to_key(character)
        name = KEY_NAME_REPLACEMENTS.get(name, name)
    return events.Key(f"alt+{name}", None)


def _normal_kitty(parameters: str, final: str) -> str | None:
    """Return a kitty key sequence in the one form that Textual knows, or None if it is to be ignored."""
    fields = [*parameters.split(";"), "", ""]
    if final == "~" and fields[0] == "27" and fields[2]:  # modifyOtherKeys: CSI 27 ; modifiers ; code ~
        return f"\x1b[{fields[2]};{fields[1] or 1}u"
    code, *alternates = fields[0].split(":")
    modifiers, _, kind = fields[1].partition(":")
    text = fields[2]
    if final == "~" and code in _LEGACY_F:
        code, final = str(_LEGACY_F[code]), "u"
    if kind == "3":
        return None  # a release
    if not (code or ("" if final == "u" else "1")).isdigit() or not (modifiers or "1").isdigit():
        return None
    bits = int(modifiers or "1") - 1
    if int(code or "1") > 0x10FFFF or not 0 <= bits <= _BITS_MAX:
        return None
    if bits & _SHIFT and not bits & ~_SHIFT and not text and alternates and alternates[0].isdigit():
        text = alternates[0]
    if text and bits & (_ALT | _CTRL) and _is_same_letter(code, text):
        text = ""  # the text says nothing that the key does not, and would hide the modifier
    if final == "u" and (modifiers or text):
        return f"\x1b[{code};{modifiers}" + (f";{text}" if text else "") + "u"
    return f"\x1b[{code};{modifiers}{final}" if modifiers else f"\x1b[{code}{final}"


def _is_same_letter(code: str, text: str) -> bool:
    return (
        text.isdigit() and int(text) <= 0x10FFFF and chr(int(text)).lower() == chr(int(code or "1")).lower()
    )


class InputDecoder:
    """Bytes from the terminal to messages.

    Args:
        parser: Given in tests.
    """

    def __init__(self, parser: KeyParser | None = None) -> None:
        self._parser = parser or KeyParser()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        """Characters that may be the start of a paste marker, or of a reply."""
        self._paste: list[str] | None = None
        self._pasted = 0
        self._dropped = 0
        self._tail = ""
        """Last characters of the paste so far: the end marker may straddle reads."""
        self._last = 0.0

    @property
    def waiting(self) -> bool:
        """True while `tick` should be called within about 10 ms."""
        return bool(self._held) or self._parser.waiting

    def feed(self, data: bytes, now: float) -> Iterator[Message]:
        """Take bytes as they came.

        Args:
            data: Any bytes, cut anywhere.
            now: Monotonic seconds.
        """
        self._last = now
        text = self._held + self._decode(data)
        self._held = ""
        while text:
            if self._paste is not None:
                text = yield from self._in_paste(text)
                continue
            before, found, text = text.partition(_START)
            if not found:
                before = self._hold(before)
            yield from self._keys(before)
            if found:
                self._paste, self._pasted, self._dropped, self._tail = [], 0, 0, ""

    def tick(self, now: float) -> Iterator[Message]:
        """Let time pass: a lone escape becomes a key, a paste without an end is over."""
        if self._paste is not None:
            if now - self._last >= PASTE_PATIENCE_S:
                yield from self._end_paste()
            return
        if self._held and now >= self._last + self._held_for():
            held, self._held = self._held, ""
            if held == "\x1b":
                yield events.Key("escape", held)
            elif held in ("\x1b]", "\x1bP"):
                yield _alt_key(held[1])
            elif not self._is_reply(held):
                yield from self._keys(held)
        yield from map(_not_asked, self._parser.tick())

    @staticmethod
    def _is_reply(text: str) -> bool:
        """Nobody types that much of a reply as fast as that."""
        return len(text) > 2 and (text[1] == "P" or ";" in text)

    def _held_for(self) -> float:
        if self._held[1:2] == "[":
            return 0.0
        return REPLY_PATIENCE_S if self._is_reply(self._held) else ESCAPE_DELAY_S

    def _hold(self, text: str) -> str:
        if "\x1b" in text and (begun := _REPLY_BEGUN.search(text, max(0, len(text) - _REPLY_MAX))):
            self._held = begun[0]
            return text[: begun.start()]
        for size in range(min(len(_START) - 1, len(text)), 0, -1):
            if _START.startswith(text[-size:]):
                self._held = text[-size:]
                return text[:-size]
        return text

    def _keys(self, text: str) -> Iterator[Message]:
        if "\x1b" in text:
            text = _REPLIES.sub("", text)
        if text:
            yield from map(_not_asked, self._parser.feed(text))

    def _in_paste(self, text: str) -> Any:
        """Take text into the paste; return what follows its end."""
        text = self._tail + text
        self._tail = ""
        inside, found, rest = text.partition(_END)
        if not found:
            keep = next((n for n in range(len(_END) - 1, 0, -1) if _END.startswith(text[-n:])), 0)
            if keep:
                inside, self._tail = text[:-keep], text[-keep:]
        room = PASTE_MAX - self._pasted
        if len(inside) > room:
            self._dropped += len(inside) - room
            inside = inside[:room]
        self._pasted += len(inside)
        if self._paste is not None:
            self._paste.append(inside)
        if found:
            yield from self._end_paste()
        return rest

    def _end_paste(self) -> Iterator[Message]:
        text = "".join(self._paste or []) + self._tail
        self._paste, self._tail = None, ""
        yield events.Paste(text.replace("\x00", ""))
        if self._dropped:
            yield PasteCut(self._dropped)
