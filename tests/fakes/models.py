"""The model lists: `GET /v1/models` (Anthropic and OpenAI) and `GET /v1beta/models` (Gemini)."""

from __future__ import annotations

from tests.fakes.exchange import Json

PATHS = ("/v1/models", "/v1beta/models")

NAMES = (
    "claude-opus-4-8",
    "claude-haiku-4-5",
    "gpt-5.5",
    "gpt-4.1",
    "gemini-2.5-pro",
    "qwen3-coder-plus",
    "m",
)


def model_list() -> Json:
    """The list, in one document that holds the fields of all three providers."""
    models = [
        {
            "id": name,
            "name": f"models/{name}",
            "display_name": name,
            "type": "model",
            "object": "model",
            "created": 1767225600,
            "created_at": "2026-01-01T00:00:00Z",
            "owned_by": "fake",
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        }
        for name in NAMES
    ]
    ends = {"first_id": NAMES[0], "last_id": NAMES[-1], "has_more": False}
    return {"object": "list", "data": models, "models": models, **ends}
