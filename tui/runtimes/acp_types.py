"""Lines of the Agent Client Protocol as agent CLIs send them: JSON-RPC 2.0, one message a line.

Source: https://agentclientprotocol.com/protocol/schema. Lenient: unknown fields are passed over, nothing is required.
"""

from __future__ import annotations

from typing import Final

import msgspec

AUTH_REQUIRED: Final = -32000
PROTOCOL_VERSION: Final = 1


class Tokens(msgspec.Struct, frozen=True, gc=False):
    """`usage` of a message or a turn. Whether the input holds what was cached differs by CLI."""

    inputTokens: float | None = None  # noqa: N815 - the protocol's name
    outputTokens: float | None = None  # noqa: N815
    thoughtTokens: float | None = None  # noqa: N815
    cachedReadTokens: float | None = None  # noqa: N815
    cachedWriteTokens: float | None = None  # noqa: N815


class Meta(msgspec.Struct, frozen=True):
    """`_meta` of an update, where CLIs put what the protocol has no place for."""

    usage: Tokens | None = None
    toolName: str | None = None  # noqa: N815 - the CLI's name
    parentToolCallId: str | None = None  # noqa: N815


class Block(msgspec.Struct, frozen=True):
    """A piece of content."""

    type: str = ""
    text: str | None = None
    uri: str | None = None


class ToolContent(msgspec.Struct, frozen=True):
    """What a tool call shows: a piece of content, a change of a file, a terminal."""

    type: str = ""
    content: Block | None = None
    path: str | None = None
    oldText: str | None = None  # noqa: N815 - the protocol's name
    newText: str | None = None  # noqa: N815


class PlanEntry(msgspec.Struct, frozen=True):
    """One step of a plan."""

    content: str = ""
    status: str | None = None


class Update(msgspec.Struct, frozen=True):
    """`update` of a `session/update`, and `toolCall` of a request for leave."""

    sessionUpdate: str = ""  # noqa: N815 - the protocol's name
    content: Block | list[ToolContent] | None = None
    messageId: str | None = None  # noqa: N815
    toolCallId: str | None = None  # noqa: N815
    title: str | None = None
    kind: str | None = None
    status: str | None = None
    rawInput: object = None  # noqa: N815
    rawOutput: object = None  # noqa: N815
    entries: list[PlanEntry] | None = None
    currentModeId: str | None = None  # noqa: N815
    used: float | None = None
    size: float | None = None
    meta: Meta | None = msgspec.field(default=None, name="_meta")

    @property
    def shown(self) -> list[ToolContent]:
        """What a tool call shows."""
        return self.content if isinstance(self.content, list) else []


class Option(msgspec.Struct, frozen=True):
    """A way to answer a request for leave."""

    optionId: str = ""  # noqa: N815 - the protocol's name
    name: str = ""
    kind: str = ""


class Params(msgspec.Struct, frozen=True):
    """`params` of what a CLI sends by itself."""

    sessionId: str | None = None  # noqa: N815 - the protocol's name
    update: Update | None = None
    toolCall: Update | None = None  # noqa: N815
    options: list[Option] | None = None


class Failure(msgspec.Struct, frozen=True):
    """`error` of a response."""

    code: int | None = None
    message: str | None = None
    data: object = None


class Line(msgspec.Struct, frozen=True):
    """One message: a response has no method, a notification no id."""

    id: int | str | None = None
    method: str | None = None
    params: Params | None = None
    result: msgspec.Raw = msgspec.Raw()
    error: Failure | None = None


class Capabilities(msgspec.Struct, frozen=True):
    """`agentCapabilities`: what a CLI can do."""

    loadSession: bool | None = None  # noqa: N815 - the protocol's name


class Named(msgspec.Struct, frozen=True):
    """`agentInfo`."""

    version: str | None = None


class Initialized(msgspec.Struct, frozen=True):
    """Result of `initialize`."""

    protocolVersion: int | None = None  # noqa: N815 - the protocol's name
    agentInfo: Named | None = None  # noqa: N815
    agentCapabilities: Capabilities | None = None  # noqa: N815


class Models(msgspec.Struct, frozen=True):
    """`models` of a session."""

    currentModelId: str | None = None  # noqa: N815 - the protocol's name


class ConfigOption(msgspec.Struct, frozen=True):
    """One of a session's `configOptions`."""

    id: str = ""
    currentValue: object = None  # noqa: N815 - the protocol's name


class Session(msgspec.Struct, frozen=True):
    """Result of `session/new` and `session/load`."""

    sessionId: str | None = None  # noqa: N815 - the protocol's name
    models: Models | None = None
    configOptions: list[ConfigOption] | None = None  # noqa: N815

    @property
    def model(self) -> str:
        """The model that it begins with, as the CLI names it; empty if it does not say."""
        if self.models is not None and self.models.currentModelId:
            return self.models.currentModelId
        values = [option.currentValue for option in self.configOptions or () if option.id == "model"]
        return values[0] if values and isinstance(values[0], str) else ""


class Prompted(msgspec.Struct, frozen=True):
    """Result of `session/prompt`: the turn is over."""

    stopReason: str = ""  # noqa: N815 - the protocol's name
    usage: Tokens | None = None


LINE_DECODER: Final = msgspec.json.Decoder(Line)
INITIALIZED: Final = msgspec.json.Decoder(Initialized | None)
SESSION: Final = msgspec.json.Decoder(Session | None)
PROMPTED: Final = msgspec.json.Decoder(Prompted | None)
