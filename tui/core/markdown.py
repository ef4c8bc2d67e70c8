"""Tables of the program's own pages in Markdown, and their places there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str = "") -> str:
    r"""Return a table.

    Args:
        head: Its first row.
        rows: The others, each as long as the head; a `|` in a cell is written `\|` by whoever gives it.
        empty: What stands in a cell of no text.
    """
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell or empty for cell in line)} |\n" for line in lines)


def renewed(page: str, begin: str, end: str, text: str) -> str:
    """Return a page with what stands between two marks written again.

    Raises:
        ValueError: The page has no such marks.
    """
    before, begun, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not begun or not ended:
        raise ValueError(f"the page has nothing between {begin.strip()} and {end.strip()}")
    return f"{before}{begin}{text}{end}{after}"
