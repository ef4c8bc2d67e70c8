"""What `show` says of an agent."""

from __future__ import annotations

from tui.cli.page import limit_words
from tui.core.clock import Now
from tui.core.status import Limit

NOW = Now(5.0, 1_000_000.0)


def test_a_limit_counts_down_to_its_reset() -> None:
    assert limit_words(Limit("5 h", 31.2), NOW) == "31% used"
    assert limit_words(Limit("5 h", 100.0, NOW.wall + 4_500), NOW) == "100% used, resets in 1h15"
    assert limit_words(Limit("5 h", 100.0, NOW.wall - 1), NOW) == "100% used until it was reset"
