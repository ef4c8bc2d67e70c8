"""One client of a host: its handshake, what it asked for, what it sent, and what it is still owed.

A client that does not read costs nothing: status and frames wait as "there is a newer one", events are read again from the
log when it is ready, and one that lets replies pile up is cut off.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from tui.core.errors import ProtocolError
from tui.core.facts import Event
from tui.core.status import Status
from tui.protocol import messages as m
from tui.protocol.framing import encode, host_framer
from tui.protocol.screen import Frame
from tui.system.peer import peer_uid

if TYPE_CHECKING:
    from tui.host.frames import FramePush
    from tui.host.server import Server
    from tui.terminal.emulator import Emulator

BACKLOG_MAX: Final = 1024 * 1024
"""Bytes not yet taken by a client above which live events are left for the log."""
CUT_OFF: Final = 32 * 1024 * 1024
"""Bytes not yet taken above which a client is cut off."""
BATCH_EVENTS: Final = 200
BATCH_BYTES: Final = 2 * 1024 * 1024
"""Of one message of events, unless a single one is larger."""
HELLO_S: Final = 10.0
"""A client has so long to say hello."""

_log = logging.getLogger(__name__)


class Connection(asyncio.Protocol):
    """The host's end of a connection."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._framer = host_framer()
        self._transport: asyncio.Transport | None = None
        self._welcome = False
        self._blocked = False
        self._hello_timer: asyncio.TimerHandle | None = None
        self._owes_status = False
        self._sent_seq = -1
        """Number of the last event sent; -1: events are not wanted."""
        self._backlog: Iterator[Event] | None = None
        self._live = False
        self._frames: FramePush | None = None
        self._wants_screen = False
        self._fps = 60
        self.in_focus = False
        """Its user looks at this agent right now."""

    # -- asyncio -------------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        sock: socket.socket = transport.get_extra_info("socket")
        uid = peer_uid(sock)
        if uid != os.geteuid():
            _log.warning("refused a connection of user %s", uid)
            transport.abort()
            return
        # Told as soon as anything waits, and when nothing does: that is when the newest frame goes.
        transport.set_write_buffer_limits(high=0)
        self._hello_timer = asyncio.get_running_loop().call_later(HELLO_S, transport.abort)
        self._server.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._transport = None
        self._stop_screen()
        self._backlog = None
        if self._hello_timer is not None:
            self._hello_timer.cancel()
        self._server.left(self)

    def pause_writing(self) -> None:
        """Something waits to be taken."""
        self._blocked = True

    def resume_writing(self) -> None:
        """All was taken."""
        self._blocked = False
        if self._owes_status:
            self.push_status(self._server.status())
        if self._frames is not None:
            self._frames.unblocked()
        if self._backlog is not None:
            self._catch_up()

    def data_received(self, data: bytes) -> None:
        """Bytes came from the client."""
        try:
            for message in self._framer.feed(data):
                if self._transport is None:
                    return
                self._take(message)
        except ProtocolError as error:
            _log.warning("%s", error.sentence)
            self._refuse(error.sentence)

    # -- from the client -----------------------------------------------------------------------------------------------

    def _take(self, message: m.ClientMessage | m.Unknown) -> None:
        if not self._welcome:
            self._greet(message)
            return
        match message:
            case m.Subscribe():
                self._subscribe(message)
            case m.Do(id=number, command=command):
                self.send(m.Reply(number, self._server.command(command)))
            case m.GetText(id=number):
                self.send(m.TextReply(number, self._server.text()))
            case m.GetHistory(id=number, first=first, count=count, plain=plain):
                self.send(m.HistoryReply(number, self._server.history(first, count, plain=plain)))
            case m.Hello():
                pass
            case m.Unknown(id=number):
                self._pass_over(message, number)
            case _:
                self._server.input(message)

    def _pass_over(self, message: m.Unknown, number: int) -> None:
        """What only a newer client knows: refuse it, where an answer is waited for."""
        _log.info("passed over a message of a newer client")
        if number:
            name = self._server.name
            why = f"{name}'s host is of an older agent-tui and does not know that: kill it, then resume it."
            self.send(m.Reply(number, why))

    def _greet(self, message: m.ClientMessage | m.Unknown) -> None:
        if not isinstance(message, m.Hello):
            self._refuse("A hello was expected.")
        elif message.protocol != m.PROTOCOL:
            self._refuse(
                f"This agent's host speaks protocol {m.PROTOCOL}, {message.client} speaks {message.protocol}; "
                "it was started by another version of agent-tui."
            )
        else:
            self._welcome = True
            if self._hello_timer is not None:
                self._hello_timer.cancel()
            self.send(self._server.welcome())

    def _refuse(self, why: str) -> None:
        if self._transport is not None:
            self.send(m.Refused(m.PROTOCOL, why))
            self._transport.close()

    def _subscribe(self, wanted: m.Subscribe) -> None:
        self._fps = wanted.fps
        self._wants_screen = wanted.screen
        self.in_focus = wanted.in_focus
        self.show(self._server.emulator())
        if wanted.events_after is None:
            self._sent_seq, self._backlog, self._live = -1, None, False
        else:
            self._sent_seq = max(0, wanted.events_after)
            self._begin_catching_up()

    # -- to the client -------------------------------------------------------------------------------------------------

    def send(self, message: m.HostMessage) -> None:
        """Send a message; a client that lets too much pile up is cut off."""
        self._write(encode(message))

    def _write(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > CUT_OFF:
            _log.warning("cut off a client that does not read")
            self._transport.abort()
            return
        self._transport.write(data)

    def push_status(self, status: Status) -> None:
        """Send a status, or remember that there is a newer one."""
        if self._welcome:
            self._owes_status = self._blocked
            if not self._blocked:
                self.send(m.StatusChanged(status))

    def show(self, emulator: Emulator | None) -> None:
        """There is another screen, or none."""
        if self._frames is not None and self._frames.emulator is emulator and self._wants_screen:
            self._frames.set_fps(self._fps)
            return
        self._stop_screen()
        if self._wants_screen and emulator is not None:
            from tui.host.frames import FramePush  # an emulator is there, so its modules are, too

            self._frames = FramePush(emulator, self._fps, self._send_frame)
            self._frames.changed()

    def screen_changed(self) -> None:
        """The screen may show something else."""
        if self._frames is not None:
            self._frames.changed()

    def _send_frame(self, frame: Frame) -> bool:
        self.send(frame)
        return not self._blocked

    def _stop_screen(self) -> None:
        if self._frames is not None:
            self._frames.close()
            self._frames = None

    # -- events --------------------------------------------------------------------------------------------------------

    def push_events(self, events: list[Event]) -> None:
        """Send new events, unless older ones are still to be sent first."""
        if not self._live or self._transport is None:
            return
        if self._blocked and self._transport.get_write_buffer_size() > BACKLOG_MAX:
            self._begin_catching_up()
            return
        events = [event for event in events if not event.seq or event.seq > self._sent_seq]
        if events:
            self._send_events(events)

    def _send_events(self, events: list[Event]) -> None:
        self._sent_seq = max(self._sent_seq, *(event.seq for event in events), 0)
        data = encode(m.Events(events))
        if len(data) > BATCH_BYTES and len(events) > 1:
            middle = len(events) // 2
            self._send_events(events[:middle])
            self._send_events(events[middle:])
        else:
            self._write(data)

    def _begin_catching_up(self) -> None:
        self._live = False
        self._backlog = self._server.logged(self._sent_seq)
        if not self._blocked:
            self._catch_up()

    def _catch_up(self) -> None:
        """Send a batch of the log; the next one when this one was taken and the loop had its turn."""
        if self._backlog is None or self._blocked:
            return
        self._server.flush()
        batch = list(islice(self._backlog, BATCH_EVENTS))
        if len(batch) == BATCH_EVENTS:
            self._send_events(batch)
            if not self._blocked:
                asyncio.get_running_loop().call_soon(self._catch_up)
            return
        # The end of a log that was flushed just now: from here on events come as they happen. Even an empty batch is
        # sent, so that the client knows that it has everything.
        self._backlog, self._live = None, True
        self._send_events([*batch, *self._server.partial()])

    def close(self, reason: str) -> None:
        """Say goodbye."""
        self._backlog = None
        self._stop_screen()
        if self._transport is not None:
            self.send(m.Bye(reason))
            self._transport.close()
