"""Another name for an agent: its id, sessions and files stay. Pure."""

from __future__ import annotations

import msgspec

from tui.core.agent import Agent
from tui.core.spec import AgentSpec


def renamed_spec(spec: AgentSpec, name: str) -> AgentSpec:
    """Return an agent's settings under another name; the first one is kept, since a config may know it by that."""
    first = spec.first_name or spec.name
    return msgspec.structs.replace(spec, name=name, first_name="" if first == name else first)


def renamed(agent: Agent, name: str) -> Agent:
    """Return an agent under another name."""
    status = msgspec.structs.replace(agent.status, name=name)
    return msgspec.structs.replace(agent, spec=renamed_spec(agent.spec, name), status=status)
