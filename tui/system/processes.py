"""Which processes belong to an agent, and signals to all of them. The only importer of psutil.

A child can leave its process group and its session, and it can be orphaned. On Linux a host is the *subreaper* of everything
below it, so all of it stays among its descendants; elsewhere the session and a mark in the environment find what left.
psutil is imported only where `/proc` does not answer: it costs a host 20 ms and 4 MiB.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

import msgspec

from tui.system import procfs

MARK: Final = "AGENT_TUI_AGENT_DIR"
"""Environment variable that every process of an agent inherits: the agent's folder. An id alone would not do, two fleets
side by side may use the same."""


class Identity(msgspec.Struct, frozen=True):
    """Names one process for certain: ids are used again, an id with its start is not."""

    pid: int
    started: float
    """Linux: seconds after the boot, untouched by changes of the clock. Elsewhere: seconds since the epoch."""


class TreeUsage(msgspec.Struct, frozen=True):
    """What a process and all its descendants use."""

    processes: int = 0
    rss_bytes: int = 0
    """Resident memory; pages shared between them are counted more than once."""
    cpu_s: float = 0.0
    """Processor time so far of those that live."""


class Measured(msgspec.Struct, frozen=True, gc=False):
    """What one process used so far."""

    age_s: float
    cpu_s: float
    io_bytes: int
    """Read and written, on Linux terminals and pipes included; 0 where the system does not tell."""
    name: str


def identity(pid: int) -> Identity | None:
    """Return who a process is, or None if there is none of that id."""
    if procfs.AVAILABLE:
        found = procfs.stat(pid)
        return None if found is None or found.dead else Identity(pid, found.started)
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else Identity(pid, process.create_time())
    except psutil.Error:
        return None


def alive(who: Identity) -> bool:
    """Return whether this very process still runs; one that waits to be reaped does not."""
    found = identity(who.pid) if who.pid > 0 else None
    return found is not None and abs(found.started - who.started) < 0.02


def descendants(pid: int) -> list[int]:
    """Return the living descendants of a process, parents before children."""
    found: list[int] = []
    seen = {pid}
    queue = [pid]
    while queue:
        below = procfs.children(queue.pop(0)) if procfs.AVAILABLE else None
        if below is None:
            return _descendants_by_psutil(pid)
        for child in below:
            if child not in seen:
                seen.add(child)
                queue.append(child)
                stat = procfs.stat(child)
                if stat is not None and not stat.dead:
                    found.append(child)
    return found


def _descendants_by_psutil(pid: int) -> list[int]:
    import psutil

    try:
        below = psutil.Process(pid).children(recursive=True)
        return [p.pid for p in below if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    except psutil.Error:
        return []


def in_session(session: int) -> list[int]:
    """Return the living processes of a session, wherever they hang."""
    return _own(lambda pid: os.getsid(pid) == session)


def mark(folder: Path) -> dict[str, str]:
    """Return the variable that marks what is started for the agent of a folder."""
    return {MARK: os.path.realpath(folder)}


def marked(folder: Path) -> list[int]:
    """Return the living processes of this user that carry an agent's mark; never this one or those above it."""
    value = mark(folder)[MARK]
    assignment = f"{MARK}={value}"
    if procfs.AVAILABLE:
        data = os.fsencode(assignment)
        return _own(lambda pid: procfs.has_variable(pid, data))
    import psutil

    # The kernel hides the environment of hardened system programs on macOS; those are found by their session.
    return _own(lambda pid: psutil.Process(pid).environ().get(MARK) == value)


def all_marked() -> list[tuple[int, str]]:
    """Return the living processes of this user that carry any agent's mark, with the folder that it names."""
    found: dict[int, str] = {}

    def carries(pid: int) -> bool:
        if procfs.AVAILABLE:
            folder = procfs.variable(pid, MARK)
        else:
            import psutil

            folder = psutil.Process(pid).environ().get(MARK, "")
        if folder:
            found[pid] = folder
        return bool(folder)

    return [(pid, found[pid]) for pid in _own(carries)]


