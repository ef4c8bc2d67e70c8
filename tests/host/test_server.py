"""What clients of a host see and do, over its real socket."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.agents import argv
from tests.host.hosting import Client, Hosted
from tests.waiting import until
from tui.core import facts as f
from tui.core.commands import Continue, Kill, Prompt, Restart
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.host import connection
from tui.protocol import messages as m
from tui.protocol.framing import encode
from tui.protocol.screen import Frame, WinSize
from tui.system.peer import peer_uid

Make = Callable[..., Hosted]


async def test_welcome_names_the_agent(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    client = await host.connect()
    welcome = await client.gets(m.Welcome)
    assert welcome.protocol == m.PROTOCOL
    assert welcome.spec.id == "one"
    assert welcome.status.host_pid == host.pid


async def test_the_socket_is_private(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    path = host.paths.socket("one")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_stale_socket_is_replaced(hosted: Make) -> None:
    host = hosted().write(argv("silent"))
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(host.paths.socket("one")))
    await host.start()
    await (await host.connect()).gets(m.Welcome)


async def test_another_version_is_refused_with_a_reason(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    client = await Client().open(host.paths.socket("one"), protocol=99)
    refused = await client.gets(m.Refused)
    assert refused.protocol == m.PROTOCOL
    assert "99" in refused.reason
    await until(lambda: client.closed)
    await client.close()


async def test_what_is_no_client_is_cut_off(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\x00\x00\x00\x02{}", b"\xff" * 64):
        client = await Client().open(host.paths.socket("one"), hello=False)
        client.writer.write(junk)
        await until(lambda client=client: client.closed)
        assert client.all(m.Welcome) == []
        await client.close()
    await (await host.connect()).gets(m.Welcome)


async def test_peer_uid_is_ours() -> None:
    one, two = socket.socketpair(socket.AF_UNIX)
    with one, two:
        assert peer_uid(one) == os.geteuid()


@pytest.mark.parametrize("uid", [os.geteuid() + 1, None])
async def test_another_user_is_refused_before_a_word(
    uid: int | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "peer_uid", lambda sock: uid)
    server, transport = Mock(), Mock(spec=asyncio.Transport)
    connection.Connection(server).connection_made(transport)
    transport.abort.assert_called_once()
    transport.write.assert_not_called()
    server.joined.assert_not_called()
    assert f"refused a connection of user {uid}" in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
async def test_a_real_other_user_is_refused_even_where_the_socket_is_open_to_all(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    path = host.paths.socket("one")
    folder, fd = path.parent, os.open(path.parent, os.O_PATH)
    path.chmod(0o666)
    folder.chmod(0o711)
    other = (
        "import os, socket, sys; os.setgid(65534); os.setuid(65534); s = socket.socket(socket.AF_UNIX);"
        "s.connect(f'/proc/self/fd/{sys.argv[1]}/{sys.argv[2]}'); s.settimeout(10); sys.exit(bool(s.recv(1)))"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", other, str(fd), path.name, pass_fds=[fd], stderr=asyncio.subprocess.PIPE
    )
    _, said = await child.communicate()
    os.close(fd)
    # It ends with nothing read: cut off, not answered.
    assert child.returncode == 0 or b"ConnectionResetError" in said


async def test_status_is_pushed_when_it_changes(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    client = await host.connect()
    assert await client.do(Kill()) == ""
    await client.gets(m.StatusChanged, lambda s: s.status.lifecycle is Lifecycle.STOPPING)
    await client.gets(m.StatusChanged, lambda s: s.status.lifecycle is Lifecycle.KILLED)
    await client.gets(m.Bye)
    await until(lambda: client.closed)


async def test_events_so_far_then_live_ones_without_gap_or_double(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    first = await host.connect()
    await first.shows("ready")
    for _ in range(3):
        before = host.status.runs
        assert await first.do(Restart()) == ""
        await until(lambda before=before: host.status.runs > before and host.status.pid)
    client = await host.connect()
    client.send(m.Subscribe(events_after=0))
    await client.gets(m.Events)
    assert await client.do(Kill()) == ""
    await client.gets(m.Bye)
    seqs = [event.seq for event in client.events() if event.seq]
    assert seqs == list(range(1, len(host.events()) + 1))


async def test_events_after_a_number_and_none_without_subscription(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    silent, later = await host.connect(), await host.connect()
    last = host.events()[-1].seq
    later.send(m.Subscribe(events_after=last - 1))
    await later.gets(m.Events)
    assert await later.do(Kill()) == ""
    await later.gets(m.Bye)
    await silent.gets(m.Bye)
    assert next(event.seq for event in later.events() if event.seq) == last
    assert silent.all(m.Events) == []


async def test_a_complete_frame_first_then_only_what_changed(hosted: Make) -> None:
    host = await hosted().write(argv("echo"), rows=10, cols=40).start()
    client = await host.connect()
    await client.shows("ready")
    client.send(m.Subscribe(screen=True))
    first = await client.gets(Frame)
    assert first.complete
    assert first.size == WinSize(10, 40)
    client.send(m.Paste("size\n"))
    await until(lambda: any("size 10x40" in row for row in client.picture()))
    others = [frame for frame in client.all(Frame) if not frame.complete]
    assert others
    assert all(len(frame.lines) < 10 for frame in others)
    assert client.picture() == await client.text()


async def test_keys_mouse_paste_focus_reach_the_child_in_its_modes(hosted: Make) -> None:
    script = "stty raw -echo; printf '\\033[?2004h\\033[?1004h\\033[?1000h\\033[?1006hmodes'; exec cat -v"
    host = await hosted().write(["sh", "-c", script], rows=10, cols=80).start()
    client = await host.connect()
    await client.shows("modes")
    client.send(m.Focus(True))
    client.send(m.Key("up"))
    client.send(m.Key("é", "é"))
    client.send(m.Key("ctrl+c"))
    client.send(m.Mouse("press", 1, 4, 2))
    client.send(m.Paste("a\x1bb", first=True, last=False))
    client.send(m.Paste("c", first=False, last=True))
    await client.shows("^[[I^[[AM-CM-)^C^[[<0;5;3M^[[200~abc^[[201~")


async def test_a_drag_of_sizes_ends_at_the_last_one(hosted: Make) -> None:
    host = await hosted().write(argv("echo"), rows=10, cols=40).start()
    client = await host.connect()
    await client.shows("ready")
    client.send(m.Subscribe(screen=True))
    for cols in range(41, 100):
        client.send(m.Resize(WinSize(20, cols)))
    await client.shows("size 20x99")
    assert len([line for line in await client.text() if "size" in line]) == 1
    assert client.all(Frame)[-1].size == WinSize(20, 99)
    client.send(m.Resize(WinSize(0, -5)))
    await until(lambda: client.all(Frame)[-1].size == WinSize(1, 2))


async def test_history_is_pulled(hosted: Make) -> None:
    host = await hosted().write(["sh", "-c", "seq 100; exec sleep 100"], rows=10).start()
    client = await host.connect()
    await client.shows("100")
    client.send(m.GetHistory(77, 0, 5))
    reply = await client.gets(m.HistoryReply, lambda reply: reply.id == 77)
    assert [line[0].text for line in reply.history.lines] == ["1", "2", "3", "4", "5"]
    client.send(m.GetHistory(78, -5, 1_000_000_000))
    reply = await client.gets(m.HistoryReply, lambda reply: reply.id == 78)
    assert len(reply.history.lines) == reply.history.history == 91


async def test_a_prompt_is_typed(hosted: Make) -> None:
    host = await hosted().write(argv("echo")).start()
    client = await host.connect()
    await client.shows("ready")
    assert await client.do(Prompt(text="do it")) == ""
    await client.shows("got b'do it\\n'")


async def test_a_command_that_cannot_be_done_is_refused_in_a_sentence(hosted: Make) -> None:
    host = await hosted().write(argv("silent")).start()
    client = await host.connect()
    assert await client.do(Continue()) == "one is not paused."


async def test_a_client_that_does_not_read_neither_holds_up_others_nor_grows_the_host(hosted: Make) -> None:
    host = await hosted().write(argv("floods", "100000", "x" * 60), rows=50, cols=200).start()
    stuck = socket.socket(socket.AF_UNIX)
    stuck.connect(str(host.paths.socket("one")))
    stuck.sendall(encode(m.Hello(m.PROTOCOL, "stuck")) + encode(m.Subscribe(screen=True, events_after=0)))
    client = await host.connect()
    client.send(m.Subscribe(screen=True, fps=60))
    await until(lambda: len(client.all(Frame)) > 60)
    assert rss_kib(host.pid) < 60 * 1024
    assert await client.do(Kill()) == ""
    await client.gets(m.Bye)
    stuck.close()


def rss_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def test_a_held_back_screen_is_shown_whole_or_after_a_moment(hosted: Make) -> None:
    script = "stty -echo; printf ready; read x; printf '\\033[?2026hheld'; read x; printf ' back\\033[?2026l'; sleep 100"
    host = await hosted().write(["sh", "-c", script], rows=5, cols=40).start()
    client = await host.connect()
    await client.shows("ready")
    client.send(m.Subscribe(screen=True))
    await client.gets(Frame)
    began = time.monotonic()
    client.send(m.Key("enter"))
    await until(lambda: "readyheld" in client.picture())
    assert time.monotonic() - began >= 0.1
    client.send(m.Key("enter"))
    await until(lambda: "readyheld back" in client.picture())


async def test_a_stream_agent_has_no_screen_but_its_log_as_text(hosted: Make) -> None:
    host = await hosted().write(argv("silent"), Mode.STREAM).start()
    client = await host.connect()
    client.send(m.Subscribe(screen=True, events_after=0))
    await client.gets(m.Events)
    client.send(m.Key("a", "a"))
    client.send(m.Resize(WinSize(10, 10)))
    assert await client.text() == []
    assert await client.do(Kill()) == ""
    await client.gets(m.Bye)
    assert client.all(Frame) == []
    assert client.facts(f.RunExited)


async def test_many_clients_come_and_go(hosted: Make) -> None:
    host = await hosted().write(argv("chatty", "1000000")).start()
    for _ in range(20):
        client = await Client().open(host.paths.socket("one"))
        client.send(m.Subscribe(screen=True, events_after=0))
        client.writer.transport.abort()
        await until(lambda client=client: client.closed)
    await (await host.connect()).gets(m.Welcome)
    assert await asyncio.to_thread(rss_kib, host.pid) < 60 * 1024
