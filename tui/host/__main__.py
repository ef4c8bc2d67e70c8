"""The guardian: `python -P -m tui.host AGENT_DIR`.

It forks the host proper and waits. As the *subreaper* above it, the guardian inherits whatever a killed or crashed host
leaves behind, and becomes the sweep that ends it. So nobody needs to be looking when a host dies, and nothing of an agent
runs on unwatched. It does as little as possible, because it is what must not fail.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

from tui.system.prctl import adopt_orphans

REFUSED = 3
"""Exit status of a host that could not begin and has said so."""
_LINE_MAX = 65536


def main() -> int:
    """Run a host; return when it is over."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m tui.host AGENT_DIR\n")
        return 2
    folder = os.path.abspath(sys.argv[1])  # noqa: PTH100 - pathlib is not worth its import before the fork
    if os.getpid() != os.getpgrp():
        os.setsid()
    adopt_orphans()
    heard, ready = os.pipe()
    host = os.fork()
    if host == 0:
        os.close(heard)
        # asyncio takes ssl along if it can: 4 MiB and 7 ms that no host needs.
        sys.modules.setdefault("ssl", None)  # type: ignore[arg-type] # None forbids an import
        from tui.host.main import run

        return run(folder, ready)
    os.close(ready)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A shutdown tells every process; the host ends its agent in order, and we with it.
    signal.signal(signal.SIGTERM, lambda *_: _pass_on(host))
    told = _relay(heard)
    how = _wait(host)
    if not told:
        os.write(
            1, b'{"ready": false, "error": "The host ended before it was ready (%s).", "hint": ""}\n' % how
        )
    if how in (b"exit 0", b"exit %d" % REFUSED):
        return 0
    # Same process, so still the parent of all orphans; another program, so none of the memory.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "tui.host.sweep", folder, how.decode()])


def _pass_on(host: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended
        os.kill(host, signal.SIGTERM)


def _relay(heard: int) -> bool:
    """Hand the host's first line on to whoever started us, then let go of all they gave us."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _LINE_MAX:
        data = os.read(heard, _LINE_MAX)
        if not data:
            return False
        line += data
    os.close(heard)
    with contextlib.suppress(OSError):  # they did not wait
        os.write(1, line)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)
    return True


def _wait(host: int) -> bytes:
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == host:
            break
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        try:
            return signal.Signals(number).name.encode()
        except ValueError:
            return b"signal %d" % number
    return b"exit %d" % os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
