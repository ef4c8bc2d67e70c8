"""`max_running` from the command line: who waits, who is brought back, who need not wait."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from tests.agents import argv
from tests.cli.conftest import Cli
from tests.waiting import wait_until
from tui.system import processes, store
from tui.system.paths import Paths


def row(cli: Cli, name: str) -> dict[str, Any]:
    return next(each for each in cli("ls", "--json").objects if each["name"] == name)


def test_up_keeps_the_order_of_the_file_and_says_who_waits(cli: Cli, work: Path) -> None:
    names = ["delta", "alpha", "charlie", "bravo"]
    agents = "".join(f'[[agent]]\nname = "{name}"\ncommand = {argv("silent")}\n' for name in names)
    (work / "agent-tui.toml").write_text(f"[limits]\nmax_running = 1\n{agents}")
    assert cli("up").out.splitlines() == [
        "delta: started",
        "alpha: queued #1",
        "charlie: queued #2",
        "bravo: queued #3",
    ]
    assert cli("kill", "--all").code == 0


def test_what_waits_says_so_comes_back_after_a_crash_and_starts_when_told(
    cli: Cli, work: Path, paths: Paths
) -> None:
    (work / "agent-tui.toml").write_text("[limits]\nmax_running = 1\n")
    for name in ("one", "two", "three"):
        assert cli("run", "--name", name, "--", *argv("silent")).code == 0
    wait_until(lambda: row(cli, "three")["queue_place"] == 2)
    assert (row(cli, "two")["lifecycle"], row(cli, "two")["queue_place"]) == ("queued", 1)
    assert "queued" in cli("ls").out
    assert "#1 · waits for a free slot" in cli("ls").out
    assert "waits for a free slot (#1); with --now it starts at once" in cli("resume", "two").err

    for name in ("two", "three"):
        status = store.read_status(paths.agent(name))
        assert status is not None
        guardian = processes.parent(status.host_pid)
        for pid in (guardian, status.host_pid):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: row(cli, "two")["lifecycle"] == row(cli, "three")["lifecycle"] == "lost")
    said = cli("resume", "--all")
    assert said.code == 0, said.err
    assert sorted(said.out.splitlines()) in (
        ["three: queued #1", "two: queued #2"],
        ["three: queued #2", "two: queued #1"],
    )
    assert cli("resume", "--now", "two").out == "two: resumed\n"
    wait_until(lambda: row(cli, "two")["pid"])
    assert cli("kill", "--all").code == 0
    assert [each["lifecycle"] for each in cli("ls", "--json").objects] == ["killed"] * 3
