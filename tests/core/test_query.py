"""What a typed filter picks."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.activity import Activity
from tui.core.attention import RowState, row_state
from tui.core.lifecycle import Lifecycle
from tui.core.query import KEYS, parse
from tui.core.spec import Mode
from tui.core.status import Status


class Row(msgspec.Struct, frozen=True):
    status: Status

    @property
    def state(self) -> RowState:
        return row_state(self.status)


API = Row(
    Status(
        id="api-2",
        name="API refactor",
        runtime="claude-code",
        mode=Mode.STREAM,
        cwd="/home/me/src/shop",
        project="shop",
        branch="feat/router",
        model="claude-opus-4-5",
        tags=["Backend", "urgent"],
        lifecycle=Lifecycle.RUNNING,
        activity=Activity.NEEDS_PERMISSION,
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "-",
        "api",
        "REFACTOR opus",
        "state:permission",
        "state:perm",
        "state:needs",
        "state:failed,needs",
        "tag:backend",
        "tag:urgent -tag:web",
        "tag:",
        "runtime:claude cli:code",
        "folder:src/shop dir:/home",
        "branch:feat/",
        "mode:stream",
        "mode:headless",
        "is:alive",
        "is:pinned",
        "-is:hidden",
        'name:"api refactor"',
        '"API ref',
        '"rm -rf"',
        "said:anything",
        "-docs",
    ],
)
def test_found(text: str) -> None:
    assert parse(text).matches(API, frozenset({"pinned"}), "run  rm -rf build said:anything")


@pytest.mark.parametrize(
    "text",
    [
        "docs",
        "-api",
        "state:failed",
        "state:working,idle",
        "tag:back",  # a tag is a whole word
        "tag:web",
        "-tag:urgent",
        "runtime:codex",
        "name:refactor,x -name:api",
        "is:over",
        "is:hidden",
        "folder:/opt",
        "api docs",
    ],
)
def test_not_found(text: str) -> None:
    assert not parse(text).matches(API)


def test_a_query_tells_which_marks_it_asks_for() -> None:
    assert parse("is:hidden x").names("hidden")
    assert not parse("-is:hidden").names("hidden")


@given(st.text(max_size=60), st.sampled_from(KEYS))
def test_anything_can_be_typed(text: str, key: str) -> None:
    for typed in (text, f"{key}:{text}", f"-{key}:{text}"):
        found = parse(typed)
        assert all(term.values for term in found.terms)
        found.matches(API, said=text)
