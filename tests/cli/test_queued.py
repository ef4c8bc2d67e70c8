"""What is said of an agent that was to begin: its place in the queue, or that it runs."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from tui.cli.steering import queued_or
from tui.client.view import AgentView, Contact
from tui.core.agent import new_agent
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec, Mode

SPEC = AgentSpec(id="a", name="a", runtime="command", mode=Mode.STREAM, cwd="/")


def known(contact: Contact = Contact.LIVE, **status: Any) -> AgentView:
    return AgentView(msgspec.structs.replace(new_agent(SPEC).status, **status), contact)


class Told:
    """A fleet that knows more each time it is looked at."""

    def __init__(self, *views: AgentView) -> None:
        self.views = list(views)

    @property
    def agents(self) -> dict[str, AgentView]:
        return {"a": self.views.pop(0) if len(self.views) > 1 else self.views[0]}


KILLED = known(Contact.LOST, host_pid=7, runs=2, lifecycle=Lifecycle.RUNNING)


@pytest.mark.parametrize(
    ("before", "then", "said"),
    [
        # What the host told that was killed is no news.
        (
            KILLED,
            [
                known(Contact.CONNECTING, host_pid=7, runs=2, lifecycle=Lifecycle.RUNNING),
                known(host_pid=8, runs=2, lifecycle=Lifecycle.QUEUED, queue_place=1),
            ],
            "queued #1",
        ),
        (KILLED, [KILLED, known(host_pid=8, runs=3, lifecycle=Lifecycle.STARTING)], "resumed"),
        (KILLED, [known(Contact.OVER, host_pid=8, runs=3, lifecycle=Lifecycle.EXITED)], "resumed"),
        (known(host_pid=7, runs=2, lifecycle=Lifecycle.RUNNING), [known(host_pid=7, runs=2, lifecycle=Lifecycle.STOPPING)], "resumed"),
        (None, [known(), known(host_pid=8, lifecycle=Lifecycle.QUEUED, queue_place=3)], "queued #3"),
    ],
)  # fmt: skip
async def test_it_is_told_by_who_has_it_now(
    before: AgentView | None, then: list[AgentView], said: str
) -> None:
    fleet = Told(*then)
    assert await queued_or(cast(Any, fleet), "a", before, "resumed") == said
    assert len(fleet.views) == 1
