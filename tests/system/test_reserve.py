"""Room for the last state on a full disk."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from tui.core.errors import StoreError
from tui.system.reserve import RESERVE_BYTES, Reserve


def full() -> StoreError:
    error = StoreError("Cannot write x: the disk is full.")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    return error


class Disk:
    """Full until the reserve is given up."""

    def __init__(self, reserve: Path) -> None:
        self.reserve = reserve
        self.written = 0

    def write(self) -> None:
        if self.reserve.exists():
            raise full()
        self.written += 1


def test_a_write_on_a_full_disk_takes_the_room_that_was_kept(tmp_path: Path) -> None:
    reserve, disk = Reserve(tmp_path, "status"), Disk(tmp_path / "reserve-status")
    reserve.keep()
    assert disk.reserve.stat().st_size == RESERVE_BYTES
    reserve.write(disk.write)
    assert disk.written == 1
    assert not disk.reserve.exists()


def test_without_room_the_failure_is_told(tmp_path: Path) -> None:
    def write() -> None:
        raise full()

    with pytest.raises(StoreError):
        Reserve(tmp_path, "status").write(write)


def test_another_failure_costs_no_room(tmp_path: Path) -> None:
    def write() -> None:
        raise StoreError("Cannot write x: permission denied.")

    reserve = Reserve(tmp_path, "status")
    reserve.keep()
    with pytest.raises(StoreError):
        reserve.write(write)
    assert reserve.drop()
    assert not reserve.drop()
