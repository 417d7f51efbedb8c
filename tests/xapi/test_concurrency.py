"""Many clients at once: one row for one id, the right answer to each, and nobody waits in a circle."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from django.db import connections

from people.api import DomainError
from people.models import Organisation
from xapi import retention
from xapi.api import Decision, erase_actor, record
from xapi.documents import (
    Conditions,
    Content,
    Place,
    PreconditionFailed,
    Unconditional,
    delete_document,
    delete_documents,
    document,
    document_ids,
    post_document,
    put_document,
)
from xapi.identity import Identifier
from xapi.models import (
    Activity,
    Agent,
    Document,
    DocumentKind,
    RedactablePart,
    RetentionBatch,
    RetentionKind,
    RetentionRun,
    Statement,
    StatementAgent,
)

from .bodies import ANNA, ANSWERED, AT, BASE, COURSE, Json, agent, named, plain

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 6


def at_once(attempts: list[Callable[[], str]]) -> Counter[str]:
    """Run all attempts, each with a connection of its own, and count how they ended."""

    def run(attempt: Callable[[], str]) -> str:
        try:
            return attempt()
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return Counter(pool.map(run, attempts))


def sent(body: Json) -> str:
    (one,) = record([body], organisation=None, at=AT)
    return "new" if one.is_new else "known"


def test_the_same_statement_sent_by_many_at_once_is_stored_once() -> None:
    bodies = [named() for _number in range(5)]
    outcome = at_once([lambda body=body: sent(body) for body in bodies for _client in range(CLIENTS)])
    assert outcome == {"new": 5, "known": 5 * CLIENTS - 5}
    assert Statement.objects.count() == 5


def test_different_statements_under_one_id_leave_one_and_conflicts() -> None:
    statement_id = str(uuid4())
    bodies = [plain(id=statement_id, result={"score": {"raw": number}}) for number in range(CLIENTS)]
    assert at_once([lambda body=body: sent(body) for body in bodies]) == {"new": 1, "statement_conflict": CLIENTS - 1}
    assert Statement.objects.count() == 1


def test_batches_that_share_everything_in_any_order_all_arrive_and_lose_nothing() -> None:
    shuffle = random.Random(7)
    shared = [named() for _number in range(4)]

    def batch(number: int) -> list[Json]:
        own = [
            named(
                actor=agent(f"{key:032x}"),
                object={"id": f"http://example.com/{key}", "definition": {"description": {f"x-c{number}": "text"}}},
            )
            for key in range(8)
        ]
        return shuffle.sample(own + shared, len(own) + len(shared))

    batches = [batch(number) for number in range(2 * CLIENTS)]
    outcome = at_once([lambda bodies=bodies: str(len(record(bodies, organisation=None, at=AT))) for bodies in batches])
    assert outcome == {"12": 2 * CLIENTS}
    assert Statement.objects.count() == 2 * CLIENTS * 8 + 4
    assert Agent.objects.exclude(ifi_value="platform").count() == 9
    defined = Activity.objects.filter(iri__startswith="http://example.com/")
    assert {len(row.definition["description"]) for row in defined} == {2 * CLIENTS}


# --- Documents -------------------------------------------------------------------------------------------------------

STATE = Place(DocumentKind.STATE, None, activity=COURSE, agent=Identifier("account", ANNA, BASE))
PROFILE = Place(DocumentKind.ACTIVITY_PROFILE, None, activity=COURSE)
BY_TAG = Conditions(if_none_match="*")


def as_json(body: Json) -> Content:
    return Content(json.dumps(body).encode(), "application/json")


def content_of(place: Place, document_id: str = "note") -> Json:
    body: Json = json.loads(document(place, document_id).content)
    return body


def put(place: Place, body: Json, conditions: Conditions, document_id: str = "note") -> str:
    put_document(place, document_id, as_json(body), conditions=conditions, unconditional=Unconditional.MAKE, at=AT)
    return "put"


def merge(place: Place, body: Json, document_id: str = "note") -> str:
    post_document(place, document_id, as_json(body), conditions=Conditions(), max_size=10**6, at=AT)
    return "merged"


@pytest.mark.parametrize("place", [STATE, PROFILE], ids=["state", "profile"])
@pytest.mark.parametrize("is_there", [True, False])
def test_no_property_that_many_merge_at_once_is_lost(place: Place, is_there: bool) -> None:
    """Whether the document is there or made by the first of them."""
    if is_there:
        merge(place, {"first": True})
    attempts = [lambda number=number: merge(place, {f"p{number}": number}) for number in range(5 * CLIENTS)]
    assert at_once(attempts) == {"merged": 5 * CLIENTS}
    expected = {f"p{number}": number for number in range(5 * CLIENTS)} | ({"first": True} if is_there else {})
    assert content_of(place) == expected
    assert Document.objects.count() == 1


@pytest.mark.parametrize("place", [STATE, PROFILE], ids=["state", "profile"])
def test_of_many_that_make_the_same_document_one_does(place: Place) -> None:
    attempts = [lambda number=number: put(place, {"by": number}, BY_TAG) for number in range(2 * CLIENTS)]
    assert at_once(attempts) == {"put": 1, "precondition_failed": 2 * CLIENTS - 1}


def test_of_many_that_replace_the_same_document_by_its_tag_one_does() -> None:
    """Each round reads the tag once; whoever lost must read again, so no change is made unseen."""
    put(PROFILE, {"by": None}, BY_TAG)
    for round_number in range(5):
        held = Conditions(if_match=f'"{document(PROFILE, "note").etag}"')
        attempts = [
            lambda body={"by": number, "round": round_number}, held=held: put(PROFILE, body, held)
            for number in range(CLIENTS)
        ]
        assert at_once(attempts) == {"put": 1, "precondition_failed": CLIENTS - 1}
        assert content_of(PROFILE)["round"] == round_number


def test_a_counter_that_many_raise_by_its_tag_counts_every_one() -> None:
    """What the ETag is for: read, change, put with If-Match, and again if refused."""
    put(PROFILE, {"count": 0}, BY_TAG)

    def raise_it() -> str:
        while True:
            row = document(PROFILE, "note")
            raised = {"count": json.loads(row.content)["count"] + 1}
            try:
                return put(PROFILE, raised, Conditions(if_match=f'"{row.etag}"'))
            except PreconditionFailed:
                continue

    assert at_once([raise_it] * (4 * CLIENTS)) == {"put": 4 * CLIENTS}
    assert content_of(PROFILE) == {"count": 4 * CLIENTS}


def test_making_merging_and_deleting_at_once_ends_without_a_failure() -> None:
    shuffle = random.Random(7)
    names = ["a", "b", "c"]

    def deleted(name: str) -> str:
        delete_document(STATE, name, conditions=Conditions())
        return "deleted"

    def cleared() -> str:
        delete_documents(STATE)
        return "cleared"

    attempts: list[Callable[[], str]] = [cleared] * 6
    attempts += [lambda name=name: merge(STATE, {"x": 1}, name) for name in names * 8]
    attempts += [lambda name=name: deleted(name) for name in names * 4]
    shuffle.shuffle(attempts)
    assert at_once(attempts) == {"merged": 24, "deleted": 12, "cleared": 6}
    assert set(document_ids(STATE, None)[0]) <= set(names)


def test_documents_and_statements_about_the_same_things_do_not_wait_in_a_circle() -> None:
    def noted(number: int) -> str:
        who = Identifier("account", f"{number % 4:032x}", BASE)
        place = Place(DocumentKind.STATE, None, activity=f"http://example.com/{number % 3}", agent=who)
        return merge(place, {f"p{number}": 1})

    def said(number: int) -> str:
        bodies = [named(actor=agent(f"{key:032x}"), object={"id": f"http://example.com/{key % 3}"}) for key in range(4)]
        return str(len(record(bodies, organisation=None, at=AT)))

    attempts: list[Callable[[], str]] = []
    for number in range(2 * CLIENTS):
        attempts += [lambda number=number: noted(number), lambda number=number: said(number)]
    assert at_once(attempts) == {"merged": 2 * CLIENTS, "4": 2 * CLIENTS}


def test_what_is_recorded_while_a_person_is_erased_is_found_by_her_identifier_or_gone() -> None:
    """No statement is left that names her and that neither her identifier nor an erasure reaches."""
    keys = [f"mailto:{name}@example.org" for name in "abc"]
    place = Place(DocumentKind.AGENT_PROFILE, None, agent=Identifier("mbox", keys[0]))

    def erased(key: str) -> str:
        erase_actor(key, Decision("the plan", "archivist", AT))
        return "erased"

    def kept() -> str:
        content = Content(b"{}", "application/json")
        post_document(place, "settings", content, conditions=Conditions(), max_size=100, at=AT)
        return "kept"

    def batch(order: list[str]) -> str:
        bodies = [named(actor={"mbox": key}) for key in order]
        record(bodies, organisation=None, at=AT)
        return "new"

    attempts: list[Callable[[], str]] = []
    for number in range(12):
        attempts += [lambda number=number: batch(keys[:: 1 if number % 2 else -1]), kept]  # type: ignore[misc]
        attempts += [lambda key=key: erased(key) for key in keys]  # type: ignore[misc]
    random.Random(7).shuffle(attempts)
    outcome = at_once(attempts)
    assert outcome == {"new": 12, "kept": 12, "erased": 36}
    undisposed = RedactablePart.objects.filter(tombstone=False).values("statement_id")
    named_in = StatementAgent.objects.filter(statement__in=undisposed).values_list("agent__ifi_kind", flat=True)
    assert set(named_in) <= {"mbox"}
    for key in keys:
        erased(key)
    assert not RedactablePart.objects.filter(tombstone=False).exists()
    assert not Agent.objects.filter(ifi_kind="mbox").exists()


def test_erasures_of_mailboxes_that_statements_name_in_pairs_do_not_wait_in_a_circle() -> None:
    """Each erasure takes two or more mailboxes at once, as the batches do, and all in one order."""
    keys = [f"mailto:{name}@example.org" for name in "abcd"]
    shuffle = random.Random(7)

    def erased(key: str) -> str:
        erase_actor(key, Decision("the plan", "archivist", AT))
        return "erased"

    def batch(pairs: list[tuple[str, str]]) -> str:
        bodies = [named(actor={"mbox": one}, object={"objectType": "Agent", "mbox": other}) for one, other in pairs]
        record(bodies, organisation=None, at=AT)
        return "new"

    pairs = list(permutations(keys, 2))
    batches = [shuffle.sample(pairs, 4) for _number in range(8)]
    attempts: list[Callable[[], str]] = [lambda some=some: batch(some) for some in batches]  # type: ignore[misc]
    attempts += [lambda key=key: erased(key) for key in keys * 8]  # type: ignore[misc]
    shuffle.shuffle(attempts)
    assert at_once(attempts) == {"new": 8, "erased": 32}
    for key in keys:
        erased(key)
    assert not RedactablePart.objects.filter(tombstone=False).exists()
    assert not Agent.objects.filter(ifi_kind="mbox").exists()


def test_retention_applied_twice_at_once_looks_at_each_statement_once(
    granvik: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes carry one run on together, a batch each in turn."""
    monkeypatch.setattr(retention, "BATCH", 5)
    decision = Decision("the plan", "archivist", AT)
    long_ago = AT - timedelta(days=1000)
    bodies = [named(verb={"id": ANSWERED}, result={"response": "hers"}) for _number in range(32)]
    record(bodies, organisation=granvik, at=long_ago)
    retention.set_rule(granvik, RetentionKind.ANSWERS, 12, valid_from=date(2026, 1, 1), decision=decision)

    def applied() -> str:
        return "applied" if list(retention.apply(decision)) else "none"

    assert at_once([applied] * CLIENTS) == {"applied": CLIENTS}
    assert not RedactablePart.objects.filter(tombstone=False).exists()
    for run in RetentionRun.objects.all():
        batches = list(run.batches.order_by("pk"))
        assert [batch.is_last for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert sum(batch.statements for batch in RetentionBatch.objects.all()) == 32
    first = RetentionRun.objects.order_by("pk")[0]
    assert [batch.statements for batch in first.batches.order_by("pk")] == [5, 5, 5, 5, 5, 5, 2]
