"""All keys of the dashboard, in one table. Bindings, footer, help and palette are made from it.

Small letters look, open or ask; capitals end or replace something and confirm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from textual.binding import Binding, BindingType

from tui.core.keynames import canonical

GROUPS: Final = ("go", "look", "when it asks", "agent", "app")
"""Captions of the help page, in order."""

UNBOUND: Final = "f35"
"""Stands for no key: Textual has no other way to take a key from an action."""


_MOVES: Final = "it moves about what is seen: a hand on the keys does that"
_ANSWERS: Final = "answers are keys while a request can be read"


class Entry(NamedTuple):
    """One action and its keys."""

    id: str
    """Name for the user's keymap: `agent.kill`."""
    keys: str
    """Textual's key names, comma-separated; the first is shown."""
    action: str
    label: str
    """Verb for the footer, as short as it gets."""
    help: str
    """For the help page and the palette."""
    group: str
    aside: str = ""
    """Why the palette does not offer it; empty: it does."""


TABLE: Final[tuple[Entry, ...]] = (
    Entry("go.up", "up,k", "go(-1)", "up", "agent above", "go", aside=_MOVES),
    Entry("go.down", "down,j", "go(1)", "down", "agent below", "go", aside=_MOVES),
    Entry("go.first", "home", "go_to('first')", "first", "the first agent", "go", aside=_MOVES),
    Entry("go.last", "end", "go_to('last')", "last", "the last agent", "go", aside=_MOVES),
    *(
        Entry(f"go.{n}", str(n), f"pick({n})", f"agent {n}", f"agent {n}", "go", aside=_MOVES)
        for n in range(1, 10)
    ),
    Entry("go.pane", "tab", "go_pane(1)", "next pane", "next pane; unfold a timeline", "go", aside=_MOVES),
    Entry("go.pane-back", "shift+tab", "go_pane(-1)", "previous pane", "previous pane", "go", aside=_MOVES),
    Entry(
        "go.left",
        "ctrl+left",
        "go_side(-1, 0)",
        "left",
        "pane to the left",
        "go",
        aside=_MOVES,
    ),
    Entry("go.right", "ctrl+right", "go_side(1, 0)", "right", "pane to the right", "go", aside=_MOVES),
    Entry("go.above", "ctrl+up", "go_side(0, -1)", "above", "pane above", "go", aside=_MOVES),
    Entry("go.below", "ctrl+down", "go_side(0, 1)", "below", "pane below", "go", aside=_MOVES),
    Entry("go.next", "space", "waiting(1)", "next that needs you", "next that needs you", "go"),
    Entry("go.previous", "backspace", "waiting(-1)", "previous", "previous that needs you", "go"),
    Entry("go.type", "enter", "enter", "type here", "type into the agent", "go"),
    Entry("go.filter", "slash", "filter", "filter", "filter agents", "go"),
    Entry("go.sort", "o", "sort", "sort", "sort by need, name, cost, age", "go"),
    Entry("list.group", "b", "group", "group", "group by project, runtime, tag", "go"),
    Entry("list.fold", "left", "fold(True)", "fold", "fold its group; zoomed: views", "go", aside=_MOVES),
    Entry("list.unfold", "right", "fold(False)", "unfold", "unfold its group", "go", aside=_MOVES),
    Entry("list.pin", "f", "pin", "pin", "pin on top; no longer", "go"),
    Entry("list.hide", "h", "hide", "hide", "hide; put back", "go"),
    Entry("list.hidden", "full_stop", "hidden", "show hidden", "show what is hidden", "go"),
    Entry("list.mark", "v", "mark", "mark", "mark: commands go to all", "go"),
    Entry("look.layout", "g", "layout", "layout", "list, columns, rows, grid", "look"),
    Entry(
        "look.more",
        "plus,equals_sign,right_parenthesis",
        "more",
        "more panes",
        "more panes; a step later",
        "look",
    ),
    Entry("look.less", "minus,left_parenthesis", "panes(-1)", "fewer panes", "fewer panes", "look"),
    Entry("look.list-narrower", "less_than_sign", "list_size(-1)", "list", "list narrower", "look"),
    Entry("look.list-wider", "greater_than_sign", "list_size(1)", "list wider", "list wider", "look"),
    Entry(
        "look.pane-smaller",
        "left_curly_bracket",
        "pane_size(-1)",
        "pane",
        "this pane smaller",
        "look",
    ),
    Entry(
        "look.pane-larger",
        "right_curly_bracket",
        "pane_size(1)",
        "pane larger",
        "this pane larger",
        "look",
    ),
    Entry("look.even", "0", "even", "even", "all sizes as they were", "look"),
    Entry("look.zoom", "z", "zoom", "zoom", "this agent alone", "look"),
    Entry("look.view", "t", "turn_view", "timeline", "terminal or timeline", "look"),
    Entry("look.log", "l", "view('events')", "log", "event log", "look"),
    Entry("look.files", "d", "view('files')", "files", "files changed, diffs", "look"),
    Entry("look.usage", "u", "fleet", "usage", "what all spent, limits", "look"),
    Entry("look.own-usage", UNBOUND, "view('usage')", "usage", "what this agent used", "look"),
    Entry("look.raw", UNBOUND, "view('raw')", "raw", "what its CLI printed", "look"),
    Entry("look.settings", UNBOUND, "view('settings')", "settings", "what it was started with", "look"),
    Entry("look.race", "comma", "race", "race", "race: one prompt to several", "look"),
    Entry("look.away", "e", "away", "away", "while you were away", "look"),
    Entry("look.why", "w", "view('why')", "why", "why this state", "look"),
    Entry("look.copy", "c", "copy_mode", "scroll", "scroll, search and copy", "look"),
    Entry(
        "look.older",
        "pageup",
        "scroll_pane(-1)",
        "older",
        "older lines",
        "look",
        aside=_MOVES,
    ),
    Entry("look.newer", "pagedown", "scroll_pane(1)", "newer", "newer lines", "look", aside=_MOVES),
    Entry(
        "look.turn-back",
        "left_square_bracket",
        "turn(-1)",
        "turn",
        "turn before in a timeline",
        "look",
    ),
    Entry(
        "look.turn-on",
        "right_square_bracket",
        "turn(1)",
        "turn",
        "next turn of a timeline",
        "look",
        aside=_MOVES,
    ),
    Entry("ask.open", "a", "answer", "answer", "open the answers", "when it asks"),
    Entry("ask.inbox", "exclamation_mark", "inbox", "inbox", "all that wait for you", "when it asks"),
    Entry("ask.allow", "y", "reply('allow')", "allow once", "allow once", "when it asks", aside=_ANSWERS),
    Entry("ask.deny", "n", "reply('deny')", "deny", "deny", "when it asks", aside=_ANSWERS),
    Entry(
        "ask.words",
        "e",
        "reply('words')",
        "deny, say why",
        "deny and say why",
        "when it asks",
        aside=_ANSWERS,
    ),
    Entry(
        "ask.always", "a", "reply('always')", "allow always", "allow alike", "when it asks", aside=_ANSWERS
    ),
    Entry("agent.prompt", "p", "prompt", "prompt", "give it a prompt", "agent"),
    Entry("agent.interrupt", "i", "interrupt", "interrupt", "interrupt the turn", "agent"),
    Entry("agent.pause", "s", "pause", "pause", "pause; continue", "agent"),
    Entry("agent.resume", "r", "resume", "resume", "resume the session", "agent"),
    Entry("agent.cancel", "x", "cancel_step", "cancel", "cancel the announced step", "agent"),
    Entry("agent.restart", "R", "restart", "restart", "restart fresh; asks", "agent"),
    Entry("agent.kill", "K", "kill", "kill", "kill; asks", "agent"),
    Entry("agent.forget", "delete", "forget", "forget", "forget when over; asks", "agent"),
    Entry("agent.new", "n", "new", "new", "new agent", "agent"),
    Entry("agent.like", "N", "new_like", "one like this", "one like this", "agent"),
    Entry("agent.rename", "f2", "rename", "rename", "rename: call it otherwise", "agent"),
    Entry("agent.fork", UNBOUND, "fork", "fork", "a new agent on a copy of this session", "agent"),
    Entry("agent.wrong", "W", "save_moment", "this is wrong", "the state is wrong: save it", "agent"),
    Entry(
        "app.palette",
        "colon,ctrl+p",
        "app.command_palette",
        "commands",
        "commands",
        "app",
        aside="it is the palette",
    ),
    Entry("app.help", "question_mark,f1", "help", "help", "this help", "app"),
    Entry("app.mouse", "m", "mouse", "mouse", "mouse: ours, the terminal's", "app"),
    Entry("app.redraw", "ctrl+l", "redraw", "redraw", "draw the screen anew", "app"),
    Entry("app.suspend", "ctrl+z", "app.suspend_process", "suspend", "suspend the dashboard", "app"),
    Entry("app.sweep", "S", "app.sweep", "end orphans", "end what lost agents left; asks", "app"),
    Entry("app.demo", "D", "demo", "demo", "look around with demo agents", "app"),
    Entry("app.demo-tour", "T", "demo(True)", "tour", "be shown around with demo agents", "app"),
    Entry("app.stop-all", "Q", "stop_all", "stop all", "stop every agent; asks", "app"),
    Entry("app.quit", "q,ctrl+q", "app.leave", "close", "close, agents go on", "app"),
    Entry(
        "app.back",
        "escape",
        "back",
        "back",
        "close what is open",
        "app",
        aside="the palette itself is open: what it closes is not in sight",
    ),
)

