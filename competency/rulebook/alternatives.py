"""A rule as people fill it in: some alternatives, of which one is enough, each with parts that are all needed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..trees import AllOf, AnyOf, Leaf, Node

Alternative = tuple[Leaf, ...]
MOST_ALTERNATIVES = 6


def alternatives_of(node: Node) -> tuple[Alternative, ...] | None:
    """Return the alternatives of a rule; None for one that is made otherwise, and cannot be filled in so."""
    children = node.children if isinstance(node, AnyOf) else (node,)
    found = tuple(_alternative(child) for child in children)
    if None in found or len(found) > MOST_ALTERNATIVES:
        return None
    return tuple(each for each in found if each)


def tree_of(alternatives: Iterable[Alternative]) -> dict[str, Any]:
    """Return the tree, as JSON, that is satisfied by any one of the alternatives."""
    trees = [_all_of(each) for each in alternatives if each]
    if not trees:
        return {}
    return trees[0] if len(trees) == 1 and "all_of" in trees[0] else {"any_of": trees}


def _alternative(node: Node) -> Alternative | None:
    """Return the parts of an all-of, if they are leaves, no two of one kind."""
    parts = node.children if isinstance(node, AllOf) else (node,)
    found = tuple(part for part in parts if isinstance(part, Leaf))
    is_plain = len(found) == len(parts) and len({part.kind for part in found}) == len(found)
    return found if is_plain else None


def _all_of(parts: Alternative) -> dict[str, Any]:
    found = [_leaf(part) for part in parts]
    return found[0] if len(found) == 1 else {"all_of": found}


def _leaf(leaf: Leaf) -> dict[str, Any]:
    said: dict[str, Any] = {
        "by": sorted(leaf.by),
        "licence": sorted(leaf.licences),
        "in_person": leaf.in_person,
        "checklist": leaf.checklist,
        "answers": leaf.answers,
        "days": leaf.days,
    }
    return {"type": leaf.kind} | {name: value for name, value in said.items() if value}
