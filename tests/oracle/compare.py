"""Run seeds and say what differs: `python -m tests.oracle.compare [--flow] FIRST COUNT`, or shrink one: `--shrink SEED`."""

from __future__ import annotations

import argparse
import random
from collections import Counter

from tests.oracle import sequences, xterm
from tests.oracle.looks import Case, difference, ours


def differences(cases: list[Case]) -> list[str]:
    """For each case what differs at the first look that does; empty if nothing."""
    found = []
    for case, looks in zip(cases, xterm.shown(cases), strict=True):
        said = [difference(a, b) for a, b in zip(ours(case), looks, strict=True)]
        found.append(next((one for one in said if one), ""))
    return found


def shrunk(seed: int) -> tuple[int, int, list[str], str]:
    """The pieces of a seed that are needed for it to differ: columns, rows, pieces, difference."""
    cols, rows, parts = sequences.pieces(seed)

    def differs(trial: list[str]) -> str:
        return differences([sequences.cut(cols, rows, trial, random.Random(-seed - 1))])[0]

    at = 0
    said = differs(parts)
    while at < len(parts):
        trial = parts[:at] + parts[at + 1 :]
        if found := differs(trial):
            parts, said = trial, found
        else:
            at += 1
    return cols, rows, parts, said


def main() -> None:
    """Print what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("--flow", action="store_true")
    parser.add_argument("--shrink", type=int)
    chosen = parser.parse_args()
    if chosen.shrink is not None:
        cols, rows, parts, said = shrunk(chosen.shrink)
        print(f"{cols}×{rows} {parts}\n{said}")
        return
    make = sequences.flowing_case if chosen.flow else sequences.case
    seeds = range(chosen.first, chosen.first + chosen.count)
    said = differences([make(seed) for seed in seeds])
    for seed, one in zip(seeds, said, strict=True):
        if one:
            print(f"{seed}: {one}")
    print(Counter(one.partition(":")[0].partition(" ")[0] if one else "equal" for one in said))


if __name__ == "__main__":
    main()
