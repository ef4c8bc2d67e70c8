"""`wrong`: a state is not what it should be; save the moment as a file that a test can replay."""

from __future__ import annotations

import click

from tui.cli.context import complete_agent, find_paths, read_views, resolve
from tui.client.folders import with_spec
from tui.core.activity import Activity
from tui.core.clock import SystemClock


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
@click.option(
    "--should",
    type=click.Choice([activity.word for activity in Activity]),
    help="What its activity should be.",
)
@click.option("--note", default="", help="What you saw, in a sentence.")
def wrong(agent: str, should: str | None, note: str) -> None:
    """Save what is known of an agent now because its state is wrong; print the file.

    It holds the end of the recording, the last facts, the votes and states: secrets of known forms are blanked, and
    environment variables are never in it. Look it over before you give it away.
    """
    import msgspec

    from tui.client import moments

    paths = find_paths()
    view = with_spec(paths, resolve(read_views(paths), agent))
    moment = moments.gather(
        paths, view.status, SystemClock().now(), spec=view.spec, contact=str(view.contact), note=note
    )
    if should:
        meant = next(each for each in Activity if each.word == should)
        moment = msgspec.structs.replace(moment, should=str(meant))
    click.echo(moments.save(paths, moment))
