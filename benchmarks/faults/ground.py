"""Where the fleet stands: a small disk of its own and permissions that count, where this machine lets us have them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from tui.system import procfs

DISK: Final = b"size=96m"
MARK: Final = "AGENT_TUI_FAULTS"
"""Environment variable that every process of the campaign inherits: its folder."""
SMALL: Final = f"{MARK}_SMALL"
BOUND: Final = f"{MARK}_BOUND"
_CAP_DAC: Final = (1, 2)
"""CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH."""
_PR_CAPBSET_DROP: Final = 24
_CLONE_NEWNS: Final = 0x00020000
_MS_PRIVATE: Final = 0x44000


class Ground(msgspec.Struct, frozen=True):
    """A folder, and what can be done there."""

    root: Path
    small: bool
    """The state folder is a file system of its own, which can be filled."""
    permissions: bool
    """Permissions hold us back, as they do not hold root."""

    @property
    def clock(self) -> Path:
        """What the wall clock of every process is off by, seconds."""
        return self.root / "clock"


def prepare() -> Ground:
    """Return the ground; as root on Linux the program begins again, with a disk of its own and without root's powers over files.

    The mount is seen by our processes alone and goes with the last of them.
    """
    if not (given := os.environ.get(MARK)):
        root = Path(tempfile.mkdtemp(prefix="agent-tui-faults-", dir="/tmp")).resolve()
        (root / "state").mkdir(mode=0o700)
        given = str(root)
        os.environ |= {MARK: given, SMALL: "", BOUND: "" if os.geteuid() == 0 else "yes"}
        if procfs.AVAILABLE and os.geteuid() == 0:
            os.environ |= {SMALL: "yes" if _mount(root / "state") else "", BOUND: "yes" if _let_go() else ""}
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    return Ground(Path(given), bool(os.environ[SMALL]), bool(os.environ[BOUND]))


def _mount(folder: Path) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS) or libc.mount(b"none", b"/", None, _MS_PRIVATE, None):
        return False
    return bool(libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, DISK) == 0)


def _let_go() -> bool:
    """Give up what lets root read and write everything, from the next `exec` on. Source: capabilities(7)."""
    libc = ctypes.CDLL(None, use_errno=True)
    return not any(libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) for number in _CAP_DAC)


def clear(ground: Ground) -> None:
    """Kill everything that the campaign started, and remove its folder."""
    mark = f"{MARK}={ground.root}".encode()
    end = time.monotonic() + 10
    while time.monotonic() < end:
        above = {os.getpid(), os.getppid()}
        found = [pid for pid in procfs.pids() if pid not in above and procfs.has_variable(pid, mark)]
        left = [pid for pid in found if (stat := procfs.stat(pid)) is not None and not stat.dead]
        if not left:
            break
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    for folder, _, _ in os.walk(ground.root):
        with contextlib.suppress(OSError):
            Path(folder).chmod(0o700)
    shutil.rmtree(ground.root, ignore_errors=True)
