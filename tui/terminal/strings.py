"""OSC: titles, links, colours, and what else a child tells its terminal in strings.

Sources: xterm ctlseqs "Operating System Commands"; the OSC 8 note of egmontkob; ConEmu (9;4); FinalTerm (133);
kitty (99); freedesktop (7); Codex CLI (7501).
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from tui.core.text import plain
from tui.terminal.colours import parse_colour
from tui.terminal.replies import Replies
from tui.terminal.signals import (
    AgentState,
    ClipboardWrite,
    Cwd,
    Notification,
    Progress,
    PromptMark,
    TitleChanged,
)

_TEXT_MAX: Final = 1000
_CLIPBOARD_MAX: Final = 1_000_000
_LINK_MAX: Final = 2048
_ATTRIBUTES_MAX: Final = 16
_PRINTABLE: Final = re.compile("[!-~]*").fullmatch
_DIGITS: Final = re.compile("[0-9]{1,4}").fullmatch


def _clean(text: str) -> str:
    """Inert text on one line, at most 1,000 characters."""
    return plain(text[: 4 * _TEXT_MAX]).replace("\n", " ").replace("\t", " ")[:_TEXT_MAX]


class Strings(Replies):
    """Handlers of OSC."""

    def operating_system_command(self, payload: str, terminator: str) -> None:
        """OSC: the whole number decides; unknown ones do nothing."""
        number, _, text = payload.partition(";")
        handler = _HANDLERS.get(number)
        if handler == "colour":
            self._colours(int(number), text.split(";", 16)[:16], terminator)
        elif handler == "palette":
            self._palette(text.split(";", 512)[:512], terminator)
        elif handler is not None:
            getattr(self, handler)(text)
        elif number in ("104", "110", "111", "112"):
            self._reset_colours(number, text)

    def set_title(self, param: str) -> None:
        """OSC 0, 2."""
        title = _clean(param)
        if title != self.title:
            self.title = title
            self.signal(TitleChanged(title))

    def set_cwd(self, text: str) -> None:
        """OSC 7: `file://host/path`."""
        from urllib.parse import unquote  # rarely needed, and costly to import

        scheme, _, rest = text[: 4 * _LINK_MAX].partition("://")
        path = _clean(unquote(rest[rest.find("/") :])) if "/" in rest else ""
        if scheme in ("file", "kitty-shell-cwd") and path:
            self.signal(Cwd(path))

    def open_link(self, text: str) -> None:
        """OSC 8: `parameters;URI`; an empty URI closes."""
        uri = text.partition(";")[2]
        self.set_link(uri if len(uri) <= _LINK_MAX and _PRINTABLE(uri) else "")

    def notify(self, text: str) -> None:
        """OSC 9: a notification, or ConEmu's progress `4;state;percent`; other ConEmu commands do nothing."""
        command, _, rest = text.partition(";")
        if command == "4":
            state, _, percent = rest.partition(";")
            if state in ("", "0", "1", "2", "3", "4"):
                figure = int(percent) if _DIGITS(percent) else 0
                self.signal(Progress(int(state or 0), min(figure, 100)))
        elif not (_DIGITS(command) and rest) and text.strip():
            self.signal(Notification("", _clean(text)))

    def notify_urxvt(self, text: str) -> None:
        """OSC 777: `notify;title;body`."""
        kind, _, rest = text.partition(";")
        if kind == "notify":
            title, _, body = rest.partition(";")
            self.signal(Notification(_clean(title), _clean(body)))

    def notify_kitty(self, text: str) -> None:
        """OSC 99: `metadata;payload`; only texts, whole ones or the first piece."""
        metadata, _, body = text.partition(";")
        fields = dict(field.partition("=")[::2] for field in metadata.split(":", 16)[:16])
        if fields.get("e") == "1":
            body = _decoded(body)
        if not body:
            return
        if fields.get("p", "title") == "title":
            self.signal(Notification(_clean(body), ""))
        elif fields.get("p") == "body":
            self.signal(Notification("", _clean(body)))

    def write_clipboard(self, text: str) -> None:
        """OSC 52: `selections;base64`. A question (`?`) is never answered."""
        _, _, data = text.partition(";")
        if data == "?" or len(data) > _CLIPBOARD_MAX * 4 // 3 + 4:
            return
        written = plain(_decoded(data))[:_CLIPBOARD_MAX]
        if written:
            self.signal(ClipboardWrite(written))

    def mark_prompt(self, text: str) -> None:
        """OSC 133: `A` prompt, `B` input, `C` output, `D` end."""
        if text[:1] in ("A", "B", "C", "D") and text[1:2] in ("", ";"):
            self.signal(PromptMark(text[0]))

    def tell_state(self, text: str) -> None:
        """OSC 7501: `state=…:key=value…`; a state may have a detail behind a colon (`blocked:kind=permission`)."""
        fields = [
            field.partition("=") for field in _clean(text).split(":", _ATTRIBUTES_MAX)[:_ATTRIBUTES_MAX]
        ]
        attributes = {key: value for key, sign, value in fields if sign and key}
        state = attributes.pop("state", "")
        if state:
            self.signal(AgentState(state, attributes))

    def _colours(self, first: int, values: list[str], terminator: str) -> None:
        """OSC 10, 11, 12: each further value is for the next number."""
        for number, value in zip(range(first, 13), values, strict=False):
            self._colour(str(number), value, terminator)

    def _palette(self, values: list[str], terminator: str) -> None:
        """OSC 4: pairs of index and value."""
        for index, value in zip(values[::2], values[1::2], strict=False):
            if _DIGITS(index) and int(index) < 256:
                self._colour(f"4;{int(index)}", value, terminator)

    def _colour(self, which: str, value: str, terminator: str) -> None:
        if value == "?":
            self.report_colour(which, terminator)
        elif (colour := parse_colour(value)) is not None:
            self.own_colours[which] = colour

    def _reset_colours(self, number: str, text: str) -> None:
        """OSC 104 (given indexes, or all), 110, 111, 112."""
        if number != "104":
            self.own_colours.pop(number[1:], None)
        elif text:
            for index in text.split(";", 256):
                self.own_colours.pop(f"4;{index}", None)
        else:
            self.own_colours = {k: v for k, v in self.own_colours.items() if not k.startswith("4;")}


_HANDLERS: Final[dict[str, str]] = {
    "0": "set_title",
    "2": "set_title",
    "4": "palette",
    "7": "set_cwd",
    "8": "open_link",
    "9": "notify",
    "10": "colour",
    "11": "colour",
    "12": "colour",
    "52": "write_clipboard",
    "99": "notify_kitty",
    "133": "mark_prompt",
    "777": "notify_urxvt",
    "7501": "tell_state",
}


def _decoded(data: str) -> str:
    """Base64 as text; empty if it is none."""
    try:
        return base64.b64decode(data + "=" * (-len(data) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
