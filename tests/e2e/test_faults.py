"""A short fault campaign, always the same; the long ones are `python -m benchmarks.faults`, see `docs/reliability.md`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e


def test_fifteen_faults_leave_everything_as_it_should_be() -> None:
    options = [
        "--seed",
        "7",
        "--faults",
        "15",
        "--agents",
        "4",
        "--dashboards",
        "1",
        "--answer-s",
        "10",
        "--quick",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", *options],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "FOUND" not in done.stdout
    assert "seed 7: 1" in done.stdout, done.stdout  # most of them found something to strike
