"""Config files: what is refused and how it is said, where files are found, how they are merged."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from tui.client import launch
from tui.core.errors import ConfigError
from tui.core.notify import Channel, Desktop, Hours, Notify
from tui.core.prices import Override
from tui.core.settings import Glyphs, ShiftEnter
from tui.core.spec import Inactivity, Mode, Step
from tui.system.config import find_project, load, load_file, read
from tui.system.configwatch import ConfigWatch
from tui.system.notifyfile import read_notify
from tui.system.notifyfile import write_notify as tell_notify
from tui.system.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    for name in ("state", "run", "config", "log"):
        (tmp_path / name).mkdir()
    return Paths(tmp_path / "state", tmp_path / "run", tmp_path / "config", tmp_path / "log")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / ".git").mkdir(parents=True)
    return folder


def write(folder: Path, text: str) -> Path:
    file = folder / "agent-tui.toml"
    file.write_text(text)
    return file


WRONG = [
    # text, key, found, a part of what is allowed
    ("defalts = {}", "defalts", "an unknown key", "(did you mean defaults?)"),
    ("agents = []", "agents", "an unknown key", "(did you mean agent?)"),
    ("[agent]", "agent", "a table", "tables, each begun by [[agent]]"),
    ("agent = [1]", "agent", "a list", "tables, each begun by [[agent]]"),
    ("defaults = 3", "defaults", "the number 3", "a table"),
    ("[[agent]]\nmdoe = 'stream'", "agent[1].mdoe", "an unknown key", "(did you mean mode?)"),
    ("[[agent]]\n[[agent]]\nmode = 'fast'", "agent[2].mode", 'the text "fast"', "stream, interactive"),
    ("inactivity = 3", "inactivity", "the number 3", "a table, [inactivity]"),
    ("[inactivity]\nthinking = 3", "inactivity.thinking", "an unknown key", "(did you mean thinking_s?)"),
    ("[inactivity]\ntool_idle_s = -1", "inactivity.tool_idle_s", "the number -1", "seconds from 0"),
    ("[inactivity]\non_loop = ['notify', 'notify']", "inactivity.on_loop", "a step twice", "notify, interrupt"),
    ("[inactivity]\nloop_repeats = 1", "inactivity.loop_repeats", "the number 1", "from 2 to 32"),
    ("[inactivity]\ntries = 1.5", "inactivity.tries", "the number 1.5", "from 0 to 100"),
    ("[[agent]]\n[agent.inactivity]\nx = 1", "agent[1].inactivity.x", "an unknown key", "tool_busy_s"),
    ("limits = 3", "limits", "the number 3", "a table, [limits]"),
    ("[limits]\nmax_runing = 3", "limits.max_runing", "an unknown key", "(did you mean max_running?)"),
    ("[limits]\nmax_running = -1", "limits.max_running", "the number -1", "from 1 to 1000, or 0"),
    ("[[agent]]\npriority = 'high'", "agent[1].priority", 'the text "high"', "from -1000 to 1000"),
    ("templates = 3", "templates", "the number 3", "a table, [templates]"),
    ("[templates]\nreview = 3", "templates.review", "the number 3", "the prompt, a text of 1 to 100,000 characters"),
    ("[templates]\nreview = ' '", "templates.review", "the text", "the prompt, a text"),
    (f"[templates]\n{'a' * 41} = 'x'", f"templates.{'a' * 41}", "that name", "1 to 40 printable characters"),
    ("prices = 3", "prices", "the number 3", 'a table, [prices."model"]'),
    ("[prices]\ninput = 3", 'prices."input"', "the number 3", "a table"),
    ("[prices.m]\ninputs = 3", 'prices."m".inputs', "an unknown key", "(did you mean input?)"),
    ("[prices.'gpt-5.1']\ninput = '3'", 'prices."gpt-5.1".input', 'the text "3"', "USD per million tokens"),
    ("[prices.m]\noutput = -1", 'prices."m".output', "the number -1", "from 0 to 1000000"),
    ("[prices.m]\ncache_read = nan", 'prices."m".cache_read', "the number NaN", "from 0 to 1000000"),
    ("[prices.m]\ncache_write = true", 'prices."m".cache_write', "true", "from 0 to 1000000"),
    ("[prices.m]\ncontext_window = 1.5", 'prices."m".context_window', "the number 1.5", "a whole number from 1"),
    ("[prices.m]\ncontext_window = 0", 'prices."m".context_window', "the number 0", "a whole number from 1"),
    ("[[agent]]\nmode = 3", "agent[1].mode", "the number 3", "stream, interactive"),
    ("[[agent]]\nruntime = 'cluade-code'", "agent[1].runtime", 'the text "cluade-code"', "(did you mean claude-code?)"),
    ("[[agent]]\nname = ''", "agent[1].name", 'the text ""', "1 to 40 printable characters"),
    ("[[agent]]\nname = '-x'", "agent[1].name", 'the text "-x"', "not beginning with -"),
    ("[[agent]]\nname = \"a\\u0007\"", "agent[1].name", "the text", "printable"),
    ("[[agent]]\ncommand = 'aider'", "agent[1].command", 'the text "aider"', "a list of texts"),
    ("[[agent]]\ncommand = []", "agent[1].command", "an empty list", "a list of texts"),
    ("[[agent]]\nargs = ['a', 1]", "agent[1].args", "a list", "a list of texts"),
    ("[[agent]]\nenv = {A = 1}", "agent[1].env", "int as A", "a table of texts"),
    ("[[agent]]\nenv = {'A B' = 'x'}", "agent[1].env", "the variable name 'A B'", "a table of texts"),
    ("[[agent]]\ncwd = ''", "agent[1].cwd", 'the text ""', "a folder"),
    ("[[agent]]\ncwd = '~nobody-of-that-name/x'", "agent[1].cwd", "the home folder of an unknown user", "a folder"),
    ("[[agent]]\nprompt = ['x']", "agent[1].prompt", "a list", "text in quotes"),
    ("[[agent]]\nmax_turns = 0", "agent[1].max_turns", "the number 0", "a whole number from 1"),
    ('[[agent]]\ntags = ["two words"]', "agent[1].tags", "a list", "a list of single words"),
    ("[[agent]]\nmax_turns = 1.5", "agent[1].max_turns", "the number 1.5", "a whole number from 1"),
    ("[[agent]]\nmax_turns = true", "agent[1].max_turns", "true", "a whole number from 1"),
    ("[[agent]]\nmax_budget_usd = 0", "agent[1].max_budget_usd", "the number 0", "a number above 0"),
    ("[[agent]]\nmax_budget_usd = '5'", "agent[1].max_budget_usd", 'the text "5"', "a number above 0"),
    ("[[agent]]\nmax_budget_usd = nan", "agent[1].max_budget_usd", "the number NaN", "a number above 0"),
    ("[[agent]]\nbudget = 5", "agent[1].budget", "the number 5", "a table such as { tokens = 20000"),
    ("[[agent]]\nbudget = {usd = 0}", "agent[1].budget", "the number 0 as usd", "a table such as"),
    ("[[agent]]\nbudget = {tokns = 5}", "agent[1].budget", "the key tokns, where there are tokens", "a table such as"),
    ("[[agent]]\nbudget = {time = 5}", "agent[1].budget", "(time is written time_s, in seconds)", "a table such as"),
    ("[[agent]]\nbudget = {at_limit = 'kill'}", "agent[1].budget", "no bound", "a table such as"),
    ("[[agent]]\ninactivity_timeout_s = -1", "agent[1].inactivity_timeout_s", "the number -1", "0 (never)"),
    ("[[agent]]\non_inactive = 'reboot'", "agent[1].on_inactive", 'the text "reboot"', "notify, interrupt, resume"),
    ("[[agent]]\non_inactive = ['kill', 'kill']", "agent[1].on_inactive", "a step twice", "each once"),
    ("[[agent]]\nmodel = 2025-01-01", "agent[1].model", "the date or time 2025-01-01", "text in quotes"),
    ("[[agent]]\nname = 'a'\n[[agent]]\nname = 'a'", "agent[2].name", "'a', which agent[1] has already", "its own"),
    ("[defaults]\nname = 'a'", "defaults.name", "an unknown key", "runtime, mode"),
    ("[defaults]\nprompt = 'a'", "defaults.prompt", "an unknown key", "(did you mean"),
    ("[notify]\ndesktop = 'osc8'", "notify.desktop", 'the text "osc8"', "auto, osc9, osc777, osc99, off"),
    ("[notify]\nstates = ['faild']", "notify.states", 'the text "faild"', "needs-permission, needs-answer"),
    ("[notify.states]\nbel = []", "notify.states", "the channel 'bel'", "a table of such lists by channel"),
    ("[notify.states]\nbell = 'failed'", "notify.states", 'the text "failed"', "a list of states"),
    ("[notify]\nquiet = '22-7'", "notify.quiet", 'the text "22-7"', 'hours such as "22:00-07:00"'),
    ("[notify]\nquiet = '7:00-07:00'", "notify.quiet", "which is no time or all day", 'hours such as "22:00-07:00"'),
    ("[notify.quiet]\ntoast = '22:00-07:00'", "notify.quiet", "the channel 'toast', where there are bell", "hours such"),
    ("[notify]\ntimeout_s = 0", "notify.timeout_s", "the number 0", "seconds from 0.1 to 300"),
    ("[notify]\ncommand = 'ding'", "notify.command", 'the text "ding"', "a list of texts"),
    ("[notify]\ncommand = ['ding']", "notify.command", "a setting of a project's", "in your own config alone"),
    ("[notify]\nat_once = 2", "notify.at_once", "a setting of a project's", "in your own config alone"),
    ("[budget]\ntokens = 0", "budget.tokens", "the number 0", "a whole number from 1"),
    ("[budget]\ntokens_a_day = 5", "budget.tokens_a_day", "an unknown key", "tokens_per_day"),
    ("[dashboard]\ntheme = 'drak'", "dashboard.theme", 'the text "drak"', "auto, dark, light"),
    ("[dashboard]\nleader = 'a'", "dashboard.leader", 'the text "a"', "a key with ctrl"),
    ("[dashboard]\nglyphs = 'emoji'", "dashboard.glyphs", 'the text "emoji"', "unicode, ascii"),
    ("[dashboard]\nreduced_motion = 1", "dashboard.reduced_motion", "the number 1", "true or false"),
    ('[dashboard]\nrow = ["cost", "price"]', "dashboard.row", 'the text "price"', "a list of columns"),
    ('[dashboard]\nrow = ["cost", "cost"]', "dashboard.row", "a column twice", "a list of columns"),
    ("[dashboard]\nshift_enter = 'x'", "dashboard.shift_enter", 'the text "x"', "alt+enter, newline, enter"),
    ("[keys]\nagent.kill = 'nokey'", "keys.agent.kill", 'the text "nokey"', "a key such as"),
    ("[keys]\nagent.kill = 7", "keys.agent.kill", "the number 7", "a key such as"),
    ("[keys]\n'Kill it' = 'K'", "keys.Kill it", "no name of an action", "agent.kill"),
    ("keys = 1", "keys", "the number 1", "a table"),
    ("[defaults]\nmodel = 'x\n", "line 2", "`model = …`", "TOML"),
    ("[defaults\n", "line 1", "`[defaults`", "TOML"),
    ("[defaults]\nmodel 'x'", "line 2", "(expected '=' after a key", "TOML"),
    ("[defaults]\nmodel = 'x'\nmodel = 'y'", "line 3", "`model = …`", "TOML"),
    ("[runtime.robo]\ncommand = ['~nobody-here/robo']", "runtime.robo.command", "an unknown user", "a list of texts"),
    ("[limits]\nmax_running = " + "1" * 5000, "", "a value that cannot be read", "TOML"),
    ("a = " + "[" * 5000, "", "nested too deeply", "plain values"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key", "found", "allowed"), WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, key: str, found: str, allowed: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read(file, ["claude-code", "codex", "command"])
    error = caught.value
    assert error.key == key
    assert found in error.found
    assert allowed in error.allowed
    assert str(error).startswith(f"{file}: {key}" if key else f"{file}: found")


def test_all_that_is_wrong_is_told_at_once_in_its_order_and_over_both_files(
    paths: Paths, project: Path
) -> None:
    write(paths.config, "[dashboard]\nthem = 'dark'\n[keys]\n'agent kill' = 'K'\nagent.new = 'nokey'\n")
    write(
        project,
        "[limits]\nmax_running = -1\n[defaults]\nmode = 'fast'\nmodle = 'x'\n[inactivity]\ntries = -1\n"
        "[[agent]]\nname = 'web'\nmdoe = 1\nruntime = 'nothing'\n[[agent]]\nname = 'web'\n"
        "[prices.m]\ninput = 'much'\n[prices.n]\noutputs = 1\n[templates]\na = 3\n",
    )
    with pytest.raises(ConfigError) as refused:
        load(paths, project, ["codex"])
    assert [(Path(each.path).parent.name, each.key) for each in refused.value.all()] == [
        ("config", "dashboard.them"),
        ("config", "keys.agent kill"),
        ("config", "keys.agent.new"),
        ("shop", "defaults.mode"),
        ("shop", "defaults.modle"),
        ("shop", "inactivity.tries"),
        ("shop", "agent[1].mdoe"),
        ("shop", "agent[2].name"),
        ("shop", "limits.max_running"),
        ("shop", 'prices."m".input'),
        ("shop", 'prices."n".outputs'),
        ("shop", "templates.a"),
    ]


def test_a_name_that_was_refused_is_no_second_error(tmp_path: Path) -> None:
    file = write(tmp_path, "[[agent]]\n[[agent]]\nname = 3\n")
    with pytest.raises(ConfigError) as refused:
        read(file)
    assert [each.key for each in refused.value.all()] == ["agent[2].name"]


def test_secrets_in_a_broken_line_are_not_repeated(tmp_path: Path) -> None:
    file = write(tmp_path, "[[agent]]\nenv = {KEY = 'sk-123}\n")
    with pytest.raises(ConfigError) as caught:
        read(file)
    assert "sk-123" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it does not exist"):
        read(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="it is a folder"):
        read(tmp_path)
    file = tmp_path / "agent-tui.toml"
    file.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError, match="line 2: found a byte that is not UTF-8"):
        read(file)
    file.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ConfigError, match="more than a megabyte"):
        read(file)


def test_everything_that_may_be_said(paths: Paths, project: Path) -> None:
    write(
        project,
        """
        [defaults]
        runtime = "codex"
        inactivity_timeout_s = 120
        on_inactive = ["notify", "interrupt", "resume"]
        env = { CI = "1" }

        [[agent]]
        name = "api"
        mode = "stream"
        cwd = "services/api"
        prompt = "Fix it"
        fresh_prompt = "Again"
        system_prompt = "Be brief"
        model = "m"
        max_turns = 5
        max_budget_usd = 0.10
        args = ["--x"]
        tags = ["backend", "urgent", "backend"]
        env = { API = "2" }

        [[agent]]
        command = ["./tools/agent", "go"]
        cwd = "~"
        on_inactive = "kill"

        [dashboard]
        theme = "colour-blind"
        leader = "ctrl+space"
        glyphs = "ascii"
        reduced_motion = true
        shift_enter = "newline"

        [keys]
        agent.kill = ["ctrl+k", "K"]
        "look.zoom" = "?"
        go.type = ""
        """,
    )
    settings = load(paths, project)
    api, tool = (settings.agent(agent) for agent in settings.agents)
    assert (api.name, api.runtime, api.mode) == ("api", "codex", Mode.STREAM)
    assert api.cwd == str(project / "services/api")
    assert api.max_budget_usd == Decimal("0.10")
    assert api.tags == ["backend", "urgent"]
    assert api.env == {"CI": "1", "API": "2"}
    assert api.inactivity_timeout_s == 120.0
    assert api.on_inactive == [Step.NOTIFY, Step.INTERRUPT, Step.RESUME]
    assert tool.name == Path.home().name
    assert tool.cwd == str(Path.home())
    assert tool.command == [str(project / "tools/agent"), "go"]
    assert tool.on_inactive == [Step.KILL]
    assert settings.dashboard.leader_keys >= {"ctrl+@", "ctrl+space"}
    assert settings.dashboard.glyphs is Glyphs.ASCII
    assert settings.dashboard.shift_enter is ShiftEnter.NEWLINE
    assert settings.dashboard.reduced_motion
    assert settings.keys == {"agent.kill": "ctrl+k,K", "look.zoom": "question_mark", "go.type": ""}
    assert settings.project == "shop"


def test_the_project_wins_over_the_user_key_by_key(paths: Paths, project: Path) -> None:
    write(
        paths.config,
        '[defaults]\nmodel = "u"\nruntime = "codex"\n[dashboard]\ntheme = "light"\nglyphs = "ascii"\n'
        '[[agent]]\nname = "a"\nmodel = "user"\n[[agent]]\nname = "notes"\n[keys]\nlook.zoom = "Z"\nlook.why = "e"\n',
    )
    write(
        project,
        '[defaults]\nmodel = "p"\n[dashboard]\ntheme = "auto"\n[[agent]]\nname = "a"\nmodel = "project"\n'
        '[keys]\nlook.zoom = "z"\n',
    )
    settings = load(paths, project)
    assert settings.defaults.model == "p"
    assert settings.defaults.runtime == "codex"
    assert [(agent.name, agent.model) for agent in settings.agents] == [("a", "project"), ("notes", None)]
    assert settings.dashboard.theme == "auto"
    assert settings.dashboard.glyphs is Glyphs.ASCII
    assert settings.keys == {"look.zoom": "z", "look.why": "e"}
    assert settings.files == [str(paths.user_config()), str(project / "agent-tui.toml")]


def test_without_files_there_are_defaults(paths: Paths, project: Path) -> None:
    settings = load(paths, project)
    assert settings.agents == []
    assert settings.dashboard.theme == "auto"
    assert settings.project == ""


def test_the_project_file_is_searched_up_to_the_repository(project: Path) -> None:
    deep = project / "src" / "http"
    deep.mkdir(parents=True)
    outside = write(project.parent, "")
    assert find_project(deep) is None
    inside = write(project, "")
    assert find_project(deep) == inside
    assert find_project(project.parent) == outside


def test_a_named_file_brings_only_its_own_agents(paths: Paths, tmp_path: Path) -> None:
    write(paths.config, '[defaults]\nmodel = "u"\n[[agent]]\nname = "notes"\n')
    file = tmp_path / "other.toml"
    file.write_text('[[agent]]\nname = "x"\n')
    settings = load_file(paths, file)
    assert [agent.name for agent in settings.agents] == ["x"]
    assert settings.agent(settings.agents[0]).model == "u"


async def test_edits_are_picked_up_and_bad_ones_keep_the_good(paths: Paths, project: Path) -> None:
    changed = asyncio.Event()
    watch = ConfigWatch(paths, project, on_change=changed.set)
    watch.start()
    try:
        assert watch.settings.defaults.model is None
        write(project, '[defaults]\nmodel = "one"\n')
        await asyncio.wait_for(changed.wait(), 10)
        assert watch.settings.defaults.model == "one"
        changed.clear()
        write(project, "[defaults\n")
        await asyncio.wait_for(changed.wait(), 10)
        while watch.error is None:
            changed.clear()
            await asyncio.wait_for(changed.wait(), 10)
        assert watch.error.key == "line 1"
        assert watch.settings.defaults.model == "one"
        write(paths.config, '[dashboard]\ntheme = "light"\n')
        write(project, '[defaults]\nmodel = "three"\n')
        while watch.settings.dashboard.theme != "light" or watch.error:
            changed.clear()
            await asyncio.wait_for(changed.wait(), 10)
        assert watch.settings.defaults.model == "three"
    finally:
        watch.close()


def test_looking_again_costs_nothing_without_a_change(paths: Paths, project: Path) -> None:
    watch = ConfigWatch(paths, project)
    assert not watch.refresh()
    write(project, "[[agent]]\nmodel = 1\n")
    assert watch.refresh()
    assert watch.error is not None
    assert watch.error.key == "agent[1].model"


def test_prices_are_kept_exact_and_by_file(paths: Paths, project: Path) -> None:
    paths.user_config().write_text("[prices.m]\ninput = 0.1\n")
    write(project, '[prices."gpt-5.1"]\ninput = 3\noutput = 0.30\ncache_read = 0\ncontext_window = 9\n')
    found = load(paths, project)
    assert found.prices == {
        "": {"m": Override(input=Decimal("0.1"))},
        str(project): {
            "gpt-5.1": Override(
                input=Decimal(3), output=Decimal("0.3"), cache_read=Decimal(0), context_window=9
            )
        },
    }
    assert load(paths, paths.config).prices == {"": found.prices[""]}


def test_inactivity_is_merged_key_by_key(paths: Paths, project: Path) -> None:
    write(paths.config, "[inactivity]\nthinking_s = 60\ntries = 2")
    write(
        project,
        "[inactivity]\nthinking_s = 90\non_loop = 'kill'\n[[agent]]\nname = 'a'\n[agent.inactivity]\ntries = 9",
    )
    settings = load(paths, project)
    (agent,) = settings.agents
    assert settings.defaults.inactivity == Inactivity(thinking_s=90, tries=2, on_loop=[Step.KILL])
    assert settings.agent(agent).inactivity == Inactivity(thinking_s=90, tries=9, on_loop=[Step.KILL])
    assert launch.draft(settings, agent).inactivity == settings.agent(agent).inactivity


def test_notify_is_merged_by_channel_and_the_command_is_the_users(paths: Paths, project: Path) -> None:
    write(
        paths.config,
        """
        [notify]
        command = ["~/bin/tell", "a"]
        timeout_s = 3
        states = ["failed"]
        quiet = "22:00-7:00"
        """,
    )
    write(project, '[notify]\ndesktop = "off"\n[notify.states]\nbell = ["done"]\n[notify.quiet]\nbell = ""\n')
    settings = load(paths, project)
    merged, own = settings.notify, settings.own_notify
    assert merged.command == own.command == [str(Path("~/bin/tell").expanduser()), "a"]
    assert (merged.desktop, own.desktop) == (Desktop.OFF, Desktop.AUTO)
    assert merged.states == {key: ["done"] if key is Channel.BELL else ["failed"] for key in Channel}
    assert own.states == {key: ["failed"] for key in Channel}
    assert merged.quiet[Channel.DESKTOP] == own.quiet[Channel.BELL] == Hours(22 * 60, 7 * 60)
    assert merged.quiet[Channel.BELL] is None
    named = load_file(paths, paths.user_config())
    assert named.own_notify == own
    tell_notify(paths.state, own)
    assert read_notify(paths.state) == own
    tell_notify(paths.state, Notify())
    assert read_notify(paths.state) == Notify()
