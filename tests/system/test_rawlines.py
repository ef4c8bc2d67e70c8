"""The lines that a CLI printed, read back from recordings of every shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.system import rawlines
from tui.system.rawlines import RawLog


def record(folder: Path, pieces: list[tuple[str, str]], name: str = "output.cast", began: int = 1000) -> None:
    lines = [json.dumps({"version": 2, "width": 80, "height": 24, "timestamp": began})]
    lines += [json.dumps([n / 10, kind, data]) for n, (kind, data) in enumerate(pieces)]
    (folder / name).write_text("\n".join([*lines, ""]))


def read(folder: Path) -> RawLog:
    log = RawLog(folder, recording=True)
    log.read()
    return log


def test_lines_over_pieces_runs_and_both_files(tmp_path: Path) -> None:
    record(
        tmp_path,
        [("m", "run 1"), ("o", '{"a":1}\r\n{"b"'), ("r", "80x24"), ("o", ":2}\r\nto")],
        "output.1.cast",
    )
    record(tmp_path, [("o", "rn\r\n"), ("m", "run 2"), ("o", "x\r\n\r\n")], began=2000)
    log = read(tmp_path)
    assert [(line.number, line.head, line.at) for line in log.lines] == [
        (1, '{"a":1}', 1000.1),
        (2, '{"b":2}', 1000.1),
        (3, "torn", 1000.3),
        (4, "x", 2000.2),
    ]
    assert [log.whole(line) for line in log.lines] == ['{"a":1}', '{"b":2}', "torn", "x"]


def test_it_reads_on_and_a_line_that_is_being_written_waits(tmp_path: Path) -> None:
    record(tmp_path, [("o", "one\nha")])
    log = read(tmp_path)
    assert not log.read()
    with (tmp_path / "output.cast").open("a") as file:
        file.write(json.dumps([9, "o", "lf\n"]) + "\n" + '[9.1, "o", "to')
    assert log.read()
    assert [line.head for line in log.lines] == ["one", "half"]
    with (tmp_path / "output.cast").open("a") as file:
        file.write('rn\\n"]\n')
    assert log.read()
    assert [line.head for line in log.lines] == ["one", "half", "torn"]


def test_a_huge_line_keeps_its_beginning_and_is_searched_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rawlines, "WHOLE_MAX", 300_000)
    record(tmp_path, [("o", "y" * 100_000)] * 2 + [("o", "Needle" + "z" * 100_000 + "\n"), ("o", "next\n")])
    log = read(tmp_path)
    line = log.lines[0]
    assert (line.size, len(line.head)) == (300_006, rawlines.HEAD)
    assert log.find("needle") == [1]
    assert log.find("nowhere") == []
    assert len(log.whole(line, 150_000)) == 150_000


def test_the_event_log_is_read_as_lines_too(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"agent-tui":"events"}\n{"seq":1}\n')
    log = RawLog(tmp_path, recording=False)
    assert log.read()
    assert [log.whole(line) for line in log.lines] == ['{"agent-tui":"events"}', '{"seq":1}']


def test_nothing_there_and_nothing_readable(tmp_path: Path) -> None:
    assert not RawLog(tmp_path, recording=True).read()
    (tmp_path / "output.cast").write_bytes(b"\xff\xfe\n[1]\n[1,2,3]\n")
    log = read(tmp_path)
    assert list(log.lines) == []


@given(st.lists(st.text(alphabet='ab{"\\ü', min_size=1, max_size=9), max_size=12), st.data())
def test_any_cut_gives_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("raw")
    text = "".join(f"{line}\r\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    record(folder, [("o", piece) for piece in pieces])
    log = read(folder)
    wanted = [line for line in lines if line.strip()]
    assert [line.head for line in log.lines] == wanted
    assert [log.whole(line) for line in log.lines] == wanted
