"""Which keys the footer names: those that do something for the selected agent."""

from __future__ import annotations

import msgspec

from tests.ui.fake_fleet import view
from tui.client.view import Contact
from tui.core.lifecycle import Lifecycle
from tui.ui.footing import board_ids, board_labels


def test_a_back_off_is_cut_short_or_given_up() -> None:
    waits = view("one", lifecycle=Lifecycle.BACKOFF)
    ids, labels = board_ids(waits, 0), board_labels(waits)
    assert ids[:2] == ["agent.resume", "agent.cancel"]
    assert (labels["agent.resume"], labels["agent.cancel"]) == ("try now", "give up")
    assert "go.type" not in ids, "there is no process to type into"


def test_nothing_is_resumed_without_a_session() -> None:
    over = view("one", lifecycle=Lifecycle.FAILED, contact=Contact.OVER)
    assert "agent.resume" in board_ids(over, 0)
    bare = msgspec.structs.replace(over, status=msgspec.structs.replace(over.status, session_id=""))
    assert "agent.resume" not in board_ids(bare, 0)
    assert "agent.restart" in board_ids(bare, 0)
