"""Everything is killed at once, with the real Claude Code at work; one command brings it back, so many at once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import SKIP, Supervised
from tests.waiting import wait_until
from tui.system.processes import marked, parent
from tui.system.procfs import has_variable, pids

pytestmark = pytest.mark.real_cli

FLEET = 4
AT_MOST = 2


@pytest.fixture
def fleet(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(sandbox("claude"), tmp_path / "fleet")
    yield supervised
    supervised.end()


def everything_of(fleet: Supervised) -> set[int]:
    """Guardians, hosts, dashboards and children: whatever has the fleet's folder in its environment."""
    mark = f"AGENT_TUI_STATE_DIR={fleet.folders['AGENT_TUI_STATE_DIR']}".encode()
    return {pid for pid in pids() if has_variable(pid, mark) and pid != os.getpid()}


def kill_everything(fleet: Supervised, agents: list[str]) -> None:
    state = Path(fleet.folders["AGENT_TUI_STATE_DIR"]) / "agents"
    hosts = [json.loads((state / agent / "status.json").read_text())["host_pid"] for agent in agents]
    # Guardians first: none may tidy up.
    first = [parent(host) for host in hosts]
    for pid in [*first, *hosts, *sorted(everything_of(fleet) - {*first, *hosts})]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not everything_of(fleet))


def most_at_once(fleet: Supervised, agents: list[str]) -> int:
    """Return how many of the last runs ran at the same moment, by the times in their logs."""
    moments = []
    for agent in agents:
        moments.append((fleet.events(agent, "run_started")[-1]["at"], 1))
        moments.append((fleet.events(agent, "run_exited")[-1]["at"], -1))
    running = most = 0
    for _, step in sorted(moments):
        running += step
        most = max(most, running)
    return most


def test_after_kill_9_of_everything_the_same_sessions_go_on_so_many_at_once(
    fleet: Supervised, provider: ModelServer
) -> None:
    agents = [
        fleet.run(f"task number {number} #write", "--name", f"a{number}", *SKIP) for number in range(FLEET)
    ]
    sessions = {agent: fleet.over(agent)["session_id"] for agent in agents}
    for agent in agents:
        fleet.call("send", agent, f"go on, {agent} #hang")
    wait_until(
        lambda: sum(entry.outcome == "hung" for entry in provider.entries(Kind.MAIN)) == FLEET, within_s=90
    )
    touched = fleet.events(agents[0], "tool_called")[-1]["title"]
    kill_everything(fleet, agents)
    (gone,) = fleet.sandbox.place.home.glob(f".claude/projects/*/{sessions[agents[0]]}.jsonl")
    gone.unlink()
    asked = len(provider.entries(Kind.MAIN))

    said = fleet.call(
        "resume", "--all", "--at-most", str(AT_MOST), "-p", "finish it #long", limit_s=120
    ).stdout
    assert len(said.splitlines()) == FLEET
    assert "queued #" in said
    wait_until(lambda: all(fleet.row(agent)["lifecycle"] == "exited" for agent in agents), within_s=120)
    assert most_at_once(fleet, agents) == AT_MOST
    for agent in agents[1:]:
        row = fleet.row(agent)
        assert (row["session_id"], row["runs"], row["activity"]) == (sessions[agent], 3, "done")
    fresh = fleet.row(agents[0])
    assert fresh["session_id"] not in ("", sessions[agents[0]])
    assert fresh["old_session_ids"] == [sessions[agents[0]]]
    assert "is gone. A fresh one was started with a hand-over." in fresh["note"]
    told = [entry.ask.prompt for entry in provider.entries(Kind.MAIN)[asked:]]
    (handed_over,) = [prompt for prompt in told if "its conversation is lost" in prompt]
    assert "task number 0" in handed_over
    assert f"Files touched:\n- {touched}" in handed_over
    assert "finish it" in handed_over
    wait_until(lambda: not everything_of(fleet))


def test_an_agent_whose_host_was_killed_is_lost_whole_and_its_session_goes_on(
    fleet: Supervised, provider: ModelServer
) -> None:
    agent = fleet.run("one #text", *SKIP)
    session = fleet.over(agent)["session_id"]
    fleet.call("send", agent, "two #hang")
    fleet.until(agent, lambda row: row["runs"] == 2 and row["pid"])
    wait_until(lambda: any(entry.outcome == "hung" for entry in provider.entries(Kind.MAIN)), within_s=30)
    before = fleet.call("logs", agent, "--json").stdout.splitlines()
    folder = Path(fleet.folders["AGENT_TUI_STATE_DIR"]) / "agents" / agent
    os.kill(json.loads((folder / "status.json").read_text())["host_pid"], signal.SIGKILL)
    row = fleet.until(agent, lambda row: row["lifecycle"] == "lost")
    wait_until(lambda: not marked(folder))
    assert row["session_id"] == session
    assert fleet.call("logs", agent, "--json").stdout.splitlines()[: len(before)] == before
    fleet.call("resume", agent)
    row = fleet.over(agent)
    assert (row["lifecycle"], row["session_id"], row["runs"]) == ("exited", session, 3)
