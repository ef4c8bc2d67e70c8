"""Arguments, exit codes, errors in one sentence, and what is imported for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.client.fake_host import make_agent
from tui.cli.app import COMMANDS, run
from tui.core.lifecycle import Lifecycle
from tui.core.status import Exit
from tui.system.paths import Paths, ensure


def test_help_lists_every_command(cli: Cli) -> None:
    result = cli("-h")
    assert result.code == 0
    for name, (_, text) in COMMANDS.items():
        assert name in result.out
        assert text in " ".join(result.out.split())


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_that_says_what_the_list_says(cli: Cli, name: str) -> None:
    result = cli(name, "--help")
    assert result.code == 0
    assert COMMANDS[name][1].split(",")[0].rstrip(".") in " ".join(result.out.split())


def test_version(cli: Cli) -> None:
    assert cli("--version").out.startswith("agent-tui ")


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["kil", "x"], "There is no command 'kil'. Did you mean kill?"),
        (["ls", "--jsn"], "No such option"),
        (["show"], "Missing argument"),
        (["kill"], "Which agent? Give an ID, or --all."),
        (["restart"], "Which agent? Give an ID."),
        (["kill", "--all", "x"], "Either IDs or --all."),
        (["rm"], "Either IDs or --over."),
        (["rm", "--older", "7d", "one"], "--older belongs to --over."),
        (["rm", "--over", "--older", "soon"], "'soon' is no time: write 7d, 12h or 30m."),
        (["send", "x"], "Either TEXT or --key."),
        (["send", "x", "  "], "The text is empty."),
        (["send", "x", "--key", "y", "--when-idle"], "--when-idle is for TEXT: a key cannot wait."),
        (["wait", "x", "--until", "idel"], "'idel' is no state. Did you mean idle?"),
        (["run", "--env", "X"], "NAME=VALUE is expected."),
        (["run", "--on-inactive", "sing"], "steps: notify, interrupt"),
        (["run", "--max-budget-usd", "much"], "'much' is no amount."),
        (["run", "--max-budget-usd", "0"], "more than 0"),
        (["run", "--budget", "tokens=much"], "'much' is no amount; write 20000 or 20k."),
        (["run", "--budget", "tokns=5"], "write tokens=N, usd=N"),
        (["run", "--budget", "at_limit=kill"], "It sets no bound"),
        (["allow"], "Missing argument"),
        (["allow", "x", "--off", "--tokens", "5"], "Either amounts or --off."),
        (["run", "--mode", "fast"], "'fast' is not one of"),
        (["--agents", "3"], "--agents and --keep belong to --demo."),
        (["--demo", "ls"], "--demo takes no command."),
        (["--demo", "--agents", "0"], "0 is not in the range"),
    ],
)
def test_wrong_usage_is_exit_2(cli: Cli, args: list[str], part: str) -> None:
    result = cli(*args)
    assert result.code == 2
    assert part in result.err
    assert result.out == ""


def test_failures_are_one_sentence_and_exit_1(cli: Cli, paths: Paths, work: Path) -> None:
    failures = [
        (["show", "x"], "There are no agents."),
        (["run", "--cwd", "none", "--", "sh"], "does not exist."),
        (["run", "--", "no-such-program-here"], "Cannot start: no-such-program-here is not on PATH."),
        (["run", "--runtime", "nonsense"], "There is no runtime 'nonsense'."),
        (["up"], "There is no [[agent]] in agent-tui.toml."),
        (["up", "other.toml"], "it does not exist"),
        ([], "The dashboard needs a terminal."),
        (["--demo"], "The dashboard needs a terminal."),
    ]
    for args, part in failures:
        result = cli(*args)
        assert result.code == 1, args
        assert part in result.err
        assert len(result.err.splitlines()) == 1
        assert result.out == ""
    ensure(paths)
    make_agent(paths, "docs", lifecycle=Lifecycle.EXITED)
    assert cli("show", "dosc").err == "There is no agent 'dosc'. Near: docs.\n"
    assert cli("kill", "docs").err == "docs does not run.\n"
    assert cli("resume", "docs").err == "docs has no session to resume. Restart begins a fresh one.\n"
    assert cli("rm", "docs").err.startswith("This deletes event logs and recordings and asks before.")
    (work / "agent-tui.toml").write_text("[[agent]]\nmodel = 3\n")
    assert "agent[1].model: found the number 3" in cli("run", "--", "sh").err


def test_a_state_folder_that_cannot_be_used(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AGENT_TUI_STATE_DIR", str(tmp_path / "file"))
    for args in (["run", "--", "sh"], ["ls"]):
        result = cli(*args)
        assert result.code == 1
        assert "not a folder" in result.err


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.cli.app.cli.main", interrupted)
    assert run(["ls"]) == 130
    assert capsys.readouterr().err == ""


def test_a_closed_pipe_is_quiet(paths: Paths, work: Path) -> None:
    ensure(paths)
    for n in range(300):
        make_agent(paths, f"agent-{n}", lifecycle=Lifecycle.EXITED)
    command = f"{sys.executable} -P -c 'from tui.cli import main; main()' ls --json | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith('{"id":"agent-')
    assert done.stderr == ""


def test_listing_loads_nothing_heavy(paths: Paths) -> None:
    ensure(paths)
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED)
    code = (
        "import sys; from tui.cli.app import run; run(['ls']); run(['ls', '--json']); "
        "print({'textual','rich','asyncio','watchdog','psutil','pyte','genai_prices'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "set()"


def test_the_shell_completes_ids_and_names(paths: Paths) -> None:
    ensure(paths)
    for name in ("api", "api-2", "docs"):
        make_agent(paths, name, lifecycle=Lifecycle.EXITED)
    env = {
        **os.environ,
        "_AGENT_TUI_COMPLETE": "bash_complete",
        "COMP_WORDS": "agent-tui show ap",
        "COMP_CWORD": "2",
    }
    code = "from tui.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False, env=env
    )
    assert done.stdout.split() == ["plain,api", "plain,api-2"]


def test_only_what_ended_long_ago_is_forgotten(cli: Cli, paths: Paths) -> None:
    ensure(paths)
    for name, days in (("old", 8), ("young", 6)):
        ended = time.time() - days * 86_400
        make_agent(paths, name, lifecycle=Lifecycle.EXITED, exit=Exit(0, None, "exit 0", ended))
    assert cli("rm", "-y", "--over", "--older", "7d").code == 0
    assert [row["id"] for row in cli("ls", "--json").objects] == ["young"]
