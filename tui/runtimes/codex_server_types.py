"""Messages of `codex app-server`: JSON-RPC, one a line.

Source: `codex app-server generate-ts` (https://github.com/openai/codex, `codex-rs/app-server`). Lenient: unknown fields are passed over,
nothing is required.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tui.runtimes import codex_types as shared

_NAMES: Final = {
    "agentMessage": "agent_message",
    "commandExecution": "command_execution",
    "fileChange": "file_change",
    "mcpToolCall": "mcp_tool_call",
    "webSearch": "web_search",
}


class Item(msgspec.Struct, frozen=True, rename="camel"):
    """A piece of a turn."""

    id: str = ""
    type: str = ""
    text: str | None = None
    summary: list[str] | None = None
    content: list[object] | None = None
    status: str | None = None
    command: str | None = None
    aggregated_output: str | None = None
    exit_code: int | None = None
    changes: list[shared.Change] | None = None
    server: str | None = None
    tool: str | None = None
    arguments: object = None
    query: str | None = None
    result: object = None
    error: shared.Failure | None = None

    def common(self) -> shared.Item:
        """Return it as the events of `codex exec` have it."""
        thoughts = self.summary or [part for part in self.content or () if isinstance(part, str)]
        return shared.Item(
            id=self.id,
            type=_NAMES.get(self.type, self.type),
            text=self.text if self.type != "reasoning" else "\n".join(thoughts),
            status=self.status,
            command=self.command,
            aggregated_output=self.aggregated_output,
            exit_code=self.exit_code,
            changes=self.changes,
            server=self.server,
            tool=self.tool,
            arguments=self.arguments,
            query=self.query,
            result=self.result,
            error=self.error,
        )


class Tokens(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A reading of the thread's counter, or one request; input holds what was read from and written to caches."""

    input_tokens: float | None = None
    cached_input_tokens: float | None = None
    cache_write_input_tokens: float | None = None
    output_tokens: float | None = None
    total_tokens: float | None = None

    def common(self) -> shared.Tokens:
        """Return them as the rollout has them."""
        return shared.Tokens(
            self.input_tokens,
            self.cached_input_tokens,
            self.cache_write_input_tokens,
            self.output_tokens,
            self.total_tokens,
        )


class TokenUsage(msgspec.Struct, frozen=True, rename="camel"):
    """`tokenUsage` of a thread."""

    total: Tokens | None = None
    last: Tokens | None = None
    model_context_window: float | None = None


class Window(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """How full one of the account's limits is."""

    used_percent: float | None = None
    window_duration_mins: float | None = None
    resets_at: float | None = None

    def common(self) -> shared.Window:
        """Return it as the rollout has it."""
        return shared.Window(self.used_percent, self.window_duration_mins, self.resets_at)


class Limits(msgspec.Struct, frozen=True):
    """`rateLimits`."""

    primary: Window | None = None
    secondary: Window | None = None

    def common(self) -> shared.Limits:
        """Return them as the rollout has them."""
        return shared.Limits(
            self.primary.common() if self.primary else None,
            self.secondary.common() if self.secondary else None,
        )


class TurnError(msgspec.Struct, frozen=True, rename="camel"):
    """`error` of a turn, and of the notification of one."""

    message: str | None = None
    codex_error_info: object = None
    additional_details: str | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status, where it was one."""
        info = self.codex_error_info
        for told in info.values() if isinstance(info, dict) else ():
            status = told.get("httpStatusCode") if isinstance(told, dict) else None
            if isinstance(status, int):
                return status
        return None


class Turn(msgspec.Struct, frozen=True):
    """A turn."""

    id: str = ""
    status: str | None = None
    error: TurnError | None = None


class Step(msgspec.Struct, frozen=True):
    """One step of a plan."""

    step: str = ""
    status: str | None = None


class QuestionOption(msgspec.Struct, frozen=True):
    """A way to answer a question."""

    label: str = ""


class Question(msgspec.Struct, frozen=True):
    """One question to the user."""

    id: str = ""
    header: str | None = None
    question: str | None = None
    options: list[QuestionOption] | None = None


class Params(msgspec.Struct, frozen=True, rename="camel"):
    """`params` of what it sends by itself."""

    thread_id: str | None = None
    turn: Turn | None = None
    item: Item | None = None
    item_id: str | None = None
    delta: str | None = None
    token_usage: TokenUsage | None = None
    rate_limits: Limits | None = None
    error: TurnError | None = None
    will_retry: bool | None = None
    plan: list[Step] | None = None
    summary: str | None = None
    request_id: int | str | None = None
    # What is asked.
    command: str | None = None
    cwd: str | None = None
    network_approval_context: object = None
    reason: str | None = None
    grant_root: str | None = None
    available_decisions: list[object] | None = None
    proposed_execpolicy_amendment: list[str] | None = None
    permissions: object = None
    questions: list[Question] | None = None
    message: str | None = None
    server_name: str | None = None
    requested_schema: object = None


class Failure(msgspec.Struct, frozen=True):
    """`error` of a response."""

    code: int | None = None
    message: str | None = None


class Line(msgspec.Struct, frozen=True):
    """One message: a response has no method, a notification no id."""

    id: int | str | None = None
    method: str | None = None
    params: Params | None = None
    result: msgspec.Raw = msgspec.Raw()
    error: Failure | None = None


class Thread(msgspec.Struct, frozen=True, rename="camel"):
    """`thread` of a result."""

    id: str = ""
    cli_version: str | None = None


class Opened(msgspec.Struct, frozen=True):
    """Result of `thread/start`, `thread/resume` and `thread/fork`."""

    thread: Thread | None = None
    model: str | None = None


class Began(msgspec.Struct, frozen=True):
    """Result of `turn/start`."""

    turn: Turn | None = None


LINE_DECODER: Final = msgspec.json.Decoder(Line)
OPENED: Final = msgspec.json.Decoder(Opened | None)
BEGAN: Final = msgspec.json.Decoder(Began | None)
