"""The fleet against hosts that do what a test tells them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.client.conftest import until
from tests.client.fake_host import FakeHost, make_agent, make_frame
from tui.client import contact, events, hosts
from tui.client.census import Census
from tui.client.fleet import Fleet
from tui.client.link import PASTE_PIECE
from tui.client.view import Contact
from tui.core.activity import Activity, Source
from tui.core.attention import RowState
from tui.core.clock import Now, SystemClock
from tui.core.commands import Interrupt, Kill, Restart, Resume
from tui.core.errors import AgentNotFound, AgentTuiError, HostUnreachable
from tui.core.facts import Event, Text, TextDelta
from tui.core.lifecycle import Lifecycle
from tui.host import lock
from tui.protocol import messages as m
from tui.protocol.screen import Frame, WinSize
from tui.system import store
from tui.system.paths import Paths

MakeHost = Callable[..., Awaitable[FakeHost]]
MakeFleet = Callable[..., Awaitable[Fleet]]


def event(seq: int, text: str = "x") -> Event:
    return Event(seq=seq, at=1.0, run=1, source=Source.STREAM, fact=Text(text=text, block="b"))


def delta(text: str, run: int = 1) -> Event:
    return Event(seq=0, at=1.0, run=run, source=Source.STREAM, fact=TextDelta(text=text, block="b"))


@pytest.fixture
def gone() -> int:
    """The id of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


async def test_agents_are_there_before_any_connection(paths: Paths, fleet: MakeFleet) -> None:
    make_agent(paths, "old", lifecycle=Lifecycle.EXITED, activity=Activity.DONE)
    make_agent(paths, "live")
    made = await fleet()
    assert set(made.agents) == {"old", "live"}
    assert made.agents["old"].contact is Contact.OVER
    assert made.agents["live"].contact is Contact.CONNECTING
    assert made.agents["old"].state is RowState.DONE


async def test_status_is_followed_and_changes_are_told_once(host: MakeHost, fleet: MakeFleet) -> None:
    one = await host("a")
    told: list[frozenset[str]] = []
    made = await fleet(on_change=told.append)
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    told.clear()
    for n in range(5):
        one.set_status(headline=f"step {n}")
    await until(lambda: made.agents["a"].status.headline == "step 4")
    assert 1 <= len(told) <= 5
    assert all(ids == {"a"} for ids in told)
    assert made.agents["a"].spec == one.spec


async def test_torn_and_foreign_folders_hide_nobody(paths: Paths, fleet: MakeFleet) -> None:
    make_agent(paths, "good", lifecycle=Lifecycle.EXITED)
    for name, data in (
        ("torn", b'{"id": "torn", "na'),
        ("newer", b'{"version": 99}'),
        ("foreign", b"\xff\xfe"),
        ("list", b"[]"),
    ):
        make_agent(paths, name)
        (paths.agent(name) / "status.json").write_bytes(data)
    make_agent(paths, "copied")
    (paths.agent("copied") / "status.json").write_bytes((paths.agent("good") / "status.json").read_bytes())
    (paths.agents() / "begun").mkdir()
    (paths.agents() / "empty").mkdir()
    os.utime(paths.agents() / "empty", (1, 1))
    (paths.agents() / "a file").write_text("x")
    (paths.agents() / "Upper").mkdir()
    made = await fleet()
    assert {view.id for view in made.agents.values() if not view.damaged} == {"good"}
    told = {view.id: view.damaged for view in made.agents.values() if view.damaged}
    assert set(told) == {"torn", "newer", "foreign", "list", "copied", "empty"}
    assert told["newer"].endswith("status.json: a newer agent-tui wrote it (version 99).")
    assert told["copied"].endswith("status.json: it tells of another agent, good.")
    assert told["empty"].endswith("spec.json: it does not exist.")
    assert all(made.agents[each].state is RowState.DAMAGED for each in told)


