"""What a statement must and must not be, one requirement a test. Sections: (2.0 | 1.0.3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.statement import StatementError, check, parse
from xapi.statement.model import InvalidStatement

from .bodies import REMOVED, VOIDED, Json, changed, full, full_sub, plain, voiding

LONG_UUID = "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
GROUP = {"objectType": "Group", "mbox": "mailto:g@example.org"}


def found(body: object, version: str = "2.0.0") -> list[tuple[str, str]]:
    return [(error.path, error.section) for error in check(body, version)]


@pytest.mark.parametrize(
    "body", [plain(), full(), full_sub(), voiding(LONG_UUID)], ids=["plain", "full", "sub", "void"]
)
def test_a_valid_statement_has_no_errors(body: Json) -> None:
    assert check(body) == []


def test_1_0_3_accepts_what_2_0_does_but_for_its_new_properties() -> None:
    """(4.2.2.5 | Data 2.4.6) contextAgents and contextGroups came with 2.0."""
    body = full(version="1.0.3")
    assert found(body, "1.0.3") == [
        ("$.context.contextAgents", "Data 2.4.6"),
        ("$.context.contextGroups", "Data 2.4.6"),
    ]
    del body["context"]["contextAgents"], body["context"]["contextGroups"]
    assert check(body, "1.0.3") == []


# Each row: what is set, to what, where the error is, and the sections of 2.0 and 1.0.3.
REFUSED: list[tuple[str, Any, str, str, str]] = [
    # Properties of a statement
    ("actor", REMOVED, "$", "4.2.1", "Data 2.4"),
    ("verb", REMOVED, "$", "4.2.1", "Data 2.4"),
    ("object", REMOVED, "$", "4.2.1", "Data 2.4"),
    ("extra", 1, "$.extra", "4.2.1", "Data 2.4"),
    ("Result", {}, "$.Result", "4.2.1", "Data 2.4"),
    ("id", 12345, "$.id", "4.2.4.2", "Data 2.4.1"),
    ("id", "fd41c918b88b4b20a0a5a4c32391aaa0", "$.id", "4.2.4.2", "Data 2.4.1"),
    ("timestamp", "2008-09-15T15:53:00.601-00:00", "$.timestamp", "4.2.7", "Data 4.5"),
    ("timestamp", 5, "$.timestamp", "4.2.7", "Data 4.5"),
    ("stored", "never", "$.stored", "4.2.7", "Data 4.5"),
    ("version", "1.1.0", "$.version", "4.2.4.3", "Data 2.4.10"),
    ("version", "0.9.9", "$.version", "4.2.4.3", "Data 2.4.10"),
    ("version", 2, "$.version", "4.2.4.3", "Data 2.4.10"),
    # Actors
    ("actor", None, "$.actor", "4.2.2.1", "Data 2.4.2"),
    ("actor", "anna", "$.actor", "4.2.2.1", "Data 2.4.2"),
    ("actor.objectType", "agent", "$.actor.objectType", "4.2.2.1", "Data 2.4.2"),
    ("actor.name", 1, "$.actor.name", "4.2.2.1", "Data 2.4.2"),
    ("actor.name", None, "$.actor.name", "4.2.2.1", "Data 2.4.2"),
    ("actor.member", [], "$.actor.member", "4.2.2.1", "Data 2.4.2"),
    ("actor.mbox", REMOVED, "$.actor", "4.2.2.1", "Data 2.4.2.3"),
    ("actor.openid", "http://example.com/a", "$.actor", "4.2.2.1", "Data 2.4.2.3"),
    ("actor.mbox", "anna@example.org", "$.actor.mbox", "4.2.2.1", "Data 2.4.2.3"),
    ("actor.mbox", "", "$.actor.mbox", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"mbox_sha1sum": "abc"}, "$.actor.mbox_sha1sum", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"openid": "anna"}, "$.actor.openid", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"account": "anna"}, "$.actor.account", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"account": {"name": "a"}}, "$.actor.account", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"account": {"homePage": "http://a"}}, "$.actor.account", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"account": {"homePage": "a", "name": "a"}}, "$.actor.account.homePage", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"account": {"homePage": "h:a", "name": 1}}, "$.actor.account.name", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"account": {"homePage": "h:a", "name": ""}}, "$.actor.account.name", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"account": {"homePage": "h:a", "name": "a", "x": 1}}, "$.actor.account.x", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {"objectType": "Group"}, "$.actor", "4.2.2.1", "Data 2.4.2"),
    ("actor", {"objectType": "Group", "member": []}, "$.actor", "4.2.2.1", "Data 2.4.2"),
    ("actor", {"objectType": "Group", "member": [GROUP]}, "$.actor.member[0].objectType", "4.2.2.1", "Data 2.4.2"),
    ("actor", {"objectType": "Group", "member": [{}]}, "$.actor.member[0]", "4.2.2.1", "Data 2.4.2.3"),
    ("actor", {**GROUP, "member": {}}, "$.actor.member", "4.2.2.1", "Data 2.4.2"),
    ("authority", {**GROUP, "member": [{"mbox": "mailto:a@b"}]}, "$.authority", "4.2.4.2", "Data 2.4.9"),
    # Verb
    ("verb", "completed", "$.verb", "4.2.2.2", "Data 2.4.3"),
    ("verb.id", REMOVED, "$.verb", "4.2.2.2", "Data 2.4.3"),
    ("verb.id", "completed", "$.verb.id", "4.2.2.2", "Data 2.4.3"),
    ("verb.name", "x", "$.verb.name", "4.2.2.2", "Data 2.4.3"),
    ("verb.display", "x", "$.verb.display", "4.2.7", "Data 4.2"),
    ("verb.display", {"en": 5}, "$.verb.display.en", "4.2.7", "Data 4.2"),
    ("verb.display", {"en_US": "x"}, "$.verb.display.en_US", "4.2.7", "Data 4.2"),
    # Object
    ("object", [], "$.object", "4.2.2.3", "Data 2.4.4"),
    ("object.objectType", "activity", "$.object.objectType", "4.2.2.3", "Data 2.4.4"),
    ("object.id", REMOVED, "$.object", "4.2.2.3", "Data 2.4.4.1"),
    ("object.id", "no-scheme", "$.object.id", "4.2.2.3", "Data 2.4.4.1"),
    ("object.name", {}, "$.object.name", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.type", "x", "$.object.definition.type", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.moreInfo", "x", "$.object.definition.moreInfo", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.title", "x", "$.object.definition.title", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.name", {"sv": None}, "$.object.definition.name.sv", "4.2.7", "Data 4.2"),
    ("object.definition.extensions", {"x": 1}, "$.object.definition.extensions.x", "4.2.7", "Data 4.1"),
    ("object.definition.interactionType", "Choice", "$.object.definition.interactionType", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.interactionType", REMOVED, "$.object.definition.interactionType", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.interactionType", "likert", "$.object.definition.choices", "4.2.2.3", "Data 2.4.4.1"),
    (
        "object.definition.correctResponsesPattern",
        "a",
        "$.object.definition.correctResponsesPattern",
        "4.2.2.3",
        "Data 2.4.4.1",
    ),
    ("object.definition.choices.1.id", "a", "$.object.definition.choices[1].id", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.choices.1.id", 1, "$.object.definition.choices[1].id", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.choices.1", {}, "$.object.definition.choices[1]", "4.2.2.3", "Data 2.4.4.1"),
    ("object.definition.choices", {}, "$.object.definition.choices", "4.2.2.3", "Data 2.4.4.1"),
    # Result
    ("result", 1, "$.result", "4.2.2.4", "Data 2.4.5"),
    ("result.success", "true", "$.result.success", "4.2.2.4", "Data 2.4.5"),
    ("result.completion", 1, "$.result.completion", "4.2.2.4", "Data 2.4.5"),
    ("result.response", 1, "$.result.response", "4.2.2.4", "Data 2.4.5"),
    ("result.duration", "P1Y2W", "$.result.duration", "4.2.7", "Data 4.6"),
    ("result.grade", "A", "$.result.grade", "4.2.2.4", "Data 2.4.5"),
    ("result.extensions", [], "$.result.extensions", "4.2.7", "Data 4.1"),
    ("result.score", 1, "$.result.score", "4.2.2.4", "Data 2.4.5.1"),
    ("result.score.scaled", 1.01, "$.result.score.scaled", "4.2.2.4", "Data 2.4.5.1"),
    ("result.score.scaled", -1.00001, "$.result.score.scaled", "4.2.2.4", "Data 2.4.5.1"),
    ("result.score.scaled", "1", "$.result.score.scaled", "4.2.2.4", "Data 2.4.5.1"),
    ("result.score.scaled", True, "$.result.score.scaled", "4.2.2.4", "Data 2.4.5.1"),
    ("result.score.raw", 11, "$.result.score.raw", "4.2.2.4", "Data 2.4.5.1"),
    ("result.score.raw", -1, "$.result.score.raw", "4.2.2.4", "Data 2.4.5.1"),
    ("result.score", {"min": 5, "max": 5}, "$.result.score.min", "4.2.2.4", "Data 2.4.5.1"),
    ("result.score.percent", 5, "$.result.score.percent", "4.2.2.4", "Data 2.4.5.1"),
    # Context
    ("context", [], "$.context", "4.2.2.5", "Data 2.4.6"),
    ("context.registration", "x", "$.context.registration", "4.2.7", "Data 4.4"),
    ("context.instructor", {}, "$.context.instructor", "4.2.2.1", "Data 2.4.2.3"),
    ("context.team", {"mbox": "mailto:a@b"}, "$.context.team.objectType", "4.2.2.1", "Data 2.4.2"),
    ("context.language", "en_US", "$.context.language", "4.2.2.5", "Data 2.4.6"),
    ("context.revision", 1, "$.context.revision", "4.2.2.5", "Data 2.4.6"),
    ("context.platform", None, "$.context.platform", "4.2.2.5", "Data 2.4.6"),
    ("context.statement", {"id": LONG_UUID}, "$.context.statement.objectType", "4.2.2.3", "Data 2.4.4.3"),
    ("context.statement.id", "x", "$.context.statement.id", "4.2.2.3", "Data 2.4.4.3"),
    ("context.contextActivities.Parent", [], "$.context.contextActivities.Parent", "4.2.2.5", "Data 2.4.6"),
    ("context.contextActivities.parent", [{}], "$.context.contextActivities.parent[0]", "4.2.2.3", "Data 2.4.4.1"),
    ("context.contextActivities.parent", "x", "$.context.contextActivities.parent", "4.2.2.3", "Data 2.4.4.1"),
    ("context.contextActivities", [], "$.context.contextActivities", "4.2.2.5", "Data 2.4.6"),
    ("context.extensions", {"": 1}, "$.context.extensions['']", "4.2.7", "Data 4.1"),
    # Attachments
    ("attachments", {}, "$.attachments", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0", "x", "$.attachments[0]", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.usageType", REMOVED, "$.attachments[0]", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.usageType", "x", "$.attachments[0].usageType", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.display", REMOVED, "$.attachments[0]", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.display", "x", "$.attachments[0].display", "4.2.7", "Data 4.2"),
    ("attachments.0.contentType", 1, "$.attachments[0].contentType", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.length", "3", "$.attachments[0].length", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.length", -3, "$.attachments[0].length", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.sha2", "x", "$.attachments[0].sha2", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.fileUrl", "x", "$.attachments[0].fileUrl", "4.2.2.6", "Data 2.4.11"),
    ("attachments.0.name", "x", "$.attachments[0].name", "4.2.2.6", "Data 2.4.11"),
]


@pytest.mark.parametrize(
    ("path", "value", "where", "section", "_section_1"), REFUSED, ids=[f"{row[0]}={row[1]!r:.30}" for row in REFUSED]
)
def test_what_2_0_refuses(path: str, value: Any, where: str, section: str, _section_1: str) -> None:
    """2.0, each with its section."""
    assert found(changed(path, value)) == [(where, section)]


@pytest.mark.parametrize(
    ("path", "value", "where", "_section_2", "section"), REFUSED, ids=[f"{row[0]}={row[1]!r:.30}" for row in REFUSED]
)
def test_what_1_0_3_refuses(path: str, value: Any, where: str, _section_2: str, section: str) -> None:
    """1.0.3, each with its section."""
    body = full(version="1.0.0")
    del body["context"]["contextAgents"], body["context"]["contextGroups"]
    assert found(changed(path, value, body), "1.0.3") == [(where, section)]


@pytest.mark.parametrize("row", [row for row in REFUSED if "." in row[0]], ids=lambda row: f"{row[0]}={row[1]!r:.30}")
def test_a_substatement_is_judged_as_a_statement(row: tuple[str, Any, str, str, str]) -> None:
    """(4.2.2.3 | Data 2.4.4.3)"""
    path, value, where, section, _section_1 = row
    assert found(changed(f"object.{path}", value, full_sub())) == [(where.replace("$", "$.object", 1), section)]


@pytest.mark.parametrize("key", ["id", "stored", "version", "authority"])
def test_a_substatement_has_no_property_that_the_store_assigns(key: str) -> None:
    """(4.2.2.3 | Data 2.4.4.3)"""
    assert found(changed(f"object.{key}", full()[key], full_sub())) == [(f"$.object.{key}", "4.2.2.3")]


def test_a_substatement_does_not_hold_another() -> None:
    """(4.2.2.3 | Data 2.4.4.3)"""
    body = changed("object.object", full_sub()["object"], full_sub())
    del body["object"]["context"]["revision"], body["object"]["context"]["platform"]
    assert found(body) == [("$.object.object.objectType", "4.2.2.3")]


@pytest.mark.parametrize(
    "target",
    [
        {"objectType": "Agent", "mbox": "mailto:a@b"},
        GROUP,
        {"objectType": "StatementRef", "id": LONG_UUID},
        full_sub()["object"],
    ],
    ids=lambda target: target["objectType"],
)
def test_revision_and_platform_are_for_activities_only(target: Json) -> None:
    """(4.2.2.5 | Data 2.4.6)"""
    assert found(plain(object=target, context={"revision": "1", "platform": "p"})) == [
        ("$.context.revision", "4.2.2.5"),
        ("$.context.platform", "4.2.2.5"),
    ]
    assert check(plain(object=target, context={"language": "sv"})) == []


def test_what_voids_refers_to_a_statement() -> None:
    """(4.2.5 | Data 2.3.2)"""
    assert found(plain(verb={"id": VOIDED})) == [("$.object", "4.2.5")]
    assert found(plain(verb={"id": VOIDED}), "1.0.3") == [("$.object", "Data 2.3.2")]


def test_a_reference_has_only_its_type_and_id() -> None:
    """(4.2.2.3 | Data 2.4.4.3)"""
    reference = {"objectType": "StatementRef", "id": LONG_UUID, "definition": {}}
    assert found(plain(object=reference)) == [("$.object.definition", "4.2.2.3")]
    assert found(plain(object={"objectType": "StatementRef"})) == [("$.object", "4.2.2.3")]


@pytest.mark.parametrize(
    ("key", "entry", "where"),
    [
        ("contextAgents", {"agent": {"mbox": "mailto:a@b"}}, ".objectType"),
        ("contextAgents", {"objectType": "contextAgent"}, ""),
        ("contextAgents", {"objectType": "contextAgent", "agent": GROUP}, ".agent.objectType"),
        ("contextAgents", {"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b"}, "role": 1}, ".role"),
        (
            "contextAgents",
            {"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b"}, "relevantTypes": []},
            ".relevantTypes",
        ),
        (
            "contextAgents",
            {"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b"}, "relevantTypes": ["x"]},
            ".relevantTypes[0]",
        ),
        ("contextGroups", {"objectType": "contextAgent", "group": GROUP}, ".objectType"),
        ("contextGroups", {"objectType": "contextGroup", "group": {"mbox": "mailto:a@b"}}, ".group.objectType"),
        ("contextGroups", {"objectType": "contextGroup", "agent": {"mbox": "mailto:a@b"}, "group": GROUP}, ".agent"),
    ],
)
def test_context_agents_and_groups(key: str, entry: Json, where: str) -> None:
    """(4.2.2.5 | not in 1.0.3)"""
    assert [path for path, _section in found(plain(context={key: [entry]}))] == [f"$.context.{key}[0]{where}"]
    assert [path for path, _section in found(plain(context={key: entry}))] == [f"$.context.{key}"]


def test_an_authority_may_be_an_application_and_its_user() -> None:
    """(4.2.4.2 | Data 2.4.9)"""
    application, user = {"account": {"homePage": "http://a/token", "name": "x"}}, {"mbox": "mailto:c@d"}
    pair = {"objectType": "Group", "member": [application, user]}
    assert check(plain(authority=pair)) == []
    for wrong in (
        pair | {"mbox": "mailto:g@h"},
        pair | {"member": [user, user]},
        pair | {"member": [application]},
        pair | {"member": [application, user, user]},
    ):
        assert found(plain(authority=wrong)) == [("$.authority", "4.2.4.2")]


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.9"])
def test_versions_of_the_first_line_are_accepted_by_both(version: str) -> None:
    """(4.2.4.3 | Data 2.4.10)"""
    assert check(plain(version=version)) == check(plain(version=version), "1.0.3") == []


def test_only_2_0_accepts_its_own_version() -> None:
    """(4.2.4.3 | Data 2.4.10)"""
    assert check(plain(version="2.0.0")) == []
    assert found(plain(version="2.0.0"), "1.0.3") == [("$.version", "Data 2.4.10")]


def test_null_is_allowed_in_extensions_only() -> None:
    """(4.2.7 | Data 2.2)"""
    assert check(plain(result={"extensions": {"http://x": None}})) == []
    assert found(plain(result={"extensions": None})) == [("$.result.extensions", "4.2.7")]


def test_extensions_may_hold_anything_that_can_be_stored() -> None:
    """(4.2.7 | Data 4.1)"""
    value = {"a": [1, 2.5, None, True, {"": "😀"}], "\u2028": "\u0001"}
    assert check(plain(context={"extensions": {"http://x": value}})) == []


def test_nul_lone_surrogates_infinities_and_endless_nesting_are_refused() -> None:
    """Not of the specification: no database keeps them."""
    nested: Any = 1
    for _level in range(101):
        nested = [nested]
    for value in ("\x00", "\ud800", float("inf"), float("nan"), nested, {"\x00": 1}):
        errors = check(plain(context={"extensions": {"http://x": value}}))
        assert len(errors) == 1, repr(value)[:20]
        assert errors[0].path.startswith("$.context.extensions['http://x']")


def test_the_text_of_an_escape_is_not_the_character() -> None:
    assert check(plain(context={"extensions": {"http://x": "\\u0000"}})) == []


def test_every_error_is_found_at_once_and_reads_as_a_sentence() -> None:
    errors = check({"actor": {}, "verb": {"id": "x"}, "object": {"id": 1}, "x": 1})
    assert [error.path for error in errors] == ["$.x", "$.actor", "$.verb.id", "$.object.id"]
    assert str(errors[1]) == (
        "$.actor: must have exactly one identifier: account, mbox, mbox_sha1sum, openid. [4.2.2.1]"
    )
    assert all(error.message.endswith(".") for error in errors)


def test_parse_raises_what_check_finds() -> None:
    with pytest.raises(InvalidStatement) as raised:
        parse({"verb": {"id": "x:y"}, "object": {"id": "x:y"}})
    assert raised.value.errors == [StatementError("$", "must have the property actor.", "4.2.1")]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_any_json_is_judged_without_failing(value: Any) -> None:
    assert check(value)
    assert check(value, "1.0.3")


PATHS = sorted({row[0] for row in REFUSED})


@given(st.sampled_from(PATHS), json_values)
def test_any_json_in_any_place_is_judged_without_failing(path: str, value: Any) -> None:
    body = changed(path, value)
    errors = check(body)
    if not errors:
        # What is let in can be read, and written as UTF-8.
        parse(body)
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()


def test_the_validator_stands_alone() -> None:
    """It is pure: no framework, no database, no clock."""
    folder = Path(__file__).resolve().parents[2] / "xapi" / "statement"
    imports = [line for file in folder.glob("*.py") for line in file.read_text().splitlines() if "import" in line]
    assert not [line for line in imports if "django" in line or "models" in line]
