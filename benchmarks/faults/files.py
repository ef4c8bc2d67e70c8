"""Faults of files: torn, junk, gone, not ours to write, on a full disk; and of what else a host relies on."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.faults import holds
from benchmarks.faults.striking import (
    NothingToStrikeError,
    Struck,
    any_finished,
    any_running,
    crash,
    kill,
    until,
)
from benchmarks.faults.world import Known, World
from tui.core.spec import Mode
from tui.protocol.framing import encode
from tui.protocol.messages import PROTOCOL, Hello, Subscribe

HOST_BYTES: Final = 150_000_000
"""A host that holds more keeps what nobody reads."""
JUMPS: Final = ("+3600", "-3600", "+31536000", "-31536000")
AGAIN_S: Final = 15.0


def _begin_again(world: World, each: Known) -> tuple[str, ...]:
    """Restart an agent that is over; return what is wrong."""
    said = each.told["said"]
    done = world.call("restart", each.id)
    if done.returncode:
        return (f"restart of {each.id} says {done.stderr.strip()}",)
    each.host_killed = each.child_killed = each.damaged = False
    each.gaps = True  # the program counts on from what it knows that it said
    # It may have finished again before the command returned.
    if not until(lambda: each.told["said"] > said, AGAIN_S):
        return (f"{each.id} did not begin again",)
    return ()


def _tear(path: Path, rng: random.Random) -> int:
    size = path.stat().st_size if path.exists() else 0
    cut = min(size, rng.randint(1, 150))
    if not cut:
        raise NothingToStrikeError
    os.truncate(path, size - cut)
    return cut


def _torn(world: World, rng: random.Random, mode: Mode, name: str) -> Struck:
    each = any_running(world, rng, mode=mode)
    path = world.paths.agent(each.id) / name
    if not path.exists():
        raise NothingToStrikeError
    crash(world, each, guardian=True)
    cut = _tear(path, rng)
    each.seen = set(holds.numbers(world, each)[0])
    each.gaps = True
    wrong = tuple(holds.settle(world)) or _begin_again(world, each)
    return Struck(each.id, f"host of {each.id} killed, {cut} bytes torn off {name}, restarted", wrong)


def torn_events(world: World, rng: random.Random) -> Struck:
    """A crash that leaves half a line of the event log; the next run goes on behind it."""
    return _torn(world, rng, Mode.STREAM, "events.jsonl")


def torn_recording(world: World, rng: random.Random) -> Struck:
    """The same of a recording."""
    return _torn(world, rng, Mode.INTERACTIVE, "output.cast")


def _spoil(path: Path, rng: random.Random) -> str:
    """Make a file unreadable; return how."""
    how = rng.choice(("half", "junk", "empty"))
    data = path.read_bytes()
    path.write_bytes({"half": data[: len(data) // 2], "junk": rng.randbytes(300), "empty": b""}[how])
    return how


def torn_status(world: World, rng: random.Random) -> Struck:
    """A status file spoiled under a living host, which writes it again."""
    each = any_running(world, rng)
    path = world.paths.agent(each.id) / "status.json"
    if not path.exists():
        raise NothingToStrikeError
    return Struck(each.id, f"status of {each.id}, which runs: {_spoil(path, rng)}")


def torn_status_of_one_over(world: World, rng: random.Random) -> Struck:
    """A status file that nobody writes again: listed as damaged, and begun again or removed."""
    each = any_finished(world, rng)
    how = _spoil(world.paths.agent(each.id) / "status.json", rng)
    each.damaged = True
    wrong = [*holds.states(world), *holds.commands(world, each.id)]
    wrong += _begin_again(world, each) if rng.random() < 0.5 else _remove(world, each)
    return Struck(each.id, f"status of {each.id}, which is over: {how}", tuple(wrong))


def damaged_settings(world: World, rng: random.Random) -> Struck:
    """Settings that cannot be read: listed as damaged, not begun again, and removed."""
    each = any_finished(world, rng)
    how = _spoil(world.paths.agent(each.id) / "spec.json", rng)
    if rng.random() < 0.5:
        _spoil(world.paths.agent(each.id) / "status.json", rng)
        each.damaged = True
    said = world.call("doctor").stdout
    wrong = [] if f"{each.id} is damaged" in said else [f"doctor does not say that {each.id} is damaged"]
    wrong += [*holds.states(world), *holds.commands(world, each.id)]
    again = world.call("restart", each.id)
    if again.returncode != 1 or len(again.stderr.strip().splitlines()) != 1:
        wrong.append(f"restart without settings ends with {again.returncode}: {again.stderr.strip()[:300]}")
    wrong += _remove(world, each)
    return Struck(each.id, f"settings of {each.id}: {how}", tuple(wrong))


def _remove(world: World, each: Known) -> tuple[str, ...]:
    done = world.call("rm", "-y", each.id)
    each.removed = True
    there = world.paths.agent(each.id).exists()
    return (f"rm of {each.id} says {done.stderr.strip()}",) if done.returncode or there else ()


def removed_folder(world: World, rng: random.Random) -> Struck:
    """The folder of an agent that runs is removed: nobody could find it any more, so it ends."""
    each = any_running(world, rng)
    each.removed = True
    folder = world.paths.agent(each.id)

    def is_gone() -> bool:
        shutil.rmtree(folder, ignore_errors=True)  # its host may write a file meanwhile: then again
        return not folder.exists()

    wrong = () if until(is_gone, AGAIN_S) else (f"the folder of {each.id} comes again and again",)
    return Struck(each.id, f"the folder of {each.id} removed", wrong)


def removed_sockets(world: World, rng: random.Random) -> Struck:
    """Sockets are removed, as a cleaner of temporary files does: hosts listen again."""
    each = any_running(world, rng)
    path = world.paths.socket(each.id)
    path.unlink(missing_ok=True)
    wrong = () if until(path.exists, AGAIN_S) else (f"{each.id} listens no more",)
    return Struck(each.id, f"the socket of {each.id} removed", wrong)


def no_permission(world: World, rng: random.Random) -> Struck:
    """The folder of an agent cannot be used for a while."""
    each = any_running(world, rng)
    folder = world.paths.agent(each.id)
    folder.chmod(0o000)
    each.gaps = True
    try:
        world.pause(rng, 1.0, 3.0)
        wrong = holds.commands(world, each.id)
        wrong += [] if each.id in world.rows() else [f"{each.id} is not listed without permission"]
    finally:
        folder.chmod(0o700)
    return Struck(each.id, f"no permission for the folder of {each.id}", tuple(wrong))


def full_disk(world: World, rng: random.Random) -> Struck:
    """Not a byte is free for some seconds; agents go on, and one host is killed meanwhile."""
    for other in world.agents.values():
        other.gaps = True
    filler = world.paths.state / "filler"
    fd = os.open(filler, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        for size in (1 << 20, 1 << 12):
            _write_on(fd, size)
        world.pause(rng, 1.0, 3.0)
        _write_on(fd, 1 << 12)
        each = any_running(world, rng)
        if rng.random() < 0.5:
            crash(world, each)
        wrong = [*holds.commands(world, each.id), *holds.dashboards(world)]
    finally:
        os.close(fd)
        filler.unlink()
    return Struck(each.id, f"the disk full; the host of {each.id} killed: {each.host_killed}", tuple(wrong))


def _write_on(fd: int, size: int) -> None:
    block = b"\0" * size
    try:
        while os.write(fd, block) == size:
            pass
    except OSError:
        return


def stale_socket(world: World, rng: random.Random) -> Struck:
    """A socket that a crash left, or something else of that name: the next host replaces it."""
    each = any_finished(world, rng)
    path = world.paths.socket(each.id)
    if rng.random() < 0.5:
        path.write_text("no socket")
    else:
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(path))
    wrong = [*holds.commands(world, each.id), *_begin_again(world, each)]
    return Struck(each.id, f"a stale socket of {each.id}, restarted", tuple(wrong))


def dead_lock_holder(world: World, rng: random.Random) -> Struck:
    """Whoever held an agent's lock was killed: it is free."""
    each = any_finished(world, rng)
    lock = world.paths.agent(each.id) / "host.lock"
    code = "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, 2); print(1, flush=True); time.sleep(99)"
    with subprocess.Popen([sys.executable, "-S", "-c", code, str(lock)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        kill(holder.pid)
    return Struck(each.id, f"the lock of {each.id} held by a killed process", _begin_again(world, each))


def slow_reader(world: World, rng: random.Random) -> Struck:
    """A client that wants everything and reads nothing, while the agent floods."""
    each = any_running(world, rng)
    wrong: list[str] = []
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(world.paths.socket(each.id)))
        except OSError as error:
            raise NothingToStrikeError from error
        client.sendall(
            encode(Hello(PROTOCOL, "slow reader")) + encode(Subscribe(events_after=0, screen=True))
        )
        kill(each.told["pid"], signal.SIGUSR1)
        world.pause(rng, 1.0, 3.0)
        host = world.host(each.id)
        held = _rss(host)
        if held > HOST_BYTES:
            wrong.append(f"the host of {each.id} holds {held // 1_000_000} MB for one that does not read")
        done = world.call("screen", each.id)
        if done.returncode:
            wrong.append(f"screen of {each.id} says {done.stderr.strip()}")
    return Struck(each.id, f"a client of {each.id} that does not read", tuple(wrong))


def _rss(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, IndexError):
        return 0


def clock_jump(world: World, rng: random.Random) -> Struck:
    """The wall clock jumps by an hour or a year, and back some seconds later."""
    jump = rng.choice(JUMPS)
    world.ground.clock.write_text(jump)
    try:
        world.pause(rng, 1.0, 3.0)
        each = any_running(world, rng)
        wrong = [*holds.settle(world), *holds.commands(world, each.id), *holds.dashboards(world)]
    finally:
        world.ground.clock.write_text("0")
    return Struck(each.id, f"the wall clock jumped by {jump} s and back", tuple(wrong))
