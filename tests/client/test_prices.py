"""The table is written when it must be, and the library loaded for nothing else."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from tui.client import pricelist
from tui.client.prices import publish
from tui.core.prices import Override, Rate
from tui.core.settings import Settings
from tui.system.config import load, load_file
from tui.system.paths import Paths, ensure
from tui.system.pricefile import MODELS_MAX, PRICES, Table, installed, read_table, update_table

CHEAP = Override(input=Decimal(1))


@pytest.fixture
def paths(isolated_paths: Paths) -> Paths:
    ensure(isolated_paths)
    isolated_paths.config.mkdir(parents=True)
    return isolated_paths


def table(paths: Paths) -> Table:
    return read_table(paths.state / PRICES)


def run(paths: Paths, *names: str, loads: bool) -> None:
    code = (
        "import sys; sys.argv[0] = ''; from tui.client.pricelist import main; code = main(); "
        f"assert ('genai_prices' in sys.modules) is {loads}; sys.exit(code)"
    )
    argv = [sys.executable, "-P", "-c", code, str(paths.state), *names]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_models_are_looked_up_once(paths: Paths) -> None:
    run(paths, "claude-sonnet-4-5-20250929", "nobody-1", "--help", loads=True)
    found = table(paths)
    assert list(found.models) == ["claude-sonnet-4-5-20250929", "nobody-1", "--help"]
    known = found.price("claude-sonnet-4-5-20250929", "/")
    assert known is not None
    assert known.price is not None
    assert known.price.output is not None
    assert known.price.output.usd == 15
    assert known.context_window == 200_000
    run(paths, "nobody-1", "claude-sonnet-4-5-20250929", loads=False)
    assert table(paths) == found


def test_another_list_is_taken_over_for_all_models(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    pricelist.refresh(paths.state, ["gpt-4o"])
    stale = msgspec.structs.replace(
        table(paths), library="old", models={"gpt-4o": msgspec.Raw(b"null"), "o3": msgspec.Raw(b"3")}
    )
    update_table(paths.state / PRICES, lambda _: stale)
    pricelist.refresh(paths.state, [])
    assert table(paths).library == installed()
    assert all(table(paths).price(model, "/") for model in ("gpt-4o", "o3"))


def test_a_price_that_has_ended_is_looked_up_again(paths: Paths) -> None:
    for moment in (1_772_625_600.0, 1_772_645_000.0):
        pricelist.refresh(paths.state, ["deepseek-chat"], now=moment)
        known = table(paths).price("deepseek-chat", "/")
        assert known is not None
        assert known.until > moment


def test_the_table_stays_small(paths: Paths) -> None:
    pricelist.refresh(paths.state, [f"nobody-{n}" for n in range(MODELS_MAX)])
    pricelist.refresh(paths.state, ["gpt-4o", "", "x" * 1000])
    names = list(table(paths).models)
    assert len(names) == MODELS_MAX
    assert (names[0], names[-1]) == ("nobody-1", "gpt-4o")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    argv = [sys.executable, "-P", "-m", "tui.client.pricelist", str(tmp_path / "none"), "gpt-4o"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot write ")
    assert len(done.stderr.splitlines()) == 1


# -- the config's ------------------------------------------------------------------------------------------------------


def test_a_configs_prices_are_published_and_taken_back(paths: Paths, tmp_path: Path) -> None:
    publish(paths, Settings())
    assert not (paths.state / PRICES).exists()
    pricelist.refresh(paths.state, ["gpt-4o"])
    project = tmp_path / "shop"
    project.mkdir()
    (project / "agent-tui.toml").write_text('[prices."gpt-4o"]\ninput = 1\n')
    paths.user_config().write_text("[prices.local]\ncontext_window = 4096\n")
    publish(paths, load(paths, project))
    found = table(paths)
    assert found.overrides == {str(project): {"gpt-4o": CHEAP}, "": {"local": Override(context_window=4096)}}
    known = found.price("gpt-4o", str(project))
    assert known is not None
    assert known.price is not None
    assert known.price.input == Rate(Decimal(1))
    assert known.price.output is not None
    # Another project says nothing of the first; the user's, gone, is taken back.
    paths.user_config().unlink()
    other = tmp_path / "other"
    other.mkdir()
    (other / "agent-tui.toml").write_text("")
    publish(paths, load(paths, other))
    assert table(paths).overrides == {str(project): {"gpt-4o": CHEAP}}
    (project / "agent-tui.toml").write_text("")
    publish(paths, load(paths, project))
    assert table(paths).overrides == {}


def test_a_file_is_written_only_if_something_changed(paths: Paths) -> None:
    settings = Settings(prices={"": {"gpt-4o": CHEAP}})
    publish(paths, settings)
    before = (paths.state / PRICES).stat().st_mtime_ns
    publish(paths, settings)
    assert (paths.state / PRICES).stat().st_mtime_ns == before


def test_the_users_own_file_named_outright_is_still_the_users(paths: Paths) -> None:
    paths.user_config().write_text("[prices.m]\ninput = 1\n")
    assert load_file(paths, paths.user_config()).prices == {"": {"m": CHEAP}}
