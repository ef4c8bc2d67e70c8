"""Every recorded terminal gives the states that a person reading its screens wrote down, at about those times.

States that last for less than half a second are not written down: they are blinks to a person, and no row shows them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtimes.recorded import CORPUS
from tests.runtimes.replaying import Player, written
from tui.core.activity import NEEDS_YOU

LATE_S = 2.5
"""A person sees a change at once; the reducer waits whether it lasts, and whether a dialog is only being redrawn."""
EARLY_S = 0.6

RECORDINGS = sorted(CORPUS.glob("*/replays/*.cast.gz"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parent.parent.name}-{path.name[:-8]}")
def test_the_states_of_a_recorded_terminal(path: Path) -> None:
    name = path.name.removesuffix(".cast.gz")
    expected = written(path.with_name(f"{name}.states.txt"))
    concluded = Player(path.parent.parent.name, name, path).play()
    told = "\n".join(f"{state.at_s:.2f} {state.activity} {state.because}" for state in concluded)
    assert [state.activity for state in concluded] == [state.activity for state in expected], told
    for mine, theirs in zip(concluded, expected, strict=True):
        assert -EARLY_S <= mine.at_s - theirs.at_s <= LATE_S, (mine, theirs)
        if theirs.activity in NEEDS_YOU:
            assert mine.at_s - theirs.at_s <= 0.6, "a question is shown at once"


def test_all_recordings_have_their_states_written_down() -> None:
    assert len(RECORDINGS) >= 22
    assert {path.name.removesuffix(".cast.gz") for path in RECORDINGS} == {
        path.name.removesuffix(".states.txt") for path in CORPUS.glob("*/replays/*.states.txt")
    }
