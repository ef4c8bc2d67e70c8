from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.content import Content

from tui.ui.widgets.markdown_lines import MARKDOWN_MAX, markdown_lines

SOURCE = """# Result

**Cause.** `rows.py` joins by hand:

- a comma
- a newline in the middle of a record ends it early, so the *next* row is dropped
  - nested

1. one
2. two

> quoted

| size | before |
|---|---:|
| 1 kB | 9 |

```python
def f(): return "x"
```
"""


def plain(source: str, width: int = 40) -> list[str]:
    return [line.plain.rstrip() for line in markdown_lines(source, width)]


def styles(lines: list[Content], word: str) -> set[str]:
    return {
        str(span.style) for line in lines for span in line.spans if word in line.plain[span.start : span.end]
    }


def test_blocks_are_parted_by_one_blank_line() -> None:
    assert plain(SOURCE) == [
        "Result",
        "",
        "Cause. rows.py joins by hand:",
        "",
        "• a comma",
        "• a newline in the middle of a record",
        "  ends it early, so the next row is",
        "  dropped",
        "  • nested",
        "",
        "1. one",
        "2. two",
        "",
        "│ quoted",
        "",
        "size   before",
        "1 kB        9",
        "",
        ' def f(): return "x"',
    ]


def test_four_tones() -> None:
    lines = markdown_lines(SOURCE, 40)
    assert "bold" in styles(lines, "Result")
    assert "$code" in styles(lines, "rows.py")
    assert "italic" in styles(lines, "next")
    assert "on $panel" in styles(lines, "def")
    assert "$secondary" in styles(lines, "def")


@pytest.mark.parametrize(
    "source",
    ["[red]x[/red]", "list[int]", "[/nope]", "<b>bold</b>", "<script>x</script>", "[@click=quit]q[/]"],
)
def test_nothing_that_an_agent_writes_is_markup(source: str) -> None:
    assert plain(source) == [source]


def test_a_link_shows_its_words_and_never_its_address_raw() -> None:
    assert plain("see [the page](javascript:alert(1)) or [this](https://example.org)")[0].startswith("see")


def test_a_long_text_is_plain() -> None:
    source = "**bold** " * (MARKDOWN_MAX // 8)
    assert plain(source, 80)[0].startswith("**bold**")


def test_an_empty_text_has_no_lines() -> None:
    assert markdown_lines("", 40) == []


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["# h", "- a", "  - b", "1. x", "> q", "```py", "```", "| a | b |", "|---|--:|", "日本語", "👩‍👩‍👧", "`", "**", "\n", "word " * 9]),
        max_size=20,
    ),
    st.integers(10, 60),
)  # fmt: skip
def test_any_text_gives_lines_that_fit(parts: list[str], width: int) -> None:
    for line in markdown_lines("\n".join(parts), width):
        assert line.cell_length <= width
