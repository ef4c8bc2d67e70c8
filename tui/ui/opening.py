"""The dashboard's process, begun before anything else is known: it loads the toolkit while the command line is read.

It is a fork of a process that has loaded next to nothing, so it costs no second start of the interpreter. This module
needs the standard library alone; `tui.ui.run` tells the process what to show, `tui.ui.child` is what runs in it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn


class Opening:
    """The dashboard's process. Leave it as a context: one that was never told anything ends without a trace.

    Make it before there are threads.
    """

    def __init__(self) -> None:
        read, self._write = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or it would be written twice
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._write)
            _become_dashboard(read)
        os.close(read)
        self.returncode: int | None = None
        """As of `subprocess.Popen`: None while it runs, minus the signal's number where one ended it."""

    def __enter__(self) -> Opening:
        return self

    def __exit__(self, *_: object) -> None:
        if self._write >= 0:
            self._drop()

    def _drop(self) -> None:
        os.close(self._write)  # nothing is told: it leaves
        self._write = -1
        self.send_signal(9)  # at once; nothing of it was seen
        if self.returncode is None:
            self.took(os.waitpid(self.pid, 0)[1])

    def tell(self, order: bytes) -> None:
        """Say what to show."""
        handle, self._write = self._write, -1
        with os.fdopen(handle, "wb") as file, contextlib.suppress(BrokenPipeError):
            file.write(order)

    def took(self, status: int) -> None:
        """Keep how it ended, as `waitpid` told."""
        self.returncode = os.waitstatus_to_exitcode(status)

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.took(status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def _become_dashboard(told: int) -> NoReturn:
    """Run the dashboard; nothing of what the forked process was about to do happens here, whatever goes wrong."""
    code = 1
    try:
        from tui.ui.child import main

        code = main(told)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except KeyboardInterrupt:
        code = 130
    except BaseException:  # noqa: BLE001 - the last boundary of a process
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
