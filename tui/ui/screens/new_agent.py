"""The dialog for a new agent: what was used last is filled in, enter starts it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.client import catalog, launch, racing
from tui.client.catalog import RuntimeInfo
from tui.client.launch import Draft
from tui.core.errors import AgentTuiError, SpecError
from tui.core.settings import AgentSettings
from tui.core.spec import Mode
from tui.core.text import one_line
from tui.ui import race_draft
from tui.ui.drafting import dollars, like, quiet_words, seconds
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_path, fit, text
from tui.ui.look import View
from tui.ui.memory import LastAgent, recall, update
from tui.ui.notes import key
from tui.ui.race_draft import COMMAND
from tui.ui.screens.new_race import MODES, RaceFields
from tui.ui.screens.prompt import PromptArea
from tui.ui.widgets.fields import Chips, FolderInput, Option, short_home

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

_WIDTH: Final = 67
_LABEL: Final = 12


class NewAgentScreen(RaceFields):
    """Describes an agent and starts it; dismissed with its id.

    Args:
        like: Fill in after this agent instead of what was used last.
        race: Mark two runtimes, for a race.
    """

    app: DashboardApp

    def __init__(self, like: View | None = None, *, race: bool = False) -> None:
        super().__init__()
        self._race = race
        self._like = like

    def compose(self) -> ComposeResult:
        """One row a field."""
        last = self._last()
        prompt = self._like.spec.prompt if self._like is not None and self._like.spec is not None else ""
        with Vertical(classes="card -new"):
            yield Static(self._head(), id="title")
            yield _row("runtime", Chips([], last.runtime, several=self._like is None, id="runtime"))
            yield _row("", Static("", id="about"))
            yield _row("folder", FolderInput(short_home(last.cwd), id="folder"))
            yield _row("command", Input(last.command, placeholder="program and arguments", id="command"))
            yield _row("prompt", PromptArea(prompt, id="prompt", soft_wrap=True, show_line_numbers=False))
            yield _row("mode", Chips([], last.mode.value if last.mode else "", radios=True, id="mode"))
            with Horizontal(classes="field"):
                yield Static("model", classes="label")
                yield Input(last.model, placeholder="its default", id="model")
                yield Static("name", classes="label -second")
                yield Input("", placeholder="", id="name")
            with Horizontal(classes="field"):
                yield Static("limits", classes="label")
                yield Static("quiet", classes="word")
                yield Input(last.quiet, placeholder="5:00", id="quiet")
                yield Static("then notify    budget", classes="word")
                yield Input(last.budget, placeholder="none", id="budget")
            yield Static("", id="problem")
            yield Static(self._foot(), id="foot")

    def on_mount(self) -> None:
        """Find out what is installed; the prompt is where writing begins."""
        super().on_mount()
        self.runtimes = catalog.runtimes(defined=self.app.settings.runtimes.values())
        used = self._last().runtime
        ranked = sorted(self.runtimes, key=lambda info: (not info.installed, info.name == COMMAND))
        options = [
            Option(
                info.name,
                "command…" if info.name == COMMAND else info.title.removesuffix(" CLI"),
                dim=not info.installed,
            )
            for info in ranked
            if info.name != "demo" or used == "demo"
        ]
        chosen = used or next((o.value for o in options if not o.dim), "")
        chips = self.query_one("#runtime", Chips)
        chips.offer(options, chosen)
        if self._race:
            chips.mark(race_draft.first_two(self.runtimes, chosen))
        self._runtime_changed()
        self.query_one("#command" if self.runtime == COMMAND else "#prompt").focus()

    # -- what is filled in ---------------------------------------------------------------------------------------------

    def _last(self) -> LastAgent:
        view = self._like
        if view is None:
            last = recall(self.app.paths.state).last
            return msgspec.structs.replace(last, cwd=last.cwd or str(Path.cwd()))
        spec = view.spec
        return LastAgent(
            runtime=view.status.runtime,
            mode=view.status.mode,
            model=spec.model if spec is not None else "",
            cwd=view.status.cwd,
            command=shlex.join(spec.command) if spec is not None else "",
            quiet=quiet_words(spec),
            budget=f"${spec.max_budget_usd}" if spec is not None and spec.max_budget_usd is not None else "",
        )

    @property
    def runtime(self) -> str:
        """Name of the chosen runtime."""
        return self.query_one("#runtime", Chips).value

    def _head(self) -> Content:
        racers = self.is_mounted and bool(self.racers)
        hint = "what you used last is filled in" if recall(self.app.paths.state).last.runtime else ""
        if self._like is not None:
            hint = f"like {self._like.status.name}"
        elif racers:
            hint = "one prompt to several, side by side"
        title = text("New race" if racers else "New agent", "bold")
        return fit([Piece(ALWAYS, title)], [Piece(1, text(hint, "$foreground-muted"))], _WIDTH)

    def _info(self) -> RuntimeInfo | None:
        return next((info for info in self.runtimes if info.name == self.runtime), None)

    def on_chips_changed(self, event: Chips.Changed) -> None:
        """Another runtime has other modes."""
        if event.chips.id == "runtime":
            self._runtime_changed()

    def _runtime_changed(self) -> None:
        info, racers = self._info(), self.racers
        if info is None:
            return
        self.query_one("#title", Static).update(self._head())
        self.query_one("#foot", Static).update(self._foot())
        model = self.query_one("#model", Input)
        model.disabled = bool(racers)
        model.placeholder = "each one's own" if racers else "its default"
        self.query_one("#name", Input).placeholder = self._name_hint()
        if racers:
            self.describe_race(racers)
            return
        is_command = info.name == COMMAND
        self.ask_for_command(is_command)
        self.query_one("#mode", Chips).offer([MODES[mode] for mode in info.modes], self.mode_before)
        self.mode_before = ""
        if info.installed:
            marking = EMPTY if is_command or self._like else key("space", "marks racers", "$foreground-muted")
            room = _WIDTH - _LABEL - marking.cell_length - 2
            where = "any program, in a terminal of its own" if is_command else self._known(info, room)
            about = text(where, "$foreground-muted")
            about = fit([Piece(ALWAYS, about)], [Piece(1, marking)], _WIDTH - _LABEL)
        else:
            about = text("not found on PATH", "$warning") + text(f"  {info.install}", "$foreground-muted")
        self.query_one("#about", Static).update(about)
        self.say("")

    def _name_hint(self) -> str:
        if self.racers:
            return racing.DEFAULT_NAME
        return "the program's" if self.runtime == COMMAND else "the folder's"

    def _known(self, info: RuntimeInfo, room: int) -> str:
        """Return the version that an agent of this runtime reported, if one did, and where the CLI is."""
        found = [v.status for v in self.app.fleet.agents.values() if v.status.runtime == info.name]
        newest = max((s for s in found if s.cli_version), key=lambda s: s.started_at, default=None)
        version = f"{one_line(newest.cli_version, limit=24)} · " if newest is not None else ""
        return version + cut_path(short_home(info.path), room - len(version))

    def _foot(self) -> Content:
        keys = (
            key("tab", "next field")
            + Content("   ")
            + key("ctrl+j", "new line")
            + Content("   ")
            + key("esc", "cancel")
        )
        verb = "start race" if self.is_mounted and self.racers else "start"
        chip = text(f" enter  {verb} ", "bold $on-fill on $primary")
        return fit([Piece(ALWAYS, keys)], [Piece(ALWAYS, chip)], _WIDTH)

    def say(self, sentence: str, style: str = "$error") -> None:
        """Say what is wrong, or what happens."""
        problem = self.query_one("#problem", Static)
        problem.update(text(sentence, style))
        problem.display = bool(sentence)

    # -- starting ------------------------------------------------------------------------------------------------------

    def on_input_submitted(self) -> None:
        """Enter in any field starts."""
        self.start()

    def on_prompt_area_submitted(self) -> None:
        """Enter in the prompt starts."""
        self.start()

    def key_enter(self) -> None:
        """Enter on a row of choices starts."""
        self.start()

    def start(self) -> None:
        """Start what is described, or say what is wrong with it."""
        if self.starting:
            return
        try:
            race = self.wanted_race() if self.racers else None
            draft = None if race is not None else self.draft()
        except SpecError as error:
            self.say(str(error))
            return
        self.starting = True
        self.say("Starting…", "$foreground-muted")
        if race is not None:
            self.app.run_task(self.start_race(race))
        elif draft is not None:
            self.app.run_task(self._start(draft))

    async def _start(self, draft: Draft) -> None:
        try:
            agent_id = await self.app.fleet.create(draft)
        except AgentTuiError as error:
            self.starting = False
            if self.is_attached:
                self.say(str(error))
            return
        last = LastAgent(
            runtime=draft.runtime,
            mode=draft.mode,
            model=draft.model,
            cwd=draft.cwd,
            command=shlex.join(draft.command),
            quiet=self.value_of("quiet"),
            budget=self.value_of("budget"),
        )
        if self._like is None:
            update(self.app.paths.state, lambda memory: msgspec.structs.replace(memory, last=last))
        self.app.main.created(agent_id)
        self.dismiss(agent_id)

    def draft(self) -> Draft:
        """Return what is described.

        Raises:
            SpecError: A field cannot be understood.
        """
        spec = self._like.spec if self._like is not None else None
        if spec is not None and spec.runtime == self.runtime:
            base = like(spec)
        else:
            base = launch.draft(self.app.settings, AgentSettings(runtime=self.runtime))
        mode = self.query_one("#mode", Chips).value
        if mode == Mode.STREAM and not (self.query_one(PromptArea).text.strip() or base.prompt):
            raise SpecError("A headless agent needs a prompt: it cannot ask you for one.")
        quiet, budget = seconds(self.value_of("quiet")), dollars(self.value_of("budget"))
        made = msgspec.structs.replace(
            base,
            name=self.value_of("name"),
            runtime=self.runtime,
            mode=Mode(mode) if mode else None,
            command=self._command() if self.runtime == COMMAND else base.command,
            cwd=self.folder(),
            prompt="" if self.runtime == COMMAND else self.query_one(PromptArea).text.strip(),
            model=self.value_of("model") or base.model,
            inactivity_timeout_s=base.inactivity_timeout_s if quiet is None else quiet,
            max_budget_usd=base.max_budget_usd if budget is None else budget,
        )
        said = [name for name in made.__struct_fields__ if getattr(made, name) != getattr(base, name)]
        return msgspec.structs.replace(made, origins={**base.origins, **dict.fromkeys(said, "given")})

    def _command(self) -> list[str]:
        try:
            command = shlex.split(self.value_of("command"))
        except ValueError as error:
            raise SpecError(f"The command cannot be read: {error}.") from error
        if not command:
            raise SpecError("There is no command to run.")
        return command

    def folder(self) -> str:
        """Return the folder, absolute."""
        return str(Path(self.value_of("folder") or ".").expanduser().absolute())

    def value_of(self, name: str) -> str:
        """Return what stands in a field."""
        return self.query_one(f"#{name}", Input).value.strip()


def _row(label: str, field: Widget) -> Horizontal:
    tight = " -tight" if label == "runtime" else "" if label else " -about"
    return Horizontal(Static(label, classes="label"), field, classes=f"field{tight}")
