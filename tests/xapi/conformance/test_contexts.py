"""What a context must be (Data 2.4.6; 2.0: 4.2.2.5), against the validator."""

from __future__ import annotations

import pytest

from tests.xapi.bodies import full, full_sub, plain
from xapi.statement import check

from .rules import REMOVED, VERSIONS, Placed, Rule, at, judge
from .test_statements import (
    AGENT,
    GROUP,
    MEMBER,
    NO_IRI,
    NO_UUID,
    NOT_ARRAY,
    NOT_OBJECT,
    NOT_TEXT,
    REFERENCE,
    SUB,
    UUIDS,
)

ACTIVITY = {"id": "http://example.com/x"}
CONTEXT_AGENT = {"objectType": "contextAgent", "agent": AGENT}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": GROUP}


def beside_an_activity_only(name: str) -> Rule:
    """The property says something of an activity, so it stands beside no other object."""

    def places(target: object) -> Placed:
        yield f"context.{name}", plain(object=target, context={name: "1"})
        if target != SUB:
            inner = plain(object=target, context={name: "1"})
            yield f"object.context.{name}", plain(object={"objectType": "SubStatement", **inner})

    number = {"revision": "XAPI-00084", "platform": "XAPI-00085"}[name]
    return Rule(number, places, [AGENT, GROUP, REFERENCE, SUB], [ACTIVITY, {**ACTIVITY, "objectType": "Activity"}])


RULES = [
    beside_an_activity_only("revision"),
    beside_an_activity_only("platform"),
    Rule("XAPI-00086", at("context.contextActivities"), NOT_OBJECT, [{}, {"parent": []}]),
    Rule("XAPI-00087-1", at("context.registration"), NO_UUID, UUIDS),
    Rule("XAPI-00087-2", at("context.instructor"),
         [*NOT_OBJECT, {}, {"objectType": "Activity", **ACTIVITY}], [AGENT, GROUP]),
    Rule("XAPI-00088", at("context.team"), [*NOT_OBJECT, {}, AGENT, MEMBER, {"objectType": "Group"}],
         [GROUP, {"objectType": "Group", "member": [MEMBER]}]),
    Rule("XAPI-00089", at("context.revision"), NOT_TEXT, ["", "1.0 beta"]),
    Rule("XAPI-00090", at("context.platform"), NOT_TEXT, ["", "Simulatorn"]),
    Rule("XAPI-00091", at("context.language"), [*NOT_TEXT, "", "svenska språket"], ["sv", "sv-SE", "x-own"]),
    Rule("XAPI-00092", at("context.statement"),
         [*NOT_OBJECT, {}, {"id": UUIDS[0]}, AGENT, {"objectType": "StatementRef", "id": "x"}], [REFERENCE]),
    Rule("XAPI-00093", at("context.contextActivities.Parent", "context.contextActivities.sibling"),
         [[], [ACTIVITY]], []),
    Rule("XAPI-00094", 
         at(*(f"context.contextActivities.{name}" for name in ("parent", "grouping", "category", "other"))),
         ["x", 1, None, {}, [{}], ["x"], [AGENT], {"objectType": "Agent"}, [{**ACTIVITY, "objectType": "Verb"}]],
         [ACTIVITY, [], [ACTIVITY], [ACTIVITY, {**ACTIVITY, "objectType": "Activity"}]]),
    Rule("2.0:4.2.2.5-1", at("context.contextAgents"), [*NOT_ARRAY, ["x"], [AGENT]],
         [[], [CONTEXT_AGENT, CONTEXT_AGENT]]),
    Rule("2.0:4.2.2.5-2", at("context.contextAgents.0"),
         [{**CONTEXT_AGENT, "objectType": kind} for kind in ("contextGroup", "Agent", "ContextAgent", 1)]
         + [{"agent": AGENT}, {"objectType": "contextAgent"}, {**CONTEXT_AGENT, "agent": GROUP},
            {**CONTEXT_AGENT, "agent": {}}, {**CONTEXT_AGENT, "group": GROUP}],
         [CONTEXT_AGENT, {**CONTEXT_AGENT, "relevantTypes": ["http://example.com/type"]}]),
    Rule("2.0:4.2.2.5-3", at("context.contextAgents.0.relevantTypes", "context.contextGroups.0.relevantTypes"),
         [*NOT_ARRAY, [], *([value] for value in NO_IRI)], [["http://example.com/type", "urn:x:y"]]),
    Rule("2.0:4.2.2.5-4", at("context.contextGroups"), [*NOT_ARRAY, ["x"], [GROUP]],
         [[], [CONTEXT_GROUP, CONTEXT_GROUP]]),
    Rule("2.0:4.2.2.5-5", at("context.contextGroups.0"),
         [{**CONTEXT_GROUP, "objectType": kind} for kind in ("contextAgent", "Group", "ContextGroup", 1)]
         + [{"group": GROUP}, {"objectType": "contextGroup"}, {**CONTEXT_GROUP, "group": AGENT},
            {**CONTEXT_GROUP, "group": {}}, {**CONTEXT_GROUP, "agent": AGENT}],
         [CONTEXT_GROUP, {**CONTEXT_GROUP, "group": {"objectType": "Group", "member": [MEMBER]}}]),
    Rule("2.0:4.2.2.5-5", at("context.contextGroups.0.group"), [REMOVED], []),
]  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_a_rule_of_the_specification_is_kept(rule: Rule, version: str) -> None:
    judge(rule, version)


@pytest.mark.parametrize("body", [full(version="1.0.0"), full_sub()], ids=["statement", "substatement"])
def test_version_1_knows_no_agents_and_groups_of_a_context(body: dict[str, object]) -> None:
    """S-4.2.2.5-1: a property that the version has not is one that the specification does not allow."""
    paths = [error.path for error in check(body, "1.0.3")]
    assert [path.rpartition(".")[2] for path in paths] == ["contextAgents", "contextGroups"]
