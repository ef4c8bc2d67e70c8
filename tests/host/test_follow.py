"""Files of an agent CLI are followed from before they exist until they are gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import until
from tui.host.follow import Follower
from tui.runtimes.base import CHANGED, Follow


class Given(list[tuple[str, bytes]]):
    def take(self, name: str, data: bytes) -> None:
        self.append((name, data))


@pytest.fixture
def given() -> Given:
    return Given()


@pytest.fixture
def follower(given: Given) -> Iterator[Follower]:
    made = Follower(given.take)
    yield made
    made.close()


async def test_lines_of_a_file_whose_folders_come_later(
    tmp_path: Path, given: Given, follower: Follower
) -> None:
    path = tmp_path / "projects" / "deep" / "session.jsonl"
    follower.set([Follow("log", str(path), lines=True)])
    path.parent.mkdir(parents=True)
    path.write_text('{"a":1}\n{"b"')
    await until(lambda: given == [("log", b'{"a":1}')])
    with path.open("a") as file:
        file.write(":2}\n\n")
    await until(lambda: given[1:] == [("log", b'{"b":2}')])


async def test_what_stood_there_before_can_be_skipped(
    tmp_path: Path, given: Given, follower: Follower
) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text("old\n")
    follower.set([Follow("log", str(path), lines=True, from_start=False)])
    with path.open("a") as file:
        file.write("new\n")
    await until(lambda: given == [("log", b"new")])


async def test_a_replaced_file_is_read_anew(tmp_path: Path, given: Given, follower: Follower) -> None:
    path = tmp_path / "log"
    path.write_text("one\n")
    follower.set([Follow("log", str(path), lines=True)])
    (tmp_path / "beside").write_text("two\nthree\n")
    (tmp_path / "beside").replace(path)
    await until(lambda: [data for _, data in given] == [b"one", b"two", b"three"])
    os.truncate(path, 0)
    with path.open("a") as file:
        file.write("four\n")
    await until(lambda: given[-1] == ("log", b"four"))


async def test_a_large_file_comes_whole_line_by_line(
    tmp_path: Path, given: Given, follower: Follower
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(b"%06d\n" % i for i in range(200_000)))
    follower.set([Follow("log", str(path), lines=True)])
    await until(lambda: len(given) == 200_000)
    assert given[-1] == ("log", b"199999")


async def test_a_whole_file_at_each_change_and_empty_when_gone(
    tmp_path: Path, given: Given, follower: Follower
) -> None:
    path = tmp_path / "state.json"
    follower.set([Follow("state", str(path))])
    path.write_text("1")
    await until(lambda: ("state", b"1") in given)
    (tmp_path / "beside").write_text("22")
    (tmp_path / "beside").replace(path)
    await until(lambda: given[-1] == ("state", b"22"))
    path.unlink()
    await until(lambda: given[-1] == ("state", b""))


async def test_the_end_of_a_run_reads_what_came_last(
    tmp_path: Path, given: Given, follower: Follower
) -> None:
    path = tmp_path / "log"
    follower.set([Follow("log", str(path), lines=True)])
    path.write_text("last words\n")
    follower.finish()
    assert given == [("log", b"last words")]


async def test_nothing_is_read_again_after_the_end(tmp_path: Path, given: Given, follower: Follower) -> None:
    path = tmp_path / "log"
    path.write_text("one\n")
    follows = [Follow("log", str(path), lines=True)]
    follower.set(follows)
    follower.finish()
    follower.set(follows)
    follower.finish()
    assert given == [("log", b"one")]


async def test_pipes_and_folders_in_the_place_are_harmless(
    tmp_path: Path, given: Given, follower: Follower
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    follower.set(
        [Follow("pipe", str(tmp_path / "pipe"), lines=True), Follow("folder", str(tmp_path / "folder"))]
    )
    follower.finish()
    assert given == []


async def test_lines_of_the_file_that_matches_a_pattern(
    tmp_path: Path, given: Given, follower: Follower
) -> None:
    old = tmp_path / "rollout-1-abc.jsonl"
    old.write_text("old\n")
    (tmp_path / "rollout-1-other.jsonl").write_text("of another\n")
    pattern = str(tmp_path / "rollout-*-abc.jsonl")
    follower.set([Follow("log", pattern, lines=True, from_start=False)])
    with old.open("a") as file:
        file.write("new\n")
    await until(lambda: given == [("log", b"new")])
    (tmp_path / "rollout-2-abc.jsonl").write_text("of a file that came later\n")
    await until(lambda: given[1:] == [("log", b"of a file that came later")])


async def test_only_changes_are_told_of_a_file_and_of_a_folder(
    tmp_path: Path, given: Given, follower: Follower
) -> None:
    file, folder = tmp_path / "big.db", tmp_path / "sessions"
    folder.mkdir()
    follower.set(
        [Follow("file", str(file), only_changes=True), Follow("folder", str(folder), only_changes=True)]
    )
    await until(lambda: given == [("folder", CHANGED)])
    file.write_bytes(b"x" * 100)
    await until(lambda: ("file", CHANGED) in given)
    (folder / "new").mkdir()
    await until(lambda: given.count(("folder", CHANGED)) == 2)
    file.unlink()
    await until(lambda: given[-1] == ("file", b""))
