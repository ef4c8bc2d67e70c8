"""A full-screen program's end of a terminal: raw mode, what it reads goes to a file, what it is told to print it prints.

Usage: raw.py LOG SAY. LOG gets every byte read; bytes written to the FIFO SAY are printed.
"""

import os
import select
import sys
import tty

tty.setraw(0)
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
os.mkfifo(sys.argv[2])
say = os.open(sys.argv[2], os.O_RDWR)
os.write(1, b"\x1b[2J\x1b[Hraw ready\r\n")
while True:
    for fd in select.select([0, say], [], [])[0]:
        data = os.read(fd, 65536)
        if not data:
            sys.exit()
        if fd == 0:
            os.write(log, data)
        else:
            os.write(1, data)
