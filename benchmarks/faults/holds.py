"""What has to hold after every fault, found without the product: by the processes that there are and the files that they wrote."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from benchmarks.faults.dashboard import ANSWER_S
from benchmarks.faults.world import Known, World
from tui.core.errors import AgentTuiError
from tui.core.spec import Mode
from tui.system import procfs

SETTLE_S: Final = 25.0
"""What a fault brought about is over by then: grace periods, a sweep, a retry."""
LAST_WORDS_S: Final = 10.0
"""What an agent said last is kept by then."""
AGENT: Final = "AGENT_TUI_AGENT_DIR"
OVER: Final = ("exited", "failed", "killed", "lost")
ALIVE: Final = ("starting", "running", "stopping")
_LINE: Final = re.compile(r"line (\d+) of mine")


def settle(world: World, within_s: float = SETTLE_S) -> list[str]:
    """Wait until all holds; return what does not."""
    end = time.monotonic() + within_s
    while True:
        wrong = states(world)
        if not wrong or time.monotonic() > end:
            return wrong
        time.sleep(0.3)


def states(world: World) -> list[str]:
    """Compare what `ls` says with what is."""
    try:
        rows = world.rows()
    except AgentTuiError as error:
        return [error.sentence]
    marked = _marked()
    found = [
        f"{each.id} ({each.mode}, {each.ending}): {wrong}"
        for each in world.agents.values()
        for wrong in _of_agent(each, rows.get(each.id), marked.get(str(world.paths.agent(each.id)), []))
    ]
    return [each for each in found if each not in world.told]


def _marked() -> dict[str, list[int]]:
    """Return the living processes by the agent whose mark they carry."""
    found: dict[str, list[int]] = {}
    for pid in procfs.pids():
        folder = procfs.variable(pid, AGENT)
        stat = procfs.stat(pid) if folder else None
        if stat is not None and not stat.dead:
            found.setdefault(folder, []).append(pid)
    return found


def _of_agent(each: Known, row: dict[str, Any] | None, living: list[int]) -> list[str]:
    if each.removed:
        return [*(["is listed, though its folder is gone"] if row else []), *_left(living)]
    if row is None:
        return ["is not listed"]
    if each.damaged:
        return _left(living) + ([] if row.get("damaged") else ["is not said to be damaged"])
    lifecycle, wrong = row["lifecycle"], []
    wanted = _wanted(each)
    if lifecycle not in wanted:
        wrong.append(f"is {lifecycle}, not {' or '.join(wanted)}")
    if lifecycle in OVER:
        wrong += _left(living)
    elif lifecycle in ALIVE and row["pid"] not in living:
        wrong.append(f"is {lifecycle}, but process {row['pid']} does not live")
    code = each.told["code"]
    if lifecycle in ("exited", "failed") and code is not None and row["exit"]["code"] != code:
        wrong.append(f"ended with {code}, and {row['exit']} is told")
    if each.child_killed and lifecycle == "failed" and code is None and row["exit"]["signal"] != 9:
        wrong.append(f"was killed by 9, and {row['exit']} is told")
    return wrong


def _left(living: list[int]) -> list[str]:
    return [f"is over, but {_command(pid)} ({pid}) lives" for pid in living]


def _wanted(each: Known) -> tuple[str, ...]:
    ended = {0: "exited", 3: "failed"}.get(each.told["code"], "")
    if each.host_killed:
        return ("lost", ended) if ended else ("lost",)
    if each.asked_to_end:
        return ("killed", ended) if ended else ("killed",)
    if each.child_killed:
        return (ended,) if ended else ("failed",)
    return (ended,) if ended else ("starting", "running")


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return "something"


# -- what was written --------------------------------------------------------------------------------------------------


def numbers(world: World, each: Known) -> tuple[list[int], list[str]]:
    """Return the numbers that stand on disk, in order, and what is wrong with the files themselves."""
    folder = world.paths.agent(each.id)
    marks = [_mark(folder / name) for name in ("events.jsonl", "output.1.cast", "output.cast")]
    if each.read is None or each.read[0] != (marks, each.gaps):
        each.read = ((marks, each.gaps), *_numbers(folder, each))
    return each.read[1], each.read[2]


def _mark(path: Path) -> tuple[int, ...]:
    """Return what tells a file from what it was before."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _numbers(folder: Path, each: Known) -> tuple[list[int], list[str]]:
    last, wrong, found = 0, [], []
    for line in _lines(folder / "events.jsonl"):
        seq = line.get("seq", 0) if isinstance(line, dict) else 0
        if seq and seq <= last:
            if each.gaps:
                continue  # a write that failed half-way was done again
            wrong.append(f"event {seq} follows {last}")
        last = max(seq, last)
        text = line.get("fact", {}).get("text", "") if seq else ""
        if each.mode is Mode.STREAM and (match := _LINE.fullmatch(str(text))):
            found.append(int(match[1]))
    if each.mode is Mode.INTERACTIVE:
        shown = "".join(
            line[2]
            for name in ("output.1.cast", "output.cast")
            for line in _lines(folder / name)
            if isinstance(line, list) and len(line) == 3 and line[1] == "o"
        )
        found = [int(number) for number in _LINE.findall(shown)]
    return found, wrong


