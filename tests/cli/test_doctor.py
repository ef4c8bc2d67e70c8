"""What `doctor` says of CLIs and of the terminal, and how to mend it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.client.fake_host import make_agent
from tui.cli import checks_clis
from tui.cli.checks import Problem
from tui.cli.checks_clis import judged, programs
from tui.cli.checks_terminal import kitty_keys, terminal, tmux, true_colour
from tui.client.catalog import seen_signed_in
from tui.core.lifecycle import Lifecycle
from tui.runtimes.about import SignIn
from tui.runtimes.registry import get
from tui.system.paths import Paths, ensure


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def bin_(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    program(folder, "claude", 'echo "1.0.3 (Claude Code)"')
    program(folder, "codex", "echo codex-cli 99.1.0")
    program(folder, "gemini", "exit 3")
    program(folder, "pi", f"echo {get('pi').tested}")
    return folder


def test_versions_are_held_against_those_that_were_proved(bin_: Path, tmp_path: Path) -> None:
    problems: list[Problem] = []
    env = {"PATH": f"{bin_}", "HOME": str(tmp_path)}
    found = {each["name"]: each for each in programs(problems, env)}
    assert [found[name]["compared"] for name in ("claude-code", "codex", "gemini", "pi", "qwen")] == [
        "older", "newer", "", "same", "",
    ]  # fmt: skip
    old, silent = problems
    assert old.problem.startswith("claude 1.0.3 is older than ")
    assert old.mend == "npm i -g @anthropic-ai/claude-code"
    assert silent.problem == "gemini does not tell its version: it may not start."
    assert found["claude-code"]["tells"]["stream"]["money"] == "reported"


def test_a_cli_that_is_only_late_is_not_called_broken(
    bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks_clis, "VERSION_S", 0.3)
    program(bin_, "gemini", "exec sleep 5")
    problems: list[Problem] = []
    programs(problems, {"PATH": f"{bin_}:/bin:/usr/bin", "HOME": str(tmp_path)})
    (late,) = (each for each in problems if "gemini" in each.problem)
    assert late.problem == "gemini did not tell its version within 0 s."
    assert "only the machine was busy" in late.mend


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("1.2.3", "same"), ("1.2.10", "newer"), ("1.2.2", "older"), ("1.10", "newer"), ("2", ""), ("", ""), ("1.2.3-rc1", "same")],
)  # fmt: skip
def test_versions_are_compared_by_their_numbers(version: str, verdict: str) -> None:
    assert judged(version, "1.2.3") == verdict


def test_a_sign_in_is_told_from_what_is_there_without_reading_it(tmp_path: Path) -> None:
    sign_in = SignIn(variables=("A_KEY",), files=("$OWN/auth.json", "~/.own/auth.json"))
    env = {"HOME": str(tmp_path)}
    assert seen_signed_in(sign_in, env) == ""
    assert seen_signed_in(sign_in, {**env, "A_KEY": "secret"}) == "A_KEY is set"
    (tmp_path / ".own").mkdir()
    (tmp_path / ".own" / "auth.json").write_text("secret")
    (tmp_path / ".own" / "auth.json").chmod(0)
    assert seen_signed_in(sign_in, env) == "~/.own/auth.json is there"
    assert seen_signed_in(sign_in, {"OWN": str(tmp_path / ".own")}) == "$OWN/auth.json is there"


def test_a_page_says_what_an_installed_cli_tells(
    cli: Cli, bin_: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-never-shown")
    result = cli("doctor")
    assert result.code == 1
    for part in (
        "newer than 0.169.0, with which all was proved", "OPENAI_API_KEY is set", "nothing seen. Run claude once",
        "state from OSC 7501", "it cannot tell thoughts",
    ):  # fmt: skip
        assert part in result.out
    assert "never-shown" not in result.out + cli("doctor", "--json").out


TMUX = {"escape-time": "500", "set-clipboard": "off", "extended-keys": "off"}


def test_tmux_options_that_hurt_are_named_with_their_mend() -> None:
    problems: list[Problem] = []
    assert tmux(problems, TMUX.__getitem__)["tmux_escape_time_ms"] == "500"
    assert [each.mend.split("`")[1] for each in problems] == [
        "set -s escape-time 10", "set -s set-clipboard external", "set -s extended-keys on",
    ]  # fmt: skip
    good = {"escape-time": "10", "set-clipboard": "external", "extended-keys": "always"}
    for answers in (good, dict.fromkeys(TMUX, "")):
        fine: list[Problem] = []
        tmux(fine, answers.__getitem__)
        assert fine == []


@pytest.mark.parametrize(
    ("env", "known"),
    [
        ({"TERM": "xterm-kitty"}, True), ({"TERM_PROGRAM": "ghostty"}, True), ({"KITTY_WINDOW_ID": "1"}, True),
        ({"TERM": "linux"}, False), ({"TERM_PROGRAM": "Apple_Terminal"}, False), ({"TERM": "xterm-256color"}, None),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, False),
    ],
)  # fmt: skip
def test_kitty_keys_are_told_as_far_as_known(env: dict[str, str], known: bool | None) -> None:
    assert kitty_keys(env) is known


def test_colours_and_sizes_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert true_colour({"COLORTERM": "truecolor"})
    assert true_colour({"TERM": "xterm-direct"})
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "20")
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    problems: list[Problem] = []
    terminal(problems, {"TERM": "xterm"})
    assert any("true colour" in each.problem for each in problems)
    assert any("60×20" in each.problem for each in problems)
    assert all(each.mend for each in problems)
    dumb: list[Problem] = []
    terminal(dumb, {"TERM": "dumb"})
    assert dumb[0].mend == "Set TERM, such as xterm-256color."


def test_damaged_agents_are_named_with_what_can_be_done(cli: Cli, paths: Paths) -> None:
    ensure(paths)
    for name in ("status", "settings"):
        make_agent(paths, name, lifecycle=Lifecycle.EXITED)
    (paths.agent("status") / "status.json").write_bytes(b"")
    (paths.agent("settings") / "spec.json").write_bytes(b"{")
    rows = {row["id"]: row for row in cli("ls", "--json").objects}
    assert rows["settings"]["damaged"] is None
    assert "status.json: Input data was truncated" in rows["status"]["damaged"]
    assert "⊘ status" in cli("ls").out
    problems = {each["problem"]: each["mend"] for each in cli("doctor", "--json").objects[0]["problems"]}
    found = {said.split()[0]: mend for said, mend in problems.items() if "is damaged. Cannot read" in said}
    assert found == {
        "settings": "agent-tui rm settings forgets it.",
        "status": "agent-tui restart status begins it anew, agent-tui rm status forgets it.",
    }
    assert cli("restart", "settings").err.startswith("Cannot read ")
    assert cli("rm", "-y", "status", "settings").code == 0
    assert cli("ls").out == ""
