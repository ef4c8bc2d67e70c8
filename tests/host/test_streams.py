"""Agents that print JSON: facts, usage, late listeners, refused sessions, huge lines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.agents import argv
from tests.host.hosting import Hosted, interrupted_goes_on
from tests.waiting import until
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.commands import Answer, Kill, Prompt, Resume, Verdict
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Channel, Mode
from tui.protocol import messages as m
from tui.system import store

Make = Callable[..., Hosted]


def claude(host: Hosted, prompt: str, **settings: Any) -> Hosted:
    return host.write(argv("claude_like"), Mode.STREAM, runtime="claude-code", prompt=prompt, **settings)


async def test_a_turn_is_done_and_counted(hosted: Make) -> None:
    host = await claude(hosted(), "Say it").start()
    status = await host.is_over()
    assert (status.lifecycle, status.activity) == (Lifecycle.EXITED, Activity.DONE)
    assert status.session_id
    assert status.usage.input == 10
    assert status.usage.output == 5
    (text,) = host.facts(f.Text)
    assert text.text == "Half an answer to 6 characters"
    assert host.facts(f.TextDelta) == []
    meter = store.read_meter(host.folder)
    assert meter is not None
    assert meter.total == status.usage


async def test_a_late_listener_gets_the_unfinished_text_as_one_delta(hosted: Make) -> None:
    host = await claude(hosted(), "SLOW").start()
    first = await host.connect()
    first.send(m.Subscribe(events_after=0))
    await until(lambda: "".join(d.text for d in first.facts(f.TextDelta)) == "Half an answer")
    late = await host.connect()
    late.send(m.Subscribe(events_after=0))
    await late.gets(m.Events)
    await until(lambda: [d.text for d in late.facts(f.TextDelta)] == ["Half an answer"])
    assert [e.seq for e in late.events() if e.seq] == [e.seq for e in first.events() if e.seq]
    assert await late.do(Kill()) == ""
    assert (await host.is_over()).lifecycle is Lifecycle.KILLED


async def test_a_refused_resume_becomes_a_fresh_session_with_a_hand_over(hosted: Make) -> None:
    host = await claude(hosted(), "Fix the login").start()
    first = await host.is_over()
    await host.start(Resume())
    assert host.ready["ready"] is True
    status = await host.is_over()
    assert (status.lifecycle, status.activity) == (Lifecycle.EXITED, Activity.DONE)
    assert status.old_session_ids == [first.session_id]
    assert status.session_id not in ("", first.session_id)
    assert first.session_id in status.note
    assert [fact.kind for fact in host.facts(f.RunStarted)] == ["start", "resume", "fallback"]
    (fell,) = host.facts(f.FellBack)
    assert fell.old_session_id == first.session_id
    assert fell.prompt == "hand-over"
    # The fresh session was told what is known.
    told = host.facts(f.TurnStarted)[-1].prompt
    assert "Fix the login" in told
    assert "> done" in told or "> Half an answer" in told
    # Both successful runs count, each once.
    assert status.usage.input == 20


async def test_a_session_that_is_gone_is_seen_before_the_cli_is_asked(
    hosted: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "claude"
    program.write_text(f"#!{sys.executable}\n{Path(argv('claude_like')[-1]).read_text()}")
    program.chmod(0o755)
    (tmp_path / ".claude" / "projects" / "-").mkdir(parents=True)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / ".claude"))
    host = hosted().write([str(program)], Mode.STREAM, runtime="claude-code", prompt="Fix the login")
    first = await (await host.start()).is_over()
    await host.start(Resume())
    status = await host.is_over()
    assert [fact.kind for fact in host.facts(f.RunStarted)] == ["start", "fallback"]
    assert (status.runs, status.lifecycle) == (2, Lifecycle.EXITED)
    assert status.old_session_ids == [first.session_id]
    assert status.note == f"Session {first.session_id} is gone. A fresh one was started with a hand-over."
    (fell,) = host.facts(f.FellBack)
    assert fell.gone
    assert fell.reason.endswith("/.claude/projects")
    assert "Fix the login" in host.facts(f.TurnStarted)[-1].prompt


async def test_a_fresh_prompt_replaces_the_hand_over(hosted: Make) -> None:
    host = await claude(hosted(), "Fix the login", fresh_prompt="Begin anew").start()
    await host.is_over()
    await host.start(Resume())
    await host.is_over()
    assert host.facts(f.FellBack)[0].prompt == "fresh"
    assert host.facts(f.TurnStarted)[-1].prompt == "Begin anew"


async def test_a_huge_line_is_one_fact_and_the_turn_still_counts(hosted: Make) -> None:
    host = await claude(hosted(), "BIG", record_bytes=1_000_000).start()
    status = await host.is_over()
    assert (status.lifecycle, status.activity) == (Lifecycle.EXITED, Activity.DONE)
    (oversized,) = host.facts(f.Oversized)
    assert oversized.size_bytes > 20_000_000
    sizes = [path.stat().st_size for path in host.folder.glob("output*.cast")]
    assert sum(sizes) <= 1_000_000


async def test_a_recording_that_cannot_be_written_is_said_and_the_child_runs_on(hosted: Make) -> None:
    host = hosted().write(argv("chatty", "3"))
    (host.folder / "output.cast").mkdir()
    await host.start()
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.EXITED
    assert status.recording is False
    assert status.recording_note == "it is a folder"
    assert [fact.on for fact in host.facts(f.RecordingChanged)] == [False]


# -- spoken with while it runs -----------------------------------------------------------------------------------------


async def test_a_headless_agent_asks_and_is_answered(hosted: Make) -> None:
    host = await claude(hosted(), "ASK").start()
    client = await host.connect()
    for number, (answer, words) in enumerate(
        [({"verdict": Verdict.ALLOW}, "Allowed"), ({"verdict": Verdict.DENY, "text": "keep it"}, "Denied")], 1
    ):
        await until(lambda: host.status.activity is Activity.NEEDS_PERMISSION)
        await until(lambda n=number: host.status.request and host.status.request.request_id == f"r{n}")
        request = host.status.request
        assert request is not None
        assert (request.title, request.answerable) == ("rm -rf build", True)
        if number == 1:
            # Said while it waits: it takes it after this turn, in the same process.
            assert await client.do(Prompt(text="ASK again")) == ""
        assert await client.do(Answer(request_id=f"r{number}", **answer)) == ""
        await until(lambda w=words: any(fact.text.startswith(w) for fact in host.facts(f.Text)))
    status = await host.is_over()
    assert (status.lifecycle, status.activity, status.runs) == (Lifecycle.EXITED, Activity.DONE, 1)
    assert [fact.prompt for fact in host.facts(f.TurnStarted)] == ["ASK", "ASK again"]
    assert status.request is None


async def test_an_interrupted_headless_agent_stays_and_takes_the_next_prompt(hosted: Make) -> None:
    host = await claude(hosted(), "SLOW").start()
    await interrupted_goes_on(host)


async def test_the_plain_channel_gives_the_prompt_as_an_argument(hosted: Make) -> None:
    host = await claude(hosted(), "Say it", channel=Channel.PLAIN).start()
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.EXITED
    assert host.facts(f.PermissionAsked) == []


async def test_a_channel_that_the_cli_does_not_have_is_said(hosted: Make) -> None:
    host = hosted().write(
        argv("chatty", "3"), Mode.STREAM, runtime="cline", prompt="p", channel=Channel.CONTROL
    )
    await host.start()
    assert "has no control channel" in host.ready["error"]
