"""What the headless agents of the pictures said and did, as events."""

from __future__ import annotations

from decimal import Decimal

from screenshots.cast import NOW, at
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, Event
from tui.core.usage import Usage

ROWS_DIFF = """--- a/src/export/rows.py
+++ b/src/export/rows.py
@@ -13,4 +13,4 @@ write_rows
     with path.open("w", newline="") as out:
-        for row in rows:
-            out.write(",".join(row) + "\\n")
+        writer = csv.writer(out, lineterminator="\\n")
+        writer.writerows(rows)
@@ -1,3 +1,4 @@
+import csv
 from pathlib import Path
@@ -30,4 +31,7 @@ read_rows
-    return [line.split(",") for line in text.splitlines()]
+    found = []
+    for row in csv.reader(text.splitlines()):
+        found.append(row)
+    return found
"""

TEST_OUTPUT = "\n".join(
    [
        *(f"tests/export/test_rows.py::test_case_{n} PASSED" for n in range(35)),
        "FAILED tests/export/test_rows.py::test_newline_in_note",
        "E   AssertionError: assert 'a\\r\\nb' == 'a\\nb'",
        "11 passed, 1 failed",
    ]
)


class Story:
    """Writes events in order."""

    def __init__(self, clock: str) -> None:
        self.events: list[Event] = []
        self._at = at(clock)
        self._calls = 0

    def clock(self, clock: str, seconds: float = 0.0) -> Story:
        """Go on at a time of the day."""
        self._at = at(clock) + seconds
        return self

    def say(self, *facts: AnyFact, after: float = 0.0) -> Story:
        """Add facts, `after` seconds later."""
        self._at += after
        for fact in facts:
            event = Event(seq=len(self.events) + 1, at=self._at, run=1, source=Source.STREAM, fact=fact)
            self.events.append(event)
        return self

    def prompt(self, text: str) -> Story:
        """A turn begins."""
        return self.say(f.TurnStarted(prompt=text))

    def text(self, text: str) -> Story:
        """The agent writes."""
        return self.say(f.Text(text=text, block=f"b{len(self.events)}"))

    def thought(self, text: str, took: float) -> Story:
        """The agent thinks."""
        block = f"t{len(self.events)}"
        self.say(f.ThinkingDelta(block=block, tokens=1_400 if took == 22 else 0))
        return self.say(f.Thinking(text=text, block=block), after=took)

    def tool(self, name: str, title: str, output: str = "", took: float = 0.1, **more: object) -> Story:
        """The agent calls a tool, and it ends."""
        self._calls += 1
        call = f"c{self._calls}"
        self.say(f.ToolCalled(call_id=call, name=name, title=title))
        finished = f.ToolFinished(call_id=call, output=output, **more)  # type: ignore[arg-type] # named as its fields
        self.say(finished, after=took)
        return self

    def running(self, name: str, title: str, output: str = "") -> Story:
        """The agent calls a tool that still runs."""
        self._calls += 1
        call = f"c{self._calls}"
        self.say(f.ToolCalled(call_id=call, name=name, title=title))
        return self.say(f.ToolOutput(call_id=call, text=output)) if output else self


def flaky_tests() -> list[Event]:
    """It tells what it found, then asks on its own screen."""
    said = (
        "The fixture freezes `time.time` and forgets `time.monotonic`; the retry loop reads both. "
        "I will clear the cache and reproduce it before changing code."
    )
    return Story("13:35").say(f.Text(text=said)).events


def docs() -> list[Event]:
    """A story that ends in a question."""
    story = Story("13:28").prompt("Rewrite the quick start for v2 and check every snippet")
    story.clock("13:29").thought("The guide has five pages", 18)
    story.tool("ReadFolder", "docs/guide", "14 files").clock("13:32")
    story.tool("WriteFile", "docs/guide/start.md", diff=_changed("docs/guide/start.md", 118, 41), took=0.4)
    story.clock("13:34").tool(
        "Shell", "python tools/run_snippets.py", "4 of 31 snippets import shop.v1", 3.2, ok=False, exit_code=1
    )
    story.clock("13:36").text("Four snippets use the `v1` client. Both ship until March.")
    options = ["keep both", "drop v1", "move v1 to an appendix"]
    story.say(
        f.QuestionAsked(request_id="q1", text="Keep v1 examples next to v2, or drop them?", options=options)
    )
    return story.events


def migrate_db() -> list[Event]:
    """A story that stopped in a tool."""
    story = Story("13:21").prompt("Give every table a tenant_id and backfill it")
    story.thought("Eleven models", 41).clock("13:23").tool("Read", "src/models/*.py", "11 files", 0.0)
    story.clock("13:24").tool(
        "Edit", "migrations/0042_tenants.py", diff=_changed("migrations/0042_tenants.py", 64, 2)
    )
    story.clock("13:25").tool("Bash", "pytest tests/migrations -q", "18 passed", 9.4)
    story.clock("13:26").text("All green on an empty database. Now the real copy with 2.1 M rows.")
    story.clock("13:27").running(
        "Bash", "alembic upgrade head", "INFO  Running upgrade 0041 -> 0042, tenants\n"
    )
    return story.events


