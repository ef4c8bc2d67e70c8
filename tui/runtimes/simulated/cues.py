"""The time and the pace of a simulated agent, told from outside: for pictures of a live fleet that come out the same every time.

One small file for each agent, mapped by three processes: whoever directs the agents, the agent's host, which has its clock from
there, and the agent, which begins its next step at a cue instead of after a while. Only the standard library is used: see the package.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = "AGENT_TUI_DEMO_CUES"
"""Environment variable: the folder of the files, each named by its agent's id; without it time is what it is."""
MONO_AT: Final = 1_762_127_432.0
"""Where the monotonic clock of such a world begins, on its wall clock."""
SIZE: Final = 64
_WALL, _PART, _GIVEN, _KIND, _TAKEN, _TOLD, _LINES, _DRAWN = range(0, 64, 8)
_KINDS: Final = ("go", "spend", "had")


class Cues:
    """What director, host and agent tell each other.

    Args:
        path: The agent's file; made if missing.
    """

    def __init__(self, path: Path) -> None:
        with path.open("a+b") as file:
            file.truncate(SIZE)
            self._memory = mmap.mmap(file.fileno(), SIZE)

    def _whole(self, at: int) -> int:
        return int.from_bytes(self._memory[at : at + 8], "little")

    def _set_whole(self, at: int, number: int) -> None:
        self._memory[at : at + 8] = number.to_bytes(8, "little")

    def _real(self, at: int) -> float:
        number: float = struct.unpack_from("<d", self._memory, at)[0]
        return number

    # -- the director --------------------------------------------------------------------------------------------------

    def set_time(self, wall: float) -> None:
        """Set the clocks of the agent and its host, in seconds since the epoch."""
        struct.pack_into("<d", self._memory, _WALL, wall)

    def go(self) -> None:
        """Let the agent go on to where it waits next."""
        self._give("go")

    def spend(self, part: float, *, earlier: bool = False) -> None:
        """Let the agent tell that it has used this part of what its story uses, and wait on.

        Args:
            part: 0 to 1.
            earlier: It was used before its host knew it, so it belongs to no minute.
        """
        struct.pack_into("<d", self._memory, _PART, part)
        self._give("had" if earlier else "spend")

    def _give(self, kind: str) -> None:
        self._set_whole(_KIND, _KINDS.index(kind))
        self._set_whole(_GIVEN, self._whole(_GIVEN) + 1)

    @property
    def waits(self) -> bool:
        """The agent has done all it was told to, and written it."""
        return self._whole(_TAKEN) > self._whole(_GIVEN)

    @property
    def told(self) -> int:
        """Output tokens that the agent has told of."""
        return self._whole(_TOLD)

    @property
    def lines(self) -> int:
        """Lines that the agent has written."""
        return self._whole(_LINES)

    @property
    def drawn(self) -> tuple[int, int]:
        """Columns and rows of the last picture that the agent drew."""
        return divmod(self._whole(_DRAWN), 1 << 16)

    # -- host and agent ------------------------------------------------------------------------------------------------

    @property
    def wall(self) -> float:
        """Seconds since the epoch."""
        return self._real(_WALL)

    @property
    def part(self) -> float:
        """What the agent has used of what its story uses, 0 to 1."""
        return self._real(_PART)

    def begin(self) -> None:
        """The agent waits from now on."""
        self._set_whole(_TAKEN, self._whole(_GIVEN) + 1)

    def taken(self) -> str:
        """Return what the waiting agent is to do: `go`, tell what it did `spend` or `had` spent before, or nothing yet."""
        return "" if self.waits else _KINDS[self._whole(_KIND)]

    def tell(self, output: int) -> None:
        """The agent has told of so many output tokens."""
        self._set_whole(_TOLD, output)

    def wrote(self) -> None:
        """The agent wrote a line."""
        self._set_whole(_LINES, self.lines + 1)

    def has_drawn(self, columns: int, rows: int) -> None:
        """The agent drew a picture of that size."""
        self._set_whole(_DRAWN, (columns << 16) + rows)


def cues_of(agent_id: str, env: Mapping[str, str]) -> Cues | None:
    """Return an agent's cues; None where nobody directs it."""
    folder = env.get(FOLDER, "")
    return Cues(Path(folder) / agent_id) if folder and agent_id else None
