"""Prints as fast as it can: `floods.py MEGABYTES [LINE]`; LINE `-` makes all of it one JSON line."""

import os
import sys

megabytes = int(sys.argv[1])
line = sys.argv[2] if len(sys.argv) > 2 else "y"
block = b"x" * 65536 if line == "-" else (line.encode() + b"\n") * (65536 // (len(line) + 1))
left = megabytes * 1_000_000
if line == "-":
    os.write(1, b'{"type":"big","text":"')
while left > 0:
    left -= os.write(1, block[:left])
if line == "-":
    os.write(1, b'"}\n')
os.write(1, b"END\n")
