"""What all facts have in common."""

from __future__ import annotations

import enum
from typing import ClassVar, Final

import msgspec

TEXT_MAX: Final = 64_000
"""Characters of one text or tool result kept in a fact."""


class RunKind(enum.StrEnum):
    """Why a run was started."""

    START = "start"
    RESUME = "resume"
    RESTART = "restart"
    FORK = "fork"
    """A session of its own that begins as a copy of another agent's."""
    FALLBACK = "fallback"
    """A fresh session after a refused resume."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="fact"):
    """Base of all facts."""

    ephemeral: ClassVar[bool] = False
    progress: ClassVar[bool] = False
    """Resets the *no progress* clock."""
