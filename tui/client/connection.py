"""One connection to one host: handshake, what it pushes, requests and their replies. Never blocks, never grows.

Lives on one asyncio loop. When it ends, whatever the reason, `closed` is set and every open request fails; coming back is
the caller's (`tui.client.contact`).
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from tui.core.commands import AnyCommand
from tui.core.errors import AgentTuiError, HostUnreachable, ProtocolError
from tui.protocol.framing import MESSAGE_MAX, client_framer, encode
from tui.protocol.messages import (
    PROTOCOL,
    Bye,
    ClientMessage,
    Do,
    GetHistory,
    GetText,
    Hello,
    HistoryReply,
    HostMessage,
    Refused,
    Reply,
    TextReply,
    Unknown,
    Welcome,
)
from tui.protocol.screen import History

HANDSHAKE_S: Final = 3.0
REPLY_S: Final = 15.0
WRITE_MAX: Final = MESSAGE_MAX + 4 * 1024 * 1024
"""Bytes that may wait for a host that does not read; past it the connection is given up."""

RUNS_ON: Final = "it runs on, shown from its files: kill it, then resume it, to go on with it here."

_log = logging.getLogger(__name__)

R = TypeVar("R", Reply, HistoryReply, TextReply)


class Connection(asyncio.Protocol):
    """A connection, made by `connect`.

    Args:
        on_push: Gets every message that answers no request.
    """

    def __init__(self, on_push: Callable[[HostMessage], None]) -> None:
        loop = asyncio.get_running_loop()
        self.closed: asyncio.Event = asyncio.Event()
        self.reason = ""
        """Why it ended, in words; empty for an orderly end."""
        self.said_bye = False
        self._on_push = on_push
        self._framer = client_framer()
        self._transport: asyncio.Transport | None = None
        self._welcome: asyncio.Future[Welcome] = loop.create_future()
        self._welcome.add_done_callback(lambda future: future.cancelled() or future.exception())
        self._numbers = itertools.count(1)
        self._open: dict[int, asyncio.Future[Reply | HistoryReply | TextReply]] = {}

    # -- asyncio.Protocol ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # High enough that asyncio never asks us to pause: `send` has the bound.
        transport.set_write_buffer_limits(high=WRITE_MAX * 2)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the host."""
        try:
            messages = self._framer.feed(data)
        except ProtocolError as error:
            self._fail(ProtocolError(f"Its host is of another agent-tui and cannot be understood; {RUNS_ON}"))
            _log.warning("%s", error.sentence)
            return
        for message in messages:
            if self.closed.is_set():
                return
            self._take(message)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what is open."""
        self._end(str(exc) if exc else "")

    # -- for the caller ------------------------------------------------------------------------------------------------

    def send(self, message: ClientMessage) -> None:
        """Send without waiting; nothing happens once the connection has ended."""
        transport = self._transport
        if transport is None or self.closed.is_set():
            return
        data = encode(message)
        if transport.get_write_buffer_size() + len(data) > WRITE_MAX:
            self.close("the host does not read")
            return
        transport.write(data)

    async def do(self, command: AnyCommand, *, timeout_s: float = REPLY_S) -> None:
        """Ask for a command.

        Raises:
            AgentTuiError: The host refuses; the sentence is its own.
            HostUnreachable: The connection ended, or no reply came.
        """
        reply = await self._ask(Reply, lambda number: Do(number, command), timeout_s)
        if reply.error:
            raise AgentTuiError(reply.error)

    async def history(self, first: int, count: int, *, plain: bool = False) -> History:
        """Return part of the scrollback.

        Raises:
            HostUnreachable: The connection ended, or no reply came.
        """
        reply = await self._ask(HistoryReply, lambda number: GetHistory(number, first, count, plain), REPLY_S)
        return reply.history

    async def text(self) -> list[str]:
        """Return the screen as text.

        Raises:
            HostUnreachable: The connection ended, or no reply came.
        """
        return (await self._ask(TextReply, GetText, REPLY_S)).lines

    def close(self, reason: str = "") -> None:
        """End the connection; what was sent before is still delivered unless something was wrong."""
        transport = self._transport
        if transport is not None:
            if reason:
                transport.abort()
            else:
                transport.close()
        self._end(reason)

    # -- inside --------------------------------------------------------------------------------------------------------

    async def shake_hands(self, client: str) -> Welcome:
        """Introduce ourselves and wait for the host's welcome."""
        self.send(Hello(PROTOCOL, client))
        try:
            async with asyncio.timeout(
                HANDSHAKE_S
            ):  # not `wait_for`: before 3.12 it can swallow a cancellation
                return await self._welcome
        except TimeoutError:
            self.close("no welcome")
            raise HostUnreachable("The host does not answer.") from None

    def _take(self, message: HostMessage | Unknown) -> None:
        match message:
            case Unknown():
                pass  # of a newer host
            case Welcome():
                if message.protocol != PROTOCOL:
                    self._fail(_other_version(message.protocol))
                elif not self._welcome.done():
                    self._welcome.set_result(message)
            case Refused():
                self._fail(
                    _other_version(message.protocol)
                    if message.protocol != PROTOCOL
                    else ProtocolError(f"The host refuses: {message.reason}.")
                )
            case Reply() | HistoryReply() | TextReply():
                future = self._open.pop(message.id, None)
                if future is not None and not future.done():
                    future.set_result(message)
            case Bye():
                self.said_bye = True
                self._on_push(message)
            case _:
                self._on_push(message)

    def _fail(self, error: ProtocolError) -> None:
        if not self._welcome.done():
            self._welcome.set_exception(error)
        self.close(error.sentence)

    def _end(self, reason: str) -> None:
        if self.closed.is_set():
            return
        self.reason = reason
        self.closed.set()
        gone = HostUnreachable("The host closed the connection.")
        if not self._welcome.done():
            self._welcome.set_exception(gone)
        for future in self._open.values():
            if not future.done():
                future.set_exception(gone)
        self._open.clear()

    async def _ask(self, kind: type[R], message: Callable[[int], ClientMessage], timeout_s: float) -> R:
        if self.closed.is_set():
            raise HostUnreachable("The host closed the connection.")
        number = next(self._numbers)
        future: asyncio.Future[Reply | HistoryReply | TextReply] = asyncio.get_running_loop().create_future()
        self._open[number] = future
        try:
            self.send(message(number))
            async with asyncio.timeout(timeout_s):
                reply = await future
        except TimeoutError:
            raise HostUnreachable(f"The host did not answer within {timeout_s:.0f} s.") from None
        finally:
            self._open.pop(number, None)
        if isinstance(reply, Reply) and reply.error and kind is not Reply:
            raise HostUnreachable(reply.error)  # a host that does not know the request
        if not isinstance(reply, kind):
            raise HostUnreachable("The host gave an answer of another kind.")
        return reply


def _other_version(theirs: int) -> ProtocolError:
    newer = "newer" if theirs > PROTOCOL else "older"
    return ProtocolError(
        f"Its host is of a {newer} agent-tui (it speaks version {theirs}, this one {PROTOCOL}); {RUNS_ON}"
    )


async def connect(
    socket: Path, client: str, on_push: Callable[[HostMessage], None]
) -> tuple[Connection, Welcome]:
    """Connect to a host and shake hands.

    Args:
        socket: The agent's socket.
        client: Who we are, for the host's log.
        on_push: Gets every message that answers no request, from now on.

    Raises:
        HostUnreachable: Nobody answers there.
        ProtocolError: Whoever answers speaks something else.
    """
    connection = Connection(on_push)
    try:
        opening = asyncio.get_running_loop().create_unix_connection(lambda: connection, str(socket))
        async with asyncio.timeout(HANDSHAKE_S):
            await opening
        return connection, await connection.shake_hands(client)
    except (OSError, TimeoutError) as error:
        connection.close("given up")
        raise HostUnreachable("The host does not answer.") from error
    except BaseException:
        connection.close("given up")
        raise
