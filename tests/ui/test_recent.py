from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.recent import Recent


@given(st.lists(st.integers(0, 30)), st.integers(1, 10))
def test_what_was_used_last_is_kept_and_never_more_than_twice_as_much(used: list[int], kept: int) -> None:
    recent: Recent[int, str] = Recent(kept)
    for key in used:
        if recent.get(key) is None:
            recent[key] = str(key)
        assert recent.get(key) == str(key)
        assert len(recent) <= 2 * kept
    last = list(dict.fromkeys(reversed(used)))[:kept]
    assert [recent.get(key) for key in last] == [str(key) for key in last]
    recent.clear()
    assert len(recent) == 0
