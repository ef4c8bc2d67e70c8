"""How figures are written: durations, tokens, money, shares, meters, clocks.

One place for the dashboard and the command line, so that a number looks the same wherever it stands. Pure text: colours
and padding are the caller's. Every figure is cut or rounded by the rule in its docstring and never wider than it says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

from tui.core.usage import Usage, UsageSource

NOTHING: Final = "–"
"""Stands where nothing is known."""

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_LAST: Final = 4_102_444_800.0
"""2100: later moments are shown as this one."""
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Not from strftime: the words must not change with the user's locale.


class Marks(msgspec.Struct, frozen=True):
    """Characters that figures are drawn with."""

    full: str = "▰"
    empty: str = "▱"
    spark: str = "▁▂▃▄▅▆▇█"
    input: str = "↑"
    output: str = "↓"
    cache_read: str = "↺"
    cache_write: str = "+"
    minus: str = "−"
    bar: str = "━"
    none: str = NOTHING
    at_least: str = "≥"


UNICODE: Final = Marks()
ASCII: Final = Marks(
    full="#", empty="-", spark="_.:-=+*#", input="i", output="o", cache_read="r", cache_write="w",
    minus="-", bar="=", none="-", at_least=">",
)  # fmt: skip


def marks(glyphs: str) -> Marks:
    """Return the marks for the setting `glyphs`: `unicode` or `ascii`."""
    return ASCII if glyphs == "ascii" else UNICODE


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 process`, `3 processes`: a number with its word.

    Args:
        number: How many; thousands are set apart.
        one: The word for one.
        many: The word for any other number; by default `one` with an s.
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


# -- time --------------------------------------------------------------------------------------------------------------


def duration(seconds: float) -> str:
    """Return `0:04`, `12:30`, `1h20`, `23h59`, `3d04` or `120d`: at most 5 cells up to 9,999 days, cut, never rounded up.

    Below zero is `0:00`: a count-down ends there.
    """
    whole = max(0, math.floor(seconds))
    if whole < _HOUR:
        return f"{whole // _MINUTE}:{whole % _MINUTE:02}"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}"
    days = whole // _DAY
    return f"{days}d{whole % _DAY // _HOUR:02}" if days < 100 else f"{days}d"


def countdown(seconds: float) -> str:
    """Return `45s`, `22m45`, `1h20` or `3d04`: a time that is left, at most 5 cells, which nobody takes for a clock's."""
    whole = max(0, math.floor(seconds))
    if whole < _MINUTE:
        return f"{whole}s"
    return f"{whole // _MINUTE}m{whole % _MINUTE:02}" if whole < _HOUR else duration(seconds)


def rested(seconds: float) -> str:
    """Return how long something rests: `0:04` in its first minute, then `12m`, `1h20`, `3d04`: no second of it is news."""
    whole = max(0, math.floor(seconds))
    return f"{whole // _MINUTE}m" if _MINUTE <= whole < _HOUR else duration(seconds)


def timer(seconds: float, limit_s: float = 0.0) -> str:
    """Return a duration, with its limit where one is running: `0:04/5:00`."""
    return f"{duration(seconds)}/{duration(limit_s)}" if limit_s > 0 else duration(seconds)


def clock(at: float, now: float, *, seconds: bool = False) -> str:
    """Return a local time of day; another day gives its name, more than six days away its date.

    Args:
        at: Wall clock, seconds since the epoch; past or future.
        now: The present, likewise.
        seconds: `13:36:00` instead of `13:36`, as logs write it.
    """
    then, today = _local(at), _local(now)
    apart = abs((then.date() - today.date()).days)
    if apart == 0:
        return f"{then:%H:%M:%S}" if seconds else f"{then:%H:%M}"
    if apart < 7:
        return _DAYS[then.weekday()]
    return f"{then.day} {_MONTHS[then.month - 1]}"


def log_time(at: float, now: float) -> str:
    """Return a local time with seconds, with its date in front where it is not today's: `2025-11-12 13:36:00`."""
    then = _local(at)
    return f"{then:%H:%M:%S}" if then.date() == _local(now).date() else f"{then:%Y-%m-%d %H:%M:%S}"


def _local(at: float) -> datetime:
    # A CLI may name any moment, also one that no calendar has.
    return datetime.fromtimestamp(min(max(at, 0.0), _LAST), UTC).astimezone()


# -- tokens and money --------------------------------------------------------------------------------------------------


def tokens(count: float | None, *, source: UsageSource = UsageSource.REPORTED, marks: Marks = UNICODE) -> str:
    """Return `842`, `12.3k`, `312k`, `1.24M`: three significant digits, half away from zero, at most 5 cells.

    Args:
        count: None where nothing is known.
        source: An estimate gets `~` in front.
        marks: Characters to use.
    """
    if count is None or source is UsageSource.NONE:
        return marks.none
    return _estimated(_short(max(0, count)), source)


