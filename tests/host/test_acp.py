"""Agents that speak the Agent Client Protocol: they ask, are answered, interrupted and resumed through their host."""

from __future__ import annotations

from collections.abc import Callable

from tests.agents import argv
from tests.host.hosting import Hosted, interrupted_goes_on
from tests.waiting import until
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.commands import Answer, Prompt, Resume, Verdict
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode

Make = Callable[..., Hosted]


def agent(host: Hosted, prompt: str) -> Hosted:
    return host.write(argv("acp_like"), Mode.STREAM, runtime="qwen", prompt=prompt)


async def test_it_asks_is_answered_and_takes_a_refusal_s_reason_as_its_next_prompt(hosted: Make) -> None:
    host = await agent(hosted(), "ASK").start()
    client = await host.connect()
    await until(lambda: host.status.activity is Activity.NEEDS_PERMISSION)
    request = host.status.request
    assert request is not None
    assert (request.tool, request.title, request.answerable) == ("shell", "rm -rf build", True)
    assert await client.do(Prompt(text="ASK again")) == ""  # waits for the end of the turn
    assert await client.do(Answer(request_id=request.request_id, verdict=Verdict.ALLOW)) == ""
    await until(lambda: host.status.request not in (None, request) and host.status.request.answerable)
    second = host.status.request
    assert second is not None
    assert await client.do(Answer(request_id=request.request_id, verdict=Verdict.ALLOW)) != ""
    assert await client.do(Answer(request_id=second.request_id, verdict=Verdict.DENY, text="keep it")) == ""
    status = await host.is_over()
    assert (status.lifecycle, status.activity, status.runs) == (Lifecycle.EXITED, Activity.DONE, 1)
    assert [fact.text for fact in host.facts(f.Text)] == ["Allowed", "Denied", "Done"]
    assert [fact.prompt for fact in host.facts(f.TurnStarted)] == ["ASK", "ASK again", "keep it"]
    assert [(fact.ok, fact.denied) for fact in host.facts(f.ToolFinished)] == [(True, False), (False, True)]
    assert (status.usage.input, status.usage.output, status.usage.requests) == (30, 15, 3)
    assert status.request is None


async def test_interrupted_it_stays_and_resumed_without_its_session_it_begins_anew(hosted: Make) -> None:
    host = await agent(hosted(), "SLOW").start()
    await interrupted_goes_on(host)
    await host.start(Resume())
    status = await host.is_over()
    assert (status.lifecycle, status.activity) == (Lifecycle.EXITED, Activity.DONE)
    assert [fact.kind for fact in host.facts(f.RunStarted)] == ["start", "resume", "fallback"]
    (fell,) = host.facts(f.FellBack)
    assert (fell.reason, fell.prompt) == ("no such session", "hand-over")
