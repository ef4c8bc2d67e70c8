"""Prints numbered lines until told otherwise: `chatty.py [COUNT] [SECONDS BETWEEN]`, then ends with 0."""

import sys
import time

count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
pause = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
for i in range(count):
    print(f"line {i} of {count}", flush=True)
    if pause:
        time.sleep(pause)
