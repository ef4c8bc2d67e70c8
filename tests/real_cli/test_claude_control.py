"""The real Claude Code, headless and spoken with while it runs, by a client of its host and by keys in the dashboard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.tmux import Tmux
from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER
from tests.host.hosting import Client
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import COMMAND, Supervised, billed, kinds
from tests.waiting import until
from tui.core.commands import Answer, AnyCommand, Interrupt, Prompt, Verdict
from tui.core.status import Request
from tui.system import store
from tui.system.paths import paths_from_env

pytestmark = pytest.mark.real_cli


class Talk:
    """A headless agent, and a client of its host."""

    def __init__(self, fleet: Supervised) -> None:
        self.fleet = fleet
        self.agent = ""
        self.client = Client()

    async def begin(self, prompt: str, *options: str) -> Talk:
        self.agent = await asyncio.to_thread(self.fleet.run, prompt, *options)
        await self.client.open(paths_from_env(self.fleet.environment).socket(self.agent))
        return self

    async def becomes(self, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        return await asyncio.to_thread(self.fleet.until, self.agent, condition)

    async def asks(self, after: str = "") -> str:
        """Wait for the next request; return its id."""
        await until(lambda: self._request.request_id not in ("", after))
        await self.becomes(lambda row: row["activity"] == "needs-permission")
        request = self._request
        assert (request.title, request.answerable) == ("rm -rf build", True)
        return request.request_id

    @property
    def _request(self) -> Request:
        status = store.read_status(paths_from_env(self.fleet.environment).agent(self.agent))
        return status.request if status is not None and status.request is not None else Request("")

    async def do(self, command: AnyCommand) -> None:
        assert await self.client.do(command) == ""

    def tools(self) -> list[bool]:
        """Which tool calls went well."""
        return [fact.get("ok", True) for fact in self.fleet.events(self.agent, "tool_finished")]

    async def over(self, runs: int = 1) -> dict[str, Any]:
        row = await asyncio.to_thread(self.fleet.over, self.agent)
        assert (row["lifecycle"], row["activity"], row["runs"]) == ("exited", "done", runs)
        return row


@pytest.fixture
async def talk(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> AsyncIterator[Talk]:
    made = Talk(Supervised(sandbox("claude"), tmp_path / "fleet"))
    yield made
    await made.client.close()
    made.fleet.end()


async def test_it_asks_is_allowed_and_takes_a_prompt_meanwhile(talk: Talk, provider: ModelServer) -> None:
    await talk.begin("clean up #ask")
    request = await talk.asks()
    await talk.do(Prompt(text="and tell me how many"))
    await talk.do(Answer(request_id=request, verdict=Verdict.ALLOW))
    row = await talk.over()
    assert kinds(row["usage"]) == billed(provider)
    assert "and tell me how many" in str(provider.entries(Kind.MAIN)[-1].body)
    assert talk.tools() == [True]
    (resolved,) = talk.fleet.events(talk.agent, "request_resolved")
    assert resolved["request_id"] == request


async def test_a_denial_tells_it_why(talk: Talk, provider: ModelServer) -> None:
    await talk.begin("clean up #ask")
    request = await talk.asks()
    await talk.do(Answer(request_id=request, verdict=Verdict.DENY, text="the build is still needed"))
    row = await talk.over()
    assert kinds(row["usage"]) == billed(provider)
    assert "the build is still needed" in str(provider.entries(Kind.MAIN)[-1].body)
    assert talk.tools() == [False]
    assert not talk.fleet.events(talk.agent, "error_reported")


async def test_a_script_answers_it(talk: Talk) -> None:
    await talk.begin("clean up #ask")
    call, agent = talk.fleet.call, talk.agent
    await asyncio.to_thread(call, "wait", agent, "--until", "needs-permission", "--timeout", "30")
    asked = await asyncio.to_thread(call, "answer", agent)
    assert asked.stdout.startswith("Bash rm -rf build\n")
    await asyncio.to_thread(call, "answer", agent, "no", "keep it")
    await talk.over()
    assert talk.tools() == [False]


async def test_allowed_always_it_does_not_ask_again(talk: Talk, provider: ModelServer) -> None:
    await talk.begin("clean up #ask")
    request = await talk.asks()
    await talk.do(Answer(request_id=request, verdict=Verdict.ALLOW_ALWAYS))
    await talk.over()
    await asyncio.to_thread(talk.fleet.call, "send", talk.agent, "once more #ask")
    row = await talk.over(runs=2)
    assert kinds(row["usage"]) == billed(provider)
    assert len(talk.fleet.events(talk.agent, "permission_asked")) == 1
    assert talk.tools() == [True, True]


async def test_an_interrupted_turn_is_counted_and_the_process_takes_the_next_prompt(
    talk: Talk, provider: ModelServer
) -> None:
    await talk.begin("tell me all #long")
    await talk.becomes(lambda row: row["usage"]["input"])
    await talk.do(Interrupt())
    idle = await talk.becomes(lambda row: row["activity"] == "idle")
    assert idle["lifecycle"] == "running"
    (entry,) = await asyncio.to_thread(provider.ledger.wait_for, "aborted")
    await talk.do(Prompt(text="be brief #text"))
    row = await talk.over()
    cut, paid = entry.announced, provider.totals(Kind.MAIN)
    counted = row["usage"]
    assert counted["input"] == paid.input + cut.input
    assert counted["cache_read"] == paid.cache_read + cut.cache_read
    assert counted["cache_write"] == paid.cache_write + cut.cache_write
    # Of the output that was cut off only the place-holder of its beginning was told.
    assert paid.output < counted["output"] <= paid.output + cut.output
    assert [fact.get("interrupted", False) for fact in talk.fleet.events(talk.agent, "turn_ended")] == [
        True,
        False,
    ]
    assert [fact["prompt"] for fact in talk.fleet.events(talk.agent, "turn_started")] == [
        "tell me all #long",
        "be brief #text",
    ]


async def test_on_the_plain_channel_it_refuses_by_itself(talk: Talk) -> None:
    await talk.begin("clean up #ask", "--channel", "plain")
    await talk.over()
    assert not talk.fleet.events(talk.agent, "permission_asked")
    (refused,) = talk.fleet.events(talk.agent, "error_reported")
    assert "rm -rf build" in refused["text"]


async def test_the_dashboard_shows_what_it_asks_and_y_allows_it(talk: Talk) -> None:
    await talk.begin("clean up #ask")
    fleet = talk.fleet
    with Tmux(rows=40, cols=140, env=fleet.environment) as terminal:
        terminal.start([str(COMMAND)], fleet.sandbox.place.project)
        terminal.wait_for("1 needs you", deadline_s=20)
        terminal.send_keys("space")
        terminal.wait_for("allow once")
        # A key counts once the strip was there to be read, which a busy machine shows a moment before it takes note.
        terminal.wait_for(lambda screen: "allow once" not in screen or terminal.send_keys("y"))
        terminal.wait_for(ANSWER, deadline_s=30)
    await talk.over()
