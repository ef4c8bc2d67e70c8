"""The tables of docs/keys.md, from the keymap and the screens' bindings: `python -m tui.ui.keypage docs/keys.md` writes them again."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from textual.binding import Binding

from tui.core import markdown
from tui.core.keynames import canonical
from tui.core.settings import DEFAULT_LEADER
from tui.ui import keymap
from tui.ui.keymaps import VIM

BEGIN: Final = "<!-- keys: made by `nox -s table` -->\n"
END: Final = "<!-- /keys -->\n"


class Foreign(NamedTuple):
    """Another program and keys of its own."""

    name: str
    keys: tuple[str, ...]
    """Textual's names."""
    around: bool = False
    """It lies around the dashboard, and gets these keys first."""
    others: bool = False
    """It has more keys, none of which is the leader."""
    mend: str = ""
    """What to do where a key of the dashboard does not arrive."""


def _ctrl(letters: str) -> tuple[str, ...]:
    return tuple(f"ctrl+{letter}" for letter in letters.split())


FOREIGN: Final = (
    Foreign("tmux", ("ctrl+b",), around=True),
    Foreign("GNU screen", ("ctrl+a",), around=True),
    Foreign("zellij", _ctrl("g p t n h s o q b"), around=True, mend="zellij's `ctrl+g` locks it"),
    Foreign(
        "readline",
        ("ctrl+right_square_bracket", *_ctrl("a b c d e f g k l n p q r s t u v w x y z")),
        others=True,
    ),
    Foreign(
        "vim",
        ("escape", "ctrl+right_square_bracket", *_ctrl("b c d e f g i l n o p q r t u v w x y z")),
        others=True,
    ),
    Foreign("telnet", ("ctrl+right_square_bracket",)),
    Foreign("Claude Code", ("escape", "shift+tab", *_ctrl("c d g l o r s t v x")), others=True),
    Foreign("Codex", ("escape", "shift+tab", *_ctrl("c d g j o t v")), others=True),
    Foreign("Gemini CLI", ("escape", "shift+tab", *_ctrl("c d g l o s t x"), "f12"), others=True),
    Foreign("OpenCode", ("ctrl+x", "escape", "tab", *_ctrl("b c p t")), others=True),
)
"""Programs that meet the dashboard: those around it, and those that run in its panes."""


def foreign_rows() -> Iterator[tuple[str, str, str]]:
    """Yield each program, its keys, and what the dashboard has to do with them."""
    leader = canonical(DEFAULT_LEADER) or ""
    for each in FOREIGN:
        keys = written(",".join(each.keys)) + (", among others" if each.others else "")
        if each.around:
            yield each.name, keys, _around(each)
        else:
            met = leader in each.keys
            yield (
                each.name,
                keys,
                "one of them is the leader: pressed twice it is sent" if met else "all are sent",
            )


def _around(program: Foreign) -> str:
    lost = only_by(program.keys)
    if not lost:
        return "nothing of the dashboard is only on these keys"
    return f"takes {', '.join(lost)}: {program.mend or 'give them other keys'}"


def only_by(keys: Iterable[str]) -> list[str]:
    """Return what can be done by these keys alone, in the default keymap: a program that takes them takes that away."""
    taken = set(keys)
    found = []
    for entry in keymap.TABLE:
        mine = keymap.keys_of(entry.keys)
        if mine and set(mine) <= taken:
            found.append(f"{written(entry.keys)} {entry.help}")
    for title, bindings in screens():
        found += [
            f"{written(each.key)} {each.description} ({title[0].lower()}{title[1:]})"
            for each in bindings
            if each.id not in keymap.BY_ID and set(keymap.keys_of(each.key)) <= taken
        ]
    return found


def actions() -> Iterator[tuple[str, str, str, str]]:
    """Yield the id, the keys, the keys in the vim-like map, and what it does, for each action of the dashboard."""
    for group in keymap.GROUPS:
        for entry in keymap.TABLE:
            if entry.group == group:
                yield (f"`{entry.id}`", written(entry.keys), written(VIM.get(entry.id, "")), entry.help)


def written(keys: str) -> str:
    """Return Textual's names of keys for people: `↑` `k`."""
    names = [
        keymap.key_label(key.strip()) for key in keys.split(",") if key.strip() not in ("", keymap.UNBOUND)
    ]
    return " ".join(f"`{name}`" if name != "|" else "`\\|`" for name in names)


def table() -> str:
    """Return all tables in Markdown."""
    rows = markdown.table(("Action", "Keys", "vim", "Does"), actions())
    foreign = markdown.table(("Program", "Its keys", "Beside the dashboard's"), foreign_rows())
    others = "".join(f"\n### {title}\n\n{_screen(bindings)}" for title, bindings in screens())
    return f"## All actions\n\n{rows}\n{_CONFLICTS}\n{foreign}{others}"


_CONFLICTS: Final = (
    "## Keys of other programs\n\nWhile an agent has the keyboard the dashboard takes one key, the leader `ctrl+]`. Every other one is the agent's, "
    "so nothing of an agent's own keys is lost but that one, which the leader twice sends. A program around the dashboard, such as tmux, gets its keys first.\n"
)


def screens() -> Iterator[tuple[str, list[Binding]]]:
    """Yield each further screen's title with its bindings."""
    from tui.ui.screens.composer import ComposerScreen
    from tui.ui.screens.fleet import FleetScreen
    from tui.ui.screens.inbox import InboxScreen
    from tui.ui.screens.keyed import declared
    from tui.ui.screens.race import RaceScreen
    from tui.ui.screens.timeline import TimelineScreen
    from tui.ui.screens.view import ViewScreen
    from tui.ui.widgets.copy_mode import CopyTerminal

    for title, page in (
        ("In the inbox", InboxScreen),
        ("In a view", ViewScreen),
        ("In a timeline", TimelineScreen),
        ("On the fleet's page", FleetScreen),
        ("On a race's page", RaceScreen),
        ("In the composer", ComposerScreen),
        ("In copy mode", CopyTerminal),
    ):
        yield title, [each for each in declared(page) if each.description and not _is_plain(each)]


def page_ids() -> frozenset[str]:
    """Return the ids of what keys do beside the dashboard: the user may give these other keys, too."""
    return frozenset(str(binding.id) for _, bindings in screens() for binding in bindings if binding.id)


def _is_plain(binding: Binding) -> bool:
    return binding.action.startswith("app.focus")


def _screen(bindings: Iterable[Binding]) -> str:
    return markdown.table(
        ("Keys", "Does"), ((written(each.key), each.tooltip or each.description) for each in bindings)
    )


def renewed(page: str) -> str:
    """Return a page with what is between its marks written again.

    Raises:
        ValueError: The page has no marks.
    """
    return markdown.renewed(page, BEGIN, END, table())


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")
