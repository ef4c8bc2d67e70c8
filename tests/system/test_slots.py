"""At most N at once: slots, their queue, and what a crash leaves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.waiting import wait_until
from tui.core.errors import StoreError
from tui.system.slotlimits import pools, read_limits, write_limits
from tui.system.slots import QUEUE, Slots

TWO = {"all": 2}


class Fleet:
    """Agents that want slots, in one state folder."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.made: list[Slots] = []

    def agent(self, name: str, asked_at: float = 0.0, priority: int = 0) -> Slots:
        self.made.append(Slots(self.state, name, priority=priority, asked_at=asked_at))
        return self.made[-1]


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(tmp_path)
    yield made
    for slots in made.made:
        slots.close()


def test_so_many_get_one_and_the_others_stand_in_line(fleet: Fleet) -> None:
    first, second, third, fourth = (fleet.agent(name, at) for at, name in enumerate("abcd"))
    assert [each.take(TWO) for each in (first, second, third, fourth)] == [0, 0, 1, 2]
    assert [each.take(TWO) for each in (first, third, fourth)] == [0, 1, 2]
    second.close()
    assert fourth.take(TWO) == 2  # the slot is the third's
    assert third.take(TWO) == 0
    assert fourth.take(TWO) == 1


def test_who_is_more_urgent_goes_first_then_who_asked_first(fleet: Fleet) -> None:
    running = fleet.agent("run")
    assert running.take({"all": 1}) == 0
    late, early, urgent = (
        fleet.agent("late", 30),
        fleet.agent("early", 20),
        fleet.agent("urgent", 40, priority=5),
    )
    for each in (late, early, urgent):
        each.take({"all": 1})
    assert [each.take({"all": 1}) for each in (urgent, early, late)] == [1, 2, 3]


def test_now_does_not_wait_and_makes_the_others_wait_the_longer(fleet: Fleet) -> None:
    first, second, waits = (fleet.agent(name, at) for at, name in enumerate("abc"))
    assert first.take({"all": 1}) == 0
    assert second.take({"all": 1}, anyway=True) == 0
    assert second.held
    assert waits.take({"all": 1}) == 1
    first.close()
    assert waits.take({"all": 1}) == 1, "one runs, beyond the slots that there are"
    second.close()
    assert waits.take({"all": 1}) == 0


def test_a_pool_that_is_full_does_not_hold_up_another(fleet: Fleet) -> None:
    assert fleet.agent("a", 1).take({"all": 3, "shop": 1}) == 0
    waits = fleet.agent("b", 2)
    assert waits.take({"all": 3, "shop": 1}) == 1
    assert fleet.agent("c", 3).take({"all": 3}) == 0


def test_fewer_slots_wait_for_those_beyond_them(fleet: Fleet) -> None:
    first, second, third = (fleet.agent(name, at) for at, name in enumerate("abc"))
    assert [each.take(TWO) for each in (first, second)] == [0, 0]
    first.close()
    assert third.take({"all": 1}) == 1
    second.close()
    assert third.take({"all": 1}) == 0


def test_no_limit_needs_no_file(fleet: Fleet) -> None:
    assert fleet.agent("a").take({}) == 0
    assert not (fleet.state / "slots").exists()


def test_a_limit_that_was_taken_back_ends_the_wait(fleet: Fleet) -> None:
    assert fleet.agent("a").take({"all": 1}) == 0
    second = fleet.agent("b")
    assert second.take({"all": 1}) == 1
    assert second.take({}) == 0
    assert not list((fleet.state / "slots" / QUEUE).iterdir())


HOLDER = """
import sys, time
from pathlib import Path
from tui.system.slots import Slots
slots = Slots(Path(sys.argv[1]), sys.argv[2], asked_at=1.0)
print(slots.take({"all": 1}), flush=True)
time.sleep(3600)
"""


def test_a_crash_frees_the_slot_and_the_place(fleet: Fleet) -> None:
    processes = []
    try:
        for name in ("a", "b"):
            argv = [sys.executable, "-c", HOLDER, str(fleet.state), name]
            processes.append(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True))
            out = processes[-1].stdout
            assert out is not None
            assert out.readline() == f"{len(processes) - 1}\n"
        mine = fleet.agent("c", 2)
        assert mine.take({"all": 1}) == 2
        processes[1].kill()  # it stood before us
        wait_until(lambda: mine.take({"all": 1}) == 1)
        processes[0].kill()  # it ran
        wait_until(lambda: mine.take({"all": 1}) == 0)
        assert not list((fleet.state / "slots" / QUEUE).iterdir())
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_torn_and_foreign_tickets_are_passed_over(fleet: Fleet) -> None:
    queue = fleet.state / "slots" / QUEUE
    queue.mkdir(parents=True)
    (queue / "0000-torn").write_text("{")
    (queue / "0000-folder").mkdir()
    assert fleet.agent("a").take({"all": 1}) == 0


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "slots").write_text("")
    with pytest.raises(StoreError, match="Cannot write"):
        Slots(tmp_path, "a").take({"all": 1})


@settings(max_examples=60, deadline=None)
@given(
    most=st.integers(1, 3),
    steps=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["take", "leave"])), max_size=40),
)
def test_never_more_than_there_are_slots_and_none_stays_empty(
    tmp_path_factory: pytest.TempPathFactory, most: int, steps: list[tuple[int, str]]
) -> None:
    state = tmp_path_factory.mktemp("slots")
    agents: dict[int, Slots] = {}
    waiting: list[int] = []
    try:
        for at, (number, step) in enumerate(steps):
            if step == "leave":
                if number in agents:
                    agents.pop(number).close()
                    waiting = [each for each in waiting if each != number]
            elif number not in agents:
                agents[number] = Slots(state, f"a{number}", asked_at=float(at + 1))
                waiting.append(number)
            for each in list(waiting):
                if agents[each].take({"all": most}) == 0:
                    waiting.remove(each)
            running = [each for each in agents if each not in waiting]
            assert len(running) == min(most, len(agents))
            assert all(agents[each].held for each in running)
    finally:
        for slots in agents.values():
            slots.close()


def test_limits_of_configs_are_written_merged_and_taken_back(tmp_path: Path) -> None:
    write_limits(tmp_path, {"": 0})
    assert not (tmp_path / "slots").exists()
    write_limits(tmp_path, {"": 4, "/home/dev/shop": 2})
    write_limits(tmp_path, {"": 3, "/home/dev/api": 0})
    assert read_limits(tmp_path) == {"": 3, "/home/dev/shop": 2}
    write_limits(tmp_path, {"": 0, "/home/dev/shop": 0})
    assert read_limits(tmp_path) == {}


def test_an_agent_needs_a_slot_of_all_and_of_its_project() -> None:
    limits = {"": 4, "/home/dev/shop": 2}
    assert pools(limits, "/home/dev/other") == {"all": 4}
    inside = pools(limits, "/home/dev/shop/web", at_most=3)
    assert sorted(inside.values()) == [2, 3, 4]
    assert pools({}, "/home/dev/shop") == {}