def _lines(path: Path) -> list[Any]:
    """Return the lines that can be read."""
    found = []
    try:
        data = path.read_bytes()
    except OSError:
        return []
    for line in data.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def remember(world: World) -> None:
    """Take note of what stands on disk, before a fault."""
    for each in world.agents.values():
        each.seen = set(numbers(world, each)[0])


def lost_events(world: World, within_s: float = LAST_WORDS_S) -> list[str]:
    """Return what stood on disk and is gone, or was said and does not come there: an agent may be ending at this moment."""
    end = time.monotonic() + within_s
    while (wrong := _lost(world)) and time.monotonic() < end:
        time.sleep(0.3)
    return wrong


def _lost(world: World) -> list[str]:
    wrong = []
    for each in world.agents.values():
        if each.removed or not os.access(world.paths.agent(each.id), os.R_OK | os.X_OK):
            continue
        found, odd = numbers(world, each)
        name = f"{each.id} ({each.mode}, {each.ending}):"
        wrong += [f"{name} {said}" for said in odd]
        if gone := sorted(each.seen - set(found)):
            wrong.append(f"{name} lost {gone[:5]}, which were on disk")
        if len(found) != len(set(found)):
            wrong.append(f"{name} has numbers twice")
        told = each.told
        over = told["code"] is not None or each.child_killed
        if over and not (each.gaps or each.host_killed) and len(found) < told["said"]:
            wrong.append(f"{name} said {told['said']} and {len(found)} are kept")
    return [each for each in wrong if each not in world.told]


# -- commands and dashboards -------------------------------------------------------------------------------------------


def commands(world: World, agent_id: str) -> list[str]:
    """Return which commands do not answer as they should: 0, or 1 with one sentence."""
    wrong = []
    every = (("ls",), ("show", agent_id), ("doctor",))
    if world.quick:  # forks: one after the other
        answers = [world.call(*arguments) for arguments in every]
    else:
        with ThreadPoolExecutor() as pool:
            answers = list(pool.map(lambda arguments: world.call(*arguments), every))
    for arguments, done in zip(every, answers, strict=True):
        said = done.stderr.strip()
        if done.returncode not in (0, 1) or "Traceback" in said or "Traceback" in done.stdout:
            wrong.append(f"{' '.join(arguments)} ends with {done.returncode}: {said[-500:]}")
        elif done.returncode == 1 and arguments[0] != "doctor" and len(said.splitlines()) != 1:
            wrong.append(f"{' '.join(arguments)} says no one sentence: {said[:300]!r}")
    return wrong


def dashboards(world: World, answer_s: float = ANSWER_S) -> list[str]:
    """Return what is wrong with the dashboards."""
    wrong = [said for each in world.dashboards if (said := each.opens() or each.answers(answer_s))]
    wrong += [f"a dashboard traced back: {each.last_words()}" for each in world.dashboards if each.traced()]
    for path in sorted(world.paths.log.glob("*.log*")):
        text = path.read_text(errors="replace")
        if "Traceback" in text:
            at = text.index("Traceback")
            wrong.append(f"{path.name}: {text[max(0, at - 300) : at + 2_000]}")
            path.write_text("")  # told once
    return wrong


Check = Callable[[World], list[str]]
