"""What a host and its clients say to each other.

A connection begins with `Hello` from the client and `Welcome` (or `Refused`) from the host; both name `PROTOCOL`. After
that a client subscribes, sends input and asks for commands in any order; a host pushes status, events and frames.

Unknown fields are ignored by both sides, and so are unknown messages and events; a request that is not known is answered
with a refusal. So all of these may be added without a new version. `Hello`, `Welcome` and `Refused` never change.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core.commands import AnyCommand
from tui.core.facts import Event
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.protocol.screen import Frame, History, WinSize

PROTOCOL: Final = 1
"""Version of these messages. Grows when an old peer could misunderstand a new one."""

# -- client to host ----------------------------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """First message of a client."""

    protocol: int
    client: str
    """Who it is, for the log: `dashboard`, `agent-tui send`."""


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe"):
    """What to push from now on; replaces the subscription before. Status is always pushed."""

    events_after: int | None = None
    """Push events with a greater sequence number, those already logged first; None: no events."""
    screen: bool = False
    fps: int = 60
    """Frames a second at most, 1..60."""
    in_focus: bool = False
    """The user looks at this agent right now: nobody has to be told of it. A host that does not know it tells."""


class Key(msgspec.Struct, frozen=True, tag="key"):
    """A key press, in Textual's names; encoded by the host, which knows the modes in force."""

    key: str
    character: str | None = None
    legacy: str = ""
    """Key to send instead where the child asked for no protocol that has a code for this one."""


class Paste(msgspec.Struct, frozen=True, tag="paste"):
    """Pasted text, any size below MESSAGE_MAX; larger pastes come in pieces, `last` on the final one."""

    text: str
    first: bool = True
    last: bool = True


class Mouse(msgspec.Struct, frozen=True, tag="mouse"):
    """A mouse event in a pane whose child asked for it."""

    kind: str
    """`press`, `release`, `move`, `wheel_up`, `wheel_down`, `wheel_left`, `wheel_right`."""
    button: int
    """0 none, 1 left, 2 middle, 3 right."""
    x: int
    """0-based cell."""
    y: int
    shift: bool = False
    alt: bool = False
    ctrl: bool = False


class Focus(msgspec.Struct, frozen=True, tag="focus"):
    """The pane has, or lost, the keyboard."""

    focused: bool


class Resize(msgspec.Struct, frozen=True, tag="resize"):
    """The pane's size in cells: the child's terminal follows."""

    size: WinSize


class Do(msgspec.Struct, frozen=True, tag="do"):
    """Ask for a command; answered by one `Reply`."""

    id: int
    command: AnyCommand


class GetHistory(msgspec.Struct, frozen=True, tag="get_history"):
    """Ask for part of the scrollback; answered by `HistoryReply`."""

    id: int
    first: int
    count: int
    plain: bool = False
    """As text, and where prompts begin: for searching and copying. A host that does not know it sends runs."""


class GetText(msgspec.Struct, frozen=True, tag="get_text"):
    """Ask for the screen as text; answered by `TextReply`."""

    id: int


class Unknown(msgspec.Struct, frozen=True):
    """A message that only a newer peer knows: never sent, but what a framer makes of it."""

    type: str = ""
    id: int = 0
    """Of a request, which wants an answer; 0: it wants none."""


ClientMessage = Hello | Subscribe | Key | Paste | Mouse | Focus | Resize | Do | GetHistory | GetText

# -- host to client ----------------------------------------------------------------------------------------------------


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The host accepts."""

    protocol: int
    spec: AgentSpec
    status: Status


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The host does not accept, and closes."""

    protocol: int
    reason: str


class StatusChanged(msgspec.Struct, frozen=True, tag="status"):
    """The whole status: it is small."""

    status: Status


class Events(msgspec.Struct, frozen=True, tag="events"):
    """Events in order; the first batch after a subscription is the log so far."""

    events: list[Event]


class Reply(msgspec.Struct, frozen=True, tag="reply"):
    """Outcome of a `Do`: accepted, or why not."""

    id: int
    error: str = ""
    """One sentence; empty: accepted."""


class HistoryReply(msgspec.Struct, frozen=True, tag="history_reply"):
    """Outcome of `GetHistory`."""

    id: int
    history: History


class TextReply(msgspec.Struct, frozen=True, tag="text_reply"):
    """Outcome of `GetText`."""

    id: int
    lines: list[str]


class Bye(msgspec.Struct, frozen=True, tag="bye"):
    """The host leaves; its last status is on disk."""

    reason: str = ""


HostMessage = Welcome | Refused | StatusChanged | Events | Frame | Reply | HistoryReply | TextReply | Bye
