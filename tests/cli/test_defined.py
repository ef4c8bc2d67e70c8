"""A CLI that only the config knows, from `up` to a refused resume: a real program under a real host."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cli.conftest import Cli
from tests.waiting import wait_until

ROBO = """
import json, os, sys
args = sys.argv[1:]
def say(**line): print(json.dumps(line), flush=True)
if "--resume" in args:
    asked = args[args.index("--resume") + 1]
    if asked != "s-known":
        sys.exit(f"no such session {asked}")
say(type="hello", session_id=f"s-{os.getpid()}", model="robo-1")
say(type="say", message={"content": [{"text": "Did: " + args[-1]}]}, usage={"input": 120, "output": 8, "usd": 0.5})
say(type="result")
"""
CHATTY = r"""
import sys, time
print("> ", end="", flush=True)
for line in sys.stdin:
    print("thinking, esc to interrupt", flush=True)
    time.sleep(3)
    print("\033[2J\033[HGo on? [y/n]", flush=True)
"""
CONFIG = """
[runtime.robo]
command = ["{python}", "{folder}/robo.py"]
start = ["--json", "{{prompt}}"]
resume = ["--resume", "{{session}}", "{{prompt}}"]
refused = "no such session"
[runtime.robo.stream]
session = "session_id"
text = "message.content.0.text"
model = "model"
end = "type=result"
[runtime.robo.stream.usage]
input = "usage.input"
output = "usage.output"
cost = "usage.usd"

[runtime.chatty]
command = ["{python}", "{folder}/chatty.py"]
waiting = '\\[y/n\\]'
working = 'esc to interrupt'
idle = '^> ?$'

[[agent]]
name = "robo"
runtime = "robo"
prompt = "count"
[[agent]]
name = "chatty"
runtime = "chatty"
"""


def prepare(work: Path) -> None:
    (work / "robo.py").write_text(ROBO)
    (work / "chatty.py").write_text(CHATTY)
    (work / "agent-tui.toml").write_text(CONFIG.format(python=sys.executable, folder=work))


def agent(cli: Cli, name: str) -> dict[str, object]:
    return next(each for each in cli("ls", "--json").objects if each["id"] == name)


def test_a_described_cli_runs_counts_and_falls_back(cli: Cli, work: Path) -> None:
    prepare(work)
    assert cli("up").out == "robo: started\nchatty: started\n"
    assert cli("wait", "robo", "--until", "over", "--timeout", "30").code == 0
    found = agent(cli, "robo")
    assert (found["activity"], found["model"]) == ("done", "robo-1")
    session = found["session_id"]
    assert str(session).startswith("s-")
    usage = found["usage"]
    assert isinstance(usage, dict)
    assert (usage["input"], usage["output"], usage["cost_usd"]) == (120, 8, 0.5)
    assert "Did: count" in cli("logs", "robo").out
    assert cli("resume", "robo").code == 0
    wait_until(lambda: agent(cli, "robo")["runs"] == 3 and agent(cli, "robo")["activity"] == "done")
    assert agent(cli, "robo")["old_session_ids"] == [session]
    assert f"session {session} was refused (no such session {session})" in cli("logs", "robo").out

    wait_until(lambda: agent(cli, "chatty")["activity"] == "idle")
    assert cli("send", "chatty", "go").code == 0
    wait_until(lambda: agent(cli, "chatty")["activity"] == "working")
    wait_until(lambda: agent(cli, "chatty")["activity"] == "needs-answer")
    cli("kill", "--all")


def test_doctor_lists_it_and_a_wrong_description_is_named(cli: Cli, work: Path) -> None:
    prepare(work)
    listed = {each["name"]: each for each in cli("doctor", "--json").objects[0]["runtimes"]}
    assert listed["robo"]["installed"]
    assert listed["robo"]["modes"] == ["stream"]
    (work / "agent-tui.toml").write_text("[runtime.robo]\ncommand = ['x']\nidle = '['\n")
    result = cli("up")
    assert result.code == 1
    assert "runtime.robo.idle" in result.err
