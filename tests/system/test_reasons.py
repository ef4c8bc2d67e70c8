"""The operating system's refusals, in words."""

from __future__ import annotations

import errno

import pytest

from tui.system.reasons import reason, shown


def test_reasons_are_words() -> None:
    assert reason(OSError(errno.ENOSPC, "No space left on device")) == "the disk is full"
    assert reason(OSError(errno.EPIPE, "Broken pipe")) == "broken pipe"
    assert reason(OSError("odd")) == "odd"


def test_paths_are_shown_short_and_inert(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert shown("/home/ada") == "~"
    assert shown("/home/ada/src") == "~/src"
    assert shown("/home/adam") == "/home/adam"
    assert shown("/tmp/\x1b[31m") == "/tmp/\\x1b[31m"
