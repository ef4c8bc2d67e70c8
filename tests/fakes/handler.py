"""One HTTP request of the fake provider: read it, log it, answer it as its scenario wants.

Runs on a thread of its own per connection (`http.server.ThreadingHTTPServer`).
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.fakes import models, scenarios
from tests.fakes.exchange import Ask, Dialect, Ending, Failure, Frame, Json, Kind, Mark, Reply
from tests.fakes.ledger import Entry, Ledger

DELTAS_BEFORE_CUT = 3
"""How many pieces of an answer arrive before a stream is dropped or hangs."""

_POLL_S = 0.1


class ProviderServer(ThreadingHTTPServer):
    """The listening socket, with what the handlers share."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, port: int, dialects: Sequence[Dialect], ledger: Ledger, pace: scenarios.Pace) -> None:
        super().__init__(("127.0.0.1", port), ProviderHandler)
        self.dialects = dialects
        self.ledger = ledger
        self.pace = pace
        self.stopping = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may leave at any time; a fault of ours still has to show."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class ProviderHandler(BaseHTTPRequestHandler):
    """Answers in the first dialect that accepts the path."""

    server: ProviderServer
    protocol_version = "HTTP/1.1"
    server_version = "fake-provider"
    disable_nagle_algorithm = True

    def do_HEAD(self) -> None:
        """Clients use it to see whether the host is there."""
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Model lists."""
        self._handle({})

    def do_POST(self) -> None:
        """Everything else."""
        try:
            body = json.loads(self._read_body() or b"{}")
        except ValueError:
            self.close_connection = True
            self._send_json(400, {"error": {"message": "not JSON"}})
            return
        self._handle(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - so named by the base class
        """Quiet: the ledger is the log."""

    def _handle(self, body: Json) -> None:
        path = self.path.partition("?")[0]
        dialect = next((d for d in self.server.dialects if d.accepts(self.command, path)), None)
        if dialect is None:
            self._serve_other(path, body)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        ask = dialect.parse(self.command, self.path, headers, body)
        tag = scenarios.tag_of(ask.prompt) if ask.kind is Kind.MAIN else ""
        entry = self.server.ledger.open(dialect.name, self.command, path, ask, tag, body)
        if ask.kind is Kind.COUNT:
            self.server.ledger.update(entry, status=200, outcome="complete")
            self._send_json(200, dialect.count(ask))
            return
        match scenarios.answer(ask, tag, entry.attempt, self.server.pace):
            case Failure() as failure:
                self.server.ledger.update(entry, status=failure.status, outcome="failed")
                self._send_json(failure.status, dialect.failure(failure), failure.headers)
            case Reply() as reply if ask.stream:
                self._send_stream(dialect, entry, reply)
            case Reply() as reply:
                self._send_whole(dialect, entry, reply)

    def _serve_other(self, path: str, body: Json) -> None:
        """Answer what belongs to no dialect: the model list, or 404."""
        ledger = self.server.ledger
        if self.command == "GET" and path in models.PATHS:
            entry = ledger.open("", self.command, path, Ask(Kind.MODELS), "", body)
            ledger.update(entry, status=200, outcome="complete")
            self._send_json(200, models.model_list())
            return
        entry = ledger.open("", self.command, path, Ask(Kind.OTHER), "", body)
        ledger.update(entry, status=404, outcome="failed")
        self._send_json(404, {"error": {"type": "not_found_error", "message": f"no such path: {path}"}})

    def _send_whole(self, dialect: Dialect, entry: Entry, reply: Reply) -> None:
        if reply.ending is Ending.HUNG:
            self._hang(entry)
            return
        # Billed before the client can have it, so that whoever sees the client end also finds the bill.
        update = self.server.ledger.update
        update(entry, status=200, outcome="complete", announced=reply.usage, billed=reply.usage)
        self._send_json(200, dialect.whole(entry.ask, reply), reply.headers)

    def _send_stream(self, dialect: Dialect, entry: Entry, reply: Reply) -> None:
        self.send_response(200)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("content-type", "text/event-stream")
        self.send_header("cache-control", "no-cache")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.server.ledger.update(entry, status=200)
        try:
            self._send_frames(dialect, entry, reply)
        except ConnectionError:
            self.server.ledger.update(entry, outcome="aborted")
            self.close_connection = True

    def _send_frames(self, dialect: Dialect, entry: Entry, reply: Reply) -> None:
        deltas = 0
        for frame in dialect.stream(entry.ask, reply):
            if frame.mark is Mark.DELTA:
                if deltas == DELTAS_BEFORE_CUT and reply.ending is not Ending.COMPLETE:
                    self._cut(entry, reply.ending)
                    return
                deltas += 1
                self._pause(reply.delta_delay_s)
            self._send_frame(entry, reply, frame)
        self.wfile.write(b"0\r\n\r\n")

    def _send_frame(self, entry: Entry, reply: Reply, frame: Frame) -> None:
        if frame.mark is Mark.ANNOUNCED:
            self.server.ledger.update(entry, announced=reply.usage)
        elif frame.mark is Mark.FINAL:
            usage = reply.usage
            self.server.ledger.update(entry, outcome="complete", announced=usage, billed=usage)
        self.wfile.write(b"%x\r\n%s\r\n" % (len(frame.data), frame.data))

    def _cut(self, entry: Entry, ending: Ending) -> None:
        if ending is Ending.HUNG:
            self._hang(entry)
            return
        self.server.ledger.update(entry, outcome="dropped")
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _hang(self, entry: Entry) -> None:
        """Say no more until the client leaves or the server is closed."""
        self.server.ledger.update(entry, outcome="hung")
        self.close_connection = True
        while not self.server.stopping.wait(_POLL_S) and not self._is_client_gone():
            continue

    def _pause(self, seconds: float) -> None:
        """Wait between two pieces; notice a client that has left.

        Raises:
            ConnectionResetError: The client is gone, or the server is being closed.
        """
        if seconds > 0 and (self.server.stopping.wait(seconds) or self._is_client_gone()):
            raise ConnectionResetError

    def _is_client_gone(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        try:
            return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)
        except ConnectionError:
            return True

    def _send_json(self, status: int, document: Json, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _read_body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        chunks: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)
