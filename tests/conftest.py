"""Every test has folders of its own, and leaves no process behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.waiting import wait_until
from tui.system import procfs
from tui.system.paths import Paths, paths_from_env

# How fast examples come tells of the machine's load, not of the code. In CI they are the same each time.
settings.register_profile(
    "any-machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.load_profile("any-machine")

TEST_MARK = "AGENT_TUI_TEST"
"""Environment variable that all processes of a test inherit."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Workers for `-n auto`: none for a file, a test or a word, which would wait longer for them than run."""
    named = [argument for argument in config.args if Path(argument.split("::")[0]).suffix == ".py"]
    return 0 if named or config.option.keyword or config.option.lf else (os.cpu_count() or 1)


@pytest.fixture(autouse=True)
def isolated_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    """The program's folders, below the test's own."""
    for name in ("STATE", "RUNTIME", "CONFIG"):
        monkeypatch.setenv(f"AGENT_TUI_{name}_DIR", str(tmp_path / "agent-tui" / name.lower()))
    paths = paths_from_env()
    yield paths
    if not paths.sockets().is_relative_to(tmp_path):
        shutil.rmtree(paths.sockets(), ignore_errors=True)


@pytest.fixture
def no_orphans(tmp_path: Path) -> Iterator[None]:
    """Mark all processes that the test starts; kill at its end what is left of them."""
    with marked(tmp_path):
        yield


@contextlib.contextmanager
def marked(folder: Path) -> Iterator[None]:
    """Mark all processes that are started meanwhile; kill at the end what is left of them."""
    mark = f"{folder}-{os.getpid()}"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(TEST_MARK, mark)
        yield
    assignment = f"{TEST_MARK}={mark}".encode()

    def left() -> list[int]:
        return [
            pid
            for pid in procfs.pids()
            if pid != os.getpid() and procfs.has_variable(pid, assignment) and not _dead(pid)
        ]

    for pid in left():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not left())


def _dead(pid: int) -> bool:
    stat = procfs.stat(pid)
    return stat is None or stat.dead
