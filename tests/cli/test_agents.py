"""Commands on real agents: real hosts, real terminals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.waiting import wait_until
from tui.system import processes
from tui.system.paths import Paths

KEYS = [
    "id",
    "name",
    "runtime",
    "mode",
    "cwd",
    "pid",
    "lifecycle",
    "activity",
    "evidence",
    "session_id",
    "model",
    "started_at",
    "triage",
    "quiet_s",
    "no_progress_s",
    "inactivity_timeout_s",
    "usage",
    "context_share",
    "exit",
    "runs",
    "old_session_ids",
    "note",
    "damaged",
    "budget",
    "queue_place",
    "next_try",
]

ECHO = "echo ready; while read line; do echo got $line; done"


def one(cli: Cli, agent_id: str) -> dict[str, object]:
    return next(each for each in cli("ls", "--json").objects if each["id"] == agent_id)


def test_a_life_from_run_to_rm(cli: Cli, paths: Paths, work: Path) -> None:
    started = cli("run", "--name", "Echo er", "--tag", "web", "--", "sh", "-c", ECHO)
    assert (started.code, started.out, started.err) == (0, "echo-er\n", "")
    listed = cli("ls", "--json").objects
    assert [list(each) for each in listed] == [KEYS]
    assert cli("show", "echo-er", "--json").objects[0]["tags"] == ["web"]
    assert listed[0]["name"] == "Echo er"
    assert listed[0]["cwd"] == str(work)
    assert listed[0]["lifecycle"] in ("starting", "running")
    assert isinstance(listed[0]["pid"], int)
    assert list(listed[0]["evidence"]) == ["source", "fact", "since"]
    assert list(listed[0]["usage"]) == [
        "input", "output", "cache_read", "cache_write", "reasoning", "total", "cost_usd", "source",
    ]  # fmt: skip

    wait_until(lambda: "ready" in cli("screen", "echo").out)
    assert cli("send", "Echo er", "hello").code == 0
    wait_until(lambda: "got hello" in cli("screen", "echo-er").out)
    assert cli("send", "echo-er", "--key", "y", "--key", "enter").code == 0
    wait_until(lambda: "got y" in cli("screen", "echo-er").out)

    shown = cli("show", "echo-er")
    assert shown.code == 0
    for part in ("Echo er", "command (interactive)", "lifecycle", "evidence", "running"):
        assert part in shown.out
    assert cli("rm", "-y", "echo-er").err.startswith("Still running: Echo er.")

    killed = cli("kill", "echo-er")
    assert (killed.code, killed.out) == (0, "Echo er: killed by you, none left\n")
    over = one(cli, "echo-er")
    assert over["lifecycle"] == "killed"
    assert over["pid"] is None
    assert over["exit"]["reason"] == "killed by you, none left"  # type: ignore[index]  # an object
    assert "got hello" in cli("screen", "echo-er").out
    kinds = [event["fact"]["fact"] for event in cli("logs", "echo-er", "--json").objects]
    assert {"run_started", "user_acted", "state_changed", "run_exited"} <= set(kinds)
    assert "run began (start)" in cli("logs", "echo-er").out
    assert len(cli("logs", "echo-er", "--json", "-n", "2").objects) == 2

    assert cli("rm", "-y", "echo-er").code == 0
    assert cli("ls", "--json").out == ""
    assert not paths.agent("echo-er").exists()


def test_many_at_once_and_what_fails_fails_alone(cli: Cli) -> None:
    for name in ("a", "b"):
        assert cli("run", "--name", name, "--", "sleep", "100").code == 0
    taken = cli("run", "--name", "a", "--", "sleep", "100")
    assert (taken.code, taken.out) == (1, "")
    assert "There is an agent called 'a' already." in taken.err
    assert cli("kill", "a").code == 0
    result = cli("kill", "a", "b")
    assert result.code == 1
    assert result.out == "b: killed by you, none left\n"
    assert result.err == "a does not run.\n"
    assert cli("restart", "a", "b").out == "a: restarted\nb: restarted\n"
    wait_until(lambda: {each["lifecycle"] for each in cli("ls", "--json").objects} == {"running"})
    assert {each["runs"] for each in cli("ls", "--json").objects} == {2}
    assert cli("kill", "--all").code == 0


def test_a_command_takes_no_prompt_and_has_no_limit_of_silence(cli: Cli) -> None:
    refused = cli("run", "--name", "both", "--prompt", "x", "--", "cat")
    assert refused.code == 2
    assert "A command takes no --prompt: agent-tui send types into it." in refused.err
    assert cli("ls", "--json").objects == []
    cli("run", "--name", "plain", "--", "cat")
    assert one(cli, "plain")["inactivity_timeout_s"] == 0
    cli("run", "--name", "watched", "--inactivity-timeout", "300", "--", "cat")
    assert one(cli, "watched")["inactivity_timeout_s"] == 300


def test_a_wrong_state_is_saved_without_variables(cli: Cli) -> None:
    cli(
        "run",
        "--name",
        "plain",
        "--env",
        "MY_TOKEN=0123456789",
        "--",
        "sh",
        "-c",
        "echo $MY_TOKEN; sleep 100",
    )
    wait_until(lambda: "0123456789" in cli("screen", "plain").out)
    saved = cli("wrong", "plain", "--should", "idle", "--note", "it rests")
    assert saved.code == 0
    text = Path(saved.out.strip()).read_text()
    assert "0123456789" not in text
    assert "MY_TOKEN=" not in text
    assert json.loads(text)["should"] == "idle"
    assert cli("wrong", "nobody").code == 1


def test_waiting_for_the_end_fails_when_it_was_a_bad_one(cli: Cli) -> None:
    cli("run", "--name", "bad", "--", "sh", "-c", "exit 3")
    ended = cli("wait", "bad", "--timeout", "15")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("bad did not end well: failed")
    assert len(ended.err.splitlines()) == 1
    assert cli("wait", "bad", "--until", "failed").code == 0
    cli("run", "--name", "ended", "--", "sleep", "1000")
    cli("kill", "ended")
    assert "ended did not end well: killed" in cli("wait", "ended", "--timeout", "15").err
    assert cli("wait", "ended", "--until", "over,killed").code == 0


def test_waiting(cli: Cli) -> None:
    cli("run", "--name", "short", "--", "sh", "-c", "read x; exit 3")
    late = cli("wait", "short", "--timeout", "0.2")
    assert late.code == 1
    assert late.err.startswith("short is still ")
    cli("send", "short", "go")
    ended = cli("wait", "short", "--until", "over,failed", "--timeout", "15")
    assert ended.code == 0
    assert ended.out.startswith("short: failed")
    other = cli("wait", "short", "--until", "idle,exited", "--timeout", "15")
    assert other.code == 1
    assert other.err.startswith("short ended otherwise: failed")


def test_a_log_is_followed_to_the_end(cli: Cli, work: Path) -> None:
    cli("run", "--name", "f", "--", "sh", "-c", "read x; exit 0")
    command = [sys.executable, "-P", "-c", "from tui.cli import main; main()", "logs", "f", "-f"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert "start by user" in follower.stdout.readline()
        cli("send", "f", "go")
        rest = follower.stdout.read()
    assert follower.returncode == 0
    assert "run ended" in rest


def test_a_lost_agent_is_named_and_restarted(cli: Cli, paths: Paths) -> None:
    cli("run", "--name", "l", "--", "sleep", "100")
    wait_until(lambda: one(cli, "l")["lifecycle"] == "running")
    host = cli("show", "l", "--json").objects[0]["host_pid"]
    guardian = processes.parent(host)
    os.kill(guardian, signal.SIGKILL)
    os.kill(host, signal.SIGKILL)
    wait_until(lambda: processes.identity(host) is None)
    lost = one(cli, "l")
    assert lost["lifecycle"] == "lost"
    assert lost["pid"] is None
    assert "lost" in cli("ls").out
    checked = cli("doctor", "--json")
    assert checked.code == 1
    problems = {each["problem"]: each["mend"] for each in checked.objects[0]["problems"]}
    assert problems["Lost with its host, without a session: l."] == "agent-tui restart l, or agent-tui rm l"
    assert not any(text.startswith("Nobody listens on ") for text in problems)
    (paths.sockets() / "gone.sock").write_bytes(b"")
    assert any(
        each["problem"].endswith("gone.sock; a crash left it.")
        for each in cli("doctor", "--json").objects[0]["problems"]
    )
    assert cli("wait", "l", "--until", "lost", "--timeout", "10").code == 0
    assert cli("restart", "l").out == "l: restarted\n"
    wait_until(lambda: one(cli, "l")["lifecycle"] == "running")


def test_everything_in_the_config(cli: Cli, work: Path) -> None:
    (work / "agent-tui.toml").write_text(
        '[defaults]\nruntime = "command"\nenv = {FROM = "defaults"}\n'
        '[[agent]]\nname = "one"\ncommand = ["sh", "-c", "echo $FROM $OWN; sleep 100"]\nenv = {OWN = "mine"}\n'
        '[[agent]]\nname = "two"\ncommand = ["sleep", "100"]\n'
        '[[agent]]\nname = "bad"\ncommand = ["no-such-program-here"]\n'
    )
    first = cli("up")
    assert first.code == 1
    assert first.out == "one: started\ntwo: started\n"
    assert first.err == "bad: Cannot start: no-such-program-here is not on PATH.\n"
    wait_until(lambda: "defaults mine" in cli("screen", "one").out)
    cli("kill", "two")
    text = (work / "agent-tui.toml").read_text()
    (work / "agent-tui.toml").write_text(
        text.replace('"no-such-program-here"', '"sleep", "100"').replace("echo $FROM", "echo new $FROM")
    )
    assert cli("up").out == "one: runs already\ntwo: restarted\nbad: started\n"
    cli("kill", "one")
    cli("up")
    wait_until(lambda: "new defaults mine" in cli("screen", "one").out)
    assert cli("ls", "--json").objects[0]["cwd"] == str(work)


def test_a_prompt_from_stdin(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    cli("run", "--name", "e", "--", "sh", "-c", ECHO)
    monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe\n"))
    assert cli("send", "e", "-").code == 0
    wait_until(lambda: "got from a pipe" in cli("screen", "e").out)


def test_doctor_finds_nothing_wrong_in_a_fresh_place(cli: Cli) -> None:
    result = cli("doctor")
    assert result.code == 0
    assert "No problems." in result.out
    report = cli("doctor", "--json").objects[0]
    assert {
        "version",
        "runtimes",
        "terminal",
        "folders",
        "config",
        "agents",
        "stale_sockets",
        "problems",
    } <= set(report)
    assert report["problems"] == []


def test_doctor_names_keys_that_clash_and_actions_that_are_none(cli: Cli, work: Path) -> None:
    (work / "agent-tui.toml").write_text('[keys]\n"agent.kill" = "space"\n"agent.jump" = "J"\n')
    result = cli("doctor")
    assert result.code == 1
    assert "keys.agent.jump: no such action." in result.out
    assert "keys.agent.kill: space is already go.next, and stays so." in result.out
    assert f"Edit [keys] in {work / 'agent-tui.toml'}." in result.out


def test_doctor_names_open_folders_and_wrong_configs(cli: Cli, paths: Paths, work: Path) -> None:
    paths.agents().mkdir(parents=True)
    paths.agents().chmod(0o755)
    (work / "agent-tui.toml").write_text("[dashboard]\ntheme = 1\n")
    result = cli("doctor")
    assert result.code == 1
    assert "is open to other users" in result.out
    assert "chmod 700" in result.out
    assert "dashboard.theme: found the number 1" in result.out


def test_a_budget_holds_an_agent_until_it_is_allowed_more(cli: Cli) -> None:
    loop = "while :; do echo tick; sleep 0.05; done"
    agent = cli("run", "--budget", "time=1s,tokens=5k", "--", "sh", "-c", loop).out.strip()
    assert cli("wait", agent, "--until", "needs-you", "--timeout", "20").code == 0
    budget = one(cli, agent)["budget"]
    assert isinstance(budget, dict)
    assert budget["held"] is True
    assert budget["tokens"] == {"used": 0, "limit": 5000}
    assert "Budget used up, paused" in cli("show", agent).out
    assert "0:01 of 0:01" in cli("show", agent).out
    assert " budget " in cli("ls").out
    assert "budget: paused" in cli("logs", agent).out
    result = cli("allow", agent, "--time", "1h")
    assert (result.code, result.out) == (0, f"{agent}: may use more\n")
    wait_until(lambda: one(cli, agent)["budget"]["held"] is False)  # type: ignore[index]
    assert "has used no budget up" in cli("allow", agent).err
    assert cli("kill", agent).code == 0
    assert cli("allow", agent, "--off").code == 0
    assert one(cli, agent)["budget"] is None
