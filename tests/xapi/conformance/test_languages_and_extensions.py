"""Language maps and extensions (Data 2.2, 4.1, 4.2; 2.0: 4.2.7), against the validator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.bodies import plain
from xapi.statement import check

from .rules import VERSIONS, Rule, at, judge
from .test_statements import NO_IRI, NO_MAP

MAPS = at(
    "verb.display",
    "object.definition.name",
    "object.definition.description",
    "object.definition.choices.0.description",
    "attachments.0.display",
    "attachments.0.description",
)
EXTENSIONS = at("object.definition.extensions", "result.extensions", "context.extensions")
IRI = "http://example.com/x"
TAGS = [
    "sv",
    "sv-SE",
    "en-GB-oed",
    "zh-Hant-TW",
    "sr-Latn-RS",
    "sl-rozaj-biske",
    "de-CH-1996",
    "i-klingon",
    "x-own",
    "EN",
]
NO_TAGS = [
    "",
    "s",
    "en_US",
    "en-",
    "-en",
    "en--US",
    "a1",
    "englishlanguage",
    "en-US-US",
    "de-1996-1996",
    "sv SE",
    "sv\n",
]

RULES = [
    Rule("XAPI-00013", MAPS, [{"a12345678": "x"}, {"en-123456789": "x"}, {"e": "x"}], []),
    Rule("XAPI-00121", MAPS, [{"": "x"}, {"not a tag": "x"}, {"1": "x"}], [{tag: "x" for tag in TAGS}]),
    # The suites take numbers for texts, and an underscore in a tag.
    Rule("S-4.2.7-2", MAPS, NO_MAP, [{}]),
    Rule("S-4.2.7-3", MAPS, [{tag: "x"} for tag in NO_TAGS], []),
    Rule("S-4.2.7-3", at("context.language"), NO_TAGS, TAGS),
    Rule("XAPI-00118", EXTENSIONS, [{key: 1} for key in NO_IRI if isinstance(key, str)], [{IRI: 1}, {"urn:x:y": 1}]),
    Rule("XAPI-00119", EXTENSIONS, [], [{}, {IRI: None}, {IRI: ""}, {IRI: {}}, {IRI: []}]),
    Rule("XAPI-00120", EXTENSIONS, ["x", 1, [], [{IRI: 1}]],
         [{IRI: value} for value in (True, 1, 0.5, "x", {"a b": {"": None}}, [1, [2]])]),
]  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_a_rule_of_the_specification_is_kept(rule: Rule, version: str) -> None:
    judge(rule, version)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab å", max_size=3), inner, max_size=3),
)


@given(anything)
def test_an_extension_is_any_json(value: object) -> None:
    """XAPI-00119, XAPI-00120: null too, which no other property may be (XAPI-00001)."""
    assert check(plain(context={"extensions": {IRI: value}}, result={"extensions": {IRI: value}})) == []


letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=3)


@given(letters, st.sampled_from(["", "-Latn"]), st.sampled_from(["", "-SE", "-419"]), st.sampled_from(["", "-x-own"]))
def test_a_tag_put_together_by_the_rules_is_one(language: str, script: str, region: str, private: str) -> None:
    """XAPI-00013, XAPI-00121"""
    tag = language + script + region + private
    assert check(plain(verb={"id": IRI, "display": {tag: "x"}}, context={"language": tag})) == []
    wrong = tag + "_SE"
    assert len(check(plain(verb={"id": IRI, "display": {wrong: "x"}}, context={"language": wrong}))) == 2
