"""A real shell: idle at its prompt, working while a command has its terminal."""

from __future__ import annotations

from collections.abc import Callable

from tests.host.hosting import Hosted
from tests.waiting import until
from tui.core.activity import Activity, Source
from tui.protocol import messages as m


async def test_a_shell_is_idle_at_its_prompt_and_works_while_a_command_runs(
    hosted: Callable[[], Hosted],
) -> None:
    agent = hosted().write(["bash", "--norc", "--noprofile", "-i"])
    await agent.start()
    await until(lambda: agent.status.activity is Activity.IDLE)
    assert agent.status.evidence.source is Source.SCREEN
    client = await agent.connect()
    client.send(m.Paste("sleep 60"))
    client.send(m.Key("enter"))
    await until(lambda: agent.status.activity is Activity.WORKING)
    assert agent.status.evidence.fact == "a command has its terminal"
    client.send(m.Key("ctrl+c"))
    await until(lambda: agent.status.activity is Activity.IDLE)
