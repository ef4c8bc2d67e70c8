"""A length cut into parts, evenly or as the user dragged them. Pure arithmetic on cells."""

from __future__ import annotations

from collections.abc import Sequence


def cut(
    length: int, parts: int, gap: int, weights: Sequence[int] = (), *, least: int = 1
) -> list[tuple[int, int]]:
    """Return the start and the size of each part.

    Args:
        length: Cells in all, gaps included.
        parts: How many, at least one.
        gap: Cells between two parts.
        weights: Sizes that stand in this proportion, one for each part; any other number of them is no wish at all.
        least: No part is smaller, as far as the length allows.
    """
    room = length - gap * (parts - 1)
    wished = len(weights) == parts and all(weight > 0 for weight in weights) and room >= parts
    sizes = _weighted(room, weights, least) if wished else _even(room, parts)
    found, start = [], 0
    for size in sizes:
        found.append((start, size))
        start += size + gap
    return found


def move(sizes: Sequence[int], index: int, by: int, least: int) -> list[int]:
    """Move the border after a part: it gets `by` cells of the next one, or gives some; neither gets below `least`."""
    found = list(sizes)
    both = found[index] + found[index + 1]
    floor = min(least, both // 2)
    found[index] = min(max(floor, found[index] + by), both - floor)
    found[index + 1] = both - found[index]
    return found


def _even(room: int, parts: int) -> list[int]:
    each, over = divmod(room, parts)
    return [each + (1 if index < over else 0) for index in range(parts)]


def _weighted(room: int, weights: Sequence[int], least: int) -> list[int]:
    floor = max(1, min(least, room // len(weights)))
    total = sum(weights)
    exact = [room * weight / total for weight in weights]
    sizes = [max(floor, int(size)) for size in exact]
    while (missing := room - sum(sizes)) != 0:
        if missing > 0:
            index = max(range(len(sizes)), key=lambda i: exact[i] - sizes[i])
            sizes[index] += 1
        else:
            index = max((i for i in range(len(sizes)) if sizes[i] > floor), key=lambda i: sizes[i] - exact[i])
            sizes[index] -= 1
    return sizes
