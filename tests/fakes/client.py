"""A minimal HTTP client for looking at the fake provider without any CLI."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.fakes.exchange import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its whole body, or as much of it as came."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    """Whether the connection ended before the body did."""

    def json(self) -> Json:
        """The body as one document."""
        document: Json = json.loads(self.body)
        return document

    def events(self) -> list[Json]:
        """The data of the server-sent events in the body that came whole; `[DONE]` is left out."""
        return list(_events(self.body.decode()))


def post(url: str, body: Json, headers: Mapping[str, str] | None = None, timeout_s: float = 10.0) -> Answer:
    """Send JSON and read the answer to its end, or to where the connection was cut.

    Raises:
        TimeoutError: Nothing came for `timeout_s` seconds.
    """
    return request("POST", url, json.dumps(body).encode(), headers, timeout_s)


def request(
    method: str,
    url: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 10.0,
) -> Answer:
    """Send a request and read the answer to its end."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        try:
            return Answer(response.status, found, response.read(), is_cut=False)
        except http.client.IncompleteRead as cut:
            return Answer(response.status, found, cut.partial, is_cut=True)
    finally:
        connection.close()


def _events(text: str) -> Iterator[Json]:
    for block in text.replace("\r\n", "\n").split("\n\n")[:-1]:
        for line in block.split("\n"):
            if line.startswith("data: ") and line != "data: [DONE]":
                yield json.loads(line.removeprefix("data: "))
