"""Hosts and clients of different versions: nothing crashes, what can be shown is, and the agent can be ended."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from tests.host.hosting import Client, Hosted
from tests.host.other_version import SPEAKS
from tests.waiting import until
from tui.client.fleet import Fleet
from tui.client.view import Contact
from tui.core.clock import SystemClock
from tui.core.commands import Kill
from tui.core.errors import AgentTuiError
from tui.core.lifecycle import Lifecycle
from tui.protocol import messages as m
from tui.system import processes

Make = Callable[..., Hosted]


@pytest.mark.parametrize(("speaks", "age"), [(m.PROTOCOL - 1, "older"), (m.PROTOCOL + 1, "newer")])
async def test_an_agent_of_another_versions_host_is_shown_and_can_be_killed(
    hosted: Make, speaks: int, age: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SPEAKS, str(speaks))
    host = await hosted().write(["sh", "-c", "sleep 1000 & wait"]).start(module="tests.host.other_version")
    fleet = Fleet(host.paths, clock=SystemClock())
    await fleet.start()
    try:
        await until(lambda: fleet.agents["one"].contact is Contact.SILENT)
        assert fleet.agents["one"].problem == (
            f"Its host is of a {age} agent-tui (it speaks version {speaks}, this one {m.PROTOCOL}); "
            "it runs on, shown from its files: kill it, then resume it, to go on with it here."
        )
        await until(lambda: fleet.agents["one"].status.lifecycle is Lifecycle.RUNNING)
        await fleet.command("one", Kill())
        await until(lambda: fleet.agents["one"].contact is Contact.OVER)
        assert fleet.agents["one"].status.lifecycle is Lifecycle.KILLED
        assert processes.marked(host.folder) == []
    finally:
        await fleet.close()


async def test_a_client_of_another_version_is_told_so(hosted: Make) -> None:
    host = await hosted().write(["sleep", "1000"]).start()
    for speaks in (m.PROTOCOL - 1, m.PROTOCOL + 1):
        client = Client()
        host.clients.append(await client.open(host.paths.socket(host.id), protocol=speaks))
        (refused,) = client.all(m.Refused)
        assert refused.protocol == m.PROTOCOL
        assert f"speaks protocol {m.PROTOCOL}, test speaks {speaks}" in refused.reason


async def test_a_newer_clients_messages_are_passed_over_and_its_requests_refused(hosted: Make) -> None:
    host = await hosted().write(["sleep", "1000"]).start()
    client = await host.connect()
    for message in ({"type": "wave"}, {"type": "do", "id": 41, "command": {"command": "dance"}}):
        body = msgspec.msgpack.encode(message)
        client.writer.write(len(body).to_bytes(4, "big") + body)
    reply = await client.gets(m.Reply)
    assert (reply.id, reply.error) == (
        41,
        "one's host is of an older agent-tui and does not know that: kill it, then resume it.",
    )
    assert await client.do(Kill()) == ""
    assert (await host.is_over()).lifecycle is Lifecycle.KILLED


async def test_a_stopped_host_is_told_to_end_by_a_signal(
    hosted: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.client.fleet.SETTLE_S", 0.3)
    host = await hosted().write(["sh", "-c", "sleep 1000 & wait"]).start()
    fleet = Fleet(host.paths, clock=SystemClock())
    await fleet.start()
    try:
        await until(lambda: fleet.agents["one"].contact is Contact.LIVE)
        host.stop_host()
        await fleet.command("one", Kill())
        await until(lambda: fleet.agents["one"].contact is Contact.OVER)
        assert fleet.agents["one"].status.lifecycle is Lifecycle.KILLED
        with pytest.raises(AgentTuiError, match="does not run"):
            await fleet.command("one", Kill())
    finally:
        await fleet.close()
