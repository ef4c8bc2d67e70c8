"""Three days of supervision, scaled to seconds: what is kept of an agent does not grow with time."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from benchmarks.endurance import Life, run
from tui.core.reduce import TRANSITIONS_MAX


def test_what_the_reducer_and_the_store_keep_stays_flat(tmp_path: Path) -> None:
    # Every 300 simulated seconds, of four agents, two of them with logs.
    samples = run(1.5, 4, 2, tmp_path, lambda _: None, every_s=300)
    sizes = [sample.agent_bytes for sample in samples]
    assert max(sizes[6:]) <= max(sizes[:6]) * 1.1
    grown = [after.log_bytes - before.log_bytes for before, after in pairwise(samples)]
    assert max(grown) < 200_000, "a log grows with its events and nothing else"
    assert max(sample.rss_bytes for sample in samples[9:]) < samples[8].rss_bytes * 1.1


def test_a_turn_that_never_ends_keeps_no_more_than_its_bounds() -> None:
    life = Life(1, turns=0)
    for second in range(1, 20_000):
        life.second(10_000.0 + second)
    agent = life.agent
    assert len(agent.status.transitions) <= TRANSITIONS_MAX
    assert life.held_bytes < 60_000
