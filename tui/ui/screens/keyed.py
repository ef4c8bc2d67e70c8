"""What every screen of ours shares: the user's keys lie over its bindings, and it names no keys while another lies over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from textual.actions import parse
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen

from tui.ui.keymap import UNBOUND, key_label, keys_of
from tui.ui.widgets.footer import FooterItem, FooterLine

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

T = TypeVar("T")


class Bound(NamedTuple):
    """An action of a screen with all keys that run it now."""

    action: str
    keys: tuple[str, ...]
    """Textual's names; the first is named in the footer."""
    word: str
    """What the footer calls it."""
    told: str
    """What the help and the palette say."""
    id: str

    @property
    def labels(self) -> tuple[str, ...]:
        """The keys as people write them."""
        return tuple(key_label(key) for key in self.keys)


class Keyed(Screen[T], Generic[T]):
    """Base of all screens."""

    app: DashboardApp

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        # Textual's own overlay takes a key from all that share it: with `ask.deny` on another key `n` was nobody's.
        keys = self.app.user_keys
        return [(node, remapped(bindings, keys)) for node, bindings in super()._binding_chain]

    def bound(self, node: DOMNode | None = None) -> list[Bound]:
        """Return what keys do now, in the order of the bindings; what is switched off is not among it.

        Args:
            node: Whose keys; None: the screen's own, without those of the widget that has the focus.
        """
        whose = node or self
        found: dict[str, Bound] = {}
        for key, active in self.active_bindings.items():
            binding = active.binding
            if active.node is not whose or not active.enabled or not binding.description or key == UNBOUND:
                continue
            known = found.get(binding.action)
            keys = (*known.keys, key) if known is not None else (key,)
            first = known or Bound(
                binding.action,
                (),
                binding.description,
                binding.tooltip or binding.description,
                binding.id or "",
            )
            found[binding.action] = first._replace(keys=keys)
        return list(found.values())

    def can(self, action: str) -> bool:
        """True unless an action is switched off now."""
        _, name, parameters = parse(action)
        return self.check_action(name, parameters) is not False

    def is_answer_key(self, key: str) -> bool:
        """True for a key that answers a request while its answers are open."""
        return any(
            binding.action.startswith(("reply(", "pick("))
            for _, bindings in self._binding_chain
            for binding in bindings.key_to_bindings.get(key, ())
        )

    def items(self, *actions: str | tuple[str, ...]) -> list[FooterItem]:
        """Return the footer's items of these actions, without those that no key runs now.

        Args:
            actions: Each an action, or several that share an item: `("move(-1)", "move(1)")`; the last of them is named and
                clicked.
        """
        known = {each.action: each for each in self.bound()}
        found = []
        for wanted in actions:
            together = (wanted,) if isinstance(wanted, str) else wanted
            here = [known[action] for action in together if action in known]
            if here:
                keys = " ".join(each.labels[0] for each in here)
                found.append(FooterItem(keys, here[-1].word, here[-1].action))
        return found

    def on_screen_suspend(self) -> None:
        """Another screen has the keys now: under a dialog this one must not go on naming its own."""
        for line in self.query(FooterLine):
            line.rest(True)

    def on_screen_resume(self) -> None:
        """The keys are ours again."""
        for line in self.query(FooterLine):
            line.rest(False)

    def on_footer_line_pressed(self, message: FooterLine.Pressed) -> None:
        """A key in the footer was clicked."""
        if message.action:
            self.app.call_later(self.app.run_action, message.action, self)


def declared(page: type[DOMNode]) -> list[Binding]:
    """Return all bindings of a class, its bases' too, in order; the more special class has a key before its bases."""
    found: dict[tuple[str, str], Binding] = {}
    for key, binding in page._merged_bindings or BindingsMap():
        known = found.get((binding.action, binding.description))
        keys = f"{known.key},{key}" if known is not None else key
        found[binding.action, binding.description] = binding.with_key(keys)
    return list(found.values())


def remapped(bindings: BindingsMap, keymap: Mapping[str, str]) -> BindingsMap:
    """Return bindings with the user's keys: they stand before whatever else has these keys, behind answers alone.

    Args:
        bindings: A node's own.
        keymap: Keys by the bindings' ids, as `tui.ui.keymap.usable` returns them.
    """
    if not any(binding.id in keymap for _, binding in bindings):
        return bindings
    made = BindingsMap()
    moved: set[str] = set()
    for key, binding in bindings:
        name = binding.id
        if name is None or name not in keymap:
            made.key_to_bindings.setdefault(key, []).append(binding)
        elif name not in moved:
            moved.add(name)
            for own in keys_of(keymap[name]):
                made.key_to_bindings.setdefault(own, []).append(binding.with_key(own))
    for here in made.key_to_bindings.values():
        here.sort(key=lambda each: (not each.action.startswith("reply("), each.id not in moved))
    return made
