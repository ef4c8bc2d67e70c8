"""Files of ours that hold bytes which are no UTF-8, as a bad disk or a torn write leaves them: told or passed over, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tui.client import hosts, moments
from tui.core.commands import Resume
from tui.core.errors import AgentTuiError
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Status
from tui.host.colours import Colours
from tui.host.lastscreen import rebuild
from tui.system import notifyfile, pricefile, slotlimits, store
from tui.system.paths import Paths
from tui.system.slots import Slots
from tui.terminal.colours import COLOURS_FILE, DEFAULT_PALETTE
from tui.ui import memory, prompts_sent

BAD = b'{"version":1,"x":"caf\xe9","max_running":{"\xff":1},"pools":{"\xff":1}}'
SPEC = AgentSpec(id="a", name="a", runtime="demo", mode=Mode.INTERACTIVE, cwd="/")


def _waited(state: Path) -> object:
    paths = Paths(state=state, runtime=state, config=state, log=state)
    return hosts.waited(
        paths, "a", Resume(), Status(id="a", name="a", runtime="demo", mode=Mode.STREAM, cwd="/")
    )


def _slot(state: Path) -> int:
    slots = Slots(state, "b")
    try:
        return slots.take({"all": 1})
    finally:
        slots.close()


READERS: list[tuple[str, Callable[[Path], Any]]] = [
    ("prompts.json", prompts_sent.sent_before),
    ("dashboard.json", memory.recall),
    ("slots/limits.json", slotlimits.read_limits),
    ("slots/queue/0-a", _slot),
    ("notify/told.json", notifyfile.read_notify),
    ("agents/a/pending.json", _waited),
    (COLOURS_FILE, lambda state: Colours(state).read()),
]


@pytest.mark.parametrize(("name", "read"), READERS)
def test_what_cannot_be_read_is_as_if_it_were_not_there(
    tmp_path: Path, name: str, read: Callable[[Path], Any]
) -> None:
    without = read(tmp_path / "empty") if name != "slots/queue/0-a" else 0
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(BAD)
    found = read(tmp_path)
    assert type(found) is type(without)
    assert found == without


@pytest.mark.parametrize("read", [store.read_status, store.read_spec, moments.load])
def test_what_an_agent_needs_is_told_as_damaged(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    for name in ("status.json", "spec.json"):
        (tmp_path / name).write_bytes(b'{"id":"caf\xe9","contact":"caf\xe9"}')
    with pytest.raises(AgentTuiError, match="utf-8"):
        read(tmp_path / "spec.json" if read is moments.load else tmp_path)


def test_a_price_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "prices.json").write_bytes(b'{"models":{"m":{"price":"\xff"}}}')
    assert pricefile.read_table(tmp_path / "prices.json").price("m", "/") is None


def test_a_recording_that_ends_inside_a_character_still_gives_the_last_screen(tmp_path: Path) -> None:
    lines = [b'{"version":2,"width":20,"height":4}', b'[0.1,"o","caf\xc3\xa9"]', b'[0.2,"o","th\xc3']
    (tmp_path / "output.cast").write_bytes(b"\n".join(lines))
    assert rebuild(tmp_path, SPEC)
    frame = store.read_screen(tmp_path)
    assert frame is not None
    assert frame.lines[0][0].text.strip() == "café"


def test_the_colours_that_are_read_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / COLOURS_FILE).write_bytes(
        msgspec.json.encode(msgspec.structs.replace(DEFAULT_PALETTE, cursor=1))
    )
    assert Colours(tmp_path).read().cursor == 1