BY_ID: Final[Mapping[str, Entry]] = {entry.id: entry for entry in TABLE}
_IN_FORCE: Final[dict[str, str]] = {}

_NAMES: Final = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "plus": "+",
    "minus": "−",
    "colon": ":",
    "escape": "esc",
    "delete": "del",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "circumflex_accent": "^",
    "dollar_sign": "$",
    "left_square_bracket": "[",
    "equals_sign": "=",
    "up": "↑",
    "down": "↓",
    "right_square_bracket": "]",
    "full_stop": ".",
    "comma": ",",
    "semicolon": ";",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left": "←",
    "right": "→",
}


def key_label(key: str) -> str:
    """Return a key's name for people: `ctrl+]`, `?`."""
    *modifiers, last = key.split("+")
    name = last.upper() if last[0:1] == "f" and last[1:].isdigit() else _NAMES.get(last, last)
    return "+".join([*modifiers, name])


def entry_label(entry: Entry, keymap: Mapping[str, str] | None = None) -> str:
    """Return how an entry's keys are written.

    Args:
        entry: The action.
        keymap: The user's keys; None: those in force.
    """
    changed = (_IN_FORCE if keymap is None else keymap).get(entry.id)
    if changed is not None:
        keys = keys_of(changed)
        return key_label(keys[0]) if keys else ""
    return key_label(entry.keys.split(",")[0]) if entry.keys != UNBOUND else ""


