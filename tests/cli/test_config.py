"""What is in force, and where it comes from."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tui.system.paths import Paths


@pytest.fixture
def files(paths: Paths, work: Path) -> tuple[Path, Path]:
    user = paths.user_config()
    user.parent.mkdir(parents=True, exist_ok=True)
    return user, work / "agent-tui.toml"


def test_each_value_names_where_it_comes_from(cli: Cli, files: tuple[Path, Path]) -> None:
    user, project = files
    user.write_text(
        '[defaults]\nmodel = "opus"\nstop_wait_s = 3\n[dashboard]\ntheme = "light"\n[keys]\nagent.kill = "ctrl+k"\n'
    )
    project.write_text(
        '[defaults]\nmodel = "sonnet"\nenv = { TOKEN = "hunter2" }\n[inactivity]\nthinking_s = 9.5\n'
        '[[agent]]\nname = "api"\ncommand = ["true"]\nenv = { KEY = "hunter2" }\n'
    )
    told = {each["key"]: (each["value"], each["from"]) for each in cli("config", "--json").objects}
    assert told["defaults.model"] == ("sonnet", "project")
    assert told["defaults.stop_wait_s"] == (3, "user")
    assert told["defaults.history_lines"] == (10_000, "default")
    assert told["defaults.on_inactive"] == (["notify"], "default")
    assert told["defaults.env.TOKEN"] == ("(set)", "project")
    assert told["dashboard.theme"] == ("light", "user")
    assert told["dashboard.leader"] == ("ctrl+]", "default")
    assert told["inactivity.thinking_s"] == (9.5, "project")
    assert told["keys.agent.kill"] == ("ctrl+k", "user")
    assert told["agent api"] == ({"command": ["true"], "env": {"KEY": "(set)"}}, "project")


def test_what_no_file_says_is_told_with_what_it_follows(cli: Cli, files: tuple[Path, Path]) -> None:
    def told() -> dict[str, tuple[object, str]]:
        return {each["key"]: (each["value"], each["from"]) for each in cli("config", "--json").objects}

    at_first = told()
    assert at_first["limits.max_running"] == (0, "default")
    assert at_first["budget.usd_per_day"] == (None, "default")
    assert at_first["budget.at_limit"] == ("ask", "default")
    assert at_first["inactivity.thinking_s"] == (600.0, "default")
    assert at_first["inactivity.on_loop"] == (["notify", "interrupt"], "default")
    assert not [
        key for key, (value, _) in at_first.items() if key.startswith("inactivity.") and value is None
    ]
    files[0].write_text(
        '[limits]\nmax_running = 4\n[budget]\nusd_per_day = 5.5\n[defaults]\non_inactive = "kill"\n'
    )
    files[1].write_text(
        '[defaults]\ninactivity_timeout_s = 60\n[inactivity]\ntool_busy_s = 900\n[runtime.robo]\ncommand = ["robo"]\n'
    )
    then = told()
    assert then["limits.max_running"] == (4, "user")
    assert then["budget.usd_per_day"] == (5.5, "user")
    assert then["inactivity.thinking_s"] == (60.0, "project")
    assert then["inactivity.on_thinking"] == (["kill"], "user")
    assert then["inactivity.tool_busy_s"] == (900, "project")
    assert then["runtime.robo.command"] == (["robo"], "project")
    assert then["runtime.robo.resume"] == ([], "default")


def test_the_page_has_what_was_said_and_hides_secrets(cli: Cli, files: tuple[Path, Path]) -> None:
    files[1].write_text('[defaults]\nmodel = "sonnet"\nenv = { TOKEN = "hunter2" }\n')
    page = cli("config").out
    assert "not there" in page.splitlines()[0]  # the user's file
    assert any(line.split() == ["defaults.model", '"sonnet"', "project"] for line in page.splitlines())
    assert "hunter2" not in page
    assert "defaults.history_lines" not in page
    assert "more stand at their defaults" in page
    assert "defaults.history_lines" in cli("config", "--all").out


def test_a_wrong_file_is_one_sentence(cli: Cli, files: tuple[Path, Path]) -> None:
    files[1].write_text("[defaults]\nmodle = 3\n")
    result = cli("config")
    assert (result.code, result.out) == (1, "")
    assert "modle" in result.err
    assert "did you mean mode" in result.err


def test_a_projects_keys_and_texts_are_shown_inert(cli: Cli, files: tuple[Path, Path]) -> None:
    files[1].write_text(
        '[defaults]\nmodel = "a\\u009b31mb\\u202ec"\n[prices."\\u001b]0;x\\u0007m"]\ninput = 1\n'
    )
    told = cli("config").out
    assert "prices.m.input" in told
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(told)


def test_the_file_that_is_made_is_the_users_alone(
    cli: Cli, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "true")
    before = os.umask(0)
    try:
        cli("config", "--edit", "user")
    finally:
        os.umask(before)
    assert stat.S_IMODE(paths.user_config().stat().st_mode) == 0o600
    monkeypatch.setenv("EDITOR", "'true")
    assert "There is no editor" in cli("config", "--edit", "user").err


def test_edit_makes_the_file_opens_it_and_judges_it(
    cli: Cli, files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "my editor"
    editor.write_text('#!/bin/sh\necho \'[dashboard]\' >> "$2"\necho "theme = \'$1\'" >> "$2"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{editor}' dark")
    assert "is in order" in cli("config", "--edit", "project").out
    assert "theme = 'dark'" in files[1].read_text()
    assert files[1].read_text().startswith("# agent-tui")
    monkeypatch.setenv("EDITOR", f"'{editor}' pink")
    result = cli("config", "--edit", "user")
    assert result.code == 1
    assert "pink" in result.err
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert "There is no editor 'no-such-editor'." in cli("config", "--edit", "user").err


def test_every_command_tells_all_that_is_wrong_a_line_each(cli: Cli, files: tuple[Path, Path]) -> None:
    files[1].write_text("[defaults]\nmode = 'fast'\n[limits]\nmax_runing = 1\n")
    told = cli("config")
    assert told.code == 1
    first, second = told.err.splitlines()
    assert "defaults.mode: found" in first
    assert "limits.max_runing: found an unknown key" in second
    said = cli("doctor").out
    assert "defaults.mode" in said
    assert "limits.max_runing" in said
