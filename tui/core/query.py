"""A small language to pick agents: `state:failed tag:web -docs "two words"`. Pure text in, a predicate out.

Every term must hold. A plain word occurs somewhere in what is known of the agent; `key:value` looks at one property,
`key:a,b` takes either; a `-` in front turns a term round. What is no key of ours is a plain word, so that anything can be
searched for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from tui.core.attention import LOOK, RowState
from tui.core.lifecycle import ALIVE
from tui.core.status import Status

KEYS: Final = ("state", "name", "runtime", "model", "project", "folder", "branch", "tag", "mode", "is")
"""What can stand before the colon."""

_ALIASES: Final = {"cwd": "folder", "dir": "folder", "cli": "runtime", "tags": "tag", "id": "name"}
_TERM: Final = re.compile(r'-?(?:[a-z]+:)?(?:"[^"]*"?|[^\s"]\S*)|\S+')


class Known(Protocol):
    """What a query looks at; a row of the list is one."""

    @property
    def status(self) -> Status:
        """What is known of the agent."""
        ...

    @property
    def state(self) -> RowState:
        """The state that it shows."""
        ...


class Term(msgspec.Struct, frozen=True):
    """One condition."""

    key: str
    """One of `KEYS`; empty: anywhere."""
    values: tuple[str, ...]
    """Folded to lower case; one of them is enough."""
    negated: bool = False

    def holds(self, known: Known, marks: frozenset[str], said: str) -> bool:
        """Return whether the condition holds.

        Args:
            known: The agent.
            marks: What else it is, such as `pinned`, for `is:`.
            said: What else is shown of it, for plain words.
        """
        texts = _texts(self.key, known, marks, said)
        if self.key in ("state", "is", "mode"):
            found = any(text.startswith(value) for text in texts for value in self.values)
        elif self.key == "tag":
            found = any(text == value for text in texts for value in self.values)
        else:
            found = any(value in text for text in texts for value in self.values)
        return found is not self.negated


class Query(msgspec.Struct, frozen=True):
    """All conditions; without any, everything matches."""

    terms: tuple[Term, ...] = ()

    def matches(self, known: Known, marks: frozenset[str] = frozenset(), said: str = "") -> bool:
        """Return whether every condition holds; see `Term.holds`."""
        return all(term.holds(known, marks, said) for term in self.terms)

    def names(self, mark: str) -> bool:
        """Return whether a condition asks for `is:` this mark."""
        return any(term.key == "is" and not term.negated and mark in term.values for term in self.terms)


def parse(text: str) -> Query:
    """Return the query of what was typed; anything can be typed, also half a term."""
    found = [term for each in _TERM.findall(text) if (term := _term(each)) is not None]
    return Query(tuple(found))


def _term(typed: str) -> Term | None:
    rest = typed.removeprefix("-")
    negated = rest != typed
    if not rest:
        return None  # a lone `-`: more is about to be typed
    key, colon, value = rest.partition(":")
    name = _ALIASES.get(key.lower(), key.lower())
    if colon and name in KEYS:
        values = tuple(v for v in value.casefold().replace('"', "").split(",") if v)
        return Term(name, values, negated) if values else None
    words = rest.casefold().strip('"')
    return Term("", (words,), negated) if words else None


def _texts(key: str, known: Known, marks: frozenset[str], said: str) -> Sequence[str]:
    status, seen = known.status, LOOK[known.state]
    match key:
        case "state":
            return (seen.word, known.state.value, seen.group.value)
        case "name":
            return (status.name.casefold(), status.id)
        case "runtime":
            return (status.runtime.casefold(),)
        case "model":
            return (status.model.casefold(),)
        case "project":
            return (status.project.casefold(),)
        case "folder":
            return (status.cwd.casefold(),)
        case "branch":
            return (status.branch.casefold(),)
        case "tag":
            return [tag.casefold() for tag in status.tags]
        case "mode":
            return (status.mode.value, "headless" if status.mode.value == "stream" else "")
        case "is":
            return (*marks, "alive" if status.lifecycle in ALIVE else "over", seen.group.value)
        case _:
            named = (status.name, status.id, status.runtime, status.model, status.branch, status.project)
            shown = (seen.word, seen.group.value, said)
            return (" ".join((*named, status.cwd, *status.tags, *shown)).casefold(),)
