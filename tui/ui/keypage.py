"""The tables of docs/keys.md, from the keymap and the screens' bindings: `python -m tui.ui.keypage docs/keys.md` writes them again."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from textual.binding import Binding

from tui.ui import keymap
from tui.ui.keymaps import VIM

BEGIN: Final = "<!-- keys: made by `nox -s table` -->\n"
END: Final = "<!-- /keys -->\n"

FOREIGN: Final = (
    ("tmux", "`ctrl+b`", "its prefix; the dashboard has no use for it"),
    ("GNU screen", "`ctrl+a`", "its prefix; in a field of ours it goes to the start, as `home` does"),
    ("zellij", "`ctrl+g p t n h s o q b`", "in it ctrl+q closes zellij: `q` closes the dashboard as well"),
    ("readline", "`ctrl+]`", "its search for a character: the leader twice"),
    ("vim", "`ctrl+]`", "its jump to a tag: the leader twice"),
    ("telnet", "`ctrl+]`", "its escape: the leader twice"),
    ("Claude Code", "`esc` `shift+tab` `ctrl+c d g l o r s t v x`, among others", "not the leader"),
    ("Codex", "`esc` `shift+tab` `ctrl+c d g j o t v`, among others", "not the leader"),
    ("Gemini CLI", "`esc` `shift+tab` `ctrl+c d g l o s t x` `f12`, among others", "not the leader"),
    ("OpenCode", "`ctrl+x` and a letter, `esc` `tab` `ctrl+b c p t`, among others", "not the leader"),
)
"""Programs, keys of theirs, and why the dashboard takes none of them while they have the keyboard."""


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
    rows = _markdown(("Action", "Keys", "vim", "Does"), actions())
    foreign = _markdown(("Program", "Its keys", "Beside the leader `ctrl+]`"), FOREIGN)
    others = "".join(f"\n### {title}\n\n{_screen(bindings)}" for title, bindings in screens())
    return f"## All actions\n\n{rows}\n{_CONFLICTS}\n{foreign}{others}"


_NAMES: Final = {
    "left": "←",
    "right": "→",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "circumflex_accent": "^",
    "dollar_sign": "$",
    "left_square_bracket": "[",
    "equals_sign": "=",
}
_CONFLICTS: Final = (
    "## Keys of other programs\n\nWhile an agent has the keyboard the dashboard takes one key, the leader. Every other one is the agent's, "
    "so nothing of an agent's own keys is lost but that one, which the leader twice sends.\n"
)


def screens() -> Iterator[tuple[str, list[Binding]]]:
    """Yield each further screen's title with its bindings."""
    from tui.ui.screens.composer import ComposerScreen
    from tui.ui.screens.inbox import InboxScreen
    from tui.ui.screens.view import ViewScreen
    from tui.ui.widgets.copy_mode import CopyTerminal

    for title, page in (
        ("In the inbox", InboxScreen),
        ("In a view", ViewScreen),
        ("In the composer", ComposerScreen),
        ("In copy mode", CopyTerminal),
    ):
        yield title, [each for each in page.BINDINGS if isinstance(each, Binding) and each.description]


def _screen(bindings: Iterable[Binding]) -> str:
    return _markdown(
        ("Keys", "Does"), ((written(each.key), each.tooltip or each.description) for each in bindings)
    )


def _markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def renewed(page: str) -> str:
    """Return a page with what is between its marks written again.

    Raises:
        ValueError: The page has no marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has nothing between {BEGIN.strip()} and {END.strip()}")
    return f"{before}{begin}{table()}{end}{after}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")
