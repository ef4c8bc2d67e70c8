"""Prints back what it is given, as Python shows bytes; `size` prints the terminal's size; `quit` ends with 0."""

import os
import signal
import sys


def tell_size(*_: object) -> None:
    cols, rows = os.get_terminal_size(0)
    print(f"size {rows}x{cols}", flush=True)


signal.signal(signal.SIGWINCH, tell_size)
print("ready", flush=True)
while data := os.read(0, 65536):
    word = data.strip()
    if word == b"size":
        tell_size()
    elif word == b"quit":
        sys.exit(0)
    else:
        print(f"got {data!r}", flush=True)
