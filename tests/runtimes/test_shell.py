"""An interactive shell is known by its prompt."""

from __future__ import annotations

import msgspec
import pytest

from tests.runtimes.reading import info
from tui.core.activity import Activity, Source
from tui.core.signals import PromptMark
from tui.core.spec import Mode
from tui.runtimes.base import Launch
from tui.runtimes.command import Command, TerminalReader
from tui.runtimes.shell import ShellReader, is_interactive


@pytest.mark.parametrize(
    ("argv", "found"),
    [
        (["bash"], True),
        (["/bin/zsh", "-l", "-i"], True),
        (["-bash"], True),
        (["bash", "--norc"], True),
        (["bash", "-c", "make"], False),
        (["bash", "-lc", "make"], False),
        (["sh", "run.sh"], False),
        (["python3"], False),
        ([], False),
    ],
)
def test_which_command_is_a_shell_at_a_prompt(argv: list[str], found: bool) -> None:
    assert is_interactive(argv) is found


def reader(*argv: str) -> TerminalReader:
    made = info(Mode.INTERACTIVE)
    launch = Launch(argv=list(argv), env={}, cwd="/")
    return Command().reader(msgspec.structs.replace(made, launch=launch))  # type: ignore[return-value]


def test_who_has_the_terminal_is_told_once() -> None:
    shell = reader("bash")
    assert isinstance(shell, ShellReader)
    assert list(shell.tick()) == [], "before it runs nothing is known"
    groups = iter([100, 100, 101, 101, 100])
    shell.foreground = lambda: next(groups)
    shell.started(100)
    told = [[(source, fact.activity) for source, fact in shell.tick()] for _ in range(5)]  # type: ignore[attr-defined]
    assert told == [
        [(Source.SCREEN, Activity.IDLE)],
        [],
        [(Source.SCREEN, Activity.WORKING)],
        [],
        [(Source.SCREEN, Activity.IDLE)],
    ]


def test_a_shell_that_marks_its_prompts_is_believed() -> None:
    shell = reader("bash")
    shell.foreground = lambda: 101
    shell.started(100)
    marks = [fact.activity for kind in "ABCDA" for _, fact in shell.signal(PromptMark(kind))]  # type: ignore[attr-defined]
    assert marks == [Activity.IDLE, Activity.IDLE, Activity.WORKING, Activity.IDLE, Activity.IDLE]
    assert list(shell.tick()) == []


def test_a_program_that_is_no_shell_is_not_idle_for_having_its_terminal() -> None:
    assert not isinstance(reader("python3", "-i"), ShellReader)
