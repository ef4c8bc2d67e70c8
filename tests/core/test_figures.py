"""Figures as the visual language demands them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core import figures
from tui.core.usage import Usage, UsageSource

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"), (-5, "0:00"), (4, "0:04"), (4.99, "0:04"), (59.999, "0:59"), (60, "1:00"),
        (12 * 60 + 30, "12:30"), (3599.9, "59:59"), (HOUR, "1h00"), (80 * 60, "1h20"),
        (24 * HOUR - 1, "23h59"), (24 * HOUR, "1d00"), (3 * DAY + 4 * HOUR + 3599, "3d04"),
        (100 * DAY - 1, "99d23"), (100 * DAY, "100d"), (120 * DAY, "120d"),
    ],
)  # fmt: skip
def test_a_duration_is_cut_and_short(seconds: float, text: str) -> None:
    assert figures.duration(seconds) == text


@pytest.mark.parametrize("at", [1e18, -1e18, 1e300, 253_402_300_800.0])
def test_a_moment_that_no_calendar_has_is_shown(at: float) -> None:
    assert figures.clock(at, 1.7e9)
    assert figures.log_time(at, 1.7e9)


@given(st.floats(min_value=-1e6, max_value=9_999 * DAY))
def test_a_duration_never_needs_more_than_five_cells(seconds: float) -> None:
    assert len(figures.duration(seconds)) <= 5


def test_a_timer_names_its_limit_only_if_one_runs() -> None:
    assert figures.timer(4, 300) == "0:04/5:00"
    assert figures.timer(4) == "0:04"
    assert figures.timer(372.9, 300) == "6:12/5:00"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"), (842, "842"), (999, "999"), (1000, "1.00k"), (1235, "1.24k"), (9_995, "10.0k"),
        (12_349, "12.3k"), (12_350, "12.4k"), (99_949, "99.9k"), (99_950, "100k"), (312_000, "312k"),
        (999_499, "999k"), (999_500, "1.00M"), (1_235_000, "1.24M"), (12_340_000, "12.3M"),
        (999_500_000, "1.00B"), (None, "–"),
    ],
)  # fmt: skip
def test_tokens_have_three_significant_digits(count: int | None, text: str) -> None:
    assert figures.tokens(count) == text


@given(st.integers(min_value=0, max_value=10**14))
def test_tokens_fit_five_cells_and_are_right_to_three_digits(count: int) -> None:
    text = figures.tokens(count)
    assert len(text) <= 5
    scale = {"k": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}.get(text[-1], 1)
    shown = Decimal(text.rstrip("kMBT")) * scale
    assert abs(shown - count) <= max(Decimal("0.5"), Decimal(count) / 200)


def test_tokens_say_their_source() -> None:
    assert figures.tokens(1200, source=UsageSource.ESTIMATED) == "~1.20k"
    assert figures.tokens(1200, source=UsageSource.COMPUTED) == "1.20k"
    assert figures.tokens(0, source=UsageSource.NONE) == "–"


def test_a_rate_of_nothing_is_not_shown() -> None:
    assert figures.rate(18_200) == "18.2k/min"
    assert figures.rate(0) == ""
    assert figures.rate(0.2) == ""


def test_kinds_join_as_it_narrows() -> None:
    usage = Usage(input=31_000, output=6_000, reasoning=200, cache_read=402_000, cache_write=9_400)
    assert figures.kinds(usage, 120) == "↑31.0k ↓6.2k ↺402k +9.4k"
    assert figures.kinds(usage, 99) == "↑31.0k ↓6.2k ↺411k"
    assert figures.kinds(usage, 59) == "449k"
    assert figures.kinds(Usage(input=5), 120) == "↑5"
    assert figures.kinds(usage, 120, marks=figures.ASCII).isascii()


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        ("0", "$0.00"), ("0.42", "$0.42"), ("12.4", "$12.40"), ("0.0049", "<$0.01"), ("0.005", "$0.01"),
        ("999.99", "$999.99"), ("999.995", "$1,000"), ("1204.4", "$1,204"), ("1204567.5", "$1,204,568"),
    ],
)  # fmt: skip
def test_money(usd: str, text: str) -> None:
    assert figures.money(Decimal(usd)) == text


def test_money_unknown_and_estimated() -> None:
    assert figures.money(None) == "–"
    assert figures.money(Decimal("1"), source=UsageSource.ESTIMATED) == "~$1.00"


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.389, "38%"), (0.29, "29%"), (0.999, "99%"), (1, "100%"), (1.2, "120%")]
)
def test_a_share_is_cut_to_whole_percent(share: float, text: str) -> None:
    assert figures.percent(share) == text


def test_context() -> None:
    assert figures.context(76_000, 200_000) == "ctx 38%"
    assert figures.context(76_000, 0) == "ctx 76k"
    assert figures.context(0, 200_000) == ""


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "▱▱▱▱▱"), (0.001, "▰▱▱▱▱"), (0.29, "▰▱▱▱▱"), (0.3, "▰▰▱▱▱"), (0.71, "▰▰▰▰▱"), (0.99, "▰▰▰▰▱"),
        (1.0, "▰▰▰▰▰"), (3, "▰▰▰▰▰"),
    ],
)  # fmt: skip
def test_a_meter_is_full_only_from_a_hundred_percent(share: float, text: str) -> None:
    assert figures.meter(share) == text


def test_a_meter_in_ascii() -> None:
    assert figures.meter(0.5, 4, marks=figures.marks("ascii")) == "##--"
    assert figures.meter(0.5, 1) == "▰"
    assert figures.meter(0.5, 0) == ""


def test_a_sparkline_is_scaled_by_the_highest_in_view() -> None:
    assert figures.sparkline([0, 1, 50, 100], 100) == "▁▂▅█"
    assert figures.sparkline([0, 0], 0) == "▁▁"
    assert figures.sparkline([200], 100) == "█"


def test_bars_are_whole_cells() -> None:
    assert figures.bar_cells(100, 100, 20) == 20
    assert figures.bar_cells(0.1, 100, 20) == 1
    assert figures.bar_cells(0, 100, 20) == 0


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9_949, "9.9 kB"), (9_950, "10 kB"),
        (212_000_000, "212 MB"), (999_600, "1.0 MB"), (1_400_000_000, "1.4 GB"),
    ],
)  # fmt: skip
def test_sizes_are_decimal(count: int, text: str) -> None:
    assert figures.size(count) == text


def test_a_change_leaves_out_its_zero_side() -> None:
    assert figures.diff(47, 3) == "+47 −3"
    assert figures.diff(47, 0) == "+47"
    assert figures.diff(0, 3) == "−3"
    assert figures.diff(0, 0) == ""


@pytest.fixture
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_utc")
def test_a_clock_says_the_day_only_if_it_is_another() -> None:
    now = 1_762_955_820.0  # Wednesday 2025-11-12 13:57 UTC
    assert figures.clock(now - 1200, now) == "13:37"
    assert figures.clock(now - 1260, now, seconds=True) == "13:36:00"
    assert figures.clock(now - 2 * DAY, now) == "Mon"
    assert figures.clock(now + DAY, now) == "Thu"
    assert figures.clock(now + 30 * DAY, now) == "12 Dec"
    assert figures.log_time(now, now) == "13:57:00"
    assert figures.log_time(now - DAY, now) == "2025-11-11 13:57:00"


def test_one_is_no_plural() -> None:
    assert [figures.counted(n, "process", "processes") for n in (0, 1, 2)] == [
        "0 processes", "1 process", "2 processes",
    ]  # fmt: skip
    assert figures.counted(1, "run") == "1 run"
    assert figures.counted(12_000, "line") == "12,000 lines"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0s"),
        (45.9, "45s"),
        (60, "1m00"),
        (1368, "22m48"),
        (3_599, "59m59"),
        (4_800, "1h20"),
        (273_600, "3d04"),
    ],
)
def test_what_is_left_is_no_clock(seconds: float, text: str) -> None:
    assert figures.countdown(seconds) == text
    assert len(text) <= 5


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0:00"),
        (59.9, "0:59"),
        (60, "1m"),
        (3_599, "59m"),
        (3_600, "1h00"),
        (90_000, "1d01"),
        (-5, "0:00"),
    ],
)
def test_what_rests_tells_its_minutes(seconds: float, told: str) -> None:
    assert figures.rested(seconds) == told
