"""Neutral values between the dialects, the scenarios and the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from tests.fakes.usage import Usage

Json = dict[str, Any]


class Kind(StrEnum):
    """What a request is for."""

    MAIN = "main"  # a round of the agent's own turn
    SIDE = "side"  # the CLI's own business: titles, routing, memory
    COUNT = "count"  # counting tokens: nothing is generated or billed
    MODELS = "models"
    OTHER = "other"  # a path that no dialect knows; answered 404


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a client, understood."""

    kind: Kind
    model: str = ""
    prompt: str = ""
    """What the user typed last, without the reminders that CLIs wrap around it."""
    round: int = 1
    """Which request of the turn this is, from 1: one more than the answers since the prompt."""
    stream: bool = False
    tools: Mapping[str, Json] = field(default_factory=dict)
    """JSON schema of the arguments, by the name of each tool that the client offers."""
    conversation: str = ""
    """Equal for a request and its repetitions, different for anything else."""
    wants_usage: bool = True
    """Whether a stream is to end with its usage; a matter of choice in Chat Completions."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words of the model, sent in the given pieces."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thinking:
    """Reasoning of the model, sent in the given pieces."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model asks the client to run."""

    id: str
    name: str
    arguments: Json


Block = Text | Thinking | ToolCall


class Ending(StrEnum):
    """How a streamed answer ends."""

    COMPLETE = "complete"
    DROPPED = "dropped"  # the connection is cut in the middle
    HUNG = "hung"  # the middle is all that ever comes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the model."""

    blocks: tuple[Block, ...]
    usage: Usage
    ending: Ending = Ending.COMPLETE
    delta_delay_s: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def wants_tools(self) -> bool:
        """Whether the client has to run something and come back."""
        return any(isinstance(block, ToolCall) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Failure:
    """An HTTP error instead of an answer."""

    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Json = field(default_factory=dict)
    """Further fields of the error, in the dialects of OpenAI."""


class Mark(StrEnum):
    """What a piece of a stream tells the client."""

    ANNOUNCED = "announced"  # the input tokens, before the answer
    DELTA = "delta"  # a part of the answer
    FINAL = "final"  # the usage that counts


@dataclass(frozen=True, slots=True)
class Frame:
    """One server-sent event, as bytes."""

    data: bytes
    mark: Mark | None = None


class Dialect(Protocol):
    """One provider's HTTP interface."""

    name: str

    def accepts(self, method: str, path: str) -> bool:
        """Whether a request for `path` (without its query) is in this dialect."""

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: Json) -> Ask:
        """Understand a request that was accepted."""

    def stream(self, ask: Ask, reply: Reply) -> Iterator[Frame]:
        """The answer as server-sent events, ending after the last."""

    def whole(self, ask: Ask, reply: Reply) -> Json:
        """The answer as one JSON document."""

    def failure(self, failure: Failure) -> Json:
        """An error in this provider's words."""

    def count(self, ask: Ask) -> Json:
        """The answer to a `COUNT` request: a rough number of tokens."""
