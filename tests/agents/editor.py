"""Stands for an editor or pager: takes the whole terminal, shows the first line of its file, ends as it is told.

Usage: editor.py FOLDER FILE. FOLDER/how says how: `well`, `badly` (exit code 3) or `crash` (a signal, leaving all as it is).
"""

import os
import signal
import sys
import termios
import tty
from pathlib import Path

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
how = (folder / "how").read_text()
before = termios.tcgetattr(0)
tty.setraw(0)
first = file.read_bytes().split(b"\n", 1)[0]
os.write(
    1,
    b"\x1b[?1049h\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?1h\x1b[>31u\x1b[5 q\x1b[?25l\x1b[2J\x1b[Heditor has "
    + first,
)
typed = b""
while not typed.endswith(b"."):
    typed += os.read(0, 100)
(folder / "typed").write_bytes(typed)
if how == "crash":
    os.kill(os.getpid(), signal.SIGSEGV)
os.write(1, b"\x1b[<u\x1b[?1l\x1b[?2004l\x1b[?1006l\x1b[?1003l\x1b[0 q\x1b[?25h\x1b[?1049l")
termios.tcsetattr(0, termios.TCSANOW, before)
sys.exit(3 if how == "badly" else 0)
