"""`race` and `races`: one prompt to several runtimes, how they stand, and the winner's changes into the folder."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli import output, records
from tui.cli.context import find_paths, find_settings, read_views, with_fleet
from tui.core import figures
from tui.core.attention import LOOK
from tui.core.clock import SystemClock
from tui.core.errors import AgentTuiError, SpecError
from tui.core.lifecycle import OVER
from tui.core.spec import Mode
from tui.core.text import one_line
from tui.system.paths import Paths

if TYPE_CHECKING:
    from tui.client.view import AgentView
    from tui.core.racing import Race, Standing


@click.command()
@click.argument("prompt")
@click.option(
    "--runtimes",
    "wanted",
    required=True,
    metavar="A,B",
    help="Who runs, two or more: claude-code,codex. A model after a colon: claude-code:opus,claude-code:sonnet.",
)
@click.option(
    "--name", default="", help="What to call the race, and to tag its agents with; by default race, race-2, …"
)
@click.option("--cwd", default="", help="Folder it is about, in a git repository; by default this one.")
@click.option(
    "--mode",
    type=click.Choice([str(mode) for mode in Mode]),
    help="For all of them; by default each one's own.",
)
def race(prompt: str, wanted: str, name: str, cwd: str, mode: str | None) -> None:
    """Give one prompt to several runtimes, each in a git worktree of its own. PROMPT - reads stdin."""
    from tui.client import racing
    from tui.client.told import publish
    from tui.system.paths import ensure

    paths = find_paths()
    settings = find_settings(paths)
    ensure(paths)
    publish(paths, settings)
    pairs = [each.strip().partition(":") for each in wanted.split(",")]
    asked = racing.Wanted(
        prompt=sys.stdin.read().rstrip("\n") if prompt == "-" else prompt,
        cwd=cwd or str(Path.cwd()),
        entrants=[racing.Entrant(runtime, model) for runtime, _, model in pairs],
        name=name,
        mode=Mode(mode) if mode else None,
    )
    begun = with_fleet(paths, (), "race", lambda fleet: racing.begin(paths, settings, asked, fleet.create))
    click.echo(begun.name)
    for racer in begun.racers:
        click.echo(f"  {racer.agent_id}  {one_line(racer.worktree, limit=2_000)}")


@click.command()
@click.argument("name", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per racer.")
@click.option("--keep", metavar="ID", help="Put this racer's changes into the folder; asks before.")
@click.option("--clear", is_flag=True, help="End its racers and remove their worktrees; asks before.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def races(name: str, as_json: bool, keep: str | None, clear: bool, yes: bool) -> None:
    """Tell how a race stands, the newest by default; keep one racer's changes, remove the worktrees."""
    from tui.client import racing
    from tui.system.racefile import find_race

    paths = find_paths()
    found = find_race(paths, name)
    work = asyncio.run(racing.work_of(found))
    views = {view.id: view for view in read_views(paths)}
    statuses = {agent_id: view.status for agent_id, view in views.items()}
    found = asyncio.run(racing.note_finishes(paths, found, statuses))
    standing = _standing(found, views, work)
    if keep:
        found = _keep(paths, found, _one(standing, keep), yes=yes)
    if clear:
        _clear(paths, found, views, yes=yes)
    if as_json:
        for each in standing:
            click.echo(records.encode(_record(found, each)))
    elif not keep and not clear:
        for line in _table(found, standing, views):
            click.echo(line)


def _standing(race: Race, views: dict[str, AgentView], work: dict[str, Any]) -> list[Standing]:
    from tui.core.racing import standings

    statuses = {agent_id: view.status for agent_id, view in views.items()}
    return standings(race, statuses, work, SystemClock().now())


def _one(standing: list[Standing], wanted: str) -> Standing:
    from tui.client.names import resolve

    known = [
        (each.racer.agent_id, each.status.name if each.status else each.racer.agent_id) for each in standing
    ]
    agent_id = resolve(wanted, known)
    return next(each for each in standing if each.racer.agent_id == agent_id)


def _keep(paths: Paths, race: Race, winner: Standing, *, yes: bool) -> Race:
    from tui.client import race_over

    if winner.work is None and not winner.racer.removed:
        raise AgentTuiError(f"What {winner.racer.agent_id} changed cannot be read.")
    _ask(f"{_changed(winner)} of {winner.racer.agent_id} go into {race.cwd}.", "Keep it?", yes=yes)
    kept, patch = asyncio.run(race_over.keep(paths, race, winner.racer))
    click.echo(f"{race.cwd} has them now. To undo: git apply -R {patch}")
    return kept


def _clear(paths: Paths, race: Race, views: dict[str, AgentView], *, yes: bool) -> None:
    from tui.client import race_over
    from tui.system.racefile import patch_of

    left = [racer for racer in race.racers if not racer.removed]
    alive = [
        racer.agent_id
        for racer in left
        if (view := views.get(racer.agent_id)) is not None and view.status.lifecycle not in OVER
    ]
    ends = f"{', '.join(alive)} {'is' if len(alive) == 1 else 'are'} ended. " if alive else ""
    _ask(f"{ends}{len(left)} worktrees are removed; their changes are kept as patches.", "Remove?", yes=yes)

    if alive:
        with_fleet(paths, alive, "races", lambda fleet: race_over.end(fleet, alive))
    cleared = asyncio.run(race_over.clear(paths, race, left))
    for racer in cleared.racers:
        if racer.removed:
            click.echo(f"{racer.agent_id}: {patch_of(paths, cleared, racer)}")


def _ask(what: str, question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise SpecError(f"{what} That is asked before.", "Without a terminal: -y.")
    click.echo(what)
    if not click.confirm(question, default=False):
        raise click.Abort


def _changed(standing: Standing) -> str:
    work = standing.work
    if work is None:
        return "The changes"
    return f"{figures.counted(work.files, 'file', 'files')} (+{work.added} −{work.removed})"


def _table(race: Race, standing: list[Standing], views: dict[str, AgentView]) -> list[str]:
    marks = output.marks()
    rows = [["", "racer", "state", "time", "tokens", "cost", "changed"]]
    for each in standing:
        view = views.get(each.racer.agent_id)
        work = each.work
        rows.append(
            [
                str(each.place or ""),
                each.racer.agent_id,
                LOOK[view.state].word if view is not None else "forgotten",
                figures.duration(each.took_s),
                figures.tokens(each.tokens, marks=marks),
                figures.money(each.cost_usd, marks=marks),
                "removed" if each.racer.removed else "" if work is None else _changed(each),
            ]
        )
    lines = ["  ".join(row).rstrip() for row in output.columns(rows, right=frozenset({3, 4, 5}))]
    kept = f" · kept: {race.kept}" if race.kept else ""
    return [
        f"{race.name} · {one_line(race.prompt, limit=60)}{kept}",
        output.muted(lines[0]),
        *lines[1:],
        output.muted(f"in {Path(race.racers[0].worktree).parent}"),
    ]


def _record(race: Race, each: Standing) -> dict[str, Any]:
    work = each.work
    return {
        "race": race.name,
        "id": each.racer.agent_id,
        "runtime": each.racer.runtime,
        "model": each.racer.model or None,
        "place": each.place or None,
        "took_s": round(each.took_s, 3),
        "tokens": each.tokens,
        "cost_usd": each.cost_usd,
        "files": None if work is None else work.files,
        "added": None if work is None else work.added,
        "removed": None if work is None else work.removed,
        "worktree": None if each.racer.removed else each.racer.worktree,
        "branch": each.racer.branch,
        "kept": race.kept == each.racer.agent_id,
    }
