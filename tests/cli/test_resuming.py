"""Which agents `resume --all` takes, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Cli
from tui.cli.steering import _chosen
from tui.client.view import AgentView, Contact
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.core.status import Exit, Status


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


@pytest.mark.parametrize(
    "changes",
    [
        {"lifecycle": Lifecycle.KILLED, "exit": Exit(reason="killed by you", by="user")},
        {"lifecycle": Lifecycle.EXITED, "exit": Exit(code=0)},
        {"session_id": ""},
    ],
)
def test_what_the_user_ended_what_is_done_and_what_has_no_session_stays(changes: dict[str, Any]) -> None:
    assert taken(view("a", 1.0, **changes)) == []
