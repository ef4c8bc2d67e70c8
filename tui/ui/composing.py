"""Who may get a prompt, and what became of it with each: between the composer and the fleet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from tui.core.activity import Activity
from tui.core.commands import Prompt
from tui.core.errors import AgentTuiError
from tui.core.figures import counted
from tui.core.lifecycle import OVER
from tui.core.spec import Mode
from tui.ui.agents import is_alive
from tui.ui.look import LOST, View
from tui.ui.prompts_sent import keep_sent
from tui.ui.screens.composer import Order, Receivers
from tui.ui.screens.receipt import Receipt, ReceiptScreen

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

_RESTING: Final = frozenset({Activity.IDLE, Activity.DONE})
_NAMES_MAX: Final = 6


def choices(selected: View | None, marked: list[View], shown: list[View]) -> list[Receivers]:
    """Return whom a prompt may go to, the most likely first.

    Args:
        selected: The agent under the cursor.
        marked: Those that were marked; they come first, for that is what marks are for.
        shown: Those that the filter shows; empty without one.
    """
    found: list[Receivers] = []
    if marked:
        found.append(_several("marked", marked))
    if selected is not None:
        about = "" if is_alive(selected) else "resumes it" if selected.status.session_id else "starts it"
        found.append(Receivers(selected.status.name, (selected.status.id,), about, is_busy(selected)))
    if shown:
        found.append(_several("that the filter shows", shown))
    return found


def _several(which: str, views: list[View]) -> Receivers:
    names = ", ".join(view.status.name for view in views[:_NAMES_MAX])
    about = f"{names}, …" if len(views) > _NAMES_MAX else names
    ids = tuple(view.status.id for view in views)
    return Receivers(f"{len(views)} {which}", ids, about, any(is_busy(view) for view in views))


def is_busy(view: View) -> bool:
    """A prompt would come into a turn or a question."""
    return is_alive(view) and view.status.activity not in _RESTING


def expected(view: View, *, when_idle: bool) -> str:
    """Return in words what a prompt that was taken does to an agent in this state."""
    status = view.status
    if status.lifecycle in OVER or view.contact == LOST:
        return "resumes its session with it" if status.session_id else "starts with it"
    if is_busy(view) and when_idle:
        return "gets it when it rests"
    if is_busy(view) and status.mode is Mode.STREAM:
        return "gets it after this turn"
    return "sent, into its turn" if is_busy(view) else "sent"


async def deliver(app: DashboardApp, order: Order) -> None:
    """Send a prompt to all it is for, at once; show what became of it with each where there are several."""
    keep_sent(app.paths.state, order.words)
    views = [view for agent_id in order.to.ids if (view := app.fleet.agents.get(agent_id)) is not None]
    command = Prompt(text=order.words, when_idle=order.when_idle)
    if len(views) == 1:
        await app.fleet.command(views[0].status.id, command)
        if order.when_idle:
            app.say(f"{views[0].status.name} gets it when it rests.")
        return
    receipts = await asyncio.gather(*(_send(app, view, command) for view in views))
    failed = [each for each in receipts if not each.ok]
    title = f"sent to {counted(len(receipts) - len(failed), 'agent')}"
    if failed:
        title += f", not to {len(failed)}"
    app.push_screen(ReceiptScreen(title, receipts))


async def _send(app: DashboardApp, view: View, command: Prompt) -> Receipt:
    name = view.status.name
    will = expected(view, when_idle=command.when_idle)
    try:
        await app.fleet.command(view.status.id, command)
    except AgentTuiError as error:
        return Receipt(name, str(error), ok=False)
    return Receipt(name, will, ok=True)
