"""A byte stream cut into lines, bounded: what a child prints without an end of line never fills our memory."""

from __future__ import annotations

from typing import Final

from tui.core.facts import Oversized
from tui.core.text import one_line

LIMIT_BYTES: Final = 8 * 1024 * 1024
"""Longest line that is kept."""

START_BYTES: Final = 800
"""Bytes of a longer line that are kept to show how it began."""


class LineSplitter:
    r"""Cuts a stream at `\n` and strips the `\r` that a terminal puts before it.

    The result does not depend on how the stream was cut into chunks. A line over the limit becomes one `Oversized`; its
    bytes are counted, not kept.

    Args:
        limit: Bytes of the longest line that is kept, its `\r` included and its `\n` not.
    """

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        """Pieces of the unfinished line; of one over the limit only its beginning."""
        self._size = 0
        """Bytes of the unfinished line so far, kept or not."""

    def feed(self, data: bytes) -> list[bytes | Oversized]:
        """Return the lines that `data` completes, without their ends, in order."""
        first, *rest = data.split(b"\n")
        if not rest:
            self._keep(first)
            return []
        self._keep(first)
        lines = [self._take()]
        limit = self._limit
        lines.extend(
            line.rstrip(b"\r") if len(line) <= limit else _oversized(line, len(line)) for line in rest[:-1]
        )
        self._keep(rest[-1])
        return lines

    def finish(self) -> list[bytes | Oversized]:
        """Return the unfinished last line, if there is one: the stream has ended."""
        return [self._take()] if self._size else []

    def _keep(self, piece: bytes) -> None:
        if not piece:
            return
        if self._size + len(piece) <= self._limit:
            self._parts.append(piece)
        else:
            held = b"".join(self._parts)[:START_BYTES]
            self._parts = [held + piece[: START_BYTES - len(held)]]
        self._size += len(piece)

    def _take(self) -> bytes | Oversized:
        line, size = b"".join(self._parts), self._size
        self._parts, self._size = [], 0
        return line.rstrip(b"\r") if size <= self._limit else _oversized(line, size)


def _oversized(line: bytes, size: int) -> Oversized:
    return Oversized(size_bytes=size, start=one_line(line[:START_BYTES].decode("utf-8", "replace")))
