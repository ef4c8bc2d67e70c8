"""`wait`: until agents reach a state."""

from __future__ import annotations

import asyncio
import difflib
from typing import TYPE_CHECKING, Final

import click

from tui.cli.app import FAILED
from tui.cli.context import complete_agent, find_paths, read_views, resolve_all, settled, with_fleet
from tui.client.view import AgentView
from tui.core.activity import NEEDS_YOU, Activity
from tui.core.budget import is_held
from tui.core.lifecycle import Lifecycle
from tui.core.text import one_line

if TYPE_CHECKING:
    from tui.client.fleet import Fleet

_OVER: Final = "over"
_GROUPS: Final = {
    "needs-you": frozenset(str(each) for each in NEEDS_YOU),
    Activity.UNKNOWN.word: frozenset({str(Activity.UNKNOWN)}),
}
_BADLY: Final = frozenset(map(str, (Lifecycle.FAILED, Lifecycle.KILLED, Lifecycle.LOST)))
"""Who waits for the end of an agent wants to know when it was one of these; who names one gets it."""
KNOWN: Final = (*map(str, Lifecycle), *map(str, Activity), _OVER, *_GROUPS)


def _states(_: click.Context, __: click.Parameter, given: str) -> frozenset[str]:
    """Read a comma-separated list of states."""
    found: set[str] = set()
    for name in (part.strip() for part in given.split(",")):
        if name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise click.BadParameter(f"{name!r} is no state.{meant} States: {', '.join(KNOWN)}.")
        found |= _GROUPS.get(name, frozenset({name}))
    return frozenset(found)


@click.command(name="wait")
@click.argument("agents", metavar="ID…", nargs=-1, required=True, shell_complete=complete_agent)
@click.option(
    "--until", callback=_states, default="over", metavar="STATES",
    help="Comma-separated lifecycles and activities, over, or needs-you. Default: over.",
)  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0), metavar="S", help="Give up after so many seconds.")
def wait(agents: tuple[str, ...], until: frozenset[str], timeout: float | None) -> None:
    """Wait until agents reach a state; with several, until all have. Fails if one cannot reach it any more.

    An agent that failed, was killed or lost is over, too, and fails the wait; name that state to have it.
    """
    paths = find_paths()
    views = resolve_all(read_views(paths), agents)
    done: dict[str, bool] = {}

    async def follow(fleet: Fleet) -> None:
        while len(done) < len(views):
            for view in views:
                _look(fleet.agents.get(view.id), view, until, done)
            if len(done) < len(views):
                await asyncio.sleep(0.05)
        await settled(paths, fleet, [view.id for view in views])

    async def limited(fleet: Fleet) -> None:
        try:
            async with asyncio.timeout(timeout):
                await follow(fleet)
        except TimeoutError:
            for view in views:
                if view.id not in done:
                    done[view.id] = False
                    now = fleet.agents.get(view.id, view)
                    click.echo(f"{one_line(view.name)} is still {_words(now)} after {timeout:g} s.", err=True)

    with_fleet(paths, [view.id for view in views], "wait", limited)
    click.get_current_context().exit(0 if all(done.values()) else FAILED)


def _look(now: AgentView | None, before: AgentView, until: frozenset[str], done: dict[str, bool]) -> None:
    """Note whether an agent is where it should be, or can no longer come there."""
    if before.id in done:
        return
    if now is None:
        done[before.id] = False
        click.echo(f"{one_line(before.name)} is gone.", err=True)
    elif until & states(now) or (_OVER in until and now.over and not _BADLY & states(now)):
        done[before.id] = True
        click.echo(f"{one_line(now.name)}: {_words(now)}")
    elif now.over:
        done[before.id] = False
        how = "did not end well" if _OVER in until else "ended otherwise"
        click.echo(f"{one_line(now.name)} {how}: {_words(now)}.", err=True)


def states(view: AgentView) -> frozenset[str]:
    """Return the states that an agent is in."""
    lifecycle = "lost" if view.contact == "lost" else str(view.status.lifecycle)
    # What a run did last says nothing once it is over, but that it was done.
    if view.over and view.status.activity is not Activity.DONE:
        return frozenset({lifecycle})
    if is_held(view.status):
        # It asks for more of its budget.
        return frozenset({lifecycle, str(Activity.NEEDS_ANSWER)})
    return frozenset({lifecycle, str(view.status.activity)})


def _words(view: AgentView) -> str:
    status = view.status
    if is_held(status):
        return "budget used up"
    if not view.over:
        return status.activity.word if status.lifecycle is Lifecycle.RUNNING else str(status.lifecycle)
    if status.activity is Activity.DONE:
        return "done"
    lifecycle = "lost" if view.contact == "lost" else str(status.lifecycle)
    reason = one_line(status.exit.reason).rstrip(".") if status.exit else ""
    return reason if reason.startswith(lifecycle) else ", ".join(filter(None, [lifecycle, reason]))
