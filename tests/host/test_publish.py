"""What matters is published at once, the rest no more often than is useful."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import msgspec
import pytest

from tests.waiting import until
from tui.core.agent import Agent, new_agent
from tui.core.clock import Now, SystemClock
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Status
from tui.core.usage import Meter, Usage
from tui.host.publish import Publisher
from tui.system import store
from tui.system.ledgerfile import read_ledger


class Published:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.agent = new_agent(AgentSpec(id="a", name="a", runtime="x", mode=Mode.STREAM, cwd="/"))
        self.pushed: list[Status] = []
        self.publisher = Publisher(folder, self._agent, SystemClock(), self.pushed.append, lambda: None)

    def _agent(self) -> Agent:
        return self.agent

    def change(self, **fields: object) -> None:
        self.agent = msgspec.structs.replace(
            self.agent, status=msgspec.structs.replace(self.agent.status, **fields)
        )
        self.publisher.changed()

    def on_disk(self) -> Status:
        status = store.read_status(self.folder)
        assert status is not None
        return status


@pytest.fixture
def published(tmp_path: Path) -> Published:
    return Published(tmp_path)


async def test_a_change_of_state_is_there_at_once(published: Published) -> None:
    published.change(lifecycle=Lifecycle.RUNNING)
    assert published.pushed[-1].lifecycle is Lifecycle.RUNNING
    assert published.on_disk().lifecycle is Lifecycle.RUNNING
    published.change(session_id="s1")
    assert published.on_disk().session_id == "s1"
    published.publisher.close()


async def test_what_happened_is_logged_before_a_status_tells_of_it(published: Published) -> None:
    told: list[Lifecycle | None] = []

    def log() -> None:
        status = store.read_status(published.folder)
        told.append(status.lifecycle if status is not None else None)

    published.publisher = Publisher(
        published.folder, lambda: published.agent, SystemClock(), published.pushed.append, lambda: None, log
    )
    published.change(lifecycle=Lifecycle.RUNNING)
    published.change(lifecycle=Lifecycle.EXITED)
    assert told == [None, Lifecycle.RUNNING]
    assert published.on_disk().lifecycle is Lifecycle.EXITED
    published.publisher.close()


async def test_a_session_is_on_the_disk_before_a_power_cut(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    published.change(lifecycle=Lifecycle.RUNNING)
    assert synced == []
    published.change(session_id="s1")
    assert len(synced) == 1
    published.change(lifecycle=Lifecycle.EXITED)
    assert len(synced) == 1
    published.publisher.close()


async def test_small_changes_are_gathered(published: Published) -> None:
    published.change(lifecycle=Lifecycle.RUNNING)
    for i in range(1, 500):
        published.change(last_byte=Now(float(i), 0.0))
        if i % 100 == 0:
            await asyncio.sleep(0)
    assert len(published.pushed) == 1
    assert published.on_disk().last_byte.mono == 0
    await until(lambda: len(published.pushed) == 2)
    assert published.pushed[-1].last_byte.mono == 499
    await until(lambda: published.on_disk().last_byte.mono == 499)
    published.publisher.close()


async def test_close_writes_the_last_state_and_the_meter(published: Published) -> None:
    published.change(headline="working")
    published.agent = msgspec.structs.replace(published.agent, meter=Meter(base=Usage(input=3)))
    published.change(headline="the last")
    published.publisher.close()
    assert published.on_disk().headline == "the last"
    assert published.on_disk().published.mono > 0
    assert store.read_meter(published.folder) == Meter(base=Usage(input=3))


async def test_a_folder_that_is_gone_is_logged_not_fatal(
    published: Published, caplog: pytest.LogCaptureFixture
) -> None:
    published.folder.rmdir()
    published.change(lifecycle=Lifecycle.RUNNING)
    assert "it does not exist" in caplog.text
    assert published.pushed
    published.publisher.close()


async def test_a_branch_that_is_checked_out_meanwhile_is_told(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    published = Published(tmp_path)
    published.change(cwd=str(tmp_path), lifecycle=Lifecycle.RUNNING)
    assert published.on_disk().branch == "main"
    (git / "HEAD").write_text("ref: refs/heads/feat/router\n", encoding="utf-8")
    published.change(session_id="s1")
    assert published.on_disk().branch == "feat/router"
    published.publisher.close()


async def test_what_is_spent_is_entered_into_a_ledger_that_outlives_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "agents" / "a"
    folder.mkdir(parents=True)
    published = Published(folder)
    published.change(lifecycle=Lifecycle.RUNNING, runs=1, usage=Usage(input=100), turns=1)
    published.publisher.close()
    again = Published(folder)  # the next host of the same agent
    again.agent = published.agent
    again.change(usage=Usage(input=130), turns=2)
    again.publisher.close()
    ledger = read_ledger(tmp_path, "a")
    assert ledger is not None
    assert sum(day.usage.input for day in ledger.days.values()) == 130
    assert sum(day.turns for day in ledger.days.values()) == 2
