"""Who ended an agent, where two want it at the same time."""

from __future__ import annotations

from tests.core.driving import Driver, spec
from tui.core import commands as c
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.cutoff import SHUTDOWN, is_cut_off


def ended_by(*commands: c.AnyCommand) -> Driver:
    one = Driver(spec()).start()
    for command in commands:
        one.ask(command)
    one.hear(f.RunExited(code=None, signal=15, reason="signal SIGTERM"), source=Source.HOST)
    return one


def test_a_shutdown_during_a_users_kill_leaves_it_the_users() -> None:
    one = ended_by(c.Kill(by="user"), c.Kill(by=SHUTDOWN))
    assert one.status.exit.by == "user"
    assert not is_cut_off(one.status)


def test_a_shutdown_during_a_restart_or_a_resume_is_a_shutdown() -> None:
    for command in (c.Restart(), c.Resume()):
        one = Driver(spec()).start()
        one.hear(f.SessionStarted(session_id="s-1"))
        one.ask(command)
        one.ask(c.Kill(by=SHUTDOWN))
        one.hear(f.RunExited(code=None, signal=15, reason="signal SIGTERM"), source=Source.HOST)
        assert is_cut_off(one.status)


def test_a_users_kill_during_a_shutdown_is_the_users() -> None:
    assert ended_by(c.Kill(by=SHUTDOWN), c.Kill(by="user")).status.exit.by == "user"
