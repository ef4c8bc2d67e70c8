"""The user's notification command, run by real hosts: no dashboard is open in any of these."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agents import argv
from tests.host.hosting import Hosted
from tests.waiting import until, wait_until
from tui.core import facts as f
from tui.core.commands import Kill
from tui.core.lifecycle import Lifecycle
from tui.core.notify import Channel, Notify
from tui.protocol import messages as m
from tui.system.notifyfile import take_place, write_notify

Make = Callable[..., Hosted]
ASKS = "printf '\\033]7501;state=blocked:kind=permission\\007'; read line; sleep 100"


class Told:
    """A command that writes down what it was told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "told"
        self.script = folder / "tell"

    def command(self, more: str = "") -> list[str]:
        self.script.write_text(f'#!/bin/sh\n{more}\nenv >> "$1"\necho end >> "$1"\n')
        self.script.chmod(self.script.stat().st_mode | stat.S_IXUSR)
        return [str(self.script), str(self.out)]

    @property
    def times(self) -> int:
        return self.out.read_text().splitlines().count("end") if self.out.exists() else 0

    @property
    def facts(self) -> dict[str, str]:
        lines = self.out.read_text().splitlines() if self.out.exists() else []
        return dict(line.split("=", 1) for line in lines if line.startswith("AGENT_TUI_") and "=" in line)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


async def test_a_failure_is_told_with_its_facts_before_the_host_leaves(hosted: Make, told: Told) -> None:
    host = hosted()
    write_notify(host.paths.state, Notify(command=told.command("sleep 0.2")))
    host.write(argv("crashing", "7"))
    status = await (await host.start()).is_over()
    assert status.lifecycle is Lifecycle.FAILED
    assert status.notify_problem == ""
    assert told.times == 1
    facts = told.facts
    assert (facts["AGENT_TUI_EVENT"], facts["AGENT_TUI_AGENT"]) == ("failed", "one")
    assert (facts["AGENT_TUI_LIFECYCLE"], facts["AGENT_TUI_CWD"]) == ("failed", "/")
    assert "exit 7" in facts["AGENT_TUI_REASON"]
    assert "AGENT_TUI_AGENT_DIR" not in facts, "it is no process of the agent's"


async def test_a_command_that_hangs_is_ended_and_one_that_fails_is_said(hosted: Make, told: Told) -> None:
    host = hosted()
    pid_file = told.folder / "pid"
    command = told.command(f"echo $$ > {pid_file}; sleep 100 & sleep 100")
    write_notify(host.paths.state, Notify(command=command, timeout_s=0.3))
    status = await (await host.write(argv("crashing", "7")).start()).is_over()
    assert "took more than 0.3 s and was ended" in status.notify_problem
    group = int(pid_file.read_text())
    wait_until(lambda: not _group_lives(group))

    write_notify(host.paths.state, Notify(command=told.command("printf 'no \\033[31mbus' >&2; exit 3")))
    status = await (await host.start()).is_over()
    assert status.notify_problem.endswith("failed: exit 3, no bus.")
    assert "failed: exit 3, no bus" in (host.paths.log / "one.log").read_text()

    write_notify(host.paths.state, Notify(command=["/nowhere/tell"]))
    status = await (await host.start()).is_over()
    assert status.notify_problem.startswith("The notify command cannot be run: /nowhere/tell: ")


async def test_an_agent_in_focus_is_not_told_of_and_the_next_event_is(hosted: Make, told: Told) -> None:
    host = hosted()
    write_notify(host.paths.state, Notify(command=told.command()))
    await host.write(["sh", "-c", f"read go; {ASKS}"]).start()
    client = await host.connect()
    client.send(m.Subscribe(in_focus=True))
    client.send(m.Key("enter"))
    await client.gets(m.StatusChanged, lambda changed: changed.status.activity == "needs-permission")
    client.send(m.Subscribe(in_focus=False))
    assert await client.do(Kill()) == ""
    await host.is_over()
    assert told.times == 0
    write_notify(host.paths.state, Notify(command=told.command(), states={Channel.COMMAND: ["killed"]}))
    await host.start()
    await host.becomes(Lifecycle.RUNNING)
    assert await (await host.connect()).do(Kill()) == ""
    await host.is_over()
    assert told.facts["AGENT_TUI_EVENT"] == "killed"


async def test_the_command_outlives_the_run_that_it_tells_of(hosted: Make, told: Told) -> None:
    host = hosted()
    write_notify(host.paths.state, Notify(command=told.command(f"touch {told.folder}/begun; sleep 1.5")))
    await host.write(["sh", "-c", ASKS]).start()
    await until((told.folder / "begun").exists)
    client = await host.connect()
    assert await client.do(Kill()) == ""
    status = await host.is_over()
    assert status.exit is not None
    assert status.exit.reason == "killed by you, none left"
    assert host.facts(f.RunExited)[-1].left == 0
    assert told.times == 1


async def test_a_lost_agent_is_told_of_once_by_whoever_finds_it(hosted: Make, told: Told) -> None:
    host = hosted()
    write_notify(host.paths.state, Notify(command=told.command()))
    await host.write(argv("silent")).start()
    await host.becomes(Lifecycle.RUNNING)
    host.kill_host()
    await host.is_over()
    assert host.status.lifecycle is Lifecycle.LOST
    assert (told.times, told.facts["AGENT_TUI_EVENT"]) == (1, "lost")


def test_at_most_so_many_run_at_once(tmp_path: Path) -> None:
    write_notify(tmp_path, Notify(command=["x"]))
    held = [take_place(tmp_path, 2) for _ in range(3)]
    assert held[2] is None
    for fd in held[:2]:
        assert fd is not None
        os.close(fd)
    again = take_place(tmp_path, 2)
    assert again is not None
    os.close(again)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, signal.SIGCONT)
    except ProcessLookupError:
        return False
    return True
