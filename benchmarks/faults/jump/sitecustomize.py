"""Turns the wall clock of every interpreter that finds this on its path, by what a file says; the monotonic clock stays true.

Python imports a module of this name before anything else. So neither the product needs a seam for it, nor the machine a library.
"""

import os
import time

_real, _monotonic = time.time, time.monotonic
_file = os.environ.get("AGENT_TUI_FAULTS_CLOCK", "")
_read_at, _off_s = -1.0, 0.0


def _turned() -> float:
    global _read_at, _off_s
    now = _monotonic()
    if now - _read_at > 0.05:
        _read_at = now
        try:
            with open(_file, encoding="ascii") as file:  # noqa: PTH123 - before anything else is imported
                _off_s = float(file.read() or "0")
        except (OSError, ValueError):
            pass
    return _real() + _off_s


if _file:
    time.time = _turned
