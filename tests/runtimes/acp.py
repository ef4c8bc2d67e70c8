"""Runs over the Agent Client Protocol, recorded from the real CLIs or written by hand, read as a host reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.runtimes.reading import facts_of, read
from tests.runtimes.recorded import CORPUS, FOLDER
from tui.core.commands import Answer, Verdict
from tui.core.facts import AnyFact, RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.status import Request
from tui.runtimes.acp import AcpReader
from tui.runtimes.base import Launch, RunInfo
from tui.runtimes.registry import get

GREETED = {
    "protocolVersion": 1,
    "agentInfo": {"version": "1.2.3"},
    "agentCapabilities": {"loadSession": True},
}
OLD = "ses_old"
OPTIONS = [
    {"optionId": f"id-{kind}", "name": f"words {kind}", "kind": kind}
    for kind in ("allow_always", "reject_always", "allow_once", "reject_once")
]


def info(
    cli: str, session: str = "", prompt: str = "the prompt", home: str = "/home/dev", **more: Any
) -> RunInfo:
    spec = AgentSpec(
        id="a1", name="a1", runtime=cli, mode=Mode.STREAM, cwd=FOLDER, channel=Channel.CONTROL, **more
    )
    kind = RunKind.RESUME if session else RunKind.START
    launch = Launch(argv=[cli], env={"HOME": home}, cwd=FOLDER, session_id=session)
    return RunInfo(spec=spec, kind=kind, launch=launch, prompt=prompt)


def reader_of(cli: str, session: str = "", prompt: str = "the prompt", **more: Any) -> AcpReader:
    """A reader of a run that was started."""
    reader = get(cli).reader(info(cli, session, prompt, **more))
    assert isinstance(reader, AcpReader)
    list(reader.started(1))
    return reader


def load(cli: str, stem: str) -> bytes:
    return (CORPUS / cli / f"acp-{stem}.jsonl").read_bytes()


def session_of(cli: str, stem: str) -> str:
    """The session that a recording speaks of."""
    for line in load(cli, stem).splitlines():
        params = json.loads(line).get("params", {})
        if "sessionId" in params:
            return str(params["sessionId"])
    return "none"


def feed(reader: AcpReader, chunks: Iterable[bytes]) -> list[AnyFact]:
    """All that a reader tells of a stream."""
    return facts_of(read(reader, chunks))


class Talk:
    """A run written by hand: we are the CLI.

    Args:
        cli: Whose reader.
        session: The session that is to be resumed, or empty.
    """

    def __init__(self, cli: str = "qwen", session: str = "", **more: Any) -> None:
        self.reader = reader_of(cli, session, **more)
        self.facts: list[AnyFact] = []
        self._asked: dict[str, int] = {}
        self.said = self._heard()

    def _heard(self) -> list[dict[str, Any]]:
        """What it was told since last time."""
        taken, self.reader.outbox = self.reader.outbox, []
        assert all(one.endswith(b"\n") and one.count(b"\n") == 1 for one in taken)
        heard = [json.loads(one) for one in taken]
        assert all(one["jsonrpc"] == "2.0" for one in heard)
        self._asked |= {one["method"]: one["id"] for one in heard if "method" in one and "id" in one}
        return heard

    def say(self, **fields: Any) -> list[AnyFact]:
        """Say a message; return what it is understood as."""
        told = [fact for _, fact in self.reader.line(json.dumps({"jsonrpc": "2.0", **fields}).encode())]
        self.facts += told
        self.said = self._heard()
        return told

    def result(self, method: str, result: Any = None, **error: Any) -> list[AnyFact]:
        """Answer its last request for something."""
        answer = {"error": error} if error else {"result": result}
        return self.say(id=self._asked[method], **answer)

    def update(self, what: str, session: str = "s1", /, **fields: Any) -> list[AnyFact]:
        update = {"sessionUpdate": what, **fields}
        return self.say(method="session/update", params={"sessionId": session, "update": update})

    def words(self, text: str) -> list[AnyFact]:
        return self.update("agent_message_chunk", content={"type": "text", "text": text})

    def opened(self) -> Talk:
        """Greet it and give it a session: it works on its prompt."""
        self.result("initialize", GREETED)
        self.result("session/new", {"sessionId": "s1", "models": {"currentModelId": "m1"}})
        return self

    def ask(
        self, rpc_id: int | str = 0, call: str = "c1", options: Any = None, **fields: Any
    ) -> list[AnyFact]:
        """Ask for leave to run a command."""
        tool = {"toolCallId": call, "kind": "execute", "rawInput": {"command": "rm -rf build"}, **fields}
        params = {"sessionId": "s1", "toolCall": tool, "options": OPTIONS if options is None else options}
        return self.say(id=rpc_id, method="session/request_permission", params=params)

    def answer(self, request: str, verdict: Verdict, **more: Any) -> dict[str, Any] | None:
        """Answer what it asks; return the line that it is told."""
        given = Answer(request_id=request, verdict=verdict, **more)
        data = self.reader.answer(Request(request), given, [])
        if data is None:
            return None
        told: dict[str, Any] = json.loads(data)
        return told

    def over(self, reason: str = "end_turn", **more: Any) -> list[AnyFact]:
        """End the turn."""
        return self.result("session/prompt", {"stopReason": reason, **more})
