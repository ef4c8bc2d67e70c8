"""Messages as bytes: four bytes of length, big-endian, then MessagePack.

One `Framer` per direction and connection. It allocates no more than one message and refuses longer ones, so that a
confused peer cannot make either side grow. What only a newer peer knows is passed over, one message or one event at a time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import msgspec

from tui.core.errors import ProtocolError
from tui.core.facts import Event
from tui.protocol.messages import ClientMessage, Events, HostMessage, Unknown

MESSAGE_MAX: Final = 16 * 1024 * 1024
"""Bytes of one message body at most."""

_HEADER: Final = 4

M = TypeVar("M")


class Framer(Generic[M]):
    """Cuts a byte stream into messages.

    Args:
        decoder: Decodes one body.
        mend: Makes the best of a body that could not be decoded; None: nothing can be made of it.
    """

    def __init__(self, decoder: msgspec.msgpack.Decoder[M], mend: Callable[[memoryview], M | None]) -> None:
        self._decoder = decoder
        self._mend = mend
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[M]:
        """Take bytes as they came, return the messages that are complete.

        Raises:
            ProtocolError: A body is too long or is no message of ours; the connection is of no more use.
        """
        self._buffer += data
        messages: list[M] = []
        start = 0
        buffer = self._buffer
        while len(buffer) - start >= _HEADER:
            size = int.from_bytes(buffer[start : start + _HEADER], "big")
            if size > MESSAGE_MAX:
                raise ProtocolError(f"A message of {size} bytes came; {MESSAGE_MAX} is the limit.")
            end = start + _HEADER + size
            if len(buffer) < end:
                break
            messages.append(self._decode(memoryview(buffer)[start + _HEADER : end]))
            start = end
        if start:
            del buffer[:start]
        return messages

    def _decode(self, body: memoryview) -> M:
        try:
            return self._decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            mended = self._mend(body)
            if mended is None:
                raise ProtocolError(f"A message could not be read: {error}.") from error
            return mended


_encoder: Final = msgspec.msgpack.Encoder()


def encode(message: ClientMessage | HostMessage) -> bytes:
    """Return a message with its length in front."""
    body = _encoder.encode(message)
    return len(body).to_bytes(_HEADER, "big") + body


# -- what a newer peer says --------------------------------------------------------------------------------------------


class _Events(msgspec.Struct):
    """`Events`, each still as it came."""

    events: list[msgspec.Raw]


_unknown: Final = msgspec.msgpack.Decoder(Unknown)
_events: Final = msgspec.msgpack.Decoder(_Events)
_event: Final = msgspec.msgpack.Decoder(Event)


def _from_host(body: memoryview) -> HostMessage | Unknown | None:
    """An unknown message is passed over, and of events those that are unknown. A status has to be understood."""
    try:
        head = _unknown.decode(body)
        if head.type != "events":
            return head if head.type and head.type not in _HOST_TYPES else None
        found: list[Event] = []
        for raw in _events.decode(body).events:
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                found.append(_event.decode(raw))
        return Events(found)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _from_client(body: memoryview) -> ClientMessage | Unknown | None:
    """Whatever it is: a request is refused, anything else is passed over."""
    try:
        head = _unknown.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return head if head.type and head.type != "hello" else None


def _types(union: object) -> frozenset[str]:
    return frozenset(str(each.__struct_config__.tag) for each in union.__args__)  # type: ignore[attr-defined]  # a union


_HOST_TYPES: Final = _types(HostMessage)


def client_framer() -> Framer[HostMessage | Unknown]:
    """Return a framer for what a client receives."""
    return Framer(msgspec.msgpack.Decoder(HostMessage), _from_host)


def host_framer() -> Framer[ClientMessage | Unknown]:
    """Return a framer for what a host receives."""
    return Framer(msgspec.msgpack.Decoder(ClientMessage), _from_client)
