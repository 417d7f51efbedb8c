"""What the driver is given and gives back, beside what the ORM would."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from people.api import Organisation
from xapi.bulk import FEW, Insert, insert, moment_value, row_with, uuid_value
from xapi.credentials import create_credential
from xapi.models import AttachmentData, Credential, Forward, Outgoing, StatementAgent, Verb

from .bodies import AT

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)

TEXTS = ["", "NULL", "null", '"', "\\", '\\"', "{}", "{a,b}", "å, ä\tö\n\r", "'; --", "%s ?", "\\x00", "🩺", " x "]


@pytest.mark.parametrize("times", [1, FEW])
def test_texts_and_bytes_arrive_as_they_are(times: int) -> None:
    """Whether they go one by one or, when there are many, as arrays."""
    texts = [f"{text}{number or ''}" for number in range(times) for text in TEXTS]
    rows = [(text, uuid4().bytes + text.encode(), '{"sv": "å\\"\\\\"}') for text in texts]
    insert(Insert(Verb, ("iri", "key", "display"), rows))
    stored = Verb.objects.order_by("pk").values_list("iri", "key", "display")
    assert [(iri, bytes(key), display) for iri, key, display in stored] == [
        (text, key, {"sv": 'å"\\'}) for text, key, _display in rows
    ]


@pytest.mark.parametrize("count", [1, FEW + 1])
def test_moments_numbers_and_what_is_empty_arrive_as_they_are(count: int, granvik: Organisation) -> None:
    uuids = [uuid4() for _number in range(count)]
    values = ("x", "https://x.example.com", "k", "s", "2.0.0", "[]", "[]", "", "", moment_value(AT), 0, 0, "")
    fields = (
        *("uuid", "organisation", "paused_at", "last_sent_at"),
        *("name", "endpoint", "key", "sealed_secret", "version", "verbs", "activities", "pause_cause", "pause_reason"),
        *("created_at", "failures", "refused_in_a_row", "last_error", "next_at"),
    )
    rows = [(uuid_value(one), granvik.pk, None, moment_value(AT - DAY), *values, moment_value(AT)) for one in uuids]
    insert(Insert(Forward, fields, rows))
    found = Forward.objects.order_by("pk")
    assert [row.uuid for row in found] == uuids
    assert {(row.organisation_id, row.paused_at, row.last_sent_at, row.next_at) for row in found} == {
        (granvik.pk, None, AT - DAY, AT)
    }


def test_nothing_to_insert_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        insert(Insert(Outgoing, ("forward", "statement", "answer"), []))
        insert()


def test_what_the_database_refuses_is_raised_as_django_does() -> None:
    row = (b"x" * 32, 1)
    for rows in ([row, row], [row] * (FEW + 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(Insert(AttachmentData, ("key", "length"), rows))
    assert not AttachmentData.objects.exists()
    assert not StatementAgent.objects.exists()


def test_a_row_is_read_as_the_orm_reads_it(granvik: Organisation) -> None:
    made, _secret = create_credential("x", scopes=["all", "state"], organisation=granvik, at=AT, pseudonymise=True)
    read, expected = row_with(Credential, "key", made.key), Credential.objects.get(key=made.key)
    assert read == expected
    assert read is not None
    fields = [field.attname for field in Credential._meta.concrete_fields]
    assert [getattr(read, name) for name in fields] == [getattr(expected, name) for name in fields]
    assert isinstance(read.uuid, UUID)
    assert read.organisation == granvik
    assert row_with(Credential, "key", "nobody") is None
