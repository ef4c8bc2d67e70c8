"""Faults by signal: processes killed with SIGKILL, stopped for a while, made to flood."""

from __future__ import annotations

import os
import random
import signal
import time

from benchmarks.faults import holds
from benchmarks.faults.dashboard import Dashboard
from benchmarks.faults.striking import (
    NothingToStrikeError,
    Struck,
    any_running,
    crash,
    kill,
    lives,
    until,
)
from benchmarks.faults.world import World
from tui.system import procfs

# -- kill -9 -----------------------------------------------------------------------------------------------------------


def kill_host(world: World, rng: random.Random) -> Struck:
    """The host of an agent."""
    each = any_running(world, rng)
    crash(world, each)
    return Struck(each.id, f"kill -9 of the host of {each.id}")


def kill_guardian(world: World, rng: random.Random) -> Struck:
    """The process above a host: nothing of the agent may notice."""
    each = any_running(world, rng)
    stat = procfs.stat(world.host(each.id))
    if stat is None or stat.parent == os.getpid():
        raise NothingToStrikeError
    kill(stat.parent)
    return Struck(each.id, f"kill -9 of the guardian of {each.id}")


def kill_both(world: World, rng: random.Random) -> Struck:
    """A host and its guardian at once: nobody is left to clear up but the next client."""
    each = any_running(world, rng)
    crash(world, each, guardian=True)
    return Struck(each.id, f"kill -9 of host and guardian of {each.id}")


def kill_child(world: World, rng: random.Random) -> Struck:
    """The agent's own program."""
    each = any_running(world, rng)
    each.child_killed = True
    kill(each.told["pid"])
    return Struck(each.id, f"kill -9 of the program of {each.id}")


def kill_family(world: World, rng: random.Random) -> Struck:
    """What the program left in other sessions."""
    each = any_running(world, rng, "flees")
    for pid in each.told["family"]:
        kill(pid)
    return Struck(each.id, f"kill -9 of the children of {each.id}")


def kill_several(world: World, rng: random.Random) -> Struck:
    """A third of all hosts at once, some with their guardians, and a dashboard with them."""
    chosen = rng.sample(world.running(), max(1, len(world.running()) // 3))
    if not chosen:
        raise NothingToStrikeError
    for each in chosen:
        crash(world, each, guardian=rng.random() < 0.5, wait=False)
    if world.dashboards:
        dashboard = rng.choice(world.dashboards)
        kill(dashboard.drawing())
        world.drop(dashboard)
    return Struck(chosen[0].id, f"kill -9 of the hosts of {', '.join(each.id for each in chosen)}")


def kill_by_command(world: World, rng: random.Random) -> Struck:
    """`agent-tui kill`, while the host is stopped: it has to be ended all the same."""
    each = any_running(world, rng)
    stopped = rng.random() < 0.5
    if stopped:
        kill(world.host(each.id), signal.SIGSTOP)
    each.asked_to_end = True
    done = world.call("kill", each.id)
    wrong = (f"kill says {done.stderr.strip()}",) if done.returncode else ()
    return Struck(each.id, f"agent-tui kill {each.id}, its host {'stopped' if stopped else 'well'}", wrong)


# -- dashboards --------------------------------------------------------------------------------------------------------


def _any_dashboard(world: World, rng: random.Random) -> Dashboard:
    if not world.dashboards:
        raise NothingToStrikeError
    return rng.choice(world.dashboards)


def kill_dashboard(world: World, rng: random.Random) -> Struck:
    """Its waiting process, its drawing one, or both."""
    each, what = _any_dashboard(world, rng), rng.choice(("waiting", "drawing", "both"))
    drawing = each.drawing()
    if what in ("waiting", "both"):
        kill(each.process.pid)
    if what in ("drawing", "both"):
        kill(drawing)
    gone = until(lambda: not lives(drawing), 10)
    world.drop(each)
    wrong = () if gone else ("a dashboard goes on drawing without its waiting process",)
    return Struck(any_running(world, rng).id, f"kill -9 of a dashboard ({what})", wrong)


def hang_up_dashboard(world: World, rng: random.Random) -> Struck:
    """Its terminal goes away."""
    each = _any_dashboard(world, rng)
    drawing = each.drawing()
    each.hang_up()
    until(lambda: not lives(drawing), 10)
    world.drop(each)
    wrong = ("a dashboard without a terminal goes on",) if lives(drawing) else ()
    return Struck(any_running(world, rng).id, "the terminal of a dashboard vanished", wrong)


def stop_dashboard(world: World, rng: random.Random) -> Struck:
    """It stands still while its agents go on, then gets all at once."""
    each = _any_dashboard(world, rng)
    pid = each.drawing()
    kill(pid, signal.SIGSTOP)
    world.pause(rng, 0.5, 3.0)
    kill(pid, signal.SIGCONT)
    # Its waiting process sleeps along with it, as under a shell, and is woken as by one.
    kill(each.process.pid, signal.SIGCONT)
    return Struck(any_running(world, rng).id, "SIGSTOP and SIGCONT of a dashboard")


# -- stopped, flooded, slow --------------------------------------------------------------------------------------------


def stop_host(world: World, rng: random.Random) -> Struck:
    """A host stands still, and the dashboards have to answer meanwhile."""
    each = any_running(world, rng)
    host = world.host(each.id)
    kill(host, signal.SIGSTOP)
    wrong = holds.dashboards(world)
    world.pause(rng, 0.2, 2.0)
    kill(host, signal.SIGCONT)
    return Struck(each.id, f"SIGSTOP and SIGCONT of the host of {each.id}", tuple(wrong))


def stop_child(world: World, rng: random.Random) -> Struck:
    """An agent's program stands still."""
    each = any_running(world, rng)
    kill(each.told["pid"], signal.SIGSTOP)
    world.pause(rng, 0.2, 2.0)
    kill(each.told["pid"], signal.SIGCONT)
    return Struck(each.id, f"SIGSTOP and SIGCONT of the program of {each.id}")


def flood(world: World, rng: random.Random) -> Struck:
    """Agents print megabytes at once."""
    chosen = [any_running(world, rng) for _ in range(2)]
    for each in chosen:
        kill(each.told["pid"], signal.SIGUSR1)
    time.sleep(0.5)
    return Struck(chosen[0].id, f"floods from {', '.join({each.id for each in chosen})}")
