"""The sandbox, with a shell script in place of a CLI."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.real_cli.clis import CLIS
from tests.real_cli.environment import Sandbox, make_sandbox

URL = "http://127.0.0.1:9"

DAEMON = """
setsid sh -c 'touch "$HOME/up"; exec sleep 60' >/dev/null 2>&1 &
while [ ! -e "$HOME/up" ]; do sleep 0.05; done
"""
"""A run that ends and leaves a process outside its group."""


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("AGENT_TUI_TEST_CLIS", str(tmp_path / "clis"))
    monkeypatch.setenv("SECRET", "of the user")
    program = tmp_path / "clis" / "claude" / "node_modules" / ".bin" / "claude"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && exit 0\neval "$1"\n')
    program.chmod(0o755)
    return make_sandbox("claude", tmp_path / "box", URL)


def test_a_run_sees_only_its_own_environment(sandbox: Sandbox) -> None:
    run = sandbox.run(["env; pwd; git log --format=%s; command -v claude"])
    assert "SECRET" not in run.stdout
    assert f"HOME={sandbox.place.home}" in run.stdout
    assert f"ANTHROPIC_BASE_URL={URL}" in run.stdout
    assert run.stdout.splitlines()[-2:] == ["Start", str(sandbox.program)]


@pytest.mark.parametrize("name", sorted(CLIS))
def test_every_cli_is_pointed_at_the_fake_provider(sandbox: Sandbox, name: str) -> None:
    cli, place = CLIS[name], sandbox.place
    told = [*cli.environment(place).values(), *cli.files(place).values()]
    told += cli.setup(place) if cli.setup else []
    assert any(URL in text for text in told)


def test_events_are_read_between_other_lines(sandbox: Sandbox) -> None:
    run = sandbox.run(
        ["""printf 'note\\n{"type":"a","n":1}\\n{broken\\n{"type":"b"}\\n'; echo oops >&2; exit 4"""]
    )
    assert [event["type"] for event in run.events] == ["a", "b"]
    assert run.of_type("a") == [{"type": "a", "n": 1}]
    assert (run.exit_status, run.stderr) == (4, "oops\n")


def test_a_run_that_does_not_end_is_killed_with_its_children(sandbox: Sandbox) -> None:
    with pytest.raises(TimeoutError, match="started"):
        sandbox.run(["sleep 60 & echo started; wait"], limit_s=0.5)
    assert children_of(sandbox) == []


def test_a_daemon_with_this_home_is_ended(sandbox: Sandbox) -> None:
    sandbox.run([DAEMON])
    other = subprocess.Popen(["sleep", "60"], env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    try:
        assert len(children_of(sandbox)) == 1
        sandbox.end_leftovers()
        assert children_of(sandbox) == []
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def children_of(sandbox: Sandbox) -> list[str]:
    """Names of the living processes with the sandbox's home."""
    names = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME") == str(sandbox.place.home):
                names.append(process.name())
        except psutil.Error:
            continue
    return names
