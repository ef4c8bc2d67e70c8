"""The prices of the models that an agent names: read from the table in the state folder, asked for where it holds none.

The price list itself is never loaded here: a short process of its own looks the model up and writes the table.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tui.core.agent import Agent
from tui.core.clock import Clock
from tui.core.facts import AnyFact, SessionStarted, UsageReported
from tui.core.prices import ModelPrice
from tui.core.reduce import PriceKnown
from tui.host.reaper import Reaper
from tui.system.pricefile import NAME_MAX, PRICES, Table, installed, read_table, signature

LOOK_S: Final = 0.5
"""Between looks at the table while an answer is waited for …"""
ANSWER_S: Final = 30.0
"""… at most so long."""
NAMES_MAX: Final = 50
"""Models that one agent's prices are kept of."""

_log = logging.getLogger(__name__)


class Prices:
    """Tells what models cost. Lives on the event loop.

    Args:
        state: The state folder.
        cwd: The agent's folder, whose config's prices count.
        clock: Tells the time.
        tell: Gets each price that is new or has changed.
        reaper: Takes the exits of those that look up, which belong to no run.
    """

    def __init__(
        self, state: Path, cwd: str, clock: Clock, tell: Callable[[PriceKnown], None], reaper: Reaper
    ) -> None:
        self._state = state
        self._path = state / PRICES
        self._cwd = cwd
        self._clock = clock
        self._tell = tell
        self._reaper = reaper
        self._seen = (0, 0, 0)
        self._table = Table()
        self._known: dict[str, ModelPrice | None] = {}
        self._asked: dict[str, float] = {}
        """Wall clock of the last question, by model."""
        self._asking: list[subprocess.Popen[bytes]] = []
        self._until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def heard(self, fact: AnyFact, agent: Agent) -> None:
        """Look up the model that a fact names, or that its tokens belong to."""
        match fact:
            case UsageReported():
                model = fact.billed_model or fact.model or agent.status.model
            case SessionStarted():
                model = fact.model
            case _:
                return
        if model not in self._known:
            if not model or len(model) > NAME_MAX or len(self._known) >= NAMES_MAX:
                return
            self._known[model] = None
            self._seen = (0, 0, 0)
        self.look()
        if isinstance(fact, UsageReported) and _is_wanted(fact, agent):
            self._ask(model)

    def asking(self) -> bool:
        """Return whether models are being looked up at this moment."""
        for child in list(self._asking):
            status = self._reaper.status(child.pid)
            if status is not None:
                child.returncode = os.waitstatus_to_exitcode(status)
                self._reaper.forget(child.pid)
                self._asking.remove(child)
        return bool(self._asking)

    def look(self) -> None:
        """Read the table again if it has changed."""
        found = signature(self._path)
        if found == self._seen or not self._known:
            return
        self._seen = found
        self._table = read_table(self._path) if any(found) else Table()
        for model, before in self._known.items():
            known = self._table.price(model, self._cwd)
            if known is not None and known != before:
                self._known[model] = known
                self._tell(PriceKnown(model, known))

    def _ask(self, model: str) -> None:
        """Have a model looked up, unless what the table holds is good, or that was tried."""
        known, now = self._known[model], self._clock.now().wall
        until = known.until if known is not None else 0.0
        if model in self._asked:
            due = self._asked[model] < until <= now
        else:
            current = model in self._table.models and self._table.library == installed()
            due = not current or 0 < until <= now
        if not due:
            return
        self._asked[model] = now
        argv = [sys.executable, "-P", "-m", "tui.client.pricelist", str(self._state), model]
        try:
            child = subprocess.Popen(
                argv,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            _log.warning("cannot look up prices: %s", error)
            return
        self._reaper.set_aside(child.pid)
        self._asking.append(child)
        self._until = self._clock.now().mono + ANSWER_S
        self._wait()

    def _wait(self) -> None:
        if self._timer is None and self._clock.now().mono < self._until:
            self._timer = asyncio.get_running_loop().call_later(LOOK_S, self._looked)

    def _looked(self) -> None:
        self._timer = None
        self.look()
        if self.asking():
            self._wait()
        else:
            self.look()

    def close(self) -> None:
        """Wait for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        for child in self._asking:
            child.poll()


def _is_wanted(fact: UsageReported, agent: Agent) -> bool:
    """Return whether there is something that the CLI leaves open."""
    unpriced = fact.usage.cost_usd is None and fact.usage.total > 0
    return unpriced or not (fact.context_window or agent.told_window)
