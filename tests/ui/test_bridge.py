"""How soon changes are handed on."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from tests.ui.fake_fleet import ago, moods, request, view
from tui.client.view import AgentView, Contact
from tui.core.activity import Activity
from tui.core.lifecycle import Lifecycle
from tui.ui.bridge import Bridge
from tui.ui.urgency import OTHER_S, URGENT_S, VISIBLE_S, is_urgent, pace


def changed(before: AgentView, **fields: object) -> AgentView:
    return msgspec.structs.replace(before, status=msgspec.structs.replace(before.status, **fields))


ONE = view("one")


@pytest.mark.parametrize(
    ("after", "urgent"),
    [
        (ONE, False),
        (changed(ONE, headline="Read  app.py", context_tokens=9, minutes=[(1, 2)]), False),
        (changed(ONE, activity=Activity.NEEDS_ANSWER), True),
        (changed(ONE, lifecycle=Lifecycle.STOPPING), True),
        (changed(ONE, request=request()), True),
        (changed(ONE, paused_since=ago(1)), True),
        (changed(ONE, note="The CLI did not know the session."), True),
        (msgspec.structs.replace(ONE, contact=Contact.LOST), True),
        (msgspec.structs.replace(ONE, seen=True), False),
        (None, True),
    ],
)
def test_what_an_agent_is_or_asks_is_urgent_and_its_figures_are_not(
    after: AgentView | None, urgent: bool
) -> None:
    assert is_urgent(ONE, after) is urgent


def test_an_announced_step_is_urgent() -> None:
    stalled = next(v for v in moods() if v.status.ladder is not None)
    assert is_urgent(changed(stalled, ladder=None), stalled)


def test_what_is_in_sight_comes_before_what_is_not() -> None:
    after = changed(ONE, headline="x")
    assert [pace(ONE, after, visible=on) for on in (True, False)] == [VISIBLE_S, OTHER_S]
    assert pace(None, ONE, visible=False) == URGENT_S


def test_a_step_that_every_word_puts_off_is_not() -> None:
    stalled = next(v for v in moods() if v.status.ladder is not None)
    ladder = msgspec.structs.replace(stalled.status.ladder, announced=False)
    put_off = msgspec.structs.replace(ladder, due=ago(-60))
    assert not is_urgent(changed(stalled, ladder=ladder), changed(stalled, ladder=put_off))
    assert not is_urgent(changed(stalled, ladder=None), changed(stalled, ladder=ladder))


async def test_an_urgent_change_takes_along_what_could_have_waited() -> None:
    handed: list[frozenset[str]] = []
    paces = {"calm": 60.0, "urgent": 0.01}
    bridge = Bridge(handed.append, paces.__getitem__)
    bridge.changed(frozenset({"calm"}))
    async with asyncio.timeout(5):
        while not handed:
            await asyncio.sleep(0)
        assert handed == [frozenset({"calm"})]  # nothing had been handed on for long: at once
        bridge.changed(frozenset({"calm"}))
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(handed) == 1
        bridge.changed(frozenset({"urgent"}))
        while len(handed) < 2:
            await asyncio.sleep(0.001)
    assert handed[1] == {"calm", "urgent"}
    bridge.changed(frozenset({"calm"}))
    bridge.close()
