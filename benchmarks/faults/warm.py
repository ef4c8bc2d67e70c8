"""The user's command without a Python of its own for each: a fork of this process, which has loaded it, gives it as it is.

For campaigns that have to be quick on a machine where everything is slow; the others start the installed program.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tui.cli.app import run

POLL_S = 0.01


def call(arguments: Sequence[str], cwd: Path, limit_s: float) -> subprocess.CompletedProcess[str]:
    """Give a command; the environment is this process's.

    Raises:
        subprocess.TimeoutExpired: It did not end in time, and was killed.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _be(arguments, cwd, out, err)
        end = time.monotonic() + limit_s
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > end:
                os.kill(pid, 9)
                os.waitpid(pid, 0)
                raise subprocess.TimeoutExpired(list(arguments), limit_s)
            time.sleep(POLL_S)
        code = os.waitstatus_to_exitcode(status)
        return subprocess.CompletedProcess(list(arguments), code, _text(out), _text(err))


def _be(arguments: Sequence[str], cwd: Path, out: IO[bytes], err: IO[bytes]) -> None:
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        os.chdir(cwd)
        code = run(list(arguments))
    except BaseException:  # noqa: BLE001 - whatever it is, it must not go on as the campaign
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