def _short(count: float, *, thousands: int = 2) -> str:
    """Return three significant digits; `thousands` bounds the decimals of a figure in `k`."""
    if count < 999.5:
        return str(math.floor(count + 0.5))
    value = Decimal(str(count))
    for unit in "kMBT":
        value /= 1000
        for places in range(thousands if unit == "k" else 2, -1, -1):
            rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            if rounded < 10 ** (3 - places):
                return f"{rounded}{unit}"
    return f"{value:.0f}T"


def rate(tokens_per_minute: float, *, marks: Marks = UNICODE) -> str:
    """Return `18.2k/min`; nothing for a rate that would show as zero."""
    text = tokens(tokens_per_minute, marks=marks)
    return "" if text == "0" else f"{text}/min"


def kinds(usage: Usage, cells: int, *, marks: Marks = UNICODE) -> str:
    """Return tokens by kind, `↑31.0k ↓6.2k ↺402k +9.4k`, thousands with one decimal, kinds without any left out.

    Reasoning is output, so `↓` holds both and the figures add up to the total.

    Args:
        usage: What was used.
        cells: Width of the pane or terminal: below 100 cache writes join the reads, below 60 only the sum is left.
        marks: Characters to use.
    """
    if cells < 60:
        return tokens(usage.total, marks=marks)
    read, write = usage.cache_read, usage.cache_write
    if cells < 100:
        read, write = read + write, 0
    parts = (
        (marks.input, usage.input),
        (marks.output, usage.output + usage.reasoning),
        (marks.cache_read, read),
        (marks.cache_write, write),
    )
    return " ".join(f"{mark}{_short(count, thousands=1)}" for mark, count in parts if count)


def money(usd: Decimal | None, *, source: UsageSource = UsageSource.REPORTED, marks: Marks = UNICODE) -> str:
    """Return `$0.42`, `$12.40`, `$1,204`: cents under $1,000; under half a cent `<$0.01`; exact zero `$0.00`."""
    if usd is None:
        return marks.none
    cents = usd.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if usd > 0 and cents == 0:
        return _estimated("<$0.01", source)
    if cents >= 1000:
        return _estimated(f"${usd.quantize(Decimal(1), ROUND_HALF_UP):,}", source)
    return _estimated(f"${cents}", source)


def _estimated(text: str, source: UsageSource) -> str:
    return f"~{text}" if source is UsageSource.ESTIMATED else text


# -- shares and meters -------------------------------------------------------------------------------------------------


def percent(share: float) -> str:
    """Return a share (0..1 and beyond) as a whole percentage, cut: `71%`."""
    # The small term undoes binary fractions: 0.29 is 28.999… hundredths.
    return f"{math.floor(max(0.0, share) * 100 + 1e-9)}%"


def context(used_tokens: int, window_tokens: int) -> str:
    """Return `ctx 38%`; with an unknown window (0) the tokens, `ctx 76k`; nothing if nothing is known."""
    if not used_tokens:
        return ""
    if not window_tokens:
        return f"ctx {_short(used_tokens, thousands=0)}"
    return f"ctx {percent(used_tokens / window_tokens)}"


def filled(share: float, cells: int) -> int:
    """Return how many cells of a meter are full: the nearest, at least one above zero, all only from 100 %."""
    if share <= 0 or cells <= 0:
        return 0
    if share >= 1:
        return cells
    return min(max(1, math.floor(share * cells + 0.5)), max(1, cells - 1))


def meter(share: float, cells: int = 5, *, marks: Marks = UNICODE) -> str:
    """Return a meter such as `▰▰▱▱▱`."""
    full = filled(share, cells)
    return marks.full * full + marks.empty * (cells - full)


def bar_cells(value: float, longest: float, cells: int) -> int:
    """Return the length of a horizontal bar beside others: the longest fills `cells`, not zero is at least one."""
    if value <= 0 or longest <= 0:
        return 0
    return min(cells, max(1, math.floor(value / longest * cells + 0.5)))


def sparkline(values: Sequence[float], highest: float, *, marks: Marks = UNICODE) -> str:
    """Return one cell per value, `▁▂▅▇▆▃▁`; zero is the lowest mark, `highest` (over all in view) the tallest."""
    top = len(marks.spark) - 1
    if highest <= 0:
        return marks.spark[0] * len(values)
    return "".join(
        marks.spark[0 if v <= 0 else min(top, max(1, math.floor(v / highest * top + 0.5)))] for v in values
    )


# -- sizes and changes -------------------------------------------------------------------------------------------------


def size(count_bytes: int) -> str:
    """Return a decimal size in at most 7 cells: `812 B`, `1.4 MB`, `212 MB`."""
    value = float(max(0, count_bytes))
    if value < 1000:
        return f"{value:.0f} B"
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 9.95:
            return f"{value:.1f} {unit}"
        if value < 999.5:
            return f"{value:.0f} {unit}"
    return f"{value:.0f} TB"


def diff(added: int, removed: int, *, marks: Marks = UNICODE) -> str:
    """Return `+47 −3`, a zero side left out; nothing if nothing changed."""
    parts = [f"+{added}"] if added else []
    if removed:
        parts.append(f"{marks.minus}{removed}")
    return " ".join(parts)
