"""Hostile text in all that is kept of an agent: what the commands print for people does nothing to a terminal."""

from __future__ import annotations

import msgspec
import pytest

from tests.cli.conftest import Cli
from tests.client.fake_host import make_agent
from tests.hostile import ALL, MARKUP, alive
from tests.ui.test_hostile import hostile_events, hostile_views
from tui.system import store
from tui.system.eventlog import EventLog
from tui.system.paths import Paths, ensure


@pytest.fixture
def agent(paths: Paths) -> None:
    ensure(paths)
    folder = paths.agent("one")
    status = make_agent(paths, "one")
    hostile = hostile_views(ALL)[0].status
    mine = {name: getattr(status, name) for name in ("id", "host_pid", "host_started", "boot_id", "cwd")}
    store.write_status(folder, msgspec.structs.replace(hostile, **mine))
    spec = store.read_spec(folder)
    store.write_spec(folder, msgspec.structs.replace(spec, name="n" + ALL, prompt="p" + ALL, model="m" + ALL))
    log = EventLog(folder)
    log.append([event for event in hostile_events(ALL) if event.seq])
    log.close()


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize(
    "command", [["ls"], ["show", "one"], ["logs", "one"], ["screen", "one"], ["doctor"], ["rm", "one"]]
)
def test_what_is_printed_is_inert(cli: Cli, command: list[str]) -> None:
    result = cli(*command)
    assert result.out or result.err
    assert alive(result.out) | alive(result.err) == set()


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("command", [["ls"], ["show", "one"], ["logs", "one"]])
def test_markup_is_printed_as_it_is(cli: Cli, command: list[str]) -> None:
    assert MARKUP in cli(*command).out
