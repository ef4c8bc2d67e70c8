"""Speaks Claude Code's headless JSON for one turn, and never of money. `--model MODEL`; `#wait` in the prompt: goes on when
a file `go` is in its folder."""

import json
import sys
import time
from pathlib import Path

args = sys.argv[1:]
prompt = args[args.index("--") + 1] if "--" in args else ""
model = args[args.index("--model") + 1]
flag = "--resume" if "--resume" in args else "--session-id"
session = args[args.index(flag) + 1]


def say(**line: object) -> None:
    print(json.dumps(line), flush=True)


def message(key: str, model: str, parent: str | None, **tokens: int) -> None:
    begun = {"id": key, "role": "assistant", "model": model, "content": [], "usage": tokens}
    event = {"type": "message_start", "message": begun}
    say(type="stream_event", session_id=session, parent_tool_use_id=parent, event=event)


say(type="system", subtype="init", session_id=session, model=model, tools=[], cwd="/")
message("m1", model, None, input_tokens=1000, output_tokens=200, cache_read_input_tokens=5000)
message("m2", "claude-haiku-4-5", "call", input_tokens=100, output_tokens=20)
while "#wait" in prompt and not Path("go").exists():
    time.sleep(0.02)
say(type="result", subtype="success", is_error=False, result="done", session_id=session, num_turns=1)
