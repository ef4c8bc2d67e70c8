from __future__ import annotations

from pathlib import Path

from tui.core.clock import Now, SystemClock
from tui.host.clocks import DirectedClock, clock_of
from tui.runtimes.simulated.cues import FOLDER, MONO_AT, Cues, cues_of


def test_an_agent_that_waits_takes_one_cue_at_a_time(tmp_path: Path) -> None:
    director, agent = Cues(tmp_path / "a"), Cues(tmp_path / "a")
    assert not director.waits
    agent.begin()
    assert director.waits
    assert agent.taken() == ""
    director.spend(0.25, earlier=True)
    assert (agent.taken(), agent.part) == ("had", 0.25)
    agent.begin()
    director.spend(0.5)
    assert (agent.taken(), agent.part) == ("spend", 0.5)
    agent.begin()
    director.go()
    assert agent.taken() == "go"
    assert not director.waits


def test_the_director_hears_what_the_agent_did(tmp_path: Path) -> None:
    director, agent = Cues(tmp_path / "a"), Cues(tmp_path / "a")
    agent.wrote()
    agent.wrote()
    agent.tell(14_100)
    agent.has_drawn(120, 36)
    assert (director.lines, director.told, director.drawn) == (2, 14_100, (120, 36))


def test_a_directed_host_has_the_time_that_was_set_and_any_other_the_systems(tmp_path: Path) -> None:
    clock = clock_of("a", {FOLDER: str(tmp_path)})
    assert isinstance(clock, DirectedClock)
    Cues(tmp_path / "a").set_time(MONO_AT + 60)
    assert clock.now() == Now(60, MONO_AT + 60)
    assert isinstance(clock_of("a", {}), SystemClock)
    assert cues_of("a", {}) is None
