"""Session ids of simulated agents: a session that was never given out is known to be unknown, without keeping a list."""

from __future__ import annotations

import hashlib
import uuid

SHOWN_UNKNOWN = "No conversation found with session ID: {}"
"""What a simulated agent says to an id that it does not know: as Claude Code does."""


def new_session(story: str, *, always_same: bool = False) -> str:
    """Return a new session id of a story: a UUID whose last group is proved by the others.

    Args:
        story: Its name.
        always_same: Not a new one, but the one of this story, for pictures.
    """
    head = str(uuid.uuid5(uuid.NAMESPACE_DNS, story) if always_same else uuid.uuid4())[:24]
    return head + _proof(head, story)


def knows(session_id: str, story: str) -> bool:
    """Return True if this id was made by `new_session` for this story."""
    return len(session_id) == 36 and session_id[24:] == _proof(session_id[:24], story)


def _proof(head: str, story: str) -> str:
    return hashlib.blake2s(f"{story} {head}".encode("utf-8", "replace"), digest_size=6).hexdigest()