async def test_a_damaged_agent_can_be_forgotten_and_not_begun_without_settings(
    paths: Paths, fleet: MakeFleet
) -> None:
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED, host_pid=0)
    for name in ("spec.json", "status.json"):
        (paths.agent("a") / name).write_bytes(b"\0")
    made = await fleet()
    assert made.agents["a"].over
    with pytest.raises(AgentTuiError, match=r"Cannot read .*spec\.json"):
        await made.command("a", Restart())
    await made.forget("a")
    assert not paths.agent("a").exists()
    assert made.agents == {}


async def test_a_torn_status_is_no_damage_while_a_host_holds_the_agent(
    paths: Paths, fleet: MakeFleet
) -> None:
    make_agent(paths, "a")
    (paths.agent("a") / "status.json").write_bytes(b"{")
    held = lock.take(paths.agent("a"))
    assert held is not None
    made = await fleet()
    assert (made.agents["a"].damaged, made.agents["a"].over) == ("", False)
    os.close(held)


async def test_new_and_removed_agents_are_noticed(paths: Paths, host: MakeHost, fleet: MakeFleet) -> None:
    made = await fleet()
    assert not made.agents
    await host("later")
    await until(lambda: "later" in made.agents and made.agents["later"].contact is Contact.LIVE)
    make_agent(paths, "over", lifecycle=Lifecycle.EXITED)
    await until(lambda: "over" in made.agents)
    await made.forget("over")
    assert "over" not in made.agents
    assert not paths.agent("over").exists()


async def test_a_lost_connection_comes_back(host: MakeHost, fleet: MakeFleet) -> None:
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    one.hang_up()
    await until(lambda: one.connections >= 2 and made.agents["a"].contact is Contact.LIVE)


async def test_a_host_that_lives_and_does_not_answer_is_silent(
    host: MakeHost, fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.client.connection.HANDSHAKE_S", 0.05)
    one = await host("a")
    one.silent = True
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.SILENT)
    assert made.agents["a"].problem == "The host does not answer."
    assert made.agents["a"].state is not RowState.LOST
    one.silent = False
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    assert made.agents["a"].problem == ""


async def test_a_host_of_another_version_is_named(host: MakeHost, fleet: MakeFleet) -> None:
    one = await host("a")
    one.protocol = m.PROTOCOL + 1
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.SILENT)
    assert "newer agent-tui" in made.agents["a"].problem


async def test_an_agent_that_ends_is_over_and_a_new_host_is_found(
    paths: Paths, host: MakeHost, fleet: MakeFleet
) -> None:
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    await one.end(activity=Activity.DONE)
    await until(lambda: made.agents["a"].contact is Contact.OVER)
    assert made.agents["a"].status.lifecycle is Lifecycle.EXITED
    await host("a", headline="again")
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    assert made.agents["a"].status.headline == "again"


