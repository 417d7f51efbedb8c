"""A rule as its pages show it: a tree in words, and a version beside the one that it replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .book import Book
from .law import Rule
from .shapes import NextStep
from .trees import AllOf, Leaf, Node, parse


@dataclass(frozen=True)
class ShownRule:
    """What a version asks for, and for how many months what satisfies it holds. No tree: nothing shows the level."""

    tree: NextStep | None
    validity_months: int | None


@dataclass(frozen=True)
class RuleChange:
    before: ShownRule | None
    after: ShownRule


def shown_tree(node: Node, level: int) -> NextStep | None:
    """Return a tree for `competency/partials/rule_tree.html`; None for the empty one."""
    if isinstance(node, Leaf):
        return NextStep.of(node, level)
    children = tuple(shown for child in node.children if (shown := shown_tree(child, level)))
    if not children:
        return None
    return NextStep("all_of" if isinstance(node, AllOf) else "any_of", False, level, children)


def shown_rule(rule: Rule) -> ShownRule:
    return ShownRule(shown_tree(rule.tree, rule.level), rule.validity_months)


def rule_change(law_book: Book, proposal: Mapping[str, Any]) -> RuleChange:
    """Return what a proposal says, beside the newest version that is published."""
    level = proposal["level"]
    versions = law_book.rules.get(proposal["competency"], {}).get(level, [])
    after = ShownRule(shown_tree(parse(proposal["tree"]), level), proposal.get("validity_months"))
    return RuleChange(shown_rule(versions[-1]) if versions else None, after)
