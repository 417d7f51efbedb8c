"""What a statement's properties must be: the rules of Data 2.2 to 2.4 (2.0: 4.2.1 to 4.2.4), against the validator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.bodies import VOIDED, full, full_sub, plain
from xapi.statement import check

from .rules import REMOVED, VERSIONS, Rule, agents, at, groups, identified, in_version, judge, whole

NOT_TEXT = [1, 1.5, True, None, {}, []]
NOT_OBJECT = ["x", 1, True, None, []]
NOT_ARRAY = ["x", 1, True, None, {}]
NOT_BOOLEAN = ["true", "", 1, 0, None, {}, []]
NOT_NUMBER = ["1", "", True, None, {}, []]
NO_IRI = ["x", "", "/relative", "//host/path", "http://a b", "http:", 1, None, {}]
NO_MAP = ["x", 1, True, None, [], {"sv": 1}, {"sv": None}, {"sv": {}}, {"sv": ["x"]}]
NO_UUID = ["x", "", 1, None, {}, "fd41c918-b88b-4b20-a0a5-a4c32391aaa00", "gd41c918-b88b-4b20-a0a5-a4c32391aaa0"]
IRIS = ["http://example.com/x", "urn:isbn:0451450523", "tag:example.com,2026:x", "https://exempel.se/å?q=1#x"]
MAPS = [{}, {"sv": ""}, {"sv-SE": "Hej", "en": "Hello", "x-own": "Ho"}]
UUIDS = ["fd41c918-b88b-4b20-a0a5-a4c32391aaa0", "FD41C918-B88B-4B20-A0A5-A4C32391AAA0"]
AGENT = {"objectType": "Agent", "mbox": "mailto:a@example.org"}
MEMBER = {"openid": "http://example.org/a"}
GROUP = {"objectType": "Group", "mbox": "mailto:g@example.org"}
ACCOUNT = {"homePage": "http://example.org", "name": "a"}
APPLICATION = {"account": {"homePage": "http://example.org/oauth/token", "name": "consumer"}}
IFIS = {"mbox": "mailto:a@example.org", "mbox_sha1sum": "a" * 40, "openid": "http://example.org/a", "account": ACCOUNT}
REFERENCE = {"objectType": "StatementRef", "id": UUIDS[0]}
SUB = full_sub()["object"]


def two(first: str, second: str) -> dict[str, object]:
    return {first: IFIS[first], second: IFIS[second]}


TWO_IDENTIFIERS = [two(first, second) for first in IFIS for second in IFIS if first < second]

FORMATTING = [
    Rule(
        "XAPI-00001",
        at("id", "actor", "actor.name", "verb", "verb.display", "object.definition", "object.definition.name",
           "result", "result.score", "result.success", "result.response", "result.duration", "context",
           "context.registration", "context.team", "context.platform", "context.contextActivities", "timestamp",
           "stored", "authority", "version", "attachments", "attachments.0.display"),
        [None], [],
    ),
    Rule("XAPI-00003", at("actor"), [REMOVED], [AGENT]),
    Rule("XAPI-00004", at("verb"), [REMOVED], [{"id": "http://example.com/verb"}]),
    Rule("XAPI-00005", at("object"), [REMOVED], [{"id": "http://example.com/activity"}]),
    Rule("XAPI-00006", at("actor", "verb", "object", "result", "context"), NOT_OBJECT, []),
    Rule("XAPI-00007", at("verb.id", "object.id", "context.registration", "timestamp", "context.language"), [""], []),
    Rule("XAPI-00007", identified, [{"mbox": ""}, {"openid": ""}, {"mbox_sha1sum": ""}], []),
    Rule("XAPI-00008", at("Actor", "ID", "verb.ID", "object.Definition", "result.Success", "context.Team",
                          "object.definition.interactiontype", "attachments.0.Sha2"), ["x", {}], []),
    Rule("XAPI-00009", at("actor.objectType"), ["agent", "AGENT", "group", "Person"], ["Agent"]),
    Rule("XAPI-00009", at("object.objectType"), ["activity", "ACTIVITY", "statementRef", "substatement"], ["Activity"]),
    Rule("XAPI-00009", at("object.definition.interactionType"), ["Choice", "TRUE-FALSE", "true_false"], ["choice"]),
    Rule("XAPI-00010", at("extra", "actor.extra", "verb.extra", "object.extra", "object.definition.extra",
                          "result.extra", "result.score.extra", "context.extra", "context.contextActivities.extra",
                          "attachments.0.extra", "context.statement.extra"), ["x", 1, None, {}], []),
    Rule("XAPI-00011", at("verb.id", "object.id", "object.definition.type", "object.definition.moreInfo",
                          "attachments.0.usageType", "attachments.0.fileUrl"), ["example.com/x", "//a/b"], IRIS),
    Rule("XAPI-00022", at("timestamp"), ["yesterday", "2026-02-30T00:00:00Z", 1, {}], ["2026-02-28T00:00:00Z"]),
    Rule("XAPI-00024", at("authority"), ["x", 1, [], {"objectType": "Activity", "id": "http://x"}], [AGENT]),
    Rule("XAPI-00025", at("attachments"), [*NOT_ARRAY, ["x"], [1], [[]], [{}]], [[]]),
]  # fmt: skip

IDS = [
    Rule("XAPI-00027", at("id"), NO_UUID, UUIDS),
    Rule("XAPI-00028", at("id"), NOT_TEXT, []),
    Rule("XAPI-00029", at("id", "context.registration", "context.statement.id"), [1, {}, "{" + UUIDS[0] + "}"], UUIDS),
    Rule("XAPI-00030", at("id", "context.registration", "context.statement.id"), NO_UUID, UUIDS),
    # The suites take a UUID in any dress; RFC 9562 has one.
    Rule("S-4.2.7-1", at("id", "context.registration", "context.statement.id"),
         [UUIDS[0].replace("-", ""), f"urn:uuid:{UUIDS[0]}", f"{UUIDS[0]}\n", f" {UUIDS[0]}"], UUIDS),
]  # fmt: skip

ACTORS = [
    Rule("XAPI-00031", at("actor.objectType"), ["Activity", "StatementRef", "SubStatement", ""], ["Agent"]),
    Rule("XAPI-00032", at("actor.objectType"), NOT_TEXT, ["Agent"]),
    Rule("XAPI-00033", agents, [{**AGENT, "name": value} for value in NOT_TEXT], [{**AGENT, "name": "Anna Ek"}]),
    Rule("XAPI-00034", agents, [{"objectType": "Agent"}, {"objectType": "Agent", "name": "Anna"}],
         [{"objectType": "Agent", name: value} for name, value in IFIS.items()]),
    Rule("XAPI-00034", agents, [{"objectType": "Agent", **pair} for pair in TWO_IDENTIFIERS], []),
    Rule("XAPI-00035", agents, [{**AGENT, "member": [MEMBER]}, {**AGENT, "member": []}], []),
    Rule("XAPI-00035", groups, [{"objectType": "Group"}, {"objectType": "Group", "member": []}],
         [{"objectType": "Group", "member": [MEMBER]}, {"objectType": "Group", "member": [MEMBER, AGENT]}]),
    Rule("XAPI-00036", groups, [{**GROUP, "member": value} for value in [*NOT_ARRAY, ["x"], [{}], [GROUP], [[]]]],
         [GROUP, {**GROUP, "member": []}, {**GROUP, "member": [MEMBER, AGENT]}]),
    Rule("XAPI-00037", groups, [{"objectType": "Group", **pair} for pair in TWO_IDENTIFIERS],
         [{"objectType": "Group", name: value} for name, value in IFIS.items()]),
    Rule("XAPI-00038", identified, [{"mbox": value} for value in [*NOT_TEXT, "a@example.org", "mailto:", "mailto:a",
                                    "http://example.org/a", "mailto:a b@example.org", "mailto:a@example.org?x=y"]],
         [{"mbox": value} for value in ("mailto:a@example.org", "mailto:anna.ek+x@xn--exmpel-mua.se")]),
    Rule("XAPI-00039", identified, [{"mbox_sha1sum": value} for value in NOT_TEXT],
         [{"mbox_sha1sum": "0aF" * 13 + "b"}]),
    Rule("XAPI-00040", identified, [{"openid": value} for value in NO_IRI], [{"openid": IRIS[0]}]),
    Rule("XAPI-00041", identified, [{"account": value} for value in [*NOT_OBJECT, {}]], [{"account": ACCOUNT}]),
    Rule("XAPI-00042", identified, [{"account": {"name": "a"}}, *({"account": {**ACCOUNT, "homePage": value}}
                                    for value in NO_IRI)], [{"account": ACCOUNT}]),
    Rule("XAPI-00043", identified, [{"account": {"homePage": IRIS[0]}}, *({"account": {**ACCOUNT, "name": value}}
                                    for value in NOT_TEXT)], [{"account": {**ACCOUNT, "name": "å 1"}}]),
    # The suites take any text for a hash, and more in an account than it has.
    Rule("S-4.2.2.1-1", identified, [{"mbox_sha1sum": value} for value in ("x", "a" * 39, "a" * 41, "g" * 40)], []),
    Rule("S-4.2.2.1-2", identified, [{"account": {**ACCOUNT, "x": 1}}, {"account": {**ACCOUNT, "Name": "a"}}], []),
    Rule("XAPI-00098", at("authority"),
         [{"objectType": "Group", "member": members} for members in
          ([], [APPLICATION], [AGENT, MEMBER], [APPLICATION, AGENT, MEMBER])]
         + [{**GROUP, "member": [APPLICATION, AGENT]}],
         [{"objectType": "Group", "member": [APPLICATION, AGENT]}]),
    Rule("XAPI-00100", at("authority"), [{"objectType": "Group", "member": [APPLICATION, AGENT, MEMBER]}], []),
    Rule("XAPI-00101", at("version"), [*NOT_TEXT, "", "0.9.9", "0.95", "1", "1.1.0", "1.0.x", "3.0.0", "v1.0.0"],
         ["1.0", "1.0.0", "1.0.9"]),
]  # fmt: skip

OBJECTS = [
    Rule("XAPI-00044", at("verb.id"), [REMOVED, *NO_IRI], IRIS),
    Rule("XAPI-00045", at("verb.display"), NO_MAP, MAPS),
    Rule("XAPI-00046", at("object.objectType"), [*NOT_TEXT, "Verb", ""], ["Activity"]),
    Rule("XAPI-00047", at("object.id"), [REMOVED, *NO_IRI], IRIS),
    Rule("XAPI-00048", at("object.definition"), NOT_OBJECT, [{}]),
    Rule("XAPI-00049", at("object.definition.interactionType"), [*NOT_TEXT, "x", "http://example.com/x"], ["choice"]),
    Rule("XAPI-00049", at("object.definition"), [],
         [{"interactionType": kind} for kind in
          ("true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert",
           "numeric", "other")]),
    Rule("XAPI-00050", at("object.definition.correctResponsesPattern"), [*NOT_ARRAY, [1], [None], [{}]], [[], ["a"]]),
    *(
        Rule(number, at("object.definition"),
             [{"interactionType": kind, name: value} for value in [*NOT_ARRAY, ["x"], [{}], [{"id": 1}]]],
             [{"interactionType": kind, name: [{"id": "a", "description": {"sv": "Ja"}}, {"id": "b"}]}])
        for number, kind, name in (
            ("XAPI-00051", "performance", "steps"), ("XAPI-00052", "matching", "target"),
            ("XAPI-00053", "matching", "source"), ("XAPI-00054", "likert", "scale"),
            ("XAPI-00055", "choice", "choices"), ("XAPI-00055", "sequencing", "choices"),
        )
    ),
    Rule("XAPI-00056", at("object.definition.name"), NO_MAP, MAPS),
    Rule("XAPI-00057", at("object.definition.extensions"), ["x", 1, None, [], "http://example.com/x"], [{}]),
    Rule("XAPI-00058", at("object.definition.choices"),
         [[{"id": "a"}, {"id": "a"}], [{"description": {}}], [{"id": {}}]],
         [[{"id": "a"}, {"id": "A"}]]),
    Rule("XAPI-00059", at("object.definition.description"), NO_MAP, MAPS),
    Rule("XAPI-00060", at("object.definition.type"), NO_IRI, IRIS),
    Rule("XAPI-00061", at("object.definition.moreInfo"), NO_IRI, IRIS),
    Rule("XAPI-00062", at("object.definition.choices.0.description"), NO_MAP, MAPS),
    Rule("XAPI-00063", at("object.definition.choices.0"), NOT_OBJECT, [{"id": "c"}]),
    Rule("XAPI-00064", at("object.definition"), [{"correctResponsesPattern": ["a"]}, {"choices": [{"id": "a"}]}],
         [{"interactionType": "fill-in", "correctResponsesPattern": ["a"]}]),
    # The suites take a list of components that belongs to another kind of interaction.
    Rule("S-4.2.2.3-1", at("object.definition"),
         [{"interactionType": kind, name: [{"id": "a"}]} for kind, name in
          (("choice", "scale"), ("likert", "choices"), ("matching", "steps"), ("numeric", "choices"))],
         []),
    Rule("XAPI-00065", whole, [{"object": {name: value}} for name, value in IFIS.items()]
         + [{"object": {"member": [MEMBER]}}], [{"object": AGENT}, {"object": GROUP}]),
    Rule("XAPI-00072", whole, [{"object": {**REFERENCE, "id": value}} for value in NO_UUID]
         + [{"object": {"objectType": "StatementRef"}}], [{"object": REFERENCE}]),
    Rule("XAPI-00073", whole, [{"object": {"id": UUIDS[0]}}, {"object": plain()}], []),
]  # fmt: skip

RESULTS = [
    Rule("XAPI-00074", at("result.success"), NOT_BOOLEAN, [True, False]),
    Rule("XAPI-00075", at("result.completion"), NOT_BOOLEAN, [True, False]),
    Rule("XAPI-00076", at("result.response"), NOT_TEXT, ["", "a[,]b", "å" * 10_000]),
    Rule("XAPI-00078", at("result.extensions"), ["x", 1, None, []], [{}, {"http://example.com/x": None}]),
    Rule("XAPI-00079", at("result.score"), NOT_OBJECT, [{}, {"raw": 1}]),
    Rule("XAPI-00080", at("result.score"), [{"max": value} for value in NOT_NUMBER] + [{"min": 1, "max": 0}],
         [{"max": -1e9}, {"min": -2, "max": -1.5}]),
    Rule("XAPI-00081", at("result.score"), [{"min": value} for value in NOT_NUMBER] + [{"min": 0.5, "max": 0.25}],
         [{"min": 1e9}, {"min": 0, "max": 0.25}]),
    Rule("XAPI-00082", at("result.score"), [{"raw": value} for value in NOT_NUMBER]
         + [{"raw": -1, "min": 0}, {"raw": 11, "max": 10}],
         [{"raw": 0, "min": 0}, {"raw": 10, "max": 10}, {"raw": 1e300}]),
    Rule("XAPI-00083", at("result.score"), [{"scaled": value} for value in [*NOT_NUMBER, 1.0001, -1.0001, 2]],
         [{"scaled": value} for value in (1, -1, 0, 1.0, 0.1234567)]),
    # The specification wants min less than max, and so not equal to it.
    Rule("S-4.2.2.4-1", at("result.score"), [{"min": 1, "max": 1}, {"min": 0, "max": 0, "raw": 0}], []),
]  # fmt: skip

SUBSTATEMENTS = [
    Rule("XAPI-00066", whole, [{"object": changed} for changed in
         ({**SUB, "actor": {}}, {**SUB, "verb": {}}, {**SUB, "result": {"success": 1}}, {**SUB, "extra": 1},
          {name: value for name, value in SUB.items() if name != "actor"})], []),
    *(
        Rule(number, lambda value: iter([("object", plain(object=value))]), [{**SUB, name: full()[name]}], [SUB])
        for number, name in (("XAPI-00067", "authority"), ("XAPI-00068", "version"), ("XAPI-00069", "stored"),
                             ("XAPI-00070", "id"))
    ),
    Rule("XAPI-00071", lambda value: iter([("object.object", plain(object=value))]),
         [{"objectType": "SubStatement", **plain(object=SUB)}], [{"objectType": "SubStatement", **plain()}]),
]  # fmt: skip

VOIDING = [
    Rule("XAPI-00017", lambda value: iter([("object", plain(verb={"id": VOIDED}, object=value))]),
         [{"id": IRIS[0]}, AGENT, GROUP, SUB, {"id": UUIDS[0]}, {"objectType": "statementRef", "id": UUIDS[0]}], []),
    Rule("XAPI-00020", lambda value: iter([("object", plain(verb={"id": VOIDED}, object=value))]), [], [REFERENCE]),
]  # fmt: skip

RULES = [*FORMATTING, *IDS, *ACTORS, *OBJECTS, *RESULTS, *SUBSTATEMENTS, *VOIDING]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_a_rule_of_the_specification_is_kept(rule: Rule, version: str) -> None:
    judge(rule, version)


@given(scaled=st.floats(-1, 1), raw=st.floats(-1e300, 1e300), below=st.floats(0.001, 1e6), above=st.floats(0.001, 1e6))
def test_any_score_within_its_bounds_is_taken(scaled: float, raw: float, below: float, above: float) -> None:
    """XAPI-00080, XAPI-00081, XAPI-00082, XAPI-00083"""
    score = {"scaled": scaled, "raw": raw, "min": raw - abs(raw) - below, "max": raw + abs(raw) + above}
    assert check(plain(result={"score": score})) == []


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_any_text_is_a_name_and_a_response(text: str) -> None:
    """XAPI-00033, XAPI-00076"""
    body = plain(actor={**AGENT, "name": text}, result={"response": text})
    assert check(body) == []
    assert check(in_version(body, "", "1.0.3"), "1.0.3") == []
