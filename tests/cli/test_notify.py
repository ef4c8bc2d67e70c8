"""`notify`: what is in force, and a trial of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tui.system.paths import Paths


@pytest.fixture(autouse=True)
def kitty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "STY", "ZELLIJ"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-kitty")


def configure(paths: Paths, text: str) -> None:
    paths.config.mkdir(parents=True, exist_ok=True)
    (paths.config / "agent-tui.toml").write_text(text)


def test_it_says_what_is_in_force(cli: Cli, paths: Paths) -> None:
    configure(
        paths, '[notify]\ncommand = ["ding", "a b"]\nquiet = "00:00-23:59"\n[notify.states]\nbell = []\n'
    )
    out = cli("notify").out
    assert "osc99 for xterm-kitty" in out
    assert "ding 'a b', at most 10 s, 4 at once" in out
    assert "not from 00:00 to 23:59" in out
    assert "of nothing" in out
    configure(paths, "")
    assert "command  none: [notify] command in your own config" in cli("notify").out


def test_the_trial_runs_the_command_and_says_how_it_went(cli: Cli, paths: Paths, tmp_path: Path) -> None:
    told = tmp_path / "told"
    configure(paths, f'[notify]\ncommand = ["sh", "-c", "echo $AGENT_TUI_TEXT > {told}"]\n')
    good = cli("notify", "--test")
    assert (good.code, told.read_text()) == (0, "test: done: this is a test\n")
    assert "not tried: this is no terminal" in good.out
    configure(paths, '[notify]\ncommand = ["sh", "-c", "echo no bus >&2; exit 3"]\n')
    bad = cli("notify", "--test")
    assert bad.code == 1
    assert "The notify command sh failed: exit 3, no bus." in bad.err
