"""The oracle: xterm.js in node, fed with the same bytes.

It comes from npm into the folder that holds the agent CLIs of `tests.real_cli` (outside of the repository), once; after
that nothing reaches a network.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.oracle.looks import Case, Look, Stack, theirs
from tests.real_cli.install import clis_folder, install_packages

PACKAGES = ("@xterm/headless@6.0.0", "@xterm/addon-unicode-graphemes@0.4.0")
SCRIPT = Path(__file__).with_name("xterm.mjs")
LIMIT_S = 300


def installed() -> Path:
    """The folder with the oracle's packages, installed if need be.

    Raises:
        tests.real_cli.install.InstallError: npm failed.
    """
    folder = clis_folder() / "xterm"
    install_packages(folder, PACKAGES, folder / "node_modules" / "@xterm" / "addon-unicode-graphemes")
    return folder


def shown(cases: Sequence[Case]) -> list[list[Look | Stack]]:
    """What the oracle shows at each look of each case.

    Raises:
        AssertionError: It failed.
    """
    lines = "".join(json.dumps(case.as_json()) + "\n" for case in cases)
    done = subprocess.run(
        ["node", str(SCRIPT), str(installed())],
        input=lines, capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    # Not `splitlines`: a line separator may be among what is shown.
    return [theirs(json.loads(line)) for line in done.stdout.split("\n") if line]
