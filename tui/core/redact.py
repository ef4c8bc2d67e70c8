"""Takes secrets out of text that may leave the machine. Each is replaced by as many `x`, so that a screen keeps its shape.

What has the form of a key of a known kind is found, what is assigned to a name that speaks of a secret, and the values that the
caller knows. A secret of no known form that nobody names cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

VALUE_MIN: Final = 6
"""Characters of a known value below which it is no secret: `1`, `true`, `en_US`."""

_FORMS: Final = re.compile(
    # One without its end takes no whole recording with it.
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:.{0,20000}?-----END [A-Z ]{0,40}PRIVATE KEY-----|.{0,4000})"
    r"|(?<![abd-gijn-zA-Z0-9])(?:"
    r"(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}"
    r"|(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{8,}"
    r"|gh[opsur]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}"
    r"|xox[abeprs]-[\w-]{10,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|AIza[\w-]{30,}"
    r"|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,}"
    r"|eyJ[\w-]{8,600}+\.[\w-]{8,8000}+\.[\w-]{4,})",
    re.DOTALL,
)
"""They begin no later than a word does; letters that end an escape sequence may stand before them."""

_NAMED: Final = re.compile(
    # Bounded on both sides of the word that speaks: a megabyte of `a.a.a` is looked at once, not once a letter.
    r"(?P<before>(?:\b[\w.-]{0,40}(?:api[_-]?key|access[_-]?key|token|secret|passwo?r?d|passphrase|credential)[\w.-]{0,40}+"
    r"""["']?\s*(?:=|:|=>)\s*["']?)|\b(?:Bearer|Basic)\s+|\w://[^\s/:@]+:)"""
    r"""(?P<value>[^\s"'@,;&{}\[\]()<>\\]{6,})""",
    re.IGNORECASE,
)

_SPEAKS: Final = re.compile(r"key|token|secret|passw|passphrase|credential|auth", re.IGNORECASE)


def speaking_values(env: Mapping[str, str]) -> list[str]:
    """Return the values of variables whose names speak of a secret."""
    return [value for name, value in env.items() if _SPEAKS.search(name)]


def redact(text: str, values: Iterable[str] = ()) -> str:
    """Return a text without secrets.

    Args:
        text: Any text, escape sequences included.
        values: Secrets that are known, such as the values of environment variables.
    """
    for value in sorted({value for value in values if len(value) >= VALUE_MIN}, key=len, reverse=True):
        text = text.replace(value, "x" * len(value))
    text = _FORMS.sub(lambda found: "x" * len(found[0]), text)
    return _NAMED.sub(lambda found: found["before"] + "x" * len(found["value"]), text)
