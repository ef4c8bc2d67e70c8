"""A child under a pseudo-terminal. The only importer of ptyprocess.

ptyprocess forks, opens the terminal and reports what went wrong before `exec`; from then on the file descriptor is ours:
non-blocking, read and written on the event loop, with the kernel's own flow control in both directions. The exit is not
reaped here: a host reaps all its children in one place.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import re
import signal
import struct
import termios
import time
import tty
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tui.core.errors import SpawnError
from tui.protocol.screen import WinSize
from tui.system.prctl import die_with_parent
from tui.system.programs import find_program
from tui.system.reasons import reason, shown

SLICE_BYTES: Final = 64 * 1024
"""Bytes read before the event loop gets its turn; Linux gives at most 4 KiB a read."""
SLICE_S: Final = 0.004
"""Time for reading a slice, and for what is done with it: slices shrink until it takes no more than about twice that."""
SLICE_LEAST: Final = 4 * 1024
WRITE_MAX: Final = 16 * 1024 * 1024
"""Bytes that wait for a child that does not read; more are refused."""
_IUTF8: Final = 0x4000
"""Erasing a character in cooked mode erases all its bytes. Linux and macOS agree on the bit; `termios` names it from 3.13."""
_DEFAULTED: Final = (
    signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD,
    signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH,
)  # fmt: skip


class PtyChild:
    """A running child and our end of its terminal.

    Args:
        pid: The child; leads its own session and process group.
        fd: Our end of the terminal; closed by `close`.
        pipe: Our end of its input, where that is no terminal; closed by `end_input` or `close`.
    """

    def __init__(self, pid: int, fd: int, pipe: int | None = None) -> None:
        self.pid = pid
        self._fd = fd
        self._input = fd if pipe is None else pipe
        self._input_over = False
        self._loop = asyncio.get_running_loop()
        self._on_data: Callable[[bytes], None] | None = None
        self._on_end: Callable[[], None] | None = None
        self._reading = False
        self._slice = SLICE_BYTES
        self.ended = False
        """Nobody holds the other end any more, or `close` was called."""
        self._queue: deque[memoryview] = deque()
        self.unwritten_bytes = 0
        os.set_blocking(fd, False)
        os.set_blocking(self._input, False)

    def start(self, on_data: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Begin to read.

        Args:
            on_data: Gets slices of at most `SLICE_BYTES`; may call `pause`.
            on_end: Called once, when nobody holds the other end any more.
        """
        self._on_data, self._on_end = on_data, on_end
        self.resume()

    def pause(self) -> None:
        """Stop reading; the child blocks once the kernel's buffer is full."""
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._fd)

    def resume(self) -> None:
        """Read on."""
        if not self._reading and not self.ended and self._on_data is not None:
            self._reading = True
            self._loop.add_reader(self._fd, self._readable)

    def drain(self) -> None:
        """Read now what is there, up to one slice; the end may come with it."""
        if not self.ended and self._on_data is not None:
            self._readable()

    def _readable(self) -> None:
        chunks: list[bytes] = []
        size = 0
        until = time.monotonic() + SLICE_S
        ended = False
        while size < self._slice:
            try:
                chunk = os.read(self._fd, self._slice - size)
            except BlockingIOError:
                break
            except InterruptedError:
                continue
            except OSError as error:
                # Linux says EIO when the last process has closed the other end, others give an empty read.
                if error.errno != errno.EIO:
                    raise
                chunk = b""
            if not chunk:
                ended = True
                break
            chunks.append(chunk)
            size += len(chunk)
            if time.monotonic() > until:
                break
        if chunks:
            self._give(b"".join(chunks))
        if ended:
            self._finish()

    def _give(self, data: bytes) -> None:
        if self._on_data is None:
            return
        began = time.monotonic()
        self._on_data(data)
        took_s = time.monotonic() - began
        if took_s > 2 * SLICE_S:
            self._slice = max(SLICE_LEAST, self._slice // 2)
        elif took_s < SLICE_S / 2:
            self._slice = min(SLICE_BYTES, self._slice * 2)

    def _finish(self) -> None:
        if not self.ended:
            self.pause()
            self.ended = True
            self._drop_writes()
            if self._on_end is not None:
                self._on_end()

    def write(self, data: bytes) -> bool:
        """Type bytes, at once or when the child reads. Never blocks.

        Returns:
            False if the child has not read for so long that `WRITE_MAX` is reached, or its terminal is closed: nothing of
            `data` was taken.
        """
        if self.ended or self._input_over or self.unwritten_bytes + len(data) > WRITE_MAX:
            return False
        if data:
            self._queue.append(memoryview(data))
            self.unwritten_bytes += len(data)
            if len(self._queue) == 1:
                self._writable()
        return True

    def _writable(self) -> None:
        try:
            while self._queue:
                written = os.write(self._input, self._queue[0][:SLICE_BYTES])
                self.unwritten_bytes -= written
                if written == len(self._queue[0]):
                    self._queue.popleft()
                else:
                    self._queue[0] = self._queue[0][written:]
        except (BlockingIOError, InterruptedError):
            self._loop.add_writer(self._input, self._writable)
        except OSError:
            # The child is going; its exit tells the rest.
            self._drop_writes()
        else:
            self._loop.remove_writer(self._input)
            if self._input_over:
                self._close_pipe()

    def end_input(self) -> None:
        """Close the child's input, if it is a pipe, once what waits is written."""
        if self._input_over or self._input == self._fd:
            return
        self._input_over = True
        if not self._queue:
            self._close_pipe()

    def _close_pipe(self) -> None:
        if self._input != self._fd:
            self._loop.remove_writer(self._input)
            os.close(self._input)
            self._input = self._fd

    def _drop_writes(self) -> None:
        self._queue.clear()
        self.unwritten_bytes = 0
        self._loop.remove_writer(self._input)

    def resize(self, size: WinSize) -> None:
        """Tell the terminal its size; the kernel sends SIGWINCH to the foreground group."""
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                _set_size(self._fd, size)

    def foreground(self) -> int:
        """Return the process group that has the terminal; 0 if none has it, or it cannot be told."""
        with contextlib.suppress(OSError):
            return os.tcgetpgrp(self._fd) if self._fd >= 0 else 0
        return 0

    def close(self) -> None:
        """Close our end: processes that still hold the other one get SIGHUP. May be called twice."""
        if self._fd >= 0:
            self.pause()
            self._drop_writes()
            self._close_pipe()
            self.ended = True
            os.close(self._fd)
            self._fd = -1


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str,
    size: WinSize,
    raw: bool = False,
    piped: bool = False,
) -> PtyChild:
    """Start a program under a new pseudo-terminal. Call it from the main thread: on Linux the child ends with that thread.

    Args:
        argv: Program and arguments; the program is looked for on the PATH of `env`, or from `cwd` if it holds a slash.
        env: The whole environment.
        cwd: Folder to start in.
        size: Size of the terminal.
        raw: No echo, no line editing, no newline translation: bytes pass as they are.
        piped: Its input is a pipe; the terminal is its output and controls it.

    Raises:
        SpawnError: It cannot be started, in words.
    """
    program = find_program(argv, env, cwd)
    from ptyprocess import PtyProcess  # 10 ms that a host has after it has answered

    parent = os.getpid()
    theirs, ours = os.pipe() if piped else (-1, -1)

    def before_exec() -> None:
        os.chdir(cwd)
        die_with_parent(parent)
        # Ignored signals and the mask are inherited over exec; a host ignores SIGHUP, Python SIGPIPE.
        for number in _DEFAULTED:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        _set_modes(0, raw=raw)
        if piped:
            os.dup2(theirs, 0)
            os.close(theirs)

    try:
        process = PtyProcess.spawn(
            [program, *argv[1:]],
            env={**env, "PWD": cwd},
            # Not `cwd=`: with a missing folder that lets the forked child return into our code.
            preexec_fn=before_exec,
            dimensions=(size.rows, size.cols),
            pass_fds=(theirs,) if piped else (),
        )
    except OSError as error:
        if piped:
            os.close(ours)
        raise SpawnError(_refusal(program, error), argv=tuple(argv), cwd=cwd) from error
    finally:
        if piped:
            os.close(theirs)
    # Its own object sleeps and kills when it is closed or collected: take the descriptor and leave it an empty shell.
    fd = os.dup(process.fd)
    process.fileobj.close()
    process.closed = True
    return PtyChild(process.pid, fd, ours if piped else None)


def _refusal(program: str, error: OSError) -> str:
    # Errors before exec come as text only: "[Errno 13] Permission denied: …".
    told = re.match(r"\[Errno (\d+)\]", str(error))
    number = error.errno or (int(told[1]) if told else 0)
    if number == errno.ENOENT:
        return f"Cannot start: {shown(program)} names an interpreter that does not exist."
    why = reason(OSError(number, os.strerror(number))) if number else str(error)
    return f"Cannot start {shown(program)}: {why}."


def _set_modes(fd: int, *, raw: bool) -> None:
    if raw:
        tty.setraw(fd)
    else:
        modes = termios.tcgetattr(fd)
        modes[0] |= _IUTF8
        termios.tcsetattr(fd, termios.TCSANOW, modes)


def _set_size(fd: int, size: WinSize) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", max(1, size.rows), max(1, size.cols), 0, 0))