async def test_a_dead_host_is_a_loss_and_is_swept_once(
    paths: Paths, fleet: MakeFleet, gone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[str] = []

    async def sweep(where: Paths, agent_id: str) -> bool:
        swept.append(agent_id)
        make_agent(where, agent_id, lifecycle=Lifecycle.LOST, host_pid=gone)
        return True

    monkeypatch.setattr(hosts, "sweep", sweep)
    monkeypatch.setattr(contact, "SWEPT_BY_GUARDIAN_S", 0.05)
    make_agent(paths, "a", host_pid=gone, host_started=1.0)
    made = await fleet()
    assert made.agents["a"].contact is Contact.LOST
    assert made.agents["a"].state is RowState.LOST
    await until(lambda: made.agents["a"].status.lifecycle is Lifecycle.LOST)
    await until(lambda: made.agents["a"].contact is Contact.OVER)
    assert swept == ["a"]


async def test_an_agent_of_an_earlier_boot_is_lost(
    paths: Paths, fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sweep(where: Paths, agent_id: str) -> bool:
        return False

    monkeypatch.setattr(hosts, "sweep", sweep)
    make_agent(paths, "a", boot_id="another-boot")
    made = await fleet()
    assert made.agents["a"].contact is Contact.LOST


async def test_screen_is_the_last_frame_then_live_and_ends_with_the_last(
    paths: Paths, host: MakeHost, fleet: MakeFleet
) -> None:
    one = await host("a")
    store.write_screen(paths.agent("a"), make_frame("from disk"))
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    frames: list[Frame] = []
    watch = made.link("a").watch_screen(frames.append, fps=30)
    await until(lambda: isinstance(one.last(m.Subscribe), m.Subscribe) and one.last(m.Subscribe).screen)  # type: ignore[union-attr]  # checked before
    subscribed = one.last(m.Subscribe)
    assert isinstance(subscribed, m.Subscribe)
    assert subscribed.fps == 30
    await until(lambda: frames)
    assert frames[0].lines[0][0].text == "from disk"
    one.push(make_frame("half", seq=1, complete=False))
    one.push(make_frame("whole", seq=2))
    one.push(make_frame("change", seq=3, complete=False))
    await until(lambda: len(frames) == 3)
    assert [frame.lines[0][0].text for frame in frames] == ["from disk", "whole", "change"]
    store.write_screen(paths.agent("a"), make_frame("the end"))
    await one.end()
    await until(lambda: len(frames) == 4)
    assert frames[3].lines[0][0].text == "the end"
    assert await made.link("a").text() == ["the end"]
    watch.close()


async def test_size_and_focus_are_given_to_a_new_host_while_someone_looks(
    host: MakeHost, fleet: MakeFleet
) -> None:
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    link = made.link("a")
    watch = link.watch_screen(lambda _: None)
    link.send(m.Resize(WinSize(10, 60)))
    await until(lambda: one.last(m.Resize))
    one.got.clear()
    one.hang_up()
    await until(lambda: one.last(m.Resize))
    assert one.last(m.Resize) == m.Resize(WinSize(10, 60))
    watch.close()
    one.got.clear()
    one.hang_up()
    await until(lambda: one.last(m.Subscribe))
    assert one.last(m.Resize) is None


async def test_events_come_from_the_log_then_live_and_nothing_twice(host: MakeHost, fleet: MakeFleet) -> None:
    one = await host("a")
    one.log(*(event(n) for n in range(1, 1201)), push=False)
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    first: list[Event] = []
    second: list[Event] = []
    watch = made.link("a").watch_events(first.extend)
    await until(lambda: len(first) == 1200)
    await until(lambda: getattr(one.last(m.Subscribe), "events_after", None) == 1200)
    one.log(delta("He"), event(1201, "Hello"))
    await until(lambda: len(first) == 1202)
    other = made.link("a").watch_events(second.extend)
    await until(lambda: len(second) == 1201)
    # A host begins a subscription with what it logged since; both have it already.
    one.push(m.Events([event(1201, "Hello"), event(1202)]))
    await until(lambda: len(second) == 1202 and len(first) == 1203)
    assert [e.seq for e in second] == list(range(1, 1203))
    other.close()
    watch.close()
    await until(lambda: getattr(one.last(m.Subscribe), "events_after", 0) is None)


async def test_a_log_that_cannot_be_read_to_its_end_keeps_no_news_back(
    host: MakeHost, fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: Path, after: int) -> Iterator[Event]:
        yield event(1)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(events, "read_events", broken)
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    heard: list[Event] = []
    watch = made.link("a").watch_events(heard.extend)
    await until(lambda: one.last(m.Subscribe) is not None and watch.up_to_date)
    one.push(m.Events([event(2)]))
    await until(lambda: [e.seq for e in heard][-1:] == [2])
    watch.close()


async def test_what_streams_is_not_repeated_after_a_new_subscription(
    host: MakeHost, fleet: MakeFleet
) -> None:
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    got: list[Event] = []
    made.link("a").watch_events(got.extend)
    await until(lambda: getattr(one.last(m.Subscribe), "events_after", None) == 0)
    one.push(m.Events([delta("Hel"), delta("lo"), delta("Hello wor", run=0), delta("Hello wor", run=0)]))
    one.push(m.Events([delta("ld")]))
    await until(lambda: len(got) >= 4)
    assert "".join(e.fact.text for e in got if isinstance(e.fact, TextDelta)) == "Hello world"


async def test_events_that_a_leaving_host_could_not_say_are_read_from_its_log(
    host: MakeHost, fleet: MakeFleet
) -> None:
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    got: list[Event] = []
    made.link("a").watch_events(got.extend)
    one.log(event(1))
    await until(lambda: len(got) == 1)
    one.log(event(2), push=False)
    await one.end()
    await until(lambda: len(got) == 2)


async def test_commands_are_answered_by_the_host(host: MakeHost, fleet: MakeFleet) -> None:
    one = await host("a")
    one.answer = lambda do: "" if isinstance(do.command, Interrupt) else "a does not want to."
    made = await fleet()
    await made.command("a", Interrupt())
    with pytest.raises(AgentTuiError, match="a does not want to"):
        await made.command("a", Kill())
    with pytest.raises(AgentNotFound):
        await made.command("b", Kill())


async def test_a_command_to_a_silent_host_fails_in_words(
    host: MakeHost, fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.client.fleet.SETTLE_S", 0.2)
    monkeypatch.setattr("tui.client.connection.HANDSHAKE_S", 0.05)
    one = await host("a")
    one.silent = True
    made = await fleet()
    with pytest.raises(HostUnreachable):
        await made.command("a", Interrupt())


async def test_an_agent_that_is_over_takes_only_what_starts_it(
    paths: Paths, fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []

    async def start(where: Paths, agent_id: str, command: object) -> None:
        started.append(command)

    monkeypatch.setattr(hosts, "start_host", start)
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED)
    make_agent(paths, "b", lifecycle=Lifecycle.EXITED, session_id="s1")
    made = await fleet()
    with pytest.raises(AgentTuiError, match="a does not run"):
        await made.command("a", Kill())
    with pytest.raises(AgentTuiError, match="no session to resume"):
        await made.command("a", Resume())
    await made.command("b", Resume(prompt="go on"))
    assert started == [Resume(prompt="go on")]


async def test_a_running_agent_is_not_forgotten(host: MakeHost, fleet: MakeFleet) -> None:
    await host("a")
    made = await fleet()
    with pytest.raises(AgentTuiError, match="a still runs"):
        await made.forget("a")


async def test_a_look_makes_done_quiet_for_every_dashboard(paths: Paths, fleet: MakeFleet) -> None:
    at = Now(1.0, 1_700_000_000.0)
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED, activity=Activity.DONE, activity_since=at)
    one, two = await fleet(), await fleet()
    one.mark_seen("a")
    assert one.agents["a"].state is RowState.DONE_SEEN
    await until(lambda: two.agents["a"].state is RowState.DONE_SEEN)


async def test_long_pastes_go_in_pieces(host: MakeHost, fleet: MakeFleet) -> None:
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    text = "".join(chr(97 + n % 26) for n in range(150_000))
    made.link("a").send(m.Paste(text))
    await until(lambda: getattr(one.last(m.Paste), "last", False))
    pieces = [message for message in one.got if isinstance(message, m.Paste)]
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.first for piece in pieces] == [True, False, False]
    assert [piece.last for piece in pieces] == [False, False, True]


async def test_no_line_end_is_cut_in_two_by_a_long_paste(host: MakeHost, fleet: MakeFleet) -> None:
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    made.link("a").send(m.Paste("x" * (PASTE_PIECE - 1) + "\r\nend"))
    await until(lambda: getattr(one.last(m.Paste), "last", False))
    pieces = [message for message in one.got if isinstance(message, m.Paste)]
    assert "".join(piece.text for piece in pieces) == "x" * (PASTE_PIECE - 1) + "\nend"


async def test_a_host_that_does_not_read_does_not_make_us_grow(
    host: MakeHost, fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.client.connection.WRITE_MAX", 1_000_000)
    one = await host("a")
    made = await fleet()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    before = one.connections
    # The loop is not given a turn, so nothing is read meanwhile.
    for _ in range(100):
        made.link("a").send(m.Paste("x" * 60_000))
    await until(lambda: one.connections > before and made.agents["a"].contact is Contact.LIVE)


async def test_thousands_of_old_agents_are_read_without_a_task_each(paths: Paths, fleet: MakeFleet) -> None:
    make_agent(paths, "a-0", lifecycle=Lifecycle.EXITED)
    data = (paths.agent("a-0") / "status.json").read_bytes()
    for n in range(1, 1000):
        folder = paths.agent(f"a-{n}")
        folder.mkdir()
        (folder / "status.json").write_bytes(data.replace(b'"a-0"', f'"a-{n}"'.encode()))
    before = len(asyncio.all_tasks())
    made = await fleet()
    assert len(made.agents) == 1000
    assert len(asyncio.all_tasks()) <= before + 1


async def test_a_fleet_can_be_closed_at_any_moment_of_a_connection(paths: Paths, host: MakeHost) -> None:
    await host("a")
    for turns in range(40):
        made = Fleet(paths, clock=SystemClock())
        await made.start()
        for _ in range(turns):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await made.close()


async def test_many_changes_at_once_are_one_scan_and_none_is_left_at_the_end(
    paths: Paths, fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_agent(paths, "one", lifecycle=Lifecycle.EXITED)
    made = await fleet()
    scans = 0
    look = Census.look

    def counted(census: Census) -> None:
        nonlocal scans
        scans += 1
        look(census)

    monkeypatch.setattr(Census, "look", counted)
    make_agent(paths, "two", lifecycle=Lifecycle.EXITED)
    for _ in range(50):
        made._touched({paths.agent("two") / "status.json"})
    await until(lambda: "two" in made.agents)
    assert scans <= 4  # the watcher may tell of it, too
    made._touched({paths.agent("two") / "status.json"})
    await made.close()
    made._touched({paths.agent("two") / "status.json"})
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "fleet scan" and not task.done()]


async def test_the_first_picture_is_read_without_asking_anybody(host: MakeHost, paths: Paths) -> None:
    one = await host("a")
    make_agent(paths, "old", lifecycle=Lifecycle.EXITED)
    made = Fleet(paths, clock=SystemClock())
    made.read()
    assert {view.id: view.contact for view in made.agents.values()} == {
        "a": Contact.CONNECTING,
        "old": Contact.OVER,
    }
    assert one.connections == 0
    await made.start()
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
    await made.close()


async def test_the_first_picture_has_the_newest_and_the_start_the_rest(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.client.fleet.FIRST", 2)
    for number in range(5):
        make_agent(paths, f"a{number}", lifecycle=Lifecycle.EXITED)
        os.utime(paths.agent(f"a{number}"), (1000.0 + number, 1000.0 + number))
    made = Fleet(paths, clock=SystemClock())
    made.read()
    assert set(made.agents) == {"a3", "a4"}
    await made.start()
    assert len(made.agents) == 5
    await made.close()


async def test_a_host_that_comes_back_is_heard_of_without_a_watcher(
    paths: Paths, host: MakeHost, fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.client.fleet.POLL_S", 0.05)
    monkeypatch.setattr(Fleet, "_watch", lambda self: None)
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED)
    made = await fleet()
    assert made.agents["a"].contact is Contact.OVER
    await host("a")
    await until(lambda: made.agents["a"].contact is Contact.LIVE)
