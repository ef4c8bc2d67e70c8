"""The last line: keys that work now, and where keys go while an agent has the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_middle, fit, text

_APART: Final = 3
_MOST: Final = 9
_BEFORE_SHORT: Final = 6
"""Items that keep their full labels; further ones are dropped before these are shortened."""


class FooterItem(msgspec.Struct, frozen=True):
    """One key with what it does."""

    key: str
    """As people write it; empty for a plain word between items."""
    label: str
    action: str = ""
    """Action to run on a click; empty: a click does nothing."""
    short: str = ""
    """Label where there is little room."""
    short_key: str = ""
    """Key where there is little room: the first of several."""

    def shortened(self) -> FooterItem:
        """Return it for little room."""
        return msgspec.structs.replace(self, key=self.short_key or self.key, label=self.short or self.label)


class FooterLine(Widget):
    """One line of keys.

    Items stand most wanted first; those that do not fit are shortened, then left out from the end.
    """

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, footer: FooterLine, action: str) -> None:
            super().__init__()
            self.footer = footer
            self.action = action

        @property
        def control(self) -> FooterLine:
            """The footer."""
            return self.footer

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._items: tuple[FooterItem, ...] = ()
        self._right: tuple[FooterItem, ...] = ()
        self._chip: str | None = None
        self._rests = False

    def show(
        self, items: Sequence[FooterItem], chip: str | None = None, right: Sequence[FooterItem] = ()
    ) -> None:
        """Show these keys.

        Args:
            items: Most wanted first; at most nine are shown.
            chip: Filled words in front, such as `keys go to api-refactor`.
            right: Items fixed at the right end.
        """
        new = (tuple(items), chip, tuple(right))
        if new != (self._items, self._chip, self._right):
            self._items, self._chip, self._right = new
            self.refresh()

    def rest(self, on: bool) -> None:
        """Name nothing while another screen has the keys."""
        if on is not self._rests:
            self._rests = on
            self.refresh()

    def render(self) -> Content:
        """Draw the line."""
        if self._rests:
            return EMPTY
        line, _ = self._lay_out(self.size.width)
        return line

    def on_click(self, event: events.Click) -> None:
        """Run what stands under the pointer."""
        event.stop()
        _, spots = self._lay_out(self.size.width)
        for start, end, action in spots:
            if start <= event.x < end and action:
                self.post_message(self.Pressed(self, action))

    def _lay_out(self, width: int) -> tuple[Content, list[tuple[int, int, str]]]:
        room = max(0, width - 2)
        chip = self._chip_content(room)
        right = _line(self._right)
        space = room - chip.cell_length - (right.cell_length + _APART if right else 0)
        if chip:
            space -= _APART - 1
        items = choose(self._items, space)
        start = 1 + chip.cell_length + (_APART - 1 if chip else 0)
        left = chip + Content(" " * (_APART - 1 if chip else 0)) + _line(items)
        line = fit([Piece(ALWAYS, left)], [Piece(1, right)] if right else [], room)
        spots = _spots(items, start)
        if right and line.plain.endswith(right.plain):
            spots += _spots(self._right, 1 + room - right.cell_length)
        return Content(" ") + line, spots

    def _chip_content(self, room: int) -> Content:
        if not self._chip:
            return EMPTY
        return text(f" {cut_middle(self._chip, max(1, room - 2))} ", "bold $on-fill on $primary")


def choose(items: Sequence[FooterItem], room: int) -> list[FooterItem]:
    """Return the items that fit in `room` cells, their labels shortened only when few are left."""
    long = list(items[:_MOST])
    while len(long) > _BEFORE_SHORT and _line(long).cell_length > room:
        long.pop()
    if _line(long).cell_length <= room:
        return long
    short = [item.shortened() for item in items[:_MOST]]
    while short and _line(short).cell_length > room:
        short.pop()
    return short


def _item(item: FooterItem) -> Content:
    label = text(item.label, "$foreground-muted")
    return text(item.key, "$primary") + Content(" ") + label if item.key else label


def _gap(before: FooterItem, item: FooterItem) -> int:
    return _APART if before.key and item.key else _APART - 1


def _line(items: Sequence[FooterItem]) -> Content:
    parts: list[Content] = []
    for index, item in enumerate(items):
        if index:
            parts.append(Content(" " * _gap(items[index - 1], item)))
        parts.append(_item(item))
    return EMPTY.join(parts) if parts else EMPTY


def _spots(items: Sequence[FooterItem], start: int) -> list[tuple[int, int, str]]:
    spots: list[tuple[int, int, str]] = []
    for index, item in enumerate(items):
        if index:
            start += _gap(items[index - 1], item)
        cells = _item(item).cell_length
        spots.append((start, start + cells, item.action))
        start += cells
    return spots
