"""All keys on one card, from the one table; typing narrows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.core.attention import LOOK, RowState
from tui.ui import keymap
from tui.ui.fit import EMPTY, pad_right, text
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.lines import LinePage

_KEYS: Final = 14
"""Cells for the keys of an action: further ones are left out."""
_GAP = 2
_GAP_MOST = 6
_LAYOUTS = (
    (("go", "app"), ("look", "when it asks"), ("agent", "states")),
    (("go", "when it asks", "app"), ("look", "agent", "states")),
    (("go", "app", "look", "when it asks", "agent", "states"),),
)
"""The groups in each column: the first for which there is room."""
_STATES = (
    (RowState.PERMISSION, RowState.ANSWER, RowState.BUDGET),
    (RowState.STALLED, RowState.LOOPING),
    (RowState.FAILED, RowState.LOST),
    (RowState.WORKING, RowState.IDLE, RowState.DONE),
    (RowState.LIMITED, RowState.QUEUED, RowState.UNKNOWN),
)
TOGETHER: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "go.up": (("go.up", "go.down"), "agent above, below"),
    "go.first": (("go.first", "go.last"), "first, last agent"),
    "go.1": (tuple(f"go.{number}" for number in range(1, 10)), "agent by its number"),
    "go.pane": (("go.pane", "go.pane-back"), "next, previous pane"),
    "go.left": (("go.left", "go.right", "go.above", "go.below"), "pane beside"),
    "list.fold": (("list.fold", "list.unfold"), "fold, unfold; zoomed: views"),
    "look.more": (("look.more", "look.less"), "more, fewer panes"),
    "look.list-narrower": (("look.list-narrower", "look.list-wider"), "list narrower, wider"),
    "look.pane-smaller": (("look.pane-smaller", "look.pane-larger"), "pane smaller, larger"),
    "look.older": (("look.older", "look.newer"), "older, newer lines"),
    "look.turn-back": (("look.turn-back", "look.turn-on"), "turns of a timeline"),
}
"""Sisters that are told in one line, by the first of them."""
_TOLD: Final = {name for names, _ in TOGETHER.values() for name in names[1:]}


def keys_together(names: Sequence[str]) -> str:
    """Return the keys of actions in one line: first those that stand first, with a modifier of all said once."""
    each = [keymap.all_labels(keymap.BY_ID[name]) for name in names]
    rounds = [
        [labels[n] for labels in each if n < len(labels)] for n in range(max(map(len, each), default=0))
    ]
    if len(names) > 2 and rounds and rounds[0] == [str(number) for number in range(1, 10)]:
        return "1 … 9"
    found = ""
    for labels in rounds:
        head = labels[0].rpartition("+")[0]
        if head and len(labels) > 1 and all(label.rpartition("+")[0] == head for label in labels):
            labels = [labels[0], *(label.rpartition("+")[2] for label in labels[1:])]
        more = f"{found} {' '.join(labels)}".lstrip()
        if found and cell_len(more) >= _KEYS:
            break
        found = more
    return found


class HelpScreen(Dialog[None]):
    """The keys."""

    def compose(self) -> ComposeResult:
        """A card with a field to filter by."""
        with Vertical(classes="card -wide"):
            with Horizontal(id="head"):
                yield Static(text("Keys", "bold") + text("  on the dashboard", "$foreground-muted"))
                yield Input(placeholder="type to filter", id="narrow")
            yield LinePage(id="keys")
            yield Static("", id="foot")

    def on_mount(self) -> None:
        """Write the keys, ready to filter."""
        super().on_mount()
        page = self.query_one("#keys", LinePage)
        page.can_focus = False
        page.write(self._lines)
        self.query_one(Input).focus()
        leader = self.app.keyboard.label
        said = text("With the keyboard at an agent every key goes there, except ", "$foreground-muted")
        self.query_one("#foot", Static).update(
            said + text(leader, "$primary") + text(".", "$foreground-muted")
        )

    def on_input_changed(self) -> None:
        """Narrow the keys."""
        self.query_one("#keys", LinePage).rewrite()

    def key_up(self) -> None:
        """Scroll where there is little room."""
        self.query_one("#keys", LinePage).scroll_up(animate=False)

    def key_down(self) -> None:
        """Scroll where there is little room."""
        self.query_one("#keys", LinePage).scroll_down(animate=False)

    def _lines(self, width: int) -> list[Content]:
        words = self.query_one(Input).value.casefold().split()
        for layout in _LAYOUTS:
            columns = [self._column(groups, words) for groups in layout]
            wanted = [max((line.cell_length for line in column), default=0) for column in columns]
            if sum(wanted) + _GAP * (len(columns) - 1) <= width:
                break
        if len(columns) == 1:
            return columns[0]
        # What is left over is shared, so that the columns stand evenly in a wide card.
        gap = min((width - sum(wanted)) // (len(columns) - 1), _GAP_MOST)
        height = max(len(column) for column in columns)
        filled = [[*column, *[EMPTY] * (height - len(column))] for column in columns]
        return [
            EMPTY.join(pad_right(line, each + gap) for line, each in zip(row, wanted, strict=True))
            for row in zip(*filled, strict=True)
        ]

    def _column(self, groups: tuple[str, ...], words: list[str]) -> list[Content]:
        bodies = {
            group: _states() if group == "states" and not words else self._group(group, words)
            for group in groups
        }
        widest = max((keys.cell_length for body in bodies.values() for keys, _ in body), default=0)
        lines: list[Content] = []
        for group, body in bodies.items():
            if body:
                lines += [*([EMPTY] if lines else []), text(group, "bold $foreground-muted")]
                lines += [pad_right(keys, widest + 2) + what for keys, what in body]
        return lines

    def _group(self, group: str, words: list[str]) -> list[tuple[Content, Content]]:
        lines = []
        for entry in keymap.TABLE:
            if entry.group != group or entry.id in _TOLD:
                continue
            if not (keymap.is_answer(entry) or self.app.main.can(entry.action)):
                continue
            names, told = TOGETHER.get(entry.id, ((entry.id,), entry.help))
            keys = keys_together(names)
            known = " ".join([keys, told, *(keymap.BY_ID[name].label for name in names)]).casefold()
            if keys and all(word in known for word in words):
                lines.append((text(keys, "$primary"), text(told)))
        if group == "go" and not words:
            lines.append((text(self.app.keyboard.label, "$primary"), text("… and comes back; twice: sent")))
        return lines


def _states() -> list[tuple[Content, Content]]:
    return [
        (
            Content(" ").join(text(LOOK[s].glyph, f"${LOOK[s].colour}") for s in states),
            text(", ".join(LOOK[s].word for s in states)),
        )
        for states in _STATES
    ]
