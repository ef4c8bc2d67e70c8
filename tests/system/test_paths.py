"""Folders: overrides, privacy, sockets short enough."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.core.errors import StoreError
from tui.system.paths import SOCKET_PATH_MAX, Paths, ensure, make_private, paths_from_env


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where sockets go if their folder's path is too long."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="t") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield


def under(root: Path) -> Paths:
    return paths_from_env(
        {
            "AGENT_TUI_STATE_DIR": str(root / "state"),
            "AGENT_TUI_RUNTIME_DIR": str(root / "run"),
            "AGENT_TUI_CONFIG_DIR": str(root / "config"),
        }
    )


def test_overrides_decide_all_folders(tmp_path: Path) -> None:
    paths = under(tmp_path)
    assert paths.agents() == tmp_path / "state" / "agents"
    assert paths.agent("api-1") == tmp_path / "state" / "agents" / "api-1"
    assert paths.user_config() == tmp_path / "config" / "agent-tui.toml"
    assert paths.log == tmp_path / "state" / "log"


def test_platform_folders_carry_the_programs_name() -> None:
    paths = paths_from_env({})
    assert all("agent-tui" in str(p) for p in (paths.state, paths.runtime, paths.config, paths.log))


def test_ensure_makes_private_folders_and_is_idempotent(tmp_path: Path) -> None:
    paths = under(tmp_path)
    ensure(paths)
    ensure(paths)
    for folder in (paths.state, paths.agents(), paths.log, paths.sockets()):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    paths = under(tmp_path)
    paths.sockets().mkdir(mode=0o755)
    ensure(paths)
    assert paths.sockets().stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("depth", [1, 8, 30])
def test_socket_paths_stay_short(tmp_path: Path, depth: int) -> None:
    paths = under(Path("/".join([str(tmp_path), *["deep-folder"] * depth])))
    path = paths.socket("a" * 24)
    assert len(os.fsencode(path)) < SOCKET_PATH_MAX


def test_two_fleets_in_long_folders_do_not_share_sockets(tmp_path: Path) -> None:
    one, two = (under(tmp_path / ("x" * 90) / name) for name in ("one", "two"))
    assert one.socket("api") != two.socket("api")


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="it is not a folder"):
        ensure(under(tmp_path))


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: theirs.stat().st_uid + 1)
    with pytest.raises(StoreError, match="belongs to another user") as caught:
        make_private(theirs, "AGENT_TUI_STATE_DIR")
    assert "AGENT_TUI_STATE_DIR" in caught.value.hint
