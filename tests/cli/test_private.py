"""Nothing that the program writes can be read by others, whatever the umask: every file 0600, every folder 0700."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.waiting import wait_until
from tui.client import digests, exports, telling
from tui.system import slotlimits
from tui.system.paths import Paths, ensure, make_folder
from tui.ui import memory, prompts_sent
from tui.ui.told_colours import remember_colours

SECRET = "hunter2-of-nobody"


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Every file and folder is open to all, unless its maker says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(root: Path) -> dict[str, str]:
    """Return what is open to others below a folder, the folder included."""
    found = {}
    for path in [root, *root.rglob("*")]:
        info = path.lstat()
        wanted = 0o700 if stat.S_ISDIR(info.st_mode) else 0o600
        if not stat.S_ISLNK(info.st_mode) and stat.S_IMODE(info.st_mode) & ~wanted:
            found[str(path.relative_to(root))] = oct(stat.S_IMODE(info.st_mode))
    return found


def written(root: Path) -> set[str]:
    """Return the names of all files below a folder."""
    return {path.name for path in root.rglob("*") if not path.is_dir()}


CONFIG = """
[limits]
max_running = 1
[budget]
tokens_per_day = 5000000
[notify]
command = ["true"]
"""


WRITTEN = {
    "agent-tui.log", "away.json", "colours.json", "dashboard.json", "dashboard.lock", "events.jsonl", "host.lock", "limits.json",
    "lock", "meter.json", "output.cast", "prompts.json", "screen.json", "speaks.log", "spec.json", "status.json", "told.json",
    "user.json",
}  # fmt: skip


def test_all_that_agents_and_commands_leave_is_for_their_user_alone(
    cli: Cli, paths: Paths, work: Path, tmp_path: Path, open_umask: None
) -> None:
    root = tmp_path / "agent-tui"
    ensure(paths)
    make_folder(paths.config)
    paths.user_config().write_text(CONFIG)
    paths.user_config().chmod(0o600)
    speaks = cli("run", "--name", "speaks", "--", "sh", "-c", "echo hello; sleep 60").out.strip()
    waits = cli("run", "--name", "waits", "--", "sh", "-c", "echo later").out.strip()
    wait_until(
        lambda: "hello" in cli("screen", speaks).out
    )  # without an end it would hang where nothing is shown
    assert cli("wrong", speaks, "--note", "it works").code == 0
    assert modes(paths.sockets()) == {}
    assert cli("kill", speaks, waits).code == 0
    ended = cli(
        "run", "--name", "ended", "--runtime", "demo", "-p", "go", "--arg", "sdk-go", "--mode", "stream"
    )
    assert ended.code == 0
    assert cli("rename", waits, "waited").code == 0
    assert cli("kill", ended.out.strip()).code == 0
    write_what_a_dashboard_does(paths)
    assert written(root) >= WRITTEN
    assert modes(root) == {}


def write_what_a_dashboard_does(paths: Paths) -> None:
    """Write each file that only a dashboard writes."""
    memory.update(paths.state, lambda known: known)
    remember_colours(paths.state, "tokyo-night")
    prompts_sent.keep_sent(paths.state, "some words")
    digests.write_away(paths, digests.AwayNote(at=1.0))
    exports.save_spending(paths, [], 1_700_000_000.0)
    assert telling.claim(paths, "an event")


def test_folders_above_the_programs_own_are_made_for_its_user_alone(tmp_path: Path, open_umask: None) -> None:
    root = tmp_path / "home"
    root.mkdir(mode=0o700)
    ensure(Paths(root / "a/b/state", root / "c/d", root / "e/f", root / "k/l/log"))
    slotlimits.write_limits(root / "i/j/state", {"/": 3})
    assert modes(root) == {}


def test_no_log_holds_what_an_agent_was_given_or_said(cli: Cli, paths: Paths) -> None:
    """Prompts, variables, arguments and output stay out of the logs at their default level, also where a start fails."""
    given = ("--env", f"API_KEY={SECRET}", "-p", f"use {SECRET}", "--system-prompt", SECRET)
    says = f"echo {SECRET}; echo {SECRET} >&2; exit 3"
    cli("run", "--name", "says", *given[:2], "--", "sh", "-c", says, SECRET)
    cli("run", "--name", "cannot", *given[:2], "--", "/no/such/program", SECRET)
    cli("run", "--name", "demo", *given, "--runtime", "demo", "--mode", "stream", "--arg", "sdk-go")
    cli("wait", "says", "--timeout", "30")
    assert cli("wait", "demo", "--until", "working", "--timeout", "30").code == 0
    cli("send", "demo", f"also {SECRET}")
    cli("kill", "demo")
    logs = list(paths.log.rglob("*.log"))
    assert {"agent-tui.log", "says.log", "demo.log"} <= {log.name for log in logs if log.read_text()}
    assert [log.name for log in logs if SECRET in log.read_text()] == []
