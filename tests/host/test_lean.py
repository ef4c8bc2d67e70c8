"""A host imports what it needs and nothing more, and says early when it cannot begin."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = [
    "click", "genai_prices", "psutil", "ptyprocess", "pyte", "rich", "ssl", "textual", "watchdog", "logging.handlers",
]  # fmt: skip


def loaded(imports: str) -> set[str]:
    script = (
        f"import sys; sys.modules['ssl'] = None; {imports}; print([m for m in sys.modules if sys.modules[m]])"
    )
    out = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, check=True, text=True)
    return {name for name in HEAVY if repr(name) in out.stdout}


def test_a_host_is_up_before_it_imports_anything_heavy() -> None:
    assert loaded("import tui.host.main, tui.runtimes.command") == set()


def test_drawing_needs_pyte_alone() -> None:
    assert loaded("import tui.host.main, tui.host.feeds, tui.terminal.frames") == {"pyte"}


def test_the_guardian_imports_next_to_nothing() -> None:
    script = "import sys, tui.host.__main__; print(sorted(m for m in sys.modules if m in ('asyncio', 'msgspec', 'logging', 'pathlib')))"
    plain = "import sys; print(sorted(m for m in sys.modules if m in ('asyncio', 'msgspec', 'logging', 'pathlib')))"
    outs = [
        subprocess.run([sys.executable, "-P", "-c", s], capture_output=True, check=True, text=True).stdout
        for s in (script, plain)
    ]
    assert outs[0] == outs[1]


def test_a_folder_that_is_no_agent_is_told(tmp_path: Path) -> None:
    host = subprocess.run(
        [sys.executable, "-P", "-m", "tui.host", str(tmp_path / "none")], capture_output=True, text=True
    )
    assert host.returncode == 0
    ready = json.loads(host.stdout)
    assert ready["ready"] is False
    assert ready["error"].startswith("Cannot read ")