def changelog() -> list[Event]:
    """A story with a happy end."""
    log = "\n".join(f"commit {n}" for n in range(31))
    story = Story("13:22").prompt("Write the 2.4.0 entry from the commits since v2.3.0")
    story.tool("Bash", "git log v2.3.0..HEAD --oneline", log, 0.2)
    story.clock("13:23").tool("Edit", "CHANGELOG.md", diff=_changed("CHANGELOG.md", 47, 0))
    story.clock("13:24").text(
        "**2.4.0 is written.** Three things you may want to look at:\n\n"
        "- `Client.retry` is now keyword-only; I listed it under *Changed*\n"
        "- two commits had no issue number, marked `(no issue)`\n"
        "- the date is today's; change it if the release slips"
    )
    story.say(f.TurnEnded(turns=3, duration_s=108, cost_usd=Decimal("0.08")))
    return story.events


def bench() -> list[Event]:
    """A story that its provider stopped."""
    story = Story("13:20").prompt("Is the table-driven decoder worth it?")
    story.clock("13:22").tool("bash", "just bench --runs 20", "ok", 242)
    story.clock("13:27").text(
        "**Result.** The table decoder wins on every payload over 4 kB:\n\n"
        "| payload | before | after | |\n|---|---:|---:|---:|\n"
        "| 1 kB | 11.2 µs | 10.9 µs | −3 % |\n| 64 kB | 602.0 µs | 371.4 µs | −38 % |\n"
        "| 1 MB | 9.8 ms | 5.6 ms | −43 % |"
    )
    story.clock("13:31").say(f.RateLimited(text="5-hour limit reached", resets_at=NOW.wall + 1_368))
    return story.events


def csv_export() -> list[Event]:
    """The story of the timeline picture: three turns, thinking, tools, a diff, a failure."""
    story = Story("12:58").prompt("why are totals off").text("A comma in a note splits the row.")
    _uses(story, (0.9, 0.5, 18.0, 2.6, "0.08", 22), (1.1, 0.4, 27.6, 1.4, "0.10", 26))
    story.say(f.TurnEnded(turns=2, duration_s=64, cost_usd=Decimal("0.18")))
    story.clock("13:14").prompt("read the export job").tool("Read", "src/export/job.py", "1–140", 0.0)
    story.text("`job.py` calls `write_rows` once per tenant.")
    _uses(story, (0.8, 0.3, 28.0, 3.2, "0.11", 31), (1.2, 0.8, 32.0, 2.2, "0.13", 36))
    story.say(f.TurnEnded(turns=2, duration_s=41, cost_usd=Decimal("0.24")))
    story.clock("13:31").prompt("The export job drops rows whose note holds a comma. Fix it, add a test.")
    story.thought("rows.py joins by hand, csv would quote what needs quotes", 22)
    story.clock("13:32").tool("Grep", "writerow|join  in src/export", "3 hits", 0.1)
    story.tool("Read", "src/export/rows.py", "1–86", 0.0)
    story.text(
        "**Cause.** `rows.py` joins the cells by hand and never uses the `csv` module:\n\n"
        "- a comma in `note` shifts every later column\n"
        "- a newline ends the record early, so the *next* row is dropped too"
    )
    story.clock("13:33").tool("Edit", "src/export/rows.py", diff=ROWS_DIFF, took=0.2)
    story.clock("13:34").tool("Bash", "pytest tests/export -q", TEST_OUTPUT, 4.1, ok=False, exit_code=1)
    story.text("The reader normalises line ends, the writer must not. One more edit.")
    _uses(story, (1.0, 0.6, 7.0, 0, "0.09", 39), (1.1, 0.8, 8.4, 0, "0.12", 42))
    story.clock("13:37", 9).running("Edit", "tests/export/test_rows.py")
    return story.events


def _uses(story: Story, *requests: tuple[float, float, float, float, str, int]) -> None:
    """Report requests: thousands of tokens by kind, dollars, and the share of a window of 200,000 in use, in percent."""
    for number, (up, down, read, write, usd, share) in enumerate(requests):
        usage = Usage(
            input=int(up * 1_000),
            output=int(down * 1_000),
            cache_read=int(read * 1_000),
            cache_write=int(write * 1_000),
            requests=1,
            cost_usd=Decimal(usd),
        )
        key = f"{len(story.events)}-{number}"
        story.say(
            f.UsageReported(usage=usage, key=key, context_tokens=share * 2_000, context_window=200_000),
            after=20,
        )


def _changed(path: str, added: int, removed: int) -> str:
    head = f"--- a/{path}\n+++ b/{path}\n@@ -1,{removed} +1,{added} @@\n"
    lines = [*(f"-old line {n}" for n in range(removed)), *(f"+new line {n}" for n in range(added))]
    return head + "\n".join(lines)
