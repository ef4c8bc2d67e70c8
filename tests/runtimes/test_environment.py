from __future__ import annotations

from tui.runtimes.environment import AGENT_ID, clean


def test_what_belongs_to_the_terminal_and_agent_around_us_is_dropped() -> None:
    around = {
        "PATH": "/bin", "HOME": "/home/dev", "LANG": "C.UTF-8", "ANTHROPIC_API_KEY": "k", "CLAUDE_CODE_MAX_RETRIES": "2",
        "CLAUDECODE": "1", "CLAUDE_CODE_ENTRYPOINT": "cli", "TMUX": "x", "TMUX_PANE": "%1", "STY": "s",
        "TERM_PROGRAM": "ghostty", "TERM_PROGRAM_VERSION": "1", "TERM": "dumb", "LINES": "24", "COLUMNS": "80",
        "KITTY_WINDOW_ID": "1", "WT_SESSION": "x", "VTE_VERSION": "1", "GEMINI_CLI": "1",
    }  # fmt: skip
    assert clean(around, agent_id="a1") == {
        "PATH": "/bin", "HOME": "/home/dev", "LANG": "C.UTF-8", "ANTHROPIC_API_KEY": "k", "CLAUDE_CODE_MAX_RETRIES": "2",
        "TERM": "xterm-256color", "COLORTERM": "truecolor", AGENT_ID: "a1",
    }  # fmt: skip


def test_the_agent_s_own_settings_win_but_over_the_mark() -> None:
    env = clean({"HOME": "/h"}, agent_id="a1", extra={"HOME": "/other", "TMUX": "wanted", AGENT_ID: "forged"})
    assert env["HOME"] == "/other"
    assert env["TMUX"] == "wanted"
    assert env[AGENT_ID] == "a1"
