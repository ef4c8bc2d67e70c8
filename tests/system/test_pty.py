"""Children under a pseudo-terminal: bytes in both directions, refusals in words."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agents import argv
from tests.waiting import until
from tui.core.errors import SpawnError
from tui.protocol.screen import WinSize
from tui.system.pty import WRITE_MAX, PtyChild, spawn

SIZE = WinSize(24, 80)


class Session:
    """A child, what it printed and whether it ended."""

    def __init__(self, child: PtyChild) -> None:
        self.child = child
        self.data = b""
        self.slices: list[int] = []
        self.ended = 0

    def start(self) -> Session:
        self.child.start(self._took, self._end)
        return self

    def _took(self, data: bytes) -> None:
        self.data += data
        self.slices.append(len(data))

    def _end(self) -> None:
        self.ended += 1


@pytest.fixture
def sessions() -> Iterator[list[Session]]:
    made: list[Session] = []
    yield made
    for session in made:
        session.child.close()
        os.kill(session.child.pid, signal.SIGKILL)
        os.waitpid(session.child.pid, 0)


def begin(
    sessions: list[Session], *command: str, raw: bool = False, piped: bool = False, cwd: str = "/", **env: str
) -> Session:
    child = spawn(command, env={"PATH": os.defpath, **env}, cwd=cwd, size=SIZE, raw=raw, piped=piped)
    session = Session(child)
    sessions.append(session)
    return session.start()


async def test_output_then_end(sessions: list[Session]) -> None:
    s = begin(sessions, "sh", "-c", "echo hello; pwd; echo $PWD; echo $MARK", cwd="/usr", MARK="7")
    await until(lambda: s.ended)
    assert s.data == b"hello\r\n/usr\r\n/usr\r\n7\r\n"
    assert s.ended == 1


async def test_raw_passes_bytes_as_they_are_without_echo(sessions: list[Session]) -> None:
    s = begin(sessions, *argv("echo"), raw=True)
    await until(lambda: b"ready\n" in s.data)
    assert s.child.write(b"\x03\r\xff")
    await until(lambda: b"got " in s.data)
    assert s.data == b"ready\ngot b'\\x03\\r\\xff'\n"


async def test_size_and_resize(sessions: list[Session]) -> None:
    s = begin(sessions, *argv("echo"))
    await until(lambda: b"ready" in s.data)
    s.child.write(b"size\n")
    await until(lambda: b"size 24x80" in s.data)
    s.child.resize(WinSize(50, 132))
    await until(lambda: b"size 50x132" in s.data)
    s.child.resize(WinSize(0, 0))
    await until(lambda: b"size 1x1" in s.data)


async def test_a_large_paste_arrives_whole_and_in_order(sessions: list[Session]) -> None:
    s = begin(sessions, "sh", "-c", "stty -echo -icanon; echo ready; head -c 1000000 | cksum")
    await until(lambda: b"ready" in s.data)
    text = b"".join(b"%06d\n" % i for i in range(142_857)) + b"1"
    assert s.child.write(text)
    await until(lambda: s.ended)
    expected = await asyncio.create_subprocess_exec("cksum", stdin=-1, stdout=-1)
    assert (await expected.communicate(text))[0].split() == s.data.split()[-2:]
    assert s.child.unwritten_bytes == 0


async def test_a_child_that_does_not_read_never_blocks_us(sessions: list[Session]) -> None:
    s = begin(sessions, *argv("silent"), raw=True)
    await until(lambda: b"ready" in s.data)
    block = b"x" * (WRITE_MAX // 4)
    taken = sum(s.child.write(block) for _ in range(10))
    assert 3 <= taken <= 5
    assert s.child.unwritten_bytes <= WRITE_MAX
    s.child.close()
    assert not s.child.write(b"x")


async def test_a_piped_input_passes_whole_and_ends(sessions: list[Session]) -> None:
    s = begin(sessions, "sh", "-c", "test -t 1 && cksum; echo over", raw=True, piped=True)
    text = b"\x03\x04" + bytes(range(256)) * 4096
    assert s.child.write(text)
    s.child.end_input()
    assert not s.child.write(b"too late")
    await until(lambda: s.ended)
    expected = await asyncio.create_subprocess_exec("cksum", stdin=-1, stdout=-1)
    size_and_sum = (await expected.communicate(text))[0].split()
    assert s.data.split() == [*size_and_sum, b"over"]
    s.child.end_input()


async def test_the_end_of_the_input_waits_for_what_is_to_be_written(sessions: list[Session]) -> None:
    s = begin(sessions, "sh", "-c", "read go < /dev/tty; wc -c", piped=True)
    assert s.child.write(b"x" * 1_000_000)
    s.child.end_input()
    assert s.child.unwritten_bytes
    os.write(s.child._fd, b"\n")
    await until(lambda: s.ended)
    assert s.data.split()[-1] == b"1000000"


async def test_a_terminal_has_no_input_that_could_be_closed(sessions: list[Session]) -> None:
    s = begin(sessions, *argv("echo"))
    await until(lambda: b"ready" in s.data)
    s.child.end_input()
    assert s.child.write(b"size\n")
    await until(lambda: b"size 24x80" in s.data)


async def test_a_child_with_a_closed_pipe_takes_nothing_and_harms_nobody(sessions: list[Session]) -> None:
    s = begin(sessions, "sh", "-c", "exec 0<&-; echo closed; read go < /dev/tty", piped=True)
    await until(lambda: b"closed" in s.data)
    s.child.write(b"hello\n")
    assert s.child.unwritten_bytes == 0
    assert not s.ended
    s.child.end_input()


async def test_pausing_stops_the_flow(sessions: list[Session]) -> None:
    s = begin(sessions, *argv("floods", "2"))
    await until(lambda: s.data)
    s.child.pause()
    before = len(s.data)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(s.data) == before
    s.child.resume()
    await until(lambda: s.ended)
    assert s.data.endswith(b"END\r\n")
    assert s.data.count(b"y") == 1_000_000
    assert max(s.slices) <= 65536


async def test_signals_are_not_inherited_as_ignored(sessions: list[Session]) -> None:
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        s = begin(sessions, "sh", "-c", "kill -HUP $$; echo survived HUP")
        await until(lambda: s.ended)
        # A writer to a closed pipe must be told by SIGPIPE, which Python ignores for itself.
        t = begin(sessions, "sh", "-c", "(sleep 0.1; echo x; echo survived PIPE >&2) | true; sleep 0.3")
        await until(lambda: t.ended)
    finally:
        signal.signal(signal.SIGHUP, old)
    assert b"survived" not in s.data + t.data


def refusal(*command: str, cwd: str = "/", env: dict[str, str] | None = None) -> str:
    with pytest.raises(SpawnError) as caught:
        spawn(command, env={"PATH": os.defpath, **(env or {})}, cwd=cwd, size=SIZE)
    return caught.value.sentence


async def test_what_cannot_start_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert refusal("sh", cwd=str(tmp_path / "x")) == "Cannot start: the folder ~/x does not exist."
    (tmp_path / "file").write_text("")
    assert refusal("sh", cwd=str(tmp_path / "file")) == "Cannot start: ~/file is not a folder."
    assert refusal("no-such-cli") == "Cannot start: no-such-cli is not on PATH."
    assert refusal(str(tmp_path / "no")) == "Cannot start: ~/no does not exist."
    assert refusal("./file", cwd=str(tmp_path)) == "Cannot start: ~/file is not executable."
    assert refusal(str(tmp_path)) == "Cannot start: ~ is a folder, not a program."
    assert refusal() == "Cannot start: no command was given."
    assert refusal("") == "Cannot start: no command was given."


async def test_what_fails_in_exec_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    assert refusal(str(script)) == "Cannot start: ~/script names an interpreter that does not exist."
    script.write_bytes(b"\x00\x01\x02")
    assert refusal(str(script)) == "Cannot start ~/script: it is not a program this machine can run."
    assert refusal("sh", "-c", "x" * 3_000_000).endswith("/sh: the arguments are too long.")


async def test_what_could_fail_in_the_forked_child_is_refused_before() -> None:
    sentence = "Cannot start: a setting holds a character that no program can be given."
    assert refusal("sh", "a\0b") == sentence
    assert refusal("sh", env={"A": "\ud800"}) == sentence
    assert refusal("sh", env={"A=B": "1"}).startswith("Cannot start: the environment")
