"""Everything that is measured, one after the other: `python -m benchmarks`. Takes half an hour; leave the machine alone."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

PARTS = (
    "benchmarks.emulator",
    "benchmarks.program",
    "benchmarks.footprint",
    "benchmarks.archive",
    "benchmarks.endurance",
)


def main() -> int:
    """Run every part, say on what machine."""
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores\n",
        flush=True,
    )
    failed = 0
    for part in PARTS:
        print(f"## {part}\n", flush=True)
        failed |= subprocess.run([sys.executable, "-m", part], check=False).returncode
        print(flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
