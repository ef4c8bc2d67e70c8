"""Which keys the footer names: what works now, most wanted first. Fed from the one table in `tui.ui.keymap`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tui.core.activity import Activity
from tui.core.attention import LOOK, Group, RowState
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.ui.agents import is_alive, state_of
from tui.ui.answers import OpenStrip, shown
from tui.ui.keymap import BY_ID, entry_label
from tui.ui.look import View
from tui.ui.widgets.footer import FooterItem

RIGHT: Final = ("app.palette", "app.help")
_SHORT: Final = {"go.next": "next", "go.type": "type", "agent.new": "new"}


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
            found.append(FooterItem(key, label, entry.action, _SHORT.get(name, label.split(",")[0])))
    return found


def board_ids(view: View | None, waiting: int) -> list[str]:
    """Return what can be done on the dashboard with this agent selected."""
    if view is None:
        return ["agent.new", "go.filter", "look.usage", "app.quit"]
    state = state_of(view)
    over = not is_alive(view) and view.status.lifecycle not in (Lifecycle.QUEUED, Lifecycle.BACKOFF)
    ids = ["go.next"] if waiting else []
    if view.status.request is not None:
        ids.append("ask.open")
    if view.status.ladder is not None and view.status.ladder.announced:
        ids.append("agent.cancel")
    ids += _over_ids() if over else _alive_ids(view, state)
    ids += ["look.zoom", "look.layout", "look.usage", "look.log"]
    return ids


def _over_ids() -> list[str]:
    return ["agent.resume", "agent.new", "agent.restart", "agent.forget", "look.why"]


def _alive_ids(view: View, state: RowState) -> list[str]:
    ids = ["go.type" if view.status.mode is Mode.INTERACTIVE else "agent.prompt", "agent.new"]
    if state is RowState.PAUSED:
        ids.append("agent.pause")
    if view.status.activity in (Activity.WORKING, Activity.STALLED):
        ids.append("agent.interrupt")
    ids.append("agent.kill")
    if LOOK[state].group is Group.LOOK_AT or state is RowState.UNKNOWN:
        ids.append("look.why")
    return ids


def board_labels(view: View | None) -> dict[str, str]:
    """Return the labels that depend on the agent."""
    if view is not None and state_of(view) is RowState.PAUSED:
        return {"agent.pause": "continue"}
    return {}


def strip_items(strip: OpenStrip, keymap: Mapping[str, str]) -> list[FooterItem]:
    """Return the keys of an open answer strip."""
    if strip.gone_at is not None:
        return [FooterItem("", "already answered")]
    ids = {"y": "ask.allow", "n": "ask.deny", "e": "ask.words", "a": "ask.always"}
    found = []
    for choice in shown(strip.request):
        key = entry_label(BY_ID[ids[choice.key]], keymap) if choice.key in ids else choice.key
        action = BY_ID[ids[choice.key]].action if choice.key in ids else f"pick({choice.key})"
        found.append(FooterItem(key, choice.label, action))
    return [*found, FooterItem("esc", "not now", "back")]
