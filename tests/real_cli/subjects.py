"""What each CLI is told in the tests of the whole product, and what it truly can and cannot say.

A `cannot_…` holds the reason why: a test asserts the lack itself, so that a CLI that learns it is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from tests.fakes.exchange import Kind
from tests.fakes.ledger import Entry
from tests.fakes.usage import Usage

PRICED_AS = {"m": "claude-sonnet-4-5"}
"""OpenCode and Pi have the prices of this model in their configuration, for a model of their own."""
MYSTERY = "mystery-1"
"""A model that no price list knows."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A CLI as an agent of ours."""

    cli: str
    """Its name in `tests.real_cli.clis`."""
    runtime: str
    model: str = ""
    """Given as the agent's model; the price list knows it."""
    allow: tuple[str, ...] = ()
    """Arguments that let a headless run use its tools."""
    ask: tuple[str, ...] = ()
    """Arguments of an interactive run that has to ask before it runs a command."""
    sessions: tuple[str, ...] = ()
    """Folders and files in its home without which it knows no session."""
    counts_own: bool = False
    """Its headless figures hold what it asks the model for by itself (memory)."""
    writes_told: bool = False
    """It tells apart what it wrote into the cache; else that is a part of the input."""
    reasoning_apart: bool = False
    """Its provider bills thoughts beside the output."""
    cannot_resume: str = ""
    """Why a headless session is not gone on with."""
    cannot_ask: str = ""
    """Why it never waits for leave."""
    cannot_count: str = ""
    """Why an interactive run has no figures."""
    cannot_tell_retries: str = ""
    """Why a headless run says nothing of a request that is tried again."""
    cannot_take_models: str = ""
    """Why it runs no model that it does not know."""
    cannot_name: str = ""
    """Why an interactive run's session is not known before it leaves by itself."""
    cannot_read: str = ""
    """Why an interactive run's words are known from its screen alone."""
    allow_key: str = "1"
    """Allows what it asks for."""
    first_key: str = "1"
    """Answers what it asks at its first start."""
    first_dialogs: int = 0
    """What it asks at its first start here, before it rests."""
    cannot_refuse: str = ""
    """Why an interactive run does not say that it knows no session."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """Further settings that make it ask: what to set at the top of each JSON file in its home."""
    draws_retries: bool = False
    """An interactive run shows that a request is tried again, and when; the others' screens and files do not."""
    pays_for_side: bool = False
    """The money of its screen is the CLI's own figure, which holds what it asks for by itself (titles)."""
    forks: bool = False
    """A test begins a new agent with a copy of its session."""
    logs_retries: bool = False
    """Its log tells of them instead, without the time."""
    reports_money: bool = False
    """A headless run tells its cost itself."""

    def make_ask(self, home: Path) -> None:
        """Write the settings that make it ask before it runs a command."""
        for path, more in self.config.items():
            file = home / path
            file.write_text(json.dumps({**json.loads(file.read_text()), **more}))

    def told(self, bill: Usage) -> Mapping[str, int]:
        """What of a bill the CLI can know, in the fields of `ls --json`."""
        write = bill.cache_write if self.writes_told else 0
        output = bill.output + (bill.reasoning if self.reasoning_apart else 0)
        return {
            "input": bill.input + bill.cache_write - write,
            "output": output,
            "cache_read": bill.cache_read,
            "cache_write": write,
        }

    def cost(self, entries: list[Entry]) -> Decimal:
        """What the price list asks for these requests, each by itself."""
        total = Decimal(0)
        for entry in entries:
            told = self.told(entry.billed)
            usage = PricedUsage(
                input_tokens=told["input"] + told["cache_read"] + told["cache_write"],
                output_tokens=told["output"],
                cache_read_tokens=told["cache_read"],
                cache_write_tokens=told["cache_write"],
            )
            total += calc_price(usage, PRICED_AS.get(entry.ask.model, entry.ask.model)).total_price
        return total

    def counted(self, *, stream: bool) -> Kind | None:
        """The requests that it counts: its turns, or all."""
        return None if self.counts_own and stream else Kind.MAIN


SUBJECTS: Mapping[str, Subject] = {
    subject.cli: subject
    for subject in (
        Subject(
            "claude",
            "claude-code",
            "claude-opus-4-8",
            allow=("--dangerously-skip-permissions",),
            sessions=(".claude/projects",),
            writes_told=True,
            draws_retries=True,
            reports_money=True,
            pays_for_side=True,
            forks=True,
        ),
        Subject(
            "codex",
            "codex",
            "gpt-5.5",
            allow=("--dangerously-bypass-approvals-and-sandbox",),
            ask=("-a", "on-request", "-s", "workspace-write"),
            first_key="2",
            first_dialogs=1,
            sessions=(".codex/sessions",),
            writes_told=True,
            forks=True,
        ),
        Subject(
            "gemini",
            "gemini",
            "gemini-2.5-pro",
            allow=("--yolo",),
            sessions=(".gemini/tmp",),
            reasoning_apart=True,
        ),
        Subject(
            "opencode",
            "opencode",
            model="fake/m",
            sessions=(".local/share/opencode",),
            reports_money=True,
            config={".config/opencode/opencode.json": {"permission": {"bash": "ask", "edit": "ask"}}},
            allow_key="enter",
            cannot_read="its screen is all that it shows",
            cannot_take_models="its models are those of its configuration",
            forks=True,
            logs_retries=True,
        ),
        Subject(
            "qwen",
            "qwen",
            "gpt-4.1",
            allow=("--yolo",),
            sessions=(".qwen/projects",),
            counts_own=True,
            cannot_tell_retries="it repeats a refused request in silence",
        ),
        Subject(
            "pi",
            "pi",
            allow=("--provider", "fake", "--model", "m"),
            ask=("--provider", "fake", "--model", "m"),
            sessions=(".pi/agent/sessions",),
            cannot_refuse="it begins a session in place of a file that is gone, once it is spoken to",
            cannot_ask="it has no permissions: it runs what the model wants",
            cannot_tell_retries="its SDK repeats a refused request in silence",
            cannot_take_models="a model that it does not know is refused",
            reports_money=True,
        ),
        Subject(
            "copilot",
            "copilot",
            "gpt-4.1",
            allow=("--allow-all-tools",),
            first_dialogs=1,
            sessions=(".copilot/session-state",),
        ),
        Subject(
            "cline",
            "cline",
            "gpt-4.1",
            ask=("--auto-approve", "false"),
            sessions=(".cline/data/sessions",),
            allow_key="y",
            first_key="escape",
            first_dialogs=1,
            cannot_read="its screen is all that it shows",
            cannot_resume="with `--json` it takes no session and names none",
            cannot_tell_retries="it repeats a refused request in silence",
        ),
    )
}  # fmt: skip
"""Every subject by the name of its CLI."""
