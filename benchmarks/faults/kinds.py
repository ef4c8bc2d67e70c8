"""All kinds of faults, and the order in which they come."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from benchmarks.faults import files, signals
from benchmarks.faults.ground import Ground
from benchmarks.faults.striking import Kind

KINDS: Final[tuple[Kind, ...]] = (
    Kind("kill-host", signals.kill_host),
    Kind("kill-guardian", signals.kill_guardian),
    Kind("kill-host-and-guardian", signals.kill_both, slow=True),
    Kind("kill-child", signals.kill_child),
    Kind("kill-family", signals.kill_family),
    Kind("kill-several", signals.kill_several, slow=True),
    Kind("kill-by-command", signals.kill_by_command, slow=True),
    Kind("kill-dashboard", signals.kill_dashboard),
    Kind("hang-up-dashboard", signals.hang_up_dashboard),
    Kind("stop-dashboard", signals.stop_dashboard),
    Kind("stop-host", signals.stop_host),
    Kind("stop-child", signals.stop_child),
    Kind("flood", signals.flood),
    Kind("slow-reader", files.slow_reader),
    Kind("full-disk", files.full_disk, "small", slow=True),
    Kind("torn-events", files.torn_events, slow=True),
    Kind("torn-recording", files.torn_recording, slow=True),
    Kind("torn-status", files.torn_status),
    Kind("torn-status-of-one-over", files.torn_status_of_one_over),
    Kind("damaged-settings", files.damaged_settings, slow=True),
    Kind("removed-folder", files.removed_folder, slow=True),
    Kind("removed-sockets", files.removed_sockets),
    Kind("no-permission", files.no_permission, "permissions", slow=True),
    Kind("stale-socket", files.stale_socket, slow=True),
    Kind("dead-lock-holder", files.dead_lock_holder, slow=True),
    Kind("clock-jump", files.clock_jump, slow=True),
)


def sequence(seed: int, kinds: list[Kind]) -> Iterator[Kind]:
    """Yield kinds without end, each as often as the others, in an order of the seed's."""
    rng = random.Random(f"{seed}/order")
    while True:
        yield from rng.sample(kinds, len(kinds))


def possible(ground: Ground) -> tuple[list[Kind], list[str]]:
    """Return the kinds that this ground allows, and words on those that it does not."""
    why = {
        "small": "no file system of our own can be mounted",
        "permissions": "nothing is forbidden to root",
        "faketime": "libfaketime is not installed",
    }
    has = {
        "small": ground.small,
        "permissions": ground.permissions,
        "": True,
    }
    return [each for each in KINDS if has[each.needs]], [
        f"{each.name} left out: {why[each.needs]}" for each in KINDS if not has[each.needs]
    ]
