"""The last screen of an agent whose host died before it could save it: played again from the end of its recording."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.core.spec import AgentSpec, Mode
from tui.protocol.screen import WinSize
from tui.system.recorder import RECORDING
from tui.system.store import SCREEN, write_screen
from tui.terminal.emulator import Emulator
from tui.terminal.frames import FrameSource

READ_BYTES: Final = 2 * 1024 * 1024
"""How much of the recording's end is played: far more than a screen, and done in well under a second."""

_log = logging.getLogger(__name__)


def rebuild(folder: Path, spec: AgentSpec) -> bool:
    """Write the screen that the recording ends with, if it is newer than the one on disk; True if it was written."""
    recording, screen = folder / RECORDING, folder / SCREEN
    if spec.mode is not Mode.INTERACTIVE:
        return False
    try:
        if screen.exists() and screen.stat().st_mtime >= recording.stat().st_mtime:
            return False
        emulator = Emulator(WinSize(spec.rows, spec.cols), history_lines=0)
        for kind, text in _events(recording):
            if kind == "o":
                emulator.feed(text.encode("utf-8", "replace"))
            elif kind == "r":
                cols, _, rows = text.partition("x")
                emulator.resize(WinSize(max(1, int(rows)), max(1, int(cols))))
        emulator.finish()
        frame = FrameSource(emulator).frame(force_full=True, force=True)
        if frame is None:
            return False
        write_screen(folder, frame)
    except (OSError, ValueError, StoreError) as error:
        _log.warning("The last screen of %s could not be made: %s", spec.id, error)
        return False
    return True


def _events(recording: Path) -> Iterator[tuple[str, str]]:
    """The events in the end of a recording; lines that are torn or no events are passed over."""
    with recording.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - READ_BYTES))
        decoder = msgspec.json.Decoder(tuple[float, str, str])
        for line in file.read(READ_BYTES).splitlines():
            try:
                _, kind, text = decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                header = _header_size(line)
                if header:
                    yield "r", header
                continue
            yield kind, text


def _header_size(line: bytes) -> str:
    try:
        header = msgspec.json.decode(line, type=_Header)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    return f"{header.width}x{header.height}"


class _Header(msgspec.Struct):
    width: int
    height: int
