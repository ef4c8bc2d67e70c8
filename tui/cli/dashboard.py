"""The dashboard, `attach` and `--demo`: the only commands that load Textual."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tui.cli.app import sentence
from tui.cli.context import complete_agent, find_paths, find_settings, read_views, resolve
from tui.cli.demos import OWNER_FILE, PREFIX, command, folders, remove_old
from tui.core.commands import Kill, Start
from tui.core.errors import AgentTuiError

if TYPE_CHECKING:
    from tui.ui.opening import Opening

DEMO_AGENTS: Final = 6
END_S: Final = 20.0
"""How long the demo waits for its agents to be gone."""
TOGETHER: Final = 8
"""Hosts of the demo that are started at the same time."""


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
def attach(agent: str) -> None:
    """Open the dashboard on one agent, full screen."""
    paths = find_paths()
    view = resolve(read_views(paths), agent)
    context = click.get_current_context()
    context.exit(open_dashboard(view.id, opening=context.obj))


def open_dashboard(agent_id: str | None = None, *, tour: bool = False, opening: Opening | None = None) -> int:
    """Open the dashboard and return its exit code.

    Raises:
        AgentTuiError: There is no terminal, a config file is wrong, or the folders cannot be used.
    """
    from tui.client.told import publish
    from tui.system.paths import ensure
    from tui.ui.run import run_dashboard

    _check_terminal()
    paths = find_paths()
    settings = find_settings(paths)
    ensure(paths)
    publish(paths, settings)
    code: int = run_dashboard(paths, settings, attach=agent_id, tour=tour, opening=opening)
    return code


def has_terminal() -> bool:
    """Return whether we can draw and be typed into."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _check_terminal() -> None:
    if not has_terminal():
        raise AgentTuiError(
            "The dashboard needs a terminal.", "agent-tui ls, show and the other commands do without one."
        )
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise AgentTuiError("This terminal cannot draw a dashboard (TERM is not set, or dumb).")


# -- demo --------------------------------------------------------------------------------------------------------------


def open_demo(count: int | None, *, keep: bool, tour: bool = False, opening: Opening | None = None) -> int:
    """Open the dashboard on a simulated fleet in folders of its own; at the end nothing of it is left, unless kept."""
    from tui.ui.run import run_dashboard

    _check_terminal()
    settings = find_settings(find_paths())
    remove_old(Path(tempfile.gettempdir()))
    root = Path(tempfile.mkdtemp(prefix=PREFIX))
    demo = Demo(root, count or DEMO_AGENTS, keep=keep)
    # A closed terminal or a kill must not leave the fleet behind.
    ends = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, lambda got, _: sys.exit(128 + got)) for number in ends]
    try:
        demo.start()
        code: int = run_dashboard(
            demo.paths, settings, demo=True, tour=tour, opening=opening, environment=demo.environment
        )
        return code
    finally:
        for number in ends:
            signal.signal(number, signal.SIG_IGN)  # clearing up is not to be cut short
        if keep:
            click.echo(f"The demo goes on. Back to it: {command(root)}", err=True)
        else:
            demo.end()
            click.echo("The demo is over, its agents ended with it: --keep leaves them.", err=True)
        for failure in demo.failures:
            click.echo(failure, err=True)
        for number, handler in zip(ends, before, strict=True):
            signal.signal(number, handler)


class Demo:
    """A simulated fleet in private folders.

    Args:
        root: A fresh folder; everything is below it.
        count: How many agents.
        keep: They outlive this process.
    """

    def __init__(self, root: Path, count: int, *, keep: bool = False) -> None:
        from tui.host.upkeep import OWNER, owned_by
        from tui.system.paths import ensure, paths_from_env

        self.root = root
        self.failures: list[str] = []
        self._count = count
        self._thread = threading.Thread(target=self._start_all, name="demo", daemon=True)
        variables = folders(root)
        if not keep:
            variables |= owned_by(os.getpid())
        self.environment = variables
        os.environ.update(variables)  # whatever is started from here on belongs to the demo
        self.paths = paths_from_env(variables)
        ensure(self.paths)
        if not keep:
            (root / OWNER_FILE).write_text(variables.get(OWNER, ""))

    def start(self) -> None:
        """Make the agents and begin to start their hosts, all at once, while the dashboard opens."""
        self._thread.start()

    def end(self) -> None:
        """Kill every agent, wait until nothing is left, remove the folders."""
        self._thread.join(END_S)
        asyncio.run(self._kill_all())
        shutil.rmtree(self.root, ignore_errors=True)

    def _start_all(self) -> None:
        from tui.runtimes.demo_fleet import demo_fleet

        try:
            wanted = demo_fleet(self._count, self.root / "work")
        except OSError as error:
            self.failures.append(f"The demo's folders could not be made: {error}.")
            return
        asyncio.run(self._start_hosts(wanted))

    async def _start_hosts(self, wanted: list[dict[str, Any]]) -> None:
        from tui.client import hosts, launch

        gate = asyncio.Semaphore(TOGETHER)

        async def one(fields: dict[str, Any]) -> None:
            try:
                spec = launch.create(self.paths, launch.Draft(**fields))
                async with gate:
                    await hosts.start_host(self.paths, spec.id, Start(by="demo"))
            except AgentTuiError as error:
                self.failures.append(sentence(error))

        await asyncio.gather(*(one(fields) for fields in wanted))

    async def _kill_all(self) -> None:
        from tui.client.fleet import Fleet
        from tui.core.clock import SystemClock

        fleet = Fleet(self.paths, clock=SystemClock(), client="agent-tui --demo")
        await fleet.start()
        try:
            running = [view.id for view in fleet.agents.values() if not view.over]
            await asyncio.gather(
                *(fleet.command(agent_id, Kill(by="demo")) for agent_id in running), return_exceptions=True
            )
            end = asyncio.get_running_loop().time() + END_S
            while any(not view.over for view in fleet.agents.values()):
                if asyncio.get_running_loop().time() > end:
                    self.failures.append("Not every simulated agent could be ended.")
                    break
                await asyncio.sleep(0.05)
        finally:
            await fleet.close()
