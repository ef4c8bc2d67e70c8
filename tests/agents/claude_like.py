"""Speaks Claude Code's headless JSON: `--session-id ID … -- PROMPT` does one turn; `--resume ID` knows no session.

`SLOW` in the prompt: streams half of its answer, then waits for ever. `BIG`: one line of 20 MB in the middle.
`TOOL command`: runs the command as a tool, then answers.
With `--input-format` the prompts come on its input until that is closed: `ASK` in one asks for leave first, and an interrupt
ends `SLOW`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable

args = sys.argv[1:]
later: list[dict[str, object]] = []
"""What came on the input and was not waited for."""


def say(**line: object) -> None:
    print(json.dumps(line), flush=True)


if "--resume" in args and "--fork-session" not in args:
    print(f"No conversation found with session ID: {args[args.index('--resume') + 1]}", flush=True)
    sys.exit(1)
session = args[args.index("--session-id") + 1]
usage = {
    "input_tokens": 10,
    "output_tokens": 5,
    "cache_read_input_tokens": 0,
    "cache_creation_input_tokens": 0,
}


def event(**event: object) -> None:
    say(type="stream_event", session_id=session, parent_tool_use_id=None, event=event)


def heard(kind: str) -> dict[str, object]:
    for earlier in later:
        if earlier["type"] == kind:
            later.remove(earlier)
            return earlier
    while line := sys.stdin.readline():
        told: dict[str, object] = json.loads(line)
        if told["type"] == kind:
            return told
        later.append(told)
    sys.exit(0)


def may(number: int) -> bool:
    request = {"subtype": "can_use_tool", "tool_name": "Bash", "input": {"command": "rm -rf build"}}
    say(type="control_request", request_id=f"r{number}", request=request)
    told = heard("control_response")
    say(**told)
    return '"allow"' in json.dumps(told)


def over(**more: object) -> None:
    told = {"subtype": "success", "is_error": False, "result": "done", "total_cost_usd": 0.01, "usage": usage}
    say(type="result", session_id=session, num_turns=1, duration_ms=5, **{**told, **more})


def run_tool(command: str, start: dict[str, object]) -> None:
    call = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": command}}
    say(type="assistant", message={**start, "id": "m0", "content": [call]}, session_id=session)
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    result = {"type": "tool_result", "tool_use_id": "t1", "content": done.stdout, "is_error": False}
    say(type="user", message={"role": "user", "content": [result]}, session_id=session)


def turn(prompt: str, number: int) -> None:
    say(type="system", subtype="init", session_id=session, model="test-1", tools=[], cwd="/")
    what = "Half an answer" if "ASK" not in prompt else "Allowed" if may(number) else "Denied"
    start = {"id": f"m{number}", "role": "assistant", "model": "test-1", "content": [], "usage": usage}
    event(type="message_start", message=start)
    if prompt.startswith("TOOL "):
        run_tool(prompt.removeprefix("TOOL "), start)
    event(type="content_block_start", index=0, content_block={"type": "text", "text": ""})
    for word in ("Half ", "an ", "answer"):
        event(type="content_block_delta", index=0, delta={"type": "text_delta", "text": word})
    if "SLOW" in prompt:
        if "--input-format" not in args:
            time.sleep(3600)
        heard("control_request")
        over(subtype="error_during_execution", is_error=True, terminal_reason="aborted_streaming", result="")
        return
    if "BIG" in prompt:
        big = {"type": "text", "text": "x" * 20_000_000}
        say(type="assistant", message={**start, "content": [big]}, session_id=session)
    text = {"type": "text", "text": f"{what} to {len(prompt)} characters"}
    say(type="assistant", message={**start, "content": [text]}, session_id=session, parent_tool_use_id=None)
    event(type="content_block_stop", index=0)
    event(type="message_stop")
    over()


def prompts() -> Iterable[str]:
    if "--input-format" not in args:
        yield args[args.index("--") + 1] if "--" in args else ""
        return
    while True:
        told = heard("user")
        say(**told, isReplay=True)
        yield str(told["message"]["content"])  # type: ignore[index]


for number, prompt in enumerate(prompts(), 1):
    turn(prompt, number)
