"""A fault campaign: `python -m benchmarks.faults [--seed N] [--faults N] [--agents 20] [--dashboards 2] [--only N] [--kind NAME,…] [--quick]`.

Starts a fleet of simulated agents with real hosts and real dashboards, strikes it again and again with what the seed decides,
and looks after each fault whether everything holds: no process of an agent that is over, no event lost, the right state, commands
and dashboards that answer. Prints what was found per kind of fault; a finding with the command that repeats its fault alone.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from typing import Final

from benchmarks.faults import ground as grounds
from benchmarks.faults import holds, kinds
from benchmarks.faults.striking import Kind, NothingToStrikeError
from benchmarks.faults.world import World

KEEP: Final = 30


class Tally:
    """What was done and found."""

    def __init__(self, seed: int, agents: int, answer_s: float) -> None:
        self.faults: dict[str, int] = {}
        self.found: dict[str, list[str]] = {}
        self.skipped = 0
        self._seed = seed
        self._agents = agents
        self._answer_s = answer_s

    def strike(self, world: World, number: int, kind: Kind) -> None:
        """Strike once, and look."""
        rng = random.Random(f"{self._seed}/{number}/{kind.name}")
        began = time.monotonic()
        world.fill(rng)
        holds.remember(world)
        try:
            struck = kind.strike(world, rng)
        except NothingToStrikeError:
            self.skipped += 1
            return
        wrong = [*struck.wrong, *holds.settle(world), *holds.lost_events(world)]
        if not world.quick or number % 5 == 0:
            wrong += holds.commands(world, struck.agent_id)
        wrong += holds.dashboards(world, self._answer_s)
        self.faults[kind.name] = self.faults.get(kind.name, 0) + 1
        print(f"{number:4} {time.monotonic() - began:5.1f} s  {kind.name}: {struck.words}", flush=True)
        world.told.update(wrong)
        for each in dict.fromkeys(wrong):
            self.found.setdefault(kind.name, []).append(each)
            print(f"     FOUND {each}", flush=True)
        if wrong:
            print(
                f"     alone: python -m benchmarks.faults --seed {self._seed} --only {number} --kind {kind.name} --agents {self._agents}"
            )

    def report(self) -> None:
        """Print how many of each kind, and what they found."""
        print(
            f"\nseed {self._seed}: {sum(self.faults.values())} faults, {self.skipped} without anything to strike"
        )
        for name, count in sorted(self.faults.items()):
            print(f"  {name:26} {count:4}  {len(self.found.get(name, [])) or 'clean'}")


def main() -> int:
    """Run the campaign; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description="A fault campaign.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--dashboards", type=int, default=2)
    parser.add_argument("--answer-s", type=float, default=3.0, help="a key that is answered later hangs")
    parser.add_argument("--only", type=int, default=0, metavar="N", help="the fault of this number alone")
    parser.add_argument("--kind", default="", metavar="NAME,…", help="faults of these kinds alone")
    parser.add_argument("--quick", action="store_true", help="no slow kinds, fewer commands")
    options = parser.parse_args()
    ground = grounds.prepare()
    able, unable = kinds.possible(ground)
    wanted = options.kind.split(",") if options.kind else [each.name for each in able]
    chosen = [each for each in able if each.name in wanted and not (options.quick and each.slow)]
    if not chosen:
        parser.error(f"no kind {options.kind!r} here; there are: {', '.join(each.name for each in able)}")
    print(
        f"seed {options.seed}, {options.agents} agents, {options.dashboards} dashboards",
        *unable,
        sep="\n",
        flush=True,
    )
    tally = Tally(options.seed, options.agents, options.answer_s)
    world = World(ground, options.agents, options.dashboards, quick=options.quick)
    try:
        for number, kind in enumerate(kinds.sequence(options.seed, chosen), 1):
            if number > (options.only or options.faults):
                break
            if options.only in (0, number):
                tally.strike(world, number, kind)
                world.forget(KEEP)
    except KeyboardInterrupt:
        print("ended before its time")
    finally:
        world.close()
        grounds.clear(ground)
    tally.report()
    return int(bool(tally.found))


if __name__ == "__main__":
    sys.exit(main())
