"""Source code in four tones: keywords, names of functions, strings, the rest plain."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from textual.content import Content, Span

CODE_MAX: Final = 8_000
"""Characters that are coloured; longer code is plain."""

_KEYWORD: Final = "$secondary"
_FUNCTION: Final = "$primary"
_STRING: Final = "$add"


@lru_cache(maxsize=64)
def _lexer(language: str, filename: str) -> Any | None:
    # Not at the top: lexers cost a few milliseconds, and most timelines never show code.
    from pygments.lexers import (  # type: ignore[import-untyped] # it ships no types
        get_lexer_by_name,
        get_lexer_for_filename,
    )
    from pygments.util import ClassNotFound  # type: ignore[import-untyped] # it ships no types

    try:
        if language:
            return get_lexer_by_name(language, stripnl=False, ensurenl=False)
        return get_lexer_for_filename(filename, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def code_lines(code: str, *, language: str = "", filename: str = "") -> list[Content]:
    """Return the lines of a piece of code, coloured if its language is known.

    Args:
        code: Any text; tabs become four blanks.
        language: Its name as after a Markdown fence.
        filename: Or the file that it is from.
    """
    code = code.expandtabs(4)
    lexer = _lexer(language, filename) if (language or filename) and len(code) <= CODE_MAX else None
    if lexer is None:
        return [Content(line) for line in code.split("\n")]
    spans: list[Span] = []
    tokens = [(kind, value) for kind, value in lexer.get_tokens(code) if value]
    plain = ""
    for (kind, value), (_, after) in zip(tokens, [*tokens[1:], (None, "")], strict=False):
        if (style := _tone(kind, called=after.startswith("("))) and value.strip():
            spans.append(Span(len(plain), len(plain) + len(value), style))
        plain += value
    # A lexer may change line ends, never the number of lines that a diff counts on.
    lines = list(Content(plain, spans).split("\n", allow_blank=True))
    return lines if len(lines) == code.count("\n") + 1 else [Content(line) for line in code.split("\n")]


def _tone(kind: Any, *, called: bool) -> str:
    from pygments.token import Token  # type: ignore[import-untyped] # it ships no types

    if kind in Token.Keyword or kind in Token.Operator.Word:
        return _KEYWORD
    if kind in Token.Name.Function or kind in Token.Name.Class or (called and kind in Token.Name):
        return _FUNCTION
    if kind in Token.Literal.String:
        return _STRING
    return ""
