"""The agent CLIs that the tests can run: what to install, and what each needs in order to stay on this machine.

One entry per CLI. The environments switch off telemetry and updates, point the program at a fake provider, and the files
answer the questions of a first start beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.exchange import Json


@dataclass(frozen=True, slots=True)
class Place:
    """Where a CLI runs."""

    home: Path
    project: Path
    url: str
    """The fake provider, without a path."""


def _nothing(place: Place) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Cli:
    """One agent CLI."""

    name: str
    """Also the name of its program."""
    package: str
    """The npm package with the version that these tests were written against."""
    environment: Callable[[Place], Mapping[str, str]] = _nothing
    files: Callable[[Place], Mapping[str, str]] = _nothing
    """Text files in the home folder, by relative path."""
    setup: Callable[[Place], list[str]] | None = None
    """Arguments of a run that has to come first."""


CLAUDE_KEY = "sk-ant-fake-0000"
FAKE_KEY = "fake-key-0000"
"""Long enough that a CLI which hides its key wherever it prints it hides nothing else."""
CODEX_MODEL = "gpt-5.5"


def _claude_environment(place: Place) -> dict[str, str]:
    return {
        "ANTHROPIC_API_KEY": CLAUDE_KEY,
        "ANTHROPIC_BASE_URL": place.url,
        "DISABLE_TELEMETRY": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "IS_SANDBOX": "1",  # else it refuses to skip permissions as root
    }


def _claude_files(place: Place) -> dict[str, str]:
    settings: Json = {
        "hasCompletedOnboarding": True,
        "theme": "dark",
        "customApiKeyResponses": {"approved": [CLAUDE_KEY[-20:]], "rejected": []},
        "projects": {str(place.project): {"hasTrustDialogAccepted": True}},
    }
    return {".claude.json": _json(settings)}


def _codex_files(place: Place) -> dict[str, str]:
    config = f"""\
model = "{CODEX_MODEL}"
model_provider = "fake"
check_for_update_on_startup = false

[model_providers.fake]
name = "fake"
base_url = "{place.url}/v1"
env_key = "FAKE_API_KEY"
wire_api = "responses"
request_max_retries = 3
stream_max_retries = 3

[analytics]
enabled = false

[projects."{place.project}"]
trust_level = "trusted"
"""
    return {".codex/config.toml": config}


def _gemini_settings(auth_type: str) -> str:
    return _json(
        {
            "security": {"auth": {"selectedType": auth_type}, "folderTrust": {"enabled": False}},
            "privacy": {"usageStatisticsEnabled": False},
            "general": {"enableAutoUpdate": False},
            "telemetry": {"enabled": False},
        }
    )


def _qwen_environment(place: Place) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": FAKE_KEY,
        "OPENAI_BASE_URL": f"{place.url}/v1",
        "OPENAI_MODEL": "qwen3-coder-plus",
    }


def _opencode_files(place: Place) -> dict[str, str]:
    model = {
        "name": "m",
        "limit": {"context": 200_000, "output": 32_000},
        "cost": {"input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75},
    }
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "fake",
        "options": {"baseURL": f"{place.url}/v1", "apiKey": FAKE_KEY},
        "models": {"m": model},
    }
    config: Json = {
        "autoupdate": False,
        "share": "disabled",
        "model": "fake/m",
        "small_model": "fake/m",
        "provider": {"fake": provider},
        "disabled_providers": ["opencode"],
    }
    return {".config/opencode/opencode.json": _json(config)}


def _pi_files(place: Place) -> dict[str, str]:
    cost = {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75}
    model = {
        "id": "m",
        "name": "m",
        "reasoning": False,
        "input": ["text"],
        "cost": cost,
        "contextWindow": 200_000,
        "maxTokens": 32_000,
    }
    provider = {
        "baseUrl": f"{place.url}/v1",
        "apiKey": "FAKE_API_KEY",
        "api": "openai-completions",
        "models": [model],
    }
    return {".pi/agent/models.json": _json({"providers": {"fake": provider}})}


def _copilot_environment(place: Place) -> dict[str, str]:
    return {
        "COPILOT_OFFLINE": "true",
        "COPILOT_AUTO_UPDATE": "false",
        "COPILOT_PROVIDER_BASE_URL": f"{place.url}/v1",
        "COPILOT_PROVIDER_API_KEY": FAKE_KEY,
        "COPILOT_MODEL": "gpt-4.1",
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=2)


CLIS: Mapping[str, Cli] = {
    cli.name: cli
    for cli in (
        Cli(
            "claude",
            "@anthropic-ai/claude-code@2.1.197",
            _claude_environment,
            _claude_files,
        ),
        Cli(
            "codex",
            "@openai/codex@0.169.0",
            lambda place: {"FAKE_API_KEY": FAKE_KEY},
            _codex_files,
        ),
        Cli(
            "gemini",
            "@google/gemini-cli@0.61.0",
            lambda place: {"GEMINI_API_KEY": FAKE_KEY, "GOOGLE_GEMINI_BASE_URL": place.url},
            lambda place: {".gemini/settings.json": _gemini_settings("gemini-api-key")},
        ),
        Cli(
            "opencode",
            "opencode-ai@1.18.33",
            lambda place: dict.fromkeys(
                (
                    "OPENCODE_DISABLE_AUTOUPDATE",
                    "OPENCODE_DISABLE_MODELS_FETCH",
                    "OPENCODE_DISABLE_LSP_DOWNLOAD",
                ),
                "1",
            ),
            _opencode_files,
        ),
        Cli(
            "qwen",
            "@qwen-code/qwen-code@0.15.10",
            _qwen_environment,
            lambda place: {".qwen/settings.json": _gemini_settings("openai")},
        ),
        Cli(
            "pi",
            "@mariozechner/pi-coding-agent@0.73.1",
            lambda place: {"PI_OFFLINE": "1", "PI_TELEMETRY": "0", "FAKE_API_KEY": FAKE_KEY},
            _pi_files,
        ),
        Cli(
            "copilot",
            "@github/copilot@1.0.102",
            _copilot_environment,
        ),
        Cli(
            "cline",
            "cline@3.0.65",
            setup=lambda place: ["auth", "-p", "openai", "-k", FAKE_KEY, "-m", "m", "-b", f"{place.url}/v1"],
        ),
    )
}
"""Every CLI by its name."""
