"""Where prompts begin: marked by the program, else where enter was pressed; found again after a resize."""

from __future__ import annotations

import pytest

from tui.protocol.screen import WinSize
from tui.terminal.emulator import Emulator
from tui.terminal.frames import history


def at(emulator: Emulator) -> list[str]:
    """What stands on the lines of the prompts."""
    scrollback = emulator.scrollback
    first = scrollback.pushed - len(scrollback)
    lines = [*history(emulator, 0, 10_000, plain=True).texts, *emulator.text()]
    return [lines[number - first] for number in history(emulator, 0, 0, plain=True).prompts]


def shell(prompts: int, mark: str = "\x1b]133;A\x07") -> Emulator:
    emulator = Emulator(WinSize(6, 20))
    for n in range(prompts):
        emulator.feed(f"{mark}$ command {n}\r\n{'out' * 20}\r\n".encode())
    return emulator


def test_marks_are_kept_over_the_scrollback() -> None:
    assert at(shell(5)) == [f"$ command {n}" for n in range(5)]


@pytest.mark.parametrize("columns", [7, 19, 40, 200])
@pytest.mark.parametrize("rows", [3, 6, 30])
def test_marks_stay_on_their_lines_at_every_size(columns: int, rows: int) -> None:
    emulator = shell(5)
    emulator.resize(WinSize(rows, columns))
    assert [line[:6] for line in at(emulator)] == ["$ comm"] * 5
    emulator.resize(WinSize(6, 20))
    assert at(emulator) == [f"$ command {n}" for n in range(5)]


def test_where_nothing_is_marked_enter_counts() -> None:
    emulator = Emulator(WinSize(6, 20))
    for n in range(3):
        emulator.feed(f"> {n}".encode())
        emulator.prompt_typed()
        emulator.feed(b"\r\nanswer\r\n")
    assert at(emulator) == ["> 0", "> 1", "> 2"]


def test_a_program_that_marks_is_believed_alone() -> None:
    emulator = Emulator(WinSize(6, 20))
    emulator.feed(b"menu")
    emulator.prompt_typed()
    emulator.feed(b"\r\n\x1b]133;A\x07$ one")
    emulator.prompt_typed()
    assert at(emulator) == ["$ one"]


def test_the_alternate_screen_has_no_prompts() -> None:
    emulator = Emulator(WinSize(6, 20))
    emulator.feed(b"\x1b[?1049hedit")
    emulator.prompt_typed()
    assert history(emulator, 0, 0, plain=True).prompts == []


def test_a_screen_that_is_cleared_gives_up_its_prompts() -> None:
    emulator = shell(2)
    emulator.feed(b"\x1b[3J\x1b[2J\x1b[H\x1b]133;A\x07$ new")
    assert at(emulator)[-1] == "$ new"


def test_plain_history_is_text_with_wraps() -> None:
    emulator = Emulator(WinSize(2, 4))
    emulator.feed("\x1b[31mab日cdefg\r\nx\r\ny".encode())
    found = history(emulator, 0, 10, plain=True)
    assert found.texts == ["ab日", "cdef", "g"]
    assert found.wrapped == [True, True, False]
    assert found.lines == []
