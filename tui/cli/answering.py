"""`answer`: what an agent asks is answered from a script as a key of the dashboard would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from tui.cli.app import FAILED
from tui.cli.context import complete_agent, find_paths, read_views, resolve, with_fleet
from tui.cli.talking import until
from tui.core.commands import Answer, Verdict
from tui.core.errors import AgentTuiError
from tui.core.status import Request
from tui.core.text import one_line, plain

if TYPE_CHECKING:
    from tui.client.fleet import Fleet

HEARD_S: Final = 2.0
"""Waited so long until the agent has heard the answer, so that a `wait` after it means the time after it."""

_VERDICTS: Final = {"yes": Verdict.ALLOW, "always": Verdict.ALLOW_ALWAYS, "no": Verdict.DENY}


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
@click.argument("how", metavar="[yes|always|no|NUMBER|TEXT]", required=False)
@click.argument("why", metavar="[WHY]", required=False)
def answer(agent: str, how: str | None, why: str | None) -> None:
    """Answer what an agent asks; without an answer, print the question and its options.

    NUMBER chooses an option, TEXT answers a question in your own words, WHY tells a refused agent the reason.
    """
    paths = find_paths()
    view = resolve(read_views(paths), agent)
    request = view.status.request
    if request is None or view.over:
        click.echo(f"{one_line(view.name)} asks nothing.", err=True)
        click.get_current_context().exit(FAILED)
    if how is None:
        _print(request)
        return
    given = _answer(request, how.strip(), why)

    async def give(fleet: Fleet) -> None:
        await fleet.command(view.id, given)
        await until(lambda: not _still_asks(fleet, view.id, request), HEARD_S)

    with_fleet(paths, [view.id], "answer", give)


def _still_asks(fleet: Fleet, agent_id: str, request: Request) -> bool:
    now = fleet.agents[agent_id].status.request if agent_id in fleet.agents else None
    return now is not None and now.request_id == request.request_id


def _print(request: Request) -> None:
    click.echo(" ".join(word for word in (one_line(request.tool), one_line(request.title)) if word))
    if request.detail and request.detail != request.title:
        click.echo(plain(request.detail))
    for number, option in enumerate(request.options, 1):
        click.echo(f"{number} {one_line(option)}")


def _answer(request: Request, how: str, why: str | None) -> Answer:
    """Return the answer.

    Raises:
        UsageError: It does not fit the request.
    """
    if not request.answerable:
        raise AgentTuiError(
            "That request cannot be answered from here.", "Attach to the agent and answer there."
        )
    verdict = _VERDICTS.get(how.casefold())
    if why is not None and verdict is not Verdict.DENY:
        raise click.UsageError("Only `no` takes a reason.")
    if verdict is not None:
        return Answer(request_id=request.request_id, verdict=verdict, text=why or "")
    if how.isdecimal():
        number = int(how)
        if not 1 <= number <= len(request.options):
            raise click.UsageError(f"There is no option {number}; there are {len(request.options)}.")
        return Answer(request_id=request.request_id, verdict=Verdict.CHOOSE, choice=number)
    if request.permission or not how:
        raise click.UsageError("Answer with yes, always, no or the number of an option.")
    return Answer(request_id=request.request_id, verdict=Verdict.CHOOSE, text=how)
