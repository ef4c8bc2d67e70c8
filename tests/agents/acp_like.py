"""Speaks the Agent Client Protocol as Qwen Code does: one turn a prompt, until its input is closed. It knows no old session.

A prompt that begins with `ASK` asks for leave first; `SLOW` streams half an answer and waits to be cancelled.
"""

import json
import sys

asked = 0


def say(**line: object) -> None:
    print(json.dumps({"jsonrpc": "2.0", **line}), flush=True)


def heard() -> dict[str, object]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    told: dict[str, object] = json.loads(line)
    return told


def update(kind: str, **fields: object) -> None:
    say(method="session/update", params={"sessionId": "s1", "update": {"sessionUpdate": kind, **fields}})


def words(text: str, **fields: object) -> None:
    update("agent_message_chunk", content={"type": "text", "text": text}, **fields)


def may() -> bool:
    global asked
    asked += 1
    tool = {"toolCallId": f"t{asked}", "kind": "execute", "rawInput": {"command": "rm -rf build"}}
    options = [{"optionId": kind, "name": kind, "kind": kind} for kind in ("reject_once", "allow_once")]
    params = {"sessionId": "s1", "toolCall": tool, "options": options}
    say(id=asked, method="session/request_permission", params=params)
    allowed = "allow_once" in json.dumps(heard())
    if allowed:
        update("tool_call_update", toolCallId=f"t{asked}", status="completed")
    return allowed


def turn(prompt: str) -> str:
    if prompt.startswith("SLOW"):
        words("Half an answer")
        while heard().get("method") != "session/cancel":
            pass
        return "cancelled"
    words("Done" if not prompt.startswith("ASK") else "Allowed" if may() else "Denied")
    words("", _meta={"usage": {"inputTokens": 10, "outputTokens": 5}})
    return "end_turn"


while True:
    request = heard()
    match request["method"]:
        case "initialize":
            say(id=request["id"], result={"protocolVersion": 1, "agentCapabilities": {"loadSession": True}})
        case "session/new":
            say(id=request["id"], result={"sessionId": "s1"})
        case "session/load":
            say(id=request["id"], error={"code": -32603, "message": "Internal error: no such session"})
        case "session/prompt":
            text = request["params"]["prompt"][0]["text"]  # type: ignore[index]
            say(id=request["id"], result={"stopReason": turn(text)})
