"""Another name for an agent, running or over. Everything else knows agents by id, so nothing else has to change."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping

import msgspec

from tui.client.launch import names_taken
from tui.client.view import AgentView
from tui.core.errors import DecodeError, SpecError, StoreError
from tui.core.renaming import renamed_spec
from tui.system import ledgerfile, store
from tui.system.configchecks import NAME_MAX, valid_name
from tui.system.paths import Paths


def judge_name(paths: Paths, agent_id: str, name: str) -> None:
    """Judge whether an agent can be called so. Blocks: call it on a thread.

    Raises:
        SpecError: It cannot; the sentence says why.
        StoreError: The agent's settings cannot be read.
        DecodeError: They make no sense.
    """
    if not valid_name(name):
        raise SpecError(
            f"{name[:60]!r} cannot be a name.",
            f"A name has 1 to {NAME_MAX} printable characters, no - first.",
        )
    own = store.read_spec(paths.agent(agent_id)).name
    if name in names_taken(paths) - {own}:
        raise SpecError(f"There is an agent called {name!r} already.", "Take another name.")


def rename_files(paths: Paths, agent_id: str, name: str) -> None:
    """Give an agent that has no host another name. Blocks: call it on a thread.

    Raises:
        StoreError: A file cannot be read or written.
        DecodeError: One makes no sense.
    """
    folder = paths.agent(agent_id)
    status = store.read_status(folder)
    store.write_spec(folder, renamed_spec(store.read_spec(folder), name))
    if status is not None:
        store.write_status(folder, msgspec.structs.replace(status, name=name))
    ledger = ledgerfile.read_ledger(paths.state, agent_id)
    if ledger is not None:
        with contextlib.suppress(StoreError):  # a name in a sum is no reason to refuse
            ledgerfile.write_ledger(paths.state, msgspec.structs.replace(ledger, name=name))


def by_config_name(paths: Paths, views: Iterable[AgentView]) -> Mapping[str, AgentView]:
    """Return agents by the name that a config knows them by: the present one, or the first of one that was renamed."""
    views = list(views)
    found = {}
    for view in views:
        with contextlib.suppress(StoreError, DecodeError):
            first = store.read_spec(paths.agent(view.id)).first_name
            if first:
                found[first] = view
    return {**found, **{view.name: view for view in views}}
