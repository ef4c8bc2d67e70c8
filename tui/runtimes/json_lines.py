"""Lines of a stream that should be JSON: find it, decode it typed, and lose nothing that is not.

A terminal merges standard error into the stream, ends lines in CRLF, may echo `^C`, and some CLIs print escape sequences
before or after their JSON. So: leading control characters and escape sequences are passed over, JSON is only tried where
a line then begins with `{`, and everything else is log text.
"""

from __future__ import annotations

import abc
import re
from collections.abc import Iterable
from typing import Final, Generic, TypeVar

import msgspec

from tui.core.activity import Source
from tui.core.facts import LogLine, Unparsed
from tui.core.text import one_line
from tui.runtimes.base import Observed, Reader, RunInfo

_LEADING: Final = re.compile(
    rb"(?:\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])|[\x00-\x20\x7f]"
    rb"|\^[@-_](?=[\x00-\x20\x1b{]))+"
)
_SURROGATES: Final = re.compile(
    # An escaped backslash and a proper pair are passed over whole; what is left is a lone half.
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
LOG_MAX: Final = 2_000
"""Characters kept of a line that is not JSON."""

T = TypeVar("T")


def strip_leading(line: bytes) -> bytes:
    """Return the line without control characters, escape sequences and echoed `^C` before its text."""
    if line[:1] == b"{":
        return line
    found = _LEADING.match(line)
    return line[found.end() :] if found else line


def decode(decoder: msgspec.json.Decoder[T], line: bytes) -> T:
    r"""Decode a line; broken UTF-8 and lone surrogates (`\ud800`, which JavaScript writes) become U+FFFD.

    Raises:
        msgspec.DecodeError: It is no JSON, or not of the decoder's type, or nested too deeply.
    """
    try:
        return decoder.decode(line)
    except UnicodeDecodeError:
        line = line.decode("utf-8", "replace").encode()
    except RecursionError as error:
        raise msgspec.DecodeError("nested too deeply") from error
    except msgspec.DecodeError:
        mended = _SURROGATES.sub(lambda m: m[0] if len(m[0]) != 6 else rb"\ufffd", line)
        if mended == line:
            raise
        line = mended
    try:
        return decoder.decode(line)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error
    except RecursionError as error:
        raise msgspec.DecodeError("nested too deeply") from error


class JsonReader(Reader, abc.ABC, Generic[T]):
    """Reads a run whose stream is JSON lines; a CLI's reader says what one line means.

    Args:
        info: The run.
        decoder: Of the CLI's line type, lenient: unknown fields are ignored.
    """

    def __init__(self, info: RunInfo, decoder: msgspec.json.Decoder[T]) -> None:
        super().__init__(info)
        self._decoder = decoder

    def line(self, data: bytes) -> Iterable[Observed]:
        """Return the facts of one line."""
        text = strip_leading(data)
        if text[:1] != b"{" or text == b"{":
            # A brace alone begins an object that a program dumps over many lines, such as an error of Node's.
            words = log_text(text)
            return [(Source.STREAM, LogLine(text=words))] if words else []
        try:
            return list(self.event(decode(self._decoder, text)))
        except msgspec.DecodeError as error:
            return [(Source.STREAM, unparsed(text, str(error)))]
        except RecursionError:
            # Arguments that could just be decoded may still be too deep to be written again.
            return [(Source.STREAM, unparsed(text, "nested too deeply"))]

    @abc.abstractmethod
    def event(self, event: T) -> Iterable[Observed]:
        """Return the facts of one decoded line."""


def log_text(line: bytes) -> str:
    """Return a line that is no JSON as inert text, on one line; empty if nothing is to be read in it."""
    return one_line(line[: LOG_MAX * 4].decode("utf-8", "replace"), limit=LOG_MAX)


def unparsed(line: bytes, reason: str) -> Unparsed:
    """Return the fact for a JSON line that could not be understood."""
    return Unparsed(text=log_text(line[:LOG_MAX]), reason=one_line(reason))