def all_labels(entry: Entry) -> list[str]:
    """Return all keys in force of an action, as people write them."""
    return [key_label(key) for key in keys_in_force(entry)]


def keys_in_force(entry: Entry) -> list[str]:
    """Return all keys of an action now, by Textual's names."""
    return keys_of(_IN_FORCE.get(entry.id, entry.keys))


def put_in_force(keymap: Mapping[str, str]) -> None:
    """Let every sentence name these keys from now on: a process has one dashboard, and that has one keymap."""
    _IN_FORCE.clear()
    _IN_FORCE.update(keymap)


def key_in_words(name: str) -> str:
    """Return the key in force of an action for a sentence: `r` resumes it; without a key it is the palette that does."""
    return entry_label(BY_ID[name]) or "the palette"


def bindings(entries: Iterable[Entry] = TABLE) -> list[BindingType]:
    """Return the table as Textual's bindings. Earlier entries come first where two share a key.

    The answers stand before what else their keys do: while a strip is open they win, otherwise they are off.
    """
    ordered = sorted(entries, key=lambda entry: not entry.action.startswith("reply("))
    return [
        Binding(
            entry.keys,
            entry.action,
            entry.label,
            id=entry.id,
            tooltip=entry.help,
        )
        for entry in ordered
    ]


def keys_of(written: str) -> list[str]:
    """Return Textual's names of the keys in a list, however people write them: `?, ctrl+]`."""
    found = [canonical(key) or key.strip() for key in written.split(",")]
    return [key for key in found if key not in ("", UNBOUND)]


def problems(keymap: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a user's keymap, a sentence each; two actions on one key, names that are none."""
    unknown = [name for name in keymap if name not in BY_ID]
    if unknown:
        from tui.ui.keypage import page_ids  # loads all screens: only where there is something to look up

        known = page_ids()
        unknown = [name for name in unknown if name not in known]
    found = [f"keys.{name}: no such action." for name in unknown]
    found += [
        f"keys.{name}: {key.strip()} is no key."
        for name, keys in keymap.items()
        for key in keys.split(",")
        if key.strip() and canonical(key) is None
    ]
    owners: dict[str, str] = {}
    for entry in TABLE:
        if is_answer(entry):
            continue
        for key in keys_of(keymap.get(entry.id, entry.keys)):
            if key in owners:
                first = owners[key]
                mine, other = (first, entry.id) if entry.id not in keymap else (entry.id, first)
                found.append(f"keys.{mine}: {key_label(key)} is already {other}, and stays so.")
            owners.setdefault(key, entry.id)
    return found


def usable(keymap: Mapping[str, str]) -> dict[str, str]:
    """Return a user's keymap without the keys that another action has and keeps: a slip must not put kill on space."""
    taken = {
        key: entry.id
        for entry in TABLE
        if not is_answer(entry) and entry.id not in keymap
        for key in keys_of(entry.keys)
    }
    kept: dict[str, str] = {}
    for name, keys in keymap.items():
        wanted = keys_of(keys)
        free = [key for key in wanted if taken.get(key, name) == name]
        if free or not wanted:
            kept[name] = ",".join(free) or UNBOUND
    return kept


def is_answer(entry: Entry) -> bool:
    """True for an action that is there only while answers are open: its keys may do something else besides."""
    return entry.action.startswith("reply(")
