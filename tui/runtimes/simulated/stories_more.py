"""Further agents, for larger demos."""

from __future__ import annotations

from typing import Final

from tui.runtimes.simulated.calls import bash, edit, grep, grown, read
from tui.runtimes.simulated.steps import (
    Die,
    Fail,
    Loop,
    Mid,
    Permit,
    Rest,
    Say,
    Spent,
    Story,
    Think,
)

CSV: Final = Story(
    name="csv-export",
    look="stream",
    model="sonnet-4.5",
    branch="fix/export",
    prompt="The export job drops rows whose note holds a comma. Fix it, add a test.",
    spent=Spent(6_100, 3_400, 121_000, 9_400, 0.63, 42),
    steps=(
        Think("rows.py joins by hand, csv would quote. Let me make sure that nothing else writes rows.", 1.5),
        grep(
            "writerow|join",
            "src/export",
            "src/export/rows.py:15\nsrc/export/rows.py:16\nsrc/export/legacy.py:40",
        ),
        read("src/export/rows.py", "1\timport csv\n2\tfrom pathlib import Path\n… 86 lines", 0.1),
        Say(
            "**Cause.** `rows.py` joins the cells by hand and never uses the `csv` module:\n\n"
            "- a comma in `note` shifts every later column\n"
            "- a newline ends the record early, so the next row is dropped too"
        ),
        edit(
            "src/export/rows.py",
            14,
            '     with path.open("w", newline="") as out:',
            "-        for row in rows:",
            '-            out.write(",".join(row) + "\\n")',
            '+        writer = csv.writer(out, lineterminator="\\n")',
            "+        writer.writerows(rows)",
        ),
        bash(
            "pytest tests/export -q",
            "Exit code 1\nFAILED tests/export/test_rows.py::test_newline_in_note\n"
            "E   AssertionError: assert 'a\\r\\nb' == 'a\\nb'\n11 passed, 1 failed",
            1.8,
            ok=False,
        ),
        Say("The reader normalises line ends, the writer must not. One more edit."),
        Mid(),
        grown(
            "tests/export/test_rows.py",
            25,
            0,
            ("def test_newline_in_note(tmp_path):", "    rows = [['a\\nb', 'c']]"),
        ),
        Loop(
            (
                bash(
                    "pytest tests/export -q",
                    "12 passed in 3.9s",
                    3.0,
                    progress=("....", "........", "............"),
                ),
                Think("Which other characters could break it? Quotes, tabs, a lone carriage return.", 2.0),
                Say("Round {n}: one more odd row, and it still comes back the way it went in."),
                edit(
                    "tests/export/test_rows.py",
                    60,
                    "+    assert roundtrip([['\"', '\\t']]) == [['\"', '\\t']]",
                    seconds=1.5,
                ),
                Rest(2.0),
            )
        ),
    ),
)

E2E: Final = Story(
    name="e2e",
    look="stream",
    model="sonnet-4.5",
    branch="test/e2e",
    prompt="Write the browser test for the checkout flow",
    spent=Spent(9_000, 4_400, 88_000, 0, 0.33, 48),
    steps=(
        read("tests/e2e/conftest.py", "74 lines"),
        grown("tests/e2e/test_checkout.py", 38, 0, ("def test_checkout(page):", '    page.goto("/login")')),
        bash("pytest tests/e2e -k login -q", "1 passed in 8.02s", 1.5),
        Say("The login page renders; next I start the browser for the checkout flow. That needs about 2 GB."),
        Rest(1.0),
        Die(),
    ),
    resumed=(
        Say("The browser took too much memory last time. I start it with one worker and no video."),
        bash(
            "pytest tests/e2e -k checkout -q --workers 1",
            "1 passed in 14.70s",
            3.0,
            progress=("cart", "address", "payment"),
        ),
        Say("**Done.** The checkout flow has a test, and it needs 700 MB."),
    ),
)

SDK_GO: Final = Story(
    name="sdk-go",
    look="stream",
    model="haiku-4.5",
    branch="main",
    prompt="Bring the Go client to the v2 schema",
    spent=Spent(4_200, 2_200, 61_000, 0, 0.27, 31),
    steps=(
        bash("go generate ./...", "ok", 0.8),
        grown("client/orders.go", 92, 71, ("type Order struct {", "\tTotal decimal.Decimal", "}")),
        bash("go test ./...", "ok  \t214 tests", 1.6),
        Say("All 214 tests pass. The only break for callers is `Order.Total`, which is a `Decimal` now."),
    ),
)

NOTES: Final = Story(
    name="notes",
    look="claude",
    model="haiku-4.5",
    branch="main",
    prompt="what did we decide about pagination?",
    spent=Spent(1_200, 400, 18_000, 0, 0.02, 6),
    steps=(
        grep("pagination", "notes/", "notes/2025-11-api.md:31"),
        Say(
            "Cursors, not offsets: an offset breaks when rows are inserted. It stands in `notes/2025-11-api.md`."
        ),
    ),
)

LINT: Final = Story(
    name="lint-all",
    look="stream",
    model="haiku-4.5",
    branch="chore/lint",
    prompt="Make ruff and mypy pass everywhere, one package at a time",
    spent=Spent(14_800, 7_100, 190_000, 0, 0.21, 33),
    steps=(
        bash("ruff check . --statistics", "118\tE501\n 41\tB008\n 12\tRUF012", 0.6),
        Say("171 findings in nine packages. I go from the leaves inwards."),
        Mid(),
        Loop(
            (
                bash("ruff check packages/{n} --fix", "Found 19 errors (17 fixed, 2 remaining).", 2.0),
                edit(
                    "packages/{n}/settings.py",
                    12,
                    "-    hosts: list[str] = []",
                    "+    hosts: ClassVar[list[str]] = []",
                    seconds=1.5,
                ),
                bash("mypy packages/{n}", "Success: no issues found in 14 source files", 3.0),
                Say("Package {n} is clean."),
                Rest(1.5),
            )
        ),
    ),
)

SEED: Final = Story(
    name="seed-data",
    look="stream",
    model="sonnet-4.5",
    branch="feat/tenants",
    prompt="Fill the staging database with three tenants",
    spent=Spent(5_400, 2_900, 51_000, 0, 0.17, 18),
    steps=(
        read("sql/seed.sql", "212 lines"),
        Say("Three tenants with 200 orders each. The script begins with `TRUNCATE`, so I ask first."),
        Permit(
            bash("psql -f sql/seed.sql", "TRUNCATE TABLE\nINSERT 0 600", 2.0),
            "fill the staging database; it empties the tables first",
            denied=(Say("Nothing was changed. I can write it without the `TRUNCATE`."),),
        ),
        Say("**Done.** 600 orders in three tenants."),
    ),
)

WATCHER: Final = Story(
    name="watcher",
    look="stream",
    model="haiku-4.5",
    branch="main",
    prompt="Watch the nightly build and tell me why it fails",
    spent=Spent(2_100, 600, 22_000, 0, 0.03, 8),
    steps=(
        bash(
            "gh run list --limit 5",
            "Exit code 4\nTo get started with GitHub CLI, run: gh auth login",
            0.6,
            ok=False,
        ),
        Fail("gh is not logged in, so there is no build to look at"),
    ),
)

MORE: Final = (CSV, E2E, SDK_GO, NOTES, LINT, SEED, WATCHER)
