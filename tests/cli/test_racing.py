"""`race` and `races`, with simulated agents under real hosts and a real repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tui.client.racing import _defaults_for
from tui.core.settings import AgentSettings, Settings
from tui.system.paths import Paths


@pytest.fixture
def repository(work: Path) -> Path:
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        (work / "app.py").write_text("one\n")
        who = ["-c", "user.name=me", "-c", "user.email=me@here"]
        subprocess.run(["git", *who, *arguments], cwd=work, check=True)
    return work


def test_a_race_from_its_start_to_the_winners_changes(cli: Cli, paths: Paths, repository: Path) -> None:
    begun = cli("race", "--runtimes", "demo,demo:fast", "--mode", "stream", "--name", "fix", "make it better")
    assert begun.out.splitlines()[0] == "fix", begun.err
    one, two = (paths.state / "races" / "fix" / label for label in ("demo", "demo-fast"))
    assert [agent["cwd"] for agent in sorted(cli("ls", "--json").objects, key=lambda a: a["id"])] == [
        str(one),
        str(two),
    ]
    assert {
        tuple(cli("show", name, "--json").objects[0]["tags"]) for name in ("fix-demo", "fix-demo-fast")
    } == {("fix",)}
    (one / "app.py").write_text("better\n")
    (two / "app.py").write_text("worse\n")
    [told] = [each for each in cli("races", "fix", "--json").objects if each["id"] == "fix-demo"]
    assert (told["files"], told["added"], told["removed"], told["kept"]) == (1, 1, 1, False)
    assert cli("races", "--keep", "fix-demo").code == 1
    assert (repository / "app.py").read_text() == "one\n"
    assert cli("races", "--keep", "fix-demo", "-y").code == 0
    assert (repository / "app.py").read_text() == "better\n"
    cleared = cli("races", "--clear", "-y")
    assert cleared.code == 0, cleared.err
    assert not one.exists()
    assert not two.exists()
    assert "+worse" in (paths.state / "races" / "fix" / "demo-fast.patch").read_text()
    assert all(agent["lifecycle"] in ("killed", "exited") for agent in cli("ls", "--json").objects)
    assert "kept: fix-demo" in cli("races").out


def test_a_default_in_the_words_of_one_cli_is_not_given_to_another() -> None:
    defaults = AgentSettings(runtime="codex", model="gpt", args=["--x"], max_turns=3)
    mine, other = (_defaults_for(Settings(defaults=defaults), name).defaults for name in ("codex", "demo"))
    assert mine is defaults
    assert (other.model, other.args, other.max_turns) == (None, None, 3)


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["--runtimes", "demo", "go"], "two runtimes or more"),
        (["--runtimes", "demo,nobody", "go"], "There is no runtime 'nobody'."),
        (["--runtimes", "demo,demo", " "], "A race needs a prompt."),
        (["--runtimes", "demo,demo", "--cwd", "/", "go"], "/ is in no git repository"),
    ],
)
def test_what_cannot_be_a_race_leaves_nothing(
    cli: Cli, paths: Paths, repository: Path, args: list[str], part: str
) -> None:
    refused = cli("race", *args)
    assert (refused.code, part in refused.err) == (1, True), refused.err
    assert list(paths.state.glob("races/*/*")) == []
    listed = subprocess.run(
        ["git", "branch", "--list", "race/*"], cwd=repository, capture_output=True, check=True
    )
    assert listed.stdout == b""


def test_no_race_is_said(cli: Cli) -> None:
    assert "There is no race." in cli("races").err
