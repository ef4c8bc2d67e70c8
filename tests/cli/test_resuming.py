"""Which agents `resume --all` takes, and in which order."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.cli.conftest import Cli
from tui.cli.steering import _chosen
from tui.client.folders import read_view
from tui.client.view import AgentView, Contact
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.agent import new_agent
from tui.core.clock import Now
from tui.core.facts import Event
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Exit, Status
from tui.system import store
from tui.system.eventlog import EventLog
from tui.system.paths import Paths, ensure


def view(name: str, at: float, contact: Contact = Contact.OVER, **changes: Any) -> AgentView:
    values: dict[str, Any] = {"session_id": "s", "lifecycle": Lifecycle.LOST, "last_byte": Now(1.0, at)}
    known = {"id": name, "name": name, "runtime": "claude-code", "mode": Mode.STREAM, "cwd": "/"}
    return AgentView(Status(**(known | values | changes)), contact)


def taken(*views: AgentView) -> list[str]:
    return [each.name for each in _chosen(views, (), True, "lost")]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("resume", "There is nothing to resume: no agent was ended by a crash or a shutdown.\n"),
        ("kill", "No agent runs.\n"),
        ("interrupt", "No agent runs.\n"),
    ],
)
def test_all_of_none_is_said(cli: Cli, command: str, said: str) -> None:
    assert cli(command, "--all") == (0, said, "")


def test_the_one_that_was_active_last_goes_first() -> None:
    assert taken(view("old", 10.0), view("new", 30.0), view("middle", 20.0)) == ["new", "middle", "old"]


def test_what_a_shutdown_ended_comes_back() -> None:
    ended = {"lifecycle": Lifecycle.KILLED}
    assert taken(view("a", 1.0, **ended, exit=Exit(reason="killed by shutdown", by="shutdown"))) == ["a"]


def test_a_host_that_is_found_dead_comes_back() -> None:
    assert taken(view("a", 1.0, Contact.LOST, lifecycle=Lifecycle.RUNNING)) == ["a"]


def ended(lifecycle: Lifecycle, **how: Any) -> dict[str, Any]:
    return {"lifecycle": lifecycle, "exit": Exit(**how)}


ENDS = {
    "shutdown": (ended(Lifecycle.KILLED, reason="killed by shutdown", by="shutdown"), True),
    "shutdown, with a run still to come": (
        ended(Lifecycle.KILLED, reason="not started", by="shutdown"),
        True,
    ),
    "lost with its host": ({"lifecycle": Lifecycle.LOST}, True),
    "its process killed before its host": (ended(Lifecycle.FAILED, signal=9), True),
    "out of memory, told as an exit code": (ended(Lifecycle.FAILED, code=137), True),
    "ended by SIGTERM, which it caught": (ended(Lifecycle.FAILED, code=143), True),
    "crashed": (ended(Lifecycle.FAILED, signal=11), True),
    "ctrl+c": (ended(Lifecycle.FAILED, signal=2), False),
    "its own failure": (ended(Lifecycle.FAILED, code=1), False),
    "killed by its user": (ended(Lifecycle.KILLED, signal=9, reason="killed by you", by="user"), False),
    "killed by the ladder": (ended(Lifecycle.KILLED, signal=15, by="inactivity"), False),
    "killed for its budget": (ended(Lifecycle.KILLED, signal=15, by="budget"), False),
    "done": (ended(Lifecycle.EXITED, code=0), False),
    "interrupted": (ended(Lifecycle.EXITED, signal=2), False),
    "could not start": (ended(Lifecycle.FAILED), False),
    "no session": ({"lifecycle": Lifecycle.LOST, "session_id": ""}, False),
}


@pytest.mark.parametrize(("changes", "comes_back"), ENDS.values(), ids=ENDS)
def test_who_comes_back_after_which_end(changes: dict[str, Any], comes_back: bool) -> None:
    assert taken(view("a", 1.0, **changes)) == (["a"] if comes_back else [])


def test_one_that_was_cut_off_and_has_no_session_is_named(cli: Cli, paths: Paths) -> None:
    spec = AgentSpec(id="build", name="build", runtime="command", mode=Mode.INTERACTIVE, cwd="/")
    folder = paths.agent("build")
    folder.mkdir(parents=True)
    store.write_spec(folder, spec)
    status = msgspec.structs.replace(new_agent(spec).status, lifecycle=Lifecycle.LOST, runs=1)
    store.write_status(folder, status)
    code, out, _ = cli("resume", "--all")
    assert code == 0
    assert "build: has no session; agent-tui restart build begins anew" in out


@pytest.mark.parametrize("torn", ["", "{torn", "\0\0\0\0"])
def test_one_whose_status_a_power_cut_tore_has_its_session_from_its_log(paths: Paths, torn: str) -> None:
    ensure(paths)
    folder = paths.agent("api")
    folder.mkdir(parents=True)
    store.write_spec(
        folder, AgentSpec(id="api", name="api", runtime="claude-code", mode=Mode.STREAM, cwd="/")
    )
    log = EventLog(folder)
    facts = (f.RunStarted(pid=1, kind=f.RunKind.START), f.SessionStarted(session_id="s-1"))
    log.append(
        [Event(seq=n, at=1.0 + n, run=1, source=Source.STREAM, fact=fact) for n, fact in enumerate(facts, 1)]
    )
    log.close()
    (folder / store.STATUS).write_text(torn)
    found = read_view(paths, "api", Now(1.0, 1.0))
    assert found is not None
    assert found.damaged
    assert found.status.session_id == "s-1"
    assert taken(found) == ["api"]
