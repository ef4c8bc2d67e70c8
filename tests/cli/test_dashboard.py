"""What stands around the dashboard: the demo's private fleet, and which agent is attached to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.client.fake_host import make_agent
from tests.waiting import wait_until
from tui.cli.context import read_views
from tui.cli.dashboard import Demo
from tui.cli.demos import OWNER_FILE, PREFIX, remove_old
from tui.core.lifecycle import Lifecycle
from tui.host.upkeep import OWNER, owned_by
from tui.system import processes
from tui.system.paths import Paths, ensure, paths_from_env


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A terminal, and a dashboard that only notes how it was opened."""
    calls: list[dict[str, Any]] = []

    def run_dashboard(paths: Paths, settings: object, **options: Any) -> int:
        calls.append({"paths": paths, **options})
        return 7

    monkeypatch.setattr("tui.cli.dashboard.has_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("tui.ui.run.run_dashboard", run_dashboard)
    return calls


@pytest.mark.usefixtures("no_orphans")
def test_a_demo_lives_apart_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "demo"
    monkeypatch.setenv(OWNER, "")  # what a demo sets is taken back
    demo = Demo(root, 3)
    demo.start()
    wait_until(
        lambda: sum(view.status.lifecycle is Lifecycle.RUNNING for view in read_views(demo.paths)) == 3
    )
    hosts = [view.status.host_pid for view in read_views(demo.paths)]
    assert all(processes.identity(pid) for pid in hosts)
    assert os.environ["AGENT_TUI_STATE_DIR"] == str(root / "state")
    demo.end()
    assert demo.failures == []
    assert not root.exists()
    wait_until(lambda: not any(processes.identity(pid) for pid in hosts))


@pytest.mark.usefixtures("no_orphans")
def test_a_demo_that_is_killed_takes_its_fleet_along_and_the_next_one_its_folder(tmp_path: Path) -> None:
    root = tmp_path / f"{PREFIX}1"
    root.mkdir()
    code = f"from pathlib import Path; from tui.cli.dashboard import Demo; Demo(Path({str(root)!r}), 2).start(); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as killed:
        demo = paths_from_env(
            {f"AGENT_TUI_{kind}_DIR": str(root / kind.lower()) for kind in ("STATE", "RUNTIME", "CONFIG")}
        )
        wait_until(lambda: sum(view.status.lifecycle is Lifecycle.RUNNING for view in read_views(demo)) == 2)
        hosts = [view.status.host_pid for view in read_views(demo)]
        remove_old(tmp_path)
        assert root.exists()
        killed.kill()
    wait_until(lambda: not any(processes.identity(pid) for pid in hosts))
    assert {view.status.lifecycle for view in read_views(demo)} == {Lifecycle.KILLED}
    remove_old(tmp_path)
    assert not root.exists()


def test_a_folder_of_another_user_is_not_even_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / f"{PREFIX}1"
    root.mkdir()
    os.mkfifo(root / "owner")  # whoever reads it waits for ever
    monkeypatch.setattr(os, "geteuid", lambda: root.stat().st_uid + 1)
    remove_old(tmp_path)
    assert root.exists()


def test_the_dashboard_is_opened_on_one_agent(cli: Cli, paths: Paths, opened: list[dict[str, Any]]) -> None:
    ensure(paths)
    make_agent(paths, "docs-1", lifecycle=Lifecycle.EXITED)
    assert cli("attach", "docs").code == 7
    assert cli().code == 7
    assert [call["attach"] for call in opened] == ["docs-1", None]
    assert not any(call.get("demo") for call in opened)


def test_the_demo_command_ends_its_fleet_whatever_the_dashboard_does(
    cli: Cli, paths: Paths, opened: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    roots: list[Path] = []

    def crash(demo_paths: Paths, *_: object, **__: object) -> int:
        roots.append(demo_paths.state.parent)
        wait_until(lambda: read_views(demo_paths))
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.ui.run.run_dashboard", crash)
    assert cli("--demo", "--agents", "2").code == 130
    assert roots
    assert not roots[0].exists()
    assert not paths.agents().exists()


def test_a_terminal_that_cannot_draw_is_refused(
    cli: Cli, opened: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "cannot draw a dashboard" in cli().err
    assert opened == []


def test_a_list_without_agents_names_the_demo_that_runs(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    running, killed = tmp_path / f"{PREFIX}runs", tmp_path / f"{PREFIX}killed"
    for root, owner in ((running, os.getpid()), (killed, 0)):
        root.mkdir()
        (root / OWNER_FILE).write_text(owned_by(owner).get(OWNER, "") if owner else "1:1.0")
    said = cli("ls").err
    assert "There are no agents." in said
    assert f"AGENT_TUI_STATE_DIR={running}/state" in said
    assert str(killed) not in said
    assert cli("ls", "--json").err == ""
