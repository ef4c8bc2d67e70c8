"""A simulated agent CLI that numbers all it says: `child.py ENDING LINES TRUTH [Claude Code's own arguments]`.

With `--session-id ID` it speaks Claude Code's JSON lines, without it prints on a terminal; a number every `PACE_S`. ENDING:
`goes-on` never ends · `done` and `fails` end after so many LINES with 0 and 3 · `asks` has a question open from then on · `flees`
has children, one orphaned in a session of its own. TRUTH is a file, beside what the product writes: how many numbers were printed,
how it ended, and its children. SIGUSR1 makes it print a flood.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

PACE_S = 0.3
FLOOD_BYTES = 3_000_000

ending, most, truth = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
arguments = sys.argv[4:]
named = next((name for name in ("--session-id", "--resume") if name in arguments), "")
stream = bool(named)
session = arguments[arguments.index(named) + 1] if stream else ""
flooding = False
family: list[int] = []


def flood(*_: object) -> None:
    """Print a lot at the next turn."""
    global flooding
    flooding = True


def tell(said: int, code: int | None) -> None:
    """Write the truth down."""
    beside = truth.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps({"said": said, "code": code, "pid": os.getpid(), "family": family}))
    beside.replace(truth)


def say(number: int) -> None:
    """Print a number."""
    if not stream:
        print(f"line {number} of mine", flush=True)
        return
    text = {"type": "text", "text": f"line {number} of mine"}
    usage = {
        "input_tokens": 10,
        "output_tokens": 5,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
    }
    message = {"id": f"m{number}", "role": "assistant", "model": "test-1", "content": [text], "usage": usage}
    print(
        json.dumps(
            {"type": "assistant", "message": message, "session_id": session, "parent_tool_use_id": None}
        ),
        flush=True,
    )


def flee() -> None:
    """Leave a child in our group and an orphan in a session of its own."""
    near = os.fork()
    if near == 0:
        os.execvp("sleep", ["sleep", "100000"])
    ready, told = os.pipe()
    if os.fork() == 0:
        os.setsid()
        far = os.fork()
        if far == 0:
            os.execvp("sleep", ["sleep", "100000"])
        os.write(told, str(far).encode())
        os._exit(0)
    os.wait()
    family.extend([near, int(os.read(ready, 32))])


def finish(said: int, code: int) -> None:
    """End as a CLI does."""
    if stream:
        usage: dict[str, int] = {"input_tokens": 10, "output_tokens": 5}
        over: dict[str, object] = {
            "type": "result",
            "subtype": "success" if code == 0 else "error_during_execution",
            "is_error": code != 0,
        }
        over |= {
            "result": "done",
            "session_id": session,
            "num_turns": 1,
            "total_cost_usd": 0.01,
            "usage": usage,
        }
        print(json.dumps(over), flush=True)
    tell(said, code)
    sys.exit(code)


def main() -> None:
    """Speak until it is over."""
    global flooding
    signal.signal(signal.SIGUSR1, flood)
    if stream:
        print(
            json.dumps(
                {
                    "type": "system",
                    "subtype": "init",
                    "session_id": session,
                    "model": "test-1",
                    "tools": [],
                    "cwd": "/",
                }
            ),
            flush=True,
        )
    if ending == "flees":
        flee()
    try:
        # Another run counts on; the last number may have been printed without being told.
        said = json.loads(truth.read_text())["said"] + 1
    except (OSError, ValueError):
        said = 0
    enough = said + most
    tell(said, None)
    while True:
        said += 1
        say(said)
        tell(said, None)
        if flooding:
            flooding = False
            sys.stdout.write(("~" * 99 + "\n") * (FLOOD_BYTES // 100))
            sys.stdout.flush()
        if said >= enough and ending in ("done", "fails"):
            finish(said, 0 if ending == "done" else 3)
        if said == enough and ending == "asks" and not stream:
            print("\x1b]7501;state=blocked:kind=question\x07May I?", flush=True)
        time.sleep(PACE_S)


main()
