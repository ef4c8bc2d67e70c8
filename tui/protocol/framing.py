"""Messages as bytes: four bytes of length, big-endian, then MessagePack.

One `Framer` per direction and connection. It allocates no more than one message and refuses longer ones, so that a
confused peer cannot make either side grow.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

import msgspec

from tui.core.errors import ProtocolError
from tui.protocol.messages import ClientMessage, HostMessage

MESSAGE_MAX: Final = 16 * 1024 * 1024
"""Bytes of one message body at most."""

_HEADER: Final = 4

M = TypeVar("M")


class Framer(Generic[M]):
    """Cuts a byte stream into messages.

    Args:
        decoder: Decodes one body.
    """

    def __init__(self, decoder: msgspec.msgpack.Decoder[M]) -> None:
        self._decoder = decoder
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
            try:
                messages.append(self._decoder.decode(memoryview(buffer)[start + _HEADER : end]))
            except msgspec.MsgspecError as error:
                raise ProtocolError(f"A message could not be read: {error}.") from error
            start = end
        if start:
            del buffer[:start]
        return messages


_encoder: Final = msgspec.msgpack.Encoder()


def encode(message: ClientMessage | HostMessage) -> bytes:
    """Return a message with its length in front."""
    body = _encoder.encode(message)
    return len(body).to_bytes(_HEADER, "big") + body


def client_framer() -> Framer[HostMessage]:
    """Return a framer for what a client receives."""
    return Framer(msgspec.msgpack.Decoder(HostMessage))


def host_framer() -> Framer[ClientMessage]:
    """Return a framer for what a host receives."""
    return Framer(msgspec.msgpack.Decoder(ClientMessage))
