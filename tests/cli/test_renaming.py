"""`rename`: of an agent that runs, of one that is over, and what knows it by name."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tui.system import store
from tui.system.paths import Paths

FILE = '[[agent]]\nname = "docs"\nruntime = "command"\ncommand = ["cat"]\n'


def names(cli: Cli) -> list[str]:
    return [agent["name"] for agent in cli("ls", "--json").objects]


def test_another_name_while_it_runs_and_when_it_is_over(cli: Cli, paths: Paths, work: Path) -> None:
    (work / "agent-tui.toml").write_text(FILE)
    assert cli("up").code == 0
    assert cli("rename", "docs", "manual ü").out == "docs is called manual ü now.\n"
    assert names(cli) == ["manual ü"]
    assert "rename by user" in cli("logs", "manual ü").out
    assert cli("up").out == "docs: runs already\n"
    assert cli("kill", "manual ü").code == 0
    assert store.read_spec(paths.agent("docs")).name == "manual ü"
    assert cli("rename", "docs", "handbook").code == 0
    assert names(cli) == ["handbook"]
    assert cli("show", "handbook", "--json").objects[0]["id"] == "docs"
    assert cli("up").out == "docs: restarted\n"
    assert names(cli) == ["handbook"]
    assert cli("rename", "docs", "docs").code == 0
    assert store.read_spec(paths.agent("docs")).first_name == ""
    assert cli("kill", "--all").code == 0


def test_what_cannot_be_a_name_is_refused_in_one_sentence(cli: Cli) -> None:
    for name in ("one", "two"):
        assert cli("run", "--name", name, "--", "true").code == 0
    assert cli("wait", "one", "two").code == 0
    for wrong in ("", " x", "-x", "a\x1b[31mb", "x\ny", "\u202eevil", "x" * 41):
        refused = cli("rename", "one", "--", wrong)
        assert (refused.code, refused.err.count("\n")) == (1, 1), wrong
        assert "cannot be a name" in refused.err
        assert "\x1b" not in refused.err
    assert "There is an agent called 'two' already." in cli("rename", "one", "two").err
    assert sorted(names(cli)) == ["one", "two"]
