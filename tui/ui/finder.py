"""Looks for a regular expression in lines: a program of its own, because some expressions take for ever.

It reads one JSON object from its input, `pattern`, `ignore_case`, `texts` and `wrapped`, and writes the matches as a list
of [first line, first character, last line, end character], all from 0. A match may begin in one line and end in another
if they are one soft-wrapped line. Standard library only: it starts in a few hundredths of a second.
"""

import re
import sys
from bisect import bisect_right
from itertools import accumulate

MATCHES_MAX = 100_000


def find(
    pattern: str, ignore_case: bool, texts: list[str], wrapped: list[bool]
) -> list[tuple[int, int, int, int]]:
    """Return all matches that are not empty, in order; at most `MATCHES_MAX`."""
    search = re.compile(pattern, re.IGNORECASE if ignore_case else 0).finditer
    found: list[tuple[int, int, int, int]] = []
    first = 0
    for last in range(len(texts)):
        if wrapped[last] and last + 1 < len(texts):
            continue
        if first == last:
            found += [(last, m.start(), last, m.end()) for m in search(texts[last]) if m.end() > m.start()]
        else:
            starts = [0, *accumulate(len(text) for text in texts[first:last])]
            for m in search("".join(texts[first : last + 1])):
                if m.end() > m.start():
                    begin = bisect_right(starts, m.start()) - 1
                    end = bisect_right(starts, m.end() - 1) - 1
                    place = (first + begin, m.start() - starts[begin], first + end, m.end() - starts[end])
                    found.append(place)
        if len(found) >= MATCHES_MAX:
            return found[:MATCHES_MAX]
        first = last + 1
    return found


if __name__ == "__main__":
    import json

    asked = json.load(sys.stdin)
    json.dump(find(asked["pattern"], asked["ignore_case"], asked["texts"], asked["wrapped"]), sys.stdout)
