"""What each CLI says it has used, in the terms that all of them share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.fakes.exchange import Json
from tests.fakes.usage import Usage
from tests.real_cli.environment import Run, Sandbox


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens as every CLI can tell them."""

    input_total: int = 0
    """Everything that went in, cached or not."""
    cache_read: int = 0
    output: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(
            self.input_total + other.input_total,
            self.cache_read + other.cache_read,
            self.output + other.output,
        )


def billed(usage: Usage) -> Counted:
    """The same of what was billed."""
    return Counted(usage.input_total, usage.cache_read, usage.output)


def _codex(run: Run, sandbox: Sandbox) -> Iterator[Counted]:
    usage = run.of_type("turn.completed")[-1]["usage"]  # of the whole thread so far
    yield Counted(usage["input_tokens"], usage["cached_input_tokens"], usage["output_tokens"])


def _gemini(run: Run, sandbox: Sandbox) -> Iterator[Counted]:
    stats = run.of_type("result")[-1]["stats"]
    yield Counted(stats["input_tokens"], stats["cached"], stats["output_tokens"])


def _opencode(run: Run, sandbox: Sandbox) -> Iterator[Counted]:
    for step in run.of_type("step_finish"):
        tokens = step["part"]["tokens"]
        cache = tokens["cache"]
        total = tokens["input"] + cache["read"] + cache["write"]
        yield Counted(total, cache["read"], tokens["output"] + tokens["reasoning"])


def _qwen(run: Run, sandbox: Sandbox) -> Iterator[Counted]:
    usage = run.of_type("result")[-1]["usage"]
    yield Counted(usage["input_tokens"], usage.get("cache_read_input_tokens", 0), usage["output_tokens"])


def _pi(run: Run, sandbox: Sandbox) -> Iterator[Counted]:
    for end in run.of_type("message_end"):
        if end["message"]["role"] == "assistant":
            usage = end["message"]["usage"]
            total = usage["input"] + usage["cacheRead"] + usage["cacheWrite"]
            yield Counted(total, usage["cacheRead"], usage["output"])


def _copilot(run: Run, sandbox: Sandbox) -> Iterator[Counted]:
    session = run.of_type("result")[-1]["sessionId"]
    log = sandbox.place.home / ".copilot" / "session-state" / session / "events.jsonl"
    for line in log.read_text(encoding="utf-8").splitlines():
        event: Json = json.loads(line)
        if event["type"] == "session.usage_record":
            usage = event["data"]["usage"]
            yield Counted(usage["inputTokens"], usage.get("cacheReadTokens", 0), usage["outputTokens"])


def _cline(run: Run, sandbox: Sandbox) -> Iterator[Counted]:
    usage = run.of_type("run_result")[-1]["usage"]
    yield Counted(usage["inputTokens"], usage["cacheReadTokens"], usage["outputTokens"])


_READERS: Mapping[str, Callable[[Run, Sandbox], Iterator[Counted]]] = {
    "codex": _codex,
    "gemini": _gemini,
    "opencode": _opencode,
    "qwen": _qwen,
    "pi": _pi,
    "copilot": _copilot,
    "cline": _cline,
}


def counted(run: Run, sandbox: Sandbox) -> Counted:
    """What the CLI says that a run has used."""
    return sum(_READERS[sandbox.cli.name](run, sandbox), Counted())
