"""Who is at the other end of a Unix socket. Source: unix(7) SO_PEERCRED; macOS unix(4) LOCAL_PEERCRED, `struct xucred`."""

from __future__ import annotations

import socket
import struct
import sys

_SOL_LOCAL = 0
_LOCAL_PEERCRED = 1


def peer_uid(sock: socket.socket) -> int | None:
    """Return the user id of the process that connected, or None if the system does not tell."""
    try:
        if sys.platform == "linux":
            data = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", data)[1])
        data = sock.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 128)
        return int(struct.unpack_from("2I", data)[1])
    except (OSError, struct.error):
        return None
