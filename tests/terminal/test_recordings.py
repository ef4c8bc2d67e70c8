"""Recorded output of real agent CLIs, and the screens that it must end in.

The expected texts were checked against tmux 3 on the same bytes; they differ where tmux does not join emoji.
To make them anew after a wanted change: `python -m tests.terminal.test_recordings`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.terminals import Terminal

CORPUS = Path(__file__).parent.parent / "corpus" / "terminal"
SIZE = (100, 30)
PARTS = (0.3, 0.6, 1.0)
NAMES = sorted(path.stem for path in CORPUS.glob("*.bin"))


def played(name: str) -> str:
    """Scrollback, screen and cursor after each part of a recording."""
    data = (CORPUS / f"{name}.bin").read_bytes()
    pages = []
    for part in PARTS:
        terminal = Terminal(*SIZE, history_lines=1000)
        terminal.emulator.feed(data[: int(len(data) * part)])
        terminal.check()
        lines = [*terminal.history, "─── screen", *terminal.text]
        pages.append("\n".join([f"=== {part:.0%}, cursor {terminal.at}", *(line.rstrip() for line in lines)]))
    return "\n".join(pages) + "\n"


def test_there_are_recordings():
    assert len(NAMES) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_ends_in_its_screens(name):
    assert played(name) == (CORPUS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_may_arrive_byte_by_byte(name):
    data = (CORPUS / f"{name}.bin").read_bytes()[:15_000]
    whole, cut = Terminal(*SIZE), Terminal(*SIZE)
    whole.emulator.feed(data)
    for at in range(len(data)):
        cut.emulator.feed(data[at : at + 1])
    assert cut.state() == whole.state()


if __name__ == "__main__":
    for recording in NAMES:
        (CORPUS / f"{recording}.txt").write_text(played(recording), encoding="utf-8")
