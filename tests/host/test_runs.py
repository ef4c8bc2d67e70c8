"""Runs of real children in real hosts, from spawn to the last descendant."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agents import argv
from tests.host.hosting import Hosted
from tests.waiting import until
from tui.core import facts as f
from tui.core.commands import Continue as Go
from tui.core.commands import Interrupt, Kill, Pause, Prompt, Restart, Resume, Start
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.protocol import messages as m
from tui.protocol.screen import Frame
from tui.system import processes, procfs, store
from tui.system.paths import Paths, ensure, paths_from_env

Make = Callable[..., Hosted]


async def test_a_child_runs_ends_and_its_host_leaves(hosted: Make) -> None:
    host = await hosted().write(argv("chatty", "5")).start()
    assert host.ready["ready"] is True
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.EXITED
    assert status.exit is not None
    assert status.exit.code == 0
    assert status.pid is None
    assert not host.paths.socket("one").exists()
    (exited,) = host.facts(f.RunExited)
    assert exited.left == 0
    frame = store.read_screen(host.folder)
    assert frame is not None
    assert frame.lines[4][0].text == "line 4 of 5"
    assert "line 4 of 5" in (host.folder / "output.cast").read_text()


async def test_output_just_before_the_exit_is_not_lost(hosted: Make) -> None:
    host = await hosted().write(["sh", "-c", "seq 2000; echo last words"], rows=5).start()
    await host.is_over()
    frame = store.read_screen(host.folder)
    assert frame is not None
    assert frame.lines[3][0].text == "last words"
    assert frame.history_pushed == 1997


async def test_a_failing_child_fails_with_its_reason(hosted: Make) -> None:
    status = await (await hosted().write(argv("crashing", "7")).start()).is_over()
    assert status.lifecycle is Lifecycle.FAILED
    assert status.exit is not None
    assert status.exit.code == 7


async def test_a_child_that_dies_by_a_signal_says_which(hosted: Make) -> None:
    status = await (await hosted().write(argv("crashing", "-11")).start()).is_over()
    assert status.exit is not None
    assert status.exit.signal == signal.SIGSEGV
    assert "SIGSEGV" in status.exit.reason


@pytest.mark.parametrize(
    ("command", "cwd", "sentence"),
    [
        (["no-such-program"], "/", "Cannot start: no-such-program is not on PATH."),
        (["sh"], "/no/such/folder", "Cannot start: the folder /no/such/folder does not exist."),
    ],
)
async def test_what_cannot_start_fails_at_once_in_words(
    hosted: Make, command: list[str], cwd: str, sentence: str
) -> None:
    host = await hosted().write(command, cwd=cwd).start()
    assert host.ready["ready"] is False
    assert host.ready["error"] == sentence
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.FAILED
    assert status.exit is not None
    assert status.exit.reason == sentence
    assert names(host) == ["UserActed", "StateChanged", "SpawnFailed", "StateChanged"]


def names(host: Hosted) -> list[str]:
    return [type(event.fact).__name__ for event in host.events()]


async def test_kill_ends_a_child_that_obeys(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    client = await host.connect()
    await client.shows("ready")
    assert await client.do(Kill()) == ""
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.KILLED
    assert status.exit is not None
    assert status.exit.signal == signal.SIGINT


async def test_kill_ends_a_stubborn_child_and_its_fled_grandchild_within_the_grace(
    hosted: Make, tmp_path: Path
) -> None:
    host = await hosted().write(argv("nasty", str(tmp_path / "pids")), stop_wait_s=0.4).start()
    await until((tmp_path / "pids").exists)
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    client = await host.connect()
    began = time.monotonic()
    assert await client.do(Kill()) == ""
    status = await host.is_over()
    assert time.monotonic() - began < 6
    assert status.lifecycle is Lifecycle.KILLED
    assert status.exit is not None
    assert status.exit.reason == "killed by you, none left"
    assert [pid for pid in pids if processes.identity(pid)] == []
    assert host.processes() == []


async def test_what_a_child_leaves_behind_is_ended_before_its_run_is_over(
    hosted: Make, tmp_path: Path
) -> None:
    host = await hosted().write(argv("nasty", str(tmp_path / "pids"), "leave")).start()
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.EXITED
    grandchild = int((tmp_path / "pids").read_text().split()[1])
    assert processes.identity(grandchild) is None
    assert host.facts(f.RunExited)[0].left == 0


async def test_kill_9_of_the_host_leaves_nothing(hosted: Make, tmp_path: Path) -> None:
    host = await hosted().write(argv("nasty", str(tmp_path / "pids"))).start()
    await until((tmp_path / "pids").exists)
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    await host.becomes(Lifecycle.RUNNING)
    host.kill_host()
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.LOST
    assert [pid for pid in pids if processes.identity(pid)] == []
    assert host.processes() == []
    (fact,) = host.facts(f.HostLost)
    assert fact.reason == "its host ended (SIGKILL)"
    assert [event.seq for event in host.events()] == list(range(1, len(host.events()) + 1))


async def test_killing_the_guardian_too_leaves_a_sweep_for_whoever_comes(
    hosted: Make, tmp_path: Path
) -> None:
    host = await hosted().write(argv("nasty", str(tmp_path / "pids"))).start()
    await until((tmp_path / "pids").exists)
    grandchild = int((tmp_path / "pids").read_text().split()[1])
    await host.becomes(Lifecycle.RUNNING)
    assert host.guardian is not None
    host.guardian.kill()
    await host.guardian.wait()
    host.kill_host()
    await until(lambda: processes.identity(host.pid) is None)
    assert processes.identity(grandchild) is not None
    sweep = await run_sweep(host)
    assert sweep == 0
    assert processes.identity(grandchild) is None
    assert host.status.lifecycle is Lifecycle.LOST
    before = host.events()
    assert await run_sweep(host) == 0
    assert host.events() == before


async def run_sweep(host: Hosted) -> int:
    import asyncio

    sweep = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "tui.host.sweep", str(host.folder)
    )
    return await sweep.wait()


async def test_a_sweep_leaves_a_living_agent_alone(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    client = await host.connect()
    await client.shows("ready")
    assert await run_sweep(host) == 0
    assert host.status.lifecycle is Lifecycle.RUNNING
    assert len(host.processes()) == 1


async def test_a_new_host_sweeps_by_itself_and_counts_on(hosted: Make, tmp_path: Path) -> None:
    host = await hosted().write(argv("nasty", str(tmp_path / "pids"))).start()
    await until((tmp_path / "pids").exists)
    grandchild = int((tmp_path / "pids").read_text().split()[1])
    await host.becomes(Lifecycle.RUNNING)
    assert host.guardian is not None
    host.guardian.kill()
    await host.guardian.wait()
    host.kill_host()
    await until(lambda: processes.identity(host.pid) is None)
    host.write(argv("chatty", "1"))
    await host.start(Restart())
    assert host.ready["ready"] is True
    status = await host.is_over()
    assert processes.identity(grandchild) is None
    assert status.runs == 2
    assert len(host.facts(f.HostLost)) == 1
    assert [event.seq for event in host.events()] == list(range(1, len(host.events()) + 1))


async def test_one_host_per_agent(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    await host.becomes(Lifecycle.RUNNING)
    second = await hosted().start()
    assert second.ready == {"ready": False, "pid": 0, "error": "one already has a host.", "hint": ""}
    assert host.status.lifecycle is Lifecycle.RUNNING


async def test_restart_begins_a_new_run_on_the_same_host(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    client = await host.connect()
    await client.shows("ready")
    first = host.status.pid
    assert await client.do(Restart()) == ""
    await until(lambda: host.status.runs == 2 and host.status.pid not in (None, first))
    await client.shows("ready")
    assert await client.do(Kill()) == ""
    assert (await host.is_over()).lifecycle is Lifecycle.KILLED
    assert [fact.kind for fact in host.facts(f.RunStarted)] == ["start", "restart"]


async def test_a_refused_first_command_is_told_to_the_starter(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start(Resume())
    assert host.ready["ready"] is False
    assert "no session to resume" in host.ready["error"]
    await host.is_over()


def stands_still(pid: int) -> bool:
    """Return whether a process is stopped."""
    stat = procfs.stat(pid)
    # D: a shell that has called vfork sleeps until its child, stopped before it could exec, goes on.
    return stat is not None and stat.state in "TD"


async def test_pause_stops_the_whole_tree_and_continue_lets_it_go(hosted: Make) -> None:
    host = await hosted().write(["sh", "-c", "while :; do echo tick; sleep 0.05; done"]).start()
    client = await host.connect()
    await client.shows("tick")
    assert await client.do(Pause()) == ""
    pid = host.status.pid
    assert pid is not None
    await until(lambda: stands_still(pid))
    assert await client.do(Go()) == ""
    await until(lambda: not stands_still(pid))
    assert await client.do(Pause()) == ""
    assert await client.do(Kill()) == ""
    assert (await host.is_over()).lifecycle is Lifecycle.KILLED


async def test_interrupt_stops_the_foreground_job_only(hosted: Make) -> None:
    script = "trap 'echo caught' INT; echo ready; while :; do sleep 0.1; done"
    host = await hosted().write(["sh", "-c", script]).start()
    client = await host.connect()
    await client.shows("ready")
    assert await client.do(Interrupt()) == ""
    await client.shows("caught")
    assert host.status.lifecycle is Lifecycle.RUNNING


async def test_sigterm_ends_the_agent_in_order(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    await host.becomes(Lifecycle.RUNNING)
    os.kill(host.pid, signal.SIGTERM)
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.KILLED
    assert status.exit is not None
    assert "shutdown" in status.exit.reason
    assert status.exit.by == "shutdown"


async def test_sigterm_to_the_guardian_and_sighup_to_both(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    await host.becomes(Lifecycle.RUNNING)
    assert host.guardian is not None
    for pid in (host.guardian.pid, host.pid):
        os.kill(pid, signal.SIGHUP)
    host.guardian.terminate()
    assert (await host.is_over()).lifecycle is Lifecycle.KILLED


async def test_a_damaged_status_costs_no_agent(hosted: Make) -> None:
    host = hosted().write(argv("chatty", "1"))
    (host.folder / "status.json").write_text("{torn")
    await host.start(Start())
    assert (await host.is_over()).lifecycle is Lifecycle.EXITED


async def test_a_damaged_status_costs_neither_the_session_nor_what_was_used_of_a_budget(hosted: Make) -> None:
    host = hosted()
    await (
        await host.write(argv("claude_like"), Mode.STREAM, runtime="claude-code", prompt="x").start()
    ).is_over()
    before = host.status
    assert before.session_id
    assert before.usage.total
    (host.folder / "status.json").write_text("")
    await host.start(Resume())
    await until(lambda: host.status.runs == before.runs + 1)
    assert before.session_id in (host.status.session_id, *host.status.old_session_ids)
    assert host.status.usage.total >= before.usage.total
    await host.is_over()


async def test_a_stream_is_read_line_by_line(hosted: Make, tmp_path: Path) -> None:
    script = tmp_path / "events"
    script.write_text("plain words\n")
    host = await hosted().write(["cat", str(script)], Mode.STREAM).start()
    assert (await host.is_over()).lifecycle is Lifecycle.EXITED
    assert store.read_screen(host.folder) is None


async def test_two_fleets_with_the_same_id_do_not_touch_each_other(
    hosted: Make, isolated_paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await hosted().write(argv("silent")).start()
    (await other.connect()).send(m.Subscribe())
    await other.becomes(Lifecycle.RUNNING)
    for name in ("STATE", "RUNTIME"):
        monkeypatch.setenv(f"AGENT_TUI_{name}_DIR", str(tmp_path / "second" / name.lower()))
    paths = paths_from_env()
    ensure(paths)
    host = await Hosted(paths).write(argv("silent")).start()
    client = await host.connect()
    await client.shows("ready")
    assert await client.do(Kill()) == ""
    assert (await host.is_over()).lifecycle is Lifecycle.KILLED
    await host.close()
    assert other.status.lifecycle is Lifecycle.RUNNING
    assert len(other.processes()) == 1
    if not paths.sockets().is_relative_to(tmp_path):
        paths.sockets().rmdir()


async def test_a_prompt_is_not_typed_into_a_full_screen_program(hosted: Make) -> None:
    program = "printf '\\033[?1049h'; read line; printf '\\033[?1049l'; cat"
    host = await hosted().write(["sh", "-c", program]).start()
    client = await host.connect()
    client.send(m.Subscribe(screen=True))
    await client.gets(Frame, lambda frame: frame.modes.alternate)
    said = await client.do(Prompt(text="dd"))
    assert (
        said == "one shows a full-screen program, which would take a prompt for its commands: type into it."
    )
    client.send(m.Key("enter"))
    await client.gets(Frame, lambda frame: not frame.modes.alternate)
    assert await client.do(Prompt(text="words")) == ""
    await client.shows("words")
