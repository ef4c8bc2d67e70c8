"""Prints `ready`, then nothing, for ever; ends by the first signal that does not spare it."""

import time

print("ready", flush=True)
while True:
    time.sleep(3600)
