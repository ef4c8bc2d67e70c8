"""A model provider for tests: plays scenarios on 127.0.0.1 and keeps the bill.

In a test::

    with ModelServer() as server:
        run_agent(base_url=server.url, prompt="list the files #bash")
        assert server.totals(Kind.MAIN) == ROUNDS[0] + ROUNDS[1]

As a program: `python -m tests.fakes.model_server --port 0 --log bill.jsonl` prints its URL and runs until it is
interrupted or terminated.
"""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path
from types import FrameType

from tests.fakes.anthropic import Anthropic
from tests.fakes.exchange import Dialect, Kind
from tests.fakes.gemini import Gemini
from tests.fakes.handler import ProviderServer
from tests.fakes.ledger import Entry, Ledger
from tests.fakes.openai_chat import ChatCompletions
from tests.fakes.openai_responses import Responses
from tests.fakes.scenarios import Pace
from tests.fakes.usage import Usage


def all_dialects() -> tuple[Dialect, ...]:
    """Every dialect that the server speaks; the path of a request decides."""
    return (Anthropic(), Responses(), ChatCompletions(), Gemini())


class ModelServer:
    """The provider, serving from threads of this process while it is entered."""

    def __init__(self, port: int = 0, log: Path | None = None, pace: Pace | None = None) -> None:
        self.ledger = Ledger(log)
        self._server = ProviderServer(port, all_dialects(), self.ledger, pace or Pace())
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="fake-provider",
            daemon=True,
        )

    @property
    def url(self) -> str:
        """Where the provider listens, without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def totals(self, kind: Kind | None = None, model: str | None = None) -> Usage:
        """Sum of what was billed; see `tests.fakes.ledger` for what that means."""
        return self.ledger.totals(kind, model)

    def entries(self, kind: Kind | None = None) -> list[Entry]:
        """The requests so far, oldest first."""
        return self.ledger.entries(kind)

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description="A fake model provider on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--log", type=Path, help="write requests and bills here, as JSON lines")
    parser.add_argument("--long-deltas", type=int, default=Pace().long_deltas)
    parser.add_argument("--delta-delay", type=float, default=Pace().delta_delay_s, metavar="SECONDS")
    options = parser.parse_args()
    done = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        done.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    pace = Pace(long_deltas=options.long_deltas, delta_delay_s=options.delta_delay)
    with ModelServer(options.port, options.log, pace) as server:
        print(server.url, flush=True)
        done.wait()


if __name__ == "__main__":
    main()
