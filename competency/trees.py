"""Evidence rules as trees: all-of and any-of over leaves. Pure.

A tree comes from JSON, `{"all_of": [...]}`, `{"any_of": [...]}` or a leaf `{"type": "observation", "by": ["mas"]}`.
Roles in `by` and codes in `licence` mean who holds the role or licence, never a title. An empty tree, `{}`, is
satisfied by nothing: so is a level retired.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

COURSE = "course"
QUIZ = "quiz"
OBSERVATION = "observation"
CONFIRMATION = "confirmation"
QUALIFICATION = "formal_qualification"
CERTIFICATE = "certificate"
EQUIVALENT = "equivalent"
RETENTION = "retention"

LEAVES = frozenset({COURSE, QUIZ, OBSERVATION, CONFIRMATION, QUALIFICATION, CERTIFICATE, EQUIVALENT, RETENTION})
NEEDS_TEACHING = frozenset({COURSE, QUIZ, RETENTION})
"""What only something that teaches the level can lead to."""
_ALLOWED = {
    COURSE: frozenset(),
    QUIZ: frozenset(),
    OBSERVATION: frozenset({"by", "in_person", "checklist"}),
    CONFIRMATION: frozenset({"by"}),
    QUALIFICATION: frozenset({"licence"}),
    CERTIFICATE: frozenset(),
    EQUIVALENT: frozenset(),
    RETENTION: frozenset({"answers", "days"}),
}
_DEEPEST = 8
FEWEST_ANSWERS, USUAL_ANSWERS, MOST_ANSWERS = 2, 5, 50
FEWEST_DAYS, USUAL_DAYS, MOST_DAYS = 1, 7, 365


@dataclass(frozen=True, slots=True)
class Leaf:
    kind: str
    by: frozenset[str] = frozenset()
    licences: frozenset[str] = frozenset()
    in_person: bool = False
    checklist: bool = False
    answers: int = 0
    """Of `retention`: so many days with right answers and no wrong ones …"""
    days: int = 0
    """… each at least so many days after the one before."""


@dataclass(frozen=True, slots=True)
class AllOf:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    children: tuple[Node, ...]


Node = Leaf | AllOf | AnyOf
NOTHING = AnyOf(())


class TreeError(ValueError):
    """A tree that means nothing. `path` leads to the place in it."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


def parse(tree: Any, path: str = "", *, depth: int = 0) -> Node:
    """Return the tree that JSON describes. Raises TreeError with the path to what is wrong."""
    if depth > _DEEPEST:
        raise TreeError(path, f"is nested deeper than {_DEEPEST} groups")
    if not isinstance(tree, Mapping):
        raise TreeError(path, "must be an object")
    if not tree and depth == 0:
        return NOTHING
    groups = [key for key in ("all_of", "any_of") if key in tree]
    if not groups:
        return _leaf(tree, path)
    if len(groups) > 1 or set(tree) - {"all_of", "any_of"}:
        raise TreeError(path, "a group has exactly one of all_of and any_of, and nothing else")
    children = tree[groups[0]]
    if not isinstance(children, list) or not children:
        raise TreeError(f"{path}.{groups[0]}", "must be a list with at least one member")
    nodes = tuple(parse(c, f"{path}.{groups[0]}[{i}]", depth=depth + 1) for i, c in enumerate(children))
    return AllOf(nodes) if groups[0] == "all_of" else AnyOf(nodes)


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield every leaf, left to right."""
    if isinstance(node, Leaf):
        yield node
    else:
        for child in node.children:
            yield from leaves(child)


def is_shown_by(node: Node, kinds: Collection[str]) -> bool:
    """True when evidence of these kinds can satisfy the tree without any other."""
    if isinstance(node, Leaf):
        return node.kind in kinds
    if isinstance(node, AllOf):
        return all(is_shown_by(child, kinds) for child in node.children)
    return any(is_shown_by(child, kinds) for child in node.children)


def can_be_met(node: Node, *, is_taught: bool, is_accepted: bool = False) -> bool:
    """True when somebody could satisfy the tree.

    Courses and questions only where something teaches that level (`is_taught`), `equivalent` only where some other
    organisation's is accepted (`is_accepted`).
    """
    if isinstance(node, Leaf):
        if node.kind == EQUIVALENT:
            return is_accepted
        return is_taught or node.kind not in NEEDS_TEACHING
    met = (can_be_met(child, is_taught=is_taught, is_accepted=is_accepted) for child in node.children)
    return all(met) if isinstance(node, AllOf) else any(met)


def never_met_because(node: Node, *, is_taught: bool, is_accepted: bool) -> frozenset[str]:
    """Return the kinds of evidence that nobody can show and without which no alternative is left; none if one is."""
    if can_be_met(node, is_taught=is_taught, is_accepted=is_accepted):
        return frozenset()
    missing = (set() if is_taught else set(NEEDS_TEACHING)) | (set() if is_accepted else {EQUIVALENT})
    return frozenset(leaf.kind for leaf in leaves(node) if leaf.kind in missing)


def _leaf(tree: Mapping[str, Any], path: str) -> Leaf:
    kind = tree.get("type")
    if not isinstance(kind, str) or kind not in LEAVES:
        raise TreeError(f"{path}.type", f"{kind!r} is not one of {', '.join(sorted(LEAVES))}")
    unknown = set(tree) - {"type", "note"} - _ALLOWED[kind]
    if unknown:
        raise TreeError(f"{path}.{min(unknown)}", f"does not belong to {kind}")
    by = _codes(tree, "by", path, wanted=kind in (OBSERVATION, CONFIRMATION))
    licences = _codes(tree, "licence", path, wanted=kind == QUALIFICATION)
    leaf = Leaf(kind, by, licences, _flag(tree, "in_person", path), _flag(tree, "checklist", path))
    if kind != RETENTION:
        return leaf
    answers = _number(tree, "answers", path, FEWEST_ANSWERS, USUAL_ANSWERS, MOST_ANSWERS)
    return replace(leaf, answers=answers, days=_number(tree, "days", path, FEWEST_DAYS, USUAL_DAYS, MOST_DAYS))


def _number(tree: Mapping[str, Any], key: str, path: str, lowest: int, usual: int, highest: int) -> int:
    value = tree.get(key, usual)
    if type(value) is not int or not lowest <= value <= highest:
        raise TreeError(f"{path}.{key}", f"must be a whole number from {lowest} to {highest}")
    return value


def _codes(tree: Mapping[str, Any], key: str, path: str, *, wanted: bool) -> frozenset[str]:
    value = tree.get(key, [])
    if not isinstance(value, list) or not all(isinstance(code, str) and code for code in value):
        raise TreeError(f"{path}.{key}", "must be a list of codes")
    if wanted and not value:
        raise TreeError(f"{path}.{key}", "must name at least one")
    return frozenset(value)


def _flag(tree: Mapping[str, Any], key: str, path: str) -> bool:
    value = tree.get(key, False)
    if not isinstance(value, bool):
        raise TreeError(f"{path}.{key}", "must be true or false")
    return value
