"""Every way of installing gives a working command, with its styles, out of the checkout's reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import tui

ROOT = Path(__file__).parent.parent

STARTS_THE_APP = """
import asyncio
from pathlib import Path
from tui.ui.resources import styles_dir
assert (styles_dir() / "app.tcss").is_file()
print(styles_dir())
"""


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTHON", "VIRTUAL_ENV", "PIPX"))
    }
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def fresh_environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    return folder / "bin"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tools")
    bin_folder = fresh_environment(folder / "venv")
    run(bin_folder / "pip", "install", "-q", "uv", "pipx", cwd=folder)
    return bin_folder


def answers(command: Path, folder: Path) -> None:
    """The command says its version, lists no agents and shows its help, outside of the checkout."""
    env = {f"AGENT_TUI_{kind}_DIR": str(folder / kind.lower()) for kind in ("STATE", "RUNTIME", "CONFIG")}
    assert tui.__version__ in run(command, "--version", cwd=folder, **env)
    assert "--demo" in run(command, "--help", cwd=folder, **env)
    assert run(command, "ls", "--json", cwd=folder, **env).strip() == ""


def works(command: Path, folder: Path) -> None:
    """A real agent runs to its end under the installed command."""
    env = {f"AGENT_TUI_{kind}_DIR": str(folder / kind.lower()) for kind in ("STATE", "RUNTIME", "CONFIG")}
    agent = run(
        command, "run", "--name", "hello", "--", "sh", "-c", "echo hello; exit 0", cwd=folder, **env
    ).strip()
    run(command, "wait", agent, "--until", "exited", "--timeout", "20", cwd=folder, **env)
    (line,) = run(command, "ls", "--json", cwd=folder, **env).splitlines()
    assert json.loads(line)["exit"]["code"] == 0
    assert "hello" in run(command, "screen", agent, cwd=folder, **env)


def test_version_and_changelog_agree() -> None:
    top = next(line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## "))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == tui.__version__ == top.split()[1]


@pytest.mark.packaging
def test_the_wheel_holds_the_styles_and_nothing_else_at_the_top(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "tui/styles/app.tcss" in names
    assert "tui/py.typed" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"tui", "agent_tui_fleet"}


@pytest.mark.packaging
def test_the_wheel_works_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    bin_folder = fresh_environment(tmp_path / "venv")
    run(bin_folder / "pip", "install", "-q", wheel, cwd=tmp_path)
    answers(bin_folder / "agent-tui", tmp_path)
    works(bin_folder / "agent-tui", tmp_path)
    assert "site-packages" in run(bin_folder / "python", "-c", STARTS_THE_APP, cwd=tmp_path)


@pytest.mark.packaging
def test_an_editable_install_works(tmp_path: Path) -> None:
    bin_folder = fresh_environment(tmp_path / "venv")
    run(bin_folder / "pip", "install", "-q", "-e", ROOT, cwd=tmp_path)
    answers(bin_folder / "agent-tui", tmp_path)
    assert str(ROOT) in run(bin_folder / "python", "-c", STARTS_THE_APP, cwd=tmp_path)


@pytest.mark.packaging
def test_uv_tool_install_works(tools: Path, tmp_path: Path) -> None:
    env = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    run(tools / "uv", "tool", "install", "-q", "--python", sys.executable, ROOT, cwd=tmp_path, **env)
    answers(tmp_path / "bin" / "agent-tui", tmp_path)


@pytest.mark.packaging
def test_pipx_install_works(tools: Path, tmp_path: Path) -> None:
    env = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    run(tools / "pipx", "install", "-q", "--python", sys.executable, str(ROOT), cwd=tmp_path, **env)
    answers(tmp_path / "bin" / "agent-tui", tmp_path)
