"""Speaks Claude Code's headless JSON: `--session-id ID … -- PROMPT` does one turn; `--resume ID` knows no session.

`SLOW` in the prompt: streams half of its answer, then waits for ever. `BIG`: one line of 20 MB in the middle.
`TOOL command`: runs the command as a tool, then answers.
"""

import json
import subprocess
import sys
import time

args = sys.argv[1:]
prompt = args[args.index("--") + 1] if "--" in args else ""


def say(**line: object) -> None:
    print(json.dumps(line), flush=True)


if "--resume" in args:
    print(f"No conversation found with session ID: {args[args.index('--resume') + 1]}", flush=True)
    sys.exit(1)
session = args[args.index("--session-id") + 1]
say(type="system", subtype="init", session_id=session, model="test-1", tools=[], cwd="/")
usage = {
    "input_tokens": 10,
    "output_tokens": 5,
    "cache_read_input_tokens": 0,
    "cache_creation_input_tokens": 0,
}
start = {"id": "m1", "role": "assistant", "model": "test-1", "content": [], "usage": usage}


def event(**event: object) -> None:
    say(type="stream_event", session_id=session, parent_tool_use_id=None, event=event)


event(type="message_start", message=start)
if prompt.startswith("TOOL "):
    command = prompt.removeprefix("TOOL ")
    call = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": command}}
    say(type="assistant", message={**start, "id": "m0", "content": [call]}, session_id=session)
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    result = {"type": "tool_result", "tool_use_id": "t1", "content": done.stdout, "is_error": False}
    say(type="user", message={"role": "user", "content": [result]}, session_id=session)
event(type="content_block_start", index=0, content_block={"type": "text", "text": ""})
for word in ("Half ", "an ", "answer"):
    event(type="content_block_delta", index=0, delta={"type": "text_delta", "text": word})
while "SLOW" in prompt:
    time.sleep(3600)
if "BIG" in prompt:
    say(
        type="assistant",
        message={**start, "content": [{"type": "text", "text": "x" * 20_000_000}]},
        session_id=session,
    )
text = {"type": "text", "text": f"Half an answer to {len(prompt)} characters"}
say(type="assistant", message={**start, "content": [text]}, session_id=session, parent_tool_use_id=None)
event(type="content_block_stop", index=0)
event(type="message_stop")
say(
    type="result", subtype="success", is_error=False, result="done", session_id=session, num_turns=1,
    duration_ms=5, total_cost_usd=0.01, usage=usage,
)  # fmt: skip
