"""What is in flight between an agent and the world: a model request, tools, and what their processes use."""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.clock import Now
from tui.core.status import NEVER

TOOLS_MAX: Final = 16
BUSY_CPU_PERCENT: Final = 2.0
BUSY_IO_BYTES_S: Final = 2048.0
"""Processes that use more than one of these do something."""


class ToolRun(msgspec.Struct, frozen=True, gc=False):
    """A tool call without a result."""

    call_id: str
    name: str
    title: str
    since: Now
    output: bool = False


class Doing(msgspec.Struct, frozen=True):
    """What is in flight. Replaced, never changed."""

    request_since: Now = NEVER
    """Of the request whose answer is awaited or streams; NEVER: none is known."""
    answering: bool = False
    """A part of its answer has come."""
    tools: tuple[ToolRun, ...] = ()
    """Without a result yet, oldest first, those of sub-agents included."""
    sample: f.TreeSampled | None = None
    """What the processes of the oldest of these tools used when last measured."""
    busy_at: Now = NEVER
    """When they last used something."""


NOTHING: Final = Doing()


def followed(doing: Doing, fact: f.AnyFact, now: Now) -> Doing:
    """Return what is in flight after a fact."""
    match fact:
        case f.TurnStarted():
            return Doing(request_since=now)
        case f.RequestStarted():
            return _request(doing, now)
        case f.ThinkingDelta() | f.Thinking():
            return doing if doing.request_since.mono else _request(doing, now)
        case f.TextDelta() | f.Text():
            return msgspec.structs.replace(doing, request_since=_since(doing, now), answering=True)
        case f.ToolCalled():
            return _called(doing, fact, now)
        case f.ToolOutput(call_id=call_id):
            return _printed(doing, call_id)
        case f.ToolFinished(call_id=call_id):
            return _finished(doing, call_id, now)
        case f.TreeSampled():
            return _sampled(doing, fact, now)
        case f.PermissionAsked() | f.QuestionAsked():
            return msgspec.structs.replace(doing, request_since=NEVER, answering=False)
        case f.Retrying(delay_s=delay_s):
            return msgspec.structs.replace(
                doing, request_since=Now(now.mono + delay_s, now.wall + delay_s), answering=False
            )
        case f.TurnEnded() | f.ActivitySignalled(activity=Activity.IDLE | Activity.DONE):
            return NOTHING
        case _:
            return doing


def _since(doing: Doing, now: Now) -> Now:
    return doing.request_since if doing.request_since.mono else now


def _request(doing: Doing, now: Now) -> Doing:
    return msgspec.structs.replace(doing, request_since=now, answering=False)


def _called(doing: Doing, fact: f.ToolCalled, now: Now) -> Doing:
    known = next((tool for tool in doing.tools if tool.call_id == fact.call_id), None)
    tool = ToolRun(fact.call_id, fact.name, fact.title, known.since if known else now)
    others = tuple(other for other in doing.tools if other.call_id != fact.call_id)
    sample, busy_at = (doing.sample, doing.busy_at) if doing.tools else (None, NEVER)
    return Doing(tools=(*others, tool)[-TOOLS_MAX:], sample=sample, busy_at=busy_at)


def _printed(doing: Doing, call_id: str) -> Doing:
    if not any(tool.call_id == call_id and not tool.output for tool in doing.tools):
        return doing
    tools = tuple(
        msgspec.structs.replace(tool, output=True) if tool.call_id == call_id else tool
        for tool in doing.tools
    )
    return msgspec.structs.replace(doing, tools=tools)


def _finished(doing: Doing, call_id: str, now: Now) -> Doing:
    tools = tuple(tool for tool in doing.tools if tool.call_id != call_id)
    if len(tools) == len(doing.tools):
        return doing
    # The last result goes to the model: a request is in flight.
    return Doing(request_since=now) if not tools else msgspec.structs.replace(doing, tools=tools, sample=None)


def _sampled(doing: Doing, fact: f.TreeSampled, now: Now) -> Doing:
    if not doing.tools:
        return doing
    busy = fact.cpu_percent >= BUSY_CPU_PERCENT or fact.io_bytes_s >= BUSY_IO_BYTES_S
    return msgspec.structs.replace(doing, sample=fact, busy_at=now if busy else doing.busy_at)
