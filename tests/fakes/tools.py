"""Calls of the client's own tools, whatever it names them and their arguments.

Every CLI offers a tool that runs a command and one that writes a file, under names of its own. The fake model
reads the offer and fills in the arguments that the schema asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.exchange import Json, ToolCall

SHELL_TOOLS = (
    "Bash", "bash", "exec_command", "shell_command", "shell", "run_shell_command", "run_commands", "execute_command",
)  # fmt: skip
WRITE_TOOLS = ("Write", "write", "write_file", "create", "write_to_file", "apply_patch")

QUESTION_TOOLS = ("request_user_input", "AskUserQuestion", "ask_user_question", "question", "ask_user")

PATCH_ARGUMENT = "input"
"""The one argument of a tool that takes free text, such as the patch tool of Codex."""


def shell(call_id: str, command: str, offered: Mapping[str, Json]) -> ToolCall:
    """Ask the client to run a command."""
    name = _first(SHELL_TOOLS, offered)
    values: Json = {
        "command": command,
        "cmd": command,
        "commands": command,
        "description": "Look at the project",
        "is_background": False,
        "requires_approval": False,
    }
    return ToolCall(call_id, name, _fill(offered.get(name, {}), values))


def write_file(call_id: str, path: str, content: str, offered: Mapping[str, Json]) -> ToolCall:
    """Ask the client to write a file, or to run a command that does if it has no such tool."""
    name = _first(WRITE_TOOLS, offered)
    if name not in offered:
        return shell(call_id, f"printf '%s' '{content}' > {path}", offered)
    if name == "apply_patch":
        added = "".join(f"+{line}\n" for line in content.splitlines())
        patch = f"*** Begin Patch\n*** Add File: {path}\n{added}*** End Patch\n"
        return ToolCall(call_id, name, {PATCH_ARGUMENT: patch})
    values: Json = {"content": content, "file_text": content} | dict.fromkeys(
        ("file_path", "filePath", "path", "absolutePath"), path
    )
    return ToolCall(call_id, name, _fill(offered[name], values))


def question(call_id: str, words: str, options: tuple[str, ...], offered: Mapping[str, Json]) -> ToolCall:
    """Have the client put a question to the user."""
    named = [{"label": option, "description": option} for option in options]
    asked = {"id": "q", "header": "Choice", "question": words, "options": named, "multiSelect": False}
    return ToolCall(call_id, _first(QUESTION_TOOLS, offered), {"questions": [asked]})


def _first(names: tuple[str, ...], offered: Mapping[str, Json]) -> str:
    return next((name for name in names if name in offered), names[0])


def _fill(schema: Json, values: Json) -> Json:
    """Arguments for `schema`: every known property, and an empty value for each other required one."""
    properties: Json = schema.get("properties") or {"command": {}}
    arguments: Json = {}
    for name, property_schema in properties.items():
        if name in values:
            arguments[name] = _as_type(values[name], property_schema)
        elif name in schema.get("required", ()):
            arguments[name] = _as_type("", property_schema)
    return arguments


def _as_type(value: Any, schema: Json) -> Any:
    match schema.get("type", "string"):
        case "array" | "ARRAY":
            return [value] if value else []
        case "boolean" | "BOOLEAN":
            return bool(value)
        case "integer" | "number" | "INTEGER" | "NUMBER":
            return value or 0
        case _:
            return value
