"""How often what agents print is drawn, by a clock of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.waiting import until
from tui.ui.beat import CALM_S, JOIN_S, LIVELY_S, Beat, Rhythm, tempo


class Shown:
    """Something that is drawn."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.drawn = 0

    def draw(self) -> None:
        self.drawn += 1

    def __repr__(self) -> str:
        return self.name


FOCUSED, ONE, TWO = Shown("focused"), Shown("one"), Shown("two")


def test_after_a_quiet_moment_a_change_is_drawn_at_once() -> None:
    rhythm = Rhythm()
    assert rhythm.next is None
    rhythm.ask(ONE, CALM_S)
    assert rhythm.next is not None
    assert rhythm.next <= 100.0
    assert rhythm.strike(100.0) == [ONE]
    assert rhythm.next is None
    rhythm.ask(ONE, CALM_S)
    assert rhythm.next == pytest.approx(100.0 + CALM_S)
    assert rhythm.strike(101.0) == [ONE]


def test_those_of_one_tempo_are_drawn_together_however_often_they_ask() -> None:
    rhythm = Rhythm()
    rhythm.ask(ONE, CALM_S)
    rhythm.strike(100.0)
    for _ in range(5):
        rhythm.ask(TWO, CALM_S)
        rhythm.ask(ONE, CALM_S)
        assert rhythm.strike(100.01) == []
    assert rhythm.strike(100.0 + CALM_S) == [TWO, ONE]


def test_what_is_in_focus_is_drawn_more_often_and_waits_for_nobody() -> None:
    rhythm = Rhythm()
    rhythm.ask(ONE, CALM_S)
    rhythm.strike(100.0)
    rhythm.ask(ONE, CALM_S)
    rhythm.ask(FOCUSED, LIVELY_S)
    assert rhythm.strike(100.01) == [FOCUSED]
    rhythm.ask(FOCUSED, LIVELY_S)
    assert rhythm.next == pytest.approx(100.01 + LIVELY_S)


def test_who_is_due_in_a_moment_is_drawn_along() -> None:
    rhythm = Rhythm()
    rhythm.ask(ONE, CALM_S)
    rhythm.strike(100.0)
    rhythm.ask(ONE, CALM_S)
    rhythm.ask(FOCUSED, LIVELY_S)
    assert rhythm.strike(100.0 + CALM_S - JOIN_S) == [ONE, FOCUSED]


def test_who_was_drawn_or_is_gone_is_not_drawn_again() -> None:
    rhythm = Rhythm()
    rhythm.ask(ONE, CALM_S)
    rhythm.forget(ONE)
    rhythm.forget(TWO)
    assert rhythm.next is None
    assert rhythm.strike(100.0) == []


def _changes(times: list[float], tempos: list[float]) -> Iterator[tuple[float, int]]:
    for index, at in enumerate(sorted(times)):
        yield at, index % len(tempos)


@given(
    st.lists(st.floats(0.0, 3.0), min_size=1, max_size=60),
    st.lists(st.sampled_from((CALM_S, LIVELY_S)), min_size=1, max_size=9),
)
def test_no_change_waits_longer_than_its_tempo_and_no_tempo_is_overrun(
    times: list[float], tempos: list[float]
) -> None:
    rhythm, shown = Rhythm(), [Shown(str(n)) for n in range(len(tempos))]
    waiting: dict[Shown, float] = {}
    strikes: dict[float, list[float]] = {CALM_S: [], LIVELY_S: []}

    def strike_until(end: float) -> None:
        while (due := rhythm.next) is not None and due <= end:
            now = max([due, *waiting.values()])
            for drawn in rhythm.strike(now):
                every_s = tempos[int(drawn.name)]
                assert now - waiting.pop(drawn) <= every_s + 1e-9
                if not strikes[every_s] or strikes[every_s][-1] != now:
                    strikes[every_s].append(now)

    for at, index in _changes(times, tempos):
        strike_until(100.0 + at)
        waiting.setdefault(shown[index], 100.0 + at)
        rhythm.ask(shown[index], tempos[index])
    strike_until(200.0)
    assert not waiting
    for every_s, found in strikes.items():
        assert all(later - earlier >= every_s - JOIN_S - 1e-9 for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("fps", "every_s"), [(60, LIVELY_S), (30, LIVELY_S), (20, LIVELY_S), (12, CALM_S), (5, 0.2), (2, 0.5)]
)
def test_a_pane_is_drawn_as_often_as_it_gets_frames_but_for_the_liveliest(fps: int, every_s: float) -> None:
    assert tempo(fps) == pytest.approx(every_s)


async def test_a_beat_draws_on_the_loop() -> None:
    beat, shown = Beat(), Shown()
    beat.ask(shown, 0.01)
    assert shown.drawn == 0
    await until(lambda: shown.drawn == 1)
    beat.ask(shown, 0.01)
    await until(lambda: shown.drawn == 2)
    beat.ask(shown, 0.01)
    beat.forget(shown)
    await asyncio.sleep(0)
    assert shown.drawn == 2


async def test_a_beat_lets_others_have_their_turn_between_two_that_it_draws() -> None:
    beat, turns = Beat(), []
    loop = asyncio.get_running_loop()

    class Noted:
        def __init__(self, name: str) -> None:
            self.name = name

        def draw(self) -> None:
            turns.append(self.name)
            loop.call_soon(turns.append, "a key")

    for name in ("one", "two"):
        beat.ask(Noted(name), CALM_S)
    await until(lambda: len(turns) == 4)
    assert turns == ["one", "a key", "two", "a key"]
