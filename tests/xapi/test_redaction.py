"""Taking out what may be disposed of, and putting it back exactly (semantics 10)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.identity import Identifier
from xapi.redaction import Kept, Splitter, close, dumps, fill, reassemble
from xapi.statement import check
from xapi.vocabulary import Own

from .bodies import BASE, Json, agent, full, full_sub, plain

OWN = Own(BASE)


def splitter() -> Splitter:
    known: dict[Identifier, str] = {}
    return Splitter(BASE, OWN.coded, lambda identifier: known.setdefault(identifier, f"{len(known):032x}"))


def split(body: Json) -> tuple[Json, list[Any]]:
    """Split, and read both halves as they would be read from the store."""
    payload, parts = splitter().split(body)
    return json.loads(json.dumps(payload)), json.loads(json.dumps(parts))


def text_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


PERSONAL = [
    "Anna Ek",
    "Anna.Ek@Example.org",
    'a[,]b", "duration',
    "Hon såg trött ut",
    "Sal 3",
    "Bo Ask",
    "hr.example.com",
    "http://example.com/anna",
    "A" * 40,
    "Natten",
    "handledare@example.org",
    "natten@example.org",
    "photo.png",
]


@pytest.mark.parametrize("body", [full(), full_sub()], ids=["statement", "substatement"])
@pytest.mark.parametrize("text", PERSONAL)
def test_nothing_personal_stays_in_the_payload(body: Json, text: str) -> None:
    assert text in text_of(body)
    payload, _parts = split(body)
    assert text not in text_of(payload)


@pytest.mark.parametrize("body", [plain(), full(), full_sub()], ids=["plain", "full", "sub"])
def test_the_parts_put_back_give_the_statement_as_it_came_in_the_order_it_came(body: Json) -> None:
    assert text_of(reassemble(*split(body))) == text_of(body)


def test_splitting_leaves_the_statement_itself_alone() -> None:
    body = full_sub()
    before = text_of(body)
    splitter().split(body)
    assert text_of(body) == before


@pytest.mark.parametrize("body", [full(), full_sub()], ids=["statement", "substatement"])
def test_after_disposal_a_valid_anonymous_statement_is_left(body: Json) -> None:
    payload, parts = split(body)
    rest = close(payload, [path for path, _value in parts])
    assert check(rest) == []
    assert "null" not in text_of(rest["result"] if "result" in rest else rest["object"]["result"])
    inner = rest if "result" in rest else rest["object"]
    assert inner["actor"] == {
        "objectType": "Agent",
        "account": {"homePage": f"{BASE}/pseudonyms", "name": "0" * 32},
    }
    assert inner["result"]["score"] == full()["result"]["score"]
    assert inner["result"]["extensions"] == {"http://example.com/count": 3}


def test_one_of_ours_who_said_nothing_leaves_no_part() -> None:
    body = plain(
        result={"score": {"scaled": 1}, "extensions": {OWN.level: 3, "http://example.com/n": [1, None, True]}},
        context={
            "instructor": agent(),
            "extensions": {OWN.assessor: {"role": "chef"}, OWN.valid_until: "2027-01-31"},
        },
    )
    payload, parts = splitter().split(body)
    assert payload == body
    assert parts == []


def test_free_text_of_ours_is_a_part() -> None:
    body = plain(result={"extensions": {OWN.comment: "Bra"}}, context={"extensions": {OWN.ground: "Intyg"}})
    _payload, parts = splitter().split(body)
    assert [value for _path, value in parts] == ["Bra", "Intyg"]
    assert OWN.free_text.isdisjoint(OWN.coded)


@pytest.mark.parametrize("value", ["", 0, None, [], {}, [[1]], False])
def test_an_extension_without_text_stays(value: object) -> None:
    body = plain(result={"extensions": {"http://example.com/x": value}})
    assert splitter().split(body) == (body, [])


texts = st.text(st.characters(codec="utf-8"), max_size=5)
iris = st.sampled_from(["http://example.com/a", "http://example.com/b", OWN.level, OWN.comment])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
extensions = st.dictionaries(iris, values, max_size=3)
accounts = st.builds(
    lambda page, name: {"account": {"homePage": page, "name": name}}, st.sampled_from([BASE, "h:x"]), texts
)
mailboxes = st.sampled_from(["mailto:a@b", "mailto:C@D"]).map(lambda mbox: {"mbox": mbox})
identities = accounts | mailboxes | st.just({"openid": "http://a/b"}) | st.just({"mbox_sha1sum": "a" * 40})
agents = st.builds(lambda who, name: {**name, **who}, identities, st.just({}) | texts.map(lambda name: {"name": name}))
groups = st.builds(
    lambda members, who: {"objectType": "Group", **who, "member": members},
    st.lists(agents, min_size=1, max_size=2),
    st.just({}) | identities,
)
results = st.fixed_dictionaries({}, optional={"response": texts, "success": st.booleans(), "extensions": extensions})
contexts = st.fixed_dictionaries(
    {},
    optional={
        "instructor": agents,
        "team": groups,
        "extensions": extensions,
        "contextAgents": st.lists(agents.map(lambda who: {"objectType": "contextAgent", "agent": who}), max_size=2),
    },
)
inner = st.fixed_dictionaries(
    {"actor": agents | groups, "verb": st.just({"id": "v:x"}), "object": st.just({"id": "o:x"})},
    optional={"result": results, "context": contexts},
)
statements = inner | st.builds(
    lambda outer, sub: outer | {"object": {"objectType": "SubStatement", **sub}}, inner, inner
)


@given(statements)
def test_any_statement_is_reassembled_exactly(body: Json) -> None:
    assert text_of(reassemble(*split(body))) == text_of(body)


@given(statements)
def test_the_text_of_any_statement_is_filled_exactly_or_not_at_all(body: Json) -> None:
    payload, parts = splitter().split(body)
    assert fill(dumps(payload), parts) in (None, dumps(body))


@given(statements, st.booleans())
def test_what_is_kept_reads_the_same_as_text_and_as_a_body(body: Json, is_tombstone: bool) -> None:
    payload, parts = splitter().split(body)
    content = {"paths": [path for path, _value in parts]} if is_tombstone else {"parts": parts}
    kept = Kept(1, None, dumps(payload), dumps(content) if parts else None, is_tombstone and bool(parts))
    assert kept.text() == dumps(kept.body())
    assert is_tombstone or kept.body() == body


@pytest.mark.parametrize(
    "body",
    [
        plain(actor={"mbox": "mailto:a@b"}, result={"response": "1"}),
        plain(actor={"name": "Anna", "account": {"homePage": "h:x", "name": "a"}}, result={"extensions": {"x:y": "z"}}),
        plain(result={"response": '"name":null'}, attachments=[]),
    ],
    ids=["an answer", "a name", "a hole in a text"],
)
def test_what_systems_send_is_filled_without_reading_it(body: Json) -> None:
    payload, parts = splitter().split(body)
    assert fill(dumps(payload), parts) == dumps(body)


@pytest.mark.parametrize(
    "body",
    [
        plain(actor={"mbox": "mailto:a@b"}, context={"instructor": {"mbox": "mailto:c@d"}}),
        plain(actor=agent() | {"name": "Anna"}, context={"instructor": agent() | {"name": "Bo"}}),
        plain(result={"extensions": {"x:y": "z"}}, context={"extensions": {"x:y": None}}),
        plain(
            actor={"mbox": "mailto:a@b"}, authority={"account": {"homePage": f"{BASE}/pseudonyms", "name": "0" * 32}}
        ),
    ],
    ids=["two identifiers", "two names", "a null of its own", "a stand-in sent back"],
)
def test_what_could_belong_in_two_places_is_not_filled(body: Json) -> None:
    payload, parts = splitter().split(body)
    assert parts
    assert fill(dumps(payload), parts) is None


@given(statements)
def test_any_statement_is_whole_after_disposal(body: Json) -> None:
    payload, parts = split(body)
    rest = close(payload, [path for path, _value in parts])
    before = {(error.path, error.message) for error in check(body)}
    assert {(error.path, error.message) for error in check(rest)} <= before
