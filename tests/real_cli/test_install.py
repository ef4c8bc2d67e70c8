"""The installer, with a stand-in for npm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_cli import install

NPM = """#!/bin/sh
echo "$@" >> "$PWD/../npm.calls"
mkdir -p node_modules/.bin
printf '#!/bin/sh\\necho 1.2.3\\n' > node_modules/.bin/pi
chmod +x node_modules/.bin/pi
"""


@pytest.fixture
def clis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AGENT_TUI_TEST_CLIS", str(tmp_path / "clis"))
    return tmp_path / "clis"


def replace_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "npm").write_text(script)
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_the_platform_cache_is_used_without_a_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AGENT_TUI_TEST_CLIS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert install.clis_folder().parts[-2:] == ("agent-tui", "test-clis")


def test_a_cli_is_installed_once(clis: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_npm(tmp_path, monkeypatch, NPM)
    assert install.ensure("pi") == install.ensure("pi") == clis / "pi" / "node_modules" / ".bin" / "pi"
    assert install.version("pi") == "1.2.3"
    calls = (clis / "npm.calls").read_text().splitlines()
    assert len(calls) == 1
    assert f"--prefix {clis / 'pi'}" in calls[0]
    assert "@mariozechner/pi-coding-agent@" in calls[0]


def test_a_failed_install_tells_what_npm_said(
    clis: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_npm(tmp_path, monkeypatch, "#!/bin/sh\necho no network here >&2\nexit 7\n")
    with pytest.raises(install.InstallError, match=r"(?s)exited with 7.*no network here"):
        install.ensure("pi")


def test_a_program_that_does_not_start_is_an_error(clis: Path) -> None:
    program = install.program("pi")
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(install.InstallError, match=r"(?s)exited with 3.*broken"):
        install.ensure("pi")
