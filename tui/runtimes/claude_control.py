"""Claude Code headless and spoken with: prompts, answers and interrupts go in on its input while it works.

One JSON line each (https://docs.claude.com/en/docs/claude-code/sdk, "streaming input"). A prompt that comes while it works is
taken between two steps of the turn, or as the next one. When a turn is over and no prompt waits, its input is closed: the
process does what is left and ends, so that a finished agent costs no memory. After an interrupt it stays, for what is said next.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.claude_asking import ClaudeAskingReader
from tui.runtimes.claude_types import Line


class ClaudeControlReader(ClaudeAskingReader):
    """Reads and steers one headless run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._prompt = ""
        self._waiting: deque[str] = deque()
        """Prompts that it was given and has not taken yet."""
        self._interrupts = 0
        self._in_turn = False

    def started(self, pid: int) -> Iterable[Observed]:
        """Give it the prompt."""
        self._give(self.info.prompt)
        return super().started(pid)

    @property
    def takes_prompts(self) -> bool:
        """True until its input is closed."""
        return not self.input_over

    def prompt(self, text: str) -> bytes | None:
        """Give it a prompt."""
        if self.input_over:
            return None
        self._give(text)
        return b""

    def interrupt(self) -> bytes | None:
        """Ask it to end its turn; a process that hears no more gets the signal."""
        if self.input_over:
            return None
        self._interrupts += 1
        self._send(
            type="control_request",
            request_id=f"interrupt-{self._interrupts}",
            request={"subtype": "interrupt"},
        )
        return b""

    def prompted(self) -> str:
        """Return the prompt of the turn that begins: the one that it has just taken or is about to take."""
        self._in_turn = True
        return super().prompted() or (self._waiting[0] if self._waiting else "")

    def _give(self, text: str) -> None:
        self._waiting.append(text)
        self._send(type="user", message={"role": "user", "content": text})

    def _send(self, **line: object) -> None:
        self.outbox.append(json.dumps(line).encode() + b"\n")

    # -- what it says ----------------------------------------------------------------------------------------------

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "user" if line.isReplay:
                self._took()
                return []
            case "result":
                return self._turn_over(line)
            case _:
                return super()._facts(line)

    def _took(self) -> None:
        taken = self._waiting.popleft() if self._waiting else ""
        if not self._in_turn:
            self._prompt = taken

    def _turn_over(self, line: Line) -> Iterable[AnyFact]:
        self._in_turn = False
        told = list(super()._facts(line))
        interrupted = any(isinstance(fact, f.TurnEnded) and fact.interrupted for fact in told)
        if not self._waiting and not interrupted:
            self.input_over = True
        return told