def command_line(pid: int) -> str:
    """Return a process's command line in one text; empty if it cannot be read. Hostile."""
    import psutil

    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""


def _own(wanted: Callable[[int], bool]) -> list[int]:
    if procfs.AVAILABLE:
        failures: tuple[type[Exception], ...] = (OSError,)
        pids = [pid for pid in procfs.pids() if procfs.owned(pid)]
    else:
        import psutil

        failures = (OSError, psutil.Error)
        pids = [
            p.pid
            for p in psutil.process_iter(["uids"])
            if p.info["uids"] and p.info["uids"].real == os.getuid()
        ]
    above = ancestors(os.getpid())
    found: list[int] = []
    for pid in pids:
        with contextlib.suppress(*failures):
            if pid not in above and wanted(pid) and identity(pid) is not None:
                found.append(pid)
    return found


def ancestors(pid: int) -> set[int]:
    """Return a process and those above it."""
    above: set[int] = set()
    while pid > 0 and pid not in above:
        above.add(pid)
        pid = parent(pid)
    return above


def parent(pid: int) -> int:
    """Return the parent's id, 0 if there is none."""
    if procfs.AVAILABLE:
        found = procfs.stat(pid)
        return found.parent if found else 0
    import psutil

    try:
        return psutil.Process(pid).ppid()
    except psutil.Error:
        return 0


def signal_tree(pids: Collection[int], group: int, number: signal.Signals) -> None:
    """Signal a process group and, one by one, the processes that are not in it; each gets it once.

    Args:
        pids: Processes of the tree, parents first.
        group: The child's process group; 0: none.
        number: The signal. A stopped process is let go on, so that it can act on anything but SIGSTOP.
    """
    outside = [pid for pid in pids if not group or _group_of(pid) != group]
    sent = (
        (number,) if number in (signal.SIGSTOP, signal.SIGCONT, signal.SIGKILL) else (number, signal.SIGCONT)
    )
    for each in sent:
        if group:
            # The group outlives its leader, and its number is not given again while a member lives.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, each)
        for pid in outside:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, each)


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except OSError:
        return 0


def boot_id() -> str:
    """Return a name of this boot: monotonic clocks of two boots cannot be compared. Empty if the system has none."""
    if procfs.AVAILABLE:
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        except OSError:
            return ""
    return _sysctl("kern.bootsessionuuid") if sys.platform == "darwin" else ""


def _sysctl(name: str) -> str:
    import ctypes

    buffer = ctypes.create_string_buffer(64)
    size = ctypes.c_size_t(len(buffer))
    failed = ctypes.CDLL(None).sysctlbyname(name.encode(), buffer, ctypes.byref(size), None, 0)
    return "" if failed else buffer.value.decode("ascii", "replace")


def tree_usage(pid: int) -> TreeUsage:
    """Return what a process and its descendants use now; nothing if it is gone."""
    import psutil

    processes, rss, cpu = 0, 0, 0.0
    for each in [pid, *descendants(pid)]:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(each)
            with process.oneshot():
                times = process.cpu_times()
                rss += process.memory_info().rss
            cpu += times.user + times.system
            processes += 1
    return TreeUsage(processes=processes, rss_bytes=rss, cpu_s=cpu)


def measured(pid: int) -> Measured | None:
    """Return what one process used so far, or None if it runs no more."""
    if procfs.AVAILABLE:
        stat = procfs.stat(pid)
        if stat is None or stat.dead:
            return None
        # Starts are told by the clock that goes on while the machine sleeps.
        age_s = time.clock_gettime(time.CLOCK_BOOTTIME) - stat.started
        return Measured(age_s, stat.cpu_s, procfs.io_bytes(pid), procfs.name(pid))
    import psutil

    try:
        process = psutil.Process(pid)
        with process.oneshot():
            times, moved = process.cpu_times(), 0
            if hasattr(process, "io_counters"):
                counters = process.io_counters()
                moved = counters.read_bytes + counters.write_bytes
            age_s = time.time() - process.create_time()
            return Measured(age_s, times.user + times.system, moved, process.name())
    except psutil.Error:
        return None
