"""Moments that users saved because a state was wrong: each file of `saved` is replayed.

Put a file there and write into its `should` what should have been concluded: the test fails until it is. Without `should` the
replay has to give what was concluded then, so that a change of it is seen.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.moments.playing import Replay, shown
from tui.client import moments
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.agent import new_agent
from tui.core.clock import Now
from tui.core.errors import DecodeError
from tui.core.facts import Event
from tui.core.spec import AgentSpec, Mode
from tui.system import store
from tui.system.eventlog import EventLog
from tui.system.paths import Paths, ensure
from tui.system.recorder import RECORDING

SAVED = sorted((Path(__file__).parent / "saved").glob("*.json"))
SECRET = "sk-ant-api03-0123456789abcdef"


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_a_saved_moment(path: Path) -> None:
    moment = moments.load(path)
    status = Replay(moment).concluded()
    assert status.activity == (moment.should or moment.status.activity)
    if moment.should and (seen := shown(moment)):
        assert seen == moment.should
    assert moment.spec.env == {}


def test_there_are_moments_to_replay() -> None:
    assert len(SAVED) >= 3


def agent(paths: Paths) -> AgentSpec:
    """An agent with a secret in its environment, its prompt, its log and its recording."""
    ensure(paths)
    spec = AgentSpec(
        id="one", name="one", runtime="claude-code", mode=Mode.INTERACTIVE, cwd="/x",
        env={"OWN": "correct horse battery"}, prompt=f"use {SECRET}",
    )  # fmt: skip
    folder = paths.agent("one")
    folder.mkdir(parents=True)
    store.write_spec(folder, spec)
    log = EventLog(folder)
    asked = f.QuestionAsked(request_id="q", text="Is it correct horse battery?")
    log.append(
        [
            Event(
                seq=1, at=1_000.0, run=1, source=Source.HOST, fact=f.RunStarted(pid=2, kind=f.RunKind.START)
            ),
            Event(seq=2, at=1_001.0, run=1, source=Source.SCREEN, fact=asked),
        ]
    )
    log.close()
    lines = [{"version": 2, "width": 80, "height": 24, "timestamp": 1_000}, [1.0, "o", f"key {SECRET}\r\n"]]
    (folder / RECORDING).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return spec


def test_a_moment_holds_what_is_needed_and_no_secret(isolated_paths: Paths) -> None:
    spec = agent(isolated_paths)
    status = new_agent(spec).status
    moment = moments.gather(isolated_paths, status, Now(50.0, 1_060.0), note=f"see {SECRET}")
    path = moments.save(isolated_paths, moment)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert SECRET not in text
    assert "battery" not in text
    assert "OWN" not in text
    back = moments.load(path)
    assert back == moment
    assert back.output[-1].data == f"key {'x' * len(SECRET)}\r\n"
    assert Replay(back).concluded().activity is Activity.NEEDS_ANSWER


def test_a_secret_is_found_where_the_recording_splits_it(isolated_paths: Paths) -> None:
    spec = agent(isolated_paths)
    with (isolated_paths.agent("one") / RECORDING).open("a") as file:
        for at, piece in enumerate([*SECRET, "\r\n", "correct horse", " battery"]):
            file.write(json.dumps([2.0 + at, "o", piece]) + "\n")
    moment = moments.gather(isolated_paths, new_agent(spec).status, Now(0.0, 0.0))
    printed = "".join(event.data for event in moment.output if event.kind == "o")
    assert printed.count("x" * len(SECRET)) == 2
    assert SECRET not in printed
    assert "battery" not in printed
    assert len(moment.output) == len(SECRET) + 5


def test_a_key_in_our_own_environment_is_known_by_its_name(
    isolated_paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "no known form at all")
    monkeypatch.setenv("EDITOR_OF_MINE", "an ordinary word")
    status = new_agent(agent(isolated_paths)).status
    note = "it printed no known form at all, and an ordinary word"
    told = moments.gather(isolated_paths, status, Now(0.0, 0.0), note=note).note
    assert told == f"it printed {'x' * 20}, and an ordinary word"


def test_two_moments_of_one_second_are_two_files(isolated_paths: Paths) -> None:
    status = new_agent(agent(isolated_paths)).status
    paths = {
        moments.save(isolated_paths, moments.gather(isolated_paths, status, Now(0.0, 5.0), note=str(n)))
        for n in range(3)
    }
    assert sorted(moments.load(path).note for path in paths) == ["0", "1", "2"]


def test_a_long_recording_is_cut_at_its_beginning_with_its_size(isolated_paths: Paths) -> None:
    spec = agent(isolated_paths)
    with (isolated_paths.agent("one") / RECORDING).open("a") as file:
        for number in range(100):
            file.write(json.dumps([2.0 + number, "o", f"{number:03}" * 2_000]) + "\n")
    moment = moments.gather(isolated_paths, new_agent(spec).status, Now(0.0, 0.0))
    assert sum(len(event.data) for event in moment.output) <= moments.BYTES_MAX + 100
    assert moment.output[0].size is not None
    assert moment.output[-1].data.endswith("099")


def test_what_is_no_moment_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(DecodeError, match=r"x\.json is no saved moment"):
        moments.load(tmp_path / "x.json")
