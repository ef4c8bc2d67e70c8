"""Our half of JSON-RPC 2.0: messages as lines, and which of our requests still wait for a result."""

from __future__ import annotations

import json
from typing import Final

METHOD_NOT_FOUND: Final = -32601


class Wire:
    """Makes lines."""

    def __init__(self) -> None:
        self._sent: dict[int, str] = {}
        """Requests without a result, by their numbers: what was asked for."""
        self._number = 0

    def request(self, method: str, **params: object) -> bytes:
        """Return the line that asks for something."""
        self._number += 1
        self._sent[self._number] = method
        return _line(id=self._number, method=method, params=params)

    def notify(self, method: str, **params: object) -> bytes:
        """Return the line that says something which has no result."""
        return _line(method=method, params=params)

    def answer(self, rpc_id: int | str, result: object) -> bytes:
        """Return the line that answers a request of the other side."""
        return _line(id=rpc_id, result=result)

    def refuse(self, rpc_id: int | str, code: int, message: str) -> bytes:
        """Return the line that refuses a request of the other side."""
        return _line(id=rpc_id, error={"code": code, "message": message})

    def result_of(self, rpc_id: int | str | None) -> str:
        """Return what a result was asked for, once; empty for a number that is not ours."""
        return self._sent.pop(rpc_id, "") if isinstance(rpc_id, int) else ""


def wire_id(rpc_id: int | str) -> str:
    """Return our name of a request of the other side: the kind and value of its id, since 1 and "1" are two."""
    return f"{type(rpc_id).__name__}:{rpc_id}"


def _line(**fields: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **fields}).encode() + b"\n"
