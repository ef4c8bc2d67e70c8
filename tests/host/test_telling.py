"""The user's notification command, run by real hosts: no dashboard is open in any of these."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.agents import argv
from tests.host.hosting import Hosted
from tests.waiting import until, wait_until
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.agent import new_agent
from tui.core.attention import row_state
from tui.core.clock import Now
from tui.core.commands import Kill
from tui.core.lifecycle import Lifecycle
from tui.core.news import facts
from tui.core.notify import Channel, Hours, Notify
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import Usage
from tui.host import morning
from tui.protocol import messages as m
from tui.system import heldnews, store
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


ALL_DAY = Hours(0, 24 * 60)


async def test_news_of_quiet_hours_are_kept_and_a_process_of_its_own_waits_for_their_end(
    hosted: Make, told: Told
) -> None:
    host = hosted()
    state = host.paths.state
    write_notify(state, Notify(command=told.command(), quiet={Channel.COMMAND: ALL_DAY}))
    await (await host.write(argv("crashing", "7")).start()).is_over()
    waiting = state / "notify" / "held" / heldnews.WAITING
    await until(lambda: waiting.exists() and waiting.read_text().strip())
    pid = int(waiting.read_text())
    try:
        assert heldnews.wait_alone(state) is None
        assert morning.begin(state, {}) is None, "one waits for all"
        assert told.times == 0
    finally:
        os.kill(pid, signal.SIGKILL)
    assert [(held.id, held.state) for held in heldnews.take(state)] == [("one", "failed")]


class Night:
    """A clock that a sleeper moves, and the config that changes meanwhile."""

    def __init__(self, state: Path, command: list[str]) -> None:
        self.state, self.wall, self.slept = state, 1_763_127_000.0, 0
        self.command = command
        self.quiet(True)

    def quiet(self, holds: bool) -> None:
        hours = {Channel.COMMAND: ALL_DAY} if holds else {}
        write_notify(self.state, Notify(command=self.command, quiet=hours))

    def now(self) -> Now:
        return Now(self.wall, self.wall)

    def sleep(self, seconds: float) -> None:
        self.wall += seconds
        self.slept += 1
        if self.slept == 3:
            self.quiet(False)

    def agent(self, name: str, activity: Activity, *, later: bool = False, **changes: Any) -> None:
        folder = self.state / "agents" / name
        folder.mkdir(parents=True)
        spec = AgentSpec(id=name, name=name, runtime="command", mode=Mode.STREAM, cwd="/")
        status = msgspec.structs.replace(
            new_agent(spec).status, lifecycle=Lifecycle.RUNNING, activity=activity, runs=1,
            activity_since=self.now(), **changes,
        )  # fmt: skip
        store.write_status(folder, status)
        row = row_state(status)
        morning.hold(self.state, status, row, facts(status, row, self.now()), self.wall)
        if later:
            moved = Now(self.wall + 60, self.wall + 60)
            store.write_status(folder, msgspec.structs.replace(status, activity_since=moved))


def test_after_quiet_hours_all_that_still_holds_is_told_at_once(tmp_path: Path, told: Told) -> None:
    night = Night(tmp_path, told.command())
    night.agent("api", Activity.DONE, usage=Usage(input=5))
    night.agent("web", Activity.NEEDS_ANSWER)
    night.agent("docs", Activity.DONE, usage=Usage(input=7))
    night.agent("answered", Activity.NEEDS_ANSWER, later=True)
    night.agent("removed", Activity.DONE)
    shutil.rmtree(tmp_path / "agents" / "removed")
    morning.wait(tmp_path, night, night.sleep, dict(os.environ))
    assert night.slept == 3
    assert told.times == 1
    assert told.facts["AGENT_TUI_EVENT"] == "quiet-over"
    assert told.facts["AGENT_TUI_TEXT"] == "While it was quiet: 1 question (web), 2 done (api, docs)"
    assert (told.facts["AGENT_TUI_AGENT"], told.facts["AGENT_TUI_TOKENS"]) == ("api docs web", "12")
    morning.wait(tmp_path, night, night.sleep, dict(os.environ))
    assert told.times == 1, "it is told once"


def test_after_quiet_hours_a_single_event_is_told_as_itself(tmp_path: Path, told: Told) -> None:
    night = Night(tmp_path, told.command())
    night.agent("web", Activity.NEEDS_ANSWER)
    morning.wait(tmp_path, night, night.sleep, dict(os.environ))
    assert (told.facts["AGENT_TUI_EVENT"], told.facts["AGENT_TUI_AGENT"]) == ("needs-answer", "web")


def test_what_is_a_day_old_is_told_by_nobody(tmp_path: Path, told: Told) -> None:
    night = Night(tmp_path, told.command())
    night.agent("web", Activity.NEEDS_ANSWER)
    night.wall += morning.STALE_S + 1
    morning.wait(tmp_path, night, night.sleep, dict(os.environ))
    assert told.times == 0


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
