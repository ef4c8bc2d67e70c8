"""Prints an error and ends: `crashing.py CODE`, or by a signal: `crashing.py -SIGNAL`."""

import os
import sys

print("about to fail", flush=True)
how = int(sys.argv[1]) if len(sys.argv) > 1 else 3
if how < 0:
    os.kill(os.getpid(), -how)
sys.exit(how)
