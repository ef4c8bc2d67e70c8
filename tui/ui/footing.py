"""Which keys the footer names: what works now, most wanted first. Fed from the one table in `tui.ui.keymap`."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from textual.binding import Binding

from tui.core.activity import Activity
from tui.core.attention import LOOK, Group, RowState
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.ui.agents import is_alive, state_of
from tui.ui.answers import REPLIES, OpenStrip
from tui.ui.keymap import BY_ID, entry_label, key_label, keys_in_force, keys_of
from tui.ui.look import View
from tui.ui.marking import Kind
from tui.ui.notes import answer_key
from tui.ui.widgets.footer import FooterItem

if TYPE_CHECKING:
    from tui.ui.keyboard import Keyboard
    from tui.ui.widgets.copy_mode import CopyTerminal

RIGHT: Final = ("app.palette", "app.help")
_SHORT: Final = {"go.next": "next", "go.type": "type", "agent.new": "new"}
_HOW: Final = {choice: how for how, choice in REPLIES.items()}
_SCROLL: Final = "scroll, copy"
"""What copy mode is for, in the words of somebody who does not know that there is one."""


def items(
    ids: Iterable[str], keymap: Mapping[str, str], labels: Mapping[str, str] | None = None
) -> list[FooterItem]:
    """Return footer items of these actions; those that the user took the key from are left out."""
    found = []
    for name in ids:
        entry = BY_ID[name]
        key = entry_label(entry, keymap)
        label = (labels or {}).get(name, entry.label)
        if key:
            more = entry_label(BY_ID["look.older"], keymap) if name == "look.copy" else ""
            long = f"{key} {more}" if more else key
            short = _SHORT.get(name, label.split(",")[0])
            found.append(FooterItem(long, label, entry.action, short, key))
    return found


def pressing(*keys: str) -> str:
    """Return the action of an item that does what its keys do, whoever has them now."""
    return f"app.press({' '.join(keys)!r})"


def first_key(name: str) -> str:
    """Return Textual's name of the key in force of an action; empty if there is none."""
    return next(iter(keys_in_force(BY_ID[name])), "")


def key_of(name: str, keymap: Mapping[str, str]) -> str:
    """Return the key of an action for people; empty if the user took it away."""
    return entry_label(BY_ID[name], keymap)


def board_ids(view: View | None, waiting: int) -> list[str]:
    """Return what can be done on the dashboard with this agent selected."""
    if view is None:
        return ["agent.new", "go.filter", "look.usage", "app.quit"]
    state = state_of(view)
    over = not is_alive(view) and view.status.lifecycle is not Lifecycle.QUEUED
    ids = ["go.next"] if waiting else []
    if view.status.request is not None:
        ids.append("ask.open")
    if view.status.ladder is not None and view.status.ladder.announced:
        ids.append("agent.cancel")
    ids += _over_ids(view) if over else _alive_ids(view, state)
    ids += ["look.zoom", "look.layout", "look.usage", "look.log"]
    return ids


def _over_ids(view: View) -> list[str]:
    if state_of(view) is RowState.BACKOFF:
        return ["agent.resume", "agent.cancel", "look.copy", "agent.new", "agent.kill", "look.why"]
    resume = ["agent.resume"] if view.status.session_id else []
    return [*resume, "look.copy", "agent.new", "agent.restart", "agent.forget", "look.why"]


def _alive_ids(view: View, state: RowState) -> list[str]:
    if state is RowState.QUEUED and view.status.queue_place:
        return ["agent.resume", "agent.new", "agent.kill"]
    ids = ["go.type" if view.status.mode is Mode.INTERACTIVE else "agent.prompt", "look.copy", "agent.new"]
    if state is RowState.PAUSED:
        ids.append("agent.pause")
    if view.status.activity in (Activity.WORKING, Activity.STALLED):
        ids.append("agent.interrupt")
    if state in (RowState.STALLED, RowState.LOOPING) and view.status.session_id:
        ids.append("agent.resume")
    ids.append("agent.kill")
    if LOOK[state].group is Group.LOOK_AT or state is RowState.UNKNOWN:
        ids.append("look.why")
    return ids


def board_labels(view: View | None) -> dict[str, str]:
    """Return the labels that depend on the agent, or say more here than elsewhere."""
    labels = {"look.copy": _SCROLL}
    if view is not None and state_of(view) is RowState.PAUSED:
        return labels | {"agent.pause": "continue"}
    if view is not None and state_of(view) is RowState.QUEUED:
        return labels | {"agent.resume": "start now"}
    if view is not None and state_of(view) is RowState.BACKOFF:
        return labels | {"agent.resume": "try now", "agent.cancel": "give up"}
    return labels


def marked_items(number: int, keymap: Mapping[str, str]) -> tuple[str, list[FooterItem]]:
    """Return the chip while agents are marked, and what can be done with all of them."""
    ids = ("list.mark", "agent.interrupt", "agent.pause", "agent.resume", "agent.restart", "agent.kill")
    return f"{number} marked", [*items(ids, keymap), FooterItem("esc", "unmark", "back")]


