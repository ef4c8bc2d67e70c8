"""Ignores SIGINT, SIGTERM and SIGHUP, and leaves a grandchild that does so too, in a session of its own and orphaned.

`nasty.py FILE`: writes its own id and the grandchild's into FILE once all of it stands. `nasty.py FILE leave`: then ends
with 0 by itself, leaving the grandchild behind.
"""

import os
import signal
import sys
import time
from pathlib import Path

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)

ready, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    os.write(tell, str(os.getpid()).encode())
    os.close(tell)
    for fd in (0, 1, 2):
        os.close(fd)
    while True:
        time.sleep(3600)
os.wait()
grandchild = int(os.read(ready, 32))
target = Path(sys.argv[1])
beside = target.with_suffix(".tmp")
beside.write_text(f"{os.getpid()} {grandchild}")
beside.rename(target)
print("nasty is ready", flush=True)
if sys.argv[2:] == ["leave"]:
    sys.exit(0)
while True:
    time.sleep(3600)
