"""From content to strips: what widgets with a `render_line` of their own draw with.

Every segment gets a style, since a segment without one shows the outer terminal's ground and stops the grey-scale
filter of `NO_COLOR`; every strip is exactly as wide as asked and says so.
"""

from __future__ import annotations

import re
from typing import Final

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

_STYLES_MAX: Final = 512
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def inert(content: Content) -> Content:
    """Return content without control characters: the last gate before the outer terminal.

    Texts are made inert where they become facts; here a blank takes the place of what slipped through.
    """
    if content.plain.isprintable() or not _CONTROLS.search(content.plain):
        return content
    return Content(_CONTROLS.sub(" ", content.plain), list(content.spans))


class Painter:
    """Turns content into strips in the colours of the theme in force.

    Args:
        widget: Whose ground and theme are used.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._theme = ""
        self._parsed: dict[str, Style] = {}

    def style(self, definition: str | Style) -> Style:
        """Return a style such as `bold $warning on $panel`; parsed once per theme."""
        if isinstance(definition, Style):
            return definition
        theme = self._widget.app.theme
        if theme != self._theme or len(self._parsed) > _STYLES_MAX:
            self._theme = theme
            self._parsed.clear()
        style = self._parsed.get(definition)
        if style is None:
            style = self._parsed[definition] = Style.parse(definition)
        return style

    def strip(self, content: Content, width: int, on: str = "") -> Strip:
        """Draw one line.

        Args:
            content: Without line breaks; cut or padded to the width.
            width: Cells.
            on: Base style over the widget's own, such as `on $select`.
        """
        if width <= 0:
            return Strip([], 0)
        base = self._widget.visual_style
        if on:
            base = base + self.style(on)
        line = inert(content).truncate(width, pad=True)
        segments = [
            Segment(text, style.rich_style) for text, style in line.render(base, "", parse_style=self.style)
        ]
        return Strip(segments, width)

    def blank(self, width: int, on: str = "") -> Strip:
        """Draw an empty line."""
        return self.strip(Content(""), width, on)