def strip_items(strip: OpenStrip) -> list[FooterItem]:
    """Return the keys of an open answer strip."""
    if strip.gone_at is not None:
        return [FooterItem("", "already answered")]
    found = []
    for choice in strip.shown:
        action = f"reply('{_HOW[choice.key]}')" if choice.key in _HOW else f"pick({choice.key})"
        if name := answer_key(choice.key):
            found.append(FooterItem(name, choice.label, action))
    return [*found, FooterItem("esc", "not now", "back")]


def typing_items(
    keyboard: Keyboard, terminal: CopyTerminal | None, keymap: Mapping[str, str]
) -> list[FooterItem]:
    """Return what one can do while keys go to an agent, how to read back in its terminal among it."""
    leader = keyboard.label
    press = pressing(keyboard.key)
    once = FooterItem(leader, "then one key: the dashboard", press, "one key")
    found = [once if keyboard.once else FooterItem(leader, "gives them back", press, "back")]
    if keyboard.hint:
        found.append(FooterItem("", keyboard.hint))
    elif terminal is not None and terminal.back:
        found.append(FooterItem("", f"{terminal.back:,} lines below; any key returns to them"))
    elif terminal is not None:
        if key := entry_label(BY_ID["look.copy"], keymap):
            found.append(
                FooterItem(
                    f"{leader} {key}", _SCROLL, pressing(keyboard.key, first_key("look.copy")), "scroll"
                )
            )
        if terminal.child_has_mouse:
            found.append(FooterItem("alt+drag", "marks, the agent has the mouse", short="marks"))
        elif not terminal.modes.alternate:
            found.append(FooterItem("wheel", "scrolls"))
    return [*found, FooterItem(f"{leader} {leader}", "sends it", pressing(keyboard.key, keyboard.key))]


def lent_items(
    keyboard: Keyboard, view: View | None, keymap: Mapping[str, str]
) -> tuple[str, list[FooterItem], list[FooterItem]]:
    """Return the chip and the keys while the dashboard has the keyboard for one key."""
    name = view.status.name if view is not None else "the agent"
    ids = ("go.next", "go.below", "look.layout", "look.zoom", "look.copy", "agent.new", "app.quit")
    sends = FooterItem(keyboard.label, "again sends it", pressing(keyboard.key))
    return f"one key, then {name}", items(ids, keymap), [sends, *items(("app.help",), keymap)]


def reader_items(
    reader: CopyTerminal, keymap: Mapping[str, str]
) -> tuple[str, list[FooterItem], list[FooterItem]]:
    """Return the chip and the keys of copy mode, and those at the right end."""

    def key(name: str, label: str, short: str = "") -> FooterItem:
        given = keymap.get(f"copy.{name}")
        bound = given if given is not None else reader_keys()[name]
        first = keys_of(bound)[0] if keys_of(bound) else ""
        return FooterItem(key_label(first), label, pressing(first), short)

    def pair(back: str, on: str, label: str) -> FooterItem:
        first = key(back, label)
        return msgspec.structs.replace(first, key=f"{first.key} {key(on, label).key}", short_key=first.key)

    search = reader.search
    if search.entry is not None:
        return (
            "search",
            [
                FooterItem("enter", "go there", pressing("enter")),
                FooterItem("↑", "last one", pressing("up")),
                FooterItem("esc", "drop it", pressing("escape")),
            ],
            [],
        )
    if reader.marked is not None:
        count = len(reader.marked.lines)
        chip = f"{count:,} line{'s' if count > 1 else ''} marked"
        kinds = [key("mark-lines", "lines"), key("mark-block", "block"), key("mark", "characters", "chars")]
        kinds = [
            item
            for item, kind in zip(kinds, (Kind.LINES, Kind.BLOCK, Kind.CHARACTERS), strict=True)
            if kind is not reader.marked.kind
        ]
        found = [key("copy", "copy"), *kinds, key("other-end", "other end"), key("escape", "unmark")]
        return chip, found, []
    if search.found is not None and search.found.matches:
        found = [key("again", "next"), key("back", "previous", "prev"), key("mark", "mark")]
        found += [key("copy", "copy line", "copy"), key("search", "search anew", "search")]
    else:
        found = [key("search", "search"), key("mark", "mark"), key("copy", "copy line", "copy")]
    found += [
        key("page-up", "older"),
        pair("prompt-above", "prompt-below", "prompts"),
        key("editor", "editor"),
        key("oldest", "oldest"),
    ]
    return (
        "copy mode",
        found,
        [key("escape", "drop search" if search.is_shown else "back to live", "live")],
    )


@functools.cache
def reader_keys() -> dict[str, str]:
    """Return the keys of copy mode by the names of its actions."""
    from tui.ui.widgets.copy_mode import CopyTerminal

    bindings = [each for each in CopyTerminal.BINDINGS if isinstance(each, Binding) and each.id]
    return {str(each.id).partition(".")[2]: each.key for each in bindings}
