"""What a host relies on goes away: its socket, its folder, whoever it lives for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.hosting import Hosted
from tests.waiting import until
from tui.core.lifecycle import Lifecycle
from tui.host.upkeep import OWNER, Upkeep, owned_by, owner

Make = Callable[..., Hosted]
COMMAND = ["sh", "-c", "sleep 1000 & wait"]


def answers(path: Path) -> bool:
    """A socket is there before it listens."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


async def test_a_removed_socket_is_made_again_and_who_is_connected_stays(hosted: Make) -> None:
    host = await hosted().write(COMMAND).start()
    first = await host.connect()
    host.paths.socket(host.id).unlink()
    await until(lambda: answers(host.paths.socket(host.id)))
    assert host.paths.socket(host.id).stat().st_mode & 0o777 == 0o600
    second = await host.connect()
    assert not first.closed
    assert await second.text() == await first.text()


async def test_an_agent_whose_folder_was_removed_is_ended(hosted: Make) -> None:
    host = await hosted().write(COMMAND).start()
    await host.becomes(Lifecycle.RUNNING)
    assert host.processes()
    shutil.rmtree(host.folder)
    assert host.guardian is not None
    await until(lambda: not host.processes())
    assert await host.guardian.wait() == 0
    assert not host.folder.exists()


async def test_an_agent_whose_folder_could_not_be_removed_as_a_whole_is_ended(hosted: Make) -> None:
    """As `rm -rf` leaves it where the host writes a file between its last look and the end."""
    host = await hosted().write(COMMAND).start()
    await host.becomes(Lifecycle.RUNNING)
    (host.folder / "spec.json").unlink()
    assert host.guardian is not None
    await until(lambda: not host.processes())
    assert await host.guardian.wait() == 0


def test_what_cannot_be_looked_into_is_not_known_to_be_gone(tmp_path: Path) -> None:
    path = tmp_path / "no folder"
    path.touch()
    upkeep = Upkeep(path, path, {}, listen=lambda: None, end=lambda by: None)
    assert not upkeep._is_removed()


async def test_an_agent_ends_with_its_owner(hosted: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as lives_for:
        monkeypatch.setenv(OWNER, owned_by(lives_for.pid)[OWNER])
        host = await hosted().write(COMMAND).start()
        await host.becomes(Lifecycle.RUNNING)
        lives_for.kill()
    status = await host.is_over()
    assert status.exit is not None
    assert status.exit.reason == "killed by demo, none left"
    assert host.processes() == []


def test_without_an_owner_it_lives_for_nobody() -> None:
    assert owner({}) is None
    assert owner({OWNER: "nonsense"}) is None
    found = owner(owned_by(os.getpid()))
    assert found is not None
    assert found.pid == os.getpid()
