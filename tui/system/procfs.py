"""Processes as Linux shows them in `/proc`: cheap enough to ask often. Source: proc(5)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

AVAILABLE: Final = sys.platform == "linux"
TICKS: Final = os.sysconf("SC_CLK_TCK")


class Stat(NamedTuple):
    """Part of `/proc/PID/stat`."""

    state: str
    """`R`, `S`, `D`, `T`, …; `Z` for a process that has ended and waits to be reaped."""
    parent: int
    group: int
    session: int
    started: float
    """Seconds after the boot, in steps of the kernel's clock tick."""
    cpu_s: float = 0.0
    """Processor time so far, its own and the kernel's for it."""

    @property
    def dead(self) -> bool:
        """It runs no more."""
        return self.state in "ZXx"


def stat(pid: int) -> Stat | None:
    """Return what `/proc` says of a process, or None if there is none."""
    data = _bytes(f"/proc/{pid}/stat")
    # The name in parentheses may itself hold spaces and parentheses; the last one ends it.
    fields = data[data.rfind(b")") + 2 :].split()
    if len(fields) < 20:
        return None
    return Stat(
        fields[0].decode(),
        int(fields[1]),
        int(fields[2]),
        int(fields[3]),
        int(fields[19]) / TICKS,
        (int(fields[11]) + int(fields[12])) / TICKS,
    )


def io_bytes(pid: int) -> int:
    """Return how many bytes a process has read and written, terminals and pipes included; 0 if that is not told."""
    total = 0
    for line in _bytes(f"/proc/{pid}/io").splitlines()[:2]:
        name, _, value = line.partition(b": ")
        if name in (b"rchar", b"wchar") and value.isdigit():
            total += int(value)
    return total


def name(pid: int) -> str:
    """Return the name of a process, at most 15 bytes of it."""
    return _bytes(f"/proc/{pid}/comm").decode("utf-8", "replace").strip()


def children(pid: int) -> list[int] | None:
    """Return the direct children, or None where the kernel has no list of them (CONFIG_PROC_CHILDREN)."""
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - names are wanted, no Path per thread
    except OSError:
        return found
    for thread in threads:
        try:
            found.extend(map(int, Path(f"/proc/{pid}/task/{thread}/children").read_bytes().split()))
        except FileNotFoundError:
            if os.path.exists(f"/proc/{pid}/task/{thread}"):  # noqa: PTH110 - the thread is there, its list is not
                return None
        except OSError:
            continue
    return found


def pids() -> Iterator[int]:
    """Yield the ids of all processes."""
    for name in os.listdir("/proc"):  # noqa: PTH208 - as above
        if name.isdecimal():
            yield int(name)


def owned(pid: int) -> bool:
    """Return whether a process runs under our own user id."""
    try:
        return os.stat(f"/proc/{pid}").st_uid == os.geteuid()  # noqa: PTH116
    except OSError:
        return False


def has_variable(pid: int, assignment: bytes) -> bool:
    """Return whether a process was started with `NAME=value` in its environment."""
    data = _bytes(f"/proc/{pid}/environ")
    return assignment in data and assignment in data.split(b"\0")


def variable(pid: int, name: str) -> str:
    """Return a variable of the environment that a process was started with; empty if it has none."""
    start = f"{name}=".encode()
    for each in _bytes(f"/proc/{pid}/environ").split(b"\0"):
        if each.startswith(start):
            return os.fsdecode(each[len(start) :])
    return ""


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
