"""What the user types into a simulated agent, as names and text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"\x1b\[200~(?P<paste>.*?)(?:\x1b\[201~|$)|\x1b\[[0-?]*[ -/]*(?P<csi>[@-~])|\x1bO(?P<ss3>.)|(?P<esc>\x1b)"
    r"|(?P<control>[\x00-\x1f\x7f])|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
_CONTROLS = {
    "\r": "enter",
    "\n": "enter",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x03": "ctrl+c",
    "\x15": "ctrl+u",
}
_ARROWS = {"A": "up", "B": "down"}


class Keys:
    """Decodes terminal input, however it is cut."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> Iterator[tuple[str, str]]:
        """Yield (`key`, name) and (`text`, what was typed or pasted)."""
        for found in _TOKEN.finditer(self._decoder.decode(data)):
            arrow = _ARROWS.get(found["csi"] or found["ss3"] or "")
            if found["paste"] is not None:
                yield "text", " ".join(found["paste"].split())
            elif found["text"]:
                yield "text", found["text"]
            elif found["esc"]:
                yield "key", "esc"
            elif found["control"] in _CONTROLS:
                yield "key", _CONTROLS[found["control"]]
            elif arrow:
                yield "key", arrow
