"""The import rules hold, in the static graph and at run time; and the check fails when it should."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--config",
        "pyproject.toml",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_imports_point_one_way() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("core/clock.py", "import tui.host"),
        ("host/__init__.py", "import textual"),
        ("core/clock.py", "import psutil"),
        ("client/__init__.py", "import pyte"),
        ("terminal/width.py", "import tui.ui"),
    ],
)
def test_the_check_fails_when_it_should(tmp_path: Path, module: str, line: str) -> None:
    shutil.copytree(ROOT / "tui", tmp_path / "tui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / "tui" / module
    broken.write_text(f"{broken.read_text()}\n{line}\n")
    assert lint_imports(tmp_path).returncode != 0


@pytest.mark.parametrize(
    "module",
    [
        "tui.host.main",
        "tui.host.prices",
        "tui.client.fleet",
        "tui.client.prices",
        "tui.terminal.emulator",
        "tui.runtimes.registry",
    ],
)
def test_nothing_below_the_dashboard_loads_the_toolkit(module: str) -> None:
    code = (
        f"import {module}, sys; "
        "print(sorted({'textual', 'rich', 'genai_prices', 'click'} & {name.split('.')[0] for name in sys.modules}))"
    )
    result = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_command_line_loads_the_toolkit_only_for_the_dashboard() -> None:
    code = "import tui.cli, sys; print('textual' in sys.modules, 'rich' in sys.modules)"
    result = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False False"
