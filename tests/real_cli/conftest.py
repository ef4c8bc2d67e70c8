"""A fake provider per test, and sandboxes for the CLIs that talk to it. A CLI that cannot be installed is skipped, aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.model_server import ModelServer
from tests.real_cli.environment import Sandbox, make_sandbox
from tests.real_cli.install import InstallError


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[ModelServer]:
    """A fake provider with an empty bill."""
    with ModelServer(log=tmp_path / "bill.jsonl") as server:
        yield server


@pytest.fixture
def sandbox(provider: ModelServer, tmp_path: Path) -> Iterator[Callable[[str], Sandbox]]:
    """Makes the sandbox of a CLI, by its name; nothing that was started in it survives the test."""
    made: list[Sandbox] = []

    def make(name: str) -> Sandbox:
        try:
            made.append(make_sandbox(name, tmp_path / name, provider.url))
        except InstallError as failure:
            pytest.skip(f"{name} could not be installed: {failure}")
        return made[-1]

    yield make
    for one in made:
        one.end_leftovers()
