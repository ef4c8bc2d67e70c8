"""What the first frame waits for, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.fake_host import make_agent
from tui.cli.early import looks_like_dashboard
from tui.core.lifecycle import Lifecycle
from tui.system.paths import Paths, ensure

ROOT = str(Path(__file__).parents[2])
LATER = (
    # ours
    "tui.cli.app",
    "tui.client.catalog",
    "tui.client.configs",
    "tui.client.digests",
    "tui.client.launch",
    "tui.client.moments",
    "tui.client.orphans",
    "tui.client.proposals",
    "tui.host",
    "tui.runtimes",
    "tui.system.config",
    "tui.terminal.emulator",
    "tui.ui.outside",
    "tui.ui.pages",
    "tui.ui.screens.composer",
    "tui.ui.screens.confirm",
    "tui.ui.screens.fleet",
    "tui.ui.screens.help",
    "tui.ui.screens.inbox",
    "tui.ui.screens.new_agent",
    "tui.ui.screens.palette",
    "tui.ui.screens.prompt",
    "tui.ui.screens.timeline",
    "tui.ui.screens.view",
    # others'
    "click",
    "genai_prices",
    "psutil",
    "ptyprocess",
    "pyte",
    "rich.markdown",
    "rich.syntax",
    "textual.widgets._data_table",
    "textual.widgets._markdown",
    "textual.widgets._text_area",
    "tomllib",
    "tree_sitter",
    "watchdog",
    # the standard library's, which take longer to load than many of ours
    "csv",
    "email",
    "hashlib",
    "importlib.metadata",
    "json",
    "sqlite3",
    "zipfile",
)
"""What the first frame waits for no more: loaded when it is wanted. The one place that says what may not be imported at the top
of anything that the first frame needs."""

FIRST_FRAME = """
import sys
from pathlib import Path
from tui.client.places import Paths
from tui.core.settings import Settings
from tui.ui import child
from tui.ui.run import Order

child.load()
from tui.ui.app import DashboardApp

async def shown(self):
    strips = self.screen._compositor.render_strips()
    print(*sys.modules, file=sys.stderr)
    print(*("".join(segment.text for segment in strip) for strip in strips), sep="\\n")
    self.exit(0)

DashboardApp._start = shown
folders = tuple(sys.argv[1:])
app = child._make(Order(folders=folders, settings=Settings()), Paths(*map(Path, folders)))
app.run(headless=True, size=(120, 36))
"""


def test_the_first_frame_has_the_fleet_in_it_and_waits_for_nothing_else(isolated_paths: Paths) -> None:
    ensure(isolated_paths)
    make_agent(isolated_paths, "first", lifecycle=Lifecycle.EXITED)
    make_agent(isolated_paths, "second", lifecycle=Lifecycle.EXITED)
    where = isolated_paths
    folders = [str(folder) for folder in (where.state, where.runtime, where.config, where.log)]
    argv = [sys.executable, "-c", FIRST_FRAME, *folders]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "first" in done.stdout
    assert "second" in done.stdout
    loaded = set(done.stderr.split())
    assert "tui.ui.screens.main" in loaded
    early = {name for name in loaded for later in LATER if name == later or name.startswith(f"{later}.")}
    assert early == set()


def alone(code: str) -> str:
    """Run some code in a process of its own: it forks."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.strip()


def test_a_dashboard_that_is_told_nothing_leaves_without_a_trace() -> None:
    assert alone(
        "from tui.ui.opening import Opening\n"
        "with Opening() as opening: print(opening.poll(), flush=True)\n"
        "print(opening.returncode)"
    ).split() == ["None", "-9"]


def test_a_dashboard_whose_command_died_before_it_was_told_anything_leaves() -> None:
    code = "import os; from tui.ui.opening import Opening; opening = Opening(); os.close(opening._write); print(os.waitpid(opening.pid, 0)[1])"
    assert alone(code) == "0"


def test_beginning_the_dashboard_loads_next_to_nothing() -> None:
    code = "import sys; before = set(sys.modules); import tui.cli.early, tui.ui.opening; print(*set(sys.modules) - before)"
    loaded = set(alone(code).split())
    assert {name for name in loaded if name.partition(".")[0] == "tui"} == {
        "tui",
        "tui.cli",
        "tui.cli.early",
        "tui.ui",
        "tui.ui.opening",
    }
    assert not loaded & {"asyncio", "click", "msgspec", "subprocess"}


@pytest.mark.parametrize(
    ("args", "opens"),
    [
        ([], True),
        (["attach", "docs"], True),
        (["--demo", "--agents", "9"], True),
        (["--agents=9", "--demo"], True),
        (["ls"], False),
        (["attach", "--help"], False),
        (["--version"], False),
        (["run", "attach"], False),
    ],
)
def test_which_command_lines_begin_the_dashboard(args: list[str], opens: bool) -> None:
    assert looks_like_dashboard(args) is opens
